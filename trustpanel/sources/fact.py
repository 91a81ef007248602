"""What a reader promises: the facts it yields, their keys and types, and how raw files are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from trustpanel.errors import RawFileError

NEXT_STEP = "check that this is the version pinned in data/sources.toml"
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
    """One tidy frame that a reader yields: name, key columns, and type by column in file order."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]

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
    """Raise `RawFileError` unless `frame` has all `columns`; names the absent ones."""
    absent = [c for c in columns if c not in frame.columns]
    if absent:
        raise RawFileError(
            "a column that the reader needs is absent",
            file=file,
            row="header",
            expected=f"columns {absent}",
            found=list(map(str, frame.columns[:12])),
            next_step=NEXT_STEP,
        )


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


def _column(values: pd.Series, kind: str) -> pa.Array:
    if kind == "date32":
        return pa.array([None if pd.isna(v) else pd.Timestamp(v).date() for v in values], pa.date32())
    if kind.startswith("int"):
        numbers = pd.to_numeric(values).astype("Float64")
        if (numbers.dropna() % 1 != 0).any():
            raise ValueError("not a whole number")
        return pa.array(numbers.astype("Int64"), pa.int64()).cast(TYPES[kind])
    if kind.startswith("float"):
        return pa.array(pd.to_numeric(values).astype("Float64"), pa.float64()).cast(TYPES[kind])
    if kind == "bool":
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
