"""Known cases and counting rules of opinion, social trust and dependence; coverage by decade."""

from __future__ import annotations

import csv
from collections import defaultdict

import pandas as pd
import pytest
from asked import fact, one

from trustpanel import paths

UNITED_STATES, CANADA, BRAZIL, FRANCE, GERMANY, POLAND = 2, 20, 140, 220, 255, 290
RUSSIA, SWEDEN, CHINA, JAPAN, INDIA, PAKISTAN = 365, 380, 710, 740, 750, 770


def dyad(store, a, b, year, column):
    """One value of a dyad-year."""
    sql = f"select {column} from society_dyad_years where ccode_a = ? and ccode_b = ? and year = ?"
    return one(store, sql, a, b, year)[0]


def state(store, ccode, year, column):
    return one(store, f"select {column} from state_society_years where ccode = ? and year = ?", ccode, year)[0]


@pytest.mark.parametrize(
    ("public", "year", "share"),
    [(FRANCE, 2003, 0.4291), (FRANCE, 2009, 0.7443), (GERMANY, 2003, 0.4460), (GERMANY, 2009, 0.6374)],
)
def test_the_united_states_gain_favour_in_europe_from_2003_to_2009(store, public, year, share):
    assert dyad(store, UNITED_STATES, public, year, "favourability_ba") == pytest.approx(share, abs=1e-6)
    assert dyad(store, UNITED_STATES, public, year, "favourability_ab") is None


def test_opinion_of_both_publics_gives_the_weak_link(store):
    found = one(
        store,
        """select favourability_ab, favourability_ba, favourability_weak_link from society_dyad_years
        where ccode_a = ? and ccode_b = ? and year = 2008""",
        CHINA,
        JAPAN,
    )
    assert found == pytest.approx((0.2111, 0.1379, 0.1379), abs=1e-6)
    assert one(
        store,
        """select count(*) from society_dyad_years where favourability_weak_link is distinct from
        case when favourability_ab is not null and favourability_ba is not null
        then least(favourability_ab, favourability_ba) end""",
    ) == (0,)


def test_shares_on_china_in_2013_are_of_another_question_and_stand_nowhere(store):
    assert dyad(store, CHINA, JAPAN, 2012, "favourability_ba") == pytest.approx(0.1449, abs=1e-6)
    assert dyad(store, CHINA, JAPAN, 2013, "favourability_ba") is None
    assert dyad(store, UNITED_STATES, JAPAN, 2013, "favourability_ba") == pytest.approx(0.6897, abs=1e-4)
    found = one(
        store,
        """select count(*) from society_dyad_years where year = 2013
        and ((ccode_a = 710 and favourability_ba is not null) or (ccode_b = 710 and favourability_ab is not null))""",
    )
    assert found == (0,)


def test_no_other_target_and_year_leaves_the_order_of_its_publics():
    """Over the publics, a target's shares of a year go with their mean over three years on either side."""
    with (paths.project().coded / "derived" / "pew_favourability.csv").open(encoding="utf-8") as handle:
        rows = [(int(r["target_ccode"]), int(r["public_ccode"]), int(r["year"]), r) for r in csv.DictReader(handle)]
    shares = {(t, p, y): float(r["favourable_share"]) for t, p, y, r in rows}
    odd = []
    for target, year in sorted({(t, y) for t, _, y in shares}):
        pairs = []
        for public in {p for t, p, y in shares if (t, y) == (target, year)}:
            near = [shares.get((target, public, y)) for y in range(year - 3, year + 4) if y != year]
            near = [v for v in near if v is not None]
            if near:
                pairs.append((shares[target, public, year], sum(near) / len(near)))
        if len(pairs) >= 4 and correlation(pairs) < 0.5:
            odd.append((target, year))
    assert odd == [(CHINA, 2013)]


def correlation(pairs):
    x, y = (list(side) for side in zip(*pairs, strict=True))
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    both = sum((a - mean_x) * (b - mean_y) for a, b in pairs)
    return both / (sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y)) ** 0.5


def test_social_trust_is_high_in_sweden_and_low_in_brazil(store):
    assert state(store, SWEDEN, 2010, "social_trust") == pytest.approx(0.700909, abs=1e-5)
    assert state(store, BRAZIL, 2010, "social_trust") == pytest.approx(0.102282, abs=1e-5)
    assert dyad(store, BRAZIL, SWEDEN, 2010, "social_trust_weak_link") == pytest.approx(0.102282, abs=1e-5)
    ordered = [c for (c,) in store.execute(
        "select ccode from state_society_years where year = 2010 and social_trust is not null order by social_trust"
    ).fetchall()]  # fmt: skip
    assert {380, 385, 390, 375, 210} == set(ordered[-5:]), "the Nordic states and the Netherlands"


def test_a_wave_counts_once_it_has_ended_and_for_ten_years(store):
    """West Germany was asked in 1981-83 only; the wave of 1990-93 is united Germany's."""
    west = store.execute(
        "select min(year), max(year), min(social_trust_year), max(social_trust_year) from state_society_years"
        " where ccode = 260 and social_trust is not null"
    ).fetchall()[0]
    assert west == (1983, 1990, 1983, 1983)
    assert one(store, "select min(year) from state_society_years where ccode = 255 and social_trust is not null") == (
        1993,
    )
    aged = one(
        store,
        "select min(year - social_trust_year), max(year - social_trust_year), max(year) from state_society_years"
        " where social_trust is not null",
    )
    assert aged == (0, 10, 2021)


def test_surveys_that_end_in_one_year_are_averaged_by_respondents(store):
    """Spain 2010: European Values Study and Latinobarometro."""
    waves = fact("social_trust_surveys")
    spain = waves[(waves.country == "Spain") & (waves.year_to == 2010)]
    assert len(spain) == 2
    expected = (spain.trust_share.astype(float) * spain.n).sum() / spain.n.sum()
    assert state(store, 230, 2010, "social_trust") == pytest.approx(expected, abs=1e-6)
    assert state(store, 230, 2010, "social_trust_survey") == "EVS+Latinobarometro"


@pytest.mark.parametrize(
    ("pair", "year", "ab", "ba"),
    [
        ((UNITED_STATES, CANADA), 1950, 0.2202, 0.6756),
        ((UNITED_STATES, CANADA), 2010, 0.1533, 0.6077),
        ((UNITED_STATES, RUSSIA), 1985, 0.0054, 0.0316),
        ((INDIA, PAKISTAN), 1985, 0.0017, 0.0051),
    ],
)
def test_the_smaller_economy_depends_more(store, pair, year, ab, ba):
    assert dyad(store, *pair, year, "trade_dependence_ab") == pytest.approx(ab, abs=5e-4)
    assert dyad(store, *pair, year, "trade_dependence_ba") == pytest.approx(ba, abs=5e-4)
    assert dyad(store, *pair, year, "trade_dependence_weak_link") == pytest.approx(ab, abs=5e-4)


def test_a_total_below_the_flows_is_no_total(store):
    """Poland's published total of 1960-63 is about 10 million, between 2.8 and 4.2 thousand million around it."""
    wrong = fact("peacesciencer_total_trade").set_index(["ccode", "year"])
    assert wrong.loc[(POLAND, 1961), ["imports", "exports"]].sum() < 20
    found = dict(
        store.execute(
            "select year, total_trade from state_society_years where ccode = ? and year between 1959 and 1964", [POLAND]
        ).fetchall()
    )
    assert sorted(found) == [1959, 1964]
    assert found[1959] == pytest.approx(2820.5, abs=0.1)
    assert dyad(store, UNITED_STATES, POLAND, 1961, "trade_dependence_ba") is None
    assert dyad(store, UNITED_STATES, POLAND, 1961, "trade_dependence_ab") > 0


def test_luxembourg_has_not_the_total_of_the_union_with_belgium(store):
    totals = fact("peacesciencer_total_trade").set_index(["ccode", "year"])
    assert totals.loc[(212, 1980)].tolist() == totals.loc[(211, 1980)].tolist()
    years = store.execute(
        "select ccode, count(*) from state_society_years where ccode in (211, 212) and year between 1960 and 1996"
        " and total_trade is not null group by 1"
    ).fetchall()
    assert years == [(211, 37)]
    assert state(store, 212, 1997, "total_trade") == pytest.approx(15_850, rel=0.01)


@pytest.mark.parametrize(("ccode", "year"), [(60, 1987), (60, 1992), (100, 1900), (RUSSIA, 1947), (385, 1914)])
def test_misprinted_totals_stand_out_from_the_years_around_and_are_left_out(store, ccode, year):
    totals = fact("peacesciencer_total_trade").set_index(["ccode", "year"]).sum(axis=1)
    assert totals[ccode, year] > 2.5 * max(totals[ccode, year - 1], totals[ccode, year + 1])
    assert store.execute(
        "select total_trade from state_society_years where ccode = ? and year = ?", [ccode, year]
    ).fetchall() in ([], [(None,)])


def test_the_fact_keeps_every_total_of_its_file():
    totals = fact("peacesciencer_total_trade")
    assert len(totals) == 14410 - 815, "rows with neither imports nor exports say nothing"
    assert (totals.year.min(), totals.year.max()) == (1870, 2014)


def test_totals_worked_out_by_a_loop_are_those_of_the_store(store):
    flows = fact("cow_trade_dyadic_flows").query("year == 1975")
    recorded = defaultdict(float)
    for row in flows.itertuples():
        known = [v for v in (row.imports_a_from_b, row.imports_b_from_a) if not pd.isna(v)]
        for ccode in (row.ccode_a, row.ccode_b):
            recorded[ccode] += sum(known)
    members = {c for (c,) in store.execute("select ccode from state_years where year = 1975").fetchall()}
    expected = {}
    for row in fact("peacesciencer_total_trade").query("year == 1975").itertuples():
        total = row.imports + row.exports
        union = row.ccode == 212
        if row.ccode in members and not pd.isna(total) and recorded[row.ccode] <= 1.5 * total and not union:
            expected[row.ccode] = max(total, recorded[row.ccode])
    found = dict(
        store.execute(
            "select ccode, total_trade from state_society_years where year = 1975 and total_trade is not null"
        ).fetchall()
    )
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        ("favourability_ab", 2005, 2023),  # the first targets have smaller codes than their publics
        ("favourability_ba", 2002, 2023),
        ("social_trust_weak_link", 1983, 2021),
        ("trade_dependence_ab", 1870, 2014),
        ("trade_dependence_weak_link", 1870, 2014),
    ],
)
def test_values_reach_the_ends_of_their_window(store, column, first, last):
    found = one(store, f"select min(year), max(year) from society_dyad_years where {column} is not null")
    assert found == (first, last)


def test_no_row_is_empty_and_no_state_years_beyond_the_states(store):
    assert one(
        store,
        """select count(*) from society_dyad_years where coalesce(favourability_ab, favourability_ba,
        social_trust_weak_link, trade_dependence_ab, trade_dependence_ba) is null""",
    ) == (0,)
    for table, key in (("society_dyad_years", "ccode_a, ccode_b, year"), ("state_society_years", "ccode, year")):
        within = "state_dyad_years" if "ccode_a" in key else "state_years"
        assert one(store, f"select count(*) from (select {key} from {table} except select {key} from {within})") == (0,)


def test_coverage_by_decade_says_what_is_known(store):
    found = dict(
        store.execute("select variable, dyad_years_known from society_coverage where decade = 2010").fetchall()
    )
    assert found["both_nuclear"] == 0
    assert found["favourability_weak_link"] < found["favourability_ab or _ba"] < 2000
    assert found["social_trust_weak_link"] > 80_000
    counted = one(
        store, "select count(favourability_weak_link) from society_dyad_years where year between 2010 and 2019"
    )
    assert counted == (found["favourability_weak_link"],)
    every = one(store, "select count(*) from state_dyad_years where year between 2010 and 2019")
    assert every == one(store, "select distinct dyad_years_all from society_coverage where decade = 2010")
