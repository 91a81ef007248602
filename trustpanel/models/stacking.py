"""Stacking: the mixture of rivals that would have predicted unseen rows best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from trustpanel.errors import NotEstimableError
from trustpanel.models.crossval import Forecasts
from trustpanel.models.draws import resampled_counts

GAP = 1e-6
ROUNDS = 20_000
NOTHING = 1e-9


@dataclass(frozen=True)
class Stack:
    """Weights of the rivals in the best mixture of densities, intervals over dyads, and the mixture's log loss."""

    models: tuple[str, ...]
    weights: tuple[float, ...]
    ci95: tuple[tuple[float, float], ...]
    log_loss: float
    draws: int
    seed: int


def stacking_weights(logscore: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Weights on the simplex that maximise the mean log of the mixed density (Yao and others 2018).

    The problem is concave: steps go on until no rival's mean ratio to the mixture is above 1 + 1e-6, which bounds the
    distance from the maximum by the same. `rows` weighs the rows.
    """
    if not np.isfinite(logscore).all():
        raise NotEstimableError(
            "a rival gave an impossible forecast: no stacking weights", found="log score not finite"
        )
    density = np.exp(logscore - logscore.max(axis=1, keepdims=True))
    share = np.full(len(density), 1 / len(density)) if rows is None else rows / rows.sum()
    equal = np.full(density.shape[1], 1 / density.shape[1])
    weights = _climb(density, share, equal)
    for _ in range(ROUNDS):
        ratio = (share / (density @ weights)) @ density
        if ratio.max() < 1 + GAP:
            weights = np.where(weights < NOTHING, 0.0, weights)
            return np.asarray(weights / weights.sum())
        weights = weights * ratio
    raise NotEstimableError("the stacking weights did not converge", found=f"gap {ratio.max() - 1:.2g}")


def _climb(density: np.ndarray, share: np.ndarray, start: np.ndarray) -> np.ndarray:
    """A first approach by quadratic programming, then inside the simplex so that every rival can still grow."""
    floor = 1e-12
    mixed = lambda w: density @ np.maximum(w, floor)  # noqa: E731
    found = optimize.minimize(
        lambda w: -float(share @ np.log(mixed(w))),
        start,
        jac=lambda w: -(share / mixed(w)) @ density,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * len(start),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
        options={"ftol": 1e-13, "maxiter": 200},
    )
    inside = np.maximum(found.x, floor)
    return np.asarray(inside / inside.sum())


def stack(forecasts: Forecasts, *, draws: int = 200, seed: int = 0) -> Stack:
    """Weights over all predicted rows, with percentiles over bootstrap samples of dyads."""
    codes = np.unique(forecasts.dyad, return_inverse=True)[1]
    weights = stacking_weights(forecasts.logscore)
    counts = resampled_counts(int(codes.max()) + 1, draws=draws, seed=seed)
    drawn = np.array([stacking_weights(forecasts.logscore, c[codes]) for c in counts])
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    top = forecasts.logscore.max(axis=1)
    mixed = np.log(np.exp(forecasts.logscore - top[:, None]) @ weights) + top
    return Stack(
        models=forecasts.models,
        weights=tuple(float(w) for w in weights),
        ci95=tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)),
        log_loss=float(-mixed.mean()),
        draws=draws,
        seed=seed,
    )
