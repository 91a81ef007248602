"""Dyads drawn anew, and the p of what was drawn."""

from __future__ import annotations

import numpy as np


def resampled_counts(groups: int, *, draws: int, seed: int) -> np.ndarray:
    """How often each dyad is drawn in each bootstrap sample of dyads, draws x groups."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(groups, np.full(groups, 1 / groups), size=draws).astype(float)


def bootstrap_p(observed: float, drawn: np.ndarray) -> float:
    """(1 + draws at least as extreme) / (draws + 1), two-sided."""
    return float((1 + (np.abs(drawn) >= abs(observed) * (1 - 1e-12)).sum()) / (len(drawn) + 1))
