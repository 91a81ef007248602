"""One sheet of an Excel workbook as a frame of text cells, white space reduced to single blanks."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import NEXT_STEP
from trustpanel.sources.fact import require_columns, require_once


def read_sheet(path: Path, sheet: str, columns: Sequence[str], *, repeats: int = 0) -> pd.DataFrame:
    """`columns` of a sheet as text, empty cells as empty text, indexed by the row of the sheet.

    Numbers stand without a decimal mark if they are whole, days as year-month-day. At most `repeats` rows that are not
    empty say again what another says, as in the published file. Raises `RawFileError`.
    """
    try:
        # the names of the columns are read as a row, since a name that stands twice would be changed
        frame = pd.read_excel(path, sheet_name=sheet, dtype=object, keep_default_na=False, header=None)
    except (BadZipFile, ValueError, KeyError, OSError, ParseError, zlib.error) as error:
        raise RawFileError(
            "the workbook cannot be read",
            file=path.name,
            expected=f"an .xlsx workbook with a sheet {sheet}",
            found=str(error)[:200],
            next_step=NEXT_STEP,
        ) from error
    frame = frame.map(_text)
    names, cells = (frame.iloc[0] if len(frame) else []), frame.iloc[1:]
    cells = cells.set_axis(list(names), axis=1).set_axis(pd.RangeIndex(2, len(cells) + 2), axis=0)
    require_columns(cells, columns, path.name)
    require_once(cells[cells.ne("").any(axis=1)], columns, path.name, repeats)
    cells = cells[list(columns)]
    return cells[cells.ne("").any(axis=1)]


def _text(value: object) -> str:
    if hasattr(value, "date"):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"[\s\u00a0\u00ad\u200b]+", " ", str(value)).strip()
