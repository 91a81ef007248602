"""One call: frozen specifications and frames in, results out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from trustpanel.errors import NotEstimableError
from trustpanel.models.blocks import BlockFit, Encompassing, compare_blocks
from trustpanel.models.decision import Evidence, Verdict, decide, holm
from trustpanel.models.estimate import Estimate, GrainResult, Result
from trustpanel.models.fitting import (
    ExtraErrors,
    Fitted,
    clustered_by_linearmodels,
    dyadic_errors,
    fit_model,
    not_estimable,
    to_estimate,
    wild_errors,
)
from trustpanel.models.frames import Frames, numbers
from trustpanel.models.influence import LeaveOneOut, leave_one_dyad_out
from trustpanel.models.linear import contrast_vector
from trustpanel.models.logit import LogitCheck, hazard_check
from trustpanel.models.model import Model, grain_of, lag_model, lead_model, main_model, variant_model
from trustpanel.models.permute import Permutation, build_world, check_observed, permute
from trustpanel.models.rows import dyad_codes, select_rows
from trustpanel.models.spec_types import GRAINS, Core, Spec, Variant
from trustpanel.models.variation import dyads_varying
from trustpanel.models.worlds.notes import warn_main

YOUNGEST_BIN = "0_12"


@dataclass(frozen=True)
class CoreResult:
    """The core model on both grains, and the verdict."""

    grains: dict[str, GrainResult]
    verdict: Verdict


def run(spec: Spec, frames: Frames, *, draws: int | None = None) -> Result:
    """The result of one hypothesis. Holm is over the secondary hypotheses given, here at most one."""
    return run_family((spec,), frames, draws=draws)[spec.id]


def run_family(specs: Sequence[Spec], frames: Frames, *, draws: int | None = None) -> dict[str, Result]:
    """{id: Result}; a core model that several hypotheses share is estimated once.

    `draws` replaces the declared number of randomisation draws. Same inputs, same bytes of `Result.dumps()`.
    """
    cores: dict[str, CoreResult] = {}
    for spec in specs:
        if spec.core.owner not in cores:
            cores[spec.core.owner] = ESTIMATORS[spec.core.estimator](
                spec.core, frames, draws or spec.core.errors.permutation_draws
            )
    adjusted = {owner: _holm(specs, owner, core) for owner, core in cores.items()}
    return {s.id: _result(s, cores[s.core.owner], adjusted[s.core.owner]) for s in specs}


def estimate_two_way(core: Core, frames: Frames, draws: int) -> CoreResult:
    """Both grains of a linear model with dyad and year effects, every declared check, and the verdict."""
    grains = {grain: _grain(core, grain, frames, draws) for grain in GRAINS}
    return CoreResult(grains, _verdict(core, grains))


ESTIMATORS: dict[str, Callable[[Core, Frames, int], CoreResult]] = {"linear_two_way": estimate_two_way}


@dataclass(frozen=True)
class _MainPart:
    """What hangs on the main fit of a grain."""

    main: Estimate
    leave_one_dyad_out: dict[str, LeaveOneOut] | None = None
    blocks: tuple[BlockFit, ...] = ()
    encompassing: tuple[Encompassing, ...] = ()
    logit: LogitCheck | None = None


def _grain(core: Core, grain: str, frames: Frames, draws: int) -> GrainResult:
    declared, sample = grain_of(core, grain), core.sample
    part, lags = _main(core, grain, frames, draws), _lags(core, grain, frames)
    return GrainResult(
        grain=grain,
        outcome=declared.outcome,
        orientation=declared.orientation,
        smallest_effect=declared.smallest_effect,
        sample={k: getattr(sample, k).reference for k in ("risk_set", "coverage", "window")},
        main=part.main,
        placebo_lead=_added(core, lead_model(core, grain), frames, wild=True),
        lag_bins=lags,
        agrees_in_sign=_agreement(part.main, lags),
        leave_one_dyad_out=part.leave_one_dyad_out,
        variants=tuple(_variant(core, grain, v, frames) for v in core.variants if grain in v.grains),
        blocks=part.blocks,
        encompassing=part.encompassing,
        logit=part.logit,
    )


def _main(core: Core, grain: str, frames: Frames, draws: int) -> _MainPart:
    """The main fit with all its errors, one dyad left out at a time, the blocks compared, the hazard as a logit."""
    model = main_model(core, grain)
    try:
        fitted = clustered_by_linearmodels(fit_model(frames.grain(grain), model))
        main = warn_main(to_estimate(fitted, core, _main_errors(core, fitted, frames, grain, draws)), grain)
    except NotEstimableError as error:
        return _MainPart(not_estimable(model, error))
    design, fit = fitted.design, fitted.fit
    contrasts = {p.name: contrast_vector(fit.names, p.weights) for p in model.parameters}
    states = design.rows.frame[["ccode_a", "ccode_b"]].to_numpy(dtype=int)
    blocks, tests = compare_blocks(design, fit)
    logit = hazard_check(design) if grain == "monthly" else None
    return _MainPart(main, leave_one_dyad_out(fit, contrasts, states), blocks, tests, logit)


def _main_errors(core: Core, fitted: Fitted, frames: Frames, grain: str, draws: int) -> ExtraErrors:
    """Bootstrap always; randomisation and dyadic-robust errors where the sample allows them, else the reason."""
    notes = {"dyadic": "estimated", "randomisation": "estimated"}
    dyadic, permuted = None, {}
    try:
        dyadic = dyadic_errors(fitted, core)
    except NotEstimableError as error:
        notes["dyadic"] = f"not estimable: {error.reason}"
    try:
        permuted = _permuted(core, fitted, frames, grain, draws)
    except NotEstimableError as error:
        notes["randomisation"] = f"not estimable: {error.reason}"
    return ExtraErrors(wild_errors(fitted, core), permuted, dyadic, notes)


def _permuted(core: Core, fitted: Fitted, frames: Frames, grain: str, draws: int) -> dict[str, Permutation]:
    world = build_world(fitted.design.rows.frame, frames, grain)
    check_observed(world, fitted.design.x, core.half_life)
    parameters = fitted.design.model.parameters
    contrasts = tuple(contrast_vector(fitted.fit.names, p.weights) for p in parameters)
    found = permute(
        fitted.fit, world, contrasts, half_life=core.half_life, draws=draws, seed=core.errors.permutation_seed
    )
    return {p.name: f for p, f in zip(parameters, found, strict=True)}


def _plain(core: Core, model: Model, frames: Frames) -> Estimate:
    try:
        return warn_main(to_estimate(fit_model(frames.grain(model.grain), model), core), model.grain)
    except NotEstimableError as error:
        return not_estimable(model, error)


def _lags(core: Core, grain: str, frames: Frames) -> Estimate:
    """The free lag bins; a bin that varies in too few dyads is left out by the declared rule and named."""
    whole = lag_model(core, grain)
    try:
        rows = select_rows(frames.grain(grain), whole).frame
        dyad = dyad_codes(rows)
        thin = {t.name for t in whole.terms if dyads_varying(numbers(rows, t.column), dyad) < core.testable.dyads_min}
        if len(thin) == len(whole.terms):
            raise NotEstimableError(
                "every lag bin varies in too few dyads", expected=f"at least {core.testable.dyads_min}"
            )
        found = warn_main(to_estimate(fit_model(rows, lag_model(core, grain, frozenset(thin))), core), grain)
    except NotEstimableError as error:
        return not_estimable(whole, error)
    left_out = f"left out, varies in fewer than {core.testable.dyads_min} dyads: {', '.join(sorted(thin))}"
    return replace(found, notes=(left_out, *found.notes)) if thin else found


def _added(core: Core, model: Model, frames: Frames, *, wild: bool = False) -> Estimate:
    """A model with added terms, and beside it the same model without them on the same rows."""
    try:
        fitted = fit_model(frames.grain(model.grain), model)
        extra = ExtraErrors(wild_errors(fitted, core) if wild else {}, {}, None, {})
        k = len(core.terms)
        base = replace(model, terms=model.terms[:k], parameters=model.parameters[: len(core.parameters)])
        same = to_estimate(fit_model(fitted.design.rows.frame, base), core)
        rows = {name: {"estimate": p.estimate, "se": p.se, "p": p.p} for name, p in same.parameters.items()}
        return warn_main(to_estimate(fitted, core, extra, same_rows=rows), model.grain)
    except NotEstimableError as error:
        return not_estimable(model, error)


def _variant(core: Core, grain: str, variant: Variant, frames: Frames) -> Estimate:
    model = variant_model(core, grain, variant)
    return _added(core, model, frames) if variant.add_block is not None else _plain(core, model, frames)


def _agreement(main: Estimate, lags: Estimate) -> dict[str, bool] | None:
    """Whether the mean over the free lag bins has the sign of the main estimate."""
    if not lags.parameters or not main.parameters:
        return None
    # a mean without the youngest meetings, which weigh most, says nothing about the sign
    means = {
        name: lags.parameters[f"{name}_mean"]
        for name in main.parameters
        if f"{name}_mean" in lags.parameters and f"{name}_{YOUNGEST_BIN}" in lags.parameters
    }
    return {name: (main.parameters[name].estimate > 0) == (mean.estimate > 0) for name, mean in means.items()}


def _verdict(core: Core, grains: dict[str, GrainResult]) -> Verdict:
    evidence, barred = {}, {}
    for name, grain in grains.items():
        evidence[name] = {
            k: Evidence(p.main.ci90, p.main.ci95, p.main.above_zero) for k, p in grain.main.parameters.items()
        }
        if grain.main.status != "estimated":
            barred[name] = grain.main.reason or grain.main.status
    leads = {name: _lead_p(grain) for name, grain in grains.items()}
    margins = {name: grain.smallest_effect for name, grain in grains.items()}
    return decide(evidence, margins=margins, lead_p=leads, level=core.decision.level, barred=barred)


def _lead_p(grain: GrainResult) -> float | None:
    lead = grain.placebo_lead.parameters.get("lead")
    if lead is None:
        return None
    return lead.wild.p if lead.wild else lead.p


def _holm(specs: Sequence[Spec], owner: str, core: CoreResult) -> dict:
    family = [s for s in specs if s.role == "secondary" and s.core.owner == owner]
    found: dict = {
        "family": [s.id for s in family],
        "note": "Holm is over the hypotheses named in `family`; H4 and H5 have results of their own and are not in it.",
    }
    for grain in GRAINS:
        p = {
            s.id: core.grains[grain].main.parameters[s.parameter].main.p
            for s in family
            if core.grains[grain].main.parameters
        }
        found[grain] = holm({k: v for k, v in p.items() if v is not None})
    return found


def _result(spec: Spec, core: CoreResult, adjusted: dict) -> Result:
    own = {grain: core.grains[grain].main.parameters.get(spec.parameter) for grain in GRAINS}
    names = ("id", "title", "statement", "falsifier", "role", "frozen", "version", "seen_before_freeze", "parameter")
    owner = spec.core.owner == spec.id
    notes = (
        [f"declared and waiting for a source: {', '.join(spec.core.controls.planned)}"]
        if spec.core.controls.planned
        else []
    )
    return Result(
        **{name: getattr(spec, name) for name in names},
        sign=dict(spec.sign),
        core=spec.core.owner,
        spec_sha256=spec.sha256,
        core_sha256=spec.core.sha256,
        samples_sha256=spec.samples_sha256,
        blocks_sha256=spec.blocks_sha256,
        own=own,
        holm=adjusted,
        finding=_finding(spec, own, adjusted),
        adequate_power={g: None if p is None else p.powered for g, p in own.items()},
        verdict=core.verdict if spec.role == "primary" else None,
        grains=core.grains if owner else None,
        notes=tuple(notes),
    )


def _finding(spec: Spec, own: dict, adjusted: dict) -> str:
    """Sign on which both grains and, for a secondary hypothesis, Holm agree."""
    if any(p is None for p in own.values()):
        return "not_estimable"
    level = spec.core.decision.level
    after = all(adjusted[grain].get(spec.id, 0.0) < level for grain in GRAINS)
    for sign, name in (("above_zero", "positive"), ("below_zero", "negative")):
        if after and all(getattr(p.main, sign) for p in own.values()):
            return name
    return "no_clear_sign"
