"""One fully resolved model: the core with a grain and, if any, a variant written into it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trustpanel.models.spec_types import NO_ROLES, Contrast, Core, Grain, Roles, Sample, Term, TestableRule, Variant


@dataclass(frozen=True)
class Model:
    """What one fit needs and nothing else; `smallest_effect` is None where the unit is another one.

    `cluster` is the column by which errors are clustered where it is not the dyad: one death can end several pairs.
    """

    name: str
    label: str
    grain: str
    outcome: str
    orientation: int
    smallest_effect: float | None
    terms: tuple[Term, ...]
    parameters: tuple[Contrast, ...]
    controls: tuple[str, ...]
    splines: tuple[str, ...]
    spline_knots: tuple[float, ...]
    flags: tuple[str, ...]
    dummies: tuple[str, ...]
    effects: tuple[str, ...]
    sample: Sample
    weights: str | None
    standardise: bool
    needs_leaders: bool
    testable: TestableRule
    cluster: str | None = None
    roles: Roles = NO_ROLES


def main_model(core: Core, grain: str) -> Model:
    """The core model on one grain."""
    g = grain_of(core, grain)
    return Model(
        name="main",
        label="main model",
        grain=grain,
        outcome=g.outcome,
        orientation=g.orientation,
        smallest_effect=g.smallest_effect,
        terms=core.terms,
        parameters=core.parameters,
        controls=core.controls.columns,
        splines=g.splines,
        spline_knots=core.spline_knots,
        flags=g.flags,
        dummies=(),
        effects=core.effects,
        sample=core.sample,
        weights=None,
        standardise=False,
        needs_leaders=False,
        testable=core.testable,
    )


def grain_of(core: Core, grain: str) -> Grain:
    """The grain of that name among those that the core model declares."""
    return next(g for g in core.grains if g.grain == grain)


def with_terms(model: Model, columns: tuple[tuple[str, str, str], ...], *, name: str, label: str) -> Model:
    """The model with more terms (name, column, block), each a parameter of its own."""
    terms = tuple(Term(*c) for c in columns)
    parameters = tuple(Contrast(t.name, ((t.name, 1.0),)) for t in terms)
    return replace(model, name=name, label=label, terms=model.terms + terms, parameters=model.parameters + parameters)


def lead_model(core: Core, grain: str) -> Model:
    """The main model with the placebo lead: contact after the outcome window opens."""
    lead = grain_of(core, grain).lead
    return with_terms(
        main_model(core, grain), (("lead", lead, "interpersonal"),), name="placebo_lead", label="+ placebo lead"
    )


def lag_model(core: Core, grain: str, without: frozenset[str] = frozenset()) -> Model:
    """The main model with free lag bins in place of the decay.

    `without` names bin columns that vary in too few dyads; a parameter loses the bins of which a column is absent, and
    its mean is over the rest.
    """
    bins, decay = core.lag_bins.columns, lag_decay(core)
    stems = {t.name: t.column.removesuffix("_stock") for t in core.terms}
    terms = (Term(f"{stems[t.name]}_{b}", f"{stems[t.name]}_{b}", t.block) for t in core.terms for b in bins)
    parameters = []
    for p in core.parameters:
        kept = [b for b in bins if not any(f"{stems[t]}_{b}" in without for t, _ in p.weights)]
        parameters += [Contrast(f"{p.name}_{b}", tuple((f"{stems[t]}_{b}", w) for t, w in p.weights)) for b in kept]
        whole = sum(decay[b] for b in kept)
        if kept:
            mean = tuple((f"{stems[t]}_{b}", w * decay[b] / whole) for t, w in p.weights for b in kept)
            parameters.append(Contrast(f"{p.name}_mean", mean))
    return replace(
        main_model(core, grain),
        name="lag_bins",
        label="free lag bins",
        terms=tuple(t for t in terms if t.name not in without),
        parameters=tuple(parameters),
    )


def lag_decay(core: Core) -> dict[str, float]:
    """What the main half-life leaves of a meeting in the middle of each bin: the bin's weight in the mean over bins."""
    bins = core.lag_bins
    return {
        b: 0.5 ** ((low + high) / 2 / core.half_life) for b, (low, high) in zip(bins.columns, bins.months, strict=True)
    }


def variant_model(core: Core, grain: str, variant: Variant) -> Model:
    """The main model with one declared departure."""
    model = main_model(core, grain)
    if variant.half_life is not None:
        terms = tuple(replace(t, column=f"{t.column}_{variant.half_life}") for t in model.terms)
        model = replace(model, terms=terms)
    if variant.add_block is not None:
        block = variant.add_block
        kind = block.reference.split(".")[0].split("_")[0]
        model = with_terms(model, tuple((c, c, kind) for c in block.columns), name="", label="")
    sample = Sample(
        risk_set=variant.risk_set or model.sample.risk_set,
        coverage=variant.coverage or model.sample.coverage,
        window=variant.window or model.sample.window,
    )
    other_outcome = variant.outcome is not None
    other_unit = other_outcome or variant.standardise
    return replace(
        model,
        name=variant.name,
        label=variant.label,
        sample=sample,
        controls=model.controls if variant.controls is None else variant.controls.columns,
        smallest_effect=None if other_unit else model.smallest_effect,
        outcome=variant.outcome or model.outcome,
        orientation=1 if other_outcome else model.orientation,
        weights=variant.weights,
        standardise=variant.standardise,
        dummies=variant.dummies,
        effects=model.effects if variant.effects is None else variant.effects,
        needs_leaders=variant.needs_leaders,
    )
