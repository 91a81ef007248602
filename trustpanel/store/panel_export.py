"""Files of a panel: refused where a source may not be passed on, else written aside, read back, and only then moved."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustpanel.codebook.load import codebook
from trustpanel.errors import PanelError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from trustpanel.store.panel_result import Panel

STATA_NAME, STATA_LABEL, STATA_TEXT = 32, 80, 2045
# what a spreadsheet takes for the beginning of a formula
FORMULA = "('=', '+', '-', '@', chr(9), chr(13))"
MEMORY, SPILL = "3GB", ".spill"


def write_parquet(con: duckdb.DuckDBPyConnection, panel: Panel, path: Path) -> Path:
    """`path` is a parquet file with every row of the panel and its columns in order."""
    labels = _quoted(json.dumps({c.name: c.label for c in panel.columns}, ensure_ascii=False))
    with _aside(path) as file, _instance(con, file) as apart:
        rows = _copied(apart, panel, file, f"format parquet, compression zstd, kv_metadata {{trustpanel: {labels}}}")
        _verified(apart, f"read_parquet({_quoted(str(file))})", panel, rows, path)
    return path


def write_csv(con: duckdb.DuckDBPyConnection, panel: Panel, path: Path) -> Path:
    """`path` is a CSV file with a header and every row of the panel; no text in it begins as a formula does."""
    with _aside(path) as file, _instance(con, file) as apart:
        rows = _copied(apart, replace(panel, query=_no_formula(panel)), file, "format csv, header")
        _verified(apart, f"read_csv({_quoted(str(file))}, header = true, all_varchar = true)", panel, rows, path)
    return path


def write_stata(panel: Panel, path: Path) -> Path:
    """`path` is a Stata file with every row of the panel, variable labels included."""
    import pandas as pd

    frame = panel.to_pandas()
    labels = {c.name: c.label for c in panel.columns}
    names = stata_names(list(frame.columns))
    # a name that had to be cut stands whole in the label
    labels = {names[n]: (text if names[n] == n else f"{n}: {text}")[:STATA_LABEL] for n, text in labels.items()}
    frame = frame.rename(columns=names)
    dates = {c: "td" for c in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[c])}
    frame = frame.assign(**{c: _plain(frame[c]) for c in frame.columns if c not in dates})
    long = [c for c in frame.columns if frame[c].dtype == object and frame[c].str.len().max() > STATA_TEXT]
    with _aside(path) as file:
        frame.to_stata(
            file, write_index=False, version=118, variable_labels=labels, convert_dates=dates, convert_strl=long
        )
        back = pd.read_stata(file, columns=list(frame.columns)[:1])
        with pd.io.stata.StataReader(file) as reader:
            found = list(reader.variable_labels())
        if len(back) != len(frame) or found != list(frame.columns):
            raise _unverified(path, f"{len(frame)} rows of {list(frame.columns)}", f"{len(back)} rows of {found}")
    return path


def stata_names(names: list[str]) -> dict[str, str]:
    """A name of at most 32 characters for each, all different."""
    out: dict[str, str] = {}
    for name in names:
        short, number = name[:STATA_NAME], 1
        while short in out.values() or (short != name and short in names):
            number += 1
            short = f"{name[: STATA_NAME - len(str(number)) - 1]}_{number}"
        out[name] = short
    return out


def _plain(column: pd.Series) -> pd.Series:
    """A nullable column as Stata holds it: whole numbers as such where none is missing, else as doubles."""
    import pandas as pd

    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("").astype(object)
    if isinstance(column.dtype, pd.BooleanDtype):
        return column.astype("Int8").astype("float32") if column.hasnans else column.astype("int8")
    if not column.hasnans:
        return column.astype(str(column.dtype).lower())
    return column.astype("float64")


def require_exportable(panel: Panel) -> None:
    """Return if the panel may be written to a file; raise `PanelError` if it rests on a source that is not shipped."""
    book = codebook()
    tables = [name for name in panel.tables if book.tables[name].restricted]
    sources = {s for c in panel.columns for s in c.variable.sources if s in book.sources and not book.sources[s].ship}
    if tables or sources:
        needs = sorted(sources | {n for name in tables for n in book.tables[name].needs})
        raise PanelError(
            f"the panel holds what may not be passed on: it rests on {', '.join(needs)}",
            found=", ".join([*tables, *(c.name for c in panel.columns if c.table in tables)]),
            expected="columns of shipped sources",
            next_step="leave these columns out of the file; to_pandas() and relation() give them to you",
        )


@contextmanager
def _instance(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same store in an instance of its own: all connections of one instance share where they spill."""
    import duckdb

    store = con.execute("select path from duckdb_databases() where database_name = current_database()").fetchall()[0][0]
    with duckdb.connect() as apart:
        apart.execute(f"attach {_quoted(str(store))} as store (read_only)")
        apart.execute("use store")
        apart.execute("set memory_limit = ?", [MEMORY])
        # what does not fit in memory waits beside the file: the folder of the store may have no room or be read-only
        apart.execute("set temp_directory = ?", [f"{file}{SPILL}"])
        apart.execute("set enable_progress_bar = false")
        # the order is that of the key, which the query states itself
        apart.execute("set preserve_insertion_order = true")
        yield apart


def _no_formula(panel: Panel) -> str:
    """The panel's query with an apostrophe before text that a spreadsheet would take for a formula."""
    cells = [f'"{c.name}"' for c in panel.columns]
    for place, column in enumerate(panel.columns):
        if column.variable.type == "string":
            cell = cells[place]
            cells[place] = f"case when left({cell}, 1) in {FORMULA} then chr(39) || {cell} else {cell} end as {cell}"
    return f"select {', '.join(cells)} from ({panel.query})"


def _copied(con: duckdb.DuckDBPyConnection, panel: Panel, file: Path, how: str) -> int:
    answer = con.execute(f"copy ({panel.query}) to {_quoted(str(file))} ({how})", panel.parameters).fetchall()
    return int(answer[0][0])


def _verified(con: duckdb.DuckDBPyConnection, read: str, panel: Panel, rows: int, path: Path) -> None:
    columns = [row[0] for row in con.execute(f"describe select * from {read}").fetchall()]
    found = con.execute(f"select count(*) from {read}").fetchall()[0][0]
    wanted = [c.name for c in panel.columns]
    if columns != wanted or found != rows:
        raise _unverified(path, f"{rows} rows of {wanted}", f"{found} rows of {columns}")


def _unverified(path: Path, expected: Any, found: Any) -> PanelError:
    return PanelError(
        "the file that was written does not read back as it should",
        file=path,
        expected=expected,
        found=found,
        next_step="try again on another disk; the file at this path is as it was",
    )


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end of the block, and is gone if the block fails."""
    if not path.parent.is_dir():
        raise PanelError(
            "there is no such folder", file=path.parent, next_step="make the folder, or choose another path"
        )
    file = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}"
    try:
        yield file
        os.replace(file, path)
    finally:
        file.unlink(missing_ok=True)
        shutil.rmtree(f"{file}{SPILL}", ignore_errors=True)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
