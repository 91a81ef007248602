"""Tables of the store as data frames of the user's kind."""

from __future__ import annotations

from typing import Any

from trustpanel.codebook.load import codebook
from trustpanel.codebook.words import known
from trustpanel.errors import UnknownNameError
from trustpanel.paths import project
from trustpanel.store.connect import open_store
from trustpanel.store.plugs import require_built

BACKENDS = ("pandas", "pyarrow", "polars")


def load_table(table: str, *, columns: list[str] | None = None, backend: str = "pandas") -> Any:
    """Table `table` in key order as pandas (nullable types), pyarrow or polars."""
    book = codebook()
    known(table, book.tables, "table")
    if backend not in BACKENDS:
        raise UnknownNameError(
            "there is no backend of this name", found=backend, expected=BACKENDS, next_step="choose one of them"
        )
    chosen = list(book.tables[table].columns) if columns is None else columns
    for column in chosen:
        known(column, book.tables[table].columns, f"column of {table}")
    names = ", ".join(f'"{c}"' for c in chosen)
    order = ", ".join(f'"{k}"' for k in book.tables[table].key)
    with open_store(project()) as con:
        require_built(book.tables[table], con)
        arrow = con.sql(f'select {names} from "{table}" order by {order}').to_arrow_table()
    return arrow if backend == "pyarrow" else to_polars(arrow) if backend == "polars" else to_pandas(arrow)


def to_pandas(arrow: Any) -> Any:
    """The rows as pandas with nullable types: missing stays apart from zero, false and the empty text."""
    import pandas as pd

    nullable = {
        "int8": pd.Int8Dtype(),
        "int16": pd.Int16Dtype(),
        "int32": pd.Int32Dtype(),
        "int64": pd.Int64Dtype(),
        "bool": pd.BooleanDtype(),
        "float": pd.Float32Dtype(),
        "double": pd.Float64Dtype(),
        "string": pd.StringDtype(),
    }
    frame = arrow.to_pandas(types_mapper=lambda kind: nullable.get(str(kind)))
    for field in arrow.schema:
        if str(field.type).startswith("date"):
            frame[field.name] = pd.to_datetime(frame[field.name])
    return frame


def to_polars(arrow: Any) -> Any:
    """The rows as polars; raises `UnknownNameError` if polars is not installed."""
    try:
        import polars
    except ImportError as error:
        raise UnknownNameError(
            "polars is not installed", next_step="install it with `pip install trustpanel[polars]`"
        ) from error
    return polars.from_arrow(arrow)
