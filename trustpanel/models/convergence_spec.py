"""The frozen file on convergence is read into `ConvergenceSpec`, checked field by field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError
from trustpanel.models.measurement import Least
from trustpanel.models.toml_table import REAL, Fields, by_name, numbers, one_of, read_frozen, take

FILE = "convergence.toml"
INDICATORS = ("discretion", "oversight", "rules")
REACHES = ("at_least", "above")
HIERARCHY = ("left_out", "kept")
OWN: Fields = {
    "rows": dict,
    "least": dict,
    "bootstrap": dict,
    "reading": dict,
    "items": list,
    "models": list,
    "dyads": list,
    "orders": list,
}
ITEM = {
    "name": str,
    "column": str,
    "table": str,
    "indicator": str,
    "sources": list,
    "reach": str,
    "cuts": list,
    "label": str,
}
MODEL = {"name": str, "label": str, "imposed_hierarchy": str, "items": list}


@dataclass(frozen=True)
class Item:
    """A column cut into categories: their number is how many of `cuts` the value is above, or at least."""

    name: str
    column: str
    table: str
    indicator: str
    sources: tuple[str, ...]
    reach: str
    cuts: tuple[float, ...]
    label: str


@dataclass(frozen=True)
class ItemModel:
    """The items of one measurement model, and whether rows under imposed hierarchy are `left_out` or `kept`."""

    name: str
    label: str
    imposed_hierarchy: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Reading:
    """When the three are said to converge, or to fail to."""

    share_converge: float
    share_fail: float
    omega: float
    pairs: int


@dataclass(frozen=True)
class KnownDyad:
    """A dyad of the literature: the codes that it stands under, and the last years of its periods."""

    name: str
    codes: tuple[tuple[int, int], ...]
    periods: tuple[int, ...]


@dataclass(frozen=True)
class Order:
    """An expectation: the first (dyad, place of its period from 1) has more latent trust than the second."""

    higher: tuple[str, int]
    lower: tuple[str, int]


@dataclass(frozen=True)
class ConvergenceSpec:
    """The declared analysis; the first of `models` is the main one."""

    title: str
    version: int
    frozen: str
    seen_before_freeze: str
    statement: str
    falsifier: str
    first_year: int
    last_year: int
    least: Least
    draws: int
    seed: int
    reading: Reading
    items: tuple[Item, ...]
    models: tuple[ItemModel, ...]
    dyads: tuple[KnownDyad, ...]
    orders: tuple[Order, ...]
    sha256: str

    def columns(self) -> dict[str, str]:
        """{column: table} that the frame must have."""
        return {item.column: item.table for item in self.items}


def load_convergence_spec(folder: Path) -> ConvergenceSpec:
    """`convergence.toml` of the folder; AnalysisError names the first field that is not as declared."""
    file = folder / FILE
    head, fields = read_frozen(file, required=OWN)
    years = take(fields["rows"], file=file, where="rows", required={"first_year": int, "last_year": int})
    needs = {"rows": int, "dyads": int, "dyads_in_category": int}
    least = take(fields["least"], file=file, where="least", required=needs)
    draws = take(fields["bootstrap"], file=file, where="bootstrap", required={"unit": str, "draws": int, "seed": int})
    one_of(draws["unit"], ("dyad",), file=file, where="bootstrap.unit")
    reading: Fields = {"share_converge": REAL, "share_fail": REAL, "omega": REAL, "pairs": int}
    items = by_name([_item(t, file=file) for t in fields["items"]], file=file)
    dyads = by_name([_dyad(t, file=file) for t in fields["dyads"]], file=file)
    models = by_name([_model(t, items, file=file) for t in fields["models"]], file=file)
    return ConvergenceSpec(
        **head,
        **years,
        least=Least(least["rows"], least["dyads"], least["dyads_in_category"]),
        draws=draws["draws"],
        seed=draws["seed"],
        reading=Reading(**take(fields["reading"], file=file, where="reading", required=reading)),
        items=tuple(items.values()),
        models=tuple(models.values()),
        dyads=tuple(dyads.values()),
        orders=tuple(_order(t, dyads, file=file) for t in fields["orders"]),
    )


def _item(table: Any, *, file: Path) -> Item:
    fields = take(table, file=file, where="items", required=ITEM)
    where = f"items.{fields['name']}"
    one_of(fields["indicator"], INDICATORS, file=file, where=f"{where}.indicator")
    one_of(fields["reach"], REACHES, file=file, where=f"{where}.reach")
    cuts = fields["cuts"]
    real = all(isinstance(c, REAL) and not isinstance(c, bool) for c in cuts)
    if not (cuts and real and list(cuts) == sorted(set(cuts))):
        raise AnalysisError(
            f"`{where}.cuts` is no rising list of numbers",
            file=file,
            found=list(cuts),
            next_step="write the cuts from the lowest to the highest, each once",
        )
    return Item(**fields)


def _model(table: Any, items: dict[str, Item], *, file: Path) -> ItemModel:
    fields = take(table, file=file, where="models", required=MODEL)
    where = f"models.{fields['name']}"
    one_of(fields["imposed_hierarchy"], HIERARCHY, file=file, where=f"{where}.imposed_hierarchy")
    for name in fields["items"]:
        one_of(name, tuple(items), file=file, where=f"{where}.items")
    return ItemModel(**{**fields, "items": tuple(items[name] for name in fields["items"])})


def _dyad(table: Any, *, file: Path) -> KnownDyad:
    fields = take(table, file=file, where="dyads", required={"name": str, "codes": list, "periods": list})
    for pair in fields["codes"]:
        numbers(pair, count=2, file=file, where="dyads.codes")
    numbers(fields["periods"], file=file, where="dyads.periods")
    wrong = [c for c in fields["codes"] if c[0] >= c[1]]
    if wrong or list(fields["periods"]) != sorted(set(fields["periods"])):
        raise AnalysisError(
            "a known dyad has codes out of order or periods that do not follow each other",
            file=file,
            row=fields["name"],
            found=wrong or list(fields["periods"]),
            next_step="put the smaller code first, and the last years of the periods in order",
        )
    return KnownDyad(**fields)


def _order(table: Any, dyads: dict[str, KnownDyad], *, file: Path) -> Order:
    fields = take(table, file=file, where="orders", required={"higher": list, "lower": list})
    for side, named in fields.items():
        name, place = named if len(named) == 2 else (named, None)
        one_of(name, tuple(dyads), file=file, where=f"orders.{side}")
        if not isinstance(place, int) or not 1 <= place <= len(dyads[name].periods):
            raise AnalysisError(
                f"`orders.{side}` names a period that {name} does not have",
                file=file,
                expected=f"1 to {len(dyads[name].periods)}",
                found=place,
                next_step="name a period by its place from 1",
            )
    return Order(**fields)
