"""Conditions on the rows of a panel: years, `where`, and samples in the field's words, all with bound values."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trustpanel.codebook.words import known
from trustpanel.errors import PanelError
from trustpanel.store.panel_columns import Column
from trustpanel.store.panel_units import Unit

COMPARISONS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OPERATORS = (*COMPARISONS, "in", "between", "is_null")
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "date": (datetime.date,),
}
SAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # of pairs, of single states and leaders
    "politically_relevant": ({"politically_relevant": True}, {}),
    "contiguous": ({"contiguous": True}, {}),
    "major_power": ({"major_power_either": True}, {"major_power": True}),
    "rivals_tss": ({"rival_tss": True}, {}),
    "rivals_td": ({"rival_td": True}, {}),
    "rivals_kgd": ({"rival_kgd": True}, {}),
    "recent_dispute": ({"years_since_dispute": ("<=", 10)}, {}),
}


@dataclass(frozen=True)
class Values:
    """The values of a query by the name of their parameter, in the order in which they were bound."""

    bound: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """The parameter that stands for `value` in the query."""
        name = f"p{len(self.bound) + 1}"
        self.bound[name] = value
        return f"${name}"


def year_condition(years: Any, values: Values) -> str:
    """`years` as SQL on the column year: None, one year, a tuple (first, last), or a list, set or range of years."""
    if years is None:
        return "true"
    several = [years] if isinstance(years, int) and not isinstance(years, bool) else years
    if not isinstance(several, Sequence | set | frozenset) or isinstance(several, str) or not several:
        raise _bad_years(years)
    if any(isinstance(y, bool) or not hasattr(y, "__index__") for y in several):
        raise _bad_years(years)
    if isinstance(several, tuple):
        if len(several) != 2 or several[0] > several[1]:
            raise _bad_years(years)
        return f"year between {values.bind(int(several[0]))} and {values.bind(int(several[1]))}"
    return f"year in ({', '.join(values.bind(int(y)) for y in sorted(set(several)))})"


def sample_conditions(sample: str | None, unit: Unit) -> dict[str, Any]:
    """The conditions that a sample stands for in this unit."""
    if sample is None:
        return {}
    known(sample, SAMPLES, "sample")
    conditions = SAMPLES[sample][0 if unit.dyadic else 1]
    if not conditions:
        raise PanelError(
            f"the sample {sample} is one of pairs, which {unit.name} has none of",
            expected="a unit of dyads or leader dyads",
            next_step="choose such a unit, or leave the sample out",
        )
    return conditions


def conditions(
    where: Mapping[str, Any], columns: Callable[[str], list[Column]], values: Values
) -> list[tuple[Column, str]]:
    """Each condition with its column; `columns` finds the columns that a name stands for."""
    out = []
    for name, wanted in where.items():
        found = columns(name)
        if len(found) != 1:
            raise _several(name, found)
        out.append((found[0], _condition(found[0], wanted, values)))
    return out


def _several(name: str, found: list[Column]) -> PanelError:
    base, mark, modifiers = name.partition(":")
    sides = [f"{base}_{side}{mark}{modifiers}" for side in ("a", "b")]
    # of a shape of time the sides would again be several columns
    offered = sides if len(found) == 2 else [column.name for column in found]
    number = found[0].type.startswith(("int", "float"))
    combined = f", or a combination such as {name}:weak_link" if number and len(found) == 2 else ""
    return PanelError(
        f"{name} stands for {len(found)} columns: say which one the condition is on",
        expected=f"one of {offered}{combined}",
        found=name,
    )


def _condition(column: Column, wanted: Any, values: Values) -> str:
    operator, value = _operation(column, wanted)
    name = f'"{column.name}"'
    if operator == "is_null":
        if not isinstance(value, bool):
            raise _bad_value(column, value, "True or False after is_null")
        return f"{name} is {'null' if value else 'not null'}"
    if operator in ("in", "between"):
        several = (
            list(value) if isinstance(value, Sequence | set | frozenset | range) and not isinstance(value, str) else []
        )
        if not several or (operator == "between" and len(several) != 2):
            raise _bad_value(column, value, "two values after between" if operator == "between" else "a list after in")
        bound = [values.bind(_fitting(column, v)) for v in several]
        return (
            f"{name} between {bound[0]} and {bound[1]}" if operator == "between" else f"{name} in ({', '.join(bound)})"
        )
    return f"{name} {COMPARISONS[operator]} {values.bind(_fitting(column, value))}"


def _operation(column: Column, wanted: Any) -> tuple[str, Any]:
    if isinstance(wanted, tuple):
        if len(wanted) != 2 or not isinstance(wanted[0], str):
            raise _bad_value(column, wanted, f"a value, a list of values, or (operator, value) with one of {OPERATORS}")
        return known(wanted[0], OPERATORS, "operator"), wanted[1]
    return ("in", wanted) if isinstance(wanted, list | set | frozenset | range) else ("=", wanted)


def _fitting(column: Column, value: Any) -> Any:
    """`value` as a plain Python value of the column's type."""
    if hasattr(value, "item") and not isinstance(value, datetime.date):
        value = value.item()
    kind = column.type.rstrip("0123456789")
    if kind == "date" and isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError as error:
            raise _bad_value(column, value, "a date as YYYY-MM-DD") from error
    if isinstance(value, datetime.datetime):
        value = value.date()
    wrong_bool = isinstance(value, bool) != (kind == "bool")
    if not isinstance(value, _KINDS[kind]) or wrong_bool or (isinstance(value, float) and not math.isfinite(value)):
        raise _bad_value(column, value, f"a value of type {kind}; for unknown values ('is_null', True)")
    if column.variable.values and column.name == column.variable.name:
        known(str(value), column.variable.values, f"value of {column.name}")
    return value


def _bad_value(column: Column, value: Any, expected: str) -> PanelError:
    return PanelError(
        f"the condition on {column.name} does not fit the column",
        expected=expected,
        found=repr(value),
        next_step=f"mend the condition; tp.describe({column.variable.name!r}) tells type and values",
    )


def _bad_years(years: Any) -> PanelError:
    return PanelError(
        "these are no years",
        expected="one year, a tuple (first, last), or a list of years",
        found=repr(years),
        next_step="for example years=(1946, 2014)",
    )
