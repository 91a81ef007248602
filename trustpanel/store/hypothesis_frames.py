"""The frame that a declared hypothesis asks for: a panel or a table of the store, states by their line."""

from __future__ import annotations

import duckdb
import pandas as pd

from trustpanel.codebook.load import codebook
from trustpanel.codebook.words import known
from trustpanel.errors import PanelError
from trustpanel.store.load import to_pandas
from trustpanel.store.panel import make_panel

# A state that goes on under another code (West Germany, North Yemen) is one state in a model, as in the core frames.
_LINES = "select ccode, state_line from state_code_lines where state_line <> ccode"


def hypothesis_frame(
    con: duckdb.DuckDBPyConnection,
    *,
    unit: str | None,
    variables: tuple[str, ...],
    table: str | None,
    years: tuple[int, int] | None = None,
    directed: bool = False,
) -> pd.DataFrame:
    """The rows of `tp.panel(unit, variables, ...)`, or of one table in the order of its key; nullable types.

    Raises `UnknownNameError` with the nearest names, `PanelError` if a table does not speak of pairs by year.
    """
    if unit is not None:
        panel = make_panel(unit, variables, years=years, directed=directed)
        return _by_line(con, con.sql(panel.query, params=panel.parameters))
    book = codebook()
    declared = book.tables[known(str(table), book.tables, "table")]
    if not {"ccode_a", "ccode_b", "year"} <= set(declared.columns):
        raise PanelError(f"{table} has no pair of states by year", expected="the columns ccode_a, ccode_b, year")
    order = ", ".join(f'"{column}"' for column in declared.key)
    return _by_line(con, con.sql(f'select * from "{table}" order by {order}'))


def _by_line(con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation) -> pd.DataFrame:
    frame = to_pandas(rows.to_arrow_table())
    lines = dict(con.sql(_LINES).fetchall())
    return frame.assign(**{side: frame[side].replace(lines) for side in ("ccode_a", "ccode_b")})
