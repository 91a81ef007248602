"""Wild cluster bootstrap by dyad or by the declared cluster, null imposed, with intervals by inversion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.models.linear import Fit
from trustpanel.models.within import orthonormal, residual, sums_by

WEBB = np.sqrt([0.5, 1.0, 1.5])
REACH = 1024.0
TIE = 1e-10


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
class Draws:
    """Each draw's numerator and sum of squared scores, as polynomials in the distance of the hypothesised value from
    the estimate: a row a draw, the sample itself first.
    """

    numerator: np.ndarray
    squares: np.ndarray


def wild_cluster(fit: Fit, contrast: np.ndarray, *, weights: str, draws: int, seed: int) -> Wild:
    """The restricted wild cluster bootstrap t (WCR, Cameron, Gelbach and Miller 2008) on residualised data.

    Exact, since dyad effects are nested in the clusters (none where the cluster is another) and year dummies are
    explicit columns. The p-value is (1 + exceeding) / (draws + 1).
    """
    centre = float(contrast @ fit.beta)
    drawn = _draw(fit, contrast, centre, multipliers_of(weights, draws, int(fit.cluster.max()) + 1, seed))
    se = float(np.sqrt(contrast @ fit.cov @ contrast))
    ninety, ninety_five = (
        (bound(drawn, centre, se, -1, level), bound(drawn, centre, se, 1, level)) for level in (0.10, 0.05)
    )
    return Wild(p_value(drawn, -centre), ninety, ninety_five, weights, draws, seed)


def multipliers_of(weights: str, draws: int, groups: int, seed: int) -> np.ndarray:
    """draws x groups multipliers with mean 0 and variance 1: two points (rademacher), or Webb's six (webb)."""
    rng = np.random.default_rng(seed)
    if weights == "rademacher":
        return rng.integers(0, 2, size=(draws, groups)) * 2.0 - 1.0
    return np.concatenate([-WEBB, WEBB])[rng.integers(0, 6, size=(draws, groups))]


def _draw(fit: Fit, contrast: np.ndarray, centre: float, multipliers: np.ndarray) -> Draws:
    own, others = rotate(fit.x, contrast)
    inner = orthonormal(others)
    own_left = residual(own[:, None], inner)[:, 0]
    y_left = residual(fit.y[:, None], inner)[:, 0] - centre * own_left
    whole = np.column_stack([fit.basis, orthonormal(fit.x)])
    by_cluster = sums_by(whole * own_left[:, None], fit.cluster)
    every = np.vstack([np.ones(multipliers.shape[1]), multipliers])
    at_centre, slope = sums_by(own_left * y_left, fit.cluster), sums_by(own_left**2, fit.cluster)
    # scores by cluster are a - distance x b: every cluster's once, then only their sums of products
    a = every * at_centre - (every @ sums_by(whole * y_left[:, None], fit.cluster)) @ by_cluster.T
    b = every * slope - (every @ by_cluster) @ by_cluster.T
    products = (np.einsum("ij,ij->i", *pair) for pair in ((a, a), (a, b), (b, b)))
    return Draws(np.column_stack([every @ at_centre, every @ slope]), np.column_stack(list(products)))


def rotate(x: np.ndarray, contrast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns such that the contrast is the coefficient of the first one."""
    k = len(contrast)
    lead = int(np.argmax(np.abs(contrast)))
    rows = [contrast] + [np.eye(k)[j] for j in range(k) if j != lead]
    turned = x @ np.linalg.inv(np.vstack(rows))
    return turned[:, 0], turned[:, 1:]


def p_value(drawn: Draws, distance: float) -> float:
    """Bootstrap p of parameter = estimate + distance."""
    numerator = drawn.numerator @ np.array([1.0, -distance])
    squares = drawn.squares @ np.array([1.0, -2 * distance, distance**2])
    t = np.abs(numerator) / np.sqrt(np.maximum(squares, 0.0))
    return float((1 + (t[1:] >= t[0] * (1 - TIE)).sum()) / len(t))


def bound(drawn: Draws, centre: float, se: float, side: int, level: float) -> float | None:
    """Where p crosses the level on one side of the estimate, to a thousandth of an error."""
    inner, step = 0.0, 1.0
    while p_value(drawn, side * step * se) > level:
        inner, step = step, step * 2
        if step > REACH:
            return None
    outer = step
    while outer - inner > 1e-3:
        middle = (inner + outer) / 2
        if p_value(drawn, side * middle * se) > level:
            inner = middle
        else:
            outer = middle
    return centre + side * outer * se
