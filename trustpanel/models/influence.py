"""Leave-one-dyad-out: how far one dyad carries each parameter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.models.linear import Fit
from trustpanel.models.within import starts


@dataclass(frozen=True)
class LeaveOneOut:
    """Range of a parameter over all samples without one dyad, and the dyads at its ends (smaller code first)."""

    minimum: float
    maximum: float
    minimum_without: tuple[int, int]
    maximum_without: tuple[int, int]
    sign_changes: bool
    dyads: int


def leave_one_dyad_out(fit: Fit, contrasts: dict[str, np.ndarray], states: np.ndarray) -> dict[str, LeaveOneOut]:
    """{parameter: range}. `states` (n x 2) holds each row's state codes.

    Exact: within-dyad cross products add up over dyads, so a dyad is taken out by subtracting its own; knots of splines
    stay.
    """
    first = starts(fit.dyad)
    ends = [*first[1:], len(fit.dyad)]
    width = np.linalg.norm(fit.x_inside, axis=0)
    whole = np.column_stack([fit.basis, fit.x_inside / width])
    gram, cross = whole.T @ whole, whole.T @ fit.y_inside
    betas = []
    for start, end in zip(first, ends, strict=True):
        part = whole[start:end]
        left = np.linalg.lstsq(gram - part.T @ part, cross - part.T @ fit.y_inside[start:end], rcond=1e-10)[0]
        betas.append(left[-fit.x.shape[1] :] / width)
    stacked, dyads = np.array(betas), states[first]
    return {name: _range(stacked @ c, float(c @ fit.beta), dyads) for name, c in contrasts.items()}


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
