"""Facts and selects into one checked DuckDB store: built aside, then swapped for the last good one."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from trustpanel import paths as places
from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import TYPES, Codebook, Table
from trustpanel.codebook.words import package_version
from trustpanel.errors import BuildError
from trustpanel.paths import Paths
from trustpanel.sources.coded import declared, read_coded
from trustpanel.sources.facts import read_manifest, verify_facts
from trustpanel.store.check import check_coded, check_store
from trustpanel.store.check_exits import check_exits
from trustpanel.store.check_rivals import check_rival_meetings
from trustpanel.store.check_terms import check_terms
from trustpanel.store.datapackage import data_package
from trustpanel.store.order import build_order
from trustpanel.store.plugs import buildable, plugged

MEMORY = "3GB"
INPUTS = ("facts", "coded", "run")


def build(paths: Paths, *, progress: Callable[[str], None] = lambda line: None) -> dict[str, float]:
    """The store at `paths.store`, its parquet tables and manifest are new and checked; seconds by table.

    Raises `FactsError`, `CodedError`, `CodebookError`, `BuildError` or `CheckError`; whatever happens, the last
    good store stays until the new one has passed every check.
    """
    restricted = plugged(paths)
    book = buildable(codebook(paths.sources), set(restricted.values()))
    facts_hash = verify_facts(paths)
    coded = read_coded(paths.coded, declared(places.CODEBOOK / "coded.toml"))
    check_coded(coded)
    aside = paths.build / f".new-{os.getpid()}"
    _fresh(aside)
    try:
        with duckdb.connect(str(aside / "trustpanel.duckdb")) as con:
            con.execute("set memory_limit = ?", [MEMORY])
            # on a slow machine a bar would stand among the output of whoever builds
            con.execute("set enable_progress_bar = false")
            _inputs(con, paths, coded, book, facts_hash)
            seconds = _fill(con, book, progress)
            _export(con, book, aside, facts_hash)
            for database in INPUTS:
                con.execute(f"detach {database}")
        _swap(aside, paths)
    except (OSError, duckdb.IOException, duckdb.TransactionException) as error:
        raise BuildError(
            "the store could not be written",
            file=paths.build,
            found=str(error)[:600],
            next_step="free space there, or set TRUSTPANEL_HOME to another folder; the last good store is untouched",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return seconds


def _fill(con: duckdb.DuckDBPyConnection, book: Codebook, progress: Callable[[str], None]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for name in build_order(book.tables):
        begun = time.perf_counter()
        make_table(con, book, book.tables[name])
        seconds[name] = time.perf_counter() - begun
        progress(f"built {name} in {seconds[name]:.2f} s")
    begun = time.perf_counter()
    check_rival_meetings(con)
    check_exits(con)
    check_terms(con)
    passed = check_store(con, book)
    seconds["(checks)"] = time.perf_counter() - begun
    progress(f"{passed} checks passed in {seconds['(checks)']:.2f} s")
    return seconds


def make_table(con: duckdb.DuckDBPyConnection, book: Codebook, table: Table) -> None:
    """Table `table` stands in the store with its declared types, order of rows and comments."""
    variables = book.columns(table.name)
    select = table.sql.strip().rstrip(";") or f"select {', '.join(table.columns)} from {table.base}"
    folder = "tables/restricted" if table.restricted else "tables"
    file = f"{folder}/{table.name}.{'sql' if table.sql else 'toml'}"
    try:
        found = con.execute(f"describe {select}").fetchall()
        names = [row[0] for row in found]
        if names != list(table.columns):
            raise BuildError(
                "a select yields other columns than its .toml declares",
                file=file,
                expected=list(table.columns),
                found=names,
                next_step="bring the twins together",
            )
        columns = ", ".join(f'"{v.name}" {TYPES[v.type]}{" not null" if v.never_missing else ""}' for v in variables)
        con.execute(f'create table "{table.name}" ({columns})')
        con.execute(f'insert into "{table.name}" select * from ({select}) order by {", ".join(table.key)}')
    except (duckdb.IOException, duckdb.TransactionException):
        raise
    except duckdb.Error as error:
        raise BuildError(
            f"table {table.name} could not be built",
            file=file,
            found=str(error)[:600],
            next_step="mend the select, or the fact or coded row that it names; the last good store is untouched",
        ) from error
    _comment(con, table, variables)


def _comment(con: duckdb.DuckDBPyConnection, table: Table, variables: tuple) -> None:
    con.execute(f'comment on table "{table.name}" is {_quoted(table.doc)}')
    for v in variables:
        con.execute(f'comment on column "{table.name}"."{v.name}" is {_quoted(v.label)}')


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _inputs(con: duckdb.DuckDBPyConnection, paths: Paths, coded: dict, book: Codebook, facts_hash: str) -> None:
    for database in INPUTS:
        con.execute(f"attach ':memory:' as {database}")
    folders = dict.fromkeys(read_manifest(paths.facts)["outputs"], paths.facts)
    folders |= dict.fromkeys(plugged(paths), paths.facts_restricted)
    for name, folder in sorted(folders.items()):
        file = _quoted(str(folder / f"{name}.parquet"))
        con.execute(f'create view facts."{name}" as select * from read_parquet({file})')
    for name, table in coded.items():
        con.register("arriving", table)
        con.execute(f'create table coded."{name}" as select * from arriving')
        con.unregister("arriving")
    con.register("arriving", _windows(book))
    con.execute("create table run.windows as select * from arriving")
    con.unregister("arriving")
    con.execute(
        "create table run.meta as select ? as schema_version, ? as package_version, ? as facts_sha256,"
        " ? as duckdb_version, ? as built_at",
        [book.schema_version, package_version(), facts_hash, duckdb.__version__, datetime.now(UTC).isoformat()],
    )


def _windows(book: Codebook) -> pa.Table:
    rows = [
        (source, v.name, *(v.window or book.sources[source].window), "variable" if v.window else "source")
        for v in sorted(book.variables.values(), key=lambda v: v.name)
        if v.owner not in book.tables or not book.tables[v.owner].restricted
        for source in v.sources
        if source in book.sources and book.sources[source].ship
    ]
    names = ("source", "variable", "start_year", "end_year", "scope")
    return pa.table({n: pa.array([r[i] for r in rows]) for i, n in enumerate(names)})


def _export(con: duckdb.DuckDBPyConnection, book: Codebook, aside: Path, facts_hash: str) -> None:
    (aside / "tables").mkdir()
    manifest: dict[str, dict] = {}
    for name, table in sorted(book.tables.items()):
        if table.restricted:
            continue
        file = _quoted(str(aside / "tables" / f"{name}.parquet"))
        order = ", ".join(table.key)
        con.execute(f'copy (select * from "{name}" order by {order}) to {file} (format parquet, compression zstd)')
        rows = con.execute(f'select count(*) from "{name}"').fetchall()[0][0]
        manifest[name] = {"rows": rows, "columns": len(table.columns)}
    body = {"schema_version": book.schema_version, "facts_sha256": facts_hash, "tables": manifest}
    (aside / "manifest.json").write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    rows_by_table = {name: entry["rows"] for name, entry in manifest.items()}
    package = data_package(book, rows=rows_by_table, folder=aside, version=package_version())
    (aside / "datapackage.json").write_text(package, encoding="utf-8")


def _fresh(folder: Path) -> None:
    """The folder is there and empty; what builds that were killed left beside it is gone."""
    try:
        for left in folder.parent.glob(".new-*"):
            if left == folder or not _runs(left.name.removeprefix(".new-")):
                shutil.rmtree(left, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        raise BuildError(
            "the build folder cannot be written",
            file=folder.parent,
            found=error,
            next_step="make it writable, or set TRUSTPANEL_HOME to a folder that is",
        ) from error


def _runs(process: str) -> bool:
    """Whether a process of that number may still be building; on a system that cannot say, it may."""
    if not process.isdecimal() or os.name != "posix":
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _swap(aside: Path, paths: Paths) -> None:
    """The new files replace the old ones; the store itself moves in one step, before the exported tables."""
    try:
        os.replace(aside / "trustpanel.duckdb", paths.store)
        gone = aside / "gone"
        if paths.tables.exists():
            os.replace(paths.tables, gone)
        os.replace(aside / "tables", paths.tables)
        os.replace(aside / "manifest.json", paths.manifest)
        os.replace(aside / "datapackage.json", paths.datapackage)
    except OSError as error:
        raise BuildError(
            "the new store could not be moved into place",
            file=paths.build,
            found=error,
            next_step="close programs that hold the store open, then build again",
        ) from error
