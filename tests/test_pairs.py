"""Leaders, pairs and pair-years: counts against the source, spelled-out days, known pairs by name."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from asked import one

DAY = dt.date


def test_every_archigos_spell_is_there(store):
    assert one(store, "select count(*) from leaders where source like 'archigos41%'") == (3409,)


def test_geneva_pair(store):
    row = one(
        store,
        "select ccode_a, ccode_b, person_a, person_b, pair_start, pair_end from leader_dyads"
        " where leader_a = 'USA-1981' and leader_b = 'RUS-1985'",
    )
    assert row == (2, 365, "p-reagan-1911", "p-gorbachev-1931", DAY(1985, 3, 11), DAY(1989, 1, 20))


def test_pair_days_are_counted_with_both_ends(store):
    # Kennedy 1961-01-20 to 1963-11-22 with Khrushchev 1953-09-13 to 1964-10-15: 11 days of 1961 are lost before the
    # inauguration of 20 January, 1962 is whole, 1963 ends on 22 November.
    rows = store.execute(
        "select year, overlap_days, in_office_1jan from leader_dyad_years"
        " where leader_a = 'USA-1961' and leader_b like 'RUS-1953%' and overlap_days > 30 order by year"
    ).fetchall()
    assert rows == [(1961, 346, False), (1962, 365, True), (1963, 326, True)]


def test_a_code_change_gives_a_row_for_each_code_and_no_break(store):
    rows = store.execute(
        "select ccode_a, ccode_b, overlap_days from leader_dyad_years where year = 1990"
        " and leader_a = 'USA-1989' and leader_b = 'GFR-1982' order by ccode_b desc"
    ).fetchall()
    assert rows == [(2, 260, 275), (2, 255, 90)]
    assert one(store, "select count(*) from leader_dyads where leader_a = 'USA-1989' and leader_b = 'GFR-1982'") == (1,)


def test_saleh_changes_code_in_may_1990(store):
    rows = store.execute(
        "select ccode, start_date, end_date from leader_states where leader_id = 'YEM-1978' order by start_date"
    ).fetchall()
    assert rows[0][0] == 678
    assert rows[0][2] == DAY(1990, 5, 21)
    assert rows[1][:2] == (679, DAY(1990, 5, 22))


def test_pair_years_agree_with_a_plain_pandas_loop(store):
    spells = store.execute(
        "select s.leader_id, l.person_id, s.ccode, s.start_date, s.end_date from leader_states s join leaders l using (leader_id)"
    ).df()
    for column in ("start_date", "end_date"):
        spells[column] = pd.to_datetime(spells[column])
    for year in (1962, 1990, 2016):
        first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
        here = spells[(spells.start_date <= last) & (spells.end_date >= first)].copy()
        here["s"], here["e"] = here.start_date.clip(lower=first), here.end_date.clip(upper=last)
        both = here.merge(here, how="cross", suffixes=("_a", "_b"))
        both = both[(both.ccode_a < both.ccode_b) & (both.person_id_a != both.person_id_b)]
        days = (both[["e_a", "e_b"]].min(axis=1) - both[["s_a", "s_b"]].max(axis=1)).dt.days + 1
        both = both.assign(days=days)[days >= 1]
        pairs = both.groupby(["leader_id_a", "leader_id_b", "ccode_a", "ccode_b"]).days.sum()
        found = one(store, f"select count(*), sum(overlap_days) from leader_dyad_years where year = {year}")
        assert found == (len(pairs), int(pairs.sum())), year


def test_no_leader_overlaps_another_of_the_same_state(store):
    assert (
        store.execute(
            "select a.leader_id, b.leader_id from leader_states a join leader_states b on a.ccode = b.ccode"
            " and a.leader_id < b.leader_id and a.start_date < b.end_date and a.end_date > b.start_date"
        ).fetchall()
        == []
    )


def test_a_handover_day_belongs_to_the_later_leader(store):
    on_day = "select leader_id from effective_leaders where ccode = 2 and date '{}' between start_date and end_date"
    assert one(store, on_day.format("1981-01-19")) == ("USA-1977",)
    assert one(store, on_day.format("1981-01-20")) == ("USA-1981",)


def test_leaders_after_2015_come_from_reign_and_wikidata(store):
    row = one(store, "select person_id, source from leaders where ccode = 2 and start_date = date '2017-01-20'")
    assert row == ("p-trump-1946", "reign")
    assert one(store, "select count(*) from leaders where exit is not null and end_date > date '2015-12-31'") == (0,)


def test_corrected_facts(store):
    assert one(store, "select end_date from leaders where leader_id = 'VEN-1999'") == (DAY(2013, 3, 5),)
    assert one(store, "select exit, end_precision from leaders where leader_id = 'SAU-2015'") == (None, "open")


def test_breaks_of_known_pairs(store):
    known = "select left_office, break_kind, pair_end from pair_breaks where leader_a = '{}' and leader_b = '{}'"
    assert one(store, known.format("USA-1961", "RUS-1953-2")) == ("a", "assassination", DAY(1963, 11, 22))
    # Archigos has no code of assassination by soldiers: Sadat's exit is irregular there.
    assert one(store, known.format("EGY-1970", "ISR-1977-2")) == ("a", "irregular", DAY(1981, 10, 6))
    kinds = dict(store.execute("select break_kind, count(*) from pair_breaks group by 1").fetchall())
    assert kinds["natural_death"] > 5000
    assert kinds[None] > 0, "exits after 2015 are coded for rivals only"
