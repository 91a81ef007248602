"""The frozen file on the contest is read into `ContestSpec`, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.models.spec_types import GRAINS, Core, NamedSet
from trustpanel.models.toml_table import REAL, Fields, by_name, one_of, read_frozen, take

FILE = "contest.toml"
FAMILIES = ("gaussian", "logit", "poisson")
BLOCKS = ("interpersonal", "state", "ideology")
OWN: Fields = {
    "rule": dict,
    "columns": dict,
    "samples": list,
    "outcomes": list,
    "forms": list,
}
OUTCOME = {"name": str, "label": str, "grain": str, "family": str, "horizon": int}
RULE: Fields = {"folds": int, "repeats": int, "steps": int, "draws": int, "seed": int, "level": REAL}


@dataclass(frozen=True)
class ContestSample:
    """Rows of a contest, and the grains on which they are declared."""

    name: str
    label: str
    coverage: NamedSet
    risk_set: NamedSet
    grains: tuple[str, ...] = GRAINS


@dataclass(frozen=True)
class ContestOutcome:
    """One outcome, its grain, the family of its likelihood, and the years over which it is read."""

    name: str
    label: str
    grain: str
    family: str
    horizon: int


@dataclass(frozen=True)
class Candidate:
    """A column that enters its block where it is known and varies enough; `mask` then becomes a control."""

    column: str
    block: str
    mask: str | None = None


@dataclass(frozen=True)
class Form:
    """One set of rival blocks; `known_share_min` None is that of the spec."""

    name: str
    label: str
    columns: tuple[Candidate, ...]
    known_share_min: float | None = None


@dataclass(frozen=True)
class ContestSpec:
    """The declared contests: every form on every sample and outcome; the first of each is the main one."""

    title: str
    version: int
    frozen: str
    seen_before_freeze: str
    statement: str
    falsifier: str
    rule: tuple[tuple[str, float], ...]
    known_share_min: float
    samples: tuple[ContestSample, ...]
    outcomes: tuple[ContestOutcome, ...]
    forms: tuple[Form, ...]
    core: Core
    sha256: str


def load_contest_spec(folder: Path, core: Core, *, concepts: Mapping[str, str] | None = None) -> ContestSpec:
    """`contest.toml` of the folder; AnalysisError names the first field that is not as declared.

    `core` lends effects, controls, splines and the rule of what is testable. `concepts` maps a variable to its codebook
    concept: a variable of bonding stands in the block `interpersonal`, or is the stock of other pairs.
    """
    file = folder / FILE
    head, fields = read_frozen(file, required=OWN)
    library = SetLibrary.read(folder)
    forms = by_name([_form(t, concepts or {}, file=file) for t in fields["forms"]], file=file)
    samples = by_name([_sample(t, library, file=file) for t in fields["samples"]], file=file)
    outcomes = by_name([_outcome(t, file=file) for t in fields["outcomes"]], file=file)
    return ContestSpec(
        **head,
        rule=tuple(take(fields["rule"], file=file, where="rule", required=RULE).items()),
        **take(fields["columns"], file=file, where="columns", required={"known_share_min": REAL}),
        samples=tuple(samples.values()),
        outcomes=tuple(outcomes.values()),
        forms=tuple(forms.values()),
        core=core,
    )


def _sample(table: Any, library: SetLibrary, *, file: Path) -> ContestSample:
    needed: Fields = {"name": str, "label": str, "coverage": str, "risk_set": str}
    fields = take(table, file=file, where="samples", required=needed, optional={"grains": list})
    for grain in fields.get("grains", ()):
        one_of(grain, GRAINS, file=file, where=f"samples.{fields['name']}.grains")
    for kind in ("coverage", "risk_set"):
        fields[kind] = library.get(kind, fields[kind], file=file)
    return ContestSample(**fields)


def _outcome(table: Any, *, file: Path) -> ContestOutcome:
    fields = take(table, file=file, where="outcomes", required=OUTCOME)
    where = f"outcomes.{fields['name']}"
    one_of(fields["grain"], GRAINS, file=file, where=f"{where}.grain")
    one_of(fields["family"], FAMILIES, file=file, where=f"{where}.family")
    if fields["horizon"] < 1:
        raise AnalysisError(
            f"`{where}.horizon` is below 1", file=file, found=fields["horizon"], next_step="count the year itself as 1"
        )
    return ContestOutcome(**fields)


def _form(table: Any, concepts: Mapping[str, str], *, file: Path) -> Form:
    needed: Fields = {"name": str, "label": str, "columns": list}
    fields = take(table, file=file, where="forms", required=needed, optional={"known_share_min": REAL})
    where = f"forms.{fields['name']}.columns"
    found = []
    for column in fields["columns"]:
        held = take(column, file=file, where=where, required={"column": str, "block": str}, optional={"mask": str})
        one_of(held["block"], BLOCKS, file=file, where=f"{where}.{held['column']}.block")
        bonding = concepts.get(held["column"]) == "bonding" and held["column"] != "state_stock"
        if bonding and held["block"] != "interpersonal":
            raise AnalysisError(
                "a variable of bonding stands for another explanation",
                file=file,
                row=held["column"],
                expected="interpersonal",
                found=held["block"],
                next_step="put it into the block `interpersonal`",
            )
        found.append(Candidate(**held))
    return Form(fields["name"], fields["label"], tuple(found), fields.get("known_share_min"))
