"""Damage done to one raw file of the invented world, whatever its format: columns, rows, cells, encoding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from world_build import WORLD, write_raw

from trustpanel.codebook.load import load_sources
from trustpanel.errors import TrustpanelError
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
