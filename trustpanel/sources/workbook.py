"""One sheet of an Excel workbook as a frame of text cells, white space reduced to single blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import NEXT_STEP
from trustpanel.sources.fact import require_columns


def read_sheet(path: Path, sheet: str, columns: Sequence[str]) -> pd.DataFrame:
    """`columns` of a sheet as text, empty cells as empty text, indexed by the row of the sheet.

    Numbers stand without a decimal mark if they are whole, days as year-month-day. Raises `RawFileError`.
    """
    try:
        frame = pd.read_excel(path, sheet_name=sheet, dtype=object, keep_default_na=False)
    except (BadZipFile, ValueError, KeyError, OSError) as error:
        raise RawFileError(
            "the workbook cannot be read",
            file=path.name,
            expected=f"an .xlsx workbook with a sheet {sheet}",
            found=str(error)[:200],
            next_step=NEXT_STEP,
        ) from error
    frame = frame.rename(columns=_text)
    require_columns(frame, columns, path.name)
    cells = pd.DataFrame({c: pd.Series([_text(v) for v in frame[c]], dtype=object) for c in columns})
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return cells[cells.ne("").any(axis=1)]


def _text(value: object) -> str:
    if hasattr(value, "date"):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"[\s\u00a0\u00ad\u200b]+", " ", str(value)).strip()
