"""The frame on which the three indicators are held against each other: dyad-years with the declared columns."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from trustpanel.errors import UnknownNameError


def convergence_frame(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], *, first_year: int, last_year: int
) -> pd.DataFrame:
    """One row a dyad of 31 December and year, in order of its key.

    `columns`: {column: table}, each table with the key ccode_a, ccode_b, year. Returns the key, `dyad` (the two state
    lines, so that West Germany is Germany), imposed_hierarchy, and the columns as reals; missing where the table has no
    row. UnknownNameError if a table lacks a column.
    """
    wanted = {**columns, "imposed_hierarchy": "trust_discretion"}
    tables = sorted(set(wanted.values()))
    for column, table in wanted.items():
        _check(con, table, column)
    chosen = ", ".join(f"t{tables.index(table)}.{column}::double as {column}" for column, table in wanted.items())
    joins = "\n".join(f"left join {table} as t{n} using (ccode_a, ccode_b, year)" for n, table in enumerate(tables))
    query = f"""
        select
            y.ccode_a, y.ccode_b, y.year,
            least(a.state_line, b.state_line) || '-' || greatest(a.state_line, b.state_line) as dyad,
            {chosen}
        from year_end_dyads as y
        -- every member of the system has a line: no row is lost
        inner join state_code_lines as a on y.ccode_a = a.ccode
        inner join state_code_lines as b on y.ccode_b = b.ccode
        {joins}
        where y.year between {int(first_year)} and {int(last_year)}
        order by y.ccode_a, y.ccode_b, y.year
    """
    return con.sql(query).to_arrow_table().to_pandas()


def _check(con: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    held = "select column_name from information_schema.columns where table_name = ?"
    names = {name for (name,) in con.execute(held, [table]).fetchall()}
    if not {"ccode_a", "ccode_b", "year", column} <= names:
        raise UnknownNameError(
            f"`{table}` has no column `{column}` by dyad and year",
            expected=f"ccode_a, ccode_b, year, {column}",
            found=", ".join(sorted(names)) or "no such table",
            next_step="name a table by dyad and year, and a column of it, in analyses/convergence.toml",
        )
