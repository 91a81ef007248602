"""Where things are: the only module that knows folder names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
TABLES = PACKAGE / "tables"
CODEBOOK = PACKAGE / "codebook"
STYLE = PACKAGE / "report"
EXPLORER = PACKAGE / "report" / "explorer"


@dataclass(frozen=True)
class Paths:
    """The folders of one project: a checkout, or an installed wheel with a user's build folder.

    `data`, `analyses` are read; only `build` (and, by `make facts`, `data/facts`) is written.
    """

    data: Path
    analyses: Path
    build: Path

    @property
    def facts(self) -> Path:
        return self.data / "facts"

    @property
    def coded(self) -> Path:
        return self.data / "coded"

    @property
    def sources(self) -> Path:
        return self.data / "sources.toml"

    @property
    def corrections(self) -> Path:
        return self.data / "corrections.toml"

    @property
    def raw_downloads(self) -> Path:
        return self.data / "raw"

    @property
    def expected(self) -> Path:
        return self.analyses / "expected"

    @property
    def store(self) -> Path:
        return self.build / "trustpanel.duckdb"

    @property
    def tables(self) -> Path:
        return self.build / "tables"

    @property
    def results(self) -> Path:
        return self.build / "results"

    @property
    def manifest(self) -> Path:
        return self.build / "manifest.json"

    @property
    def facts_restricted(self) -> Path:
        return self.build / "facts_restricted"

    @property
    def report(self) -> Path:
        return self.build / "report"

    @property
    def explorer(self) -> Path:
        return self.build / "explorer"

    @property
    def datapackage(self) -> Path:
        return self.build / "datapackage.json"

    @property
    def own(self) -> Path:
        return self.build / "own"

    @property
    def docs(self) -> Path:
        return self.data.parent / "docs"

    @property
    def site(self) -> Path:
        return self.build / "docs"

    @property
    def site_source(self) -> Path:
        return self.build / "docs_source"

    @property
    def paper(self) -> Path:
        return self.build / "paper"

    @property
    def archive(self) -> Path:
        return self.build / "archive"


def project() -> Paths:
    """The checkout around this package if there is one, else the files shipped in the wheel."""
    root = PACKAGE.parent
    if (root / "data" / "sources.toml").is_file():
        home = os.environ.get("TRUSTPANEL_HOME")
        build = Path(home) if home else root / "data" / "build"
        return Paths(data=root / "data", analyses=root / "analyses", build=build)
    shipped = PACKAGE / "_shipped"
    home = os.environ.get("TRUSTPANEL_HOME")
    build = Path(home) if home else _user_data() / "trustpanel"
    return Paths(data=shipped / "data", analyses=shipped / "analyses", build=build)


def raw_roots(paths: Paths) -> tuple[Path, ...]:
    """Where raw files are looked for, in order: `$TRUSTPANEL_RAW`, then `data/raw`."""
    named = os.environ.get("TRUSTPANEL_RAW")
    return (*((Path(named),) if named else ()), paths.raw_downloads)


def truth_root() -> Path | None:
    """Folder of the data frames of published models (`$TRUSTPANEL_TRUTH`), if it is set."""
    named = os.environ.get("TRUSTPANEL_TRUTH")
    return Path(named) if named else None


def _user_data() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home()))
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
