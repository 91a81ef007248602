"""Ends of pairs, opportunities and acts: known cases by name, windows counted again, and what each design rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from declared import frame_of, hypotheses

from trustpanel.models.design import Design, build_design
from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.variation import clusters_apart, variation_of_terms

DAY = dt.date
KENNEDY, KHRUSHCHEV, CASTRO = "USA-1961", "RUS-1953-2", "CUB-1959"

# leader a, leader b, event: month, how it ended, who left, bonded, a dispute in the 12 and 36 months before and after
KNOWN = {
    (KENNEDY, KHRUSHCHEV, "break"): (DAY(1963, 11, 1), "assassination", KENNEDY, True, (1, 1, 1, 1)),
    (KENNEDY, CASTRO, "break"): (DAY(1963, 11, 1), "assassination", KENNEDY, False, (0, 0, 1, 0)),
    (KENNEDY, CASTRO, "attempt 273"): (DAY(1963, 11, 1), None, KENNEDY, False, (0, 0, 1, 0)),
    ("USA-1974", "CHN-1949", "break"): (DAY(1976, 9, 1), "natural_death", "CHN-1949", True, (0, 0, 0, 0)),  # Mao
    ("USA-1981", "RUS-1964", "break"): (DAY(1982, 11, 1), "natural_death", "RUS-1964", False, (1, 1, 1, 1)),
    ("USA-1981", "RUS-1984", "break"): (DAY(1985, 3, 1), "natural_death", "RUS-1984", False, (1, 1, 1, 1)),
    ("EGY-1954", "SAU-1964", "break"): (DAY(1970, 9, 1), "natural_death", "EGY-1954", True, (0, 0, 0, 0)),  # Nasser
    # Shastri at Tashkent: their contact is not known, since the search of the dyad begins with the pair's later years
    ("IND-1964-2", "PAK-1958", "break"): (DAY(1966, 1, 1), "natural_death", "IND-1964-2", None, (1, 1, 1, 1)),
    # Sadat was killed by soldiers: an irregular end
    ("EGY-1970", "ISR-1977-2", "break"): (DAY(1981, 10, 1), "irregular", "EGY-1970", None, (0, 0, 1, 1)),
}


@pytest.mark.parametrize("key", KNOWN, ids=" ".join)
def test_known_breaks(store: duckdb.DuckDBPyConnection, key: tuple[str, str, str]) -> None:
    sql = """select break_month, break_kind, break_leader, bonded,
            dispute_before_12, dispute_after_12, dispute_before_36, dispute_after_36
        from break_outcomes where leader_a = ? and leader_b = ? and break_event = ?"""
    found = store.execute(sql, list(key)).fetchall()
    assert [(*row[:4], row[4:]) for row in found] == [KNOWN[key]]


def test_the_stock_before_the_break_is_vienna_aged(store: duckdb.DuckDBPyConnection) -> None:
    """One meeting, ended on 4 June 1961, seen from 30 April 1963."""
    sql = (
        "select contact_stock_before from break_outcomes where leader_a = ? and leader_b = ? and break_event = 'break'"
    )
    months = (DAY(1963, 4, 30) - DAY(1961, 6, 4)).days / 30.4375
    assert store.execute(sql, [KENNEDY, KHRUSHCHEV]).fetchall()[0][0] == pytest.approx(0.5 ** (months / 36), abs=1e-9)


def test_windows_counted_again(store: duckdb.DuckDBPyConnection) -> None:
    """Every pair of the risk set: months of disputes from the break's month, by whole numbers and not by dates."""
    held = store.sql(
        "select leader_a, leader_b, break_event, ccode_a, ccode_b, break_month, dispute_before_12, dispute_after_12, "
        "dispute_before_24, dispute_after_24, dispute_before_36, dispute_after_36 from break_outcomes where at_risk"
    ).df()
    assert len(held) > 7000
    disputes = store.sql("select ccode_a, ccode_b, start_date from disputes").df()
    held["number"] = held["break_month"].dt.year * 12 + held["break_month"].dt.month
    disputes["begun"] = disputes["start_date"].dt.year * 12 + disputes["start_date"].dt.month
    both = held.reset_index().merge(disputes, on=["ccode_a", "ccode_b"])
    apart = both["begun"] - both["number"]
    for months in (12, 24, 36):
        for side, near in (("before", -apart), ("after", apart)):
            hit = set(both.loc[(near >= 1) & (near <= months), "index"])
            stored = held[f"dispute_{side}_{months}"]
            wanted = pd.Series(np.isin(held.index, list(hit)).astype(int), index=held.index)
            assert (stored.dropna() == wanted[stored.notna()]).all(), (side, months)
            assert stored.notna().sum() > 6000, (side, months)
            assert 0 < stored.sum() < stored.notna().sum(), (side, months)
            late = held["break_month"] + pd.DateOffset(months=months + 1) > pd.Timestamp(2015, 1, 1)
            assert late.sum() > 10, (side, months)
            assert stored[late].isna().all()


def test_one_death_ends_several_pairs_and_placebos_lie_within_the_pair(store: duckdb.DuckDBPyConnection) -> None:
    sql = "select count(*) from break_outcomes where event_kind = 'break' and at_risk and break_leader = 'RUS-1923'"
    assert store.execute(sql).fetchall()[0][0] >= 3  # Stalin
    early = """select count(*) from break_outcomes p inner join leader_dyads d using (leader_a, leader_b)
        where p.event_kind = 'two_years_earlier' and
        (p.break_month - interval 6 month <= d.pair_start or p.break_month + interval 24 month > d.pair_end)"""
    assert store.execute(early).fetchall()[0][0] == 0
    placebos = "select count(*) from break_outcomes where event_kind = 'two_years_earlier'"
    assert store.execute(placebos).fetchall()[0][0] > 10_000
    unborn = "select count(*) from break_outcomes where bonded is not null and pair_age_years < 5 / 12"
    assert store.execute(unborn).fetchall()[0][0] == 0


def test_a_speech_by_another_leader_is_no_opportunity(store: duckdb.DuckDBPyConnection) -> None:
    sql = "select un_week_both_last from dyad_opportunities where ccode_a = 2 and ccode_b = ? and year = ?"
    found = {
        k: store.execute(sql, list(k)).fetchall()[0][0] for k in [(365, 2016), (710, 2016), (365, 2001), (710, 1989)]
    }
    # Putin and Xi spoke in September 2015; nobody knows who spoke for China in 1988
    assert found == {(365, 2016): True, (710, 2016): True, (365, 2001): False, (710, 1989): None}


def test_signatures_are_of_both_and_disputes_of_one(store: duckdb.DuckDBPyConnection) -> None:
    sql = "select * exclude (ccode_a, ccode_b) from dyad_act_years where ccode_a = 2 and ccode_b = 365 and year in ({})"
    found = store.execute(sql.format("1972, 1979, 1987, 2000, 2014, 2015") + " order by year").fetchall()
    assert found == [
        (1972, 1, 1, 1, 0),  # SALT I
        (1979, 1, 1, 0, 1),
        (1987, 1, 1, 0, 0),  # INF
        (2000, None, None, 1, 1),
        (2014, None, None, 0, 1),
        (2015, None, None, None, None),
    ]


@pytest.fixture(scope="module")
def declared() -> dict[str, Hypothesis]:
    return hypotheses()


def designs(store: duckdb.DuckDBPyConnection, hypothesis: Hypothesis, names: tuple[str, ...]) -> dict[str, Design]:
    frame = frame_of(store, hypothesis)
    found = {}
    for test in hypothesis.tests:
        if test.model.name in names:
            kept = np.ones(len(frame), dtype=bool)
            for column, values in test.rows:
                kept &= frame[column].isin(values).to_numpy(dtype=bool, na_value=False)
            found[test.model.name] = build_design(frame[kept], replace(test.model, grain="annual"))
    return found


# hypothesis, test: least rows, least clusters, the first term's clusters off its commonest value, testable
RESTS_ON = {
    ("H4", "main"): ((25, 40), (15, 25), (4, 9), False),
    ("H4", "relevant"): ((80, 110), (70, 95), (12, 20), True),
    ("H5", "main"): ((25, 45), (14, 24), (4, 9), False),
    ("H5", "any_bond"): ((450, 600), (60, 90), (45, 70), True),
    ("H6", "main"): ((200, 280), (100, 140), (22, 36), True),
    ("D6", "main"): ((100, 150), (60, 95), (15, 28), True),
}


@pytest.mark.parametrize("key", RESTS_ON, ids=" ".join)
def test_what_the_designs_of_breaks_rest_on(
    store: duckdb.DuckDBPyConnection, declared: dict[str, Hypothesis], key: tuple[str, str]
) -> None:
    design = designs(store, declared[key[0]], (key[1],))[key[1]]
    rows, clusters, apart, testable = RESTS_ON[key]
    assert rows[0] <= design.n <= rows[1]
    assert clusters[0] <= design.n_clusters <= clusters[1]
    assert apart[0] <= clusters_apart(design)[0] <= apart[1]
    assert variation_of_terms(design)[design.names[0]].testable is testable


# hypothesis, test: least and most rows, dyads in which the first term varies, testable
YEARS_REST_ON = {
    ("D5", "main"): ((130, 190), (15, 26), True),
    ("H7", "main"): ((520, 700), (15, 24), True),
    ("H30", "main"): ((95, 140), (5, 9), False),
    ("H30", "relevant"): ((1250, 1600), (95, 130), True),
}


@pytest.mark.parametrize("key", YEARS_REST_ON, ids=" ".join)
def test_what_the_designs_of_years_rest_on(
    store: duckdb.DuckDBPyConnection, declared: dict[str, Hypothesis], key: tuple[str, str]
) -> None:
    design = designs(store, declared[key[0]], (key[1],))[key[1]]
    rows, varying, testable = YEARS_REST_ON[key]
    assert rows[0] <= design.n <= rows[1]
    first = variation_of_terms(design)[design.names[0]]
    assert varying[0] <= first.dyads_varying <= varying[1]
    assert first.testable is testable


def test_every_design_has_balance_or_placebo(declared: dict[str, Hypothesis]) -> None:
    names = {key: {t.model.name.split("_")[0] for t in declared[key].tests} for key in ("D5", "D6", "H4", "H30")}
    assert all({"balance", "placebo"} <= kinds for kinds in names.values())
    assert any(t.model.name.startswith("placebo") for t in declared["H6"].tests)
    assert any(t.model.name.startswith("placebo") for t in declared["H7"].tests)


def test_the_first_stage_stands_on_the_rows_of_the_reduced_form(
    store: duckdb.DuckDBPyConnection, declared: dict[str, Hypothesis]
) -> None:
    found = designs(store, declared["H30"], ("relevant", "relevant_first_stage"))
    one, two = found["relevant"], found["relevant_first_stage"]
    assert one.n == two.n
    assert (one.x == two.x).all()


def test_the_lesser_polyarchy_is_known_only_where_both_sides_are_coded(store: duckdb.DuckDBPyConnection) -> None:
    found = store.execute(
        """select e.ccode_a, e.year, a.polyarchy, b.polyarchy, e.polyarchy_least_before
        from break_outcomes as e
        left join state_years as a on e.ccode_a = a.ccode and a.year = e.year - 1
        left join state_years as b on e.ccode_b = b.ccode and b.year = e.year - 1"""
    ).fetchall()
    for _, _, one, other, least in found:
        assert least == (None if one is None or other is None else min(one, other))
    # Belize is not coded: what Guatemala had is not the pair's
    assert any(ccode == 80 and year == 1983 and one is None and other == 0.109 for ccode, year, one, other, _ in found)
