"""Dyadic-robust errors: rows are correlated whenever their dyads share a state."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.linear import Fit


class DyadicRule(Protocol):
    """When dyadic-robust errors may be used."""

    @property
    def dyadic_star_share_max(self) -> float: ...

    @property
    def dyadic_states_min(self) -> int: ...


def dyadic_meat(scores: np.ndarray, state_a: np.ndarray, state_b: np.ndarray) -> np.ndarray:
    """Sum of s_i s_j' over all pairs of rows that share a state (Aronow, Samii and Assenova 2015), in closed form.

    With D the sums by dyad and T the sums by state over the dyads that contain it: sum T T' - sum D D'.
    """
    dyads, dyad = np.unique(np.column_stack([state_a, state_b]), axis=0, return_inverse=True)
    by_dyad = np.zeros((len(dyads), scores.shape[1]))
    np.add.at(by_dyad, dyad.ravel(), scores)
    states = np.unique(dyads)
    by_state = np.zeros((len(states), scores.shape[1]))
    for side in (0, 1):
        np.add.at(by_state, np.searchsorted(states, dyads[:, side]), by_dyad)
    return by_state.T @ by_state - by_dyad.T @ by_dyad


def dyadic_covariance(fit: Fit, state_a: np.ndarray, state_b: np.ndarray) -> np.ndarray:
    """Dyadic-robust covariance of the terms; no small-sample factor."""
    return fit.bread @ dyadic_meat(fit.scores, state_a, state_b) @ fit.bread


def require_dyadic(rule: DyadicRule, *, star_share: float, states_varying: int) -> None:
    """Nothing if dyadic-robust errors may be used on this sample, else NotEstimableError with the reason."""
    if star_share > rule.dyadic_star_share_max:
        raise NotEstimableError(
            "dyadic-robust errors: one state is in too many rows, the meat degenerates",
            expected=f"at most {rule.dyadic_star_share_max:.0%} of rows",
            found=f"{star_share:.1%}",
        )
    if states_varying < rule.dyadic_states_min:
        raise NotEstimableError(
            "dyadic-robust errors: too few states whose exposure varies",
            expected=f"at least {rule.dyadic_states_min}",
            found=states_varying,
        )
