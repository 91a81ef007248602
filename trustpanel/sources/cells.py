"""Cells of a raw table checked against what the codebook admits; the first that does not fit is named by its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP


def refuse(frame: pd.DataFrame, column: str, fits: pd.Series, expected: object, file: str) -> None:
    """Raise `RawFileError` at the first row of `frame` where `fits` is false.

    The index of `frame` counts data rows from 0 below a header in line 1.
    """
    bad = frame.index[~fits.astype(bool)]
    if len(bad):
        raise RawFileError(
            f"a value of {column} that does not fit",
            file=file,
            row=int(bad[0]) + 2,
            expected=expected,
            found=f"{frame.loc[bad[0], column]!r}; {len(bad)} such rows",
            next_step=NEXT_STEP,
        )


def words(frame: pd.DataFrame, column: str, meaning: Mapping[Any, Any], file: str) -> pd.Series:
    """The column in words by `meaning`; a value that `meaning` lacks is refused."""
    refuse(frame, column, frame[column].isin(list(meaning)), sorted(map(str, meaning)), file)
    return pd.Series([meaning[value] for value in frame[column]], index=frame.index, dtype=object)


def whole_numbers(frame: pd.DataFrame, column: str, file: str, *, blank: bool = False) -> pd.Series:
    """The column as whole numbers, empty cells null if `blank`; anything else is refused."""
    numbers = pd.to_numeric(frame[column], errors="coerce").astype("Float64")
    empty = frame[column].isna() | (frame[column].astype(str) == "")
    fits = (numbers.notna() & (numbers % 1 == 0)).fillna(False) | (empty if blank else False)
    refuse(frame, column, fits, "a whole number", file)
    return numbers.astype("Int64")
