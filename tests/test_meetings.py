"""Meetings are of the right people with the right states; nothing that did not happen is there; every record is classed."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from trustpanel import paths

DAY = dt.date
CODED = paths.project().coded

# host_ccode, day within the meeting, persons, states
THIRD_SOIL = {
    "Vienna 1961": (305, DAY(1961, 6, 3), {"p-kennedy-1917": 2, "p-khrushchev-1894": 365}),
    "Geneva 1985": (225, DAY(1985, 11, 19), {"p-reagan-1911": 2, "p-gorbachev-1931": 365}),
    "Reykjavik 1986": (395, DAY(1986, 10, 11), {"p-reagan-1911": 2, "p-gorbachev-1931": 365}),
    "Singapore 2018": (830, DAY(2018, 6, 12), {"p-trump-1946": 2, "p-kim-jong-un-1983": 731}),
    "Helsinki 2018": (375, DAY(2018, 7, 16), {"p-trump-1946": 2, "p-putin-1952": 365}),
    "Camp David 1978": (2, DAY(1978, 9, 17), {"p-carter-1924": 2, "p-sadat-1918": 651, "p-begin-1913": 666}),
    "Malta 1989": (338, DAY(1989, 12, 2), {"p-g-h-w-bush-1924": 2, "p-gorbachev-1931": 365}),
    "Vienna 1979": (305, DAY(1979, 6, 17), {"p-carter-1924": 2, "p-brezhnev-1906": 365}),
    "Vladivostok 1974": (365, DAY(1974, 11, 23), {"p-ford-1913": 2, "p-brezhnev-1906": 365}),
    "Yalta 1945": (365, DAY(1945, 2, 8), {"p-churchill-1874": 200, "p-roosevelt-f-1882": 2, "p-stalin-1879": 365}),
}


@pytest.mark.parametrize("name", THIRD_SOIL)
def test_named_meeting_has_the_right_people_states_and_soil(store, name):
    host, day, persons = THIRD_SOIL[name]
    first = min(persons)
    rows = store.execute(
        "select m.meeting_id, m.host_ccode, p.person_id, p.ccode, p.leader_id is not null from meetings m"
        " join meeting_participants p using (meeting_id) where ? between m.start_date and m.end_date and m.meeting_id in"
        " (select meeting_id from meeting_participants where person_id = ?)",
        [day, first],
    ).fetchall()
    together = {r[0] for r in rows if r[2] in persons and r[2] != first}
    assert len(together) == 1, (name, rows)
    found = {r[2]: r[3] for r in rows if r[0] in together}
    assert found == persons
    assert {r[1] for r in rows if r[0] in together} == {host}
    assert all(r[4] for r in rows if r[0] in together), "all of them effective leaders"


def test_geneva_keeps_the_meeting_days_and_the_trip_days_apart(store):
    row = store.execute(
        "select start_date, end_date, date_precision, record_start, record_end, kind, n_leaders from meetings"
        " where meeting_id = 'm-1985-11-19-p-gorbachev-1931-p-reagan-1911'"
    ).fetchall()
    assert row == [(DAY(1985, 11, 19), DAY(1985, 11, 21), "day", DAY(1985, 11, 16), DAY(1985, 11, 21), "summit", 2)]


def test_host_is_not_counterpart(store):
    hosts = store.execute(
        "select d.ccode_a, d.ccode_b, m.host_ccode from meeting_dyads d join meetings m using (meeting_id)"
        " where m.meeting_id like 'm-1961-06-03%khrushchev%'"
    ).fetchall()
    assert hosts == [(2, 365, 305)]


def test_camp_david_is_one_meeting_of_three_from_three_records(store):
    # two visits to the United States, and the coded meeting of Begin and Sadat
    rows = store.execute(
        "select m.meeting_id, m.format, m.n_records, count(*) from meetings m join meeting_dyads d using (meeting_id)"
        " where m.start_date between '1978-09-01' and '1978-09-20' and m.meeting_id like '%sadat%' group by all"
    ).fetchall()
    assert [(r[1], r[2], r[3]) for r in rows] == [("trilateral", 3, 3)]


def test_a_person_who_is_not_the_effective_leader_is_kept_with_capacity(store):
    rows = store.execute(
        "select p.leader_id, p.capacity from meetings m join meeting_participants p using (meeting_id)"
        " where year(m.start_date) = 1967 and p.person_id like '%kosygin%'"
    ).fetchall()
    assert rows
    assert all(leader is None and "Council of Ministers" in capacity for leader, capacity in rows)


def test_what_never_happened_is_not_there(store):
    never = {
        "Obama with a leader of Iran": ("p-obama-1961", 630),
        "Reagan with Andropov": ("p-reagan-1911", "p-andropov-1914"),
        "Reagan with Chernenko": ("p-reagan-1911", "p-chernenko-1911"),
        "Johnson with Brezhnev": ("p-johnson-1908", "p-brezhnev-1906"),
        "Kennedy with Castro": ("p-kennedy-1917", 40),
    }
    known = {p for (p,) in store.execute("select distinct person_id from meeting_participants").fetchall()}
    assert {v for pair in never.values() for v in pair if isinstance(v, str)} <= known, "persons who met somebody else"
    for name, (person, other) in never.items():
        clause = "ccode_b = ?" if isinstance(other, int) else "person_b = ?"
        found = store.execute(
            f"select * from meeting_dyads where person_a = ? and {clause}", [person, other]
        ).fetchall()
        assert found == [], name


def test_every_record_is_classed_and_at_most_five_percent_are_unresolved(store):
    records = store.execute("select source, count(*) from record_texts group by 1").fetchall()
    classes = store.execute(
        "select source, count(*), count(*) filter (where record_class = 'unresolved') from record_classes group by 1"
    ).fetchall()
    assert sorted((s, n) for s, n, _ in classes) == sorted(records)
    assert all(u <= 0.05 * n for _, n, u in classes)
    named = store.execute(
        "select source, count(*) filter (where resolution = 'unresolved') / count(*) from record_persons where role <> 'present' group by 1"
    ).fetchall()
    assert all(share <= 0.01 for _, share in named)


def test_visits_and_trips_lose_no_record(store):
    found = dict(store.execute("select source, count(*) from record_classes group by 1").fetchall())
    assert found["state_dept_visits"] == 3264
    assert found["state_dept_travels"] == 832


def test_two_travellers_on_third_soil_are_one_meeting(store):
    (merged,) = store.execute(
        "select count(*) from meetings m where n_records > 1 and exists (select 1 from meeting_evidence e"
        " where e.meeting_id = m.meeting_id and e.source = 'colt_south_america')"
    ).fetchall()[0]
    assert merged >= 100
    doubled = store.execute(
        "select d.person_a, d.person_b, a.start_date, b.start_date from meeting_dyads d join meetings a using (meeting_id)"
        " join meeting_dyads e on d.person_a = e.person_a and d.person_b = e.person_b and d.meeting_id < e.meeting_id"
        " join meetings b on e.meeting_id = b.meeting_id where a.format = 'bilateral' and b.format = 'bilateral'"
        " and a.date_precision in ('day', 'record') and b.date_precision in ('day', 'record')"
        " and a.start_date <= b.end_date and a.end_date >= b.start_date"
    ).fetchall()
    assert doubled == [], doubled[:3]


def test_cancelled_trips_made_no_meeting(store):
    for record in ("1689-ARG-MAR-37712", "3531-BRA-USA-43593"):
        assert store.execute("select * from meeting_evidence where record = ?", [record]).fetchall() == []
        assert len(store.execute("select * from record_texts where record = ?", [record]).fetchall()) == 1


def test_nobody_meets_himself_or_his_own_state(store):
    assert store.execute(
        "select count(*) from meeting_dyads where ccode_a >= ccode_b or person_a = person_b"
    ).fetchall()[0] == (0,)


@pytest.mark.parametrize("sample", ["resolution_sample", "resolution_sample_3"])
def test_the_checked_samples_are_right_in_at_least_99_percent(store, sample):
    with (CODED / "derived" / f"{sample}.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 200
    assert sum(r["person_right"] == "true" for r in rows) >= 198
    assert sum(r["class_right"] == "true" for r in rows) >= 198
    here = set(store.execute("select source, record, raw_name, person_id from record_persons").fetchall())
    judged_right = [r for r in rows if r["person_right"] == "true"]
    moved = [r for r in judged_right if (r["source"], r["record"], r["raw_name"], r["person_id"]) not in here]
    assert moved == [], "a row that was judged right has changed since: judge it again"


def test_a_talk_at_the_side_weighs_half_a_summit(store):
    weights = dict(store.execute("select kind, list(distinct weight) from meeting_dyads group by kind").fetchall())
    assert {kind for kind, held in weights.items() if held == [0.5]} == {"sideline", "funeral_talk"}
    assert all(held == [1.0] for kind, held in weights.items() if kind not in ("sideline", "funeral_talk"))
