"""One data frame of an R data file (.rda, .rds), with the columns that the reader asked for, R types untouched."""

from __future__ import annotations

import lzma
import struct
import warnings
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import require_columns, require_once

DAMAGE: tuple[type[Exception], ...] = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
    MemoryError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)
NEXT_STEP = "fetch the file again; its pinned address and checksum stand in data/sources.toml"


def read_rda(path: Path, columns: Iterable[str], *, element: str = "", repeats: int = 0) -> pd.DataFrame:
    """The frame called like the file, or its `element` if that is a list of frames; raises `RawFileError`.

    At most `repeats` rows say again what another says, as in the published file.
    R classes without a Python twin (tibble, Date) come as their plain content: a date is a float of days since 1970.
    """
    objects = _parsed(path, "rda")
    frame = objects.get(path.stem)
    if element:
        frame = frame.get(element) if isinstance(frame, dict) else None
    if not isinstance(frame, pd.DataFrame):
        raise RawFileError(
            "the R data file does not hold the frame that it is named after",
            file=path.name,
            expected=f"a data frame called {path.stem}{element and f' with an element {element}'}",
            found=sorted(objects),
            next_step=NEXT_STEP,
        )
    require_columns(frame, columns, path.name)
    require_once(frame, columns, path.name, repeats)
    return frame[list(columns)].reset_index(drop=True)


def read_rds(path: Path, columns: Iterable[str]) -> pd.DataFrame:
    """The one frame of the file; raises `RawFileError` if it cannot be read, is no frame or lacks a column."""
    frame = _parsed(path, "rds")
    if not isinstance(frame, pd.DataFrame):
        raise RawFileError(
            "the R data file does not hold a frame",
            file=path.name,
            expected="an .rds file with one data frame",
            found=type(frame).__name__,
            next_step=NEXT_STEP,
        )
    require_columns(frame, columns, path.name)
    require_once(frame, columns, path.name)
    return frame[list(columns)].reset_index(drop=True)


def _parsed(path: Path, kind: str) -> Any:
    import rdata  # loaded late: only `make facts` needs it

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Missing constructor for R class")
            return rdata.read_rda(path) if kind == "rda" else rdata.read_rds(path)
    except DAMAGE as error:
        raise RawFileError(
            "the R data file cannot be read",
            file=path.name,
            expected=f"an .{kind} file",
            found=f"{type(error).__name__}: {str(error)[:200]}",
            next_step=NEXT_STEP,
        ) from error


def r_date(days: pd.Series) -> pd.Series:
    """R's days since 1 January 1970 as dates; missing stays missing."""
    return pd.Timestamp("1970-01-01") + pd.to_timedelta(days.astype("float64"), unit="D")


def calendar_date(frame: pd.DataFrame, year: str, month: str, day: str, path: Path) -> pd.Series:
    """Dates from three number columns; raises `RawFileError` at the first day that no calendar has."""
    parts = pd.DataFrame({"year": frame[year], "month": frame[month], "day": frame[day]})
    dates = pd.to_datetime(parts, errors="coerce")
    if dates.isna().any():
        row = int(dates.index[dates.isna()][0])
        raise RawFileError(
            "a date that no calendar has",
            file=path.name,
            row=row + 1,
            expected=f"{year}, {month} and {day} of one day",
            found=parts.loc[row].tolist(),
            next_step=NEXT_STEP,
        )
    return dates


def undirected(frame: pd.DataFrame, stems: Iterable[str], path: Path) -> pd.DataFrame:
    """Each dyad once, smaller code first; columns `<stem>_a` and `<stem>_b` change sides together with the code.

    A file that holds both directions must say the same in both, row for row, else `RawFileError`; a file that holds
    each dyad once is only turned.
    """
    nameless = frame.index[frame[["ccode_a", "ccode_b"]].isna().any(axis=1)]
    if len(nameless):
        raise RawFileError(
            "a dyad without one of its states",
            file=path.name,
            row=int(nameless[0]) + 1,
            expected="two state codes",
            found={name: str(value) for name, value in frame.loc[nameless[0]].items()},
            next_step=NEXT_STEP,
        )
    order = list(frame.columns)
    turn = {f"{s}_{x}": f"{s}_{y}" for s in stems for x, y in (("a", "b"), ("b", "a"))}
    ahead = frame["ccode_a"] < frame["ccode_b"]
    forward = _in_order(frame[ahead])
    backward = _in_order(frame[~ahead].rename(columns=turn)[order])
    if backward.empty:
        return forward
    if forward.empty:
        return backward
    if not forward.equals(backward):
        both = forward.merge(backward, how="outer", on=order, indicator=True)
        odd = both[both["_merge"] != "both"]
        raise RawFileError(
            "the two directions of a dyad disagree",
            file=path.name,
            row=None if odd.empty else odd.iloc[0].to_dict(),
            expected=f"{len(forward)} rows that mirror each other",
            found=f"{len(odd)} rows without a mirror image, {len(forward)} and {len(backward)} rows by direction",
            next_step=NEXT_STEP,
        )
    return forward


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)
