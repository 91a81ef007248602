"""The same query on Spark gives the same rows: every unit, all its variables, values and types, row for row."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from spark_session import local_spark
from test_panel_call import MIXED, fitting
from test_panel_portable import FUNCTIONS
from world_build import World, living_in

import trustpanel as tp
from trustpanel.errors import StoreError
from trustpanel.store.panel_result import Panel
from trustpanel.store.panel_units import UNITS
from trustpanel.store.panel_units_gw import GW_UNITS
from trustpanel.store.panel_whittle import CLASSICAL

pytestmark = pytest.mark.spark
BOTH = [(u.name, d) for u in UNITS.values() for d in (False, True)[: 1 + u.dyadic]]


@pytest.fixture(scope="module")
def spark() -> Any:
    return local_spark()


@pytest.fixture(scope="module")
def world(spark: Any, request: pytest.FixtureRequest) -> World:
    """The invented world, which is not built where Spark cannot run."""
    return request.getfixturevalue("invented_world")


def same(panel: Panel, spark: Any, *, tables: Path | None = None, compiled: bool = True) -> pa.Table:
    """The rows of DuckDB, after they were found equal to those of Spark in order, names, types and every value."""
    made = panel.to_spark(spark, tables=tables)
    if not compiled:
        # to compile a plan of 200 columns takes longer than to read a world of five states
        made.sparkSession.conf.set("spark.sql.codegen.wholeStage", "false")
        made.sparkSession.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    here, there = panel.to_arrow(), made.toArrow()
    assert there.column_names == here.column_names
    for name in here.column_names:
        assert there[name].type == here[name].type, name
        assert there[name].to_pylist() == here[name].to_pylist(), name
    return here


@pytest.mark.parametrize("unit", UNITS)
def test_all_variables_of_the_invented_world(world, spark, unit):
    years = None if UNITS[unit].eventful else 1990
    with living_in(world):
        made = tp.panel(unit, fitting(unit), years, directed=UNITS[unit].dyadic)
        rows = same(made, spark, compiled=False)
    assert rows.num_rows > 3
    assert rows.num_columns >= len(fitting(unit))


@pytest.mark.parametrize(("unit", "directed"), BOTH)
def test_some_years_of_the_real_store(built, spark, unit, directed):
    # of days the first year, in which few states have leaders on record
    window = (1989, 1991) if not UNITS[unit].daily else 1870
    if UNITS[unit].dyadic:
        names = MIXED if "year" in UNITS[unit].columns else ["cinc"]
        some = {"ccode_a": [2, 255, 260, 678], "ccode_b": ("in", [200, 220, 255, 365, 679]), "cinc:ratio": (">=", 0.5)}
    else:
        names, some = ["cinc", "polyarchy:lag", "state_abb", "state_name"], {"ccode": [2, 255, 260, 678, 679]}
    rows = same(tp.panel(unit, names, window, directed=directed, where=some), spark)
    assert rows.num_rows > 10


@pytest.mark.parametrize("unit", GW_UNITS)
def test_every_unit_by_gleditsch_ward_codes(world, spark, unit):
    entry = GW_UNITS[unit]
    names = [*entry.own, "gw_state_name", "state_abb"]
    with living_in(world):
        made = tp.panel(unit, names, None if entry.eventful else 1990, directed=entry.dyadic, system="gw")
        rows = same(made, spark, compiled=False)
    assert rows.num_rows > 3


@pytest.mark.parametrize(
    ("unit", "years", "directed"),
    [
        ("state_dyad_year", (1989, 1991), False),
        ("leader_dyad_month", 1990, True),
        ("leader_day", 1990, False),
        ("summit_event_month", 1990, False),
    ],
)
def test_the_real_store_by_gleditsch_ward_codes(built, spark, unit, years, directed):
    # Germany and Yemen change their Correlates of War code within 1990
    some = {"gwcode": [260, 678]}
    if GW_UNITS[unit].dyadic:
        some = {"gwcode_a": [2, 260], "gwcode_b": ("in", [2, 200, 260, 365, 678])}
    names = ["cinc", "state_abb", "gw_state_name", *(["dispute_onset"] if GW_UNITS[unit].dyadic else [])]
    rows = same(tp.panel(unit, names, years, directed=directed, where=some, system="gw"), spark)
    assert rows.num_rows > 10
    codes = {code for name in rows.column_names if name.startswith("ccode") for code in rows[name].to_pylist()}
    assert {255, 260} <= codes


def test_one_dispute_of_a_dyad_year_and_shapes_of_time(built, spark):
    names = ["dispute_id", "hostility", "fatality_a", "peace_years:spline", "cinc:ratio:cubic"]
    some = {"ccode_a": [2, 200, 255], "ccode_b": ("in", [255, 325, 345, 365])}
    for system in ("cow", "gw"):
        made = tp.panel("state_dyad_year", names, (1939, 1999), where=some, whittle=CLASSICAL, system=system)
        rows = same(made, spark)
        assert len({*rows["dispute_id"].to_pylist()}) > 20
    # parts of years are no whole numbers: their cubes round
    terms = tp.panel("leader_dyad_year", ["horizon_years:spline"], 1990, where={"ccode_a": [2, 200]}, directed=True)
    assert sum(value is not None for value in same(terms, spark)["horizon_years_a_spline_3"].to_pylist()) > 100


def test_samples_days_and_spells_by_date(built, spark):
    kargil = same(
        tp.panel("leader_dyad_day", ["dispute_ongoing", "leader_name"], 1999, where={"ccode_a": 750, "ccode_b": 770}),
        spark,
    )
    assert kargil.num_rows == 364
    assert {"Sharif", "Musharraf"} <= {*kargil["leader_name_a"].to_pylist(), *kargil["leader_name_b"].to_pylist()}
    by_day = ["contact_stock", "state_stock_12", "bond_asymmetry", "months_since_contact", "crises_running_day"]
    pair = {"leader_a": "USA-1981", "leader_b": "RUS-1985"}
    summits = same(tp.panel("leader_dyad_day", by_day, (1985, 1987), directed=True, where=pair), spark)
    assert summits.num_rows > 1000
    rivals = same(tp.panel("leader_dyad_year", MIXED, (1950, 1952), sample="rivals_tss", directed=True), spark)
    assert rivals.num_rows > 100
    spells = same(tp.panel("state_year", ["state_name", "state_abb"], (1989, 1991), where={"ccode": [255, 260]}), spark)
    assert spells["state_abb"].to_pylist() == ["GMY"] * 2 + ["GFR"] * 2


CALLS = {
    "abs": "abs((-3)::smallint), abs(null::bigint), abs((-0.5)::double)",
    "coalesce": "coalesce(null::int, 2), coalesce(null::date, date '1870-01-01')",
    "concat_ws": "concat_ws('|', 'a', null::varchar(9), '', 'b')",
    "count": "(select count(*) from (values (1), (2)) as t (a) where a > 2)",
    "date_trunc": "date_trunc('month', date '1816-02-29')::date, date_trunc('month', date '1969-12-31')::date",
    "day": "day(date '1900-02-28')::int",
    "dayofyear": "dayofyear(date '1816-12-31')::int, dayofyear(date '1900-03-01')::int, dayofyear(null::date)::int",
    "greatest": "greatest(null::int, 2), greatest(1.5::double, -2::double), greatest(null::int, null::int)",
    "lag": "(select max(b) from (select lag(a) over (order by a) as b from (values (1), (4)) as t (a)) as s)",
    "last_day": "last_day(date '1900-02-10'), last_day(date '2000-02-10'), last_day(null::date)",
    "least": "least(null::int, 2), least('b', 'a'), least(true, false)",
    "make_date": "make_date(1816, 2, 29), make_date(2025, 12, 31)",
    "max": "(select max(a) from (values (1), (null)) as t (a))",
    "max_by": "(select max_by(a, b) from (values (1, 5), (2, 9), (3, null)) as t (a, b)), "
    "(select max_by(a, case when a is not null then b end) from (values (1, 5), (null, 9)) as t (a, b)), "
    "(select max_by(a, case when a > 1 then b end) from (values (1, 5), (null, 9)) as t (a, b))",
    "min": "(select min(a) from (values (1), (null)) as t (a))",
    "month": "month(date '1900-02-28')::int",
    "nullif": "nullif(0.0::double, 0), 1::double / nullif(3::double, 0), 1::double / nullif(0::double, 0)",
    "pow": "pow(0.5::double, 2::double), pow(0.5::double, (60 - 1) / 30.4375::double / 36::double), pow(0.5::double, null::double)",
    "range": "(select sum(k)::bigint from range(-2, 2 + 2) as r (k))",
    "round": "round(0.12345678905::double, 10), round((-2.5e-11)::double, 10), round(1.38825436651234::double, 10), round(null::double, 10)",
    "row_number": "(select max(b) from (select row_number() over (order by a desc) as b from (values (1), (4)) as t (a)) as s)",
    "sum": "(select sum(a)::bigint from (values (1), (null)) as t (a))",
    "year": "year(date '1816-01-01')::int",
}
WITHOUT_CALL = {
    "logic": "(null::boolean and false), (null::boolean or true), (null::boolean and true), not null::boolean",
    "weights": "'-1.036649214659686'::double * (greatest(7::smallint::double - 1.5, 0) * 0.1::double), "
    "greatest(null::double - 7, 0), 39.3::float::double",
    "cast": "'0.25'::double, '1e-3'::double, 7::smallint::double, true::int",
    "days": "date '1899-12-31' + 60::int, date '2000-02-28' + 2::int, date '1992-03-01' > date '1992-02-29'",
    "case": "case when null::int = 1 then 1 else 2 end, case 'a' when 'b' then 1 end",
    "in": "null::int in (1, 2), 1 in (2, 3), 3 between 2 and null::int",
    "text": "'O''Neill', '', 'ä|b'",
}


@pytest.mark.parametrize("name", [*sorted(FUNCTIONS), *WITHOUT_CALL])
def test_each_function_means_the_same(built, spark, name):
    parts = {**CALLS, **WITHOUT_CALL}[name]
    assert name in WITHOUT_CALL or f"{name}(" in parts
    split = f"select {parts.replace('varchar(9)', 'varchar')}" if name != "concat_ws" else None
    query = (
        split or "select concat_ws('|', 'a', t.a, '', 'b') from (values ('x'), (null)) as t (a) order by t.a is null"
    )
    panel = Panel("state_year", ("ccode",), (), query, {}, ())
    found = [list(row) for row in panel.to_spark(spark).collect()]
    assert found == [list(row) for row in panel.relation().fetchall()]


def test_the_session_of_the_user_stays_as_it_is(built, spark):
    before = spark.conf.get("spark.sql.ansi.doubleQuotedIdentifiers"), spark.conf.get("spark.sql.session.timeZone")
    spark.range(3).createOrReplaceTempView("leaders")
    made = tp.panel("leader_year", ["leader_name"], 1963, where={"ccode": 2}).to_spark(spark)
    assert [row.leader_name for row in made.collect()] == ["Kennedy", "Johnson"]
    assert spark.table("leaders").count() == 3
    after = spark.conf.get("spark.sql.ansi.doubleQuotedIdentifiers"), spark.conf.get("spark.sql.session.timeZone")
    assert after == before
    mine = spark.createDataFrame([(made.first().leader_id, 5)], ["leader_id", "events"])
    assert made.join(mine, "leader_id").select("events").collect()[0].events == 5
    spark.catalog.dropTempView("leaders")


def test_files_of_spark_hold_the_same_rows(built, spark, tmp_path):
    panel = tp.panel("state_dyad_month", ["dispute_ongoing"], 1962, sample="rivals_tss")
    panel.to_spark(spark).write.parquet(str(tmp_path / "out"))
    back = pq.read_table(tmp_path / "out").sort_by([(name, "ascending") for name in panel.key])
    assert back.to_pylist() == panel.to_arrow().to_pylist()


def test_tables_from_elsewhere_are_refused_by_name(built, spark, tmp_path):
    panel = tp.panel("state_year", years=1990)
    with pytest.raises(StoreError, match="table meta"):
        panel.to_spark(spark, tables=tmp_path)
    shutil.copy(built.tables / "meta.parquet", tmp_path)
    with pytest.raises(StoreError, match=r"state_years\.parquet"):
        panel.to_spark(spark, tables=str(tmp_path) + "/")
    shutil.copy(built.tables / "state_years.parquet", tmp_path)
    same(panel, spark, tables=Path(tmp_path))
    meta = pq.read_table(tmp_path / "meta.parquet")
    at = meta.column_names.index("schema_version")
    pq.write_table(meta.set_column(at, "schema_version", pa.array(["another"])), tmp_path / "meta.parquet")
    with pytest.raises(StoreError, match="another schema version"):
        panel.to_spark(spark, tables=tmp_path)


def test_what_is_not_shipped_has_no_file_for_spark(built, spark):
    with pytest.raises(StoreError, match="not shipped"):
        Panel("x", (), (), 'select * from "colt_meetings"', {}, ()).to_spark(spark)
