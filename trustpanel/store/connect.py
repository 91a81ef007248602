"""The built store, read-only: refused when it is absent or of another schema version."""

from __future__ import annotations

import duckdb

from trustpanel.codebook.load import codebook
from trustpanel.errors import StoreError
from trustpanel.paths import Paths


def open_store(paths: Paths) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the store; raises `StoreError` with the next step if it cannot serve."""
    if not paths.store.is_file():
        raise StoreError("there is no store yet", file=paths.store, next_step="build it with `trustpanel build`")
    expected = codebook(paths.sources).schema_version
    con = None
    try:
        con = duckdb.connect(str(paths.store), read_only=True)
        found = con.execute("select schema_version from meta").fetchall()[0][0]
    except (duckdb.Error, IndexError) as error:
        if con is not None:
            con.close()
        raise StoreError(
            "the store cannot be opened", file=paths.store, found=error, next_step="rebuild with `trustpanel build`"
        ) from error
    if found != expected:
        con.close()
        raise StoreError(
            "the store was built by another schema version",
            file=paths.store,
            expected=expected,
            found=found,
            next_step="rebuild with `trustpanel build`",
        )
    return con
