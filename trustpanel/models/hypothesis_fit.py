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
from trustpanel.models.linear import minimum_detectable
from trustpanel.models.model import Model
from trustpanel.models.spec_types import Contrast, Core
from trustpanel.models.variation import too_little, variation_of_terms

LIKELIHOODS = ("logit", "effects_logit", "conditional_logit", "poisson", "firth_logit")
GROUPED = ("effects_logit", "conditional_logit")


def likelihood_test(name: str) -> Callable[[pd.DataFrame, Model, Core], Estimate]:
    """The estimate of a test by that estimator: coefficients in its own unit (log odds, log counts), plus = more
    de-escalation; errors clustered as declared, Firth's by penalised likelihood.
    """

    def fit_test(frame: pd.DataFrame, model: Model, core: Core) -> Estimate:
        design = build_design(frame, model)
        errors = "classical" if name == "firth_logit" else "cluster"
        options = Options(errors=errors, cluster=("cluster",), focus=design.names)
        return _estimate(name, design, estimate(name, _sample(name, design), options), core)

    return fit_test


def _sample(name: str, design: Design) -> Sample:
    """The design's rows with dyads as groups, effects, or, where the estimator has neither, as they are."""
    constant = not design.absorb and name not in GROUPED
    x, names = np.column_stack([design.x, design.z]), (*design.names, *design.z_names)
    if constant and "constant" not in names:
        x, names = np.column_stack([x, np.ones(design.n)]), (*names, "constant")
    return Sample(
        y=design.model.orientation * design.y,
        x=x,
        names=names,
        effects={"dyad": design.dyad} if design.absorb and name != "conditional_logit" else {},
        clusters={"cluster": design.cluster},
        groups=design.dyad if name == "conditional_logit" else None,
    )


def _estimate(name: str, design: Design, fit: Fit, core: Core) -> Estimate:
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
        parameters={p.name: _parameter(p, model, fit, core) for p in model.parameters},
        testable=testable,
        dropped_rows=(*design.rows.dropped, *fit.dropped_rows),
        missing=dict(design.rows.missing),
        dropped_columns=(*design.dropped_columns, *fit.dropped_columns),
        columns=tuple(n for n in design.z_names if not n.startswith("year ")),
        errors={"small_sample": fit.small_sample, "estimator": name},
        same_rows=None,
        notes=fit.warnings,
    )


def _parameter(parameter: Contrast, model: Model, fit: Fit, core: Core) -> ParameterEstimate:
    found = fit.contrast({term: model.orientation * weight for term, weight in parameter.weights})
    label = clustered_by(model) if fit.errors == "cluster" else f"{fit.errors} of {fit.estimator}"
    return ParameterEstimate(
        name=parameter.name,
        estimate=found.estimate,
        se=found.se,
        t=found.t,
        df=found.df,
        p=found.p,
        ci90=found.ci90,
        ci95=found.ci95,
        mde=minimum_detectable(found.se, core.decision.level),
        powered=None,
        equivalence=None,
        wild=None,
        permutation=None,
        dyadic=None,
        main=MainErrors(label, found.p, found.ci90, found.ci95, found.ci95[0] > 0, found.ci95[1] < 0),
    )
