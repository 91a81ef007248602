"""How long a leader could stay, as known on the day: known cases by name, closed sums, what may not leak, and bad rows."""

from __future__ import annotations

import csv
import datetime as dt

import duckdb
import pytest
from world_build import copy_of, make_store

import trustpanel as tp
from trustpanel import paths
from trustpanel.errors import CodedError

DAY = dt.date
CODED = paths.project().coded
LIMITED, UNLIMITED = "limited", "unlimited"
NO_RULE = ("no_rule", None, None)  # no constitution in force: neither a last day nor leave to stay

# leader, year: standing, latest day, last permitted term
NEW_YEARS = {
    ("USA-1945", 1952): (UNLIMITED, None, False),  # Truman: the amendment leaves out who held the office
    ("USA-1953", 1957): (LIMITED, DAY(1961, 1, 20), False),  # Eisenhower: bound, first term for twenty days more
    ("USA-1953", 1958): (LIMITED, DAY(1961, 1, 20), True),
    ("USA-1963", 1964): (LIMITED, DAY(1973, 1, 20), False),  # Johnson: the rest of Kennedy's term does not count
    ("USA-1974", 1975): (LIMITED, DAY(1981, 1, 20), False),  # Ford: more than two years of Nixon's term count
    ("USA-1981", 1984): (LIMITED, DAY(1989, 1, 20), False),
    ("USA-1981", 1985): (LIMITED, DAY(1989, 1, 20), False),  # re-elected, but the first term runs for twenty days more
    ("USA-1981", 1986): (LIMITED, DAY(1989, 1, 20), True),
    ("USA-1981", 1988): (LIMITED, DAY(1989, 1, 20), True),
    ("RUS-1985", 1988): (UNLIMITED, None, False),  # Gorbachev as general secretary
    ("RUS-2000", 2004): (LIMITED, DAY(2008, 5, 7), False),
    ("RUS-2000", 2005): (LIMITED, DAY(2008, 5, 7), True),
    ("RUS-2000", 2008): (LIMITED, DAY(2008, 5, 7), True),
    ("RUS-2000", 2009): (UNLIMITED, None, False),  # prime minister
    ("RUS-2000", 2013): (LIMITED, DAY(2024, 5, 7), False),  # terms in a row: those up to 2008 do not count
    ("RUS-2000", 2020): (LIMITED, DAY(2024, 5, 7), True),
    ("RUS-2000", 2021): (LIMITED, DAY(2036, 5, 7), False),
    ("ROK-1988", 1990): (LIMITED, DAY(1993, 2, 25), True),  # Roh Tae-woo: one term of five years
    ("CHN-2012", 2017): (LIMITED, DAY(2023, 3, 15), False),
    ("CHN-2012", 2018): (LIMITED, DAY(2023, 3, 15), False),
    ("CHN-2012", 2019): (UNLIMITED, None, False),
    ("CHN-1980", 1985): (UNLIMITED, None, False),  # Deng held no office with a limit
    ("IRN-1997", 2000): (LIMITED, DAY(2005, 8, 3), False),  # Khatami
    ("IRN-1997", 2004): (LIMITED, DAY(2005, 8, 3), True),
    ("ARG-1989", 1993): (LIMITED, DAY(1995, 7, 8), True),  # Menem before and after the reform of 1994
    ("ARG-1989", 1995): (LIMITED, DAY(1999, 7, 8), False),
    ("ARG-1989", 1996): (LIMITED, DAY(1999, 12, 10), True),
    ("MEX-1988", 1991): (LIMITED, DAY(1994, 12, 1), True),
    ("CUB-1959", 1985): (UNLIMITED, None, False),
    ("PER-1990", 1993): (LIMITED, DAY(1995, 7, 28), True),  # Fujimori: three rules, three horizons
    ("PER-1990", 1994): (LIMITED, DAY(2000, 7, 28), False),
    ("PER-1990", 1996): (LIMITED, DAY(2000, 7, 28), True),
    ("PER-1990", 1997): (LIMITED, DAY(2005, 7, 28), False),
    ("COL-2010", 2016): (LIMITED, DAY(2018, 8, 7), True),  # a limit set during the second term does not cut it
    ("EGY-2014", 2019): (LIMITED, DAY(2022, 6, 2), True),
    ("EGY-2014", 2020): (LIMITED, DAY(2030, 6, 2), False),
    ("RWA-1994-2", 2015): (LIMITED, DAY(2017, 9, 12), True),
    ("RWA-1994-2", 2016): (LIMITED, DAY(2034, 9, 12), False),
    ("DRC-2001", 2016): (LIMITED, DAY(2016, 12, 19), True),
    ("DRC-2001", 2018): ("overdue", None, True),
    ("ISR-1986", 1990): (UNLIMITED, None, False),
    ("LEB-1989-2", 1995): (LIMITED, DAY(1995, 11, 23), True),  # Hrawi before and after his three years more
    ("LEB-1989-2", 1996): (LIMITED, DAY(1998, 11, 23), True),
    ("LEB-1998", 2004): (LIMITED, DAY(2004, 11, 24), True),
    ("LEB-1998", 2005): (LIMITED, DAY(2007, 11, 24), True),
    ("SAL-1962-2", 1965): (LIMITED, DAY(1967, 7, 1), True),
    ("BOL-1985", 1988): (LIMITED, DAY(1989, 8, 6), True),
    ("CRO-2000-2", 2004): (LIMITED, DAY(2010, 2, 18), False),
    ("TUN-1957", 1980): (UNLIMITED, None, False),  # Bourguiba, president for life
    ("TUN-1987", 1995): (LIMITED, DAY(2004, 4, 2), False),  # Ben Ali before the limit fell
    ("TUN-1987", 2003): (UNLIMITED, None, False),
    ("UZB-1990", 2001): (LIMITED, DAY(2005, 1, 22), True),
    ("UZB-1990", 2003): (LIMITED, DAY(2007, 1, 22), True),
    ("KEN-1978", 1990): (UNLIMITED, None, False),
    ("PRK-1948", 1980): (UNLIMITED, None, False),
    ("DRV-1969", 1980): (UNLIMITED, None, False),  # Le Duan
    ("ERI-1993", 2010): (UNLIMITED, None, False),  # a constitution that was never put into force
    ("EQG-1979", 2010): (UNLIMITED, None, False),
    ("EQG-1979", 2015): ("uncoded", None, None),
    ("IRQ-1979", 1985): (UNLIMITED, None, False),
    ("IRQ-1979", 1997): ("uncoded", None, None),  # seven-year terms from 1995 on: no page on their number
    ("EGY-1954", 1965): (UNLIMITED, None, False),
    ("COL-1978", 1980): (LIMITED, DAY(1982, 8, 7), True),
    ("CHL-1973", 1985): (LIMITED, DAY(1997, 3, 11), False),  # Pinochet: a second term by plebiscite
    ("RVN-1965-3", 1970): (LIMITED, DAY(1975, 10, 31), False),
    ("YUG-1989", 1996): (LIMITED, DAY(1997, 12, 31), True),  # Milosevic: Serbia's presidency, then Yugoslavia's
    ("YUG-1989", 1999): (LIMITED, DAY(2001, 7, 31), True),
    ("SPN-1939-2", 1970): (UNLIMITED, None, False),
    ("ALB-1944", 1960): (UNLIMITED, None, False),  # Hoxha, by the class of communist party leaders
    ("YUG-1945", 1955): (UNLIMITED, None, False),  # Tito before the limit of 1963
    ("TUR-1938", 1948): (UNLIMITED, None, False),
    ("SUD-1989", 1995): NO_RULE,  # Bashir: the constitution suspended until 30 June 1998
    ("SUD-1989", 2001): (UNLIMITED, None, False),
    ("SOM-1969", 1975): NO_RULE,
    ("ETH-1977", 1980): NO_RULE,
    ("ARG-1976", 1978): NO_RULE,  # the constitution below the statute of the junta
    ("GHA-1981", 1985): NO_RULE,
    ("NIG-1985", 1990): NO_RULE,
    ("CHA-1990", 1993): NO_RULE,
    ("HON-1933", 1947): (LIMITED, DAY(1949, 1, 1), True),  # Carias: the end due moved from 1943 to 1949
    ("HAI-1950", 1953): (LIMITED, DAY(1957, 5, 15), True),
    ("PER-1963-2", 1965): (LIMITED, DAY(1969, 7, 28), True),
    ("BRA-1974", 1976): (LIMITED, DAY(1979, 3, 15), True),
    ("ROK-1980-2", 1985): (LIMITED, DAY(1988, 2, 25), True),
    ("UZB-1990", 1996): (LIMITED, DAY(2005, 1, 22), False),
    ("CAO-1982", 2000): (LIMITED, DAY(2011, 10, 31), False),  # Biya between the limit of 1996 and its end
    ("CDI-2000", 2003): (LIMITED, DAY(2010, 10, 26), False),
    ("BOS-2005", 2006): (LIMITED, DAY(2006, 2, 28), True),  # the chair of eight months
    ("ISR-1996", 1998): ("uncoded", None, None),  # the clause of the years of direct election is not coded
}


@pytest.mark.parametrize(("leader", "year"), NEW_YEARS)
def test_the_horizon_on_new_year(store, leader, year):
    found = store.execute(
        "select horizon_day, horizon_standing, horizon_date, lame_duck, horizon_years from leader_horizons"
        " where leader_id = ? and year = ?",
        [leader, year],
    ).fetchall()
    assert len(found) == 1
    day, standing, horizon, last, years = found[0]
    assert day == DAY(year, 1, 1)
    assert (standing, horizon, last) == NEW_YEARS[leader, year]
    assert years == (None if horizon is None else pytest.approx((horizon - day).days / 365.25, abs=1e-5))


def test_months_see_what_new_year_cannot(store):
    def month(leader: str, day: str) -> tuple:
        sql = "select horizon_date, lame_duck from leader_horizon_months where leader_id = ? and month = ?::date"
        return store.execute(sql, [leader, day]).fetchall()[0]

    assert month("USA-1981", "1985-01-01") == (DAY(1989, 1, 20), False)
    assert month("USA-1981", "1985-02-01") == (DAY(1989, 1, 20), True)
    assert month("CHN-2012", "2018-03-01") == (DAY(2023, 3, 15), False)
    assert month("CHN-2012", "2018-04-01") == (None, False)
    assert month("EGY-2014", "2019-03-01") == (DAY(2022, 6, 2), True)
    assert month("EGY-2014", "2019-04-01") == (None, None)
    assert month("EGY-2014", "2019-05-01") == (DAY(2030, 6, 2), False)


def test_days_of_a_spell_lie_in_one_stretch_each(store):
    gaps = store.execute(
        "select count(*) from (select stretch_to, lead(stretch_from) over (partition by leader_id order by stretch_from)"
        " as next_from from horizon_stretches) where next_from <> stretch_to + 1"
    ).fetchall()
    assert gaps == [(0,)]


def test_years_and_months_agree_in_january(store):
    unlike = store.execute(
        "select count(*) from leader_horizons y inner join leader_horizon_months m"
        " on y.leader_id = m.leader_id and m.month = make_date(y.year, 1, 1)"
        " where y.horizon_day = m.month and (y.horizon_date is distinct from m.horizon_date"
        " or y.lame_duck is distinct from m.lame_duck or y.horizon_standing <> m.horizon_standing)"
    ).fetchall()
    assert unlike == [(0,)]


def test_a_limit_is_a_number_of_years_and_no_limit_is_none(store):
    odd = store.execute(
        "select count(*) from leader_horizons where (horizon_standing = 'limited') <> (horizon_years is not null)"
        " or horizon_years <= 0 or (lame_duck and horizon_standing = 'limited' and horizon_date <> scheduled_end)"
    ).fetchall()
    assert odd == [(0,)]


def test_uncoded_states_have_no_row(store):
    """South Yemen is a rival without a coded rule: unknown, not unlimited."""
    sql = "select count(*) from leader_horizons h inner join leaders l using (leader_id) where l.ccode = 680"
    assert store.execute(sql).fetchall() == [(0,)]


def test_no_constitution_in_force_is_never_read_as_no_limit(store):
    """The days are known, but carry no horizon and leave open whether a term was the last."""
    rules, told, days = store.execute(
        "select (select count(*) from term_limits where limit_kind = 'no_rule_in_force'),"
        " count(*) filter (where h.horizon_date is not null or h.terms_left is not null or h.lame_duck is not null"
        " or h.horizon_standing <> 'no_rule'), count(*)"
        " from horizon_stretches h inner join term_limits t on h.horizon_rule = t.term_rule_id"
        " where t.limit_kind = 'no_rule_in_force'"
    ).fetchall()[0]
    assert (rules, told) == (68, 0)
    assert days > 100


def test_the_panel_gives_the_horizons_of_both_leaders(built):
    panel = tp.panel(
        "leader_dyad_year",
        ["horizon_years", "lame_duck:lag", "horizon_standing"],
        years=(1986, 1986),
        where={"ccode_a": 2, "ccode_b": 365},
    ).to_pandas()
    row = panel.iloc[0]
    assert len(panel) == 1
    assert row.horizon_years_a == pytest.approx((DAY(1989, 1, 20) - DAY(1986, 1, 1)).days / 365.25, abs=1e-5)
    assert row[["horizon_standing_a", "horizon_standing_b"]].tolist() == [LIMITED, UNLIMITED]
    assert not row.lame_duck_a_lag  # as things stood on 1 January 1985


def _later(name: str, column: str, day: str) -> list[dict[str, str]]:
    with (CODED / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return [r for r in csv.DictReader(handle) if r[column] > day]


def test_what_was_decided_after_a_day_moves_no_earlier_horizon(store):
    """Every horizon up to 2005 stays, to the row, when all rules and terms of later years are taken away."""
    rules = [r["rule_id"] for r in _later("term_limits", "valid_from", "2005-12-31")]
    terms = _later("leader_terms", "known_from", "2005-12-31")
    assert len(rules) > 20
    assert len(terms) > 40
    con = duckdb.connect()
    for table in ("leaders", "leader_years", "term_limits", "leader_terms", "leader_horizons"):
        con.register("arriving", store.sql(f"select * from {table}").to_arrow_table())
        con.execute(f"create table {table} as select * from arriving")
        con.unregister("arriving")
    con.execute("alter table leader_horizons rename to before")
    con.execute("delete from term_limits where rule_from > '2005-12-31'")
    con.execute("update term_limits set rule_to = null where rule_to > '2005-12-31'")
    con.execute("delete from leader_terms where term_known_from > '2005-12-31'")
    for table in ("horizon_stretches", "leader_horizons"):
        con.execute(f"create table {table} as {(paths.TABLES / f'{table}.sql').read_text(encoding='utf-8')}")
    # a state whose first rule is later has no row without it: as unknown as before
    moved = con.execute(
        "select leader_id, year from before b full join leader_horizons a using (leader_id, year) where year <= 2005"
        " and (coalesce(a.horizon_standing, 'uncoded'), a.horizon_date, a.lame_duck)"
        " is distinct from (b.horizon_standing, b.horizon_date, b.lame_duck)"
    ).fetchall()
    assert moved == []


GOOD_RULE = {
    "rule_id": "2-1951-president",
    "ccode": "2",
    "office": "president",
    "effective_office": "true",
    "valid_from": "1951-02-27",
    "limit_kind": "lifetime_terms",
    "term_years": "4",
    "max_terms": "2",
    "source_1": "https://example.org",
    "says_1": "two terms",
    "read_date": "2026-11-22",
    "grade": "B",
}
BAD_RULES = {
    "no page": ({"source_1": ""}, "no source that was read"),
    "grade A with one page": ({"grade": "A"}, "a grade that the sources do not bear"),
    "no such state": ({"ccode": "999"}, "an unknown state"),
    "no such kind": ({"limit_kind": "forever"}, "an unknown kind of limit"),
    "a limit without a number": ({"max_terms": ""}, "a limit without its numbers"),
    "several terms without their length": ({"term_years": ""}, "a limit without its numbers"),
    "a single term without its length": (
        {"limit_kind": "single_term", "max_terms": "1", "term_years": ""},
        "a limit without its numbers",
    ),
    "no rule with numbers": ({"limit_kind": "no_rule_in_force"}, "a limit without its numbers"),
    "ends before it begins": ({"valid_to": "1950-01-01"}, "days that are none"),
}


def _write(file, columns, *rows):
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _columns(name: str) -> list[str]:
    with (CODED / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return next(csv.reader(handle))


@pytest.fixture(scope="module")
def world(tmp_path_factory, invented_world):
    """A copy whose rules and terms each test writes anew; nothing is built of it."""
    return copy_of(invented_world, tmp_path_factory.mktemp("terms"))


@pytest.mark.parametrize("case", BAD_RULES)
def test_a_bad_rule_is_refused_by_file_row_and_reason(world, case):
    change, reason = BAD_RULES[case]
    _write(world.coded("leader_terms"), _columns("leader_terms"))
    _write(world.coded("term_limits"), _columns("term_limits"), GOOD_RULE | change)
    with pytest.raises(CodedError, match=reason) as refused:
        make_store(world)
    assert "data/coded/term_limits.csv" in str(refused.value)
    assert "2 (2-1951-president)" in str(refused.value)


def test_two_rules_for_one_day_are_refused(world):
    _write(world.coded("leader_terms"), _columns("leader_terms"))
    _write(world.coded("term_limits"), _columns("term_limits"), GOOD_RULE, GOOD_RULE | {"rule_id": "again"})
    with pytest.raises(CodedError, match="two rules for one day"):
        make_store(world)


BAD_TERMS = {
    "of nobody": ({"leader_id": "USA-0000"}, "an unknown leader"),
    "without its first row": ({"known_from": "1962-01-01"}, "a term that is never known from its first day"),
}


@pytest.mark.parametrize("case", BAD_TERMS)
def test_a_bad_term_is_refused(world, case):
    change, reason = BAD_TERMS[case]
    _write(world.coded("term_limits"), _columns("term_limits"), GOOD_RULE)
    term = {"leader_id": "ALD-1961", "term": "1", "known_from": "1961-01-20", "start_date": "1961-01-20"}
    term |= {"scheduled_end": "1965-01-20", "date_precision": "day", "counts": "true", "basis": "spell"} | change
    _write(world.coded("leader_terms"), _columns("leader_terms"), term)
    with pytest.raises(CodedError, match=reason) as refused:
        make_store(world)
    assert "data/coded/leader_terms.csv" in str(refused.value)
    assert f"{term['leader_id']}, term 1" in str(refused.value)
