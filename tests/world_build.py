"""An invented world of five states, laid out as a project folder with every raw file in its source's own format.

`tests/world/<source id>/` holds the raw files; a file of a binary format stands there as `<name>.csv`, and is written
in that format when the world is laid out. The states carry real Correlates of War codes (2, 260 that becomes 255,
365, 750, 770); their names, leaders, meetings and quarrels are invented.
"""

from __future__ import annotations

import json
import shutil
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import rdata

from trustpanel.codebook.load import codebook
from trustpanel.paths import CODEBOOK, Paths, project
from trustpanel.sources.coded import coded_file, declared
from trustpanel.sources.colt_south_america import HEADER
from trustpanel.sources.facts import FactsReport, write_facts
from trustpanel.sources.raw import digest
from trustpanel.store.build import build

WORLD = Path(__file__).parent / "world"
BINARY = (".dta", ".rda", ".rds", ".xlsx", ".zip")
SHEETS = {
    "WHO-WHERE-WHEN-dataset-v.1.1.xlsx": "Dataset",
    "Speakers_by_session.xlsx": "Sheet1",
    "Ostrander_Rider_2018_Base_Travel_Data.xlsx": "Sheet1",
    "TFDD.xlsx": "Treaty Database",
}
R_LISTS = {"agreements.rda": "GGO", "parties.rda": "GGO"}
ARCHIVED = {"chisolsstyr5_0.zip": "CHISOLSstyr5_0/CHISOLSstyr5_0.csv"}
R_DATES = ("stdate", "enddate", "startdate")


@dataclass(frozen=True)
class World:
    """One laid-out project: its folders, and the folder that `$TRUSTPANEL_RAW` has to name."""

    paths: Paths
    raw: Path

    def file(self, source: str, name: str) -> Path:
        """One raw file."""
        return self.raw / source / name

    def coded(self, name: str) -> Path:
        """One coded file."""
        return self.paths.coded / f"{name}.csv"


def lay_out(root: Path) -> World:
    """A project folder under `root`: raw files, `data/sources.toml` with their checksums, coded files, no facts."""
    world = World(Paths(data=root / "data", analyses=project().analyses, build=root / "build"), root / "raw")
    for folder in sorted(p for p in WORLD.iterdir() if p.name != "coded"):
        (world.raw / folder.name).mkdir(parents=True)
        for file in sorted(folder.iterdir()):
            write_raw(file, world.raw / folder.name)
    world.paths.build.mkdir(parents=True)
    shutil.copytree(WORLD / "coded", world.paths.coded)
    for name, fact in declared(CODEBOOK / "coded.toml").items():
        if not coded_file(world.paths.coded, name).is_file():
            world.coded(name).write_text(",".join(fact.columns) + "\n", encoding="utf-8")
    world.paths.corrections.write_text("# The invented world needs no corrections.\n", encoding="utf-8")
    pin(world)
    return world


def copy_of(world: World, root: Path) -> World:
    """The same project in another folder, facts included, that a test may damage; it builds where `world` does."""
    shutil.copytree(world.paths.data, root / "data")
    shutil.copytree(world.raw, root / "raw")
    return World(Paths(data=root / "data", analyses=world.paths.analyses, build=world.paths.build), root / "raw")


def pin(world: World) -> None:
    """`data/sources.toml` declares the real sources with the files, sizes and checksums that lie in this world."""
    with project().sources.open("rb") as handle:
        entries = tomllib.load(handle)["source"]
    for entry in entries:
        if "files" in entry:
            files = sorted((world.raw / entry["id"]).iterdir())
            entry["files"] = [{"name": f.name, "bytes": f.stat().st_size, "sha256": digest(f)} for f in files]
    world.paths.data.mkdir(parents=True, exist_ok=True)
    world.paths.sources.write_text("\n".join(_toml(entry) for entry in entries), encoding="utf-8")
    codebook.cache_clear()


def write_raw(file: Path, folder: Path) -> Path:
    """`file` of `tests/world/` in the format of its source, in `folder`."""
    name = file.name.removesuffix(".csv")
    target = folder / name
    if Path(name).suffix.lower() not in BINARY:
        return Path(shutil.copy(file, folder / file.name))
    if name in ARCHIVED:
        with zipfile.ZipFile(target, "w") as archive:
            archive.write(file, ARCHIVED[name])
        return target
    # in a Stata file a point is a missing number, and an empty text is empty
    write_frame(pd.read_csv(file, keep_default_na=Path(name).suffix != ".dta", na_values=["."]), target)
    return target


def write_frame(frame: pd.DataFrame, target: Path) -> None:
    """`frame` as a Stata, R or Excel file, as the suffix of `target` says."""
    text = [c for c in frame.columns if pd.api.types.is_string_dtype(frame[c])]
    frame = frame.astype(dict.fromkeys(text, object))
    if target.suffix == ".dta":
        frame.to_stata(target, write_index=False, version=118)
        return
    if target.name in SHEETS:
        frame.to_excel(target, sheet_name=SHEETS[target.name], index=False)
        return
    if target.suffix == ".xlsx":
        _workbook(frame, target)
        return
    for column in set(R_DATES) & set(frame.columns):
        frame[column] = (pd.to_datetime(frame[column]) - pd.Timestamp("1970-01-01")).dt.days.astype("float64")
    frame[text] = frame[text].where(frame[text].notna(), None)
    if target.suffix.lower() == ".rds":
        rdata.write_rds(target, frame)
    else:
        element = R_LISTS.get(target.name)
        rdata.write_rda(target, {target.stem: {element: frame} if element else frame})


def make_facts(world: World) -> FactsReport:
    """`make facts` in this world, without the network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTPANEL_RAW", str(world.raw))
        return write_facts(world.paths, download=False)


def make_store(world: World) -> dict[str, float]:
    """`make build` in this world."""
    codebook.cache_clear()
    return build(world.paths)


@contextmanager
def living_in(world: World) -> Iterator[None]:
    """Inside the block the public functions answer from this world's store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTPANEL_HOME", str(world.paths.build))
        yield


def _workbook(frame: pd.DataFrame, target: Path) -> None:
    """A COLT workbook: a sheet of cancelled trips, which nobody reads, and the sheet with all 76 columns."""
    cells = frame if len(frame.columns) >= len(HEADER) else frame.reindex(columns=list(HEADER))
    with pd.ExcelWriter(target, engine="openpyxl") as book:
        pd.DataFrame({"TripID": ["cancelled-1"], "Notes": ["never happened"]}).to_excel(
            book, sheet_name="Cancelled", index=False
        )
        cells.to_excel(book, sheet_name="Trips", index=False)


def _toml(entry: dict) -> str:
    lines = ["[[source]]", *(f"{k} = {_value(v)}" for k, v in entry.items() if k != "files")]
    for file in entry.get("files", []):
        lines += ["", "[[source.files]]", *(f"{k} = {_value(v)}" for k, v in file.items())]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    # a JSON text, number, truth value or list of these is written alike in TOML
    return json.dumps(value, ensure_ascii=False)
