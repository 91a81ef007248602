"""Kydd's belief that the other state is of the assurance type, updated on dated acts, and the trust it takes to act.

Source: Kydd, Trust and Mistrust in International Relations (2005). A state of the assurance type prefers mutual
cooperation to exploiting the other; its counterpart cannot see the type and learns from costly acts. The numbers that
turn an act into evidence are declared, not estimated, and are to be varied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.errors import AnalysisError
from trustpanel.models.stocks import decayed_sums, plan


@dataclass(frozen=True)
class Acts:
    """Dated acts of a sender toward a receiver.

    `pair` numbers the directed pairs 0, 1, ...; `day` is days since 1970-01-01; `cost` lies in [0, 1): what the act
    would cost a state that means to exploit the other (cooperative), or what a state that means well would forgo
    (hostile).
    """

    pair: np.ndarray
    day: np.ndarray
    cost: np.ndarray
    hostile: np.ndarray


@dataclass(frozen=True)
class Learning:
    """Declared: prior probability of the assurance type, months after which an act weighs half (None: never)."""

    prior: float
    half_life: float | None


def minimum_trust(*, benefit: float, loss: float) -> float:
    """The belief p* = L / (B + L) above which cooperation pays: B p - L (1 - p) > 0. Both arguments above 0."""
    if not (benefit > 0 and loss > 0):
        raise AnalysisError(
            "the minimum of trust needs a benefit and a loss above 0",
            found={"benefit": benefit, "loss": loss},
            next_step="give both in the same unit",
        )
    return loss / (benefit + loss)


def log_likelihood_ratios(cost: np.ndarray, hostile: np.ndarray) -> np.ndarray:
    """Evidence of each act for the assurance type: -log(1 - cost) if cooperative, log(1 - cost) if hostile.

    A state of the other type is taken to send a cooperative act of cost c with 1 - c times the probability of one of
    the assurance type, and the reverse for hostile acts. Cheap talk (c = 0) tells nothing; c near 1
    separates the types.
    """
    wrong = np.flatnonzero(~((cost >= 0) & (cost < 1)))
    if len(wrong):
        raise AnalysisError(
            "the cost of an act is a share of what the other type would lose",
            row=int(wrong[0]),
            expected="0 <= cost < 1",
            found=float(cost[wrong[0]]),
            next_step="mend the declared cost",
        )
    evidence = np.log1p(-cost)
    return np.where(hostile, evidence, -evidence)


def beliefs(pair: np.ndarray, day: np.ndarray, acts: Acts, learning: Learning) -> np.ndarray:
    """For each row (receiver-sender pair, day): the receiver's probability that the sender is of the assurance type.

    Bayes' rule in log odds: prior + the sum over the sender's acts up to the day, each faded by
    0.5^(months / half-life). Shape of `pair`.
    Raises `AnalysisError` for a prior outside (0, 1) or a cost outside [0, 1).
    """
    if not 0 < learning.prior < 1:
        raise AnalysisError(
            "a prior of 0 or 1 learns nothing",
            expected="0 < prior < 1",
            found=learning.prior,
            next_step="choose another prior",
        )
    evidence = log_likelihood_ratios(acts.cost, acts.hostile)
    groups = int(pair.max()) + 1
    known = acts.pair < groups
    total = decayed_sums(
        plan(pair, day, groups),
        group=acts.pair[known],
        day=acts.day[known],
        weight=evidence[known],
        half_life=learning.half_life,
    )
    odds = np.log(learning.prior) - np.log1p(-learning.prior) + total
    return 1 / (1 + np.exp(-odds))
