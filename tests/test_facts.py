"""The committed facts are those of the raw files, under 25 MB, and stay the same when they are read again."""

from __future__ import annotations

import re

import pyarrow.parquet as pq
import pytest

from trustpanel import paths as places
from trustpanel.codebook.load import load_sources
from trustpanel.paths import TABLES
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
# columns that no select reads: what a source tells beside what the store needs, for a user of the file itself
FOR_USERS = {
    "atop4_institutions": {"start_precision", "end_precision", "hinst", "minst"},
    "atop51_members": {"conwtin"},
    "china_vitae_pages": {"record", "page_leader", "country_match"},
    "colt_nonhost": {"position"},
    "cow_mid5_incident_participants": {"on_side_a"},
    "ibad_attempts": {"kind_2", "goes_on", "colonial", "agreement_year"},
    "icb15_dyads": {"dyad_spell_id"},
    "icow_attempts": {"region", "challenger_ccode", "agreement_covers_scope", "complied", "claim_ended"},
    "icow_claims": {"region", "ccode_a", "ccode_b", "challenger_ccode", "ended_by", "salience"},
    "igo_years": {"igo_name", "year_from", "year_to"},
    "mia_delegation": {"mia_code"},
    "nuclear_status": {"weapons_exploration", "nuclear_test", "submarines"},
    "peacesciencer_mid_dyads": {
        "onset", "on_side_a_a", "on_side_a_b", "fatality_a", "fatality_b", "hostility_a", "hostility_b",
        "originator_a", "originator_b",
    },
    "peacesciencer_wars": {"side_a", "side_b", "resumed", "onset", "battle_deaths_a", "battle_deaths_b"},
    "reign_leaders": {"leader_name", "ccode", "end_year", "end_month", "birth_year", "source_row"},
    "social_trust_surveys": {"year_from"},
    "tfdd_treaties": {"minor", "technical_cooperation"},
    "wikidata_leaders_terms": {
        "term_id", "iso3", "role", "person_label", "start_precision", "end_date", "end_precision",
    },
}  # fmt: skip
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


def test_a_column_that_no_select_reads_is_kept_on_purpose():
    selects = [file.read_text(encoding="utf-8") for file in TABLES.rglob("*.sql")]
    unread = {}
    for name in MANIFEST["outputs"]:
        reading = "\n".join(s for s in selects if re.search(rf"\bfacts\.{name}\b", s))
        columns = pq.read_schema(PATHS.facts / f"{name}.parquet").names
        if found := {c for c in columns if not re.search(rf"\b{c}\b", reading)}:
            unread[name] = found
    assert unread == FOR_USERS


def test_what_readers_left_out_is_told_by_name_and_reason(store):
    told = {
        row[:2]: row[2:]
        for row in store.execute(
            "select left_out_name, left_out_as, left_out_rows, left_out_tiv, source from left_out_names"
        ).fetchall()
    }
    assert told["Guam", "host of US troops"] == (73, None, "troopdata")
    assert told["Hezbollah (Lebanon)*", "recipient"] == (35, 65, "sipri_transfers")
    assert told["NATO", "participant in an exercise"] == (2, None, "troopdata")
    for name, source, kinds in (
        ("us_troops_left_out", "troopdata", ["host of US troops"]),
        ("joint_exercises_left_out", "troopdata", ["participant in an exercise"]),
        ("sipri_left_out", "sipri_transfers", ["recipient", "supplier"]),
    ):
        rows = sum(held[0] for key, held in told.items() if key[1] in kinds and held[2] == source)
        assert rows == pq.read_table(PATHS.facts / f"{name}.parquet")["rows"].to_numpy().sum() > 0
