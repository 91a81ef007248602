"""`make facts`: every reader's facts written to `data/facts/`, with a manifest of inputs and outputs."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trustpanel.codebook.fields import NAME, list_of_tables
from trustpanel.codebook.load import load_sources, read_toml
from trustpanel.errors import CodebookError, CodedError, FactsError, RawFileError, TrustpanelError
from trustpanel.paths import Paths, raw_roots
from trustpanel.sources.fact import Fact, RawFolder, Reader, conform, within
from trustpanel.sources.raw import digest, locate

READERS = (
    "archigos41", "reign", "wikidata_leaders", "peacesciencer", "cow_mid5", "state_dept_visits",
    "state_dept_travels", "colt_south_america", "icb15", "peace_data_v30", "atop51", "dcad", "isard",
    "un_ideal_points", "cow_trade_dyadic", "herre_ideology", "china_vitae", "ceias_china", "ungdc_speakers",
    "ostrander_rider", "atop4_alliance", "mia_igo", "igo_v3", "troopdata", "sipri_transfers", "social_trust",
    "nuclear", "world_treaty_index", "nca", "tfdd", "icow", "ibad", "manytreaties_ggo", "copdab", "chisols",
    "jones_olken",
)  # fmt: skip
# sources that are not shipped: read when the user has them, never downloaded, never in data/facts/
PLUGS = ("colt", "pax", "mie", "gml_mid")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FactsReport:
    """What one run of `make facts` did: rows by fact written, and the sources that were skipped and why."""

    written: Mapping[str, int]
    skipped: Mapping[str, str]


def reader(source: str) -> Reader:
    """The reader of one source."""
    return importlib.import_module(f"trustpanel.sources.{source}").READER


def write_facts(
    paths: Paths, *, download: bool = True, progress: Callable[[str], None] = lambda line: None
) -> FactsReport:
    """`data/facts/` holds the facts of every source whose raw files are at hand; the others keep theirs.

    What a source that is not shipped yields goes to `data/build/facts_restricted/`, and is never downloaded.
    Each file is written aside, verified by reading it back, then moved. Raises `RawFileError`,
    `DownloadError` or `CodedError`; nothing that was there before is lost.
    """
    shipped = _renew(READERS, paths, paths.facts, paths.raw_downloads if download else None, progress)
    plugged = write_restricted(paths, progress=progress)
    return FactsReport({**shipped.written, **plugged.written}, {**shipped.skipped, **plugged.skipped})


def write_restricted(paths: Paths, *, progress: Callable[[str], None] = lambda line: None) -> FactsReport:
    """`data/build/facts_restricted/` holds what the sources yield that are not shipped and lie at hand.

    Raises `RawFileError` for a file that is not of the source's form.
    """
    return _renew(PLUGS, paths, paths.facts_restricted, None, progress)


def _renew(
    readers: tuple[str, ...], paths: Paths, folder: Path, download_to: Path | None, progress: Callable[[str], None]
) -> FactsReport:
    """The facts of `readers` stand in `folder`, with a manifest; a source without raw files keeps its facts."""
    sources = load_sources(paths.sources)
    corrections = load_corrections(paths.corrections)
    manifest = read_manifest(folder) if (folder / MANIFEST).is_file() else {"inputs": {}, "outputs": {}}
    written: dict[str, int] = {}
    skipped: dict[str, str] = {}
    tables: dict[str, tuple[str, pa.Table]] = {}
    for name in readers:
        if name not in sources:
            raise CodebookError("a reader's source is not declared", file=paths.sources, row=name, next_step="add it")
        raw = locate(sources[name], raw_roots(paths), download_to=download_to)
        if raw is None:
            skipped[name] = "no raw file at hand; its facts are kept as they are"
            progress(f"skipped {name}: {skipped[name]}")
            continue
        for table_name, table in read_source(reader(name), raw, corrections, sources[name].window).items():
            tables[table_name] = (name, table)
        manifest["inputs"][name] = {file: digest(path) for file, path in sorted(raw.files.items())}
        progress(f"read {name}")
    if not tables and not manifest["outputs"]:
        return FactsReport(written, skipped)
    folder.mkdir(parents=True, exist_ok=True)
    for table_name, (name, table) in tables.items():
        _write(table, folder / f"{table_name}.parquet")
        written[table_name] = table.num_rows
        manifest["outputs"][table_name] = describe_fact(table, folder / f"{table_name}.parquet", name)
    read_now = {name for name, _ in tables.values()}
    for table_name in [t for t, e in manifest["outputs"].items() if e["source"] in read_now and t not in tables]:
        del manifest["outputs"][table_name]
        (folder / f"{table_name}.parquet").unlink(missing_ok=True)
    _write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", folder / MANIFEST)
    return FactsReport(written, skipped)


def read_source(
    reading: Reader, raw: RawFolder, corrections: list[dict], window: tuple[int, int] | None = None
) -> dict[str, pa.Table]:
    """One source's facts as checked Arrow tables, corrections applied, days and years within `window`."""
    place = f"{reading.source}/{', '.join(sorted(raw.files))}"
    try:
        frames = reading.read(raw)
    except TrustpanelError:
        raise
    except Exception as error:
        raise RawFileError(
            f"the raw files of source {reading.source} are not of the form that its reader was written for",
            file=place,
            expected="the version pinned in data/sources.toml",
            found=f"{type(error).__name__}: {str(error)[:200]}",
            next_step="check that this is the version pinned in data/sources.toml, or mend the reader",
        ) from error
    out = {}
    for fact in reading.facts:
        frame = apply_corrections(frames[fact.name], fact, corrections)
        out[fact.name] = conform(frame, fact, place)
        if window:
            within(out[fact.name], fact, window, place)
    return out


def load_corrections(file: Path) -> list[dict]:
    """The rows of `data/corrections.toml`, each with fact, key, column, expect, value, reason and source."""
    rows = list_of_tables(read_toml(file).get("correction", []), file, "correction") if file.is_file() else []
    needed = {"fact", "key", "column", "expect", "value", "reason", "evidence"}
    facts = {fact.name for name in (*READERS, *PLUGS) for fact in reader(name).facts}
    for number, row in enumerate(rows, start=1):
        if str(row.get("fact", "")) not in facts and set(row) == needed:
            raise CodedError(
                "a correction names a fact that no reader yields",
                file=file,
                row=number,
                expected=f"one of {sorted(facts)}",
                found=row["fact"],
                next_step="mend the name",
            )
        if set(row) != needed:
            raise CodedError(
                "a correction has other fields than the declared ones",
                file=file,
                row=number,
                expected=sorted(needed),
                found=sorted(row),
                next_step="add what is absent, remove what is unknown",
            )
        texts = all(isinstance(row[field], str) for field in ("fact", "column", "reason", "evidence"))
        values = [row["expect"], row["value"], *(row["key"].values() if isinstance(row["key"], dict) else [[]])]
        if not texts or not row["key"] or any(isinstance(value, (list, dict)) for value in values):
            raise CodedError(
                "a field of a correction holds what it may not",
                file=file,
                row=number,
                expected="texts; key = { column = value }; one value each for expect and value",
                found=str({field: row[field] for field in sorted(needed)})[:200],
                next_step="mend the correction",
            )
    return rows


def apply_corrections(frame: pd.DataFrame, fact: Fact, corrections: list[dict]) -> pd.DataFrame:
    """`frame` with its corrections; raises `CodedError` when the source no longer says what is corrected."""
    mine = [c for c in corrections if c["fact"] == fact.name]
    if not mine:
        return frame
    frame = frame.copy()
    for correction in mine:
        strange = sorted({*correction["key"], correction["column"]} - set(frame.columns))
        if strange:
            raise CodedError(
                "a correction names a column that its fact does not have",
                file="data/corrections.toml",
                row=correction["key"],
                expected=f"columns of {fact.name}: {list(fact.columns)}",
                found=strange,
                next_step="mend the name",
            )
        rows = pd.Series(True, index=frame.index)
        for column, value in correction["key"].items():
            rows &= frame[column] == value
        column, found = correction["column"], frame.loc[rows, correction["column"]].tolist()
        if len(found) != 1 or _text(found[0]) != _text(correction["expect"]):
            raise CodedError(
                "a correction's guard failed: the source no longer says what it corrects",
                file="data/corrections.toml",
                row=correction["key"],
                expected=f"{column} = {correction['expect']} in one row",
                found=found,
                next_step="remove the correction if the source was mended",
            )
        frame[column] = frame[column].astype(object)
        value = correction["value"]
        frame.loc[rows, column] = None if value == "" else value
    return frame


def read_manifest(folder: Path) -> dict:
    """The manifest beside the facts; raises `FactsError` if it is absent or unreadable."""
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        for name, entry in manifest["outputs"].items():
            if not NAME.fullmatch(name) or not {"source", "sha256"} <= set(entry):
                raise ValueError(f"{name!r} is no name of a fact, or has no source or sha256")
        return {"inputs": manifest["inputs"], "outputs": manifest["outputs"]}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FactsError(
            "the manifest of the facts cannot be read",
            file=file,
            found=error,
            next_step="restore data/facts/ from version control, or run `make facts`",
        ) from error


def verify_facts(paths: Paths) -> str:
    """A hash over the committed facts; raises `FactsError` if a file is absent or not the one in the manifest."""
    manifest = read_manifest(paths.facts)
    for name, entry in sorted(manifest["outputs"].items()):
        file = paths.facts / f"{name}.parquet"
        if not file.is_file() or digest(file) != entry["sha256"]:
            raise FactsError(
                "a fact file is absent or altered",
                file=file,
                expected=f"sha256 {entry['sha256']}",
                found=digest(file) if file.is_file() else "no file",
                next_step="restore data/facts/ from version control, or run `make facts`",
            )
    return hashlib.sha256(json.dumps(manifest["outputs"], sort_keys=True).encode()).hexdigest()


def describe_fact(table: pa.Table, file: Path, source: str) -> dict:
    """The manifest entry of one fact: source, rows, bytes, hash of the file and hash of the content."""
    return {
        "source": source,
        "rows": table.num_rows,
        "bytes": file.stat().st_size,
        "sha256": digest(file),
        "content": content_hash(table),
    }


def content_hash(table: pa.Table) -> str:
    """A hash over names, types and rows in order, doubles to ten significant digits: equal across versions."""
    out = hashlib.sha256()
    for name in table.column_names:
        column = table[name].combine_chunks()
        out.update(f"{name}:{column.type}\n".encode())
        if pa.types.is_floating(column.type):
            values = ["" if v is None else f"{v:.9e}" for v in column.to_pylist()]
        else:
            values = ["" if v is None else str(v) for v in column.to_pylist()]
        out.update("\x1f".join(values).encode())
    return out.hexdigest()


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(value.date()) if isinstance(value, pd.Timestamp) else str(value)


def _write(table: pa.Table, file: Path) -> None:
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        pq.write_table(table, aside, compression="zstd", compression_level=19, use_dictionary=True)
        if pq.read_metadata(aside).num_rows != table.num_rows:
            raise FactsError("a fact file did not read back whole", file=file, next_step="check the disk and try again")
        os.replace(aside, file)
    finally:
        aside.unlink(missing_ok=True)


def _write_text(text: str, file: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as handle:
        handle.write(text)
    os.chmod(handle.name, 0o644)
    os.replace(handle.name, file)
