"""Panels by Gleditsch-Ward codes: known states by date, the list itself, and the same values as the other list gives."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from test_panel_call import fitting, only
from world_build import World, living_in

import trustpanel as tp
from trustpanel.errors import UnknownNameError
from trustpanel.sources.rda import r_date, read_rda
from trustpanel.store.panel_units import UNITS, other_side
from trustpanel.store.panel_units_gw import GW_UNITS

BOTH_WAYS = [(u.name, d) for u in GW_UNITS.values() for d in (False, True)[: 1 + u.dyadic]]
SOME = {"gwcode_a": [2, 260], "gwcode_b": [200, 365, 260, 340, 345, 678, 711]}


def gw(unit: str, *asked, **more) -> pd.DataFrame:
    return tp.panel(unit, *asked, system="gw", **more).to_pandas()


def codes(gwcode: int, years: tuple[int, int]) -> dict[int, int | None]:
    """The Correlates of War code of each year of a state."""
    rows = gw("state_year", years=years, where={"gwcode": gwcode})
    return {y: None if pd.isna(c) else int(c) for y, c in zip(rows.year, rows.ccode, strict=True)}


# ------------------------------------------------------------------------------------------------ known states by date


@pytest.mark.parametrize(
    ("gwcode", "years", "wanted"),
    [
        # Germany stays 260; the Federal Republic is a Correlates of War member from 1955, and 255 from 3 October 1990
        (260, (1954, 1955), {1954: None, 1955: 260}),
        (260, (1989, 1991), {1989: 260, 1990: 255, 1991: 255}),
        (265, (1989, 1991), {1989: 265, 1990: 265}),
        (255, (1944, 1950), {1944: 255, 1945: 255}),
        # united Yemen stays 678, and is 679 in the Correlates of War list
        (678, (1989, 1991), {1989: 678, 1990: 679, 1991: 679}),
        (680, (1989, 1991), {1989: 680, 1990: 680}),
        # Serbia is 340 beside Yugoslavia's 345; both are 345 in the Correlates of War list
        (340, (1914, 1919), {1914: 345, 1915: 345}),
        (345, (1917, 1919), {1918: 345, 1919: 345}),
        (345, (1941, 1945), {1941: 345, 1942: None, 1943: None, 1944: 345, 1945: 345}),
        (340, (2005, 2007), {2006: 345, 2007: 345}),
        (345, (2005, 2007), {2005: 345, 2006: 345}),
        # Vietnam: the South ends on 30 April 1975, the North is the state that stays
        (817, (1974, 1976), {1974: 817, 1975: 817}),
        (816, (1974, 1976), {1974: 816, 1975: 816, 1976: 816}),
        # on this list alone: Tibet, Orange Free State, Gran Colombia, the old Vietnam
        (711, (1912, 1914), {1913: None, 1914: None}),
        (711, (1949, 1951), {1949: None, 1950: None}),
        (564, (1909, 1911), {1909: None, 1910: None}),
        (99, (1830, 1831), {1830: None}),
        (815, (1892, 1894), {1892: None, 1893: None}),
        # Morocco ends in 1904 here, in 1912 there; Laos begins in 1954 here, in 1953 there
        (600, (1903, 1913), {1903: 600, 1904: 600}),
        (812, (1953, 1955), {1954: 812, 1955: 812}),
        (670, (1927, 1933), {1932: 670, 1933: 670}),
        # Canada is a state from 1867 here, from 1920 there
        (20, (1919, 1920), {1919: None, 1920: 20}),
    ],
)
def test_states_by_year(built, gwcode, years, wanted):
    assert codes(gwcode, years) == wanted


def test_microstates_are_on_the_other_list_alone(built):
    assert gw("state_year", years=(1816, 2024), where={"gwcode": ("between", [970, 973])}).empty
    assert gw("state_year", years=2010, where={"ccode": [946, 947, 955, 970, 54, 591]}).empty
    assert len(tp.panel("state_year", years=2010, where={"ccode": [946, 947, 955, 970, 54, 591]}).to_pandas()) == 6


def test_the_code_of_a_month_is_that_of_its_last_days(built):
    rows = gw("state_dyad_month", years=1990, where={"gwcode_a": [2, 260], "gwcode_b": [260, 265]})
    germany = rows[rows.gwcode_a.eq(2) & rows.gwcode_b.eq(260)]
    assert germany.ccode_b.tolist() == [260] * 9 + [255] * 3
    # the two Germanies share two days of October, on which the Federal Republic was 260
    both = rows[rows.gwcode_a.eq(260)]
    assert both.month.max() == pd.Timestamp(1990, 10, 1)
    assert both[["ccode_a", "ccode_b"]].drop_duplicates().values.tolist() == [[260, 265]]
    year = only(gw("state_dyad_year", ["contiguity_type"], years=1990, where={"gwcode_a": 260, "gwcode_b": 265}))
    assert (year["ccode_a"], year["ccode_b"], year["contiguity_type"]) == (260, 265, 1)


def test_a_leader_keeps_one_row_a_year_and_changes_code_by_day(built):
    year = only(gw("leader_year", ["leader_name"], 1990, where={"leader_id": "GFR-1982"}))
    assert (year["gwcode"], year["ccode"], year["office_days"], year["leader_name"]) == (260, 255, 365, "Kohl")
    saleh = only(gw("leader_year", years=1990, where={"leader_id": "YEM-1978"}))
    assert (saleh["gwcode"], saleh["ccode"], saleh["office_days"]) == (678, 679, 365)
    days = gw("leader_day", years=1990, where={"leader_id": "GFR-1982"})
    assert days.groupby("ccode").day.agg(["min", "max", "size"]).values.tolist() == [
        [pd.Timestamp(1990, 10, 3), pd.Timestamp(1990, 12, 31), 90],
        [pd.Timestamp(1990, 1, 1), pd.Timestamp(1990, 10, 2), 275],
    ]
    pair = gw("leader_dyad_month", ["leader_name"], 1990, where={"leader_a": "USA-1989", "leader_b": "GFR-1982"})
    assert pair.leader_dyad_id.str[-3:].tolist() == ["260"] * 9 + ["255"] * 3
    assert set(pair.leader_name_b) == {"Kohl"}


def test_leaders_of_states_on_this_list_alone_and_after_archigos(built):
    tibet = gw("leader_year", ["leader_name"], 1945, where={"gwcode": 711})
    assert tibet.ccode.isna().all()
    assert len(tibet) == 1
    # a spell without a Gleditsch-Ward code takes that of its Correlates of War code on the day
    later = gw("leader_year", ["leader_name"], 2020, where={"gwcode": [260, 340, 678]})
    assert later.set_index("gwcode").leader_name.to_dict().keys() == {260, 340, 678}
    assert later.set_index("gwcode").ccode.to_dict() == {260: 255, 340: 345, 678: 679}


# ------------------------------------------------------------------------------------------------ the list itself


@pytest.mark.raw
def test_the_rows_of_a_year_are_those_of_the_list(raw_root, built):
    file = read_rda(raw_root / "peacesciencer" / "gw_states.rda", ["gwcode", "startdate", "enddate"])
    start, end = r_date(file.startdate).dt.year, r_date(file.enddate).dt.year
    counts = tp.panel("state_year", years=(1816, 2017), system="gw").to_pandas().groupby("year").size()
    for year in range(1816, 2018):
        assert counts[year] == file.gwcode[(start <= year) & (end >= year)].nunique(), year
    assert (counts[1816], counts[1900], counts[1946], counts[2017]) == tuple(
        int(((start <= y) & (end >= y)).sum()) for y in (1816, 1900, 1946, 2017)
    )


def test_the_list_is_carried_on_and_says_so(store):
    rows = store.execute("select gw_membership_carried, max(end_date), count(*) from gw_states group by 1 order by 1")
    assert rows.fetchall() == [(False, dt.date(2006, 6, 4), 42), (True, dt.date(2025, 10, 3), 174)]


def test_stretches_cover_the_membership_day_by_day(store):
    days = "select gwcode, sum(end_date - start_date + 1) as days from {} group by gwcode"
    assert store.execute(f"{days.format('gw_cow_codes')} order by 1").fetchall() == (
        store.execute(f"{days.format('gw_states')} order by 1").fetchall()
    )
    overlap = "a.start_date <= b.end_date and b.start_date <= a.end_date"
    of_state = f"from gw_cow_codes a inner join gw_cow_codes b on a.gwcode = b.gwcode and a.start_date < b.start_date and {overlap}"
    assert store.execute(f"select count(*) {of_state}").fetchall() == [(0,)]
    # no two states of this list carry one code of the other on one day: Serbia and Yugoslavia follow each other
    of_code = (
        f"from gw_cow_codes a inner join gw_cow_codes b on a.ccode = b.ccode and a.gwcode < b.gwcode and {overlap}"
    )
    assert store.execute(f"select count(*) {of_code}").fetchall() == [(0,)]


def test_what_the_crosswalk_loses_is_counted(store):
    rows = store.execute("select join_name, counted, allowed from join_counts_gw where not found order by 1").fetchall()
    assert [(name.split()[0], unmatched, allowed) for name, unmatched, allowed in rows] == [
        ("Correlates", 866, 866),
        ("Gleditsch-Ward", 2320, 2320),
        ("leaders", 59, 59),
    ]


# ------------------------------------------------------------------------------------------------ what never changes


@pytest.mark.parametrize(("unit", "directed"), BOTH_WAYS)
def test_variables_neither_double_nor_lose_a_row(built, unit, directed):
    where = SOME if GW_UNITS[unit].dyadic else {"gwcode": [2, 260, 340, 345, 678, 711]}
    full = tp.panel(unit, [*fitting(unit), "gw_state_name"], 1990, directed=directed, where=where, system="gw")
    frame, bare = full.to_pandas(), gw(unit, years=1990, directed=directed, where=where)
    assert len(bare) > 1
    pd.testing.assert_frame_equal(frame[list(bare.columns)], bare)
    assert not frame.duplicated(list(full.key)).any()


@pytest.mark.parametrize("unit", ["state_year", "leader_year", "state_dyad_year", "leader_dyad_year"])
def test_the_rows_of_a_unit_are_those_of_its_table(store, unit):
    wanted = store.execute(f"select count(*) from {GW_UNITS[unit].table}").fetchall()
    assert tp.panel(unit, system="gw").relation().aggregate("count(*)").fetchall() == wanted


def test_months_and_days_are_those_of_the_years(store):
    months = tp.panel("leader_dyad_month", years=(1985, 1991), system="gw").relation()
    found = months.aggregate("leader_a, leader_b, gwcode_a, gwcode_b, year, count(*) as n").aggregate(
        "count(*), sum(n)"
    )
    wanted = (
        "select count(*), sum(month(overlap_end) - month(overlap_start) + 1)"
        " from gw_leader_dyad_years where year between 1985 and 1991"
    )
    assert found.fetchall() == store.execute(wanted).fetchall()
    days = tp.panel("leader_dyad_day", years=1990, system="gw").relation().aggregate("count(*)").fetchall()
    assert days == store.execute("select sum(overlap_days) from gw_leader_dyad_years where year = 1990").fetchall()


DYADIC = ["dispute_onset", "alliance_any", "capability_ratio", "favourability_ab", "joint_igos", "rival_tss"]


@pytest.mark.parametrize(
    ("unit", "names"),
    [
        ("state_year", ["cinc", "polity2", "polyarchy:lag"]),
        ("state_dyad_year", [*DYADIC, "cinc", "polyarchy:weak_link"]),
        ("state_dyad_month", ["dispute_ongoing", "cinc"]),
        ("leader_year", ["leader_name", "birth_year", "cinc"]),
        ("leader_dyad_year", ["leader_name", "break_kind", "dispute_onset", "cinc"]),
        ("leader_dyad_month", ["contact_stock", "dispute_ongoing"]),
    ],
)
def test_both_lists_give_the_same_values_where_both_hold_the_states(built, unit, names):
    years = (1988, 1992) if unit.endswith("year") else 1990
    mine, theirs = gw(unit, names, years=years), tp.panel(unit, names, years).to_pandas()
    key = [*(k for k in UNITS[unit].key if k in mine.columns)]
    dyadic = GW_UNITS[unit].dyadic
    # a pair that the two lists order otherwise is turned, its columns with it
    turned = mine.ccode_a.gt(mine.ccode_b).fillna(False).astype(bool) if dyadic else pd.Series(False, index=mine.index)
    back = mine[turned].rename(columns=other_side)
    mine = pd.concat([mine[~turned].assign(turned=False), back[list(set(mine) & set(back))].assign(turned=True)])
    held = mine.dropna(subset=[c for c in mine.columns if c.startswith("ccode")])
    assert not held.duplicated(key).any()
    both = held.merge(theirs, on=key, suffixes=("", "_cow"))
    assert len(both) > 0.9 * len(held)
    compared = [c for c in theirs.columns if f"{c}_cow" in both.columns and not c.endswith("_days")]
    assert len(compared) >= len(names)
    for column in compared:
        rows = both[~both.turned] if column.endswith("_ab") else both
        pd.testing.assert_series_equal(rows[column], rows[f"{column}_cow"], check_names=False)


def test_a_pair_that_the_lists_order_otherwise_is_turned_with_its_columns(built):
    # Serbia is 340 before Montenegro's 341 here, 345 after it there
    mine = only(
        gw("state_dyad_year", ["cinc", "state_abb", "gw_state_name"], 2010, where={"gwcode_a": 340, "gwcode_b": 341})
    )
    assert (mine["ccode_a"], mine["ccode_b"]) == (345, 341)
    assert (mine["state_abb_a"], mine["state_abb_b"]) == ("YUG", "MNG")
    assert (mine["gw_state_name_a"], mine["gw_state_name_b"]) == ("Serbia", "Montenegro")
    assert mine["cinc_a"] > mine["cinc_b"]
    two = gw("state_dyad_year", ["cinc"], 2010, directed=True, where={"gwcode_a": [340, 341], "gwcode_b": [340, 341]})
    assert two[["gwcode_a", "ccode_a"]].values.tolist() == [[340, 345], [341, 341]]
    assert two.cinc_a.tolist() == [mine["cinc_a"], mine["cinc_b"]]
    lone = only(gw("state_dyad_year", ["cinc", "dispute_onset"], 1945, where={"gwcode_a": 710, "gwcode_b": 711}))
    assert lone["cinc_a"] > 0
    assert all(pd.isna(lone[name]) for name in ("cinc_b", "dispute_onset", "ccode_b"))


def test_events_run_on_where_a_state_changes_its_code(built):
    where = {"leader_a": "USA-1989", "leader_b": "GFR-1982"}
    rows = gw("summit_event_month", ["place"], 1990, around=6, where=where)
    one = rows[rows.meeting_id.eq(rows.meeting_id.iloc[-1])]
    assert one.event_month.tolist() == list(range(-6, 7))
    assert one.ccode_b.drop_duplicates().tolist() == [260, 255]
    assert one.place.nunique() == 1
    cow = tp.panel("summit_event_month", ["place"], 1990, around=6, where=where).to_pandas()
    assert len(cow) < len(rows), "the code of the day of the meeting ends on 2 October 1990"
    assert set(cow.meeting_id) == set(rows.meeting_id)


def test_the_query_and_the_samples_serve_this_list_too(built):
    made = tp.panel("leader_dyad_year", ["cinc:ratio"], 1962, system="gw", sample="rivals_tss", where={"gwcode_a": 2})
    frame = made.to_pandas()
    assert {(2, 40), (2, 365)} <= set(zip(frame.gwcode_a, frame.gwcode_b, strict=True))
    with tp.connect() as con:
        assert con.sql(made.sql()).to_arrow_table().equals(made.to_arrow())
    assert "gleditsch1999states" in made.citations()
    assert "last day" in made.codebook().set_index("name").note["ccode_a"]
    with pytest.raises(UnknownNameError, match="gw"):
        tp.panel("state_year", system="gww")


def test_the_invented_world_gives_panels_of_this_list_too(invented_world: World):
    with living_in(invented_world):
        for unit, entry in GW_UNITS.items():
            years = None if entry.eventful else 1990
            made = tp.panel(unit, fitting(unit), years, directed=entry.dyadic, system="gw")
            frame = made.to_pandas()
            assert len(frame) == len(gw(unit, years=years, directed=entry.dyadic)) > 0
            assert not frame.duplicated(list(made.key)).any()
        assert codes(260, (1989, 1991)) == {1989: 260, 1990: 255, 1991: 255}
