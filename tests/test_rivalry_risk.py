"""Rivalries at risk and first meetings: known cases by name, and the rows of the tests that stand on them."""

from __future__ import annotations

import pytest
from declared import frame_of, hypotheses

from trustpanel.models.frames import numbers
from trustpanel.models.hypothesis_run import select_test_rows
from trustpanel.models.rows import dyad_codes, select_rows

US, ARGENTINA, BRAZIL, RUSSIA, EGYPT, ISRAEL = 2, 160, 140, 365, 651, 666


def lives(store, a: int, b: int) -> list[tuple]:
    """(first year at risk, its entry, last year, its exit, ends) of each rivalry of a dyad."""
    return store.execute(
        """select min(year), min(rivalry_entry_tss), max(year), max(rivalry_exit_tss), bool_or(rivalry_ends_tss)
        from rivalry_risk_years where ccode_a = ? and ccode_b = ? group by rivalry_id_tss order by 1""",
        [a, b],
    ).fetchall()


def test_a_rivalry_enters_at_its_age_and_ends_or_is_cut_off(store):
    """Russia and the United States 1945-1989 and again from 2007; Brazil and Argentina since 1817, ended in 1985."""
    assert lives(store, US, RUSSIA) == [(1946, 0, 1989, 44, True), (2008, 0, 2020, 13, False)]
    assert lives(store, BRAZIL, ARGENTINA) == [(1946, 128, 1985, 168, True)]
    assert lives(store, EGYPT, ISRAEL) == [(1949, 0, 2020, 72, False)]
    ends = store.execute(
        "select count(*), count(*) filter (where rivalry_ends_tss), max(n) from (select *, count(*) over "
        "(partition by ccode_a, ccode_b, rivalry_id_tss, rivalry_ends_tss) as n from rivalry_risk_years) where rivalry_ends_tss"
    ).fetchall()[0]
    assert ends == (126, 126, 1), "a rivalry ends once"


def test_a_first_meeting_is_dated_to_its_year(store):
    """Geneva in November 1985: not yet met in 1984 with Chernenko, met from 1985 on with Gorbachev; Vienna in June 1961."""

    def met(pair: str) -> list[tuple]:
        return store.execute(
            "select year, met_by_year_end from pair_first_meetings where leader_dyad_id = ? order by year", [pair]
        ).fetchall()

    assert met("USA-1981|RUS-1985|2|365") == [(y, True) for y in range(1985, 1990)]
    assert met("USA-1981|RUS-1984|2|365") == [(1984, False), (1985, False)]
    assert met("USA-1961|RUS-1953-2|2|365")[0] == (1961, True)
    back = store.execute(
        "select count(*) from (select met_by_year_end as m, lag(met_by_year_end) over "
        "(partition by leader_dyad_id order by year) as before from pair_first_meetings) where before and not m"
    ).fetchall()[0]
    assert back == (0,), "who has met stays so"
    # by the stock tables: never met before t + 1 is not met by the end of t, but for a meeting that spans the New Year
    odd = store.execute(
        "select count(*) filter (where l.never_met = f.met_by_year_end), count(*) from pair_last_meetings as l "
        "inner join pair_first_meetings as f on l.leader_dyad_id = f.leader_dyad_id and l.year = f.year + 1 "
        "where f.met_by_year_end is not null and l.never_met is not null"
    ).fetchall()[0]
    assert odd == (1, 15_483)


# rows, dyads, and ends or pairs that first meet in a year before which they have a row
TESTS = {("H25", "survival"): (3532, 155, 114), ("H26", "survival"): (3562, 156, 115), ("D7", "main"): (1538, 85, 38)}


@pytest.mark.parametrize(("key", "name"), TESTS)
def test_the_declared_tests_have_the_counted_rows(store, key, name):
    h = hypotheses()[key]
    test = next(t for t in h.tests if t.model.name == name)
    rows = select_rows(*select_test_rows(test, frame_of(store, h))).frame
    if key == "D7":
        met = numbers(rows, "met_by_year_end") == 1
        waited = set(rows["leader_dyad_id"][~met])
        count = len(waited & set(rows["leader_dyad_id"][met]))
    else:
        count = int(numbers(rows, "rivalry_ends_tss").sum())
    assert (len(rows), int(dyad_codes(rows).max()) + 1, count) == TESTS[key, name]
