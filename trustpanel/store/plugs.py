"""Sources that are not shipped: which of them this user has, and the tables that wait for the others."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

import duckdb

from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import Codebook, Table
from trustpanel.errors import StoreError
from trustpanel.paths import Paths


def plugged(paths: Paths) -> dict[str, str]:
    """Source by name of each fact that sources supplied by the user have yielded; empty without any."""
    # readers rest on pandas, which a panel as arrow or parquet never needs
    from trustpanel.sources.facts import MANIFEST, read_manifest

    folder = paths.facts_restricted
    if not (folder / MANIFEST).is_file():
        return {}
    return {name: entry["source"] for name, entry in read_manifest(folder)["outputs"].items()}


def buildable(book: Codebook, sources: AbstractSet[str]) -> Codebook:
    """`book` without the tables that need a source out of reach."""
    return replace(book, tables={n: t for n, t in book.tables.items() if set(t.needs) <= sources})


def in_store(book: Codebook, con: duckdb.DuckDBPyConnection) -> Codebook:
    """`book` without the tables that this store does not have."""
    names = {row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()}
    return replace(book, tables={n: t for n, t in book.tables.items() if n in names or not t.restricted})


def require_built(table: Table, con: duckdb.DuckDBPyConnection) -> None:
    """Return if the store has `table`; raise `StoreError` that says which source is absent and what to do."""
    if table.name in in_store(codebook(), con).tables:
        return
    source = table.needs[0]
    raise StoreError(
        f"table {table.name} is absent: it needs {', '.join(table.needs)}",
        expected=f"the files of source {source}, which are not shipped",
        next_step=f"put them into data/raw/{source}/, then `trustpanel facts` and `trustpanel build`",
    )


def status(paths: Paths) -> dict[str, str]:
    """For each restricted table `built`, or `absent: needs <source>`; for the others `shipped`."""
    present: AbstractSet[str] = set()
    if paths.store.is_file():
        with duckdb.connect(str(paths.store), read_only=True) as con:
            present = {row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()}
    out = {}
    for name, table in codebook().tables.items():
        absent = table.restricted and name not in present
        out[name] = (
            f"absent: needs {', '.join(table.needs)}" if absent else ("built" if table.restricted else "shipped")
        )
    return out
