"""The declared worlds: how histories are drawn, and what meetings do in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.models.spec_types import Core
from trustpanel.models.toml_table import REAL, Fields, by_name, numbers, one_of, read_frozen, take

FILE = "worlds.toml"
MEETINGS = ("held", "uniform", "thaw", "peace")
READINGS = ("wheeler", "carry_over", "kydd")
OWN: Fields = {
    "worlds": int,
    "block": int,
    "seed": int,
    "wild_draws": int,
    "permutation_draws": int,
    "band": list,
    "history": dict,
    "cells": list,
}
HISTORY = dict.fromkeys(("shrink_months", "thaw_sd", "thaw_half_life", "year_sd"), REAL)
CELL = {"name": str, "label": str, "group": str, "meetings": str, "right": list}
OPTIONAL = dict.fromkeys(("theta", "delta", "fake", "pull"), REAL)


@dataclass(frozen=True)
class HistoryRule:
    """Levels and spreads of the month's log odds of a dispute; half-life in months."""

    shrink_months: float
    thaw_sd: float
    thaw_half_life: float
    year_sd: float


@dataclass(frozen=True)
class Cell:
    """One kind of world: effects in multiples of the smallest effect of interest, and how meetings come about.

    `right` are the verdicts that are true there; none: every verdict but `undecided` is false.
    """

    name: str
    label: str
    group: str
    meetings: str
    right: tuple[str, ...]
    theta: float = 0.0
    delta: float = 0.0
    fake: float = 0.0
    pull: float = 0.0

    @property
    def no_effect(self) -> bool:
        return self.theta == 0 and self.delta == 0


@dataclass(frozen=True)
class WorldsSpec:
    """The frozen declaration with the core model that is put to the test."""

    title: str
    version: int
    frozen: str
    seen_before_freeze: str
    statement: str
    falsifier: str
    worlds: int
    block: int
    seed: int
    wild_draws: int
    permutation_draws: int
    band: tuple[float, float]
    history: HistoryRule
    cells: tuple[Cell, ...]
    core: Core
    sha256: str

    def cell(self, name: str) -> Cell:
        return next(c for c in self.cells if c.name == name)


def load_worlds_spec(folder: Path, core: Core) -> WorldsSpec:
    """`worlds.toml` of the folder; AnalysisError names the first field that is not as declared."""
    file = folder / FILE
    head, fields = read_frozen(file, required=OWN)
    history = take(fields.pop("history"), file=file, where="history", required=HISTORY)
    cells = by_name([_cell(c, file=file) for c in fields.pop("cells")], file=file)
    low, high = numbers(fields.pop("band"), count=2, file=file, where="band")
    return WorldsSpec(
        **head,
        **fields,
        band=(float(low), float(high)),
        history=HistoryRule(**{k: float(v) for k, v in history.items()}),
        cells=tuple(cells.values()),
        core=core,
    )


def _cell(table: Any, *, file: Path) -> Cell:
    fields = take(table, file=file, where="cells", required=CELL, optional=OPTIONAL)
    where = f"cells.{fields['name']}"
    one_of(fields["meetings"], MEETINGS, file=file, where=f"{where}.meetings")
    for reading in fields["right"]:
        one_of(reading, READINGS, file=file, where=f"{where}.right")
    effects: dict[str, Any] = {k: float(fields[k]) for k in OPTIONAL if k in fields}
    return Cell(**{k: fields[k] for k in CELL}, **effects)
