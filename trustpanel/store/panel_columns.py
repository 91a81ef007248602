"""Names of variables as columns of a panel: which table holds each, how it joins, how it looks from the other side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from trustpanel.codebook.schema import TYPES, Codebook, Table, Variable
from trustpanel.errors import PanelError
from trustpanel.store.panel_names import (
    DISPUTES,
    LOGICAL,
    ORDERED,
    SIDES,
    Request,
    fit,
    is_day_spell,
    is_sided,
    is_spell,
    join_key,
    table_of,
    taken_apart,
)
from trustpanel.store.panel_shapes import shaped
from trustpanel.store.panel_units import Unit, other_side


@dataclass(frozen=True, order=True)
class Join:
    """A table on the full key of one of its rows: `on` pairs the table's columns with those of the unit.

    Of a table of spells `by_day` takes the one that holds the unit's day.
    """

    table: str
    side: str
    lag: bool
    on: tuple[tuple[str, str], ...]
    by_day: bool = False

    @property
    def alias(self) -> str:
        return "_of_".join(part for part in (self.table, self.side) if part) + ("_year_before" if self.lag else "")


@dataclass(frozen=True)
class Column:
    """One column of a panel: SQL as the unit has it and from the other side, and the codebook entry behind it."""

    name: str
    expression: str
    mirrored: str
    variable: Variable
    table: str
    joins: tuple[Join, ...]
    label: str
    type: str
    note: str = ""


_BY_DATE = "of the last day of the row's time on which both lists hold the state, of a pair both; tables join by it"


def unit_columns(unit: Unit, book: Codebook, names: tuple[str, ...]) -> list[Column]:
    """The named columns of the unit itself."""
    out = []
    for name in names:
        v = book.variables[name]
        own = f'u."{name}"', f'u."{other_side(name)}"'
        note = _BY_DATE if unit.system == "gw" and name.startswith("ccode") else ""
        out.append(Column(name, *own, v, unit.table, (), v.label, v.type, note))
    return out


def columns_of(text: str, unit: Unit, book: Codebook) -> list[Column]:
    """The column that `text` stands for; two of a state's or leader's variable in a pair, more with a shape of time.

    Raises `UnknownNameError` with the nearest right names, `PanelError` if the variable does not join to the unit.
    """
    request = taken_apart(text, unit, book)
    if not request.table and request.variable in (*unit.columns, *unit.own):
        if request.combination or request.lag or request.shape:
            raise PanelError(
                f"{request.variable} is a column of the unit itself: it has no combination, lag or shape", found=text
            )
        return unit_columns(unit, book, (request.variable,))
    sides = tuple(f"{request.variable}_{side}" for side in ("a", "b"))
    if not request.table and not (request.combination or request.lag) and set(sides) <= set(unit.columns):
        return unit_columns(unit, book, sides)
    table = table_of(request, unit, book)
    sided = is_sided(unit, table)
    columns = _sided(request, unit, book, table) if sided else [_direct(request, unit, book, table)]
    return shaped(columns, request.shape, request.combination)


def _joined(unit: Unit, table: Table, side: str, lag: bool) -> Join:
    on = fit(unit, table) or ()
    if lag and ("year" not in join_key(table) or is_day_spell(table)):
        raise PanelError(
            f"table {table.name} has {'no single value of a' if is_day_spell(table) else 'no'} year:"
            " there is no value of the year before",
            expected="a variable by year",
            found=f"the key ({', '.join(table.key)})",
        )
    by_day = unit.daily and is_spell(table) and not lag
    if by_day and not is_day_spell(table):
        on = tuple((c, s) for c, s in on if c != "year")
    place = {"a": 0, "b": 1}.get(side, 0)
    sided = tuple((c, SIDES[c][place] if c in SIDES and c not in unit.slots else s) for c, s in on)
    return Join(table.name, side, lag, sided, by_day)


def _value(book: Codebook, table: Table, v: Variable, join: Join) -> tuple[str, tuple[Join, ...]]:
    """The value as SQL with the joins that it needs: what absence means is said only within window and universe."""
    value = _on_the_day(f'"{join.alias}"."{v.name}"', v, join)
    if v.absent is None or v.window is None or v.owner != table.name:
        return value, (join,)
    universe = replace(join, table=table.universe)
    key = table.key[0]
    year = "u.year - 1" if join.lag else "u.year"
    absent = _literal(v)
    return (
        f'case when "{join.alias}"."{key}" is not null then {value}'
        f' when "{universe.alias}"."{key}" is not null and {year} between {v.window[0]} and {v.window[1]}'
        f" then {absent} end",
        (join, universe),
    )


def _on_the_day(value: str, v: Variable, join: Join) -> str:
    """The value as it has become from the first day of a stretch of days, which lies in one year, to the unit's day."""
    if not join.by_day or not (v.passes or v.half_life):
        return value
    days = f'(dayofyear(u.day) - dayofyear("{join.alias}"."start_date"))'
    months = f"{days} / {_choice('days_per_month')}"
    if v.passes:
        return f"({value} + {months})"
    life = _choice(v.half_life.removeprefix("choice:")) if isinstance(v.half_life, str) else f"{v.half_life}::double"
    # engines differ in the last bit of a power: ten decimals are the same in each
    return f"round({value} * pow(0.5::double, {months} / {life}), 10)"


def _choice(name: str) -> str:
    quoted = name.replace("'", "''")
    return f"(select value::double from choices where choice = '{quoted}')"


def _literal(v: Variable) -> str:
    if isinstance(v.absent, str):
        return _choice(v.absent.removeprefix("choice:"))
    # a bare 0 is wider than the column in one engine and not in the other
    return f"{str(v.absent).lower()}::{TYPES[v.type].lower()}"


def _direct(request: Request, unit: Unit, book: Codebook, table: Table) -> Column:
    v = book.variables[request.variable]
    if request.combination:
        raise PanelError(
            f"{v.name} is no variable of the two sides in {unit.name}: there is nothing to combine",
            expected="a variable of states or leaders in a unit of pairs",
            found=request.text,
        )
    join = _joined(unit, table, "", request.lag)
    value, joins = _value(book, table, v, join)
    mirrored = value
    if unit.dyadic:
        mirrored, more = _mirrored(book, table, v, join, value)
        joins = tuple(dict.fromkeys((*joins, *more)))
    name = v.name + ("_lag" if request.lag else "")
    return Column(
        name, value, mirrored, v, table.name, joins, _label(v, request), v.type, _note(unit, table, request.lag)
    )


def _mirrored(book: Codebook, table: Table, v: Variable, join: Join, value: str) -> tuple[str, tuple[Join, ...]]:
    partner = other_side(v.name)
    if partner != v.name and partner in table.columns:
        return _value(book, table, book.variables[partner], join)
    if {"a", "b"} <= set(v.values):
        return f"case {value} when 'a' then 'b' when 'b' then 'a' else {value} end", ()
    negated = f"not ({value})" if v.type == "bool" else f"-({value})"
    return (negated if v.mirror == "negated" else value), ()


def _sided(request: Request, unit: Unit, book: Codebook, table: Table) -> list[Column]:
    v = book.variables[request.variable]
    sides = {side: _joined(unit, table, side, request.lag) for side in ("a", "b")}
    values = {side: _value(book, table, v, join) for side, join in sides.items()}
    tail = "_lag" if request.lag else ""
    note = _note(unit, table, request.lag)
    if request.combination:
        sql, kind = _combined(v, request, values["a"][0], values["b"][0])
        joins = tuple(dict.fromkeys((*values["a"][1], *values["b"][1])))
        name = f"{v.name}_{request.combination}{tail}"
        return [Column(name, sql, sql, v, table.name, joins, _label(v, request), kind, note)]
    out = []
    for side, other in (("a", "b"), ("b", "a")):
        joins = tuple(dict.fromkeys((*values[side][1], *values[other][1])))
        label = f"{_label(v, request)}, side {side}"
        column = Column(
            f"{v.name}_{side}{tail}", values[side][0], values[other][0], v, table.name, joins, label, v.type, note
        )
        if request.side in ("", side):
            out.append(column)
    return out


def _combined(v: Variable, request: Request, a: str, b: str) -> tuple[str, str]:
    """SQL and type of a combination; unknown where a side that it depends on is unknown."""
    kind = request.combination
    numeric = v.type.startswith(("int", "float"))
    if (kind in LOGICAL and v.type != "bool") or (kind in ORDERED and not numeric):
        raise PanelError(
            f"{kind} does not fit {v.name}, which is of type {v.type}",
            expected=f"one of {LOGICAL if v.type == 'bool' else ORDERED if numeric else 'the two columns themselves'}",
            found=request.text,
        )
    if kind in LOGICAL:
        return f"({a}) {'and' if kind == 'both' else 'or'} ({b})", "bool"
    if kind == "ratio":
        if v.range is None or v.range[0] < 0:
            raise PanelError(
                f"a share of the stronger needs a variable that is never negative, which {v.name} is not",
                expected="weak_link, greatest or difference",
                found=request.text,
            )
        return f"greatest({a}, {b})::double / nullif(({a})::double + ({b})::double, 0)", "float64"
    whole = v.type.startswith("int")
    cast = "bigint" if whole else "double"
    plain = {
        "weak_link": (f"least({a}, {b})", v.type),
        "greatest": (f"greatest({a}, {b})", v.type),
        "difference": (f"abs(({a})::{cast} - ({b})::{cast})", "int64" if whole else "float64"),
    }
    sql, type_ = plain[kind]
    if kind == "difference":
        return sql, type_
    return f"case when ({a}) is not null and ({b}) is not null then {sql} end", type_


_WORDS = {
    "weak_link": "lesser of the two sides",
    "greatest": "greater of the two sides",
    "difference": "absolute difference of the two sides",
    "ratio": "greater over the sum of the two sides",
    "both": "true of both sides",
    "either": "true of at least one side",
}


def _label(v: Variable, request: Request) -> str:
    parts = [v.label, _WORDS.get(request.combination, ""), "year before" if request.lag else ""]
    return ", ".join(p for p in parts if p)


def _note(unit: Unit, table: Table, lag: bool) -> str:
    return "; ".join(_notes(unit, table, lag))


def _notes(unit: Unit, table: Table, lag: bool) -> Iterator[str]:
    if "leader_a" in dict(fit(unit, table) or ()) and "leader_a" not in table.key:
        yield f"known of the pair that stands in {table.name}, empty for other pairs of the dyad-year"
    elif "leader_a" in unit.slots and "ccode_a" in table.key:
        yield "of the two states in that time, whoever was in office"
    if table.name == DISPUTES:
        yield "of the one dispute that whittling leaves of the dyad-year: its level is known from its end on"
    by_day = unit.daily and is_spell(table) and not lag
    if by_day and not is_day_spell(table):
        yield "of the spell that holds the day"
    elif is_spell(table) and not by_day:
        yield "of the spells that touch the year, the last"
    if unit.daily and "month" in table.key:
        yield "the value of the day's month, which may tell of days after it unless it is taken as of an earlier day"
    finer = "day" if unit.daily else "month"
    if by_day:
        return
    if unit.monthly and not {"month", "day"} & set(table.key) and "year" in join_key(table):
        yield (
            f"the value of the calendar year before the {finer}'s"
            if lag
            else f"the value of the {finer}'s own year, which may tell of days after it: :lag gives the year before"
        )
    elif lag:
        yield "the value of the calendar year before"
    if "year" not in join_key(table):
        yield f"one value for all rows of the same {', '.join(join_key(table))}, also before it was known"
