"""Bad input is refused in our own words, with place, expectation and next step, and the last good build stays whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from refusals import refused
from world_build import WORLD, World, living_in, make_facts, make_store, pin, write_frame

import trustpanel as tp
from trustpanel import paths as places
from trustpanel.cli import app
from trustpanel.codebook.load import codebook
from trustpanel.errors import (
    AnalysisError,
    BuildError,
    CheckError,
    CodebookError,
    CodedError,
    FactsError,
    RawFileError,
    StoreError,
    TrustpanelError,
    UnknownNameError,
)
from trustpanel.models.spec import load_specs
from trustpanel.paths import Paths
from trustpanel.sources.fact import RawFolder
from trustpanel.sources.facts import READERS, read_source, reader
from trustpanel.sources.raw import digest
from trustpanel.store.connect import open_store

Damage = Callable[[World], object]


@pytest.fixture
def selects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `trustpanel/tables/` that the test may damage, in place of the real one."""
    folder = shutil.copytree(places.TABLES, tmp_path / "tables")
    monkeypatch.setattr(places, "TABLES", folder)
    return folder


def edit(file: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    text = file.read_bytes().decode(encoding)
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_bytes(text.replace(old, new, 1).encode(encoding))


def edit_binary(world: World, source: str, name: str, change: Callable[[pd.DataFrame], object]) -> None:
    """A Stata or R file of the world written anew from its rows after `change`."""
    frame = pd.read_csv(WORLD / source / f"{name}.csv", keep_default_na=not name.endswith(".dta"))
    change(frame)
    write_frame(frame, world.file(source, name))


def put(column: str, value: object) -> Callable[[pd.DataFrame], object]:
    def change(frame: pd.DataFrame) -> None:
        # one text makes the whole column text, as it would in the source's own program
        frame[column] = frame[column].astype(str if isinstance(value, str) else "float64")
        frame.loc[0, column] = value

    return change


def test_the_undamaged_world_builds_and_holds_what_it_was_made_of(invented_world: World) -> None:
    with open_store(invented_world.paths) as con:
        meetings = dict(con.execute("select meeting_id, format from meetings").fetchall())
        dyads = con.execute(
            "select ccode_a, ccode_b, leader_a, leader_b, start_date::varchar from meeting_dyads"
        ).fetchall()
        disputes = con.execute("select dispute_id, start_precision from disputes order by all").fetchall()
        others = con.execute(
            "select meeting_id, person_id, capacity from meeting_participants where ccode is null"
        ).fetchall()
        classes = con.execute("select source, record, record_class from record_classes").fetchall()
    assert len(meetings) == 17
    assert disputes == [(3001, "day"), (3002, "month")]
    # a day of handover belongs to the newcomer
    assert (2, 365, "ALD-1969", "BOR-1950", "1969-01-20") in dyads
    # a trilateral swallows the record that tells of two of the three
    assert meetings["m-1978-09-05-p-bose-1905-p-carrow-1920-p-dara-1930"] == "trilateral"
    assert [d[:2] for d in dyads if d[4] == "1978-09-05"].count((2, 750)) == 1
    # on third soil the host is not the counterpart
    assert (2, 365, "ALD-1961", "BOR-1950", "1961-06-03") in dyads
    # a person of no state takes part and makes no dyad of states
    assert others == [("m-1987-06-06-p-dellan-1930-p-otto-na-p-wolin-1925", "p-otto-na", "abbot")]
    assert [d[:2] for d in dyads if d[4] == "1987-06-06"] == [(2, 365)]
    # one spell, two codes of the state
    assert {(a, b) for a, b, _, leader, _ in dyads if leader == "ELB-1975"} == {(2, 260), (2, 255)}
    # a start known to the month decides nothing in that month
    assert (2, 770, "ALD-2009", None, "2016-05-20") in dyads
    assert (2, 770, "ALD-2009", "DUN-2016", "2016-06-15") in dyads
    assert ("state_dept_visits", "9008", "unresolved") in classes


def tamper(world: World) -> None:
    file = world.file("reign", "leaderlist_3_21.csv")
    file.write_bytes(file.read_bytes().replace(b"2009", b"2008", 1))


def truncate(world: World) -> None:
    file = world.file("cow_trade_dyadic", "cow_trade_ddy.rds")
    file.write_bytes(file.read_bytes()[:-100])


def raw(source: str, name: str, old: str, new: str, encoding: str = "utf-8") -> Damage:
    """`old` becomes `new` in a raw text file, and the damaged file is the pinned one."""

    def damage(world: World) -> None:
        edit(world.file(source, name), old, new, encoding)
        pin(world)

    return damage


def binary(source: str, name: str, column: str, value: object) -> Damage:
    """The first cell of `column` becomes `value` in a Stata or R file, and the damaged file is the pinned one."""

    def damage(world: World) -> None:
        edit_binary(world, source, name, put(column, value))
        pin(world)

    return damage


def cut(source: str, name: str, share: float) -> Damage:
    """Only the first part of a raw file is left, and the damaged file is the pinned one."""

    def damage(world: World) -> None:
        file = world.file(source, name)
        file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
        pin(world)

    return damage


def without_column(world: World) -> None:
    edit_binary(world, "isard", "cw_democracy.rda", lambda f: f.pop("v2x_polyarchy"))
    pin(world)


VISITS = "state_dept_visits", "1960.xml"
MIDB = "cow_mid5", "MIDB 5.0.csv"
RAW = {
    "one byte altered": (tamper, ("leaderlist_3_21.csv", "sha256", "is not the pinned one")),
    "truncated": (truncate, ("cow_trade_ddy.rds", "bytes", "is not the pinned one")),
    "xml cut short": (cut(*VISITS, 0.8), ("1960.xml", "after record 9003", "well-formed XML")),
    "stata cut short": (
        cut("archigos41", "Archigos_4.1_stata14.dta", 0.5),
        ("Archigos_4.1_stata14.dta", "cannot be read"),
    ),
    "r file cut short": (cut("peacesciencer", "cow_nmc.rda", 0.5), ("cow_nmc.rda", "cannot be read")),
    "excel cut short": (cut("colt_south_america", "Base_COLT_Sudamerica.xlsx", 0.5), ("Base_COLT_Sudamerica.xlsx",)),
    "nothing in it": (cut("reign", "leaderlist_3_21.csv", 0), ("leaderlist_3_21.csv",)),
    "a column is absent": (raw("cow_mid5", "MIDA 5.0.csv", ",recip,", ",recap,"), ("MIDA 5.0.csv", "header", "recip")),
    "an r column is absent": (without_column, ("cw_democracy.rda", "header", "v2x_polyarchy")),
    "text in a number": (raw(*MIDB, "3002,ALD,2,", "3002,ALD,two,"), ("MIDB 5.0.csv", "line 4", "a number", "two")),
    "text in a score": (
        raw("un_ideal_points", "IdealpointestimatesAll_Jun2024.csv", "1,2,35,2.5", "1,2,35,high"),
        ("IdealpointestimatesAll_Jun2024.csv", "line 2", "IdealPointAll", "a number", "high"),
    ),
    "text in an r number": (binary("peacesciencer", "cow_mindist.rda", "ccode1", "two"), ("cow_mindist.rda",)),
    "text in a birth year": (
        binary("archigos41", "Archigos_4.1_stata14.dta", "yrborn", "old"),
        ("Archigos_4.1_stata14.dta",),
    ),
    "a number too large": (
        raw("reign", "leaderlist_3_21.csv", "ALD,2,", "ALD,70000,"),
        ("leaderlist_3_21.csv", "ccode", "int16"),
    ),
    "a cell too many": (raw("icb15", "kdg.csv", "ENDURING\n", "ENDURING,1\n"), ("kdg.csv",)),
    "a key doubled": (
        raw("herre_ideology", "global_leader_ideologies.csv", "Aldermark,2,1981", "Aldermark,2,1980"),
        ("global_leader_ideologies.csv", "a key stands twice", "1980"),
    ),
    "an unknown word": (
        raw("dcad", "DCAD-v1.0-main.csv", ",high,", ",sure,", "latin-1"),
        ("DCAD-v1.0-main.csv", "row: 2", "high", "sure"),
    ),
    "30 February": (raw(*VISITS, "1962-05-12", "1962-02-30"), ("1960.xml", "record 9001", "year-month-day")),
    "an end before its start": (raw(*VISITS, "1962-05-12", "1962-05-01"), ("1960.xml", "record 9001", "1962-05-10")),
    "month 13": (raw("atop51", "atop5_1m.csv", "1971,8,", "1971,13,"), ("atop5_1m.csv", "line 5", "month")),
    "a threat in words": (raw("atop51", "atop5_1m.csv", "365,0", "Borsk,0"), ("atop5_1m.csv", "line 2", "statthr1")),
    "month 13 in r": (binary("peacesciencer", "cow_states.rda", "stmonth", 13), ("cow_states.rda", "stmonth")),
    "the year 99999": (
        raw("cow_mid5", "Inter-StateWarData_v4.0.csv", ",8,5,1965,", ",8,5,99999,"),
        ("Inter-StateWarData_v4.0.csv",),
    ),
    "31 June in Stata": (
        binary("archigos41", "Archigos_4.1_stata14.dta", "startdate", "1950-06-31"),
        ("Archigos_4.1_stata14.dta", "start_date", "YYYY-MM-DD", "1950-06-31"),
    ),
    "a day in no form": (
        raw("wikidata_leaders", "leaders_history.csv", "head_of_state", "king"),
        ("leaders_history.csv", "line 2", "head_of_state", "king"),
    ),
    "session 19": (
        raw("un_ideal_points", "IdealpointestimatesAll_Jun2024.csv", ",2,35,", ",2,19,"),
        ("IdealpointestimatesAll_Jun2024.csv", "line 2", "19"),
    ),
}


@pytest.mark.parametrize("case", RAW)
def test_a_bad_raw_file_is_refused(own_world: World, case: str) -> None:
    damage, words = RAW[case]
    damage(own_world)
    facts = {file.name: digest(file) for file in own_world.paths.facts.iterdir()}
    with refused(RawFileError, "\n  file: ", "\n  found: ", *words, world=own_world):
        make_facts(own_world)
    assert {file.name: digest(file) for file in own_world.paths.facts.iterdir()} == facts


def test_facts_are_replaced_together_or_not_at_all(own_world: World) -> None:
    raw("reign", "leaderlist_3_21.csv", "Greta Gale", "Greta Gayle")(own_world)
    raw("herre_ideology", "global_leader_ideologies.csv", "rightist", "royalist")(own_world)
    facts = {file.name: digest(file) for file in own_world.paths.facts.iterdir()}
    with refused(RawFileError, "global_leader_ideologies.csv", "row: line 2", "royalist", world=own_world):
        make_facts(own_world)
    assert {file.name: digest(file) for file in own_world.paths.facts.iterdir()} == facts


@pytest.mark.parametrize("source", READERS)
def test_no_damage_gets_past_a_reader_without_a_refusal_of_ours(
    invented_world: World, tmp_path: Path, source: str
) -> None:
    # every file emptied, cut at several places and overwritten: read as something smaller, or refused in our words
    files = {file.name: file for file in (invented_world.raw / source).iterdir()}
    refusals = []
    for name, file in files.items():
        whole = file.read_bytes()
        for i, damaged in enumerate(
            (b"", b"\n\n", b"a,b\n1,2\n", b"\xff\xfe\x00\x81", whole[: len(whole) // 2], whole[:-40])
        ):
            target = tmp_path / str(i) / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(damaged)
            try:
                read_source(reader(source), RawFolder(source, files | {name: target}), [])
            except TrustpanelError as refusal:
                refusals.append((name, refusal))
    assert refusals
    for name, refusal in refusals:
        assert name in str(refusal)
        assert refusal.next_step


CORRECTION = """
[[correction]]
fact = "{fact}"
key = {{ {key} = "ALD-1950" }}
column = "{column}"
expect = "{expect}"
value = "1961-01-21"
reason = "invented"
evidence = "invented"
"""
CORRECTIONS = {
    "the guard fails": ({"expect": "1961-02-01"}, ("ALD-1950", "end_date = 1961-02-01", "1961-01-20")),
    "no such column": ({"column": "last_day"}, ("last_day",)),
    "no such key column": ({"key": "obsid"}, ("obsid",)),
    "no such fact": ({"fact": "archigos_leaders"}, ("archigos_leaders",)),
}


@pytest.mark.parametrize("case", CORRECTIONS)
def test_a_correction_that_does_not_fit_is_refused(own_world: World, case: str) -> None:
    change, words = CORRECTIONS[case]
    right = {"fact": "archigos41_leaders", "key": "leader_id", "column": "end_date", "expect": "1961-01-20"}
    own_world.paths.corrections.write_text(CORRECTION.format(**right | change), encoding="utf-8")
    with refused(CodedError, "corrections.toml", *words, world=own_world):
        make_facts(own_world)


def test_a_correction_with_an_unknown_field_is_refused(own_world: World) -> None:
    own_world.paths.corrections.write_text('[[correction]]\nfact = "reign_leaders"\nwhy = "x"\n', encoding="utf-8")
    with refused(CodedError, "corrections.toml", "\n  row: 1", "evidence", "why", world=own_world):
        make_facts(own_world)


def row(name: str, line: str) -> Damage:
    """One more row at the end of a coded file."""

    def damage(world: World) -> None:
        file = world.coded(name)
        file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    return damage


def coded(name: str, old: str, new: str) -> Damage:
    return lambda world: edit(world.coded(name), old, new)


CODED = {
    "two persons for a name": (
        row("aliases", "state_dept_visits,Chairman Volkov,365,1960-01-01,,p-wolin-1925,"),
        ("aliases.csv", "row: 22", "p-volkov-1906 and p-wolin-1925", "do not overlap"),
    ),
    "a date that is none": (
        coded("aliases", "1990-10-02", "2 October 1990"),
        ("aliases.csv", "row: 6", "to_date", "YYYY-MM-DD", "2 October 1990"),
    ),
    "a day that is none": (
        coded("coverage_lists", "2024-11-12", "2024-11-31"),
        ("coverage_lists.csv", "row: 2", "end_date", "2024-11-31"),
    ),
    "too many cells": (
        row("persons", "p-x-na,X, Y,,2,minister,"),
        ("persons.csv", "row: 4", "expected: 6", "found: 7"),
    ),
    "too few cells": (row("persons", "p-x-na,X"), ("persons.csv", "row: 4", "expected: 6", "found: 2")),
    "a doubled key": (row("state_lines", "260,365,again"), ("state_lines.csv", "row: 3", "also in row 2")),
    "text in a code": (coded("persons", ",255,", ",ELB,"), ("persons.csv", "row: 3", "ccode", "int16", "ELB")),
    "a code too large": (coded("persons", ",255,", ",70000,"), ("persons.csv", "row: 3", "ccode", "int16", "70000")),
    "neither true nor false": (
        coded("record_kinds", ",false,", ",no,"),
        ("record_kinds.csv", "row: 7", "documented", "true or false", "no"),
    ),
    "a pattern that is none": (
        row("record_kinds", "state_dept_visits,70,(open,other,false,"),
        ("record_kinds.csv", "row: 16", "(open"),
    ),
    "a pattern of another dialect": (
        row("record_kinds", "state_dept_visits,70,(?!met),other,false,"),
        ("record_kinds.csv", "row: 16", "(?!met)"),
    ),
    "a coded day of a record that is none": (
        coded("record_codes", "start_date,1966-07-02", "start_date,July 2"),
        ("record_codes.csv", "row: 2", "July 2"),
    ),
    "a field that no record has": (
        coded("record_codes", "start_date,", "stat_date,"),
        ("record_codes.csv", "row: 2", "stat_date", "start_date"),
    ),
    "a column renamed": (
        coded("state_lines", "ccode_after", "ccode_new"),
        ("state_lines.csv", "row: 1", "ccode_after"),
    ),
    "not UTF-8": (lambda w: w.coded("persons").write_bytes(b"\xff"), ("persons.csv", "UTF-8")),
    "not there": (lambda w: w.coded("persons").unlink(), ("persons.csv", "absent")),
    "not declared": (lambda w: w.coded("prsons").write_text("a\n"), ("prsons.csv", "not declared")),
}


GOOD = {
    "coding_id": "r2-365-1966-07-03",
    "ccode_a": "2",
    "ccode_b": "365",
    "start_date": "1966-07-03",
    "end_date": "1966-07-03",
    "date_precision": "day",
    "place": "Bern",
    "host_ccode": "",
    "person_a": "{a}",
    "name_a": "A",
    "office_a": "",
    "person_b": "{b}",
    "name_b": "B",
    "office_b": "",
    "kind": "summit",
    "one_to_one": "unknown",
    "outcome_document": "",
    "source_1": "https://example.org/one",
    "says_1": "the two met on 3 July",
    "source_2": "",
    "says_2": "",
    "grade": "B",
    "conflict": "",
    "note": "",
}
RIVALS = {
    "no source that was read": ({"source_1": ""}, ("no source that was read", "nobody's memory")),
    "grade A on one page": ({"grade": "A"}, ("grade A without a second source", "set the grade to B")),
    "grade A on one page twice": (
        {"grade": "A", "source_2": "https://example.org/one", "says_2": "they met"},
        ("grade A without a second source",),
    ),
    "a person not in office and no capacity": ({"person_b": "p-nobody-na"}, ("no capacity", "office_b")),
    "a date outside both spells": (
        {"start_date": "1930-01-01", "end_date": "1930-01-01", "office_a": "heir", "office_b": "heir"},
        ("a date outside both spells in office", "mend the date"),
    ),
    "an unknown rivalry": ({"ccode_b": "750", "office_b": "guest"}, ("unknown rivalry", "mend the codes")),
    "an unknown person": ({"person_a": "p-of-nowhere-na"}, ("unknown person", "persons.csv")),
    "a malformed date": ({"start_date": "3 July 1966"}, ("start_date", "YYYY-MM-DD", "3 July 1966")),
    "a planned meeting": ({"kind": "planned"}, ("unknown kind", "planned meetings are none")),
    "states out of order": ({"ccode_a": "365", "ccode_b": "2"}, ("states out of order", "swap the sides")),
}


def test_a_good_coded_meeting_is_taken(own_world: World, tmp_path: Path) -> None:
    add_meeting(own_world, {})
    elsewhere = replace(own_world, paths=replace(own_world.paths, build=tmp_path / "build"))
    make_store(elsewhere)
    with duckdb.connect(str(elsewhere.paths.store), read_only=True) as con:
        assert con.execute("select count(*) from meeting_evidence where source = 'rival_meetings'").fetchall() == [(1,)]


@pytest.mark.parametrize("case", RIVALS)
def test_a_bad_coded_meeting_is_refused(own_world: World, case: str) -> None:
    change, words = RIVALS[case]
    add_meeting(own_world, change)
    with refused(CodedError, "rival_meetings.csv", "row: 2", *words, world=own_world):
        make_store(own_world)


def add_meeting(world: World, change: dict[str, str]) -> None:
    """One coded meeting of the two effective leaders of 3 July 1966, and a person who never held office."""
    with duckdb.connect(str(world.paths.store), read_only=True) as con:
        held = dict(
            con.execute(
                "select ccode, person_id from effective_leaders where date '1966-07-03' between start_date and end_date"
            ).fetchall()
        )
    cells = {**GOOD, "person_a": held[2], "person_b": held[365], **change}
    file = world.coded("rival_meetings")
    file.write_text(file.read_text(encoding="utf-8") + ",".join(cells.values()) + "\n", encoding="utf-8")
    persons = world.coded("persons")
    persons.write_text(persons.read_text(encoding="utf-8") + "p-nobody-na,Nobody,,365,guest,\n", encoding="utf-8")


@pytest.mark.parametrize("case", CODED)
def test_a_bad_coded_row_is_refused(own_world: World, case: str) -> None:
    damage, words = CODED[case]
    damage(own_world)
    with refused(CodedError, *words, world=own_world):
        make_store(own_world)


def alter_fact(world: World) -> None:
    file = world.paths.facts / "reign_leaders.parquet"
    file.write_bytes(file.read_bytes() + b" ")


FACTS = {
    "altered after the manifest": (alter_fact, ("reign_leaders.parquet", "sha256", "make facts")),
    "absent": (lambda w: (w.paths.facts / "reign_leaders.parquet").unlink(), ("reign_leaders.parquet", "no file")),
    "no manifest": (lambda w: (w.paths.facts / "manifest.json").unlink(), ("manifest.json", "make facts")),
    "half a manifest": (lambda w: (w.paths.facts / "manifest.json").write_text('{"outputs":'), ("manifest.json",)),
    "another manifest": (lambda w: (w.paths.facts / "manifest.json").write_text("{}"), ("manifest.json",)),
}


@pytest.mark.parametrize("case", FACTS)
def test_facts_that_are_not_those_of_the_manifest_are_refused(own_world: World, case: str) -> None:
    damage, words = FACTS[case]
    damage(own_world)
    with refused(FactsError, *words, world=own_world):
        make_store(own_world)


def test_a_value_out_of_its_declared_range_is_caught_before_the_swap(own_world: World) -> None:
    edit_binary(own_world, "isard", "cw_democracy.rda", put("v2x_polyarchy", 1.7))
    pin(own_world)
    make_facts(own_world)
    words = ("state_years.toml", "polyarchy lies within 0 and 1", "'polyarchy': '1.7'", "'year': '1980'", "1 rows")
    with refused(CheckError, *words, world=own_world):
        make_store(own_world)


def sources(old: str, new: str) -> Damage:
    return lambda world: edit(world.paths.sources, old, new)


def without_reign(world: World) -> None:
    text = world.paths.sources.read_text(encoding="utf-8")
    parts = [part for part in text.split("[[source]]") if 'id = "reign"' not in part]
    world.paths.sources.write_text("[[source]]".join(parts), encoding="utf-8")


SOURCES = {
    "an unknown field": (sources("title = ", "tilte = "), ("archigos41", "tilte", "title", "unknown field")),
    "an unknown field of a file": (sources("sha256 = ", "sha265 = "), ("Archigos_4.1_stata14.dta", "sha265")),
    "a field is absent": (sources('licence = "', '# "'), ("archigos41", "licence")),
    "unknown terms": (sources('terms = "citation"', 'terms = "private"'), ("archigos41", "private", "restricted")),
    "a restricted source ships": (
        sources('terms = "citation"', 'terms = "restricted"'),
        ("archigos41", "ship = false"),
    ),
    "a source twice": (sources('id = "reign"', 'id = "archigos41"'), ("archigos41", "twice")),
    "a source is absent": (without_reign, ("reign",)),
    "no TOML": (sources('id = "reign"', "id = reign"), ("not valid TOML",)),
}


@pytest.mark.parametrize("case", SOURCES)
@pytest.mark.parametrize("step", [make_facts, make_store])
def test_a_bad_entry_of_sources_is_refused(own_world: World, case: str, step: Damage) -> None:
    damage, words = SOURCES[case]
    damage(own_world)
    with refused(CodebookError, "sources.toml", *words, world=own_world):
        step(own_world)


def table(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder / name, old, new)


def second_owner(folder: Path) -> None:
    entry = '\n[own.polyarchy]\nlabel = "x"\ntype = "float64"\nconcept = "structure"\nmissing = "never"\n'
    file = folder / "states.toml"
    file.write_text(file.read_text(encoding="utf-8") + entry, encoding="utf-8")


TABLES = {
    "an unknown field": (
        table("states.toml", "grain = ", "grian = "),
        CodebookError,
        ("states.toml", "grian", "grain"),
    ),
    "an unknown field of a column": (
        table("states.toml", "missing = ", "mising = "),
        CodebookError,
        ("states.toml", "state_abb", "mising"),
    ),
    "an unknown type": (
        table("states.toml", 'type = "string"', 'type = "text"'),
        CodebookError,
        ("states.toml", "state_abb", "text", "string"),
    ),
    "an unknown concept": (
        table("states.toml", 'concept = "identifier"', 'concept = "trust"'),
        CodebookError,
        ("states.toml", "state_abb", "trust", "state_trust"),
    ),
    "two owners": (second_owner, CodebookError, ("states.toml", "polyarchy", "two owners", "state_years")),
    "nobody's column": (
        table("states.toml", '"state_abb", ', '"state_abbr", '),
        CodebookError,
        ("states.toml", "state_abbr"),
    ),
    "an unknown source": (
        table("states.toml", '"peacesciencer"', '"peacescience"'),
        CodebookError,
        ("states", "peacescience", "sources.toml"),
    ),
    "a .sql without its twin": (
        lambda f: (f / "extra.sql").write_text("select 1"),
        CodebookError,
        ("extra.sql", "extra.toml"),
    ),
    "a .toml without its twin": (lambda f: (f / "states.sql").unlink(), CodebookError, ("states.toml", "base = ")),
    "no TOML": (table("states.toml", "[own.state_abb]", "[own.state_abb"), CodebookError, ("states.toml", "TOML")),
    "an unknown table": (table("states.sql", "from choices", "from choises"), BuildError, ("states.sql", "choises")),
    "an unknown fact": (
        table("states.sql", "facts.peacesciencer_states", "facts.cow_states"),
        BuildError,
        ("states.sql", "cow_states"),
    ),
    "no select": (
        table("states.sql", "select\n    ccode", "selct\n    ccode"),
        BuildError,
        ("states.sql", "bare select"),
    ),
    "a column left out": (table("states.sql", "    state_abb,\n", ""), BuildError, ("states.sql", "state_abb")),
    "a type that does not fit": (
        table("states.toml", 'type = "string"', 'type = "int16"'),
        BuildError,
        ("states.sql", "ALD"),
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_bad_twin_is_refused(own_world: World, selects: Path, case: str) -> None:
    damage, error, words = TABLES[case]
    damage(selects)
    with refused(error, *words, world=own_world):
        make_store(own_world)


def test_tables_in_a_circle_are_refused(own_world: World, selects: Path) -> None:
    edit(selects / "states.sql", "from choices", "from state_years")
    with refused(BuildError, "circle", "states", "state_years", world=own_world):
        make_store(own_world)


def other_schema(paths: Paths) -> None:
    with duckdb.connect(str(paths.store)) as con:
        con.execute("update meta set schema_version = 'another'")


STORES = {
    "no store": (lambda p: p.store.unlink(), ("there is no store yet",)),
    "another schema version": (other_schema, ("another schema version", "expected: ", "found: another")),
    "not a store": (lambda p: p.store.write_bytes(b"x" * 5000), ("cannot be opened",)),
    "a store cut short": (lambda p: p.store.write_bytes(p.store.read_bytes()[:9000]), ("cannot be opened",)),
    "nothing in it": (lambda p: (p.store.unlink(), duckdb.connect(str(p.store)).close()), ("cannot be opened",)),
}


@pytest.mark.parametrize("case", STORES)
def test_a_store_that_cannot_serve_is_refused(invented_world: World, tmp_path: Path, case: str) -> None:
    damage, words = STORES[case]
    paths = Paths(data=invented_world.paths.data, analyses=invented_world.paths.analyses, build=tmp_path)
    shutil.copy(invented_world.paths.store, paths.store)
    damage(paths)
    with refused(StoreError, "trustpanel.duckdb", "`trustpanel build`", *words):
        open_store(paths)


def test_the_public_functions_say_that_there_is_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTPANEL_HOME", str(tmp_path))
    for call in (tp.connect, lambda: tp.load("panel")):
        with refused(StoreError, "trustpanel.duckdb", "`trustpanel build`"):
            call()


NAMES = {
    "describe": (lambda: tp.describe("contact_stok"), ("contact_stok", "contact_stock")),
    "load": (lambda: tp.load("panle"), ("panle", "'panel'")),
    "load a column": (lambda: tp.load("panel", columns=["contact_stok"]), ("contact_stok", "contact_stock", "panel")),
    "load a backend": (lambda: tp.load("panel", backend="plars"), ("plars", "polars")),
    "variables": (lambda: tp.variables("leader"), ("leader", "'leaders'")),
    "cite": (lambda: tp.cite("meetngs"), ("meetngs", "'meetings'")),
    "nothing near": (lambda: tp.describe("zzzzzz"), ("zzzzzz", "one of")),
}


@pytest.mark.parametrize("case", NAMES)
def test_an_unknown_name_is_refused_with_the_nearest_ones(invented_world: World, case: str) -> None:
    call, words = NAMES[case]
    with living_in(invented_world), refused(UnknownNameError, *words, world=invented_world):
        call()


def test_the_command_line_prints_the_refusal_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["trustpanel", "describe", "panle"])
    with pytest.raises(SystemExit) as leaving:
        app()
    said = capsys.readouterr().err
    assert leaving.value.code == 1
    assert said.startswith("trustpanel: there is no table or variable")
    assert "next: " in said
    assert "Traceback" not in said


ANALYSES = {
    "a term": ("h03.toml", 'column = "state_stock"', 'column = "contact_stock"', ("h03.toml", "contact_stock")),
    "a named set": (
        "blocks.toml",
        'columns = ["state_stock"]',
        'columns = ["months_since_contact"]',
        ("blocks.toml", "state.v1", "months_since_contact"),
    ),
}


@pytest.mark.parametrize("case", ANALYSES)
def test_a_bonding_variable_is_not_passed_off_as_state_trust(tmp_path: Path, case: str) -> None:
    name, old, new, words = ANALYSES[case]
    for file in places.project().analyses.glob("*.toml"):
        shutil.copy(file, tmp_path / file.name)
    edit(tmp_path / name, old, new)
    with refused(AnalysisError, "bonding", "`interpersonal`", *words):
        load_specs(tmp_path, concepts=codebook().concepts())
