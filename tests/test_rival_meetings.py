"""The coded meetings of rivals: the named ones are there, what never happened is not, coverage never passes for absence."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from trustpanel import paths

DAY = dt.date
CODED = paths.project().coded

# states, a day of the meeting, host, and the two persons: every dyadic meeting that the cases name
NAMED = {
    "Erfurt": (260, 265, DAY(1970, 3, 19), 265, "p-brandt-1913", "p-willi-stoph-na"),
    "Kassel": (260, 265, DAY(1970, 5, 21), 260, "p-brandt-1913", "p-willi-stoph-na"),
    "Geneva": (2, 365, DAY(1985, 11, 20), 225, "p-reagan-1911", "p-gorbachev-1931"),
    "Reykjavik": (2, 365, DAY(1986, 10, 11), 395, "p-reagan-1911", "p-gorbachev-1931"),
    "Washington": (2, 365, DAY(1987, 12, 8), 2, "p-reagan-1911", "p-gorbachev-1931"),
    "Moscow": (2, 365, DAY(1988, 5, 30), 365, "p-reagan-1911", "p-gorbachev-1931"),
    "Lahore": (750, 770, DAY(1999, 2, 20), 770, "p-vajpayee-1924", "p-sharif-1949"),
    "Vienna": (2, 365, DAY(1961, 6, 4), 305, "p-kennedy-1917", "p-khrushchev-1894"),
    "Munich": (200, 255, DAY(1938, 9, 29), 255, "p-chamberlin-1869", "p-hitler-1889"),
    "Singapore": (2, 731, DAY(2018, 6, 12), 830, "p-trump-1946", "p-kim-jong-un-1983"),
    "Hanoi": (2, 731, DAY(2019, 2, 28), 816, "p-trump-1946", "p-kim-jong-un-1983"),
    "Helsinki": (2, 365, DAY(2018, 7, 16), 375, "p-trump-1946", "p-putin-1952"),
    "Jerusalem": (651, 666, DAY(1977, 11, 20), 666, "p-sadat-1918", "p-begin-1913"),
    "Camp David": (651, 666, DAY(1978, 9, 10), 2, "p-sadat-1918", "p-begin-1913"),
    "Iguazu": (140, 160, DAY(1985, 11, 30), 140, "p-sarnay-1930", "p-alfonsin-1926"),
    "Tashkent": (750, 770, DAY(1966, 1, 10), 365, "p-shastri-1904", "p-ayub-khan-1907"),
    "Agra": (750, 770, DAY(2001, 7, 15), 750, "p-vajpayee-1924", "p-musharraf-1943"),
    "Nixon and Mao": (2, 710, DAY(1972, 2, 21), 710, "p-nixon-1913", "p-mao-tse-tung-1893"),
    "Simla": (750, 770, DAY(1972, 7, 2), 750, "p-gandhi-i-1917", "p-bhutto-1928"),
    "Pyongyang 2000": (731, 732, DAY(2000, 6, 13), 731, "p-kim-jong-il-1942", "p-kim-dae-jung-1925"),
    "Asmara 2018": (530, 531, DAY(2018, 7, 8), 531, "p-abiy-ahmed-1976", "p-afeworki-1946"),
    "Moscow 1956": (365, 740, DAY(1956, 10, 19), 365, "p-nikolai-bulganin-na", "p-hatoyama-1883"),
    "Pretoria 1975": (552, 560, DAY(1975, 8, 9), 560, "p-smith-1919", "p-vorster-1915"),
    "Colombo 1987": (750, 780, DAY(1987, 7, 29), 780, "p-gandhi-r-1944", "p-jayewardene-1906"),
    "Beijing 1992": (710, 732, DAY(1992, 9, 28), 710, "p-yang-shangkun-na", "p-roh-tae-woo-1932"),
    "Krasnoyarsk": (365, 740, DAY(1997, 11, 2), 365, "p-yeltsin-1931", "p-hashimoto-1937"),
    "Akasaka 1998": (732, 740, DAY(1998, 10, 8), 740, "p-kim-dae-jung-1925", "p-obuchi-1937"),
    "Elounda": (220, 620, DAY(1984, 11, 15), 350, "p-mitterand-1916", "p-qaddafi-1942"),
    "Davos 1990": (260, 265, DAY(1990, 2, 3), 225, "p-kohl-1930", "p-hans-modrow-na"),
    "Baghdad 1963": (645, 690, DAY(1963, 10, 4), 645, "p-hassan-al-bakr-1914", "p-sabah-as-sabah-1913"),
    "Davos 2018": (343, 350, DAY(2018, 1, 24), 225, "p-zaev-1974", "p-alexis-tsipras-1974"),
    "Eve of the treaty 1979": (651, 666, DAY(1979, 3, 25), 2, "p-sadat-1918", "p-begin-1913"),
    "Hanoi 2000": (2, 816, DAY(2000, 11, 18), 816, "p-clinton-1946", "p-phieu-1931"),
    "Istanbul 1999": (350, 640, DAY(1999, 11, 18), 640, "p-simitis-1936", "p-ecevit-1925"),
    "Aleppo 2011": (640, 652, DAY(2011, 2, 6), 652, "p-erdogan-1954", "p-bashar-al-assad-1965"),
}


@pytest.mark.parametrize("name", NAMED)
def test_named_meeting_is_there(store, name):
    a, b, day, host, person_a, person_b = NAMED[name]
    rows = store.execute(
        "select m.host_ccode from meeting_dyads d join meetings m using (meeting_id) where d.ccode_a = ? and d.ccode_b = ?"
        " and d.person_a = ? and d.person_b = ? and ? between d.start_date and d.end_date",
        [a, b, person_a, person_b, day],
    ).fetchall()
    assert len(rows) == 1, rows
    assert rows[0][0] in {host, None}


# planned, cancelled or never: persons a and b, the years and the town in which no meeting of theirs may stand
NEVER = {
    "Eisenhower in Moscow 1960": ("p-eisenhower-1890", "p-khrushchev-1894", 1960, 1960, "Moscow"),
    "Obama and Rouhani": ("p-obama-1961", "p-rouhani-1948", 2013, 2016, None),
    "Obama and Putin in Moscow 2013": ("p-obama-1961", "p-putin-1952", 2013, 2013, "Moscow"),
    "Begin and Assad": ("p-al-assad-h-1930", "p-begin-1913", 1977, 1983, None),
    "Barak and Assad": ("p-al-assad-h-1930", "p-barak-1942", 1999, 2000, None),
    "Kim Jong-il in Seoul": ("p-kim-jong-il-1942", "p-roh-moo-hyun-1946", 2003, 2006, None),
    "Vajpayee and Sharif after Kargil": ("p-vajpayee-1924", "p-sharif-1949", 2000, 2010, None),
    "Saddam and Begin": ("p-saddam-hussein-1937", "p-begin-1913", 1977, 1983, None),
    "Nasser and Ben-Gurion": ("p-nasser-1918", "p-ben-gurion-1886", 1952, 1963, None),
    "Meir and Sadat": ("p-sadat-1918", "p-meir-1898", 1970, 1974, None),
    "Johnson and Brezhnev": ("p-johnson-1908", "p-brezhnev-1906", 1964, 1968, None),
    "Reagan and Andropov": ("p-reagan-1911", "p-andropov-1914", 1982, 1984, None),
    "Hassan and Boumediene in 1978": ("p-hassan-ii-1929", "p-boumedienne-1927", 1978, 1978, None),
    "Rabin and Assad": ("p-al-assad-h-1930", "p-rabin-1922", 1974, 1995, None),
}


@pytest.mark.parametrize("name", NEVER)
def test_what_never_happened_is_not_there(store, name):
    person_a, person_b, first, last, town = NEVER[name]
    rows = store.execute(
        "select m.meeting_id, m.place from meeting_dyads d join meetings m using (meeting_id)"
        " where ? in (d.person_a, d.person_b) and ? in (d.person_a, d.person_b) and year(d.start_date) between ? and ?",
        [person_a, person_b, first, last],
    ).fetchall()
    assert [r for r in rows if town is None or town in (r[1] or town)] == []
    met = "select count(distinct person_id) from meeting_participants where person_id in (?, ?)"
    assert store.execute(met, [person_a, person_b]).fetchall() == [(2,)], "both met somebody else"


def test_a_person_out_of_office_has_a_capacity_and_no_leader(store):
    rows = store.execute(
        "select p.leader_id, p.capacity from meetings m join meeting_participants p using (meeting_id)"
        " where p.person_id = 'p-willi-stoph-na'"
    ).fetchall()
    assert len(rows) >= 2
    assert all(leader is None and "GDR" in capacity for leader, capacity in rows)


def test_every_rivalry_since_1946_has_coverage_to_its_end(store):
    lost = store.execute(
        """select r.rivalry_name from rivalries as r where r.list = 'tss' and coalesce(r.end_year, 2020) >= 1946
        and not exists (select 1 from meeting_coverage as c where c.ccode_a = r.ccode_a and c.ccode_b = r.ccode_b)"""
    ).fetchall()
    assert lost == []


def test_a_dyad_that_was_not_searched_has_no_stock(store):
    # Egypt and Syria were looked at, with thin sources: partial never lets an absent meeting count as none.
    levels = store.execute(
        "select distinct level from meeting_coverage where ccode_a = 651 and ccode_b = 652 and source = 'rival_coverage'"
    ).fetchall()
    assert ("searched",) not in levels
    assert store.execute("select count(contact_stock) from panel where ccode_a = 651 and ccode_b = 652").fetchall() == [
        (0,)
    ]


def test_enough_meetings_beyond_the_lists(store):
    new, best = store.execute(
        """select count(distinct meeting_id), count(distinct meeting_id) filter (evidence_grade = 'A') from meeting_evidence
        where source = 'rival_meetings' and meeting_id not in
        (select meeting_id from meeting_evidence where source <> 'rival_meetings')"""
    ).fetchall()[0]
    assert new >= 400
    assert best >= 150


def test_a_month_is_never_merged_with_a_day(store):
    rows = store.execute(
        "select date_precision, n_records, start_date, end_date from meetings where date_precision in ('month', 'year')"
    ).fetchall()
    assert len(rows) > 50
    assert all(n == 1 for _, n, _, _ in rows)
    assert all(start < end for _, _, start, end in rows)


def test_every_coded_row_says_what_a_page_that_was_read_says():
    with (CODED / "rival_meetings.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) > 700
    for row in rows:
        assert row["source_1"].startswith("http"), row["coding_id"]
        assert len(row["says_1"]) > 15, row["coding_id"]
        assert (row["grade"] == "A") <= row["source_2"].startswith("http"), row["coding_id"]


def test_bond_stock_is_signed_and_missing_without_valence(store):
    # On 31 December 1985 one meeting counts for Reagan and Gorbachev: Geneva, valence 0.75, one month and nine days old.
    rows = store.execute(
        "select p.contact_stock, p.bond_stock, v.valence from panel p join meeting_valence v"
        " on v.meeting_id = 'm-1985-11-19-p-gorbachev-1931-p-reagan-1911'"
        " where p.ccode_a = 2 and p.ccode_b = 365 and p.year = 1986"
    ).fetchall()
    contact, bond, valence = rows[0]
    assert contact == pytest.approx(0.5 ** ((DAY(1985, 12, 31) - DAY(1985, 11, 21)).days / 30.4375 / 36), abs=1e-9)
    assert bond == pytest.approx(contact * valence, abs=1e-9)
    # 1992: Bush and Yeltsin have met, and nobody of the time is coded on how it went.
    unknown = store.execute(
        "select count(*) from panel where contact_stock > 0 and bond_stock is null and covered_searched"
    ).fetchall()
    assert unknown[0][0] > 1000
    assert store.execute("select count(*) from meeting_valence where abs(valence) > 1").fetchall() == [(0,)]


def test_bond_stock_and_its_asymmetry_agree_with_a_plain_sum(store):
    told = store.execute(
        """select d.person_a, d.person_b, d.end_date, d.weight, v.valence_ab, v.valence_ba
        from meeting_dyads as d left join meeting_valence as v using (meeting_id, person_a, person_b)
        where d.leader_a is not null and d.leader_b is not null"""
    ).fetchall()
    months = store.execute(
        """select p.person_a, p.person_b, s.as_of, s.contact_known, s.bond_stock, s.bond_asymmetry
        from pair_stocks as s inner join stock_pair_years as p
            on s.leader_dyad_id = p.leader_dyad_id and year(s.month_start) = p.year
        where s.leader_dyad_id in (select leader_dyad_id from pair_stocks where bond_stock <> 0 or bond_asymmetry <> 0)"""
    ).fetchall()
    of_pair: dict[tuple[str, str], list[tuple]] = {}
    for a, b, *meeting in told:
        of_pair.setdefault((a, b), []).append(tuple(meeting))
    missing = summed = 0
    for a, b, as_of, known, bond, asymmetry in months:
        past = [((as_of - end).days / 30.4375, *rest) for end, *rest in of_pair[a, b] if end <= as_of]
        if not known or any(age <= 72 and None in (ab, ba) for age, _, ab, ba in past):
            assert (bond, asymmetry) == (None, None)
            missing += 1
            continue
        both = [(w * 0.5 ** (age / 36), ab, ba) for age, w, ab, ba in past if None not in (ab, ba)]
        assert bond == pytest.approx(sum(kept * (ab + ba) / 2 for kept, ab, ba in both), abs=1e-9)
        assert asymmetry == pytest.approx(sum(kept * (ab - ba) for kept, ab, ba in both), abs=1e-9)
        summed += len(both) > 0
    assert summed > 300
    assert missing > 300


def test_retrospective_judgements_never_make_valence(store):
    rows = store.execute(
        "select count(*) from meeting_valence v where not exists (select 1 from bonding b where b.meeting_id = v.meeting_id"
        " and b.bonding_item = 'valence' and not b.retrospective)"
    ).fetchall()
    assert rows == [(0,)]


# pair of leaders, and the months on whose first days the stocks stand before and after a talk of somebody who was not the leader
STOOD_FOR = {
    "Nixon and Kozlov, 1959": ("USA-1953|RUS-1953-2|2|365", DAY(1959, 7, 1), DAY(1959, 8, 1)),
    "Mikoyan in Washington, 1962": ("USA-1961|RUS-1953-2|2|365", DAY(1962, 11, 1), DAY(1962, 12, 1)),
    "Bush at a funeral, 1985": ("USA-1981|RUS-1985|2|365", DAY(1985, 3, 1), DAY(1985, 4, 1)),
    "Bush in Beijing, 1985": ("USA-1981|CHN-1980|2|710", DAY(1985, 10, 1), DAY(1985, 11, 1)),
    "Gore in Beijing, 1997": ("USA-1993|CHN-1997|2|710", DAY(1997, 3, 1), DAY(1997, 4, 1)),
    "Biden and Putin, 2011": ("USA-2009|RUS-2000|2|365", DAY(2011, 3, 1), DAY(2011, 4, 1)),
}


@pytest.mark.parametrize("name", STOOD_FOR)
def test_who_stands_for_a_leader_adds_to_the_other_stock_alone(store, name):
    pair, first, later = STOOD_FOR[name]
    before, after = store.execute(
        "select contact_meetings, contact_stock, bond_stock, state_stock, other_stock from pair_stocks"
        " where leader_dyad_id = ? and month in (?, ?) order by month",
        [pair, first, later],
    ).fetchall()
    kept = 0.5 ** ((later - first).days / 30.4375 / 36)
    assert after[0] == before[0]
    for stood, stands in zip(before[1:4], after[1:4], strict=True):
        assert stands == (None if stood is None else pytest.approx(stood * kept, abs=1e-9))
    assert after[4] > before[4] * kept + 0.45


def derived(name: str) -> list[dict[str, str]]:
    with (CODED / "derived" / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(("letters", "drawn", "exist"), [("t", 40, 37), ("uv", 45, 45)])
def test_a_sample_judged_by_somebody_else_finds_the_later_rows_to_exist(letters, drawn, exist):
    sample = [row for row in derived("rival_meetings_checked") if row["coding_id"][0] in letters]
    assert len({row["coding_id"] for row in sample}) == len(sample) == drawn
    assert sum(row["exists"] == "true" for row in sample) >= exist
    assert not any(row["exists"] == "false" for row in sample)
    with (CODED / "rival_meetings.csv").open(newline="", encoding="utf-8") as handle:
        kept = {row["coding_id"] for row in csv.DictReader(handle)}
    assert all(row["exists"] == "unclear" for row in sample if row["coding_id"] not in kept)
    with (CODED / "rival_amendments.csv").open(newline="", encoding="utf-8") as handle:
        mended = {(row["coding_id"], row["field"]) for row in csv.DictReader(handle)}
    # the rows in t were mended before they were first kept
    wrong_kind = {row["coding_id"] for row in sample if row["kind_right"] == "false" and letters != "t"}
    assert {(coding_id, "kind") for coding_id in wrong_kind} <= mended
    assert len(wrong_kind) == (0 if letters == "t" else 2)


def test_what_the_blind_list_found_is_still_found(store):
    rows = derived("rival_recall_blind")
    told = [row for row in rows if row["took_place"] == "yes"]
    assert (len(told), len(rows) - len(told)) == (150, 40)
    assert [sum(row[c] == "month" for row in told) for c in ("found", "found_after")] == [147, 149]
    assert [sum(row[c] == "named" for row in told) for c in ("persons", "persons_after")] == [144, 149]
    never = [row for row in rows if row["took_place"] == "no"]
    assert ("month", "named") not in {(row["found_after"], row["persons_after"]) for row in never}
    documented = {m for (m,) in store.execute("select meeting_id from meeting_dyads where documented").fetchall()}
    assert {row["meeting_id_after"] for row in told} - documented == set()
