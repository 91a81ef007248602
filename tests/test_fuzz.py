"""Generated input: declared files, names, days and numbers are understood rightly or refused in our own words."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from damage import spread
from hostile import VALUES, places, put, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trustpanel import paths
from trustpanel.codebook.fields import LARGEST
from trustpanel.codebook.load import codebook, load_sources, load_tables, read_toml
from trustpanel.codebook.words import known
from trustpanel.errors import AnalysisError, CodebookError, CodedError, RawFileError, TrustpanelError, UnknownNameError
from trustpanel.models import toml_table
from trustpanel.models.contest_spec import load_contest_spec
from trustpanel.models.convergence_spec import load_convergence_spec
from trustpanel.models.doubt_spec import load_doubt_spec
from trustpanel.models.hypothesis_run import ESTIMATORS
from trustpanel.models.hypothesis_spec import load_hypothesis
from trustpanel.models.multiverse_spec import load_multiverse_spec
from trustpanel.models.spec import load_spec
from trustpanel.models.worlds.spec import load_worlds_spec
from trustpanel.sources import colt_south_america, manytreaties_ggo
from trustpanel.sources.coded import declared, read_one
from trustpanel.sources.delimited import number, parse_delimited
from trustpanel.sources.fact import Fact, iso_day
from trustpanel.sources.facts import load_corrections
from trustpanel.store.panel_names import taken_apart
from trustpanel.store.panel_units import UNITS

ANALYSES = paths.project().analyses
DEPTH = int(os.environ.get("TRUSTPANEL_INPUTS", "3")) * 2
FAST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Load = Callable[[Path], object]


CORE = load_spec(ANALYSES, "H3").core


def core(folder: Path) -> object:
    return load_spec(folder, "H3").core


def own(folder: Path) -> object:
    return load_hypothesis(
        folder / "h16.toml", CORE, sets=folder, estimators=tuple(ESTIMATORS), concepts=codebook().concepts()
    )


def tables(folder: Path) -> object:
    return load_tables(folder, paths.CODEBOOK / "columns.toml")


FILES: dict[str, tuple[Path, Load]] = {
    "sources.toml": (paths.project().sources, lambda f: load_sources(f / "sources.toml")),
    "states.toml": (paths.TABLES / "states.toml", tables),
    "pair_stocks.toml": (paths.TABLES / "pair_stocks.toml", tables),
    "coded.toml": (paths.CODEBOOK / "coded.toml", lambda f: declared(f / "coded.toml")),
    "corrections.toml": (paths.project().corrections, lambda f: load_corrections(f / "corrections.toml")),
    "h16.toml": (ANALYSES / "h16.toml", own),
    "samples.toml": (ANALYSES / "samples.toml", own),
    "blocks.toml": (ANALYSES / "blocks.toml", own),
    "h03.toml": (ANALYSES / "h03.toml", core),
    "contest.toml": (ANALYSES / "contest.toml", lambda f: load_contest_spec(f, CORE)),
    "convergence.toml": (ANALYSES / "convergence.toml", load_convergence_spec),
    "doubt.toml": (ANALYSES / "doubt.toml", lambda f: load_doubt_spec(f, CORE)),
    "multiverse.toml": (ANALYSES / "multiverse.toml", lambda f: load_multiverse_spec(f, CORE)),
    "worlds.toml": (ANALYSES / "worlds.toml", lambda f: load_worlds_spec(f, CORE)),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_value_in_a_declared_file_is_refused_with_file_and_next_step(name: str, tmp_path: Path) -> None:
    source, load = FILES[name]
    whole = tomllib.loads(source.read_text(encoding="utf-8"))
    for file in source.parent.glob("*.toml") if source.parent == ANALYSES else (source, source.with_suffix(".sql")):
        if file.is_file():
            shutil.copy(file, tmp_path)
    # half of these files is one list of a hundred alike: the first of each head stands for all
    short = {
        k: v[:2] if name in ("sources.toml", "corrections.toml") and isinstance(v, list) else v
        for k, v in whole.items()
    }
    (tmp_path / name).write_text(written(short), encoding="utf-8")
    load(tmp_path)
    refused = 0
    tried = spread([*places(short)], DEPTH)
    for at in tried:
        for value in VALUES:
            (tmp_path / name).write_text(written(put(short, at, value)), encoding="utf-8")
            try:
                load(tmp_path)
            except TrustpanelError as refusal:
                refused += 1
                said = str(refusal)
            else:
                said = f"{name} next: "
            assert ".toml" in said
            assert "next: " in said
    # a text field takes the six texts among the values, a number the four numbers
    assert refused > len(tried) * len(VALUES) / 2


DOCUMENTS = {
    "an unclosed head": b"[a",
    "a key twice": b"a = 1\na = 2",
    "a table twice": b"[a]\n[a]",
    "not UTF-8": b'a = "\xff"',
    "UTF-16": 'a = "b"'.encode("utf-16"),
    "lists in lists": b"a = " + b"[" * 100_000,
    "tables in tables": b"a = " + b"{b = " * 100_000,
    "a number of 5,000 digits": b"a = " + b"9" * 5_000,
    "30 February": b"a = 2024-02-30",
    "too large": b"a = 1\n" + b"#" * LARGEST,
    "a folder": None,
    "absent": b"",
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_what_is_no_toml_is_refused_with_its_name(case: str, tmp_path: Path) -> None:
    file, content = tmp_path / "hostile.toml", DOCUMENTS[case]
    if content:
        file.write_bytes(content)
    elif content is None:
        file.mkdir()
    for read, error in ((read_toml, CodebookError), (toml_table.read_toml, AnalysisError)):
        with pytest.raises(error, match=r"(?s)hostile\.toml.*next: "):
            read(file)


@FAST
@given(st.one_of(st.binary(max_size=200), st.text(alphabet="[]{}=\"'\\\n.#,0aé-:T_", max_size=80).map(str.encode)))
def test_any_bytes_are_a_table_or_no_toml(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any.toml"
    file.write_bytes(content)
    try:
        assert isinstance(read_toml(file), dict)
    except CodebookError as refusal:
        assert "any.toml" in str(refusal)  # noqa: PT017


DIGITS = st.text(alphabet="0123456789-/: .TZ٣５²+e_", max_size=12)
DAYS = st.dates(datetime.date(1800, 1, 1), datetime.date(2100, 12, 31))


def day_or_none(read: Callable[[str], object], text: str) -> datetime.date | None:
    try:
        day = read(text)
    except ValueError:
        return None
    return None if day is None else pd.Timestamp(day).date()


@FAST
@given(DAYS, DIGITS)
def test_a_day_is_read_in_one_form_alone(day: datetime.date, text: str) -> None:
    assert iso_day(day.isoformat()) == day
    for other in (day.strftime("%Y%m%d"), day.strftime("%d.%m.%Y"), f" {day}", f"{day}T00:00", text):
        right = re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", other)
        found = day_or_none(iso_day, other)
        assert found is None or (right and found.isoformat() == other)


@FAST
@given(DAYS, DIGITS)
def test_a_day_of_colt_is_the_day_that_is_written_in_each_of_its_forms(day: datetime.date, text: str) -> None:
    read = colt_south_america._day
    forms = (f"{day}", f"{day} 00:00:00", f"{day.month}/{day.day}/{day.year}", day.strftime("%m/%d/%Y"))
    for form in forms:
        assert day_or_none(read, form) == day
    if day > datetime.date(1927, 5, 18):
        assert day_or_none(read, str((day - datetime.date(1899, 12, 30)).days)) == day
    found = day_or_none(read, text)
    assert found is None or found.isoformat() in text or f"{found.month}/{found.day}/{found.year}" in re.sub(
        r"\b0", "", text
    ) or re.fullmatch(r"\d{5}(\.0)?", text)  # fmt: skip


@FAST
@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_day_of_a_treaty_is_in_the_calendar_or_none(year: int, month: int, day: int) -> None:
    first, last = (manytreaties_ggo._day(year, month, day, last=edge) for edge in (False, True))
    assert (first is None) == (last is None)
    if first is None or last is None:
        with pytest.raises(ValueError, match=r"out of range|must be in"):
            datetime.date(year, month or 1, day or 1)
    else:
        assert first <= last
        assert (first.year, last.year) == (year, year)
        assert {first.month, last.month} == ({month} if month else {1, 12})
        assert first == last or not (month and day)


@FAST
@given(st.text(alphabet="0123456789-+.,eEinfa_x٣ ", max_size=8), st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_one_that_is_written_or_none(text: str, exact: float) -> None:
    table = parse_delimited(f'a,b\n"{text}","{exact!r}"\n', "any.csv", ["a", "b"])
    assert number(table, "b", Path("any.csv"))[2] == pytest.approx(exact, rel=1e-15)
    try:
        found = number(table, "a", Path("any.csv"))[2]
    except RawFileError as refusal:
        assert "line 2" in str(refusal)  # noqa: PT017
        return
    assert re.fullmatch(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*", text)
    assert float(found) == pytest.approx(float(text), rel=1e-15)


CODED = Fact("any", ("id",), {"id": "string", "n": "int16", "x": "float64", "d": "date32"})
CELL = st.text(alphabet="0123456789-+.eEinfa_xT W٣", max_size=10)


@FAST
@given(CELL, CELL, CELL)
def test_a_coded_cell_is_what_is_written_or_refused_by_row(tmp_path: Path, n: str, x: str, d: str) -> None:
    file = tmp_path / "any.csv"
    file.write_text(f"id,n,x,d\nk,{n},{x},{d}\n", encoding="utf-8")
    try:
        [row] = read_one(file, CODED).to_pylist()
    except CodedError as refusal:
        assert "row: 2" in str(refusal)  # noqa: PT017
        return
    for cell, value in ((n.strip(), row["n"]), (x.strip(), row["x"])):
        assert (cell == "") == (value is None)
        assert not cell or (cell.isascii() and "_" not in cell and float(cell) == value)
    assert (row["d"].isoformat() if row["d"] else "") == d.strip()


BOOK = codebook()
NAMES = st.one_of(st.sampled_from(sorted(BOOK.variables)), st.text(alphabet="abc_.:'\";-*()\x00ü ", max_size=20))


@FAST
@given(
    NAMES, st.sampled_from(["", ":lag", ":both", ":weak_link", ":spline", ":x", "_a", "_b"]), st.sampled_from([*UNITS])
)
def test_a_name_is_one_of_the_codebook_or_refused(name: str, more: str, unit: str) -> None:
    try:
        request = taken_apart(name + more, UNITS[unit], BOOK)
    except TrustpanelError:
        pass
    else:
        assert request.variable in BOOK.variables
        assert not request.table or request.table in BOOK.tables
    if name not in BOOK.tables:
        with pytest.raises(UnknownNameError, match="next: "):
            known(name, BOOK.tables, "table")


SAID = [
    "O'Brien",
    'the "Old Man"',
    "a;b--",
    "%",
    "_",
    "\\",
    "=1+1",
    "<b>x</b>",
    "Ünal",
    "ünal",
    "[host leader",
    "x' or '1'='1",
]
DAY = st.dates(datetime.date(1990, 1, 1), datetime.date(1990, 12, 31))
SPAN = st.one_of(
    st.just((None, None)), st.tuples(DAY, DAY).map(lambda d: (min(d), max(d))), DAY.map(lambda d: (d, None))
)
TABLES = """
create schema coded; create schema facts;
create table record_texts (source varchar, record varchar, traveller_raw varchar, traveller_ccode smallint,
    all_talked boolean, host_ccode smallint, start_date date, end_date date);
create table coded.record_mentions (source varchar, record varchar, raw_name varchar, ccode smallint, role varchar,
    all_talked boolean, note varchar);
create table coded.aliases (source varchar, raw_name varchar, ccode smallint, from_date date, to_date date,
    person_id varchar);
create table facts.colt_trips (record varchar, host_name_raw varchar, multilateral_event varchar, met_host boolean,
    met_nonhost boolean);
create table facts.colt_nonhost (record varchar, raw_name varchar, position smallint);
create table choices (choice varchar, value varchar);
create table effective_leaders (person_id varchar, leader_id varchar, ccode smallint, start_date date, end_date date);
"""


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SAID), st.sampled_from([365, 750]), DAY), min_size=1, max_size=8),
    st.dictionaries(st.tuples(st.sampled_from(SAID), st.sampled_from([365, 750])), SPAN, max_size=12),
)
def test_a_said_name_is_the_person_of_its_alias_on_that_day_and_no_record_is_lost(said, aliases) -> None:
    with duckdb.connect() as con:
        con.execute(TABLES)
        source = "state_dept_visits"
        for place, (name, ccode, day) in enumerate(said):
            con.execute(
                "insert into record_texts values (?,?,?,?,false,2,?,?)", [source, str(place), name, ccode, day, day]
            )
        for place, ((name, ccode), (first, last)) in enumerate(aliases.items()):
            con.execute(
                "insert into coded.aliases values (?,?,?,?,?,?)", [source, name, ccode, first, last, f"p-{place}"]
            )
        select = (paths.TABLES / "record_persons.sql").read_text(encoding="utf-8")
        rows = con.execute(f"select record, raw_name, role, person_id, resolution from ({select})").fetchall()
    persons = {key: f"p-{place}" for place, key in enumerate(aliases)}
    expected = {}
    for place, (name, ccode, day) in enumerate(said):
        first, last = aliases.get((name, ccode), (datetime.date.max, None))
        fits = (first or datetime.date.min) <= day <= (last or datetime.date.max)
        expected[str(place)] = (name, persons[name, ccode] if fits else None)
    visitors = {record: (name, person) for record, name, role, person, _ in rows if role == "visitor"}
    assert visitors == expected
    assert len(rows) == 2 * len(said)
    assert all((person is None) == (how == "unresolved") for _, _, _, person, how in rows)
