"""Agreements in force by year, what outlives its signers, and what a pair signed itself."""

from __future__ import annotations

import pytest


def stock(store, a: int, b: int, year: int, column: str):
    found = store.execute(
        f"select {column} from agreement_stocks where ccode_a = ? and ccode_b = ? and year = ?", [a, b, year]
    ).fetchall()
    return found[0][0] if found else "no row"


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
    ).fetchall()[0]
    assert off[0] > 50_000
    assert off[1] == 0


def in_force(store, agreement: str) -> list[tuple]:
    return store.execute(
        "select ccode_a, ccode_b, bound_from::varchar, bound_until::varchar from agreements_in_force"
        " where agreement_id = ? order by all",
        [agreement],
    ).fetchall()


@pytest.mark.parametrize(
    ("agreement", "spells"),
    [
        # the armistice of France and Germany, 22 June 1940: their war goes on
        ("wti-601028", []),
        # Helsinki, 12 March 1940, ends with the war of 25 June 1941
        ("atop-2500", [(365, 375, "1940-03-12", "1941-06-25")]),
        # Elysee: the Federal Republic, then united Germany
        ("atop-3470", [(220, 255, "1990-10-03", None), (220, 260, "1963-01-22", "1990-10-03")]),
        # the Basic Treaty ends with the GDR
        ("atop-3715", [(260, 265, "1972-12-21", "1990-10-03")]),
        # Taif: the source ends it for Yemen in 1962 and names united Yemen from 1990 on
        ("atop-2340", [(670, 678, "1934-05-20", "1962-11-06"), (670, 679, "1990-05-22", None)]),
        # SALT II was never in force
        ("vaynman-1979.4", []),
    ],
)
def test_an_agreement_binds_until_a_war_an_end_or_a_gap(store, agreement, spells):
    assert in_force(store, agreement) == spells


def test_treaties_of_fallen_states_do_not_revive(store):
    """Germany 255 comes back in 1990, the Baltic states in 1991; only what the Federal Republic signed is carried on."""
    older = store.execute(
        "select count(*) from agreement_stocks where year between 1990 and 1999 and ("
        " (255 in (ccode_a, ccode_b) and oldest_agreement_years > year - 1955)"
        " or ((ccode_a in (366, 367, 368) or ccode_b in (366, 367, 368)) and oldest_agreement_years > year - 1990))"
    ).fetchall()[0]
    assert older == (0,)
    assert stock(store, 220, 255, 1999, "political_agreements") < 20
    assert stock(store, 255, 365, 1999, "oldest_agreement_years") == 44, "diplomatic relations, September 1955"


def test_the_truce_of_tangku_and_the_pact_of_moscow_are_not_in_force_in_1999(store):
    dead = store.execute(
        "select count(*) from agreements_in_force where bound_until is null and signed_latest < date '1945-08-15'"
        " and ((ccode_a = 710 and ccode_b = 740) or 255 in (ccode_a, ccode_b))"
    ).fetchall()[0]
    assert dead == (0,)
    kargil = [stock(store, 750, 770, year, "political_agreements") for year in (1997, 1998, 1999)]
    assert kargil == [5, 5, "no row"], "the war of 1999 ends what was in force"


def test_what_is_doubted_or_never_entered_into_force_is_in_no_stock(store):
    assert store.execute(
        "select count(*) from agreements_in_force as f inner join agreements as g on f.agreement_id = g.agreement_id"
        " where g.ended_status = 'never_in_force' or g.consent = 'doubted'"
    ).fetchall()[0] == (0,)
    assert store.execute("select count(*) from agreements where consent = 'doubted' and source <> 'dcad'").fetchall()[
        0
    ] == (0,)


def test_a_defence_agreement_counts_until_its_estimated_end(store):
    late = store.execute(
        "select count(*) from agreements_in_force as f inner join agreements as g on f.agreement_id = g.agreement_id"
        " where coalesce(f.bound_until > make_date(g.end_year_estimate, 12, 31), g.end_year_estimate is not null)"
    ).fetchall()[0]
    assert late == (0,)


def test_who_returns_to_office_takes_back_what_outlived_him(store):
    """Persons, not spells: no agreement survives on a day on which a signer leads his state again."""
    wrong = store.execute(
        "select count(*) from agreements_in_force as f"
        " inner join effective_leaders as e on e.ccode = f.ccode_a and e.person_id = f.signer_person_a"
        " inner join agreement_stocks as s on s.ccode_a = f.ccode_a and s.ccode_b = f.ccode_b"
        " and make_date(s.year, 12, 31) between e.start_date and e.end_date"
        " where f.agreement_class = 'political' and make_date(s.year, 12, 31) >= f.bound_from"
        " and coalesce(make_date(s.year, 12, 31) < f.bound_until, true)"
        " and s.agreements_survived >= s.political_agreements"
    ).fetchall()[0]
    assert wrong == (0,)


def test_what_two_persons_signed_in_an_earlier_spell_is_theirs(store):
    """Pairs that came back to office together: their first year has what they had signed before."""
    again = store.execute(
        "select count(*) from pair_agreements as p inner join leader_dyads as d on p.leader_dyad_id = d.leader_dyad_id"
        " where p.year = year(d.pair_start) and p.agreements_by_pair > 0"
    ).fetchall()[0]
    assert again[0] > 20
    assert store.execute(
        "select count(*) from pair_agreements where agreements_by_pair_survived > agreements_by_pair"
    ).fetchall()[0] == (0,)


def test_a_flow_is_part_of_its_stock(store):
    assert store.execute(
        "select count(*) from agreement_stocks where political_agreements_new > political_agreements_20y"
        " or political_agreements_20y > political_agreements"
        " or agreements_survived > political_agreements"
    ).fetchall()[0] == (0,)


def test_before_the_pair_nothing_is_missing_within_the_window(store):
    assert store.execute(
        "select count(*) from pair_trust_pre as p inner join leader_dyads as l using (leader_a, leader_b)"
        " inner join year_end_dyads as y on l.ccode_a = y.ccode_a and l.ccode_b = y.ccode_b and p.background_year = y.year"
        " where p.background_year between 1920 and 1999 and p.political_agreements_pre is null"
    ).fetchall()[0] == (0,)
    assert store.execute(
        "select count(*) from pair_trust_pre where background_year not between 1919 and 1999 and belief_weak_link_pre is not null"
    ).fetchall()[0] == (0,)
