"""China Vitae makes meetings of the right people only; years, speakers and trips of other sources are never meetings."""

from __future__ import annotations

import datetime as dt

import pyarrow.parquet as pq
import pytest
from asked import one

from trustpanel import paths
from trustpanel.sources.china_vitae import persons, record_name

DAY = dt.date
ROWS = {
    "china_vitae_engagements": 4388,
    "china_vitae_counterparts": 3812,
    "china_vitae_pages": 5649,
    "ceias_china_travel": 588,
    "ungdc_speakers_speakers": 10944,
    "ostrander_rider_legs": 759,
}
# one person of each, first possible and last possible day, host
MEETINGS = {
    "Xi and Ma in Singapore, 2015": ("p-ma-ying-jeou-1950", "p-xi-jinping-1953", DAY(2015, 11, 7), 830),
    "Hu and Kim in Pyongyang, 2005": ("p-hu-jintao-1942", "p-kim-jong-il-1942", DAY(2005, 10, 28), 731),
    "Xi and Trump in Buenos Aires, 2018": ("p-trump-1946", "p-xi-jinping-1953", DAY(2018, 12, 1), 160),
    "Xi and Abe in Bandung week, 2015": ("p-shinzo-abe-1954", "p-xi-jinping-1953", DAY(2015, 4, 22), 850),
    "Hu and Singh in Beijing, 2008": ("p-hu-jintao-1942", "p-manmohan-singh-1932", DAY(2008, 1, 15), 710),
    "Xi and Modi in Wuhan, 2018": ("p-narendra-modi-1950", "p-xi-jinping-1953", DAY(2018, 4, 27), 710),
    "Hu and Putin in Shanghai, 2006": ("p-hu-jintao-1942", "p-putin-1952", DAY(2006, 6, 14), 710),
}


@pytest.mark.parametrize(("fact", "rows"), sorted(ROWS.items()))
def test_facts_have_the_rows_of_their_file(fact, rows):
    assert pq.read_metadata(paths.project().facts / f"{fact}.parquet").num_rows == rows


def test_no_trip_of_the_yearly_list_is_lost():
    trips = pq.read_table(paths.project().facts / "ceias_china_travel.parquet")
    assert sum(trips["trips"].to_pylist()) == 595
    assert not [c for c in trips.column_names if "date" in c], "the list knows years only"


def test_persons_are_split_at_their_titles_and_brackets_within_stay():
    listed = "Kim Jong Un (Chairman of the Workers' Party of Korea (WPK)) Ri Sol Ju (First Lady)"
    assert persons(listed) == [
        ("Kim Jong Un", "Chairman of the Workers' Party of Korea (WPK)"),
        ("Ri Sol Ju", "First Lady"),
    ]
    assert persons("") == []


def test_a_record_is_named_by_day_and_words_not_by_its_row():
    assert record_name("2015-11-07", "a") == record_name("2015-11-07", "a")
    assert len({record_name(d, w) for d in ("2015-11-07", "2015-11-08") for w in ("a", "b")}) == 4


def test_a_meeting_of_several_states_is_one_record():
    pages = pq.read_table(paths.project().facts / "china_vitae_pages.parquet").to_pylist()
    countries = {p["country_match"] for p in pages if p["record"].startswith("2018-11-30")}
    records = {p["record"] for p in pages if p["record"].startswith("2018-11-30") and p["country_match"] == "Brazil"}
    assert countries >= {"Brazil", "India", "Russia", "South Africa"}
    assert len(records) == 1


@pytest.mark.parametrize("name", MEETINGS)
def test_known_meeting_of_chinas_leader(store, name):
    first, second, day, host = MEETINGS[name]
    rows = store.execute(
        "select distinct m.host_ccode, d.leader_a is not null and d.leader_b is not null from meetings m"
        " join meeting_dyads d using (meeting_id) where ? between m.start_date and m.end_date"
        " and least(d.person_a, d.person_b) = ? and greatest(d.person_a, d.person_b) = ?",
        [day, first, second],
    ).fetchall()
    assert rows == [(host, True)], rows


def test_every_name_that_was_coded_is_a_person(store):
    assert one(store, "select count(*) from record_persons where source = 'china_vitae' and person_id is null") == (0,)


def test_china_vitae_and_the_american_lists_tell_of_the_same_meetings(store):
    (shared,) = one(
        store,
        "select count(distinct a.meeting_id) from meeting_evidence a join meeting_evidence b using (meeting_id)"
        " join meeting_dyads d using (meeting_id) where a.source = 'china_vitae'"
        " and b.source in ('state_dept_visits', 'state_dept_travels') and d.ccode_a = 2 and d.ccode_b = 710",
    )
    assert shared >= 15


def test_an_event_of_many_states_is_no_meeting_of_two(store):
    rows = store.execute(
        "select t.record, t.documented from record_texts t where t.source = 'china_vitae'"
        " and (select count(distinct p.name_ccode) from record_persons p where p.source = t.source"
        " and p.record = t.record and p.role in ('counterpart', 'present')) >= 3"
    ).fetchall()
    assert len(rows) >= 40
    assert not any(documented for _, documented in rows)


def test_the_summit_filed_a_month_early_made_no_meeting(store):
    (record,) = one(
        store,
        "select record from record_texts where source = 'china_vitae' and record like '2018-06-27%'"
        " and place like 'South Africa%'",
    )
    assert one(store, "select count(*) from meeting_evidence where record = ?", record) == (0,)


def test_a_premier_is_kept_and_is_not_the_effective_leader(store):
    kinds = store.execute(
        "select distinct resolution from record_persons where source = 'china_vitae' and role in ('host', 'traveller')"
        " and raw_name in ('Wen Jiabao', 'Li Keqiang')"
    ).fetchall()
    assert kinds == [("other_person",)]


def test_yearly_travel_and_speakers_make_no_meeting(store):
    assert one(
        store,
        "select count(*) from meeting_evidence where source in ('ceias_china', 'ungdc_speakers', 'ostrander_rider')",
    ) == (0,)


@pytest.mark.parametrize(
    ("person", "ccode", "year", "trips"),
    [
        ("p-mao-tse-tung-1893", 365, 1949, 1),
        ("p-zhou-enlai-na", 816, 1971, 2),
        ("p-hu-jintao-1942", 2, 2011, 2),
        ("p-hua-guofeng-1921", 260, 1979, 1),
    ],
)
def test_known_travel_of_a_year(store, person, ccode, year, trips):
    sql = "select trips from china_year_visits where person_id = ? and ccode = ? and year = ?"
    assert one(store, sql, person, ccode, year) == (trips,)


@pytest.mark.parametrize(
    ("ccode", "year", "head", "effective"),
    [
        (2, 1963, True, True),  # Kennedy
        (365, 1959, True, True),  # Khrushchev, before a minister who spoke too
        (365, 1988, False, False),  # Shevardnadze; Gorbachev spoke to the Assembly in December, outside the debate
        (2, 1985, None, None),  # Shultz, without a post in the source
        (205, 2019, True, None),  # the ceremonial president
        (816, 2021, True, None),  # the president, not the general secretary of the same family name
        (380, 2001, False, False),  # filed under Switzerland's code
        (713, 1971, None, None),  # China's seat before the change
    ],
)
def test_who_spoke_for_the_state(store, ccode, year, head, effective):
    sql = "select head_spoke, effective_leader_spoke from general_debate_speakers where ccode = ? and year = ?"
    assert one(store, sql, ccode, year) == (head, effective)


def test_chinas_seat_is_one_state_a_year(store):
    rows = store.execute(
        "select ccode, min(year), max(year) from general_debate_speakers where ccode in (710, 713) group by 1 order by 1"
    ).fetchall()
    assert rows == [(710, 1946, 2024), (713, 1950, 1971)]


def test_a_speaker_who_is_an_effective_leader_was_in_office_that_autumn(store):
    assert one(
        store,
        "select count(*) from general_debate_speakers g join leaders l using (leader_id)"
        " where l.start_date > make_date(g.year, 12, 31) or l.end_date < make_date(g.year, 9, 1) or g.ccode <> l.ccode",
    ) == (0,)


def test_american_trips_agree_with_the_second_coding(store):
    found = dict(store.execute("select leg_match, count(*) from us_travel_validation group by 1").fetchall())
    assert found == {"same_code": 722, "other_code": 30, "code_on_one_side": 1, "no_trip": 6}
    assert one(store, "select max(days_apart) from us_travel_validation") == (0,)
    codes = store.execute(
        "select distinct published_ccode, trip_host_ccode from us_travel_validation where leg_match = 'other_code' order by 1"
    ).fetchall()
    # the authors' habits: Germany and Vietnam by one code at all times, Korea by its code before 1910, Taiwan as China
    assert codes == [(255, 260), (347, 345), (710, 713), (730, 732), (816, 817)]
