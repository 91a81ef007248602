"""Known cases of leaders' pasts, of pairs of them, and of nuclear status and capabilities."""

from __future__ import annotations

import pytest
from asked import one

UNITED_STATES, CANADA, BRAZIL, RUSSIA, CHINA, INDIA, PAKISTAN = 2, 20, 140, 365, 710, 750, 770


def dyad(store, a, b, year, column):
    """One value of a dyad-year."""
    sql = f"select {column} from state_dyad_years where ccode_a = ? and ccode_b = ? and year = ?"
    return one(store, sql, a, b, year)[0]


@pytest.mark.parametrize(
    ("leader", "service", "combat", "rebel"),
    [
        ("USA-1953", True, True, False),  # Eisenhower: combat, as LEAD has it
        ("USA-1981", True, False, False),  # Reagan
        ("USA-1993", False, False, False),  # Clinton
        ("RUS-1985", False, False, False),  # Gorbachev
        ("EGY-1970", True, True, True),  # Sadat
        ("CUB-1959", False, False, True),  # Castro: a rebel, no soldier
    ],
)
def test_leaders_have_the_pasts_that_lead_gives_them(store, leader, service, combat, rebel):
    found = one(store, "select military_service, combat, rebel from leader_traits where leader_id = ?", leader)
    assert found == (service, combat, rebel)


def test_leaders_after_2001_have_no_row(store):
    last = one(store, "select max(start_date), count(*) from leader_traits inner join leaders using (leader_id)")
    assert (str(last[0]), last[1]) == ("2001-12-25", 2930)
    assert one(store, "select count(*) from leader_traits where leader_id = 'USA-2009'") == (0,)
    later = one(store, "select count(*) from pair_traits where leader_a = 'USA-2009' or leader_b = 'USA-2009'")
    assert later == (0,)


def test_reagan_and_gorbachev_as_a_pair(store):
    found = one(
        store,
        """select military_service_both, military_service_either, combat_either, education_least,
        education_difference, traits_alike, traits_known, willingness_2_greatest, willingness_2_difference
        from pair_traits where leader_a = 'USA-1981' and leader_b = 'RUS-1985'""",
    )
    assert found[:7] == (False, True, False, 2, 1, 6, 8)
    assert found[7:] == pytest.approx((0.312626, 0.312626 + 0.519501), abs=1e-5)


def test_a_pair_needs_both_pasts_and_an_unknown_trait_stays_unknown(store):
    both = one(
        store,
        """select count(*), count(*) filter (where a.combat is null and not b.combat and p.combat_both is null),
        count(*) filter (where a.combat is null and b.combat and p.combat_both is not null),
        count(*) filter (where p.traits_alike > p.traits_known)
        from pair_traits as p inner join leader_traits as a on p.leader_a = a.leader_id
        inner join leader_traits as b on p.leader_b = b.leader_id""",
    )
    assert both == (one(store, "select count(*) from pair_traits")[0], 0, 0, 0)


@pytest.mark.parametrize(
    ("pair", "year", "both", "either"),
    [
        ((UNITED_STATES, RUSSIA), 1948, False, True),
        ((UNITED_STATES, RUSSIA), 1949, True, True),
        ((RUSSIA, CHINA), 1969, True, True),
        ((INDIA, PAKISTAN), 1986, False, False),
        ((INDIA, PAKISTAN), 1999, True, True),
        ((BRAZIL, 160), 1980, False, False),
        ((INDIA, PAKISTAN), 2002, None, None),  # after the source's last year: unknown, not none
        ((UNITED_STATES, CANADA), 1937, None, None),
    ],
)
def test_nuclear_status_of_known_dyads(store, pair, year, both, either):
    assert dyad(store, *pair, year, "both_nuclear") is both
    assert dyad(store, *pair, year, "either_nuclear") is either


def test_nuclear_states_pursue_and_are_armed_as_coded(store):
    armed = [c for (c,) in store.execute(
        "select ccode from state_years where year = 1990 and nuclear_weapons order by 1"
    ).fetchall()]  # fmt: skip
    assert armed == [2, 200, 220, 365, 560, 666, 710, 750, 770]
    pursuit = [c for (c,) in store.execute(
        "select ccode from state_years where year = 1990 and nuclear_pursuit and not nuclear_weapons order by 1"
    ).fetchall()]  # fmt: skip
    assert pursuit == [140, 620, 630, 645, 731]
    ends = one(store, "select min(year), max(year) from state_years where nuclear_weapons is not null")
    assert ends == (1938, 2001)


@pytest.mark.parametrize(
    ("pair", "nuclear"),
    [
        (("USA-1981", "RUS-1985"), 2),  # Reagan and Gorbachev
        (("USA-1945", "RUS-1923"), 0),  # Truman and Stalin, fixed in 1944
        (("USA-1969", "CHN-1949"), 2),
        (("USA-2009", "RUS-2000"), None),
    ],
)
def test_nuclear_status_before_the_pair(store, pair, nuclear):
    rows = store.execute(
        "select nuclear_pre from pair_background where leader_a = ? and leader_b = ?", list(pair)
    ).fetchall()
    assert len(rows) == 1, pair
    assert rows[0][0] == nuclear


def test_capabilities_of_both_add_up(store):
    found = one(
        store,
        """select count(*) from state_dyad_years where abs(combined_capability * capability_ratio
        - combined_capability / 2) > combined_capability / 2 + 1e-12 or combined_capability > 1""",
    )
    assert found == (0,)
    assert dyad(store, UNITED_STATES, RUSSIA, 1985, "combined_capability") > 0.29
