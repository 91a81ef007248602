"""Wild cluster bootstrap by dyad or by the declared cluster, null imposed, with intervals by inversion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.models.linear import Fit
from trustpanel.models.within import orthonormal, residual, sums_by

WEBB = np.sqrt([0.5, 1.0, 1.5])
REACH = 1024.0


@dataclass(frozen=True)
class Wild:
    """Bootstrap p of parameter = 0 and intervals; an end of None is beyond 1,024 errors: unbounded."""

    p: float
    ci90: tuple[float | None, float | None]
    ci95: tuple[float | None, float | None]
    weights: str
    draws: int
    seed: int


@dataclass(frozen=True)
class _Sums:
    """Everything by cluster that the bootstrap needs; each part is linear in the hypothesised value."""

    numerator_y: np.ndarray
    numerator_x: np.ndarray
    carried_y: np.ndarray
    carried_x: np.ndarray
    multipliers: np.ndarray


def wild_cluster(fit: Fit, contrast: np.ndarray, *, weights: str, draws: int, seed: int) -> Wild:
    """The restricted wild cluster bootstrap t (WCR, Cameron, Gelbach and Miller 2008) on residualised data.

    Exact, since dyad effects are nested in the clusters (none where the cluster is another) and year dummies are
    explicit columns. The p-value is (1 + exceeding) / (draws + 1).
    """
    parts = _sums(fit, contrast, _multipliers(weights, draws, int(fit.cluster.max()) + 1, seed))
    centre = float(contrast @ fit.beta)
    se = float(np.sqrt(contrast @ fit.cov @ contrast))
    ninety, ninety_five = (
        (_bound(parts, centre, se, -1, level), _bound(parts, centre, se, 1, level)) for level in (0.10, 0.05)
    )
    return Wild(_p_value(parts, 0.0), ninety, ninety_five, weights, draws, seed)


def _multipliers(weights: str, draws: int, groups: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if weights == "rademacher":
        return rng.integers(0, 2, size=(draws, groups)) * 2.0 - 1.0
    return np.concatenate([-WEBB, WEBB])[rng.integers(0, 6, size=(draws, groups))]


def _sums(fit: Fit, contrast: np.ndarray, multipliers: np.ndarray) -> _Sums:
    own, others = rotate(fit.x, contrast)
    inner = orthonormal(others)
    own_left = residual(own[:, None], inner)[:, 0]
    y_left = residual(fit.y[:, None], inner)[:, 0]
    whole = np.column_stack([fit.basis, orthonormal(fit.x)])
    by_cluster = sums_by(whole * own_left[:, None], fit.cluster)
    every = np.vstack([np.ones(multipliers.shape[1]), multipliers])
    return _Sums(
        numerator_y=sums_by(own_left * y_left, fit.cluster),
        numerator_x=sums_by(own_left**2, fit.cluster),
        carried_y=(every @ sums_by(whole * y_left[:, None], fit.cluster)) @ by_cluster.T,
        carried_x=(every @ by_cluster) @ by_cluster.T,
        multipliers=every,
    )


def rotate(x: np.ndarray, contrast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns such that the contrast is the coefficient of the first one."""
    k = len(contrast)
    lead = int(np.argmax(np.abs(contrast)))
    rows = [contrast] + [np.eye(k)[j] for j in range(k) if j != lead]
    turned = x @ np.linalg.inv(np.vstack(rows))
    return turned[:, 0], turned[:, 1:]


def _p_value(parts: _Sums, value: float) -> float:
    """Bootstrap p of parameter = value; row 0 of the multipliers is the sample itself."""
    numerator = parts.numerator_y - value * parts.numerator_x
    scores = parts.multipliers * numerator - (parts.carried_y - value * parts.carried_x)
    t = np.abs(parts.multipliers @ numerator) / np.sqrt((scores**2).sum(axis=1))
    return float((1 + (t[1:] >= t[0] * (1 - 1e-12)).sum()) / len(t))


def _bound(parts: _Sums, centre: float, se: float, side: int, level: float) -> float | None:
    """Where p crosses the level on one side of the estimate, to a thousandth of an error."""
    inner, step = 0.0, 1.0
    while _p_value(parts, centre + side * step * se) > level:
        inner, step = step, step * 2
        if step > REACH:
            return None
    outer = step
    while outer - inner > 1e-3:
        middle = (inner + outer) / 2
        if _p_value(parts, centre + side * middle * se) > level:
            inner = middle
        else:
            outer = middle
    return centre + side * outer * se
