"""Agreements in force by year, what outlives its signers, and what a pair signed itself."""

from __future__ import annotations

import pytest


def stock(store, a: int, b: int, year: int, column: str):
    found = store.execute(
        f"select {column} from agreement_stocks where ccode_a = ? and ccode_b = ? and year = ?", [a, b, year]
    ).fetchone()
    return found and found[0]


def signers(store, day: str, a: int, b: int) -> set[tuple]:
    return set(
        store.execute(
            "select signer_a, signer_b from agreement_signers where signed_latest = ? and ccode_a = ? and ccode_b = ?",
            [day, a, b],
        ).fetchall()
    )


@pytest.mark.parametrize(
    ("day", "a", "b", "expected"),
    [
        ("1963-01-22", 220, 260, ("FRN-1958-2", "GFR-1949")),
        ("1972-12-21", 260, 265, ("GFR-1969", "GDR-1971")),
        ("1979-03-26", 651, 666, ("EGY-1970", "ISR-1977-2")),
        ("1987-12-08", 2, 365, ("USA-1981", "RUS-1985")),
        ("1999-02-21", 750, 770, ("IND-1998", "PAK-1997")),
    ],
)
def test_leaders_of_the_day_are_the_signers(store, day, a, b, expected):
    assert signers(store, day, a, b) == {expected}


def test_the_peace_of_egypt_and_israel_outlives_both_signers_in_1983(store):
    """Sadat died on 6 October 1981, Begin left on 10 October 1983."""
    assert store.execute(
        "select signers_gone_date::varchar from agreement_signers where agreement_id = 'atop-3850'"
    ).fetchone() == ("1983-10-10",)
    survived = [stock(store, 651, 666, year, "agreements_survived") for year in (1982, 1983)]
    assert survived[0] < survived[1]


def test_what_a_pair_signed_is_never_counted_as_others(store):
    rows = dict(
        store.execute(
            "select year, agreements_by_pair from pair_agreements where leader_dyad_id = 'USA-1981|RUS-1985|2|365'"
        ).fetchall()
    )
    assert rows[1986] == 0
    assert rows[1988] >= 1, "INF, signed in December 1987"


def test_pair_and_others_add_up_to_the_stock_of_the_year_before(store):
    off = store.execute(
        "select count(*), count(*) filter (where p.agreements_by_pair + p.agreements_by_others + p.agreements_signer_unknown"
        " <> s.political_agreements) from pair_agreements as p"
        " inner join leader_dyad_years as y on p.leader_dyad_id = y.leader_dyad_id and p.year = y.year"
        " inner join agreement_stocks as s on y.ccode_a = s.ccode_a and y.ccode_b = s.ccode_b and s.year = p.year - 1"
    ).fetchone()
    assert off[0] > 50_000
    assert off[1] == 0


def test_a_flow_is_part_of_its_stock(store):
    assert store.execute(
        "select count(*) from agreement_stocks where political_agreements_new > political_agreements"
        " or agreements_survived > political_agreements"
    ).fetchone() == (0,)


def test_before_the_pair_nothing_is_missing_within_the_window(store):
    assert store.execute(
        "select count(*) from pair_trust_pre where background_year between 1920 and 1999 and political_agreements_pre is null"
    ).fetchone() == (0,)
    assert store.execute(
        "select count(*) from pair_trust_pre where background_year not between 1919 and 2014 and belief_weak_link_pre is not null"
    ).fetchone() == (0,)
