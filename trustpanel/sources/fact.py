"""What a reader promises: the facts it yields, their keys and types, and how raw files are opened."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trustpanel.errors import RawFileError

NEXT_STEP = "check that this is the version pinned in data/sources.toml"
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LIMITS = {"year": (0, 0), "month": (1, 12), "day": (1, 31), "ccode": (1, 9999), "gwcode": (1, 9999)}
TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date32": pa.date32(),
}


@dataclass(frozen=True)
class Fact:
    """One tidy frame that a reader yields: name, key columns, and type by column in file order.

    `years` are the first and last year of a column that may lie outside the window of the source (a birth, an end to
    come, a slip of the source that stands as printed); any other day or year lies within it.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    years: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def schema(self) -> pa.Schema:
        """The Arrow schema; key columns may not be null."""
        return pa.schema([pa.field(c, TYPES[t], nullable=c not in self.key) for c, t in self.columns.items()])


@dataclass(frozen=True)
class RawFolder:
    """The verified raw files of one source, by name; `missing` are names that could not be had."""

    source: str
    files: Mapping[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """The file called `name`; raises `RawFileError` when the source does not have it."""
        if name not in self.files:
            raise RawFileError(
                f"source {self.source} has no raw file of this name",
                file=name,
                expected=sorted(self.files),
                next_step="see data/sources.toml for the files of the source",
            )
        return self.files[name]

    def named(self, suffix: str) -> list[Path]:
        """All files whose name ends in `suffix`, sorted by name."""
        return [self.files[n] for n in sorted(self.files) if n.endswith(suffix)]


@dataclass(frozen=True)
class Reader:
    """One source's reader: the facts it promises and the function that reads them."""

    source: str
    facts: tuple[Fact, ...]
    read: Callable[[RawFolder], Mapping[str, pd.DataFrame]]


def require_columns(frame: pd.DataFrame, columns: Iterable[str], file: str | Path) -> None:
    """Raise `RawFileError` unless `frame` has each of `columns`, and once; names those that are absent or doubled."""
    heads = list(frame.columns)
    absent = [c for c in columns if c not in heads]
    if absent:
        raise RawFileError(
            "a column that the reader needs is absent",
            file=file,
            row="header",
            expected=f"columns {absent}",
            found=list(map(str, heads[:12])),
            next_step=NEXT_STEP,
        )
    doubled = [c for c in columns if heads.count(c) > 1]
    if doubled:
        raise RawFileError(
            "two columns have one name",
            file=file,
            row="header",
            expected=f"columns {doubled} once",
            found=[f"{c}: {heads.count(c)} times" for c in doubled],
            next_step=NEXT_STEP,
        )


def require_once(frame: pd.DataFrame, columns: Iterable[str], file: str | Path, repeats: int = 0) -> None:
    """Raise `RawFileError` if more than `repeats` rows, or half of all, say in every cell what another row says.

    `columns` are those that the reader takes: only rows alike in them are compared in all.
    """
    alike = frame[frame.duplicated(subset=list(columns), keep=False)]
    again = alike.duplicated()
    if again.sum() > min(repeats, len(frame) // 2):
        first = again.index[again][0]
        raise RawFileError(
            "rows of the file stand twice",
            file=file,
            row=f"{first}: {[str(v) for v in frame.loc[first].iloc[:8]]}",
            expected=f"at most {repeats} rows that say again what another row says",
            found=f"{int(again.sum())} of {len(frame)}",
            next_step=f"remove the repeated rows, or {NEXT_STEP}",
        )


def iso_day(text: str) -> datetime.date:
    """The day of a text as YYYY-MM-DD; raises `ValueError` for another form (20160101, 2016-W01-1) or no day."""
    if not ISO_DAY.fullmatch(text):
        raise ValueError("not YYYY-MM-DD")
    return datetime.date.fromisoformat(text)


def conform(frame: pd.DataFrame, fact: Fact, source: str) -> pa.Table:
    """`frame` as an Arrow table of the fact's exact columns and types, sorted by a unique, complete key.

    Raises `RawFileError` with the first offending row when a value does not fit, a key is null or doubled.
    """
    require_columns(frame, fact.columns, f"{source} -> {fact.name}")
    columns = []
    for name, kind in fact.columns.items():
        try:
            columns.append(_column(frame[name], kind))
        except (pa.ArrowException, ValueError, TypeError, OverflowError, NotImplementedError) as error:
            raise RawFileError(
                f"column {name} of {fact.name} does not fit its declared type",
                file=source,
                row=_first_misfit(frame[name], kind),
                expected=kind,
                found=str(error)[:200],
                next_step="mend the reader, or check that the raw file is the pinned version",
            ) from error
    table = pa.Table.from_arrays(columns, schema=pa.schema([(c, TYPES[t]) for c, t in fact.columns.items()]))
    table = table.sort_by([(k, "ascending") for k in fact.key])
    _check_key(table, fact, source)
    return table


def within(table: pa.Table, fact: Fact, window: tuple[int, int], source: str) -> None:
    """Return if every day, year, month and state code of `table` lies where it can; `RawFileError` at the first else.

    Days and years lie in the source's window or in the column's own.
    """
    for name in table.column_names:
        dated = fact.columns[name] == "date32"
        part = "year" if dated else next((p for p in name.split("_") if p in LIMITS), "")
        if not dated and not (part and fact.columns[name].startswith("int")):
            continue
        first, last = (fact.years.get(name, window)) if part == "year" else LIMITS[part]
        numbers = pc.year(table[name]) if dated else table[name]
        odd = pc.or_(pc.less(numbers, first), pc.greater(numbers, last)).fill_null(False)
        if pc.any(odd).as_py():
            row = table.filter(odd).slice(0, 1).to_pylist()[0]
            raise RawFileError(
                f"{name} of {fact.name} lies outside what it can be",
                file=source,
                row={key: str(row[key]) for key in fact.key},
                expected=f"{first} to {last}",
                found=f"{row[name]}; {pc.sum(odd).as_py()} such rows",
                next_step="correct the cell, or widen the window in data/sources.toml if the source covers more years",
            )


def _column(values: pd.Series, kind: str) -> pa.Array:
    if kind == "date32":
        return pa.array([None if pd.isna(v) else pd.Timestamp(v).date() for v in values], pa.date32())
    if kind.startswith("int"):
        numbers = pd.to_numeric(values).astype("Float64")
        if (numbers.dropna() % 1 != 0).any():
            raise ValueError("not a whole number")
        return pa.array(numbers.astype("Int64"), pa.int64()).cast(TYPES[kind])
    if kind.startswith("float"):
        numbers = pd.to_numeric(values).astype("Float64")
        if numbers.abs().eq(math.inf).any():
            raise ValueError("not a finite number")
        return pa.array(numbers, pa.float64()).cast(TYPES[kind])
    if kind == "bool":
        if not values.dropna().isin([True, False]).all():
            raise ValueError("neither true nor false")
        return pa.array([None if pd.isna(v) else bool(v) for v in values], pa.bool_())
    return pa.array([None if pd.isna(v) else str(v) for v in values], pa.string())


def _first_misfit(values: pd.Series, kind: str) -> object:
    for index, value in values.items():
        try:
            _column(pd.Series([value], dtype=object), kind)
        except Exception:  # noqa: BLE001  any failure marks the row; the caller reports it
            return f"{index}: {value!r}"
    return None


def _check_key(table: pa.Table, fact: Fact, source: str) -> None:
    keys = table.select(list(fact.key)).to_pandas()
    bad = keys[keys.isna().any(axis=1)]
    problem = "a key is missing"
    if bad.empty:
        bad, problem = keys[keys.duplicated(keep=False)], "a key stands twice"
    if not bad.empty:
        raise RawFileError(
            f"{problem} in {fact.name}",
            file=source,
            row=bad.iloc[0].to_dict(),
            expected=f"one row for each {fact.key}",
            found=f"{len(bad)} such rows",
            next_step="mend the reader, or check that the raw file is the pinned version",
        )
