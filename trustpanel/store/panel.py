"""A panel as one SQL query over the read-only store: the only module that composes the SQL of `tp.panel`.

Names in the query come from the codebook, values are bound. Every table joins on the full key of one of its rows, so
that rows can neither double nor fall away; conditions choose among the rows afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import Codebook
from trustpanel.codebook.words import known
from trustpanel.errors import PanelError
from trustpanel.store.panel_columns import Column, Join, columns_of, unit_columns
from trustpanel.store.panel_conditions import SAMPLES, Values, conditions, sample_conditions, year_condition
from trustpanel.store.panel_names import DISPUTES, YEARS_OF_DISPUTES, is_spell
from trustpanel.store.panel_result import Panel
from trustpanel.store.panel_units import UNITS, Unit
from trustpanel.store.panel_units_gw import GW_UNITS
from trustpanel.store.panel_whittle import Whittling, refuse_unused, whittling

SYSTEMS = {"cow": UNITS, "gw": GW_UNITS}
AROUND, MOST_AROUND = 12, 240


def make_panel(
    unit: str,
    variables: Iterable[str] = (),
    *,
    years: Any = None,
    system: str = "cow",
    directed: bool = False,
    where: Mapping[str, Any] | None = None,
    sample: str | None = None,
    around: int | None = None,
    whittle: Iterable[str] | None = None,
) -> Panel:
    """The panel of `tp.panel`, which documents the parameters."""
    book = codebook()
    units = SYSTEMS[known(system, SYSTEMS, "system of states")]
    chosen = units[known(unit, units, "unit")]
    if directed and not chosen.dyadic:
        raise PanelError(
            f"{unit} has no pairs: it cannot be directed", next_step="choose a unit of dyads, or directed=False"
        )
    whittled = whittling(whittle, chosen)
    if whittled is not None:
        book = whittled.book(book)
    wanted = _columns(chosen, book, [variables] if isinstance(variables, str) else list(variables))
    values = Values()
    _require_scope(chosen, years, around)
    in_years = year_condition(years, values)
    filters = _filters(where, sample, unit=chosen, wanted=wanted, book=book, values=values)
    needed = _distinct([*wanted, *(column for column, _ in filters)])
    # a join by key never changes the rows, so that the order of requests shows in the order of columns only
    joins = sorted({join for column in needed for join in column.joins})
    _one_table_an_alias(joins)
    lines = _rows(chosen, needed, in_years, around or AROUND, turn=_turn(chosen, directed))
    lines += _joined([_join(join, book, whittled) for join in joins], filters, directed=directed)
    lines += _selection(chosen, wanted, [sql for _, sql in filters], directed=directed)
    query = "\n".join(lines) + "\n"
    tables = (chosen.table, *sorted({*(c.table for c in needed), *(j.table for j in joins)} - {chosen.table}))
    key = chosen.order(directed)
    notes = _notes(sample, needed, wanted)
    if whittled is not None:
        if DISPUTES not in tables:
            refuse_unused()
        tables, notes = (*tables, YEARS_OF_DISPUTES), (*notes, whittled.note(years))
    return Panel(unit, key, tuple(wanted), query, dict(values.bound), tables, notes)


def _require_scope(unit: Unit, years: Any, around: Any) -> None:
    if unit.window and years is None:
        raise PanelError(
            f"{unit.name} has so many rows that it is made for a window of years only",
            expected="years",
            next_step=f"for example tp.panel({unit.name!r}, years=(1989, 1991))",
        )
    if around is not None and (
        not unit.eventful or not isinstance(around, int) or isinstance(around, bool) or not 0 < around <= MOST_AROUND
    ):
        raise PanelError(
            "around is the number of months on either side of an event",
            expected=f"1 to {MOST_AROUND}, in a unit of event time",
            found=f"{around!r} in {unit.name}",
            next_step=f"leave it out ({AROUND} months), or choose summit_event_month or turnover_event_month",
        )


def _columns(unit: Unit, book: Codebook, variables: list[str]) -> list[Column]:
    asked = [column for text in variables for column in columns_of(text, unit, book)]
    return _distinct([*unit_columns(unit, book, unit.columns), *asked])


def _distinct(columns: list[Column]) -> list[Column]:
    """Each column once; raises `PanelError` if two different ones would carry one name."""
    out: dict[str, Column] = {}
    for column in columns:
        first = out.setdefault(column.name, column)
        if (first.expression, first.mirrored) != (column.expression, column.mirrored):
            if not first.joins and column.joins:
                raise PanelError(
                    f"{column.name} is a column of the unit itself, and a panel has one column of a name",
                    found=f"{column.name} of table {column.table} beside it",
                    next_step=f"leave that of {column.table} out, or choose a unit without a column {column.name}",
                )
            raise PanelError(
                f"two different columns would be called {column.name}",
                found=f"one of table {first.table}, one of table {column.table}",
                next_step="ask for one of them in this panel",
            )
    return list(out.values())


def _filters(
    where: Mapping[str, Any] | None,
    sample: str | None,
    *,
    unit: Unit,
    wanted: list[Column],
    book: Codebook,
    values: Values,
) -> list[tuple[Column, str]]:
    present = {column.name: column for column in wanted}

    def find(name: str) -> list[Column]:
        return [present[name]] if name in present else columns_of(name, unit, book)

    # a variable of the store that a sample names is never hidden by a column of the result that is called alike
    of_sample = conditions(sample_conditions(sample, unit), lambda name: columns_of(name, unit, book), values)
    return [*of_sample, *conditions(where or {}, find, values)]


def _one_table_an_alias(joins: list[Join]) -> None:
    aliases = [join.alias for join in joins]
    if len(set(aliases)) != len(aliases):
        raise PanelError("one table would join by two keys", found=aliases, next_step="ask for fewer variables at once")


def _turn(unit: Unit, directed: bool) -> str:
    """What says that a row is seen from its second side; empty if no row is."""
    if directed:
        return "d.from_b"
    # inside the query a pair stands in the order of the Correlates of War codes
    return "u.turned" if unit.dyadic and unit.system == "gw" else ""


def _rows(unit: Unit, needed: list[Column], in_years: str, around: int, *, turn: str) -> list[str]:
    """The query down to the rows of the unit, before tables join to them."""
    return [
        "with unit_rows as (",
        f"    {unit.select.format(years=in_years, around=int(around))}",
        "),",
        "",
        "panel as (",
        "    select",
        ",\n".join(f'        {_expression(column, turn)} as "{column.name}"' for column in needed),
        "    from unit_rows as u",
    ]


def _joined(joins: list[str], filters: list[tuple[Column, str]], *, directed: bool) -> list[str]:
    """The tables joined to the rows, and each pair from both sides.

    A condition on the rows themselves holds before any table joins, if both sides of a pair stand there already.
    """
    both_sides = ["cross join (values (false), (true)) as d (from_b)"] if directed else []
    early = any(not column.joins for column, _ in filters)
    return [f"    {line}" for line in ([*both_sides, *joins] if early else [*joins, *both_sides])]


def _selection(unit: Unit, wanted: list[Column], filters: list[str], *, directed: bool) -> list[str]:
    """The query from the joined rows on: the rows that were asked for and their order."""
    return [
        ")",
        "",
        "select " + ", ".join(f'"{column.name}"' for column in wanted),
        "from panel",
        *([f"where {' and '.join(filters)}"] if filters else []),
        "order by " + ", ".join(f'"{name}"' for name in unit.order(directed)),
    ]


def _expression(column: Column, turn: str) -> str:
    if not turn or column.expression == column.mirrored:
        return column.expression
    return f"case when {turn} then {column.mirrored} else {column.expression} end"


def _join(join: Join, book: Codebook, whittled: Whittling | None) -> str:
    on = []
    for column, slot in join.on:
        of_unit = f'u."{slot}"'
        on.append(f'{of_unit}{" - 1" if join.lag and slot == "year" else ""} = "{join.alias}"."{column}"')
    if join.by_day:
        on += [f'"{join.alias}".start_date <= u.day', f'"{join.alias}".end_date >= u.day']
    relation = f'"{join.table}"' if join.by_day else _relation(join.table, book)
    if whittled is not None and join.table == DISPUTES:
        relation = whittled.relation(codebook())
    return f'left join {relation} as "{join.alias}"\n        on {" and ".join(on)}'


def _relation(name: str, book: Codebook) -> str:
    """The table itself, or what stands for it: persons by their spells in office, spells by the years they touch."""
    table = book.tables[name]
    if table.key == ("person_id",):
        return f'(select l.leader_id, t.* from leaders as l inner join "{name}" as t on l.person_id = t.person_id)'
    if not is_spell(table):
        return f'"{name}"'
    columns = ", ".join(f't."{c}"' for c in table.columns)
    pieces = ", ".join(f't."{part}"' for part in table.key[:-1])
    return (
        f"(select * from (select {columns}, y.year,"
        f" row_number() over (partition by {pieces}, y.year order by t.start_date desc) as from_last"
        f' from "{name}" as t inner join calendar_years as y'
        " on t.start_date <= y.last_day and t.end_date >= y.first_day) as s where from_last = 1)"
    )


def _notes(sample: str | None, needed: list[Column], wanted: list[Column]) -> tuple[str, ...]:
    shown = {column.name for column in wanted}
    notes = [f"{column.name}: {column.note}" for column in wanted if column.note]
    for column in (c for c in needed if sample is not None and c.name in {n for part in SAMPLES[sample] for n in part}):
        first, last = column.variable.window or (None, None)
        known_for = f", which is known for {first}-{last}: other years have no rows" if first else ""
        hidden = "" if column.name in shown else " (not shown)"
        notes.append(f"sample {sample}: a condition on {column.name}{hidden}{known_for}")
    return tuple(notes)
