"""One Stata file as a frame with the columns that a reader asked for, value codes untouched."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import require_columns, require_once


def read_stata(path: Path, columns: Sequence[str], *, repeats: int = 0) -> pd.DataFrame:
    """`columns` of a Stata file; text that is not UTF-8 is read as latin-1. Raises `RawFileError`.

    At most `repeats` rows say again what another says, as in the published file.
    """
    try:
        with warnings.catch_warnings():
            # pandas says when it falls back to latin-1
            warnings.simplefilter("ignore", UnicodeWarning)
            frame = pd.read_stata(path, convert_categoricals=False)
    except (ValueError, OSError, KeyError, IndexError, UnicodeError, struct.error) as error:
        raise RawFileError(
            "the Stata file cannot be read",
            file=path.name,
            expected="a Stata file",
            found=str(error)[:200],
            next_step="download the file again: `make facts` verifies its checksum",
        ) from error
    require_columns(frame, columns, path.name)
    require_once(frame, columns, path.name, repeats)
    return frame[list(columns)].reset_index(drop=True)
