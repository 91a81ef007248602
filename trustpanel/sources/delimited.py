"""A delimited text file as a frame of text cells, and its number columns read without a silent loss."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import require_columns, require_once

NEXT_STEP = "check that the file is the version pinned in data/sources.toml, or correct the cell"


def read_delimited(
    path: Path,
    columns: Sequence[str],
    *,
    header: bool = True,
    encoding: str = "utf-8",
    errors: str = "strict",
    mark: str = ",",
    open_end: bool = False,
    repeats: int = 0,
) -> pd.DataFrame:
    """`columns` of a delimited file as text, indexed by the line on which a row begins; raises `RawFileError`.

    Without a header, `columns` name the file's columns in order. Every row has as many cells as the first, and the last
    line has its end, unless the published file lacks it (`open_end`): else the file was cut. At most `repeats` rows
    say again what another says, as in the published file.
    """
    return parse_delimited(
        _text(path, encoding, errors), path.name, columns,
        header=header, mark=mark, open_end=open_end, repeats=repeats,
    )  # fmt: skip


def parse_delimited(
    text: str,
    file: str,
    columns: Sequence[str],
    *,
    header: bool = True,
    mark: str = ",",
    open_end: bool = False,
    repeats: int = 0,
) -> pd.DataFrame:
    """The same of a text that was read already; `file` is its name in a refusal."""
    lines, rows = _rows(text, file, columns, mark)
    names = [" ".join(name.split()) for name in rows[0]] if header else list(columns)
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(names):
            raise _refusal("a row has more or fewer cells than the table has columns", file, line, len(names), len(row))
    if not (open_end or text.endswith(("\n", "\r"))):
        raise _refusal("the last line has no end: the file was cut", file, lines[-1], "a line end", rows[-1][-1:])
    first = 1 if header else 0
    frame = pd.DataFrame(rows[first:], columns=names, index=lines[first:], dtype=object)
    require_columns(frame, columns, file)
    require_once(frame, columns, file, repeats)
    return frame[list(columns)]


def _text(path: Path, encoding: str, errors: str) -> str:
    content = path.read_bytes()
    try:
        if encoding != "utf-8" and not content.isascii() and _is_utf_8(content):
            raise UnicodeError(f"the bytes are UTF-8, not {encoding}")
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors)
    except UnicodeError as error:
        raise _refusal(
            "the file is not in its encoding", path.name, _line_of(content, error), encoding.upper(), error
        ) from error


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line_of(content: bytes, error: UnicodeError) -> int | None:
    return content.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else None


def _rows(text: str, file: str, columns: Sequence[str], mark: str) -> tuple[list[int], list[list[str]]]:
    """Every row that is not blank, and the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    lines, rows, line, expected = [], [], 1, f"columns {list(columns)}"
    try:
        for row in reader:
            if row:
                lines.append(line)
                rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refusal("the file is not a complete delimited table", file, line, expected, error) from error
    if not rows:
        raise _refusal("the file is empty", file, None, expected, "no row")
    return lines, rows


def whole(
    frame: pd.DataFrame, column: str, path: Path, *, missing: Iterable[int] = (), blank: bool = False
) -> pd.Series:
    """One column as whole numbers; the codes in `missing` are null, and empty cells too if `blank`.

    Raises `RawFileError` with the line of the first cell that is no whole number.
    """
    numbers = number(frame, column, path, blank=blank)
    refuse(frame, column, path, numbers.notna() & (numbers % 1 != 0), "a whole number")
    return numbers.mask(numbers.isin(list(missing))).astype("Int64")


def number(
    frame: pd.DataFrame, column: str, path: Path, *, blank: bool = False, marks: Iterable[str] = ()
) -> pd.Series:
    """One column as numbers; the texts in `marks` are null, and empty cells too if `blank`; raises `RawFileError`."""
    text = frame[column].str.strip()
    numbers = pd.to_numeric(text, errors="coerce").astype("Float64")
    allowed = text.isin([*marks, *([""] if blank else [])])
    refuse(frame, column, path, (numbers.isna() | numbers.abs().eq(math.inf)) & ~allowed, "a number")
    return numbers


def among(
    frame: pd.DataFrame, column: str, path: Path, values: Iterable[int], *, marks: Iterable[str] = ()
) -> pd.Series:
    """One column as whole numbers, each of them one of `values`; the texts in `marks` are null."""
    numbers = number(frame, column, path, marks=marks)
    known = list(values)
    refuse(frame, column, path, numbers.notna() & ~numbers.isin(known), f"one of {known}")
    return numbers.astype("Int64")


def words(frame: pd.DataFrame, column: str, path: Path, values: Iterable[str]) -> pd.Series:
    """One column as it stands, each of its cells one of `values`; empty cells are null if "" is one of them."""
    known = list(values)
    refuse(frame, column, path, ~frame[column].isin(known), f"one of {known}")
    return frame[column].where(frame[column].ne(""), None)


def refuse(frame: pd.DataFrame, column: str, path: Path, bad: pd.Series, expected: str) -> None:
    """Raise `RawFileError` at the first line of `frame` that is `bad`."""
    if bad.any():
        line = bad.index[bad][0]
        raise _refusal(f"a value of {column} is not {expected}", path.name, line, expected, frame.loc[line, column])


def _refusal(problem: str, file: str, line: int | None, expected: object, found: object) -> RawFileError:
    return RawFileError(
        problem,
        file=file,
        row=None if line is None else f"line {line}",
        expected=expected,
        found=str(found)[:200],
        next_step=NEXT_STEP,
    )
