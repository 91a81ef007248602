"""Damage done to one raw file of the invented world, whatever its format: columns, rows, cells, encoding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from world_build import WORLD, write_raw

from trustpanel.codebook.load import load_sources
from trustpanel.paths import project
from trustpanel.sources.colt_south_america import HEADER
from trustpanel.sources.fact import RawFolder
from trustpanel.sources.facts import PLUGS, READERS, read_source, reader

# the user's own table has the form of its South American part, which the invented world has
STAND_INS = {"colt": "colt_south_america"}
ALL = (*READERS, *PLUGS)
ENCODINGS = {"dcad": "latin-1", "icow": "mac_roman"}
HEADERLESS = ("peacedatav30dyadyrmean.csv",)
WINDOWS = {name: source.window for name, source in load_sources(project().sources).items()}
Rows = list[list[str]]
Facts = dict[str, pa.Table]


@dataclass(frozen=True)
class Raw:
    """One raw file of the invented world: its rows as text, and where all files of its source lie."""

    source: str
    name: str
    files: dict[str, Path]

    @property
    def written(self) -> Path:
        """The file of `tests/world/` that it is made of."""
        folder = WORLD / STAND_INS.get(self.source, self.source)
        plain = folder / self.name
        return plain if plain.is_file() else folder / f"{self.name}.csv"

    @property
    def text(self) -> bool:
        """Whether readers open the file as text."""
        return self.name.endswith((".csv", ".xml"))

    @property
    def table(self) -> bool:
        """Whether the file has rows and columns."""
        return not self.name.endswith(".xml")

    def heads(self) -> list[str]:
        """The names of its columns, or of the elements of its first record; none of a table without a header."""
        if not self.table:
            text = self.files[self.name].read_text(encoding="utf-8")
            return list(dict.fromkeys(re.findall(r"^ {8}<([a-z-]+)", text, re.MULTILINE)))
        return [] if self.name in HEADERLESS else [name for name in self.rows()[0] if name]

    @property
    def encoding(self) -> str:
        return ENCODINGS.get(self.source, "utf-8")

    @property
    def mark(self) -> str:
        return "\t" if self.source == "world_treaty_index" else ","

    def rows(self) -> Rows:
        """Every row as text cells, the header first."""
        text = self.written.read_bytes().decode(self.encoding).removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.mark))
        if self.source not in ("colt", "colt_south_america"):
            return rows
        # all 76 columns, so that the workbook is written as it stands
        return [list(HEADER), *([dict(zip(rows[0], row, strict=True)).get(c, "") for c in HEADER] for row in rows[1:])]

    def read(self, damaged: Path | None = None) -> Facts:
        """The facts of its source, read from `damaged` in place of the file."""
        files = self.files | ({self.name: damaged} if damaged else {})
        return read_source(reader(self.source), RawFolder(self.source, files), [], WINDOWS[self.source])

    def after(self, change: Callable[[Rows], Rows], encoding: str = "") -> Facts:
        """The facts of its source after a change of its rows."""
        with TemporaryDirectory() as aside:
            changed = Path(aside) / self.written.name
            with changed.open("w", newline="", encoding=encoding or self.encoding) as handle:
                csv.writer(handle, delimiter=self.mark, lineterminator="\n").writerows(change(self.rows()))
            (Path(aside) / "out").mkdir()
            return self.read(write_raw(changed, Path(aside) / "out"))

    def after_text(self, change: Callable[[str], str]) -> Facts:
        """The facts of its source after a change of the text that it is made of."""
        with TemporaryDirectory() as aside:
            changed = Path(aside) / self.written.name
            text = self.written.read_bytes().decode(self.encoding)
            changed.write_bytes(change(text).encode(self.encoding))
            (Path(aside) / "out").mkdir()
            return self.read(write_raw(changed, Path(aside) / "out"))

    def after_bytes(self, change: Callable[[bytes], bytes]) -> Facts:
        """The facts of its source after a change of its bytes."""
        with TemporaryDirectory() as aside:
            changed = Path(aside) / self.name
            changed.write_bytes(change(self.files[self.name].read_bytes()))
            return self.read(changed)


def files_of(raw: Path, source: str) -> list[Raw]:
    """The raw files of one source of the invented world that lie under `raw`."""
    files = {f.name: f for f in sorted((raw / STAND_INS.get(source, source)).iterdir())}
    return [Raw(source, name, files) for name in files]


def file_of(raw: Path, source: str, name: str) -> Raw:
    """One raw file of the invented world."""
    (found,) = (file for file in files_of(raw, source) if file.name == name)
    return found


def swap(old: str, new: str) -> Callable[[str], str]:
    """The first `old` of a text becomes `new`; a text without it fails the test."""

    def change(text: str) -> str:
        assert old in text, f"{old!r} is not in the file"
        return text.replace(old, new, 1)

    return change


def same(left: Facts, right: Facts) -> bool:
    """Whether two reads yield the same facts, row for row."""
    return left.keys() == right.keys() and all(left[name].equals(right[name]) for name in left)


def spread(values: Sequence[Any], number: int) -> list[Any]:
    """At most `number` of the values, from the first to the last."""
    if len(values) <= number:
        return list(values)
    return [values[round(i * (len(values) - 1) / (number - 1))] for i in range(number)]


def renamed(file: Raw, name: str) -> Facts:
    """The facts when the column, or element, `name` has another name."""
    if file.table:
        return file.after(lambda rows: [[f"{c}_new" if c == name else c for c in rows[0]], *rows[1:]])
    tag = name.encode()
    return file.after_bytes(
        lambda text: (
            text.replace(b"<" + tag + b">", b"<new-" + tag + b">")
            .replace(b"<" + tag + b" ", b"<new-" + tag + b" ")
            .replace(b"</" + tag + b">", b"</new-" + tag + b">")
        )
    )


def swapped(raw: Path, file: Raw) -> list[Path]:
    """Files of the same suffix: first those of the same source, then one of every other."""
    suffix = Path(file.name).suffix.lower()
    own = [path for name, path in file.files.items() if name != file.name and name.lower().endswith(suffix)]
    form = STAND_INS.get(file.source, file.source)
    others = [
        path
        for folder in sorted(raw.iterdir())
        if folder.name != form
        for path in sorted(folder.iterdir())[:1]
        if path.suffix.lower() == suffix
    ]
    return own + others
