"""Results of a multiverse on disk: a head line that names grid and data, then one line a specification."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.errors import AnalysisError

Row = dict[str, Any]
FORMAT = "trustpanel multiverse 1"


@dataclass(frozen=True)
class Kept:
    """The file (None: nothing is kept) and the rows that it held when it was opened, by specification."""

    path: Path | None
    rows: Mapping[str, Row]

    def append(self, rows: Sequence[Row]) -> None:
        """The rows are on disk when this returns; a kill in between leaves at most one torn line at the end."""
        if self.path is None or not rows:
            return
        text = "".join(json.dumps(row, sort_keys=True, allow_nan=False) + "\n" for row in rows)
        with self.path.open("ab", buffering=0) as file:
            file.write(text.encode())
            os.fsync(file.fileno())


def open_kept(path: Path, key: str) -> Kept:
    """The rows kept under this key. A torn last line is cut off; a file of another key is set aside, never deleted."""
    if path.exists():
        lines = path.read_bytes().split(b"\n")
        found = _head(path, lines[0]) if len(lines) > 1 else None
        if found == key:
            return Kept(path, _rows(path, lines))
        if found is not None:
            _set_aside(path, found)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, [json.dumps({"format": FORMAT, "key": key}, sort_keys=True).encode()])
    return Kept(path, {})


def _head(path: Path, line: bytes) -> str:
    try:
        head = json.loads(line)
        if head["format"] == FORMAT:
            return str(head["key"])
    except (ValueError, KeyError, TypeError):
        pass
    raise AnalysisError(
        "the file of results is not one of a multiverse",
        file=path,
        row=1,
        expected=FORMAT,
        found=line[:60].decode(errors="replace"),
        next_step="give another path, or move this file away",
    )


def _rows(path: Path, lines: list[bytes]) -> dict[str, Row]:
    """Rows by specification; what follows the last line end is a torn line, and the file is rewritten without it."""
    rows: dict[str, Row] = {}
    for number, line in enumerate(lines[1:-1], start=2):
        try:
            row = json.loads(line)
            rows[row["id"]] = row
        except (ValueError, KeyError, TypeError) as error:
            raise AnalysisError(
                "a line of kept results cannot be read",
                file=path,
                row=number,
                found=line[:60].decode(errors="replace"),
                next_step="delete that line: its specification is estimated again",
            ) from error
    if lines[-1]:
        _write(path, lines[:-1])
    return rows


def _write(path: Path, lines: list[bytes]) -> None:
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(b"\n".join(lines) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _set_aside(path: Path, key: str) -> None:
    """The old file under a name with its key; a number more if that name is taken."""
    for number in range(1, 1000):
        more = "" if number == 1 else f"-{number}"
        target = path.with_name(f"{path.stem}.{key[:12]}{more}{path.suffix}")
        if not target.exists():
            os.replace(path, target)
            return
    raise AnalysisError(
        "too many old files of results", file=path, next_step="move the files with a key in their name elsewhere"
    )
