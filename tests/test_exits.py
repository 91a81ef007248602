"""How leaders left office: known exits are as they were, what nobody coded is missing, bad rows are refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from trustpanel import paths
from trustpanel.errors import CodedError
from trustpanel.sources.coded import declared, read_coded, read_one
from trustpanel.store.check_exits import check_exits

FACTS = declared(paths.CODEBOOK / "coded.toml")
DAY = dt.date

# spell, last day, mode, kind, whether the death could be expected, where it comes from
KNOWN = {
    "Chavez": ("VEN-1999", DAY(2013, 3, 5), "Natural Death", "natural_death", "yes", "archigos41"),
    "King Abdullah": ("SAU-1996", DAY(2015, 1, 23), "Natural Death", "natural_death", "yes", "archigos41"),
    "Stalin": ("RUS-1923", DAY(1953, 3, 5), "Natural Death", "natural_death", "no", "archigos41"),
    "Kaczynski's crash": ("POL-2005", DAY(2010, 4, 10), "Natural Death", "accident", "no", "archigos41"),
    "Machel's crash": ("MZM-1975", DAY(1986, 10, 19), "Natural Death", "accident", "no", "archigos41"),
    "Zia's crash is no natural death": ("PAK-1977", DAY(1988, 8, 17), "Irregular", "irregular", None, "archigos41"),
    "Salazar": ("POR-1932", DAY(1968, 9, 16), "Retired Due to Ill Health", "ill_health", None, "archigos41"),
    "Padma Rana": ("NEP-1945", DAY(1948, 2, 9), "Regular", None, None, "archigos41"),
    "Kaysone": ("LAO-1975", DAY(1992, 11, 21), "Natural Death", "natural_death", "unknown", "archigos41"),
    "Sanha": ("GNB-2009-2", DAY(2012, 1, 9), "Natural Death", "natural_death", "yes", "archigos41"),
    "Berreta": ("URU-1947-1", DAY(1947, 8, 1), "Natural Death", "natural_death", "unknown", "archigos41"),
    "Ramos-Horta, of no rival": ("ETM-2008-2", DAY(2012, 5, 20), "Regular", None, None, "archigos41"),
    "Galvez": ("HON-1949", DAY(1954, 1, 15), "Retired Due to Ill Health", "ill_health_contested", None, "archigos41"),
    "Turbay": ("COL-1978", DAY(1982, 8, 7), "Regular", "term_limit", None, "archigos41"),
    "Gierek": ("POL-1970", DAY(1980, 9, 6), None, None, None, None),
    "Karimov": ("UZB-1990", DAY(2016, 9, 8), "Natural Death", "natural_death", "no", "coded"),
    "Abe": ("JPN-2012", DAY(2020, 9, 14), "Retired Due to Ill Health", "ill_health", None, "coded"),
    "Deby": ("CHA-1990", DAY(2021, 4, 20), "Irregular", "rebels", None, "coded"),
    "Assad": ("SYR-2000", DAY(2024, 12, 8), "Irregular", "rebels", None, "coded"),
    "Bashir": ("SUD-1989", DAY(2019, 4, 11), "Irregular", "coup", None, "coded"),
    "Raisi's crash": ("IRN-2021", DAY(2024, 5, 19), "Natural Death", "accident", "no", "coded"),
    "Obama": ("USA-2009", DAY(2017, 1, 20), "Regular", "term_limit", None, "coded"),
    "Trump": ("USA-2017", DAY(2021, 1, 20), "Regular", "election", None, "coded"),
    "Park": ("ROK-2013", DAY(2016, 12, 9), "Regular", "removed", None, "coded"),
    # on no list of rivalries with years from 2010 on: not coded, whatever everybody remembers
    "Mugabe": ("ZIM-1980", DAY(2017, 11, 15), None, None, None, None),
    "Zuma": ("SAF-2009", DAY(2018, 2, 15), None, None, None, None),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_exit(store, name):
    spell, *expected = KNOWN[name]
    found = store.execute(
        "select exit_date, exit_mode, exit_kind, exit_anticipated, exit_source from leader_exits where leader_id = ?",
        [spell],
    ).fetchall()
    assert found == [tuple(expected)]


def test_a_spell_that_the_files_lose_sight_of_has_no_exit(store):
    assert store.execute("select * from leader_exits where leader_id in ('CUB-2008', 'SAU-2015')").fetchall() == []


def test_every_natural_death_since_1946_was_checked_and_nothing_before(store):
    found = store.execute(
        """select exit_mode = 'Natural Death' and exit_date >= date '1946-01-01', exit_anticipated is not null, count(*)
        from leader_exits where exit_mode is not null group by all"""
    ).fetchall()
    assert {(death, checked) for death, checked, _ in found} == {(True, True), (False, False)}
    assert sum(n for death, _, n in found if death) == 116


def test_a_pair_ends_by_accident_or_by_a_death_that_was_expected(store):
    def broken(spell: str) -> list:
        return store.execute(
            """select distinct break_kind, coalesce(break_detail_a, break_detail_b),
                coalesce(break_anticipated_a, break_anticipated_b)
            from pair_breaks where ? in (leader_a, leader_b) and left_office in ('a', 'b')
                and pair_end = (select exit_date from leader_exits where leader_id = ?)""",
            [spell, spell],
        ).fetchall()

    assert broken("POL-2005") == [("accident", "accident", "no")]
    assert broken("VEN-1999") == [("natural_death", "natural_death", "yes")]
    assert broken("USA-2009") == [("regular", "term_limit", None)]
    assert broken("ZIM-1980") == [(None, None, None)]


def test_a_rotating_chair_is_not_taken_for_an_election(store):
    chairs = store.execute(
        "select distinct exit_kind from leader_exits where ccode = 346 and year between 2016 and 2020"
    ).fetchall()
    assert chairs == [("rotation",)]


def test_the_coded_files_fit_the_store(store):
    coded = read_coded(paths.project().coded, FACTS)
    assert len(coded["natural_deaths"]) == 115
    assert len(coded["ill_health_exits"]) == 43
    assert len(coded["exits_after_2015"]) == 105
    assert len(coded["reign_lost_elections"]) == 403


# spell: kind, what it rests on, the rule on terms or the election behind it
REGULAR = {
    "Reagan": ("USA-1981", "term_limit", "limit_rule"),
    "Clinton, though his party lost too": ("USA-1993", "term_limit", "limit_rule"),
    "Ford": ("USA-1974", "election", "election_rule"),
    "Carter": ("USA-1977", "election", "election_rule"),
    "Bush the elder": ("USA-1989", "election", "election_rule"),
    "Nixon": ("USA-1969", "stood_down", "coded"),
    "Callaghan": ("UKG-1976", "election", "election_rule"),
    "Thatcher": ("UKG-1979", "stood_down", "coded"),
    "Indira Gandhi": ("IND-1966-2", "election", "election_rule"),
    "Nanda": ("IND-1964-1", "caretaker", "coded"),
    "Vajpayee": ("IND-1998", "election", "election_rule"),
    "Shamir": ("ISR-1986", "election", "election_rule"),
    "Frei": ("CHL-1964", "term_limit", "limit_rule"),
    "Roh Tae-woo": ("ROK-1988", "term_limit", "limit_rule"),
    "Khatami": ("IRN-1997", "term_limit", "limit_rule"),
    "Khrushchev": ("RUS-1953-2", "removed", "coded"),
    "Osman": ("SOM-1960", "election", "coded"),
    "Kaunda": ("ZAM-1964", "election", "coded"),
    "Bhutto": ("PAK-1988-2", "removed", "coded"),
    "Peres gave way to Shamir": ("ISR-1984", "rotation", "coded"),
    "Sarkozy lost, under no coded rule": ("FRN-2007", None, None),
    "Pikrammenos, an interim beside an election": ("GRC-2012-1", "caretaker", "coded"),
    "Theotokis, an interim, 58 days before an election": ("GRC-1950-1", "caretaker", "coded"),
    "Latifur Rahman, an interim of no rival, 78 days before an election": ("BNG-2001-1", None, None),
    "Medici, barred from a second term": ("BRA-1969-2", "term_limit", "coded"),
    "Pinochet, whose candidate lost": ("CHL-1973", "election", "coded"),
    "Souvanna Phouma lost a vote of confidence": ("LAO-1956", "removed", "coded"),
    "Kostunica, whose state ended": ("YUG-2000", "office_ended", "coded"),
    "Bremer, whose authority ended": ("IRQ-2003-3", "office_ended", "coded"),
    "Thanom gave way to a coup of his own chief": ("THI-1957-2", None, None),
}


@pytest.mark.parametrize("name", REGULAR)
def test_regular_exits_are_told_apart(store, name):
    spell, *expected = REGULAR[name]
    sql = "select regular_exit_kind, regular_exit_basis from regular_exits where leader_id = ?"
    assert store.execute(sql, [spell]).fetchall() == [tuple(expected)]
    sql = "select exit_mode, exit_kind, exit_kind_source from leader_exits where leader_id = ?"
    assert store.execute(sql, [spell]).fetchall() == [("Regular", *expected)]


def test_a_rule_names_what_it_rests_on(store):
    """Clinton's term was due to end on the day; his party's defeat stands beside it. Carter had one term left."""
    sql = "select ending_rule, lost_election_date from regular_exits where leader_id = ?"
    assert store.execute(sql, ["USA-1993"]).fetchall() == [("2-1951-02-27-president", DAY(2000, 11, 7))]
    assert store.execute(sql, ["USA-1977"]).fetchall() == [(None, DAY(1980, 11, 4))]
    odd = store.execute(
        """select count(*) from regular_exits as r inner join leaders as l using (leader_id)
        where (regular_exit_basis = 'limit_rule' and ending_rule is null)
            or (regular_exit_basis = 'election_rule' and (ending_rule is not null or lost_election_date is null))
            or l.end_date - lost_election_date not between 0 and 250 or lost_election_date - l.start_date < 120
            or (regular_exit_kind is null) <> (regular_exit_basis is null)"""
    ).fetchall()
    assert odd == [(0,)]


def test_the_kind_of_a_regular_exit_leaves_the_kind_of_break_as_it_was(store):
    """The frozen analyses choose by break_kind, which is the mode."""
    unlike = store.execute(
        """select count(*) from pair_breaks as b
        inner join leader_exits as x on x.leader_id = case b.left_office when 'a' then b.leader_a else b.leader_b end
        where b.left_office in ('a', 'b')
            and (b.break_kind = 'regular') is distinct from (x.exit_mode = 'Regular')"""
    ).fetchall()
    assert unlike == [(0,)]
    told = store.execute(
        "select count(*) from pair_breaks where break_kind = 'regular' and break_detail_a = 'term_limit'"
    )
    assert told.fetchall()[0][0] > 1000


DEATH = {
    "leader_id": "DUN-1950",
    "name": "Khalil",
    "ccode": "770",
    "archigos_date": "1971-12-20",
    "death_date": "1971-12-20",
    "verdict": "confirmed",
    "death_kind": "natural",
    "anticipated": "no",
    "source": "https://example.org/one",
    "says": "died of a stroke",
    "read_on": "2026-11-22",
    "note": "",
}
EXIT = {
    "leader_id": "DUN-1999",
    "name": "Omar",
    "ccode": "770",
    "end_date": "2016-05-01",
    "exit_date": "2016-05-01",
    "exit_mode": "Regular",
    "exit_kind": "term_limit",
    "source_1": "https://example.org/one",
    "says_1": "left at the end of his last term",
    "source_2": "https://example.org/two",
    "says_2": "two terms",
    "read_on": "2026-11-22",
    "grade": "A",
    "anticipated": "",
    "note": "",
}
HEALTH = {
    "leader_id": "DUN-1961",
    "name": "Ilyas",
    "ccode": "770",
    "end_date": "1980-03-01",
    "verdict": "confirmed",
    "source": "https://example.org/one",
    "says": "resigned after a stroke",
    "read_on": "2026-11-22",
    "note": "",
}
REGULAR_EXIT = {
    "leader_id": "DUN-1971",
    "name": "Yusuf",
    "ccode": "770",
    "end_date": "1999-10-12",
    "exit_kind": "stood_down",
    "source_1": "https://example.org/one",
    "says_1": "resigned",
    "source_2": "",
    "says_2": "",
    "read_on": "2026-11-22",
    "grade": "B",
    "note": "",
}
ELECTION = {"ccode": "770", "election_date": "1999-07-01", "election_kind": "executive"}
GOOD = {
    "natural_deaths": DEATH,
    "ill_health_exits": HEALTH,
    "exits_after_2015": EXIT,
    "regular_exits": REGULAR_EXIT,
    "reign_lost_elections": ELECTION,
}
LEADERS = """(values ('DUN-1950', 770::smallint, date '1971-12-20', 'Natural Death', 'day'),
    ('DUN-1961', 770::smallint, date '1980-03-01', 'Retired Due to Ill Health', 'day'),
    ('DUN-1971', 770::smallint, date '1999-10-12', 'Regular', 'day'),
    ('DUN-1999', 770::smallint, date '2016-05-01', null, 'month'),
    ('DUN-2016', 770::smallint, date '2025-10-03', null, 'open'))
    as t (leader_id, ccode, end_date, exit, end_precision)"""


def held(folder: Path, **change: dict[str, str]) -> int:
    """What the check says to one row of each coded file, changed in the cells given."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"create table leaders as select * from {LEADERS}")
        con.execute("create table states as select 770::smallint as ccode")
        con.execute("create schema coded")
        for name, good in GOOD.items():
            cells = {**good, **change.get(name, {})}
            file = folder / f"{name}.csv"
            file.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", encoding="utf-8")
            con.register("arriving", read_one(file, FACTS[name]))
            con.execute(f"create table coded.{name} as select * from arriving")
        return check_exits(con)


def test_good_rows_are_taken(tmp_path):
    assert held(tmp_path) == 4
    death, left = {"verdict": "wrong_date", "archigos_date": "1970-12-20"}, {"grade": "B", "source_2": ""}
    assert held(tmp_path, natural_deaths=death, exits_after_2015=left) == 4


BAD_DEATHS = {
    "no source": ({"says": ""}, ("no source that was read", "nobody's memory")),
    "no day of reading": ({"read_on": ""}, ("no source that was read",)),
    "no such leader": ({"leader_id": "DUN-1066"}, ("no such leader", "mend leader_id")),
    "another state": ({"ccode": "750"}, ("no such leader",)),
    "an unknown verdict": ({"verdict": "probably"}, ("unknown verdict", "confirmed, wrong_date")),
    "an accident that is natural": ({"verdict": "other_cause"}, ("contradict each other", "mend death_kind")),
    "an unknown answer": ({"anticipated": "perhaps"}, ("unknown answer", "yes, no or unknown")),
    "a death of one who left alive": (
        {"leader_id": "DUN-1971", "archigos_date": "1999-10-12", "death_date": "1999-10-12"},
        ("the leaders do not follow", "corrections.toml"),
    ),
    "no death, and not corrected": (
        {"verdict": "not_a_death", "death_kind": ""},
        ("the leaders do not follow", "corrections.toml"),
    ),
    "a wrong date, and not corrected": (
        {"verdict": "wrong_date", "death_date": "1972-12-20"},
        ("a wrong date that was not corrected", "corrections.toml"),
    ),
    "another date in Archigos": ({"archigos_date": "1971-12-21"}, ("another date than that of the spell",)),
    "a date apart": ({"death_date": "1971-12-29"}, ("a date apart from the spell and no note",)),
}
BAD_EXITS = {
    "no source": ({"source_1": ""}, ("no source that was read", "nobody's memory")),
    "grade A with one page": ({"source_2": ""}, ("grade A without a second source", "set the grade to B")),
    "grade A with one page twice": ({"source_2": "https://example.org/one"}, ("grade A without a second source",)),
    "no such leader": ({"leader_id": "DUN-1066"}, ("no such leader",)),
    "an unknown kind": ({"exit_kind": "tired"}, ("unknown kind of exit", "term_limit")),
    "a coup that is regular": ({"exit_kind": "coup"}, ("mode and kind contradict", "mend exit_mode")),
    "no mode": ({"exit_mode": ""}, ("mode and kind contradict",)),
    "a leader in office": ({"leader_id": "DUN-2016"}, ("has not ended", "leave the row out")),
    "an exit that Archigos codes": ({"leader_id": "DUN-1971"}, ("Archigos codes", "leave the row out")),
    "another end": ({"end_date": "2016-05-02"}, ("another end than that of the spell", "code the exit anew")),
    "a date apart": ({"exit_date": "2016-06-01"}, ("a date apart from the spell and no note",)),
    "an answer without a death": ({"anticipated": "yes"}, ("an answer without a death",)),
    "a death without an answer": (
        {"exit_mode": "Natural Death", "exit_kind": "natural_death"},
        ("a death without an answer",),
    ),
}


BAD_HEALTH = {
    "no source": ({"source": ""}, ("no source that was read",)),
    "an unknown verdict": ({"verdict": "tired"}, ("unknown verdict", "contested")),
    "another end": ({"end_date": "1980-03-02"}, ("another end than that of the spell",)),
    "not corrected": ({"verdict": "died"}, ("the leaders do not follow", "corrections.toml")),
    "left otherwise": ({"leader_id": "DUN-1971", "end_date": "1999-10-12"}, ("the leaders do not follow",)),
}
BAD_REGULAR = {
    "no source": ({"says_1": ""}, ("no source that was read",)),
    "grade A with one page": ({"grade": "A"}, ("grade A without a second source",)),
    "a kind that is not regular": ({"exit_kind": "coup"}, ("unknown kind of regular exit", "caretaker")),
    "left otherwise": ({"leader_id": "DUN-1961"}, ("Archigos does not call regular", "corrections.toml")),
    "another end": ({"end_date": "1999-10-13"}, ("another end than that of the spell",)),
}
BAD_ELECTIONS = {
    "no such state": ({"ccode": "999"}, ("an unknown state",)),
    "no such kind": ({"election_kind": "lost"}, ("an unknown kind of election", "legislative")),
    "after the list": ({"election_date": "2016-11-08"}, ("outside the years",)),
}
BAD = {
    "natural_deaths": BAD_DEATHS,
    "ill_health_exits": BAD_HEALTH,
    "exits_after_2015": BAD_EXITS,
    "regular_exits": BAD_REGULAR,
    "reign_lost_elections": BAD_ELECTIONS,
}


@pytest.mark.parametrize(("file", "case"), [(file, case) for file, cases in BAD.items() for case in cases])
def test_a_bad_row_is_refused(tmp_path, file, case):
    change, words = BAD[file][case]
    with pytest.raises(CodedError) as refusal:
        held(tmp_path, **{file: change})
    assert all(word in str(refusal.value) for word in (*words, f"{file}.csv", "row: 2", "next: ")), refusal.value
