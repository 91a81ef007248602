"""Many tests at once: Benjamini and Hochberg's false discovery rate, Romano and Wolf's step-down by dyad bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.errors_wild import multipliers_of
from trustpanel.models.linear import Fit
from trustpanel.models.within import sums


@dataclass(frozen=True)
class Claim:
    """One tested parameter: its fit, its contrast, and each dyad's lasting name (state codes), in the fit's order."""

    name: str
    fit: Fit
    contrast: np.ndarray
    dyads: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class StepDown:
    """Adjusted p by name (in the order given), t statistics, and how they were drawn."""

    p: Mapping[str, float]
    t: Mapping[str, float]
    draws: int
    seed: int


def benjamini_hochberg(p_values: Mapping[str, float]) -> dict[str, float]:
    """Benjamini and Hochberg's (1995) adjusted p-values, in the order given; valid under positive dependence."""
    if any(not 0 <= p <= 1 for p in p_values.values()):
        raise AnalysisError(
            "a p-value lies in [0, 1]", found=dict(p_values), next_step="leave out tests that are not estimable"
        )
    ordered = sorted(p_values, key=lambda name: (-p_values[name], name))
    adjusted, running, count = {}, 1.0, len(ordered)
    for position, name in enumerate(ordered):
        running = min(running, p_values[name] * count / (count - position))
        adjusted[name] = running
    return {name: adjusted[name] for name in p_values}


def step_down(t: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Romano and Wolf's (2005, 2016) adjusted p from statistics (m) and their joint null draws (draws x m).

    The largest |t| is judged by the largest of all drawn |t|, the next by the largest of those still in, and an
    adjusted p is never below that of a larger statistic.
    """
    size, null = np.abs(t), np.abs(drawn)
    order = np.argsort(-size, kind="stable")
    top = np.maximum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    p = (1 + (top >= size[order] * (1 - 1e-12)).sum(axis=0)) / (len(drawn) + 1)
    found = np.empty(len(t))
    found[order] = np.maximum.accumulate(p)
    return found


def romano_wolf(claims: Sequence[Claim], *, draws: int = 999, seed: int = 0) -> StepDown:
    """The probability of one false claim or more, with the dependence of the claims kept.

    One Webb weight a dyad and draw, the same in all fits, multiplies residuals; each fit is made anew and its t is
    taken around the estimate.
    """
    names = [c.name for c in claims]
    if len(set(names)) != len(names):
        raise AnalysisError("two claims have one name", found=names, next_step="give each claim its own name")
    every = sorted({d for c in claims for d in c.dyads})
    if len(every) < 2:
        raise NotEstimableError("fewer than two dyads", found=len(every))
    place = {d: i for i, d in enumerate(every)}
    weights = multipliers_of("webb", draws, len(every), seed)
    t = np.array([float(c.contrast @ c.fit.beta / np.sqrt(c.contrast @ c.fit.cov @ c.contrast)) for c in claims])
    drawn = np.column_stack([_drawn_t(c, weights[:, [place[d] for d in c.dyads]]) for c in claims])
    p = step_down(t, drawn)
    return StepDown(
        p={n: float(v) for n, v in zip(names, p, strict=True)},
        t={n: float(v) for n, v in zip(names, t, strict=True)},
        draws=draws,
        seed=seed,
    )


def _drawn_t(claim: Claim, weights: np.ndarray) -> np.ndarray:
    """t of the contrast in each wild sample around the estimate, draws; everything by sums over dyads."""
    fit = claim.fit
    if weights.shape[1] != int(fit.dyad[-1]) + 1:
        raise AnalysisError(
            f"the dyads of `{claim.name}` do not match its fit",
            expected=int(fit.dyad[-1]) + 1,
            found=weights.shape[1],
            next_step="name each dyad of the fit once, in order",
        )
    row = fit.x @ (fit.bread @ claim.contrast)
    whole = np.column_stack([fit.basis, fit.x @ np.linalg.inv(np.linalg.cholesky(fit.x.T @ fit.x)).T])
    by_dyad = sums(whole * row[:, None], fit.dyad)
    own = sums(row * fit.resid, fit.dyad)
    carried = (weights @ sums(whole * fit.resid[:, None], fit.dyad)) @ by_dyad.T
    scores = weights * own - carried
    return (weights @ own) / np.sqrt(fit.factor * (scores**2).sum(axis=1))
