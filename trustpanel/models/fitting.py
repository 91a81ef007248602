"""From a model and a frame to an `Estimate`, with the declared errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import Design, build_design
from trustpanel.models.errors_dyadic import dyadic_covariance, require_dyadic
from trustpanel.models.errors_wild import Wild, wild_cluster
from trustpanel.models.estimate import Dyadic, Estimate, Facts, MainErrors, ParameterEstimate
from trustpanel.models.linear import (
    Fit,
    Interval,
    contrast_vector,
    equivalence,
    fit_linear,
    interval,
    minimum_detectable,
    reported,
)
from trustpanel.models.model import Model
from trustpanel.models.permute import Permutation
from trustpanel.models.spec_types import Core
from trustpanel.models.variation import VARIES, clusters_apart, too_little, variation_of_terms, varies_by_dyad
from trustpanel.models.within import starts


@dataclass(frozen=True)
class Fitted:
    """A design with its fit."""

    design: Design
    fit: Fit


@dataclass(frozen=True)
class ExtraErrors:
    """Errors beyond the clustered ones, by parameter; `dyadic` is a covariance or the reason why there is none."""

    wild: Mapping[str, Wild]
    permutation: Mapping[str, Permutation]
    dyadic: np.ndarray | None
    notes: Mapping[str, str]


NO_EXTRA = ExtraErrors({}, {}, None, {})


def clustered_by(model: Model) -> str:
    """What the errors of a model are clustered by, in words."""
    return f"clustered by {model.cluster or 'dyad'}"


def fit_model(frame: pd.DataFrame, model: Model) -> Fitted:
    """The design and its fit, or NotEstimableError."""
    design = build_design(frame, model)
    return Fitted(design, fit_linear(design))


def facts(design: Design) -> Facts:
    """Rows, dyads, pairs, states, and how much of the sample is one state's."""
    data = design.rows.frame
    states = np.column_stack([data["ccode_a"].to_numpy(dtype=int), data["ccode_b"].to_numpy(dtype=int)])
    names, counts = np.unique(states, return_counts=True)
    varying = np.asarray(varies_by_dyad(design).any(axis=1))
    apart = varying.sum() if design.model.cluster is None else clusters_apart(design).max()
    contact = pd.Series(design.x[:, 0]).groupby(data["leader_dyad_id"].to_numpy())
    star = int(counts.argmax())
    return Facts(
        outcome_mean=float(design.model.orientation * design.y.mean()),
        n=design.n,
        dyads=design.n_dyads,
        clusters=design.n_clusters,
        clusters_varying=int(apart),
        pairs=int(contact.ngroups),
        switching_pairs=int(((contact.max() - contact.min()) > VARIES).sum()),
        states=len(names),
        states_varying=len(np.unique(states[varying[design.dyad]])),
        star_share=float(counts[star] / design.n),
        star_state=int(names[star]),
        first_year=int(data["year"].min()),
        last_year=int(data["year"].max()),
    )


def weigh_dyads(design: Design, fit: Fit) -> tuple[float, tuple[tuple[int, int, float], ...]]:
    """How many equal dyads carry delta (or the first parameter), and the three that weigh most.

    A dyad's weight is its share of the squared weights of the rows in the estimate; the number is one over the sum of
    the squared shares.
    """
    chosen = next((p for p in design.model.parameters if p.name == "delta"), design.model.parameters[0])
    rows = fit.x @ fit.bread @ contrast_vector(fit.names, chosen.weights)
    shares = np.bincount(fit.dyad, weights=rows**2)
    shares = shares / shares.sum()
    states = design.rows.frame[["ccode_a", "ccode_b"]].to_numpy(dtype=int)[starts(design.dyad)]
    heavy = np.argsort(-shares, kind="stable")[:3]
    return float(1 / (shares**2).sum()), tuple(
        (int(a), int(b), float(shares[i])) for i, (a, b) in zip(heavy, states[heavy], strict=True)
    )


def clustered_by_linearmodels(fitted: Fitted) -> Fitted:
    """The same fit with coefficients and covariance as linearmodels reports them."""
    beta, cov = reported(fitted.design, fitted.fit)
    return Fitted(fitted.design, replace(fitted.fit, beta=beta, cov=cov))


def wild_errors(fitted: Fitted, core: Core) -> dict[str, Wild]:
    """The wild cluster bootstrap of every parameter of the model, all from one seed."""
    rule, fit = core.errors, fitted.fit
    return {
        p.name: wild_cluster(
            fit,
            contrast_vector(fit.names, p.weights),
            weights=rule.wild_weights,
            draws=rule.wild_draws,
            seed=rule.wild_seed,
        )
        for p in fitted.design.model.parameters
    }


def dyadic_errors(fitted: Fitted, core: Core) -> np.ndarray:
    """Dyadic-robust covariance if the sample allows it, else NotEstimableError."""
    known = facts(fitted.design)
    require_dyadic(core.errors, star_share=known.star_share, states_varying=known.states_varying)
    data = fitted.design.rows.frame
    return dyadic_covariance(fitted.fit, data["ccode_a"].to_numpy(dtype=int), data["ccode_b"].to_numpy(dtype=int))


def to_estimate(
    fitted: Fitted,
    core: Core,
    extra: ExtraErrors = NO_EXTRA,
    *,
    same_rows: Mapping[str, dict[str, float]] | None = None,
) -> Estimate:
    """The reported form of a fit."""
    design, fit = fitted.design, fitted.fit
    testable = variation_of_terms(design)
    weak = [name for name, t in testable.items() if not t.testable]
    effective, heaviest = weigh_dyads(design, fit)
    parameters = {
        p.name: _parameter(p.name, contrast_vector(fit.names, p.weights), fitted, core, extra)
        for p in design.model.parameters
    }
    return Estimate(
        name=design.model.name,
        label=design.model.label,
        status="not_testable_here" if weak else "estimated",
        reason=too_little(weak, design) if weak else None,
        outcome=design.model.outcome,
        orientation=design.model.orientation,
        facts=replace(facts(design), effective_dyads=effective, heaviest_dyads=heaviest),
        r2_within=fit.r2_within,
        parameters=parameters,
        testable=testable,
        dropped_rows=design.rows.dropped,
        missing=dict(design.rows.missing),
        dropped_columns=design.dropped_columns,
        columns=tuple(n for n in design.z_names if not n.startswith("year ")),
        errors={"small_sample": core.small_sample, **extra.notes},
        same_rows=None if same_rows is None else dict(same_rows),
        notes=(),
    )


def not_estimable(model: Model, error: NotEstimableError) -> Estimate:
    """The reported form of a fit that cannot be made: no numbers, but the reason."""
    return Estimate(
        name=model.name,
        label=model.label,
        status="not_estimable",
        reason=error.reason,
        outcome=model.outcome,
        orientation=model.orientation,
        facts=None,
        r2_within=None,
        parameters={},
        testable={},
        dropped_rows=(),
        missing={},
        dropped_columns=(),
        columns=(),
        errors={},
        same_rows=None,
        notes=(),
    )


def _parameter(name: str, contrast: np.ndarray, fitted: Fitted, core: Core, extra: ExtraErrors) -> ParameterEstimate:
    fit, model = fitted.fit, fitted.design.model
    found = interval(float(contrast @ fit.beta), float(contrast @ fit.cov @ contrast), fit.df)
    level = core.decision.level
    mde = minimum_detectable(found.se, level)
    margin = model.smallest_effect if name in {p.name for p in core.parameters} else None
    wild, permutation = extra.wild.get(name), extra.permutation.get(name)
    dyadic = None
    if extra.dyadic is not None:
        other = interval(found.estimate, float(contrast @ extra.dyadic @ contrast), fit.df)
        dyadic = Dyadic(other.se, other.p, other.ci90, other.ci95)
    return ParameterEstimate(
        name=name,
        estimate=found.estimate,
        se=found.se,
        t=found.t,
        df=found.df,
        p=found.p,
        ci90=found.ci90,
        ci95=found.ci95,
        mde=mde,
        powered=None if margin is None else mde <= margin,
        equivalence=None
        if margin is None
        else equivalence(found.estimate, found.se, fit.df, margin=margin, level=level),
        wild=wild,
        permutation=permutation,
        dyadic=dyadic,
        main=choose_errors(found, wild, permutation, dyadic, level=level, clustered=clustered_by(model)),
    )


def choose_errors(
    found: Interval,
    wild: Wild | None,
    permutation: Permutation | None,
    dyadic: Dyadic | None,
    *,
    level: float,
    clustered: str,
) -> MainErrors:
    """Dyadic-robust where allowed.

    Else the bootstrap's interval, and both tests must reject; else clustered (variants).
    """
    if dyadic is not None:
        return MainErrors("dyadic-robust", dyadic.p, dyadic.ci90, dyadic.ci95, *_signs(dyadic.ci95, True))
    if wild is None:
        return MainErrors(clustered, found.p, found.ci90, found.ci95, *_signs(found.ci95, True))
    if permutation is None:
        label = "wild cluster bootstrap alone"
        return MainErrors(label, wild.p, wild.ci90, wild.ci95, None, None)
    both = max(wild.p, permutation.p)
    label = "randomisation + wild cluster bootstrap"
    return MainErrors(label, both, wild.ci90, wild.ci95, *_signs(wild.ci95, both < level))


def _signs(ci: tuple[float | None, float | None], rejected: bool) -> tuple[bool, bool]:
    low, high = ci
    return rejected and low is not None and low > 0, rejected and high is not None and high < 0
