"""Open panel data and tests of trust between enemies: what people call.

>>> import trustpanel as tp
>>> tp.load("panel")            # doctest: +SKIP
>>> tp.describe("contact_stock")  # doctest: +SKIP
>>> print(tp.cite("panel"))     # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["cite", "connect", "describe", "load", "tables", "variables"]

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
