"""Tests of hypotheses by the registry's estimators: the rows of the linear model, another likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from trustpanel.models.design import Design, build_design
from trustpanel.models.estimate import Estimate, MainErrors, ParameterEstimate
from trustpanel.models.estimators.fit import Fit, Options
from trustpanel.models.estimators.registry import estimate
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.fitting import clustered_by, facts
from trustpanel.models.frames import numbers
from trustpanel.models.linear import minimum_detectable
from trustpanel.models.model import Model
from trustpanel.models.spec_types import Contrast, Core
from trustpanel.models.variation import too_little, variation_of_terms

GROUPED = ("effects_logit", "conditional_logit")
HAZARDS = ("cox", "discrete_hazard")
LIKELIHOODS = (*GROUPED, *HAZARDS, "logit", "poisson", "firth_logit", "rare_events_logit", "ordered_logit", "gee")
# a baseline, cut points or groups hold the constant
WITHOUT_CONSTANT = (*GROUPED, *HAZARDS, "ordered_logit")
CHOICES = ("baseline", "link", "family", "correlation", "control", "window")


def likelihood_test(name: str) -> Callable[[pd.DataFrame, Model, Core], Estimate]:
    """The estimate of a test by that estimator: coefficients in its own unit (log odds, log counts, log hazards),
    plus = more de-escalation; errors clustered as declared, Firth's by penalised likelihood.
    """

    def fit_test(frame: pd.DataFrame, model: Model, core: Core) -> Estimate:
        design = build_design(frame, model)
        fit = estimate(name, _sample(name, design), options_of(design, errors=_errors(name)))
        parameters = {p.name: parameter_of(p, model, fit, core) for p in model.parameters}
        return reported(name, design, fit, parameters, notes=_events(name, design, fit))

    return fit_test


def _errors(name: str) -> str:
    return "classical" if name == "firth_logit" else "cluster"


def cluster_name(design: Design) -> str:
    """What the errors of a test are clustered by."""
    return design.model.cluster or "dyad"


def options_of(design: Design, *, errors: str = "cluster") -> Options:
    """The options of a fit: errors by the declared cluster, and what the test's roles choose."""
    roles = design.model.roles
    chosen = {c: getattr(roles, c) for c in CHOICES if getattr(roles, c) is not None}
    return replace(Options(errors=errors, cluster=(cluster_name(design),), focus=design.names), **chosen)


def _sample(name: str, design: Design) -> Sample:
    """The design's rows with dyads as groups, effects, or, where the estimator has neither, as they are."""
    z = [j for j, n in enumerate(design.z_names) if n != "constant" or name not in WITHOUT_CONSTANT]
    x, names = np.column_stack([design.x, design.z[:, z]]), (*design.names, *(design.z_names[j] for j in z))
    if not design.absorb and name not in WITHOUT_CONSTANT and "constant" not in names:
        x, names = np.column_stack([x, np.ones(design.n)]), (*names, "constant")
    data, roles = design.rows.frame, design.model.roles
    groups = {"conditional_logit": design.dyad, "gee": design.cluster}.get(name)
    return Sample(
        y=design.model.orientation * design.y,
        x=x,
        names=names,
        effects={"dyad": design.dyad} if design.absorb and name != "conditional_logit" else {},
        clusters={cluster_name(design): design.cluster},
        groups=groups,
        time=numbers(data, "year") if roles.correlation == "ar1" else None,
        entry=numbers(data, roles.entry) if roles.entry else None,
        exit=numbers(data, roles.exit) if roles.exit else None,
    )


def _events(name: str, design: Design, fit: Fit) -> tuple[str, ...]:
    if name not in HAZARDS:
        return ()
    return (
        f"{int(fit.extra['events']):,} ends in {design.n:,} rows at risk; coefficients are log hazards or log odds",
    )


def reported(
    name: str, design: Design, fit: Fit, parameters: dict[str, ParameterEstimate], *, notes: tuple[str, ...] = ()
) -> Estimate:
    """The reported form of a registry fit on a design; too little variation makes it `not_testable_here`."""
    model, testable = design.model, variation_of_terms(design)
    weak = [term for term, t in testable.items() if not t.testable]
    return Estimate(
        name=model.name,
        label=model.label,
        status="not_testable_here" if weak else "estimated",
        reason=too_little(weak, design) if weak else None,
        outcome=model.outcome,
        orientation=model.orientation,
        facts=replace(facts(design), n=fit.n),
        r2_within=None,
        parameters=parameters,
        testable=testable,
        dropped_rows=(*design.rows.dropped, *fit.dropped_rows),
        missing=dict(design.rows.missing),
        dropped_columns=(*design.dropped_columns, *fit.dropped_columns),
        columns=tuple(n for n in design.z_names if not n.startswith("year ")),
        errors={"small_sample": fit.small_sample, "estimator": name},
        same_rows=None,
        notes=(*notes, *fit.warnings),
    )


def parameter_of(parameter: Contrast, model: Model, fit: Fit, core: Core) -> ParameterEstimate:
    """The declared sum of coefficients, plus = more de-escalation, with the errors of the fit as the main ones."""
    found = fit.contrast({term: model.orientation * weight for term, weight in parameter.weights})
    label = clustered_by(model) if fit.errors == "cluster" else f"{fit.errors} of {fit.estimator}"
    mde = minimum_detectable(found.se, core.decision.level)
    margin = model.smallest_effect if parameter.name in {p.name for p in model.parameters} else None
    return ParameterEstimate(
        name=parameter.name,
        estimate=found.estimate,
        se=found.se,
        t=found.t,
        df=found.df,
        p=found.p,
        ci90=found.ci90,
        ci95=found.ci95,
        mde=mde,
        powered=None if margin is None else mde <= margin,
        equivalence=None,
        wild=None,
        permutation=None,
        dyadic=None,
        main=MainErrors(label, found.p, found.ci90, found.ci95, found.ci95[0] > 0, found.ci95[1] < 0),
    )
