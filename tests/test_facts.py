"""The committed facts are those of the raw files, under 25 MB, and stay the same when they are read again."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from trustpanel import paths as places
from trustpanel.codebook.load import load_sources
from trustpanel.sources.facts import (
    READERS,
    content_hash,
    load_corrections,
    read_manifest,
    read_source,
    reader,
    verify_facts,
)
from trustpanel.sources.raw import locate

PATHS = places.project()
MANIFEST = read_manifest(PATHS.facts)


def test_every_fact_file_is_the_one_in_the_manifest():
    assert len(verify_facts(PATHS)) == 64
    listed = {f.stem for f in PATHS.facts.glob("*.parquet")}
    assert listed == set(MANIFEST["outputs"])


def test_facts_stay_small_and_come_from_sources_that_may_be_shipped():
    assert sum(f.stat().st_size for f in PATHS.facts.iterdir()) < 25_000_000
    sources = load_sources(PATHS.sources)
    for name, entry in MANIFEST["outputs"].items():
        assert sources[entry["source"]].ship, name
        assert sources[entry["source"]].terms in {"open", "citation"}, name


def test_manifest_repeats_the_pinned_checksums_of_the_inputs():
    sources = load_sources(PATHS.sources)
    for source, files in MANIFEST["inputs"].items():
        assert files == {f.name: f.sha256 for f in sources[source].files}, source
    assert set(MANIFEST["inputs"]) == set(READERS)


@pytest.mark.parametrize("name", sorted(MANIFEST["outputs"]))
def test_content_hash_is_that_of_the_file(name):
    table = pq.read_table(PATHS.facts / f"{name}.parquet")
    assert table.num_rows == MANIFEST["outputs"][name]["rows"]
    if table.num_rows < 100_000:
        assert content_hash(table) == MANIFEST["outputs"][name]["content"]


@pytest.mark.raw
@pytest.mark.parametrize("source", READERS)
def test_reading_the_raw_files_again_gives_the_same_facts(source, raw_root):
    sources = load_sources(PATHS.sources)
    raw = locate(sources[source], (raw_root,))
    assert raw is not None, f"raw files of {source} are not in {raw_root}"
    tables = read_source(reader(source), raw, load_corrections(PATHS.corrections))
    expected = {n: e["content"] for n, e in MANIFEST["outputs"].items() if e["source"] == source}
    assert {name: content_hash(table) for name, table in tables.items()} == expected
