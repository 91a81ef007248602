"""The frozen file on doubt is read into `DoubtSpec`, checked field by field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.models.spec_types import Core, NamedSet
from trustpanel.models.toml_table import REAL, Fields, numbers, one_of, read_frozen, take

FILE = "doubt.toml"
MISSED = ("none", "both_passes", "first_pass", "lists_alone")
MAIN_WORLD = "first_pass"
OWN: Fields = {
    "core": str,
    "coding": dict,
    "bond": dict,
    "trust": dict,
    "selection": dict,
    "missing": dict,
    "tipping": dict,
}
CODING: Fields = {
    "draws": int,
    "seed": int,
    "prior_meetings": REAL,
    "shift_days_max": int,
    "coverages": list,
    "worlds": list,
}
TRUST: Fields = {
    "draws": int,
    "seed": int,
    "correlations": list,
    "known_share_min": REAL,
    "hypotheses": list,
    "contests": list,
}
WEIGHTS: Fields = {
    "risk_set": str,
    "coverage": str,
    "folds": int,
    "seed": int,
    "trim": list,
    "effective_share_min": REAL,
    "outside_share_max": REAL,
    "spline_years": list,
    "covariates": list,
    "masked": list,
}


@dataclass(frozen=True)
class WorldSpec:
    """One kind of drawn world: how complete the found meetings are taken to be."""

    name: str
    label: str
    missed: str


@dataclass(frozen=True)
class CodingSpec:
    """Draws over errors of coding."""

    draws: int
    seed: int
    prior_meetings: float
    shift_days_max: int
    coverages: tuple[NamedSet, ...]
    worlds: tuple[WorldSpec, ...]
    bond_label: str


@dataclass(frozen=True)
class TrustSpec:
    """Draws of latent trust: hypotheses as (id, column it replaces, mask), contests as (outcome, sample)."""

    draws: int
    seed: int
    correlations: tuple[float, ...]
    known_share_min: float
    hypotheses: tuple[tuple[str, str, str], ...]
    contests: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WeightSpec:
    """A model of a chance (to meet, to be covered) and the rule of its weights.

    `past` are the columns of the numerator; `certain` marks rows whose chance is 1.
    """

    risk_set: NamedSet
    coverage: NamedSet
    folds: int
    seed: int
    trim: tuple[float, float]
    effective_share_min: float
    outside_share_max: float
    spline_years: tuple[float, ...]
    covariates: tuple[str, ...]
    masked: tuple[str, ...]
    past: tuple[str, ...] = ()
    certain: NamedSet | None = None


@dataclass(frozen=True)
class TippingSpec:
    """Shares of unknown years that are given a meeting, so many days before the row's day."""

    shares: tuple[float, ...]
    draws: int
    seed: int
    days_before: int


@dataclass(frozen=True)
class DoubtSpec:
    """The whole frozen file."""

    title: str
    version: int
    frozen: str
    seen_before_freeze: str
    statement: str
    falsifier: str
    core: Core
    coding: CodingSpec
    trust: TrustSpec
    selection: WeightSpec
    missing: WeightSpec
    tipping: TippingSpec
    sha256: str


def load_doubt_spec(folder: Path, core: Core) -> DoubtSpec:
    """`doubt.toml` of the folder; AnalysisError names the first field that is not as declared."""
    file = folder / FILE
    head, fields = read_frozen(file, required=OWN)
    one_of(fields["core"], (core.owner,), file=file, where="doubt.core")
    library = SetLibrary.read(folder)
    tipping = take(
        fields["tipping"],
        file=file,
        where="tipping",
        required={"shares": list, "draws": int, "seed": int, "days_before": int},
    )
    _within(tipping["shares"], file=file, where="tipping.shares")
    return DoubtSpec(
        **head,
        core=core,
        coding=_coding(fields["coding"], fields["bond"], library, file=file),
        trust=_trust(fields["trust"], file=file),
        selection=_weights(fields["selection"], library, file=file, where="selection", more={"past": list}),
        missing=_weights(fields["missing"], library, file=file, where="missing", more={"certain": str}),
        tipping=TippingSpec(**tipping),
    )


def _coding(table: Any, bond: Any, library: SetLibrary, *, file: Path) -> CodingSpec:
    fields = take(table, file=file, where="coding", required=CODING)
    worlds = []
    for world in fields.pop("worlds"):
        held = take(world, file=file, where="coding.worlds", required=dict.fromkeys(("name", "label", "missed"), str))
        one_of(held["missed"], MISSED, file=file, where=f"coding.worlds.{held['name']}.missed")
        worlds.append(WorldSpec(**held))
    one_of(MAIN_WORLD, tuple(w.name for w in worlds), file=file, where="coding.worlds")
    if fields["draws"] < 2 or not fields["prior_meetings"] > 0:
        raise AnalysisError(
            "`coding` needs two draws or more and a prior above 0",
            file=file,
            found=f"{fields['draws']}, {fields['prior_meetings']}",
            next_step="mend the values",
        )
    fields["coverages"] = tuple(library.get("coverage", c, file=file) for c in fields["coverages"])
    label = take(bond, file=file, where="bond", required={"label": str})["label"]
    return CodingSpec(**fields, worlds=tuple(worlds), bond_label=label)


def _trust(table: Any, *, file: Path) -> TrustSpec:
    fields = take(table, file=file, where="trust", required=TRUST)
    _within(fields["correlations"], file=file, where="trust.correlations")
    asked: Fields = {"id": str, "column": str, "mask": str}
    fields["hypotheses"] = tuple(
        tuple(take(t, file=file, where="trust.hypotheses", required=asked)[k] for k in asked)
        for t in fields["hypotheses"]
    )
    pair: Fields = {"outcome": str, "sample": str}
    fields["contests"] = tuple(
        tuple(take(t, file=file, where="trust.contests", required=pair)[k] for k in pair) for t in fields["contests"]
    )
    return TrustSpec(**fields)


def _weights(table: Any, library: SetLibrary, *, file: Path, where: str, more: Fields) -> WeightSpec:
    fields = take(table, file=file, where=where, required={**WEIGHTS, **more})
    low, high = numbers(fields["trim"], count=2, file=file, where=f"{where}.trim")
    if not 0 <= low < high <= 1:
        raise AnalysisError(
            f"`{where}.trim` is no pair of quantiles",
            file=file,
            expected="0 <= low < high <= 1",
            found=fields["trim"],
            next_step="mend the pair",
        )
    fields["risk_set"] = library.get("risk_set", fields["risk_set"], file=file)
    for kind in ("coverage", "certain"):
        if kind in fields:
            fields[kind] = library.get("coverage", fields[kind], file=file)
    return WeightSpec(**fields)


def _within(values: tuple[float, ...], *, file: Path, where: str) -> None:
    if not numbers(values, file=file, where=where) or not all(0 <= v <= 1 for v in values):
        raise AnalysisError(
            f"`{where}` are no shares", file=file, expected="0 to 1", found=values, next_step="mend the list"
        )
