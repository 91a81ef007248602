"""Names that a user asks for, and the table of the store that holds each by a key that a row of the unit settles."""

from __future__ import annotations

from dataclasses import dataclass

from trustpanel.codebook.schema import Codebook, Table
from trustpanel.codebook.words import known
from trustpanel.errors import PanelError
from trustpanel.store.panel_units import UNITS, Unit

SIDES = {"ccode": ("ccode_a", "ccode_b"), "gwcode": ("gwcode_a", "gwcode_b"), "leader_id": ("leader_a", "leader_b")}
ORDERED = ("weak_link", "greatest", "difference", "ratio")
LOGICAL = ("both", "either")
LAG = "lag"
SHAPES = ("cubic", "spline")
DISPUTES, YEARS_OF_DISPUTES = "disputes", "dispute_years"
UNITS_OF_DYAD_YEARS = ("state_dyad_year", "leader_dyad_year")


@dataclass(frozen=True)
class Request:
    """A name as asked for, taken apart: `[table.]variable[:combination][:lag][:shape]`."""

    text: str
    variable: str
    table: str = ""
    side: str = ""
    combination: str = ""
    lag: bool = False
    shape: str = ""


def fit(unit: Unit, table: Table) -> tuple[tuple[str, str], ...] | None:
    """Columns of the table's full key with those of the unit; None if a part of the key has none there.

    Of a table of persons the spell in office, of a spell the years that it touches stand for the key.
    """
    on = []
    # inside the query a pair stands in the order of the Correlates of War codes, in these tables in its own
    if "gwcode_a" in table.key or (is_day_spell(table) and not unit.daily):
        return None
    for part in join_key(table):
        if part in unit.slots or (part in SIDES and unit.dyadic and SIDES[part][0] in unit.slots):
            on.append((part, part))
        else:
            return None
    # a dyad-year that speaks of the pair in office speaks of no other pair
    if "ccode_a" in table.key and "leader_a" in table.columns and "leader_a" in unit.slots:
        on += [("leader_a", "leader_a"), ("leader_b", "leader_b")]
    return tuple(on) or None


def join_key(table: Table) -> tuple[str, ...]:
    """The columns that settle one row of what a panel joins of `table`."""
    if table.key == ("person_id",):
        return ("leader_id",)
    if is_spell(table):
        return (*table.key[:-1], "year")
    return table.key


def is_spell(table: Table) -> bool:
    """Whether the rows are spells of something by date."""
    return len(table.key) > 1 and table.key[-1] == "start_date" and "end_date" in table.columns


def is_day_spell(table: Table) -> bool:
    """Whether the rows are stretches of days within a calendar year, which speak of a day and of nothing longer."""
    return is_spell(table) and "year" in table.columns


def taken_apart(text: str, unit: Unit, book: Codebook) -> Request:
    """The name taken apart; raises `UnknownNameError` with the nearest right ones."""
    base, *modifiers = str(text).split(":")
    for modifier in modifiers:
        known(modifier, (*ORDERED, *LOGICAL, LAG, *SHAPES), "combination of the two sides, nor lag, nor shape of time,")
    combinations = [m for m in modifiers if m in (*ORDERED, *LOGICAL)]
    shapes = [m for m in modifiers if m in SHAPES]
    if len(combinations) > 1 or len(shapes) > 1 or len(modifiers) != len(set(modifiers)):
        raise PanelError("a variable takes one combination, one lag and one shape at most", found=text)
    table, _, variable = base.rpartition(".")
    if table:
        known(table, book.tables, "table")
    side = "" if combinations else _side(table, variable, unit, book)
    variable = variable[:-2] if side else variable
    if table:
        known(variable, book.tables[table].columns, f"column of {table}")
    known(variable, book.variables, "variable")
    return Request(
        str(text), variable, table, side, combinations[0] if combinations else "", LAG in modifiers, "".join(shapes)
    )


def _side(table: str, name: str, unit: Unit, book: Codebook) -> str:
    """The side that the name ends in, where it is a state's or leader's variable with a side and no name of its own."""
    stem, side = name[:-2], name[-2:]
    if side not in ("_a", "_b") or not unit.dyadic or stem not in book.variables:
        return ""
    if name in (book.tables[table].columns if table else book.variables):
        return ""
    holder = book.tables.get(table or book.variables[stem].owner)
    return side[1:] if holder is not None and stem in holder.columns and is_sided(unit, holder) else ""


def table_of(request: Request, unit: Unit, book: Codebook) -> Table:
    """The table to join: the owner of the variable if it fits the unit, else the only other that holds it and fits."""
    name = request.variable
    holders = [t for _, t in sorted(book.tables.items()) if name in t.columns]
    if request.table:
        holders = [book.tables[request.table]]
    fitting = [t for t in holders if fit(unit, t)]
    owner = book.variables[name].owner
    # what is known of the day itself speaks of it before what is known of its month
    of_days = [t for t in fitting if is_day_spell(t)]
    if len(of_days) == 1 and not request.table:
        return of_days[0]
    # the table that makes the rows of the unit speaks before all others but the owner
    for first in (owner, unit.table):
        if first in {t.name for t in fitting}:
            return book.tables[first]
    if not fitting:
        units = sorted({u.name for u in UNITS.values() for t in holders if fit(u, t)})
        where = "; ".join(f"{t.name} by ({', '.join(t.key)})" for t in holders[:4])
        if unit.name in UNITS_OF_DYAD_YEARS and {t.name for t in holders} & {DISPUTES, YEARS_OF_DISPUTES}:
            raise PanelError(
                f"{name} speaks of a single dispute, and a dyad-year may hold several",
                expected="dispute_onset, dispute_onsets, dispute_ongoing or dispute_level_ended, of all its disputes",
                found=f"{name} stands in {where}",
                next_step="or name the rules that leave one dispute: tp.panel(..., whittle=('unique_onset', 'fatality',"
                " 'hostility', 'duration', 'reciprocation', 'start_month'))",
            )
        raise PanelError(
            f"{name} does not join to {unit.name}: no table holds it by a key that a row of this unit settles",
            expected=f"one of the units {units}" if units else "no unit of a panel: load the table itself with tp.load",
            found=f"{name} stands in {where}",
        )
    if not request.table and (len(fitting) > 1 or not owner):
        raise PanelError(
            f"{name} is not the own variable of one table that joins to {unit.name}: say which table is meant",
            expected=f"one of {[f'{t.name}.{name}' for t in fitting]}",
            found=request.text,
        )
    return fitting[0]


def is_sided(unit: Unit, table: Table) -> bool:
    """Whether the table speaks of one state or leader while a row of the unit is a pair: it joins once a side."""
    on = fit(unit, table)
    return on is not None and any(part in SIDES and part not in unit.slots for part, _ in on)
