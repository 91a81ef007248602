"""The query of a panel on Spark: the same text over the parquet tables of the store, on however many machines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import TYPES, Codebook
from trustpanel.errors import PanelError, StoreError
from trustpanel.paths import project
from trustpanel.store.connect import require_schema

if TYPE_CHECKING:
    from trustpanel.store.panel_result import Panel

OLDEST = 4
# what the composed SQL takes for granted in DuckDB, said to Spark: "names" in double quotes, an error instead of a
# silent null; and that tables are ten times their file, lest Spark broadcast the large ones
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.fileCompressionFactor": "10",
}


def spark_frame(panel: Panel, session: Any, tables: str | Path | None) -> Any:
    """The rows of `panel` as a Spark DataFrame over the parquet files in the folder `tables`; nothing has run yet.

    The views live in a new session of the same Spark application, so that no name or setting of `session` changes.
    """
    book = codebook()
    folder = str(tables if tables is not None else project().tables).rstrip("/")
    spark = _own_session(session)
    _require_version(spark, folder, book)
    for name in sorted(_read_by(panel.query) & set(book.tables)):
        _table(spark, name, folder, book).createOrReplaceTempView(name)
    return spark.sql(re.sub(r"\$(p\d+)\b", r":\1", panel.query), args=panel.parameters)


def _read_by(query: str) -> set[str]:
    """What the query reads; a joined table stands in quotes: the query's own `panel` is not the table `panel`."""
    own = set(re.findall(r"^(?:with )?(\w+) as \($", query, re.MULTILINE))
    quoted, bare = (set(re.findall(rf"\b(?:from|join) {name}", query)) for name in (r'"(\w+)"', r"(\w+)"))
    return quoted | (bare - own)


def _own_session(session: Any) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise PanelError(
            "pyspark is not installed", next_step="install it with `pip install trustpanel[spark]`; it needs Java 17"
        ) from error
    found = session or SparkSession.getActiveSession() or SparkSession.builder.appName("trustpanel").getOrCreate()
    if int(found.version.split(".")[0]) < OLDEST:
        raise PanelError(
            "this Spark does not read the SQL of a panel",
            expected=f"Spark {OLDEST} or later",
            found=f"Spark {found.version}",
            next_step="use a session of a newer Spark, or to_parquet() in DuckDB",
        )
    own = found.newSession()
    for name, value in SETTINGS.items():
        own.conf.set(name, value)
    return own


def _require_version(spark: Any, folder: str, book: Codebook) -> None:
    found = _table(spark, "meta", folder, book).first()["schema_version"]
    require_schema(found, book.schema_version, folder)


def _table(spark: Any, name: str, folder: str, book: Codebook) -> Any:
    from pyspark.errors import AnalysisException

    if book.tables[name].restricted:
        raise StoreError(
            f"table {name} rests on a source that is not shipped: the store exports no parquet file of it",
            next_step="leave its variables out, or use to_pandas() or relation(), which run in DuckDB",
        )
    file = f"{folder}/{name}.parquet"
    # declared types spare Spark a job for each file that only looks at them
    schema = ", ".join(f"`{v.name}` {TYPES[v.type].replace('varchar', 'string')}" for v in book.columns(name))
    try:
        return spark.read.schema(schema).parquet(file)
    except AnalysisException as error:
        raise StoreError(
            f"Spark cannot read table {name}",
            file=file,
            expected="the parquet tables of the store in a folder that every worker of Spark reads",
            found=str(error).split("\n")[0][:200],
            next_step="build with `trustpanel build`, copy data/build/tables there and name the folder as tables=",
        ) from error
