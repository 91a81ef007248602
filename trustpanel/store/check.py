"""Declared rules held against the built tables: keys, ranges, references, windows, lost rows, coded evidence."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from trustpanel.codebook.schema import Codebook, Table, Variable
from trustpanel.errors import CheckError, CodedError
from trustpanel.store.panel_names import fit, is_day_spell, is_spell
from trustpanel.store.panel_units import UNITS


@dataclass(frozen=True)
class Check:
    """One rule as a count of offending rows: `offenders` is a select of those rows, empty when all is well."""

    table: str
    rule: str
    offenders: str


def declared_checks(book: Codebook) -> Iterator[Check]:
    """Every check that follows from the codebook."""
    for table in book.tables.values():
        yield _key(table)
        if is_day_spell(table) or any(unit.daily and is_spell(table) and fit(unit, table) for unit in UNITS.values()):
            yield _spells(table)
        for variable in book.columns(table.name):
            yield from _values(table, variable)
        for column, target in table.references.items():
            yield _reference(table, column, target)
    yield Check("join_counts", "rows lost in a join", "select * from join_counts where unmatched > allowed")
    yield Check(
        "join_counts", "matched and unmatched add up", "select * from join_counts where matched + unmatched <> rows"
    )


def check_store(con: duckdb.DuckDBPyConnection, book: Codebook) -> int:
    """The number of checks that passed; raises `CheckError` with table, rule and the first offending row."""
    passed = 0
    for check in declared_checks(book):
        found = con.execute(f"select * from ({check.offenders}) limit 1").fetchall()
        if found:
            names = [d[0] for d in con.description]
            total = con.execute(f"select count(*) from ({check.offenders})").fetchall()[0][0]
            raise CheckError(
                f"table {check.table} breaks a rule: {check.rule}",
                file=f"tables/{check.table}.toml",
                row={n: str(v) for n, v in zip(names, found[0], strict=True)},
                found=f"{total} rows",
                next_step="mend the select, the coded row or the declared rule; the last good store is untouched",
            )
        passed += 1
    return passed


def _key(table: Table) -> Check:
    keys = ", ".join(f'"{k}"' for k in table.key)
    missing = " or ".join(f'"{k}" is null' for k in table.key)
    doubled = f'select {keys} from "{table.name}" group by all having count(*) > 1'
    return Check(
        table.name,
        f"one row for each ({', '.join(table.key)}), none missing",
        f'{doubled} union all select {keys} from "{table.name}" where {missing}',
    )


def _spells(table: Table) -> Check:
    """Days fall into one spell at most, so that a join by the day doubles no row."""
    keys = ", ".join(f'"{k}"' for k in table.key[:-1])
    within = " or year(start_date) <> year or year(end_date) <> year" if is_day_spell(table) else ""
    return Check(
        table.name,
        f"spells of one ({', '.join(table.key[:-1])}) never overlap" + (", and lie in one year" if within else ""),
        f"select * from (select *, lag(end_date) over (partition by {keys} order by start_date) as ended_before"
        f' from "{table.name}") where end_date is null or end_date < start_date or ended_before >= start_date{within}',
    )


def _values(table: Table, v: Variable) -> Iterator[Check]:
    name, of = f'"{v.name}"', f'from "{table.name}"'
    if v.range is not None:
        low, high = v.range
        yield Check(
            table.name,
            f"{v.name} lies within {low} and {high}",
            f"select * {of} where {name} < {low} or {name} > {high}",
        )
    if v.values:
        admissible = ", ".join("'" + value.replace("'", "''") + "'" for value in v.values)
        yield Check(
            table.name,
            f"{v.name} is one of {list(v.values)}",
            f"select * {of} where {name} is not null and {name} not in ({admissible})",
        )
    if v.window is not None and "year" in table.columns:
        first, last = v.window
        yield Check(
            table.name,
            f"{v.name} is missing outside {first}-{last}",
            f"select * {of} where {name} is not null and year not between {first} and {last}",
        )
    if v.type.startswith("float"):
        yield Check(table.name, f"{v.name} is a finite number", f"select * {of} where not isfinite({name})")


def _reference(table: Table, column: str, target: str) -> Check:
    other, key = target.split(".")
    return Check(
        table.name,
        f"{column} stands in {target}",
        f'select * from "{table.name}" where "{column}" is not null'
        f' and "{column}" not in (select "{key}" from "{other}" where "{key}" is not null)',
    )


def check_coded(coded: dict[str, pa.Table]) -> None:
    """The coded inputs do not contradict each other; raises `CodedError` naming file and row."""
    _one_person_for_a_name(coded["aliases"])
    _patterns_compile(coded["record_kinds"])
    _codes_fit(coded["record_codes"])


def _one_person_for_a_name(aliases: pa.Table) -> None:
    rows = aliases.to_pylist()
    by_name: dict[tuple, list[tuple[int, dict]]] = {}
    for number, row in enumerate(rows, start=2):
        by_name.setdefault((row["source"], row["raw_name"], row["ccode"]), []).append((number, row))
    for name, several in by_name.items():
        for i, (_, first) in enumerate(several):
            for number, second in several[i + 1 :]:
                if first["person_id"] != second["person_id"] and _overlap(first, second):
                    raise CodedError(
                        "two persons for one name",
                        file="data/coded/aliases.csv",
                        row=number,
                        expected="one person for a name, country and date",
                        found=f"{name}: {first['person_id']} and {second['person_id']}",
                        next_step="give the two rows dates (from_date, to_date) that do not overlap",
                    )


def _overlap(first: dict, second: dict) -> bool:
    def before(a: dict, b: dict) -> bool:
        return a["to_date"] is not None and b["from_date"] is not None and a["to_date"] < b["from_date"]

    return not before(first, second) and not before(second, first)


def _patterns_compile(kinds: pa.Table) -> None:
    con = duckdb.connect(":memory:")
    for number, row in enumerate(kinds.to_pylist(), start=2):
        try:
            con.execute("select regexp_matches('', ?, 'i')", [row["pattern"]])
        except duckdb.Error as error:
            raise CodedError(
                "a pattern is no regular expression",
                file="data/coded/record_kinds.csv",
                row=number,
                found=f"{row['pattern']}: {error}",
                next_step="mend the pattern",
            ) from error


RECORD_FIELDS = ("kind", "documented", "start_date", "end_date", "date_precision", "all_talked", "class")


def _codes_fit(codes: pa.Table) -> None:
    for number, row in enumerate(codes.to_pylist(), start=2):
        field, value = row["field"], row["value"] or ""
        expected = None
        if field not in RECORD_FIELDS:
            expected = f"a field out of {list(RECORD_FIELDS)}"
        elif field in ("start_date", "end_date") and not _is_day(value):
            expected = "a date as YYYY-MM-DD"
        elif field in ("documented", "all_talked") and value not in ("true", "false"):
            expected = "true or false"
        if expected:
            raise CodedError(
                "a coding of a record does not fit its field",
                file="data/coded/record_codes.csv",
                row=number,
                expected=expected,
                found=f"{field} = {value}",
                next_step="mend the row",
            )


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
