"""The frozen file on the multiverse is read into `MultiverseSpec`, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.models.multiverse import Choice, Specification, expand_grid
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.models.spec_types import GRAINS, Core, NamedSet
from trustpanel.models.toml_table import REAL, Fields, numbers, one_of, read_frozen, take

FILE = "multiverse.toml"
ESTIMATORS = ("linear", "conditional_logit")
WEIGHTS = ("declared", "equal", "no_sideline")
SOURCES = ("all", "lists", "lists_without_china")
HALF_LIVES = ("36", "12", "24", "60", "none")
# every choice with what it is where a grid does not vary it
FIXED: dict[str, Choice] = {
    "risk_set": "",
    "coverage": "",
    "half_life": "36",
    "controls": "",
    "meeting_weights": "declared",
    "sources": "all",
    "window": "all",
    "age": "splines",
    "effects": "dyad and year",
    "rows": "equal",
    "errors": "dyad",
}
VALUES: dict[str, tuple[str, ...]] = {
    "half_life": HALF_LIVES,
    "meeting_weights": WEIGHTS,
    "sources": SOURCES,
    "age": ("splines", "none"),
    "effects": ("dyad and year", "dyad"),
    "rows": ("equal", "pair_share_of_window"),
    "errors": ("dyad", "robust"),
}
OWN: Fields = {
    "level": REAL,
    "parameters": list,
    **dict.fromkeys(("meeting_weights", "sources", "windows", "window_years", "sensitivity"), dict),
    "grids": list,
}
GRID: Fields = {
    **dict.fromkeys(("name", "label", "grain", "estimator", "unit"), str),
    "narrow": list,
    "outcomes": dict,
    "choices": dict,
}


@dataclass(frozen=True)
class Grid:
    """One declared grid: outcomes with the factor that gives them the grid's unit, and the values of every choice."""

    name: str
    label: str
    grain: str
    estimator: str
    unit: str
    narrow: tuple[str, ...]
    outcomes: tuple[tuple[str, float], ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    only_lists: tuple[str, ...]
    parameters: tuple[str, ...]

    def specifications(self) -> tuple[Specification, ...]:
        """The full product of the wide choices, and each single departure in a narrow one on the main risk set."""
        values: dict[str, tuple[Choice, ...]] = {"outcome": tuple(name for name, _ in self.outcomes)}
        order = [c for c in dict(self.choices) if c != "errors"] + ["errors"]
        values |= {c: dict(self.choices)[c] for c in order if c in dict(self.choices)}
        return expand_grid({**values, "parameter": self.parameters}, allowed=self.allowed)

    def allowed(self, choices: Mapping[str, Choice]) -> bool:
        """At most one narrow departure, on the main risk set; a list of sources alone only where lists cover."""
        main = {name: values[0] for name, values in self.choices}
        departures = [c for c in self.narrow if choices[c] != main[c]]
        if choices.get("sources", "all") != "all" and choices["coverage"] not in self.only_lists:
            return False
        return not departures or (len(departures) == 1 and choices["risk_set"] == main["risk_set"])


@dataclass(frozen=True)
class MultiverseSpec:
    """The declared grids with the named sets and windows that their values stand for."""

    title: str
    version: int
    frozen: str
    seen_before_freeze: str
    statement: str
    falsifier: str
    level: float
    parameters: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, tuple[int, int]], ...]
    sets: tuple[tuple[str, NamedSet], ...]
    grids: tuple[Grid, ...]
    times: tuple[float, ...]
    least_dyads: int
    core: Core
    sha256: str

    def named(self, reference: str) -> NamedSet:
        return dict(self.sets)[reference]


def load_multiverse_spec(folder: Path, core: Core) -> MultiverseSpec:
    """`multiverse.toml` of the folder; AnalysisError names the first field that is not as declared."""
    file = folder / FILE
    head, fields = read_frozen(file, required=OWN)
    library = SetLibrary.read(folder)
    for name in fields["parameters"]:
        one_of(name, tuple(p.name for p in core.parameters), file=file, where="parameters")
    sets: dict[str, NamedSet] = {}
    grids = tuple(_grid(g, fields, library, sets, core, file=file) for g in fields["grids"])
    needs: Fields = {"times": list, "least_dyads": int}
    return MultiverseSpec(
        **head,
        level=fields["level"],
        parameters=fields["parameters"],
        words=tuple({**fields["meeting_weights"], **fields["sources"], **fields["windows"]}.items()),
        years=tuple((name, _years(years, name, file=file)) for name, years in fields["window_years"].items()),
        sets=tuple(sets.items()),
        grids=grids,
        **take(fields["sensitivity"], file=file, where="sensitivity", required=needs),
        core=core,
    )


def _years(value: Any, name: str, *, file: Path) -> tuple[int, int]:
    pair = tuple(value) if isinstance(value, list) else value
    first, last = numbers(pair, count=2, file=file, where=f"window_years.{name}")
    return int(first), int(last)


def _grid(
    table: Any, declared: dict[str, Any], library: SetLibrary, sets: dict[str, NamedSet], core: Core, *, file: Path
) -> Grid:
    fields = take(table, file=file, where="grids", required=GRID)
    where = f"grids.{fields['name']}"
    one_of(fields["grain"], GRAINS, file=file, where=f"{where}.grain")
    one_of(fields["estimator"], ESTIMATORS, file=file, where=f"{where}.estimator")
    choices = take(
        fields["choices"],
        file=file,
        where=f"{where}.choices",
        required={"risk_set": list, "coverage": list, "controls": list},
        optional=dict.fromkeys(FIXED, list),
    )
    for name, values in choices.items():
        for value in values:
            if name in ("risk_set", "coverage", "controls"):
                sets[value] = library.get(name, value, file=file)
            else:
                known = tuple(declared["windows"]) if name == "window" else VALUES[name]
                one_of(value, known, file=file, where=f"{where}.choices.{name}")
    for name in fields["narrow"]:
        one_of(name, tuple(choices), file=file, where=f"{where}.narrow")
    outcomes = take(
        fields["outcomes"], file=file, where=f"{where}.outcomes", required=dict.fromkeys(fields["outcomes"], REAL)
    )
    return Grid(
        **{k: fields[k] for k in ("name", "label", "grain", "estimator", "unit", "narrow")},
        outcomes=tuple((name, float(factor)) for name, factor in outcomes.items()),
        choices=tuple(choices.items()),
        only_lists=(core.sample.coverage.reference,),
        parameters=declared["parameters"],
    )
