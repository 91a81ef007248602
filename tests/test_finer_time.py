"""Months, changes of support and attempts on leaders in the store: known cases by name, windows, and what may not leak."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from world_build import World, living_in

import trustpanel as tp

UNITED_STATES, SOVIET_UNION, EGYPT, ISRAEL, INDIA, PAKISTAN = 2, 365, 651, 666, 750, 770


def rows(store: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[tuple]:
    return store.execute(sql, list(values)).fetchall()


def month(store: duckdb.DuckDBPyConnection, columns: str, a: int, b: int, day: str) -> tuple:
    """The named columns of one month of a dyad."""
    found = rows(
        store,
        f"select {columns} from dyad_conflict_months where ccode_a = ? and ccode_b = ? and month = ?::date",
        a,
        b,
        day,
    )
    assert len(found) == 1
    return found[0]


def test_the_missile_crisis_begins_in_october_1962(store):
    columns = "crises_begun, crises_running, disputes_running, wars_running, incident_level, conflict_sample"
    assert month(store, columns, UNITED_STATES, SOVIET_UNION, "1962-09-01")[:2] == (0, 0)
    assert month(store, columns, UNITED_STATES, SOVIET_UNION, "1962-10-01") == (1, 1, 1, 0, None, "both")
    assert month(store, "crises_begun, crises_running", UNITED_STATES, SOVIET_UNION, "1962-11-01") == (0, 1)
    assert month(store, "crises_running", UNITED_STATES, SOVIET_UNION, "1962-12-01") == (0,)


def test_kargil_shows_in_the_incidents_of_may_1999_and_not_in_the_level_of_the_dispute_before_its_end(store):
    columns = "incidents_begun, incident_level, wars_begun, crises_begun, disputes_begun, ended_dispute_level"
    assert month(store, columns, INDIA, PAKISTAN, "1999-04-01") == (0, 0, 0, 0, 0, None)
    assert month(store, columns, INDIA, PAKISTAN, "1999-05-01") == (1, 5, 1, 1, 0, None)
    assert month(store, columns, INDIA, PAKISTAN, "1999-07-01")[-2:] == (1, 5)
    levels = rows(
        store,
        """select distinct ended_dispute_level from dyad_conflict_months
        where ccode_a = 750 and ccode_b = 770 and month between date '1993-09-01' and date '1999-06-01'""",
    )
    assert (5,) not in levels


def test_a_level_of_a_dispute_stands_only_in_a_month_in_which_that_dispute_ended(store):
    assert rows(
        store,
        """select count(*) from dyad_conflict_months as m where ended_dispute_level is distinct from (
            select max(d.hostility) from disputes as d
            where d.ccode_a = m.ccode_a and d.ccode_b = m.ccode_b and d.ended_by_2014
            and date_trunc('month', d.dispute_end_date) = m.month
        ) and ccode_a in (2, 365, 750)""",
    ) == [(0,)]
    assert rows(
        store,
        """select count(*) from dyad_conflict_months as m inner join disputes as d
        on m.ccode_a = d.ccode_a and m.ccode_b = d.ccode_b and last_day(m.month) < d.start_date
        and m.disputes_running > 0 and not exists (
            select 1 from disputes as e where e.ccode_a = m.ccode_a and e.ccode_b = m.ccode_b
            and e.start_date <= last_day(m.month) and e.end_date >= m.month
        )""",
    ) == [(0,)]


def test_every_count_is_zero_inside_its_window_and_missing_outside(store):
    for column, first, last in (
        ("disputes_begun", 1816, 2014),
        ("disputes_running", 1816, 2014),
        ("wars_begun", 1816, 2003),
        ("wars_running", 1816, 2003),
        ("crises_begun", 1919, 2020),
        ("crises_running", 1919, 2020),
    ):
        assert rows(
            store,
            f"select count(*) from dyad_conflict_months where ({column} is null) = (year between {first} and {last})",
        ) == [(0,)], column
    inside = "year between 1992 and 2014"
    assert rows(store, f"select count(*) from dyad_conflict_months where not ({inside}) and incident_level >= 0") == [
        (0,)
    ]
    unknown = rows(
        store,
        f"select ccode_a, ccode_b, year, count(*) from dyad_conflict_months as m where {inside} and not {UNTOLD}"
        " and incidents_begun is null group by all",
    )
    assert unknown == [(INDIA, PAKISTAN, 2012, 12)]


# a dispute runs in the month of which the list of incidents has none
UNTOLD = """exists (
    select 1 from disputes as d
    where d.ccode_a = m.ccode_a and d.ccode_b = m.ccode_b and d.start_date <= last_day(m.month) and d.end_date >= m.month
        and (d.dispute_id, d.ccode_a, d.ccode_b) not in (select (dispute_id, ccode_a, ccode_b) from dispute_incidents)
)"""


def test_a_dispute_without_incidents_in_the_list_leaves_its_months_unknown_not_quiet(store):
    columns = "disputes_running, incidents_begun, incident_level"
    # Peruvian aircraft fired on an American one on 24 April 1992: the list has no incident of it
    assert month(store, columns, UNITED_STATES, 135, "1992-04-01") == (1, None, None)
    assert month(store, columns, UNITED_STATES, 135, "1992-05-01") == (0, 0, 0)
    ended = """select year(end_date), count(*) from disputes where end_date >= date '1992-01-01'
        and (dispute_id, ccode_a, ccode_b) not in (select (dispute_id, ccode_a, ccode_b) from dispute_incidents)
        group by all order by all"""
    assert rows(store, ended) == [(1992, 14), (1993, 1), (2000, 32), (2013, 2)]
    untold = f"from dyad_conflict_months as m where year between 1992 and 2014 and {UNTOLD}"
    assert rows(store, f"select count(*), count(incidents_begun), count(incident_level) {untold}") == [(93, 0, 0)]


def test_the_months_hold_every_dispute_of_their_dyads_once(store):
    begun, counted = rows(
        store,
        """select (select sum(disputes_begun)::bigint from dyad_conflict_months),
        (select matched from join_counts where join_name = 'disputes: month of the first day to dyad_conflict_months')""",
    )[0]
    assert begun == counted == 3720 - 398
    assert rows(store, "select min(month), max(month) from dyad_conflict_months") == [
        (dt.date(1816, 1, 1), dt.date(2020, 12, 1))
    ]


def test_copdab_falls_in_october_1973_and_in_the_six_day_war(store):
    found = rows(
        store,
        """select month::varchar, copdab_score_ab, copdab_score_ba, copdab_score, round(copdab_score_std, 2)
        from dyad_event_months where ccode_a = ? and ccode_b = ?
        and month in (date '1973-09-01', date '1973-10-01')""",
        EGYPT,
        ISRAEL,
    )
    assert sorted(found) == [
        ("1973-09-01", -16.0, -5.0, -10.5, 0.4),
        ("1973-10-01", -55.35, -43.5, pytest.approx(-49.425), -1.75),
    ]
    first = "select min(month) from dyad_event_months where ccode_b = ? and copdab_score is not null"
    assert rows(store, first, ISRAEL) == [(dt.date(1948, 5, 1),)]


def test_gdelt_falls_in_january_2020_and_is_noisy_in_may_2018(store):
    found = dict(
        rows(
            store,
            """select month::varchar, (gdelt_score_std, gdelt_negative_share, gdelt_covered_days)
            from dyad_event_months where ccode_a = 2 and ccode_b = 630
            and month in (date '2018-05-01', date '2020-01-01')""",
        )
    )
    assert found["2020-01-01"][0] < -5
    assert found["2020-01-01"][1:] == (1.0, 31)
    assert found["2018-05-01"][0] > 0, "the month in which the nuclear deal was left: a known fault of the source"


@pytest.mark.parametrize(
    ("column", "dyads", "months"),
    [
        ("copdab_score_std", 4, (372, 368)),
        ("copdab_score_std_ab", 4, (372, 368)),
        ("copdab_score_std_ba", 4, (372, 368)),
        ("gdelt_score_std", 642, (74,)),
    ],
)
def test_standardised_scores_have_mean_0_and_spread_1_in_every_dyad(store, column, dyads, months):
    found = rows(
        store,
        f"""select avg({column}), stddev_samp({column}), count(*)
        from dyad_event_months where {column} is not null group by ccode_a, ccode_b""",
    )
    assert len(found) == dyads
    assert all(abs(mean) < 1e-9 and abs(sd - 1) < 1e-9 and n in months for mean, sd, n in found)


def test_scores_of_events_are_variables_of_a_panel(built):
    def score(b: int, month: str, *names: str) -> tuple:
        found = tp.panel(
            "state_dyad_month", names, int(month[:4]), where={"ccode_a": UNITED_STATES, "ccode_b": b, "month": month}
        ).to_pandas()
        assert len(found) == 1
        return tuple(found.iloc[0][list(names)])

    both_ways = ("copdab_score_ab", "copdab_score_ba", "copdab_score")
    assert score(SOVIET_UNION, "1962-10-01", *both_ways) == pytest.approx((-9.73, -8.24, -8.985))
    assert score(SOVIET_UNION, "1972-05-01", *both_ways) == pytest.approx((5.05, 9.86, 7.455))
    missiles, detente = (score(SOVIET_UNION, m, "copdab_score_std")[0] for m in ("1962-10-01", "1972-05-01"))
    assert missiles < -0.6
    assert detente > 1.5
    soleimani = score(630, "2020-01-01", "gdelt_score_std", "gdelt_covered_days", "copdab_score")
    assert soleimani[0] < -5
    assert soleimani[1] == 31
    assert pd.isna(soleimani[2])
    turned = tp.panel(
        "state_dyad_month", both_ways[:1], 1962, directed=True,
        where={"month": "1962-10-01", "ccode_a": [2, 365], "ccode_b": [2, 365]},
    ).to_pandas()  # fmt: skip
    assert turned.set_index("ccode_a").copdab_score_ab.to_dict() == {2: -9.73, 365: -8.24}


@pytest.mark.parametrize(
    ("leader", "day", "outcome"),
    [
        ("USA-1981", "1981-03-30", "survived"),
        ("EGY-1970", "1981-10-06", "died"),
        ("ISR-1992", "1995-11-04", "died"),
        ("USA-1961", "1963-11-22", "died"),
        ("IND-1980", "1984-10-31", "died"),
        ("ROK-1961-2", "1979-10-26", "died"),
        ("TOG-1967-2", "1967-04-25", "survived"),
    ],
)
def test_attempts_by_name(store, leader, day, outcome):
    found = rows(
        store,
        "select attempt_outcome, attempt_match from assassination_attempts where leader_id = ? and attempt_first_date = ?::date",
        leader,
        day,
    )
    assert found == [(outcome, "in_office")]


def test_every_attempt_is_on_the_leader_whom_the_source_names(store):
    def words(text: str) -> set[str]:
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        return set(re.sub(r"[^a-z]+", " ", plain).split())

    found = rows(
        store,
        """select a.leader_name_raw, l.leader_name || ' ' || p.name from assassination_attempts as a
        inner join leaders as l on a.leader_id = l.leader_id inner join persons as p on l.person_id = p.person_id""",
    )
    assert len(found) == 295
    assert {raw for raw, name in found if not words(raw) & words(name)} == {"Nkurmah"}, "a misspelling of the source"


def test_exits_tell_killings_that_archigos_calls_irregular(store):
    killed = dict(rows(store, "select leader_id, exit_mode from leader_exits where exit_killed"))
    assert len(killed) == 57
    assert killed["EGY-1970"] == "Irregular"
    assert killed["BUL-1918"] == "Natural Death", "the two sources disagree and both are kept"
    assert rows(store, "select exit_killed from leader_exits where leader_id = 'USA-1977'") == [(False,)]
    assert rows(store, "select count(*) from leader_exits where year > 2003 and exit_killed is not null") == [(0,)]


def test_a_pair_is_broken_by_a_killing_and_not_by_an_attempt_that_failed(store):
    sadat = rows(
        store,
        """select distinct break_kind, coalesce(break_killed_a, break_killed_b) from pair_breaks
        where 'EGY-1970' in (leader_a, leader_b) and pair_end = date '1981-10-06'""",
    )
    assert ("irregular", True) in sadat
    reagan = rows(
        store,
        """select count(*) from pair_breaks where (leader_a = 'USA-1981' and break_killed_a)
        or (leader_b = 'USA-1981' and break_killed_b)""",
    )
    assert reagan == [(0,)]


@pytest.mark.parametrize(
    ("day", "change", "left", "entered"),
    [
        ("1945-04-12", "none", "USA-1933", "USA-1945"),
        ("1963-11-22", "none", "USA-1961", "USA-1963"),
        ("1974-08-09", "none", "USA-1969", "USA-1974"),
        ("1981-01-20", "full", "USA-1977", "USA-1981"),
        ("2017-01-20", "full", "USA-2009", "USA-2017"),
    ],
)
def test_american_presidents_change_with_and_without_their_party(store, day, change, left, entered):
    found = rows(
        store,
        "select support_change, leader_left, leader_entered from leader_transitions where ccode = 2 and transition_date = ?::date",
        day,
    )
    assert found == [(change, left, entered)]


def test_no_spell_answers_to_two_changes_and_counts_add_up(store):
    for column in ("leader_left", "leader_entered"):
        doubled = rows(
            store,
            f"select count(*) from (select {column} from leader_transitions where {column} is not null"
            " group by all having count(*) > 1)",
        )
        assert doubled == [(0,)], column
    assert rows(
        store,
        """select count(*) from support_changes
        where leader_transitions <> transitions_with_support_change + transitions_without_support_change""",
    ) == [(0,)]
    assert rows(store, "select count(*) from leader_transitions where leader_left = leader_entered") == [(0,)]


def test_the_invented_world_has_its_war_its_attempts_and_its_scores(invented_world: World, tmp_path: Path):
    with living_in(invented_world):
        months = tp.load("dyad_conflict_months").set_index(["ccode_a", "ccode_b", "month"]).sort_index()
        war = months.loc[(750, 770, pd.Timestamp("1965-08-01"))]
        attempts = tp.load("assassination_attempts").set_index("leader_id_raw")
        events = tp.load("dyad_event_months")
        changes = tp.load("leader_transitions").set_index(["ccode", "transition_date"])
        acts = tp.load("mie_months")
        quarrels = tp.load("gml_disputes").set_index("gml_dispute_id")
    assert (war.wars_begun, war.crises_begun, war.disputes_begun, war.conflict_sample) == (1, 1, 1, "both")
    assert months.loc[(750, 770, pd.Timestamp("1965-09-01"))].ended_dispute_level == 5
    assert attempts.attempt_match.to_dict() == {
        "ALD-1961": "in_office",
        "DUN-1950": "in_office",
        "CAS-1974": "other_spell",
        "ELB-1900": "no_leader",
    }
    assert attempts.leader_id["CAS-1974"] == "CAS-1980"
    february = events[(events.ccode_a == 2) & (events.month == "2018-02-01")].iloc[0]
    assert (february.gdelt_score, february.gdelt_negative_share) == (0, 0), "nothing was reported"
    assert changes.support_change[(750, pd.Timestamp("1974-02-01"))] == "minor"
    assert sorted(acts[acts.mie_level_month == 5].month.astype(str)) == ["1965-08-01", "1965-09-01"]
    assert quarrels.gml_hostility.to_dict() == {3001: 5, 3002: 4}
    assert quarrels.start_precision.to_dict() == {3001: "day", 3002: "month"}


def test_what_may_not_be_passed_on_is_built_and_not_exported(invented_world: World):
    plugs = ["mie_incidents", "mie_months", "mie_spells", "gml_disputes", "gml_spells"]
    for name in plugs:
        assert not (invented_world.paths.tables / f"{name}.parquet").exists()
    with living_in(invented_world):
        assert set(tp.tables().set_index("name").status[plugs]) == {"built"}
