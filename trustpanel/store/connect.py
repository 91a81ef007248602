"""The built store, read-only: refused when it is absent or of another schema version."""

from __future__ import annotations

from pathlib import Path

import duckdb

from trustpanel.codebook.load import codebook
from trustpanel.errors import StoreError
from trustpanel.paths import Paths


def open_store(paths: Paths) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the store; raises `StoreError` with the next step if it cannot serve."""
    if not paths.store.is_file():
        raise StoreError("there is no store yet", file=paths.store, next_step="build it with `trustpanel build`")
    expected = codebook().schema_version
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
    try:
        require_schema(found, expected, paths.store)
    except StoreError:
        con.close()
        raise
    return con


def require_schema(found: str, expected: str, place: str | Path) -> None:
    """Return if what stands at `place` was built by this schema; raise `StoreError` if it was not."""
    if found != expected:
        raise StoreError(
            "the store was built by another schema version",
            file=place,
            expected=expected,
            found=found,
            next_step="rebuild with `trustpanel build`",
        )
