"""The core model of an analysis file: terms, parameters, grains, errors, decision rule and variants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.models.spec_types import (
    GRAINS,
    Contrast,
    Core,
    DecisionRule,
    ErrorRule,
    Grain,
    LagBins,
    Sample,
    Term,
    TestableRule,
    Variant,
)
from trustpanel.models.toml_table import REAL, Fields, file_sha256, one_of, take

EFFECTS = ("dyad", "year")
BLOCKS = ("interpersonal", "state", "discretion", "ideology")
ERRORS = ("randomisation", "wild_cluster_bootstrap", "dyadic_robust", "clustered")
MODEL: Fields = {
    "estimator": str,
    "effects": list,
    "cluster": str,
    "controls": str,
    "small_sample": str,
    "half_life": REAL,
    "spline_knots": list,
    "sample": dict,
    "terms": list,
    "parameters": dict,
    "lag_bins": dict,
}
GRAIN: Fields = {
    "outcome": str,
    "orientation": int,
    "smallest_effect": REAL,
    "lead": str,
    "splines": list,
    "flags": list,
}
RULE: Fields = {
    "main": list,
    "dyadic_star_share_max": REAL,
    "dyadic_states_min": int,
    "wild_weights": str,
    "wild_draws": int,
    "wild_seed": int,
    "permutation_draws": int,
    "permutation_draws_full": int,
    "permutation_seed": int,
}
TESTABLE: Fields = {"dyads_min": int, "within_share_min": REAL, "leaders_a_side_min": int, "partners_min": int}
DECISION: Fields = {"claim_interval": REAL, "equivalence_interval": REAL, "level": REAL}
SETS = {
    "risk_set": "risk_set",
    "coverage": "coverage",
    "window": "window",
    "controls": "controls",
    "add_block": "block",
}
VARIANT: Fields = {
    "half_life": str,
    **dict.fromkeys(SETS, str),
    "outcome": str,
    "weights": str,
    "standardise": bool,
    "dummies": list,
    "effects": list,
    "needs_leaders": bool,
}


def read_core(table: dict[str, Any], *, file: Path, library: SetLibrary) -> Core:
    """The core model that the file declares."""
    top = {"model": dict, "grain": dict, "errors": dict, "testable": dict, "decision": dict, "variants": list}
    parts = take({k: v for k, v in table.items() if k in top}, file=file, where="analysis", required=top)
    model = take(parts["model"], file=file, where="model", required=MODEL)
    one_of(model["estimator"], ("linear_two_way",), file=file, where="model.estimator")
    one_of(model["cluster"], ("dyad",), file=file, where="model.cluster")
    for effect in model["effects"]:
        one_of(effect, EFFECTS, file=file, where="model.effects")
    terms = tuple(read_term(t, file=file, where="model", blocks=BLOCKS) for t in model["terms"])
    grains = take(parts["grain"], file=file, where="grain", required=dict.fromkeys(GRAINS, dict))
    rule = take(parts["errors"], file=file, where="errors", required=RULE)
    for name in rule["main"]:
        one_of(name, ERRORS, file=file, where="errors.main")
    one_of(rule["wild_weights"], ("webb", "rademacher"), file=file, where="errors.wild_weights")
    return Core(
        owner=table["id"],
        sha256=file_sha256(file),
        **{k: model[k] for k in ("estimator", "effects", "cluster", "small_sample", "half_life", "spline_knots")},
        controls=library.get("controls", model["controls"], file=file),
        sample=_sample(model["sample"], file=file, library=library),
        terms=terms,
        parameters=read_parameters(model["parameters"], terms, file=file, where="model"),
        lag_bins=LagBins(
            **take(model["lag_bins"], file=file, where="model.lag_bins", required={"months": list, "columns": list})
        ),
        grains=tuple(_grain(name, grains[name], file=file) for name in GRAINS),
        errors=ErrorRule(**rule),
        testable=TestableRule(**take(parts["testable"], file=file, where="testable", required=TESTABLE)),
        decision=_decision(parts["decision"], file=file),
        variants=_variants(parts["variants"], file=file, library=library),
    )


def read_term(table: Any, *, file: Path, where: str, blocks: tuple[str, ...]) -> Term:
    """A declared term, in one of the blocks."""
    fields = take(table, file=file, where=f"{where}.terms", required=dict.fromkeys(("name", "column", "block"), str))
    one_of(fields["block"], blocks, file=file, where=f"{where}.terms.{fields['name']}.block")
    return Term(**fields)


def _sample(table: Any, *, file: Path, library: SetLibrary) -> Sample:
    fields = take(table, file=file, where="model.sample", required={"risk_set": str, "coverage": str, "window": str})
    return Sample(**{kind: library.get(kind, reference, file=file) for kind, reference in fields.items()})


def read_parameters(table: Any, terms: tuple[Term, ...], *, file: Path, where: str) -> tuple[Contrast, ...]:
    """Declared weighted sums of the terms."""
    known: Fields = dict.fromkeys((t.name for t in terms), REAL)
    found = []
    for name, weights in table.items():
        chosen = take(weights, file=file, where=f"{where}.parameters.{name}", required={}, optional=known)
        if not any(chosen.values()):
            raise AnalysisError(
                "a parameter has no weight on any term", file=file, found=name, next_step="declare its weights"
            )
        found.append(Contrast(name, tuple((term, float(w)) for term, w in chosen.items())))
    return tuple(found)


def _grain(name: str, table: Any, *, file: Path) -> Grain:
    fields = take(table, file=file, where=f"grain.{name}", required=GRAIN)
    if fields["orientation"] not in (1, -1):
        raise AnalysisError(
            f"`grain.{name}.orientation` is not a sign",
            file=file,
            expected="1 or -1",
            found=fields["orientation"],
            next_step="-1 where more of the outcome is harm, else 1",
        )
    if not fields["smallest_effect"] > 0:
        raise AnalysisError(
            f"`grain.{name}.smallest_effect` is not above 0",
            file=file,
            expected="a number above 0",
            found=fields["smallest_effect"],
            next_step="declare the smallest effect of interest in units of the outcome",
        )
    return Grain(grain=name, **fields)


def _decision(table: Any, *, file: Path) -> DecisionRule:
    """Intervals are computed at 95 and 90 %, tests at 5 %: another declaration would not be what is reported."""
    rule = DecisionRule(**take(table, file=file, where="decision", required=DECISION))
    if rule != DecisionRule(0.95, 0.90, 0.05):
        raise AnalysisError(
            "the decision rule asks for intervals that are not computed",
            file=file,
            expected="0.95, 0.90, 0.05",
            found=rule,
            next_step="declare these three values",
        )
    return rule


def _variants(tables: Any, *, file: Path, library: SetLibrary) -> tuple[Variant, ...]:
    found: dict[str, Variant] = {}
    for table in tables:
        fields = take(
            table, file=file, where="variants", required={"name": str, "label": str, "grains": list}, optional=VARIANT
        )
        for grain in fields["grains"]:
            one_of(grain, GRAINS, file=file, where=f"variants.{fields['name']}.grains")
        for effect in fields.get("effects", ()):
            one_of(effect, EFFECTS, file=file, where=f"variants.{fields['name']}.effects")
        for field, kind in SETS.items():
            if field in fields:
                fields[field] = library.get(kind, fields[field], file=file)
        if fields["name"] in found:
            raise AnalysisError("two variants have one name", file=file, found=fields["name"], next_step="rename one")
        found[fields["name"]] = Variant(**fields)
    return tuple(found.values())
