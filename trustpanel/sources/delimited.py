"""A delimited text file as a frame of text cells, and its number columns read without a silent loss."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import require_columns

NEXT_STEP = "check that the file is the version pinned in data/sources.toml, or correct the cell"


def read_delimited(
    path: Path, columns: Sequence[str], *, header: bool = True, encoding: str = "utf-8-sig"
) -> pd.DataFrame:
    """`columns` of a comma-separated file as text; a cell that a short row lacks is null.

    Without a header, `columns` name the file's columns in order. Raises `RawFileError`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row with too many cells
            frame = pd.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                encoding=encoding,
                header=0 if header else None,
                names=None if header else list(columns),
                index_col=False,
            )
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        raise RawFileError(
            f"the file is not a complete comma-separated {encoding.removesuffix('-sig').upper()} table",
            file=path.name,
            expected=f"columns {list(columns)}",
            found=str(error)[:200],
            next_step=NEXT_STEP,
        ) from error
    require_columns(frame, columns, path.name)
    frame = frame[list(columns)]
    frame.index = pd.RangeIndex(2 if header else 1, len(frame) + (2 if header else 1))
    return frame


def whole(
    frame: pd.DataFrame, column: str, path: Path, *, missing: Iterable[int] = (), blank: bool = False
) -> pd.Series:
    """One column as whole numbers; the codes in `missing` are null, and empty cells too if `blank`.

    Raises `RawFileError` with the line of the first cell that is no whole number.
    """
    numbers = number(frame, column, path, blank=blank)
    _refuse(frame, column, path, numbers.notna() & (numbers % 1 != 0), "a whole number")
    return numbers.mask(numbers.isin(list(missing))).astype("Int64")


def number(
    frame: pd.DataFrame, column: str, path: Path, *, blank: bool = False, marks: Iterable[str] = ()
) -> pd.Series:
    """One column as numbers; the texts in `marks` are null, and empty cells too if `blank`; raises `RawFileError`."""
    text = frame[column].str.strip()
    numbers = pd.to_numeric(text, errors="coerce").astype("Float64")
    allowed = text.isin([*marks, *([""] if blank else [])])
    _refuse(frame, column, path, numbers.isna() & ~allowed, "a number")
    return numbers


def among(
    frame: pd.DataFrame, column: str, path: Path, values: Iterable[int], *, marks: Iterable[str] = ()
) -> pd.Series:
    """One column as whole numbers, each of them one of `values`; the texts in `marks` are null."""
    numbers = number(frame, column, path, marks=marks)
    known = list(values)
    _refuse(frame, column, path, numbers.notna() & ~numbers.isin(known), f"one of {known}")
    return numbers.astype("Int64")


def words(frame: pd.DataFrame, column: str, path: Path, values: Iterable[str]) -> pd.Series:
    """One column as it stands, each of its cells one of `values`; empty cells are null if "" is one of them."""
    known = list(values)
    _refuse(frame, column, path, ~frame[column].isin(known), f"one of {known}")
    return frame[column].where(frame[column].ne(""), None)


def _refuse(frame: pd.DataFrame, column: str, path: Path, bad: pd.Series, expected: str) -> None:
    if bad.any():
        line = bad.index[bad][0]
        raise RawFileError(
            f"a value of {column} is not {expected}",
            file=path.name,
            row=f"line {line}",
            expected=expected,
            found=frame.loc[line, column],
            next_step=NEXT_STEP,
        )
