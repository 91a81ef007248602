"""Any panel from one call: rows of a unit, known rows by name, what never changes them, and what is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world_build import World, living_in

import trustpanel as tp
from trustpanel.codebook.load import _absences, codebook
from trustpanel.errors import CodebookError, PanelError, StoreError, UnknownNameError
from trustpanel.store import panel_export
from trustpanel.store.panel_conditions import SAMPLES
from trustpanel.store.panel_export import stata_names
from trustpanel.store.panel_names import fit
from trustpanel.store.panel_units import UNITS, other_side

MIXED = [
    "dispute_onset", "peace_years", "cinc", "polyarchy:weak_link", "polyarchy:difference:lag", "alliance_any",
    "political_agreements", "rival_tss", "state_abb", "favourability_ab", "hedge_removed_ba", "gdp_per_head:ratio",
]  # fmt: skip


def only(frame: pd.DataFrame) -> dict:
    assert len(frame) == 1, frame
    return frame.iloc[0].to_dict()


def fitting(unit: str) -> list[str]:
    """Every variable whose own table joins to the unit; a state's variable that a table of dyads holds too is left out."""
    book, twice = codebook(), {"social_trust", "social_trust_year"}
    return [
        name
        for name, v in book.variables.items()
        if v.owner
        and not book.tables[v.owner].restricted
        and fit(UNITS[unit], book.tables[v.owner])
        and name not in twice
    ]


# ------------------------------------------------------------------------------------------------ rows of a unit


@pytest.mark.parametrize("unit", ["state_year", "leader_year", "state_dyad_year", "leader_dyad_year"])
def test_the_rows_of_a_unit_are_those_of_its_table(store, unit):
    table = UNITS[unit].table
    wanted = store.execute(f"select count(*) from {table}").fetchall()
    with_variables = tp.panel(unit, fitting(unit)[:4]).relation().aggregate("count(*)").fetchall()
    assert tp.panel(unit).relation().aggregate("count(*)").fetchall() == wanted == with_variables


def test_dyad_months_are_the_months_of_shared_membership(store):
    frame = tp.panel(
        "state_dyad_month", years=(1944, 1946), where={"ccode_a": [2, 255], "ccode_b": [255, 365]}
    ).to_pandas()
    # the German Reich is a member to 8 May 1945
    assert (
        frame[frame.ccode_b.eq(255)].month.max() == frame[frame.ccode_a.eq(255)].month.max() == pd.Timestamp(1945, 5, 1)
    )
    assert len(frame[(frame.ccode_a == 2) & (frame.ccode_b == 365)]) == 36
    months = tp.panel("state_dyad_month", years=(1900, 1925)).relation()
    years = months.aggregate("ccode_a, ccode_b, year, count(*) as months")
    assert (
        years.aggregate("count(*)").fetchall()
        == store.execute("select count(*) from state_dyad_years where year between 1900 and 1925").fetchall()
    )
    assert years.aggregate("max(months), min(months)").fetchall() == [(12, 1)]


def test_leader_dyad_months_are_the_months_of_shared_office(store):
    found = tp.panel("leader_dyad_month", years=(1985, 1990)).relation().aggregate("count(*)").fetchall()
    wanted = "select sum(month(overlap_end) - month(overlap_start) + 1) from leader_dyad_years where year between 1985 and 1990"
    assert found == store.execute(wanted).fetchall()


def test_leader_years_count_days_with_both_ends(built):
    years = tp.panel("leader_year", ["leader_name", "state_abb"], 1990, where={"ccode": [255, 260]}).to_pandas()
    kohl = years[years.leader_id == "GFR-1982"].set_index("ccode")
    assert kohl.office_days.to_dict() == {255: 90, 260: 275}
    assert kohl.state_abb.to_dict() == {255: "GMY", 260: "GFR"}


@pytest.mark.parametrize(
    ("unit", "directed"), [(u.name, d) for u in UNITS.values() for d in (False, True)[: 1 + u.dyadic]]
)
def test_all_variables_at_once_neither_double_nor_lose_a_row(built, unit, directed):
    # a slice of the system will do: what joins twice does so for every state
    some = (
        {"ccode_a": [2, 255], "ccode_b": [200, 365, 260, 710]} if UNITS[unit].dyadic else {"ccode": [2, 255, 260, 679]}
    )
    full = tp.panel(unit, fitting(unit), 1990, directed=directed, where=some)
    frame, bare = full.to_pandas(), tp.panel(unit, years=1990, directed=directed, where=some).to_pandas()
    assert len(bare) > 1
    assert len(frame.columns) >= len(fitting(unit))
    pd.testing.assert_frame_equal(frame[list(bare.columns)], bare)
    assert not frame.duplicated(list(full.key)).any()
    if not (UNITS[unit].daily or UNITS[unit].eventful):
        count = "count(*)"
        whole = [tp.panel(unit, names, 1990, directed=directed).relation() for names in ((), fitting(unit))]
        assert whole[0].aggregate(count).fetchall() == whole[1].aggregate(count).fetchall()


def test_days_are_the_days_that_the_years_count(store):
    for unit, table, column in (
        ("leader_day", "leader_years", "office_days"),
        ("leader_dyad_day", "leader_dyad_years", "overlap_days"),
        ("state_dyad_day", "state_dyad_spells", None),
    ):
        days = tp.panel(unit, years=(1963, 1964)).relation().aggregate("count(*), min(day), max(day)").fetchall()
        counted = f"select sum({column}) from {table} where year in (1963, 1964)"
        spells = (
            f"select sum(least(end_date, date '1964-12-31') - greatest(start_date, date '1963-01-01') + 1) from {table}"
            " where end_date >= date '1963-01-01' and start_date <= date '1964-12-31'"
        )
        wanted = store.execute(counted if column else spells).fetchall()
        assert days == [(wanted[0][0], dt.date(1963, 1, 1), dt.date(1964, 12, 31))]
        with pytest.raises(PanelError, match="window of years"):
            tp.panel(unit)
    handover = tp.panel("leader_day", ["leader_name"], 1963, where={"ccode": 2, "day": "1963-11-22"}).to_pandas()
    assert handover.leader_name.tolist() == ["Kennedy", "Johnson"]


def test_summits_in_event_time(store):
    made = tp.panel(
        "summit_event_month", ["kind", "contact_stock", "place"], 1985, around=3, where={"ccode_a": 2, "ccode_b": 365}
    )
    frame = made.to_pandas()
    geneva = frame[frame.person_b == "p-gorbachev-1931"]
    assert geneva.event_month.tolist() == list(range(-3, 4))
    assert geneva.month.iloc[0] == pd.Timestamp(1985, 8, 1)
    assert geneva.contact_stock.gt(0).tolist() == [False] * 4 + [True] * 3
    assert geneva.place.str.contains("Geneva").all()
    events = "documented and leader_a is not null and leader_b is not null and year(start_date) = 1985"
    wanted = store.execute(f"select count(*) from meeting_dyads where {events}").fetchall()
    assert (
        tp.panel("summit_event_month", years=1985, where={"event_month": 0}).relation().aggregate("count(*)").fetchall()
        == wanted
    )
    with pytest.raises(PanelError, match="either side"):
        tp.panel("summit_event_month", around=0)
    with pytest.raises(PanelError, match="either side"):
        tp.panel("state_year", around=6)


def test_turnovers_in_event_time(store):
    frame = tp.panel(
        "turnover_event_month", ["break_kind", "leader_name"], 1963, around=2,
        where={"leader_a": "USA-1961", "leader_b": "RUS-1953-2"},
    ).to_pandas()  # fmt: skip
    assert frame.month.dt.strftime("%Y-%m").tolist() == ["1963-09", "1963-10", "1963-11", "1963-12", "1964-01"]
    assert frame.break_kind.unique().tolist() == ["assassination"]
    wanted = store.execute("select count(*) from pair_breaks where left_office <> 'none'").fetchall()
    found = (
        tp.panel("turnover_event_month", around=1, where={"event_month": 0}).relation().aggregate("count(*)").fetchall()
    )
    assert found == wanted


# ------------------------------------------------------------------------------------------------ known rows


def test_cuba_1962_is_a_dyad_year_with_a_new_dispute(built):
    row = only(
        tp.panel(
            "state_dyad_year",
            [
                "dispute_onset",
                "rival_tss",
                "politically_relevant",
                "nuclear_weapons:both",
                "state_abb",
                "dispute_level_ended",
            ],
            1962,
            where={"ccode_a": 2, "ccode_b": 365},
        ).to_pandas()
    )
    assert (row["state_abb_a"], row["state_abb_b"], row["dispute_onset"], row["rival_tss"]) == (
        "USA",
        "RUS",
        True,
        True,
    )
    assert (row["politically_relevant"], row["nuclear_weapons_both"], row["dispute_level_ended"]) == (True, True, 4)


def test_kargil_1999_is_a_war_that_ended(built):
    rows = tp.panel(
        "state_dyad_year", ["dispute_level_ended", "dispute_onset", "dispute_ongoing"], (1998, 2000),
        where={"ccode_a": 750, "ccode_b": 770},
    ).to_pandas()  # fmt: skip
    assert rows.dispute_level_ended.tolist() == [pd.NA, 5, 4]
    assert rows.dispute_onset.tolist() == [False, True, False]
    assert rows.dispute_ongoing.all()


def test_peace_years_of_united_states_and_canada(built):
    rows = tp.panel(
        "state_dyad_year", ["peace_years", "peace_years_onset", "dispute_ongoing", "years_since_dispute"], (1991, 1998),
        where={"ccode_a": 2, "ccode_b": 20},
    ).to_pandas()  # fmt: skip
    # disputes of 1991 and 1997 (salmon): the year after one begins at 0
    assert rows.dispute_ongoing.tolist() == [True, False, False, False, False, False, True, False]
    assert rows.peace_years.tolist() == [1, 0, 1, 2, 3, 4, 5, 0]
    assert rows.years_since_dispute.tolist() == [2, 1, 2, 3, 4, 5, 6, 1]


def test_peace_years_agree_with_a_plain_loop(store):
    rows = store.execute(
        "select ccode_a, ccode_b, dispute_ongoing, dispute_onset, peace_years, peace_years_onset from dyad_dispute_years"
        " where ccode_a in (2, 200, 255, 345, 651) order by ccode_a, ccode_b, year"
    ).fetchall()
    dyad, since, since_onset = None, 0, 0
    for a, b, ongoing, onset, peace, peace_onset in rows:
        if (a, b) != dyad:
            dyad, since, since_onset = (a, b), 0, 0
        assert (peace, peace_onset) == (since, since_onset), (a, b)
        since, since_onset = 0 if ongoing else since + 1, 0 if onset else since_onset + 1


def test_kennedy_and_khrushchev(built):
    rows = tp.panel(
        "leader_dyad_year", ["leader_name", "break_kind", "left_office", "birth_year"], (1961, 1963),
        where={"leader_a": "USA-1961", "leader_b": "RUS-1953-2"},
    ).to_pandas()  # fmt: skip
    assert rows.overlap_days.tolist() == [346, 365, 326]
    row = rows.iloc[1]
    assert (row.leader_name_a, row.leader_name_b, row.birth_year_a, row.birth_year_b) == (
        "Kennedy",
        "Khrushchev",
        1917,
        1894,
    )
    assert (row.break_kind, row.left_office) == ("assassination", "a")


def test_geneva_1985_counts_from_december_on(built):
    months = tp.panel(
        "leader_dyad_month", ["contact_stock"], 1985, where={"leader_a": "USA-1981", "leader_b": "RUS-1985"}
    ).to_pandas()
    assert months.month.iloc[0] == pd.Timestamp(1985, 3, 1)
    assert months.contact_stock.tolist()[:-1] == [0] * 9
    assert months.contact_stock.iloc[-1] == pytest.approx(
        0.5 ** ((dt.date(1985, 11, 30) - dt.date(1985, 11, 21)).days / 30.4375 / 36)
    )


def test_rivals_end_where_their_list_ends(built):
    rows = tp.panel(
        "state_dyad_year", ["rival_tss", "rival_td", "rival_kgd"], (2001, 2021), where={"ccode_a": 750, "ccode_b": 770}
    ).to_pandas().set_index("year")[["rival_tss", "rival_td", "rival_kgd"]]  # fmt: skip
    assert rows.loc[2001].tolist() == [True, True, True]
    assert rows.loc[2011].tolist() == [True, pd.NA, pd.NA]
    assert rows.loc[2021].tolist() == [pd.NA, pd.NA, pd.NA]
    friends = tp.panel(
        "state_dyad_year", ["rival_tss"], (2019, 2021), where={"ccode_a": 200, "ccode_b": 220}
    ).to_pandas()
    assert friends.rival_tss.tolist() == [False, False, pd.NA]


def test_no_agreement_is_zero_within_the_window_and_unknown_outside(built):
    # Iceland and Bolivia have signed nothing between the two; Germany is no member on 31 December 1945
    rows = tp.panel(
        "state_dyad_year", ["political_agreements", "oldest_agreement_years", "belief_ab"], [1945, 1950, 2005],
        where={"ccode_a": [145, 220], "ccode_b": [395, 255]},
    ).to_pandas()  # fmt: skip
    quiet = rows[(rows.ccode_a == 145) & (rows.ccode_b == 395)].set_index("year")
    assert quiet.political_agreements.to_dict() == {1945: 0, 1950: 0, 2005: None}
    assert quiet.oldest_agreement_years.isna().all()
    assert quiet.belief_ab.loc[[1945, 1950]].tolist() == [0.5, 0.5], "the prior"
    gone = rows[(rows.ccode_a == 220) & (rows.ccode_b == 255) & (rows.year == 1945)]
    assert gone.political_agreements.isna().all()


def test_what_absence_means_needs_a_window_and_a_universe():
    book = codebook()
    stocks = book.tables["agreement_stocks"]
    for tables, changed in (
        ({**book.tables, "agreement_stocks": replace(stocks, universe="")}, {}),
        ({**book.tables, "agreement_stocks": replace(stocks, universe="state_years")}, {}),
        (book.tables, {"window": None}),
    ):
        name = "political_agreements"
        with pytest.raises(CodebookError, match="absent row"):
            _absences(tables, {name: replace(book.variables[name], **changed)})
    assert tp.describe("political_agreements")["absent"] == 0
    assert tp.describe("rival_tss")["absent"] is False


def test_the_year_before_is_the_year_before(built):
    rows = tp.panel("state_year", ["polity2", "polity2:lag"], (1986, 1992), where={"ccode": 290}).to_pandas()
    assert rows.polity2_lag.tolist()[1:] == rows.polity2.tolist()[:-1]
    assert tp.panel("state_year", ["polity2:lag"], 1990, where={"ccode": 255}).to_pandas().polity2_lag.isna().all()


def test_combinations_agree_with_the_columns_that_the_store_makes_itself(built):
    pairs = {
        "polyarchy:weak_link": "joint_democracy",
        "cinc:ratio": "capability_ratio",
        "nuclear_weapons:both": "both_nuclear",
        "nuclear_weapons:either": "either_nuclear",
        "ideal_point:difference": "ideal_point_distance",
        "major_power:either": "major_power_either",
    }
    combinations = tp.panel("state_dyad_year", list(pairs)).to_pandas()
    stored = tp.panel("state_dyad_year", list(pairs.values())).to_pandas()
    for combined, made in pairs.items():
        mine = combinations[combined.replace(":", "_")]
        assert mine.notna().any()
        pd.testing.assert_series_equal(mine, stored[made], check_names=False, check_dtype=False)


def test_a_value_of_the_pair_in_office_is_not_given_to_another_pair(built):
    # Nixon left on 9 August 1974: the year's row of the panel speaks of him, not of Ford
    rows = tp.panel(
        "leader_dyad_year", ["peace_3y", "contact_stock"], 1974, where={"ccode_a": 2, "ccode_b": 365}
    ).to_pandas()
    by_leader = rows.set_index("leader_a")
    assert by_leader.contact_stock["USA-1969"] > 1
    assert pd.isna(by_leader.contact_stock["USA-1974"])
    assert by_leader.peace_3y.notna().all(), "an outcome of the two states holds for both"


# ------------------------------------------------------------------------------------------------ what never changes


@pytest.fixture(scope="module")
def mixed(built) -> pd.DataFrame:
    return tp.panel("state_dyad_year", MIXED, (1949, 1951)).to_pandas()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.permutations(MIXED).flatmap(lambda p: st.integers(1, len(p)).map(lambda n: p[:n])))
def test_order_and_company_of_variables_never_matter(mixed, names):
    frame = tp.panel("state_dyad_year", names, (1949, 1951)).to_pandas()
    pd.testing.assert_frame_equal(frame, mixed[list(frame.columns)])


@pytest.mark.parametrize("unit", ["state_year", "state_dyad_year", "leader_dyad_year"])
def test_a_value_outside_its_window_is_missing(built, unit):
    book = codebook()
    names = [n for n in fitting(unit) if "year" in book.tables[book.variables[n].owner].key]
    windows = {n: book.variables[n].window for n in names if book.variables[n].window}
    frame = tp.panel(unit, list(windows), [1819, 1875, 1910, 1944, 1995, 2016, 2019, 2025]).to_pandas()
    for column in tp.panel(unit, list(windows)).columns:
        window = windows.get(column.variable.name)
        if window:
            outside = frame[~frame.year.between(*window)]
            assert outside[column.name].isna().all(), column.name
    assert len(windows) > 8


def test_a_directed_pair_is_seen_from_both_sides(built):
    names = [
        "cinc",
        "favourability_ab",
        "favourability_ba",
        "arms_supplied_ab",
        "social_trust_a",
        "polyarchy:weak_link",
    ]
    one = tp.panel("state_dyad_year", names, (2004, 2006)).to_pandas()
    two = tp.panel("state_dyad_year", names, (2004, 2006), directed=True).to_pandas()
    assert len(two) == 2 * len(one)
    key = ["ccode_a", "ccode_b", "year"]
    forward = two[two.ccode_a < two.ccode_b].reset_index(drop=True)
    pd.testing.assert_frame_equal(forward, one)
    # seen from b: the columns of the other side carry what a's carried
    back = two[two.ccode_a > two.ccode_b].rename(columns=other_side)
    wanted = tp.panel("state_dyad_year", [*names, "arms_supplied_ba", "social_trust_b"], (2004, 2006)).to_pandas()
    back = back[[c for c in wanted.columns if c in back.columns]].sort_values(key).reset_index(drop=True)
    pd.testing.assert_frame_equal(back, wanted[list(back.columns)])
    assert one.favourability_ab.ne(one.favourability_ba).any()


def test_a_value_that_names_a_side_turns_with_the_pair(built):
    rows = tp.panel(
        "leader_dyad_year", ["left_office", "break_kind_a", "break_kind_b"], 1963, directed=True,
        where={"leader_dyad_id": "USA-1961|RUS-1953-2|2|365"},
    ).to_pandas()  # fmt: skip
    assert rows[["ccode_a", "left_office"]].values.tolist() == [[2, "a"], [365, "b"]]
    assert rows.break_kind_a.tolist()[0] == rows.break_kind_b.tolist()[1] == "assassination"
    months = tp.panel(
        "leader_dyad_month", ["bond_asymmetry"], directed=True, where={"bond_asymmetry": ("!=", 0.0)}
    ).to_pandas()
    assert months.groupby(["leader_dyad_id", "month"]).bond_asymmetry.sum().abs().max() == 0


def test_the_query_runs_as_it_stands_in_duckdb(built):
    made = tp.panel(
        "leader_dyad_year", MIXED[:8], (1950, 1960), directed=True, sample="rivals_td",
        where={"state_abb_a": ["USA", "O'Neill"], "overlap_start": (">=", dt.date(1950, 3, 1)), "cinc:ratio": (">", 0.5)},
    )  # fmt: skip
    assert "$p" not in made.sql()
    with duckdb.connect(str(built.store), read_only=True) as con:
        plain = con.sql(made.sql()).to_arrow_table()
    assert plain.equals(made.to_arrow())
    assert plain.num_rows > 20


# ------------------------------------------------------------------------------------------------ conditions


def test_conditions_and_samples(built):
    def count(**more):
        return tp.panel("state_dyad_year", **more).relation().aggregate("count(*)").fetchall()[0][0]

    assert count(years=1962, where={"year": 1962}) == count(years=[1962]) == count(years=(1962, 1962))
    low, high = (count(years=1962, where={"cinc:greatest": (op, 0.05)}) for op in ("<", ">="))
    unknown = count(years=1962, where={"cinc:greatest": ("is_null", True)})
    assert low + high + unknown == count(years=1962)
    assert count(years=1962, where={"ccode_a": ("between", [2, 20])}) == count(
        years=1962, where={"ccode_a": ("in", range(2, 21))}
    )
    for sample in SAMPLES:
        assert 0 < count(years=1962, sample=sample) < count(years=1962) / 3, sample
    assert count(years=(2017, 2020), sample="politically_relevant") == 0
    notes = tp.panel("state_dyad_year", sample="politically_relevant").notes
    assert "1816-2016" in notes[-1]
    assert tp.panel("state_year", years=1962, sample="major_power").to_pandas().ccode.tolist() == [
        2,
        200,
        220,
        365,
        710,
    ]


def test_a_hostile_value_is_a_value(built):
    hostile = "USA' or '1'='1"
    made = tp.panel("state_year", ["state_abb"], 1990, where={"state_abb": hostile})
    assert made.to_arrow().num_rows == 0
    with duckdb.connect(str(built.store), read_only=True) as con:
        assert con.sql(made.sql()).to_arrow_table().num_rows == 0


@pytest.mark.parametrize(
    "name",
    ['cinc"; drop table states; --', "cinc or 1=1", "states.ccode) union select 1 --", "cinc_ a", "cinc:both;", ""],
)
def test_a_hostile_name_is_no_name(name):
    for call in (
        lambda: tp.panel("state_dyad_year", [name]),
        lambda: tp.panel("state_dyad_year", where={name: 1}),
        lambda: tp.panel(name),
        lambda: tp.panel("state_dyad_year", sample=name or "x"),
    ):
        with pytest.raises(UnknownNameError):
            call()


@pytest.mark.parametrize(
    ("unit", "more", "words"),
    [
        ("state_dyad_yaer", {}, "state_dyad_year"),
        ("state_year", {"variables": ["polyarhcy"]}, "polyarchy"),
        ("state_dyad_year", {"variables": ["polyarchy:weaklink"]}, "weak_link"),
        ("state_dyad_year", {"sample": "rivals"}, "rivals_tss"),
        ("state_dyad_year", {"where": {"year": ("~", 1)}}, "between"),
    ],
)
def test_a_wrong_name_answers_with_the_nearest(unit, more, words):
    with pytest.raises(UnknownNameError, match=words):
        tp.panel(unit, **more)


@pytest.mark.parametrize(
    ("unit", "more", "words"),
    [
        ("state_year", {"variables": ["peace_years"]}, r"leader_dyad_year.*state_dyad_month|state_dyad_year"),
        ("state_dyad_year", {"variables": ["break_kind"]}, "leader_dyad_year"),
        ("state_dyad_year", {"variables": ["hostility_a"]}, "whittle="),
        ("state_dyad_year", {"variables": ["leader_a"]}, "panel.leader_a"),
        ("state_dyad_year", {"variables": ["peace_years:weak_link"]}, "nothing to combine"),
        ("state_dyad_year", {"variables": ["polity2:ratio"]}, "never negative"),
        ("state_dyad_year", {"variables": ["cinc:both"]}, "weak_link"),
        ("state_dyad_year", {"variables": ["major_power:difference"]}, "either"),
        ("leader_dyad_year", {"variables": ["break_kind:lag"]}, "no year"),
        ("state_dyad_year", {"variables": ["year:lag"]}, "of the unit itself"),
        ("state_dyad_year", {"variables": ["social_trust", "social_trust_a"]}, "two different columns"),
        ("state_dyad_year", {"where": {"cinc": 0.1}}, "cinc:weak_link"),
        ("state_dyad_year", {"where": {"cinc_a": "high"}}, "float"),
        ("state_dyad_year", {"where": {"cinc_a": float("nan")}}, "float"),
        ("state_dyad_year", {"where": {"dispute_onset": 1}}, "bool"),
        ("state_dyad_year", {"where": {"ccode_a": True}}, "int"),
        ("state_dyad_year", {"where": {"ccode_a": None}}, "is_null"),
        ("state_dyad_year", {"where": {"ccode_a": []}}, "a list after in"),
        ("state_dyad_year", {"years": (1990, 1980)}, "no years"),
        ("state_dyad_year", {"years": "1990"}, "no years"),
        ("state_year", {"directed": True}, "no pairs"),
        ("state_year", {"sample": "contiguous"}, "pairs"),
    ],
)
def test_what_cannot_be_says_why(unit, more, words):
    with pytest.raises(PanelError, match=words) as refused:
        tp.panel(unit, **more)
    assert "next:" in str(refused.value)


# ------------------------------------------------------------------------------------------------ what a panel gives


@pytest.fixture(scope="module")
def small(built):
    return tp.panel(
        "leader_dyad_month", ["cinc:ratio", "dispute_ongoing", "leader_name", "contact_stock", "pair_start"],
        (1985, 1986), sample="rivals_tss", where={"ccode_a": 2},
    )  # fmt: skip


def test_three_kinds_of_frame_hold_the_same_rows(small):
    pandas, arrow, polars = small.to_pandas(), small.to_arrow(), small.to_polars()
    assert len(pandas) == arrow.num_rows == polars.height == len(small.relation().fetchall()) > 60
    assert list(pandas.columns) == arrow.column_names == polars.columns == small.relation().columns
    assert str(pandas.dtypes["contact_stock"]) == "Float64"
    assert pandas.sort_values(list(small.key)).index.tolist() == list(range(len(pandas)))


def test_types_are_those_of_the_codebook(small):
    types = {"int16": "int16", "float64": "double", "bool": "bool", "string": "string", "date32": "date32[day]"}
    for column, field in zip(small.columns, small.to_arrow().schema, strict=True):
        assert str(field.type) == types[column.type], column.name


def test_codebook_and_citations_are_of_just_what_is_used(small):
    entries = small.codebook().set_index("name")
    assert list(entries.index) == small.to_arrow().column_names
    assert "greater over the sum" in entries.label["cinc_ratio"]
    assert "may tell of days after it" in entries.note["dispute_ongoing"]
    assert (entries.missing.str.len() > 0).all()
    book, text = codebook(), small.citations()
    assert book.sources["cow_mid5"].bibtex_key in text
    assert book.sources["archigos41"].bibtex_key in text
    assert book.sources["peace_data_v30"].bibtex_key not in text
    lagged = tp.panel("state_dyad_month", ["dispute_ongoing:lag"]).codebook().set_index("name")
    assert "year before" in lagged.note["dispute_ongoing_lag"]


def test_files_hold_what_the_frame_holds(small, tmp_path):
    frame = small.to_pandas()
    parquet = pd.read_parquet(small.to_parquet(tmp_path / "a.parquet"), dtype_backend="numpy_nullable")
    assert parquet.contact_stock.equals(frame.contact_stock)
    assert parquet.leader_dyad_id.tolist() == frame.leader_dyad_id.tolist()
    text = pd.read_csv(small.to_csv(tmp_path / "a.csv"))
    assert text.contact_stock.isna().tolist() == frame.contact_stock.isna().tolist()
    assert text.cinc_ratio.to_numpy() == pytest.approx(frame.cinc_ratio.to_numpy(dtype=float))
    path = small.to_stata(tmp_path / "a.dta")
    stata = pd.read_stata(path)
    assert stata.month.tolist() == frame.month.tolist()
    assert stata.leader_name_b.tolist() == frame.leader_name_b.tolist()
    assert stata.dispute_ongoing.tolist() == frame.dispute_ongoing.astype(int).tolist()
    assert stata.contact_stock.isna().tolist() == frame.contact_stock.isna().tolist()
    with pd.io.stata.StataReader(path) as reader:
        assert reader.variable_labels()["contact_stock"] == "Contact stock of the pair"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["a.csv", "a.dta", "a.parquet"]


def test_a_file_larger_than_memory_is_written_in_order(built, tmp_path, monkeypatch):
    monkeypatch.setattr(panel_export, "MEMORY", "250MB")
    watched: set[str] = set()
    monkeypatch.setattr(panel_export, "_verified", lambda *args: watched.update(f.suffix for f in tmp_path.iterdir()))
    panel = tp.panel("leader_dyad_day", ["dispute_ongoing"], 1990, directed=True)
    file = panel.to_parquet(tmp_path / "days.parquet")
    assert ".spill" in watched
    assert [f.name for f in tmp_path.iterdir()] == ["days.parquet"]
    key = "row(leader_dyad_id, day, ccode_a)"
    turned = f"select {key} <= lag({key}) over () as t from '{file}'"
    found = duckdb.sql(f"select count_if(t), count(*) from ({turned})").fetchall()
    assert found[0][0] == 0
    with duckdb.connect(str(built.store), read_only=True) as con:
        assert (
            found[0][1]
            == 2 * con.sql("select sum(overlap_days) from leader_dyad_years where year = 1990").fetchall()[0][0]
        )


def test_a_file_that_does_not_verify_leaves_the_old_one(small, tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    path.write_text("old")
    monkeypatch.setattr(
        panel_export, "_copied", lambda con, panel, file, how: con.execute(f"copy (select 1 as x) to '{file}'") and 9
    )
    with pytest.raises(PanelError, match="does not read back"):
        small.to_csv(path)
    assert path.read_text() == "old"
    assert [f.name for f in tmp_path.iterdir()] == ["a.parquet"]
    with pytest.raises(PanelError, match="no such folder"):
        small.to_csv(tmp_path / "none" / "a.csv")


def test_long_names_stay_apart_in_stata():
    names = [f"{'x' * 33}{i}" for i in range(12)] + ["x" * 32]
    cut = stata_names(names)
    assert len(set(cut.values())) == 13
    assert max(map(len, cut.values())) == 32
    assert cut["x" * 32] == "x" * 32


def test_what_is_not_shipped_goes_into_no_file(built, tmp_path):
    made = tp.panel("leader_dyad_year", ["contact_stock_colt"], 2000)
    for write in (made.to_parquet, made.to_csv, made.to_stata):
        with pytest.raises(PanelError, match="may not be passed on"):
            write(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="absent: it needs colt"):
        made.to_pandas()
    with pytest.raises(StoreError, match="absent: it needs colt"):
        made.relation()


# ------------------------------------------------------------------------------------------------ the invented world


def test_the_invented_world_gives_panels_too(invented_world: World):
    with living_in(invented_world):
        for unit, entry in UNITS.items():
            years = None if entry.eventful else 1990
            made = tp.panel(unit, fitting(unit), years, directed=entry.dyadic)
            frame = made.to_pandas()
            assert len(frame) == len(tp.panel(unit, years=years, directed=entry.dyadic).to_pandas()) > 0
            assert not frame.duplicated(list(made.key)).any()
        rows = tp.panel(
            "state_dyad_month", ["state_name"], 1990, where={"ccode_a": [2, 255, 260], "ccode_b": [255, 260, 365]}
        ).to_pandas()
        # West Elbland becomes Elbland on 3 October 1990: a month of handover belongs to both
        both = rows[(rows.ccode_a == 2) & rows.ccode_b.isin([255, 260])].groupby("ccode_b").month.agg(["min", "max"])
        assert both.loc[260].tolist() == [pd.Timestamp(1990, 1, 1), pd.Timestamp(1990, 10, 1)]
        assert both.loc[255].tolist() == [pd.Timestamp(1990, 10, 1), pd.Timestamp(1990, 12, 1)]


def test_a_condition_on_the_pair_holds_before_any_table_joins(built):
    some = {"ccode_a": [2, 200], "ccode_b": [200, 365]}
    near = tp.panel("state_dyad_year", MIXED, 1990, directed=True, where=some)
    assert near.query.index("cross join (values") < near.query.index("left join")
    far = tp.panel("state_dyad_year", MIXED, 1990, directed=True, where={"alliance_any": True})
    assert far.query.index("cross join (values") > far.query.rindex("left join")
    whole = tp.panel("state_dyad_year", MIXED, 1990, directed=True).to_pandas()
    picked = whole[whole.ccode_a.isin([2, 200]) & whole.ccode_b.isin([200, 365])]
    assert len(picked) == 3
    pd.testing.assert_frame_equal(near.to_pandas(), picked.reset_index(drop=True))


def test_a_variable_of_a_named_table_takes_a_side_as_others_do(built):
    name = "effective_leaders.leader_id"
    where = {"ccode_a": 2, "ccode_b": 365}
    both = only(tp.panel("state_dyad_year", [name], 1985, where=where).to_pandas())
    # of the spells that touch the year, the last
    assert (both["leader_id_a"], both["leader_id_b"]) == ("USA-1981", "RUS-1985")
    one = tp.panel("state_dyad_year", [f"{name}_b"], 1985, where=where)
    assert only(one.to_pandas())["leader_id_b"] == "RUS-1985"
    assert "leader_id_a" not in one.to_pandas()
    found = tp.panel("state_dyad_year", years=(1980, 1995), where={**where, f"{name}_b": "RUS-1985"}).to_pandas()
    assert found.year.tolist() == list(range(1985, 1991))
    # what a refusal offers is itself taken
    with pytest.raises(
        PanelError, match=r"one of \['effective_leaders.leader_id_a', 'effective_leaders.leader_id_b'\]\n"
    ):
        tp.panel("state_dyad_year", where={name: "RUS-1985"})
    with pytest.raises(PanelError, match=r"'cinc_a:lag', 'cinc_b:lag'\], or a combination such as cinc:lag:weak_link"):
        tp.panel("state_dyad_year", where={"cinc:lag": 0.1})
    assert len(tp.panel("state_dyad_year", years=1990, where={"cinc_a:lag": (">", 0.1)}).to_pandas()) > 0
    with pytest.raises(PanelError, match=r"leader_id is a column of the unit itself[\s\S]*effective_leaders out"):
        tp.panel("leader_year", [name])
    with pytest.raises(UnknownNameError, match="column of effective_leaders"):
        tp.panel("state_dyad_year", ["effective_leaders.leader_id_c"])
