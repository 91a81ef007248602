"""A test around an event: units followed from before it to after it by an estimator for staggered starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import Design, build_design
from trustpanel.models.estimate import Estimate
from trustpanel.models.estimators.fit import Fit
from trustpanel.models.estimators.registry import estimate
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.frames import numbers
from trustpanel.models.hypothesis_fit import cluster_name, options_of, parameter_of, reported
from trustpanel.models.model import Model
from trustpanel.models.rows import dyad_number
from trustpanel.models.spec_types import Contrast, Core

AVERAGE = "att"


def event_test(name: str) -> Callable[[pd.DataFrame, Model, Core], Estimate]:
    """The estimate of a test around the year in which its one term turns 1, by that estimator of the registry.

    The declared parameter is the average over all rows from the event on; beside it stands one a year of the window,
    without the year before the event, which is the zero. A unit whose term is 1 in its first row of the frame was
    never seen before its event and drops out, counted.
    """

    def fit_test(frame: pd.DataFrame, model: Model, core: Core) -> Estimate:
        design = build_design(frame, model)
        fit = estimate(name, _sample(frame, design), replace(options_of(design), focus=()))
        (declared,) = model.parameters
        scale = declared.weights[0][1]
        asked = [Contrast(declared.name, ((AVERAGE, scale),))]
        asked += [Contrast(n, ((n, scale),)) for n in fit.names if n != AVERAGE]
        if AVERAGE not in fit.names:
            asked[0] = Contrast(declared.name, _over_rows(fit, scale))
        parameters = {p.name: parameter_of(p, model, fit, core) for p in asked}
        return reported(name, design, fit, parameters, notes=_pre_trend(fit))

    return fit_test


def _sample(frame: pd.DataFrame, design: Design) -> Sample:
    """The design's rows with units, years and the year of each unit's event (NaN: none in the frame)."""
    model, data = design.model, design.rows.frame
    start = _starts(frame, model)
    unit = _units(data, model)
    codes = np.unique(unit, return_inverse=True)[1]
    return Sample(
        y=model.orientation * design.y,
        x=np.empty((design.n, 0)),
        names=(),
        clusters={cluster_name(design): design.cluster},
        groups=codes,
        time=numbers(data, "year"),
        start=np.array([start.get(u, np.nan) for u in unit], dtype=float),
    )


def _units(frame: pd.DataFrame, model: Model) -> np.ndarray:
    if model.roles.unit == "dyad":
        return np.asarray(dyad_number(frame).to_numpy())
    return frame["leader_dyad_id"].astype(str).to_numpy(dtype=str)


def _starts(frame: pd.DataFrame, model: Model) -> Mapping[object, float]:
    """The first year in which the term is 1, by unit, over all rows of the frame, those outside the sample too."""
    held = frame[frame["leader_dyad_id"].notna()]
    begun = numbers(held, model.terms[0].column) == 1
    years = pd.Series(numbers(held, "year")[begun], index=_units(held, model)[begun])
    return years.groupby(level=0).min().to_dict()


def _over_rows(fit: Fit, scale: float) -> tuple[tuple[str, float], ...]:
    """The plain mean of the years from the event on, where the estimator gives no average of its own."""
    after = [n for n in fit.names if int(n.split()[-1]) >= 0]
    if not after:
        raise NotEstimableError("no year from the event on is estimated", found=", ".join(fit.names))
    return tuple((n, scale / len(after)) for n in after)


def _pre_trend(fit: Fit) -> tuple[str, ...]:
    """The years before the event tested together; nothing where there is none beside the zero."""
    before = [n for n in fit.names if n != AVERAGE and int(n.split()[-1]) < 0]
    if not before:
        return ("no year before the event beside the zero: no pre-trend can be seen",)
    at = [fit.names.index(n) for n in before]
    cov = fit.cov[np.ix_(at, at)]
    rank = int(np.linalg.matrix_rank(cov))
    value = float(fit.coef[at] @ np.linalg.pinv(cov) @ fit.coef[at])
    p = float(stats.chi2.sf(value, rank))
    years = ", ".join(n.split()[-1] for n in before)
    return (f"years before the event ({years}) together: chi2({rank}) = {value:.2f}, p = {p:.3f}",)
