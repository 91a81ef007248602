"""Changes inside states, exchanges between them and trust around a window: known cases, closed forms, no look ahead."""

from __future__ import annotations

import math

import duckdb
import pytest
from asked import one

from trustpanel.paths import TABLES

UNITED_STATES, CHILE, ARGENTINA, SPAIN, RUSSIA, IRAN, EGYPT, ISRAEL = 2, 155, 160, 230, 365, 615, 651, 666
JAPAN, INDIA, PAKISTAN, INDONESIA = 740, 750, 770, 850
TABLE_ROWS = {"state_changes": 12_273, "dyad_exchanges": 115_014, "trust_around": 115_014}


def state(store, ccode, year, columns):
    return one(store, f"select {columns} from state_changes where ccode = ? and year = ?", ccode, year)


def dyad(store, table, key, columns):
    return one(store, f"select {columns} from {table} where ccode_a = ? and ccode_b = ? and year = ?", *key)


@pytest.mark.parametrize(("table", "rows"), TABLE_ROWS.items())
def test_every_row_of_the_universe_stays(store, table, rows):
    universe = "state_years where year >= 1946" if table == "state_changes" else "dyad_outcomes"
    assert one(store, f"select count(*) from {table}")[0] == rows
    assert one(store, f"select count(*) from {universe}")[0] == rows


@pytest.mark.parametrize(
    ("ccode", "year", "known"),
    [
        (UNITED_STATES, 1946, (True, False, False, False)),  # Truman after Roosevelt: leader, not coalition
        (UNITED_STATES, 1994, (True, True, False, False)),  # Clinton after Bush
        (EGYPT, 1982, (True, False, False, False)),  # Mubarak after Sadat
        (CHILE, 1976, (True, True, True, False)),  # 1973: polyarchy 0.688 to 0.071
        (ARGENTINA, 1986, (True, True, True, True)),  # 1983: 0.074 to 0.829
        (SPAIN, 1978, (True, True, True, True)),  # after Franco: 0.113 to 0.403
        (RUSSIA, 1989, (False, False, False, False)),  # Gorbachev in his fourth year: 0.106 to 0.145
        (RUSSIA, 1992, (True, True, True, True)),  # Yeltsin; 0.145 to 0.255
        (INDONESIA, 2000, (True, True, True, True)),  # after Suharto
    ],
)
def test_known_turnovers_and_reforms(store, ccode, year, known):
    columns = "leader_change_3y, support_change_3y, reform_3y, reform_upward_3y"
    assert state(store, ccode, year, columns) == known


def test_the_soviet_union_has_no_polity_score_and_so_no_reform_by_it(store):
    assert state(store, RUSSIA, 1992, "reform_polity_3y") == (None,)
    assert state(store, CHILE, 1976, "reform_polity_3y") == (True,)  # 6 to -7


def test_a_span_with_an_uncovered_year_is_unknown(store):
    assert state(store, UNITED_STATES, 2019, "leader_change_3y") == (True,)
    assert state(store, UNITED_STATES, 2020, "leader_change_3y, leader_change_last") == (None, None)
    wrong = """
        select count(*) from state_changes as s where leader_change_3y is not null and 3 <> (
            select count(*) from support_changes as c where c.ccode = s.ccode and c.year between s.year - 3 and s.year - 1
        )"""
    assert one(store, wrong)[0] == 0


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ((UNITED_STATES, RUSSIA, 1973), (True, False, True)),  # SALT I and the ABM treaty
        ((UNITED_STATES, RUSSIA, 1988), (True, False, False)),  # INF, December 1987
        ((UNITED_STATES, RUSSIA, 1986), (False, False, True)),
        ((INDIA, PAKISTAN, 1967), (True, False, True)),  # Tashkent, January 1966
        ((INDIA, PAKISTAN, 2000), (True, False, True)),  # Lahore, February 1999, and Kargil
        ((EGYPT, ISRAEL, 1980), (True, False, True)),  # the treaty of March 1979
        ((UNITED_STATES, JAPAN, 1961), (True, False, False)),  # the treaty of January 1960
    ],
)
def test_known_acts_of_the_year_before(store, key, known):
    columns = "costly_act_last, cheap_act_last, hostile_act_last"
    assert dyad(store, "dyad_exchanges", key, columns) == known


def test_an_act_is_costly_or_cheap_and_unknown_after_the_lists(store):
    assert one(store, "select count(*) from dyad_exchanges where costly_act_last and cheap_act_last")[0] == 0
    last = one(store, "select max(year) filter (where costly_act_last is not null) from dyad_exchanges")[0]
    assert last == 2000
    # every conciliatory act is signed by both: no direction is lost
    unanswered = """
        select count(*) from belief_acts as x where not hostile and not exists (
            select 1 from belief_acts as y
            where x.record = y.record and x.act_kind = y.act_kind
                and x.sender_ccode = y.receiver_ccode and x.receiver_ccode = y.sender_ccode
        )"""
    assert one(store, unanswered)[0] == 0


def test_distances_and_agreements_are_sums_of_their_years(store):
    columns = "distance_last, distance_closing_3y, distance_closing_next, agreements_3y_log, agreements_next_log"
    last, before, after, signed, next_signed = dyad(store, "dyad_exchanges", (UNITED_STATES, RUSSIA, 1988), columns)
    far, near, nearer = (
        dyad(store, "state_dyad_years", (UNITED_STATES, RUSSIA, year), "ideal_point_distance")[0]
        for year in (1984, 1987, 1990)
    )
    assert (last, before, after) == pytest.approx((near, far - near, near - nearer))
    # 1985: none, 1986: 1, 1987: 2; 1988: 1 + 2, 1989: 2 + 1, 1990: 2 + 2
    assert (signed, next_signed) == pytest.approx((math.log(1 + 3), math.log(1 + 10)))


def test_the_hedge_of_1991_is_twelve_months_old_in_1993_and_ahead_in_1986_to_1988(store):
    found = store.execute(
        """select year, hedge_removed_earlier, hedges_earlier, hedge_removed_ahead from trust_around
        where ccode_a = 2 and ccode_b = 365 and year in (1985, 1986, 1988, 1989, 1992, 1993) order by year"""
    ).fetchall()
    assert found == [
        (1985, False, 1, False),
        (1986, False, 1, True),
        (1988, False, 1, True),
        (1989, False, 1, False),
        (1992, False, 1, False),
        (1993, True, 0, False),
    ]
    assert dyad(store, "trust_around", (UNITED_STATES, IRAN, 1986), "hedge_removed_earlier") == (False,)
    assert dyad(store, "trust_around", (UNITED_STATES, IRAN, 1987), "hedge_removed_earlier") == (True,)


# what is known by 31 December 1984
CUT = {
    "state_years": "select * replace (case when year < 1985 then polyarchy end as polyarchy, case when year < 1985 then "
    "polity2 end as polity2) from whole.state_years where year <= 1985",
    "support_changes": "select * from whole.support_changes where year < 1985",
    "state_dyad_years": "select * from whole.state_dyad_years where year < 1985",
    "year_end_dyads": "select * from whole.year_end_dyads where year < 1985",
    "agreement_stocks": "select * from whole.agreement_stocks where year < 1985",
    "belief_acts": "select * from whole.belief_acts where known_date < date '1985-01-01'",
    "trust_hedging": "select * from whole.trust_hedging where year < 1985",
    "trust_convergence": "select * from whole.trust_convergence where year < 1985",
    "trust_rules": "select * from whole.trust_rules where year < 1985",
    "hedge_removals": "select * from whole.hedge_removals where removal_year < 1985",
    "dyad_outcomes": "select ccode_a, ccode_b, year from whole.dyad_outcomes where year <= 1985",
    "choices": "select * from whole.choices",
}


def test_what_comes_later_changes_no_value_from_before(built):
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{built.store}' as whole (read_only)")
        for name, select in CUT.items():
            con.execute(f"create view {name} as {select}")
        for table in TABLE_ROWS:
            con.execute(f"create table {table} as {(TABLES / f'{table}.sql').read_text(encoding='utf-8')}")
            names = [row[0] for row in con.execute(f"describe {table}").fetchall()]
            kept = ", ".join(n for n in names if not n.endswith(("_ahead", "_next", "_next_log")))
            cut, all_known = f"select {kept} from {table}", f"select {kept} from whole.{table} where year <= 1985"
            assert one(con, f"select count(*) from ({cut})")[0] > 2_000
            assert con.execute(f"({cut}) except ({all_known}) limit 3").fetchall() == []
            assert con.execute(f"({all_known}) except ({cut}) limit 3").fetchall() == []
            later = [n for n in names if n not in kept.split(", ")]
            assert all(one(con, f"select count({n}) from {table} where year = 1985")[0] == 0 for n in later)
