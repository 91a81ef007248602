"""A source that a user supplies plugs in: without it nothing changes, with it its own tables stand beside the others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from world_build import World, copy_of, living_in, make_facts, make_store

import trustpanel as tp
from trustpanel.codebook.load import codebook
from trustpanel.errors import RawFileError, StoreError
from trustpanel.paths import Paths, project
from trustpanel.sources.facts import PLUGS, READERS, reader, write_restricted
from trustpanel.sources.raw import digest
from trustpanel.store.build import build
from trustpanel.store.connect import open_store
from trustpanel.store.order import table_names

COLT_TABLES = ("colt_meetings", "colt_pair_years")


def tables_of(paths: Paths) -> dict[str, str]:
    """Checksum of every exported table but the one that names the moment of the build."""
    return {f.stem: digest(f) for f in sorted(paths.tables.glob("*.parquet")) if f.stem != "meta"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, invented_world: World) -> World:
    """A copy with a store of its own, since these tests build it with other files."""
    folder = tmp_path_factory.mktemp("plug")
    copy = copy_of(invented_world, folder)
    build_folder = shutil.copytree(invented_world.paths.build, folder / "build")
    return replace(copy, paths=replace(copy.paths, build=build_folder))


@pytest.fixture(scope="module")
def south_america(tmp_path_factory: pytest.TempPathFactory, raw_root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The committed project with the South American sheet put where the world-wide file belongs."""
    folder = tmp_path_factory.mktemp("colt")
    (folder / "raw" / "colt").mkdir(parents=True)
    sheet = raw_root / "colt_south_america" / "Base_COLT_Sudamerica.xlsx"
    shutil.copy(sheet, folder / "raw" / "colt" / "COLT_world.xlsx")
    paths = replace(project(), build=folder / "build")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTPANEL_RAW", str(folder / "raw"))
        assert write_restricted(paths).written["colt_world_trips"] == 5273
    build(paths)
    with open_store(paths) as con:
        yield con


def test_what_is_not_shipped_is_read_by_no_default_table():
    book = codebook()
    restricted = {t.name for t in book.tables.values() if t.restricted}
    facts = {fact.name for name in PLUGS for fact in reader(name).facts}
    assert restricted >= set(COLT_TABLES)
    for name, read in table_names(book.tables).items():
        if not book.tables[name].restricted:
            assert not {other for _, other in read} & (restricted | facts), name


def test_what_is_not_shipped_leaves_no_fact_and_no_license_behind():
    sources = codebook().sources
    assert not any(sources[name].ship for name in PLUGS)
    assert all(sources[name].ship for name in READERS)
    for name in PLUGS:
        for fact in reader(name).facts:
            assert not (project().facts / f"{fact.name}.parquet").exists()


def test_without_the_file_the_tables_say_what_they_need(world: World):
    with living_in(world):
        rows = tp.tables().set_index("name").status
        assert rows["colt_meetings"] == "absent: needs colt"
        assert rows["meetings"] == "shipped"
        with pytest.raises(StoreError, match="data/raw/colt"):
            tp.load("colt_meetings")


def test_with_the_file_its_tables_are_built_and_the_others_stay_as_they_were(world: World):
    before = tables_of(world.paths)
    sheet = next((world.raw / "colt_south_america").iterdir())
    (world.raw / "colt").mkdir()
    shutil.copy(sheet, world.raw / "colt" / "my copy.xlsx")
    try:
        report = make_facts(world)
        make_store(world)
        with living_in(world):
            status, met = tp.tables().set_index("name").status, tp.load("colt_meetings")
        assert report.written["colt_world_trips"] > 0
        assert status["colt_meetings"] == status["colt_pair_years"] == "built"
        assert len(met) > 0
        assert tables_of(world.paths) == before
        assert not {"colt_meetings", "colt_pair_years"} & set(before)
    finally:
        shutil.rmtree(world.raw / "colt")
        shutil.rmtree(world.paths.facts_restricted)
        make_facts(world)
        make_store(world)


def test_a_file_of_another_form_is_refused_by_name(world: World):
    (world.raw / "colt").mkdir()
    (world.raw / "colt" / "short.csv").write_text("TripID,LeaderFullName\n1,Somebody\n", encoding="utf-8")
    try:
        with pytest.raises(RawFileError, match=r"short\.csv") as refused:
            make_facts(world)
        assert "LeaderCountryISO" in str(refused.value)
        assert not list(world.paths.facts_restricted.glob("colt*"))
    finally:
        shutil.rmtree(world.raw / "colt")


def test_the_rule_for_names_agrees_with_the_names_read_by_hand(south_america: duckdb.DuckDBPyConnection):
    read, answered, right = south_america.execute(
        "select count(*), count(counterpart_by_name), count(*) filter (where counterpart_by_name = counterpart_person)"
        " from colt_meetings where counterpart_resolution = 'alias'"
    ).fetchall()[0]
    assert read > 4000
    assert answered / read > 0.85
    assert right / answered > 0.99


def test_the_south_american_part_brings_nearly_nothing_new(south_america: duckdb.DuckDBPyConnection):
    known, new = south_america.execute(
        "select count(known_meeting_id), count(*) filter (where known_meeting_id is null) from colt_meetings"
        " where documented and traveller_leader is not null and counterpart_leader is not null"
        " and counterpart_resolution = 'alias' and traveller_ccode <> counterpart_ccode"
    ).fetchall()[0]
    assert known > 3000
    assert new < 10


def test_without_new_meetings_the_stock_is_the_shipped_one(south_america: duckdb.DuckDBPyConnection):
    worst, rows = south_america.execute(
        "select max(abs(c.contact_stock_colt - p.contact_stock)), count(*) from colt_pair_years as c"
        " inner join panel as p on c.leader_dyad_id = p.leader_dyad_id and c.year = p.year"
        " where c.contact_meetings_colt = 0 and p.contact_stock is not null and c.contact_stock_colt is not null"
    ).fetchall()[0]
    assert rows > 300
    assert worst < 1e-9


def test_peace_agreements_that_may_not_be_passed_on_stay_in_the_users_store(
    tmp_path_factory: pytest.TempPathFactory, raw_root: Path
):
    paths = replace(project(), build=tmp_path_factory.mktemp("pax"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTPANEL_RAW", str(raw_root))
        assert write_restricted(paths).written["pax_agreements"] == 372
    build(paths)
    with open_store(paths) as con:
        kinds = dict(con.execute("select pax_type, count(*) from pax_agreements group by all").fetchall())
        # the Algiers agreement of Eritrea and Ethiopia, 12 December 2000
        algiers = con.execute(
            "select pax_type from pax_agreements where pax_signed_date = date '2000-12-12'"
            " and pax_ccode_a = 530 and pax_ccode_b = 531"
        ).fetchall()
    assert kinds == {"inter": 94, "inter_intra": 278}
    assert ("inter",) in algiers
    assert not (paths.tables / "pax_agreements.parquet").exists()
