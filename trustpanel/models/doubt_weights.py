"""The core model under weights: whom it would speak of if everybody had met, or been covered, alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import Design
from trustpanel.models.doubt_spec import WeightSpec
from trustpanel.models.estimate import Facts
from trustpanel.models.fitting import facts, fit_model
from trustpanel.models.linear import Fit, Interval, contrast_vector, interval, minimum_detectable
from trustpanel.models.model import Model
from trustpanel.models.propensity import ChanceFacts, Difference, trimmed_weights

WEIGHT = "doubt_weight"
BINS = 20


@dataclass(frozen=True)
class Weighted:
    """One sample of the core model without and with weights.

    `effective` is the effective number of rows under the weights, `moved` the share of rows whose weight is not 1.
    """

    name: str
    label: str
    grain: str
    coverage: str
    status: str
    reason: str | None
    facts: Facts | None
    plain: dict[str, Interval]
    weighted: dict[str, Interval]
    mde: dict[str, float]
    effective: float | None = None
    largest: float | None = None
    trimmed: float | None = None
    moved: float | None = None


@dataclass(frozen=True)
class Modelled:
    """A model of a chance, or why there is none: coefficients, overlap of the chances (shares of rows by twentieths
    from 0 to 1), the share of rows `outside` the other side's chances, and balance before and after weighting.
    """

    name: str
    label: str
    status: str
    reason: str | None
    rows: dict[str, int]
    chance: ChanceFacts | None = None
    with_event: tuple[float, ...] = ()
    without: tuple[float, ...] = ()
    outside: float | None = None
    effective: float | None = None
    balance: tuple[Difference, ...] = ()


def parameters_of(design: Design, fit: Fit) -> dict[str, Interval]:
    """The parameters of the design's model with clustered errors."""
    found = {}
    for p in design.model.parameters:
        c = contrast_vector(design.names, p.weights)
        found[p.name] = interval(float(c @ fit.beta), float(c @ fit.cov @ c), fit.df)
    return found


def unweighted(frame: pd.DataFrame, model: Model, *, name: str, label: str) -> tuple[Weighted, Design | None]:
    """The model without weights, and its design; or why it cannot be estimated."""
    try:
        fitted = fit_model(frame, model)
    except NotEstimableError as error:
        return _absent(name, label, model, error), None
    plain = parameters_of(fitted.design, fitted.fit)
    mde = {n: minimum_detectable(p.se) for n, p in plain.items()}
    told = facts(fitted.design)
    return Weighted(
        name, label, model.grain, model.sample.coverage.reference, "estimated", None, told, plain, {}, mde
    ), fitted.design


def reweighted(base: Weighted, design: Design, raw: np.ndarray, spec: WeightSpec) -> Weighted:
    """The same rows under trimmed weights; a row whose raw weight is missing is left out."""
    known = ~np.isnan(raw)
    try:
        if not known.any():
            raise NotEstimableError("no row has a weight")
        weights = trimmed_weights(raw[known], trim=spec.trim, effective_min=spec.effective_share_min)
        rows = design.rows.frame.loc[known].assign(**{WEIGHT: weights.w})
        fitted = fit_model(rows, replace(design.model, weights=WEIGHT))
    except NotEstimableError as error:
        return replace(base, status="not_estimable", reason=error.reason)
    found = parameters_of(fitted.design, fitted.fit)
    return replace(
        base,
        weighted=found,
        mde={n: minimum_detectable(p.se) for n, p in found.items()},
        facts=facts(fitted.design),
        effective=weights.effective,
        largest=weights.largest,
        trimmed=weights.trimmed,
        moved=float((np.abs(raw[known] - 1) > 1e-9).mean()),
    )


def shares_by_chance(p: np.ndarray) -> tuple[float, ...]:
    """Shares of the rows in each twentieth of the range from 0 to 1."""
    counts = np.histogram(p, bins=BINS, range=(0.0, 1.0))[0]
    return tuple(float(c) for c in counts / max(len(p), 1))


def _absent(name: str, label: str, model: Model, error: NotEstimableError) -> Weighted:
    coverage = model.sample.coverage.reference
    return Weighted(name, label, model.grain, coverage, "not_estimable", error.reason, None, {}, {}, {})
