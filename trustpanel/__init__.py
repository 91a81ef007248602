"""Panel data and tests of trust between enemies: what people call.

>>> import trustpanel as tp
>>> tp.load("panel")            # doctest: +SKIP
>>> tp.panel("state_dyad_year", ["dispute_onset", "peace_years"]).to_pandas()  # doctest: +SKIP
>>> tp.describe("contact_stock")  # doctest: +SKIP
>>> print(tp.cite("panel"))     # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from trustpanel.store.panel_result import Panel

__all__ = ["cite", "connect", "describe", "load", "panel", "tables", "variables"]

Backend = Literal["pandas", "pyarrow", "polars"]


def connect() -> duckdb.DuckDBPyConnection:
    """A read-only DuckDB connection to the store.

    Raises `StoreError` if there is no store, or one of another schema version; build one with `trustpanel build`.
    """
    from trustpanel.paths import project
    from trustpanel.store.connect import open_store

    return open_store(project())


def load(table: str, *, columns: list[str] | None = None, backend: Backend = "pandas") -> Any:
    """A whole table of the store, sorted by its key.

    Parameters: `table`, a name from `tables()`; `columns`, a selection in the wanted order (default: all);
    `backend`, `"pandas"` (nullable types), `"pyarrow"` or `"polars"` (needs the extra `polars`).
    Returns a data frame of shape (rows of the table, columns). Units and sources: `describe(name)`.
    Raises `UnknownNameError` for an unknown table or column, `StoreError` if the store cannot serve.
    """
    from trustpanel.store.load import load_table

    return load_table(table, columns=columns, backend=backend)


def panel(
    unit: str,
    variables: Iterable[str] = (),
    years: int | tuple[int, int] | Iterable[int] | None = None,
    *,
    system: str = "cow",
    directed: bool = False,
    where: Mapping[str, Any] | None = None,
    sample: str | None = None,
    around: int | None = None,
    whittle: Iterable[str] | None = None,
) -> Panel:
    """A panel of any unit with any variables of the codebook, as one SQL query that nothing has run yet.

    Parameters: `unit`, one of `state_year`, `leader_year`, `state_dyad_year`, `leader_dyad_year`, `pair_year` (the rows
    of table `panel`: a dyad and year with the pair in office on 1 January), `state_dyad_month`, `leader_dyad_month`,
    `leader_day`, `state_dyad_day`, `leader_dyad_day` (days need `years`; stocks and conflicts by spells of days come as
    of the day itself), `summit_event_month`, `turnover_event_month` (months on either side of a
    meeting or of the end of a pair: `around`, 12 if not given, and `years` are those of the event); `variables`, names
    of the codebook in any order (`table.name` if several hold one); `years`, one year, `(first, last)` or a list;
    `system`, the list that makes the rows: `"cow"` (Correlates of War) or `"gw"` (Gleditsch-Ward: rows by `gwcode`,
    each with the `ccode` of the last day of its year, month or day on which both lists hold the state, by which tables
    join); `directed`, each pair once from each side; `where`, `{column: value}`, `{column: [values]}` or `{column:
    (operator, value)}` with `=`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `between`, `is_null` (a row whose value is unknown
    meets none but `is_null`); `sample`, one of `politically_relevant`, `contiguous`, `major_power`, `rivals_tss`,
    `rivals_td`, `rivals_kgd`, `recent_dispute` (ten years); `whittle`, rules in your order that leave one dispute of a
    dyad-year, so that what describes a single dispute becomes a column: of `unique_onset`, `fatality`, `hostility`,
    `duration`, `reciprocation`, `start_month`, `fatality_of_the_two`, `hostility_of_the_two` (the store is read at
    once, to count what the rules leave tied).

    A variable of states or leaders comes to a pair as `<name>_a` and `<name>_b`, or combined by what follows a colon:
    `weak_link`, `greatest`, `difference`, `ratio`, `both`, `either`; `:lag` takes the calendar year before;
    `:cubic` adds square and cube, `:spline` the three parts of a natural cubic spline with declared knots. Tables
    join on full keys, so that rows neither double nor fall away; what is outside a source's coverage is missing.

    Returns a `Panel`: `.to_pandas() .to_arrow() .to_polars() .relation() .sql() .citations() .codebook()
    .to_parquet() .to_stata() .to_csv() .to_spark()`. Raises `UnknownNameError` with the nearest right names,
    `PanelError` if a variable does not join to the unit or a condition does not fit, `StoreError` if the store cannot
    serve.
    """
    from trustpanel.store.panel import make_panel

    return make_panel(
        unit,
        variables,
        years=years,
        system=system,
        directed=directed,
        where=where,
        sample=sample,
        around=around,
        whittle=whittle,
    )


def describe(name: str) -> dict[str, Any]:
    """What a table or a variable is: label, type, unit, concept, formula, sources, window, missing rule.

    A table answers with grain, key and columns. Raises `UnknownNameError` with the nearest right names.
    """
    from trustpanel.codebook.words import describe_name

    return describe_name(name)


def tables() -> pd.DataFrame:
    """One row a table: name, label, grain, key, columns (number), sources, status. Shape (tables, 7).

    `status` is `shipped`, or, for a table that waits for a source that a user supplies, `built` or
    `absent: needs <source>`.
    """
    from trustpanel.codebook.words import table_rows
    from trustpanel.paths import project
    from trustpanel.store.plugs import status

    states = status(project())
    return _frame([{**row, "status": states[row["name"]]} for row in table_rows()])


def variables(table: str | None = None) -> pd.DataFrame:
    """One row a variable (of one table, if given): name, label, type, unit, concept, owner, sources, missing.

    Raises `UnknownNameError` for an unknown table.
    """
    from trustpanel.codebook.words import variable_rows

    return _frame(variable_rows(table))


def cite(*names: str) -> str:
    """BibTeX of just the sources behind the named tables or variables, and of this package.

    Raises `UnknownNameError` with the nearest right names.
    """
    from trustpanel.codebook.words import bibtex

    return bibtex(names)


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
