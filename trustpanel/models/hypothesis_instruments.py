"""A test by two-stage least squares: what the instrument says of the term, and no claim where it is weak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from trustpanel.models.design import Design, build_design
from trustpanel.models.estimate import Bounds, Estimate, MainErrors, ParameterEstimate
from trustpanel.models.estimators.fit import Fit
from trustpanel.models.estimators.instruments import STRONG
from trustpanel.models.estimators.registry import estimate
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.frames import numbers
from trustpanel.models.hypothesis_fit import cluster_name, options_of, parameter_of, reported
from trustpanel.models.model import Model
from trustpanel.models.roles import INSTRUMENTAL
from trustpanel.models.spec_types import Core
from trustpanel.models.variation import dyads_varying, off_commonest

WEAK = "weak_instrument"


def fit_instrumental_test(frame: pd.DataFrame, model: Model, core: Core) -> Estimate:
    """The effect of the one term by its instruments, with the effective F of Montiel Olea and Pflueger and the set of
    Anderson and Rubin, both clustered as declared.

    Below an effective F of 23.1 the status is `weak_instrument`: the numbers are shown and nothing is claimed. An
    instrument that varies in too few dyads is `not_testable_here` like a term that does.
    """
    design = build_design(frame, model)
    sample, options = _sample(design), options_of(design)
    fit = estimate(INSTRUMENTAL, sample, options)
    narrow = estimate(INSTRUMENTAL, sample, replace(options, level=0.90))
    weak = fit.extra["effective_f"] < STRONG
    (declared,) = model.parameters
    own = parameter_of(declared, model, fit, core)
    if weak:
        own = _by_set(own, declared.weights[0][1] * model.orientation, fit, narrow)
    found = reported(INSTRUMENTAL, design, fit, {declared.name: own}, notes=_notes(fit))
    if few := _idle_instruments(design):
        return replace(found, status="not_testable_here", reason=few)
    if weak and found.status == "estimated":
        reason = f"no claim below an effective F of {STRONG} (found {fit.extra['effective_f']:.2f})"
        return replace(found, status=WEAK, reason=reason)
    return found


def _sample(design: Design) -> Sample:
    roles = design.model.roles
    return Sample(
        y=design.model.orientation * design.y,
        x=np.column_stack([design.x, design.z]),
        names=(*design.names, *design.z_names),
        effects={"dyad": design.dyad} if design.absorb else {},
        clusters={cluster_name(design): design.cluster},
        endogenous=design.names,
        instruments=np.column_stack([numbers(design.rows.frame, c) for c in roles.instruments]),
        instrument_names=roles.instruments,
    )


def _idle_instruments(design: Design) -> str | None:
    """Why an instrument varies too little, if one does: the rule of the terms."""
    model, least = design.model, design.model.testable.dyads_min
    for name in model.roles.instruments:
        values = numbers(design.rows.frame, name)
        if model.cluster is None:
            count, where = dyads_varying(values, design.dyad), "dyads"
        else:
            count, where = off_commonest(values, design.cluster), f"clusters of {model.cluster}"
        if count < least:
            return f"the instrument {name} varies in {count} {where}, fewer than {least}"
    return None


def _by_set(own: ParameterEstimate, sign: float, fit: Fit, narrow: Fit) -> ParameterEstimate:
    """The same estimate with p and intervals of the Anderson-Rubin test in place of the t test's."""
    ci90, ci95 = (_ends(f, own.name, sign) for f in (narrow, fit))
    main = MainErrors("Anderson-Rubin", float(fit.extra["anderson_rubin_p"]), ci90, ci95, None, None)
    return replace(own, main=main)


def _ends(fit: Fit, name: str, sign: float) -> Bounds:
    """The outermost ends of the set; None for one without a bound, both None for an empty set."""
    parts = fit.sets["anderson_rubin"]
    if not parts:
        return None, None
    ends = sorted((sign * parts[0][0], sign * parts[-1][1]))
    return (ends[0] if np.isfinite(ends[0]) else None, ends[1] if np.isfinite(ends[1]) else None)


def _notes(fit: Fit) -> tuple[str, ...]:
    parts = fit.sets["anderson_rubin"]
    if not parts:
        said = "empty: every value is rejected, the instruments contradict each other"
    elif parts == ((-np.inf, np.inf),):
        said = "the whole line: the data reject no value"
    else:
        said = " and ".join(f"{low:.4g} to {high:.4g}".replace("inf", "infinity") for low, high in parts)
    effective, p = fit.extra["effective_f"], fit.extra["anderson_rubin_p"]
    return (
        f"effective F {effective:.2f} (Montiel Olea and Pflueger)",
        f"95 % Anderson-Rubin set in the unit of the outcome: {said}; p of no effect {p:.3f}",
    )
