"""What `tp.panel` gives: one query with its meaning, as frames, SQL, citations, codebook entries and files."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustpanel.codebook.load import codebook
from trustpanel.codebook.words import bibtex_of
from trustpanel.paths import project
from trustpanel.store.connect import open_store
from trustpanel.store.load import to_pandas, to_polars
from trustpanel.store.panel_columns import Column
from trustpanel.store.panel_export import require_exportable, write_csv, write_parquet, write_stata
from trustpanel.store.panel_spark import spark_frame
from trustpanel.store.plugs import require_built

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Panel:
    """A panel that has been asked for: nothing is read from the store until one of its methods is called.

    `unit` and `key` say what one row is, `columns` what each column is; `query` is the SQL with the named parameters
    `parameters`; `tables` are the tables of the store that it reads; `notes` say how columns joined and what the
    sample is. Rows are in the order of the key.
    """

    unit: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)
    query: str = field(repr=False)
    parameters: dict[str, Any] = field(repr=False)
    tables: tuple[str, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        with self._store() as con:
            return con.sql(self.query, params=self.parameters).to_arrow_table()

    def to_pandas(self) -> pd.DataFrame:
        """The rows as pandas with nullable types: a missing value is `<NA>`, never 0 or false."""
        return to_pandas(self.to_arrow())

    def to_polars(self) -> Any:
        """The rows as polars; raises `UnknownNameError` if polars is not installed."""
        return to_polars(self.to_arrow())

    def to_spark(self, session: Any = None, *, tables: str | Path | None = None) -> Any:
        """The rows as a Spark DataFrame, made by the same query on the cluster of `session` when they are asked for.

        `session` is a `SparkSession` (default: the active one, else a local one); `tables` the folder or address of the
        store's parquet tables where every worker reads them (default: `data/build/tables`). Types are the codebook's.
        Raises `PanelError` without pyspark (the extra `spark`), `StoreError` if the tables cannot serve.
        """
        return spark_frame(self, session, tables)

    def relation(self) -> duckdb.DuckDBPyRelation:
        """The query as a DuckDB relation on a read-only connection of its own: rows are made as they are asked for."""
        return self._store().sql(self.query, params=self.parameters)

    def sql(self) -> str:
        """The query with its values written in: it runs as it stands in DuckDB on the built store."""
        return re.sub(r"\$(p\d+)\b", lambda match: literal(self.parameters[match[1]]), self.query)

    def citations(self) -> str:
        """BibTeX of this package and of just the sources behind the rows and the columns."""
        book = codebook()
        # a join adds columns of a table, not its other sources; the unit's own table makes the rows
        used = {s for column in self.columns for s in column.variable.sources}
        return bibtex_of(used | set(book.tables[self.tables[0]].sources))

    def codebook(self) -> pd.DataFrame:
        """One row a column of the result: label, type, unit, concept, formula, when it is missing, how it joined."""
        import pandas as pd

        return pd.DataFrame([entry(column) for column in self.columns])

    def to_parquet(self, path: str | Path) -> Path:
        """The rows as a parquet file, labels in its metadata; written aside, verified, then moved to `path`."""
        require_exportable(self)
        with self._store() as con:
            return write_parquet(con, self, Path(path))

    def to_csv(self, path: str | Path) -> Path:
        """The rows as a CSV file, empty where missing; written aside, verified, then moved to `path`.

        An apostrophe stands before text that begins with = + - @ or a tab, which a spreadsheet would run as a formula.
        """
        require_exportable(self)
        with self._store() as con:
            return write_csv(con, self, Path(path))

    def to_stata(self, path: str | Path) -> Path:
        """The rows as a Stata 14 file with variable labels; written aside, verified, then moved to `path`.

        Booleans become 0 and 1, dates Stata days; a name of more than 32 characters is cut, its label says it whole.
        """
        require_exportable(self)
        return write_stata(self, Path(path))

    def _store(self) -> duckdb.DuckDBPyConnection:
        con = open_store(project())
        try:
            for name in self.tables:
                require_built(codebook().tables[name], con)
        except Exception:
            con.close()
            raise
        return con


def entry(column: Column) -> dict[str, Any]:
    """The codebook entry of one column of a panel."""
    v = column.variable
    combined = column.label != v.label
    return {
        "name": column.name,
        "label": column.label,
        "type": column.type,
        "unit": v.unit,
        "concept": v.concept,
        "formula": v.formula,
        "missing": v.missing if not combined else f"as {v.name}",
        "absent": "" if v.absent is None else str(v.absent).lower(),
        "table": column.table,
        "sources": ", ".join(v.sources),
        "note": column.note,
    }


def literal(value: Any) -> str:
    """A bound value as it is written in SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
