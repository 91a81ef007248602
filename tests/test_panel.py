"""The analysis frames: named cases, sums spelled out, and the future that never explains the past."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest

from trustpanel.codebook.load import codebook
from trustpanel.models.stocks import Meetings, StockRows, stocks
from trustpanel.store.frames import analysis_frames
from trustpanel.store.order import build_order

DAY = dt.date


def value(store, sql: str):
    rows = store.execute(sql).fetchall()
    assert len(rows) == 1, rows
    return rows[0][0]


def test_kargil_breaks_the_peace_of_1999(store):
    # Dispute 4007 (1993-99) is one dispute in the file; the war of 1999 is war 223 and begins in May 1999.
    assert value(store, "select peace_3y from panel where ccode_a = 750 and ccode_b = 770 and year = 1999") == 0
    assert value(store, "select year(start_date) from wars where war_id = 223 and ccode_a = 750") == 1999
    assert (
        value(
            store,
            "select max(incident_hostility) from dispute_incidents where dispute_id = 4007"
            " and ccode_a = 750 and ccode_b = 770 and year(start_date) = 1999",
        )
        == 5
    )


def test_kargil_does_not_leak_into_1994(store):
    # The published level 5 of dispute 4007 is that of 1999; on 31 December 1993 only its incidents so far are known.
    assert value(store, "select hostility_prior from panel where ccode_a = 750 and ccode_b = 770 and year = 1994") < 5


def test_cuba_1962_is_visible(store):
    rows = store.execute(
        "select d.dispute_id from disputes d where ccode_a = 2 and ccode_b = 365 and year(start_date) = 1962"
    ).fetchall()
    assert (61,) in rows
    assert value(store, "select peace_3y from panel where ccode_a = 2 and ccode_b = 365 and year = 1962") == 0
    assert (
        value(
            store,
            "select new_dispute from panel_months p join disputes d on d.dispute_id = 61 and p.ccode_a = 2 and p.ccode_b = 365 and p.ccode_a = d.ccode_a"
            " and p.ccode_b = d.ccode_b and p.month = date_trunc('month', d.start_date)",
        )
        == 1
    )


def test_reagan_gorbachev_stock_is_the_sum_spelled_out(store):
    # On 31 December 1986 two meetings count: Geneva ended 21 November 1985, 405 days or 13.306 months ago,
    # Reykjavik 12 October 1986, 80 days or 2.628 months ago.
    geneva = 0.5 ** ((DAY(1986, 12, 31) - DAY(1985, 11, 21)).days / 30.4375 / 36)
    reykjavik = 0.5 ** ((DAY(1986, 12, 31) - DAY(1986, 10, 12)).days / 30.4375 / 36)
    found = value(store, "select contact_stock from panel where ccode_a = 2 and ccode_b = 365 and year = 1987")
    assert found == pytest.approx(geneva + reykjavik, abs=1e-9)
    assert found == pytest.approx(0.774 + 0.950, abs=2e-3)
    assert value(store, "select contact_stock from panel where ccode_a = 2 and ccode_b = 365 and year = 1985") == 0
    before = value(store, "select state_stock from panel where ccode_a = 2 and ccode_b = 365 and year = 1987")
    assert 0.3 < before < 3, "Nixon, Ford and Carter with Brezhnev, decayed"


def test_stocks_equal_the_pure_function_of_the_inference_wing(store):
    frames = analysis_frames(store)
    rows = frames["panel"].dropna(subset=["leader_dyad_id", "contact_stock", "state_stock"])
    persons = frames["pair_spells"].drop_duplicates("leader_dyad_id")[["leader_dyad_id", "person_a", "person_b"]]
    rows = rows.merge(persons, on="leader_dyad_id", how="left")
    met = frames["dyad_meetings"].dropna(subset=["leader_a", "leader_b"])
    both = pd.concat([rows, met], ignore_index=True)
    dyad = both.groupby(["ccode_a", "ccode_b"], sort=True).ngroup().to_numpy()
    pair = both.groupby(["person_a", "person_b"], sort=True).ngroup().to_numpy()
    last_days = pd.to_datetime((rows.year.astype(int) - 1).astype(str) + "-12-31")
    day = (last_days - pd.Timestamp(1970, 1, 1)).dt.days.to_numpy()
    met_day = (pd.to_datetime(met.end_date) - pd.Timestamp(1970, 1, 1)).dt.days.to_numpy()
    n = len(rows)
    for suffix, half_life in (("", 36.0), ("_12", 12.0), ("_24", 24.0), ("_60", 60.0), ("_none", None)):
        contact, state = stocks(
            StockRows(dyad[:n], pair[:n], day), Meetings(dyad[n:], pair[n:], met_day, met.weight.to_numpy()), half_life
        )
        np.testing.assert_allclose(contact, rows[f"contact_stock{suffix}"].to_numpy(float), atol=1e-8)
        np.testing.assert_allclose(state, rows[f"state_stock{suffix}"].to_numpy(float), atol=1e-8)
    assert n > 5000
    assert (rows.contact_stock > 0).sum() > 1000


def test_uncovered_dyads_have_no_stock_at_all(store):
    assert (
        value(
            store,
            "select count(*) from panel where not covered_searched and (contact_stock is not null or state_stock is not null"
            " or other_stock is not null or contact_next_year is not null)",
        )
        == 0
    )
    assert value(store, "select count(contact_stock) from panel where ccode_a = 640 and ccode_b = 651") == 0


def test_stocks_end_with_their_lists(store):
    assert (
        value(
            store,
            "select count(*) from pair_stocks where contact_stock is not null and as_of > date '2024-11-12'"
            " and leader_dyad_id like '%|2|%' and leader_dyad_id not like '%|2|1__'",
        )
        == 0
    )


def test_outcomes_are_missing_after_their_sources(store):
    last = dict(
        store.execute(
            "select * from (unpivot (select max(year) filter (where peace_3y is not null) as peace_3y,"
            " max(year) filter (where hostility_fall is not null) as hostility_fall,"
            " max(year) filter (where crisis_free is not null) as crisis_free,"
            " max(year) filter (where peace_step is not null) as peace_step from panel)"
            " on peace_3y, hostility_fall, crisis_free, peace_step)"
        ).fetchall()
    )
    assert last == {"peace_3y": 2012, "hostility_fall": 2012, "crisis_free": 2018, "peace_step": 2016}


def test_no_outcome_outlives_a_state(store):
    # The German Democratic Republic leaves the system on 2 October 1990: the window 1988-90 is not observed to its end.
    last = value(store, "select max(year) from panel where ccode_a = 260 and ccode_b = 265 and peace_3y is not null")
    assert last == 1987


def test_the_pair_of_new_year_and_the_background_year(store):
    row = store.execute(
        "select leader_a, leader_b, at_risk, first_year from panel where ccode_a = 2 and ccode_b = 365 and year = 1986"
    ).fetchall()
    assert row == [("USA-1981", "RUS-1985", True, True)]
    year = value(
        store, "select background_year from pair_background where leader_a = 'USA-1981' and leader_b = 'RUS-1985'"
    )
    assert year == 1984


def test_tenure_is_that_of_each_side(store):
    row = store.execute(
        "select tenure_a_years, tenure_b_years, joint_tenure_years from panel"
        " where ccode_a = 2 and ccode_b = 365 and year = 1986"
    ).fetchall()
    reagan, gorbachev = ((DAY(1986, 1, 1) - since).days / 365.25 for since in (DAY(1981, 1, 20), DAY(1985, 3, 11)))
    assert row == [(pytest.approx(reagan), pytest.approx(gorbachev), pytest.approx(gorbachev))]


def test_the_sample_is_nearly_a_star(store):
    dyads, american = store.execute(
        "select count(distinct (ccode_a, ccode_b)), count(distinct (ccode_a, ccode_b)) filter (where ccode_a = 2) from panel"
        " where at_risk and covered and contact_stock is not null and state_stock is not null and peace_3y is not null"
    ).fetchall()[0]
    assert 50 <= dyads <= 62
    assert american / dyads > 0.8


def test_panel_keeps_every_dyad_year_once(store):
    assert value(store, "select count(*) from panel") == value(store, "select count(*) from dyad_outcomes")
    assert value(store, "select count(*) from panel where leader_dyad_id is null") > 0, "rows without a pair are kept"


def rebuilt(store, changes: dict[str, str], target: str) -> duckdb.DuckDBPyConnection:
    """A copy of the store in memory with some tables changed and every table between them and the target derived again."""
    con = duckdb.connect(":memory:")
    con.execute("attach ':memory:' as coded")
    needed = [t for (t,) in store.execute("select table_name from duckdb_tables()").fetchall()]
    for name in sorted(set(needed) - {"panel_months", "pair_breaks"}):
        con.register("arriving", store.sql(f'select * from "{name}"').to_arrow_table())
        con.execute(f'create table "{name}" as select * from arriving')
        con.unregister("arriving")
    for name, sql in changes.items():
        con.execute(f'create or replace table "{name}" as {sql}')
    book = codebook()
    stale, reads = set(changes), build_order(book.tables)
    for name, read in reads.items():
        if stale & set(read):
            stale.add(name)
    wanted = {target}
    for name in reversed(reads):
        if name in wanted:
            wanted |= set(reads[name])
    for name in reads:
        if name in (stale & wanted) - set(changes):
            con.execute(f'create or replace table "{name}" as {book.tables[name].sql}')
    return con


def test_random_later_events_change_no_earlier_row(store):
    """Meetings, disputes and longer disputes after a cut-off leave every exposure and background up to it as it was."""
    cut = 1995
    rng = np.random.default_rng(7)
    pairs = store.execute(
        "select ccode_a, ccode_b, person_a, person_b, leader_a, leader_b from leader_dyads"
        f" where ccode_a = 2 and pair_end > date '{cut}-12-31' and pair_start < date '2005-01-01'"
    ).fetchall()
    extra = []
    for i in rng.choice(len(pairs), 200, replace=False):
        a, b, pa, pb, la, lb = pairs[i]
        day = DAY(cut + 1, 1, 1) + dt.timedelta(days=int(rng.integers(0, 2000)))
        extra.append(
            f"('x-{i}', {a}, {b}, '{pa}', '{pb}', '{la}', '{lb}', date '{day}', date '{day}', 'summit', 'bilateral', true, 1.0)"
        )
    con = rebuilt(
        store,
        {
            "meeting_dyads": f"select * from meeting_dyads union all values {', '.join(extra)}",
            "disputes": f"""
                select * replace (
                    case when year(end_date) > {cut} then end_date + 700 else end_date end as end_date,
                    case when year(dispute_end_date) > {cut} then dispute_end_date + 700 else dispute_end_date end as dispute_end_date,
                    case when year(dispute_end_date) > {cut} then 5 else hostility end::tinyint as hostility)
                from disputes
                union all by name
                select * replace (dispute_id + 20000 as dispute_id, date '{cut + 1}-02-01' as start_date,
                    date '{cut + 1}-03-01' as end_date, date '{cut + 1}-03-01' as dispute_end_date)
                from disputes where year(start_date) between 1980 and 1990""",
        },
        "panel",
    )
    exposures = (
        "contact_stock, state_stock, other_stock, contact_stock_12, state_stock_none, contact_0_12, months_since_contact,"
        " hostility_prior, hostility_open, at_risk, at_risk_5y, at_risk_15y, years_since_dispute_pre, trade_log_pre"
    )
    query = f"select ccode_a, ccode_b, year, {exposures} from panel where year <= {cut + 1} order by 1, 2, 3"
    before, after = store.sql(query).df(), con.sql(query).df()
    # dyads of the invented disputes that were never in contention before may join the frame: they are not compared
    after = after.merge(before[["ccode_a", "ccode_b", "year"]], on=["ccode_a", "ccode_b", "year"])
    assert len(before) > 40_000
    pd.testing.assert_frame_equal(before, after)
    changed = con.sql("select count(*) from panel p where year > 1996 and contact_stock > 0").fetchall()
    assert changed > store.sql("select count(*) from panel p where year > 1996 and contact_stock > 0").fetchall()


def test_coverage_needs_the_travel_of_both_sides(store):
    """Merged stretches of travel into a, cut with those into b, dyad by dyad: one side's list alone covers nothing."""

    def merged(spells: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
        found: list[tuple[dt.date, dt.date]] = []
        for first, last in sorted(spells):
            if found and first <= found[-1][1] + dt.timedelta(days=1):
                found[-1] = (found[-1][0], max(found[-1][1], last))
            else:
                found.append((first, last))
        return found

    held: dict[tuple, dict[str, list]] = {}
    for a, b, channel, level, first, last in store.execute(
        "select ccode_a, ccode_b, channel, level, start_date, end_date from meeting_coverage"
        " where channel in ('in_a', 'in_b') and level in ('official_list', 'searched')"
    ).fetchall():
        for kind in ("searched", *(["official_list"] if level == "official_list" else [])):
            held.setdefault((kind, a, b), {"in_a": [], "in_b": []})[channel].append((first, last))
    wanted = {
        (*key, *spell)
        for key, sides in held.items()
        for spell in merged(
            [
                (max(x[0], y[0]), min(x[1], y[1]))
                for x in sides["in_a"]
                for y in sides["in_b"]
                if max(x[0], y[0]) <= min(x[1], y[1])
            ]
        )
    }
    found = store.execute(
        "select coverage_kind, ccode_a, ccode_b, covered_start, covered_end from covered_dyads"
    ).fetchall()
    assert len(found) > 300
    assert set(found) == wanted
