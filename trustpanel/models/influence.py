"""Leave one out: how far one dyad or one state carries each parameter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.linear import Fit
from trustpanel.models.within import starts

IDENTIFIED = 1e-9


@dataclass(frozen=True)
class LeaveOneOut:
    """Range of a parameter over all samples without one dyad, and the dyads at its ends (smaller code first)."""

    minimum: float
    maximum: float
    minimum_without: tuple[int, int]
    maximum_without: tuple[int, int]
    sign_changes: bool
    dyads: int


@dataclass(frozen=True)
class StateOut:
    """A parameter without each state in turn, by state code; states without which it cannot be estimated apart."""

    states: tuple[int, ...]
    estimates: tuple[float, ...]
    not_estimable_without: tuple[int, ...]
    sign_changes: bool


def leave_one_dyad_out(fit: Fit, contrasts: dict[str, np.ndarray], states: np.ndarray) -> dict[str, LeaveOneOut]:
    """{parameter: range}. `states` (n x 2) holds each row's state codes.

    Exact: within-dyad cross products add up over dyads, so a dyad is taken out by subtracting its own; knots of splines
    stay. A dyad without which the terms are not identified is not among `dyads`.
    """
    first = starts(fit.dyad)
    stacked, known = _betas_without(fit, [(i,) for i in range(len(first))])
    if not known.any():
        raise NotEstimableError("no dyad can be left out: the rest does not identify the terms", found=len(first))
    dyads = states[first][known]
    return {name: _range(stacked[known] @ c, float(c @ fit.beta), dyads) for name, c in contrasts.items()}


def dfbetas(fit: Fit, contrasts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """{parameter: by dyad, (estimate - estimate without the dyad) / clustered error}; above 1 one dyad moves the
    estimate by more than its error. NaN where the rest does not identify the terms.
    """
    stacked = _betas_without(fit, [(i,) for i in range(len(starts(fit.dyad)))])[0]
    return {
        name: (float(c @ fit.beta) - stacked @ c) / float(np.sqrt(c @ fit.cov @ c)) for name, c in contrasts.items()
    }


def leave_one_state_out(
    fit: Fit, contrasts: dict[str, np.ndarray], states: np.ndarray, *, least: int = 10
) -> dict[str, StateOut]:
    """{parameter: estimate without all dyads of each state}; a state without which fewer than `least` dyads or no
    variation is left is named.

    `states` (n x 2) holds each row's state codes.
    """
    members = states[starts(fit.dyad)]
    names = np.unique(members)
    groups = [tuple(np.flatnonzero((members == s).any(axis=1)).tolist()) for s in names]
    stacked, known = _betas_without(fit, groups)
    known &= np.array([len(members) - len(group) >= least for group in groups])
    found = {}
    for name, c in contrasts.items():
        values = stacked[known] @ c
        main = float(c @ fit.beta)
        found[name] = StateOut(
            states=tuple(int(s) for s in names[known]),
            estimates=tuple(float(v) for v in values),
            not_estimable_without=tuple(int(s) for s in names[~known]),
            sign_changes=bool((np.sign(values) != np.sign(main)).any()),
        )
    return found


def _betas_without(fit: Fit, groups: list[tuple[int, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients without each group of dyads, and whether what is left identifies them (else NaN)."""
    first = starts(fit.dyad)
    ends = [*first[1:], len(fit.dyad)]
    width = np.linalg.norm(fit.x_inside, axis=0)
    whole = np.column_stack([fit.basis, fit.x_inside / width])
    k, gram, cross = fit.x.shape[1], whole.T @ whole, whole.T @ fit.y_inside
    betas, known = [], []
    for group in groups:
        rows = np.concatenate([np.arange(first[g], ends[g]) for g in group])
        part = whole[rows]
        rest = gram - part.T @ part
        left = np.linalg.lstsq(rest, cross - part.T @ fit.y_inside[rows], rcond=1e-10)[0]
        identified = len(group) < len(first) - 1 and _identified(rest, k)
        betas.append(left[-k:] / width if identified else np.full(k, np.nan))
        known.append(identified)
    return np.array(betas), np.array(known)


def _identified(gram: np.ndarray, k: int) -> bool:
    """Do the last k columns vary beyond the others?"""
    shared, mixed = gram[:-k, :-k], gram[:-k, -k:]
    own = gram[-k:, -k:]
    left = own - mixed.T @ np.linalg.pinv(shared, rcond=1e-10, hermitian=True) @ mixed if len(shared) else own
    size = np.sqrt(np.maximum(np.diag(own), 1e-300))
    return bool(np.diag(own).min() > 1e-14 and np.linalg.eigvalsh(left / np.outer(size, size))[0] > IDENTIFIED)


def _range(values: np.ndarray, main: float, dyads: np.ndarray) -> LeaveOneOut:
    low, high = int(values.argmin()), int(values.argmax())
    return LeaveOneOut(
        minimum=float(values[low]),
        maximum=float(values[high]),
        minimum_without=(int(dyads[low][0]), int(dyads[low][1])),
        maximum_without=(int(dyads[high][0]), int(dyads[high][1])),
        sign_changes=bool((np.sign(values) != np.sign(main)).any()),
        dyads=len(values),
    )
