"""Random weights by dyad: multinomial counts for resampling, Webb's six points for perturbing."""

from __future__ import annotations

import numpy as np

from trustpanel.models.errors_wild import WEBB


def resampled_counts(groups: int, *, draws: int, seed: int) -> np.ndarray:
    """How often each dyad is drawn in each bootstrap sample of dyads, draws x groups."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(groups, np.full(groups, 1 / groups), size=draws).astype(float)


def webb_weights(groups: int, *, draws: int, seed: int) -> np.ndarray:
    """Webb's weights of mean 0 and variance 1, draws x groups; enough distinct draws for a handful of dyads."""
    rng = np.random.default_rng(seed)
    return np.concatenate([-WEBB, WEBB])[rng.integers(0, 6, size=(draws, groups))]


def bootstrap_p(observed: float, drawn: np.ndarray) -> float:
    """(1 + draws at least as extreme) / (draws + 1), two-sided."""
    return float((1 + (np.abs(drawn) >= abs(observed) * (1 - 1e-12)).sum()) / (len(drawn) + 1))
