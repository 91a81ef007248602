"""Cases by name in the indicators of trust between states that a source, read plainly, would get wrong."""

from __future__ import annotations

import pandas as pd
import pytest
from test_trust_indicators import (
    CONVERGENCE,
    DISCRETION,
    FRANCE,
    GERMANY,
    HEDGING,
    ISRAEL,
    OVERSIGHT,
    PARTS,
    POLAND,
    RULES,
    US,
    USSR,
    WEST_GERMANY,
    count,
    series,
    value,
)

from trustpanel.paths import project

CANADA, UK, SWEDEN, SWITZERLAND, ARGENTINA = 20, 200, 380, 225, 160
LEBANON, SYRIA, JORDAN, THAILAND, VIETNAM = 660, 652, 663, 800, 816


# --- alliances of several phases


def test_the_csce_has_no_level_before_its_organs(store):
    """1975-1990 without organ or contacts; the older version has one row, that of 1990-1992."""
    rows = store.execute(
        "select atop_phase, phase_milinst, phase_formal from alliance_levels where atop_id = 3740 order by 1"
    ).fetchall()
    assert rows == [(1, None, None), (2, 1, 1)]
    assert series(store, (OVERSIGHT, "alliance_institution_level"), SWITZERLAND, SWEDEN, 1975, 1989) == [None, "absent"]
    assert value(store, (OVERSIGHT, "alliance_institution_level"), SWITZERLAND, SWEDEN, 1991) == 1
    assert series(store, (RULES, "alliance_formality"), POLAND, SWEDEN, 1985, 1991) == ["absent", 1]


def test_an_unknown_phase_hides_only_what_it_may_exceed(store):
    """NATO is high whatever the CSCE was; in 1949-50 NATO had fewer organs and no bases."""
    assert series(store, (OVERSIGHT, "alliance_institution_level"), US, FRANCE, 1950, 1951, 1980) == ["absent", 2, 2]


def test_alliances_of_one_phase_keep_their_level(store):
    lost = """select count(*) from alliance_levels where alliance_milinst is distinct from phase_milinst
        and atop_id in (select atop_id from alliance_levels group by atop_id having count(*) = 1)"""
    assert count(store, lost) == 0
    assert count(store, "select count(*) from alliance_levels where phase_milinst <> alliance_milinst") == 0


# --- water


def test_the_peace_of_two_binds_two(store):
    """Record 490 lists the states of the basin."""
    rows = store.execute("select ccode_a, ccode_b from water_agreements where water_record = 490").fetchall()
    assert rows == [(JORDAN, ISRAEL)]
    assert series(store, (PARTS, "joint_water_bodies"), SYRIA, ISRAEL, 1994, 2007) == [None, None]
    assert series(store, (PARTS, "joint_water_bodies"), LEBANON, ISRAEL, 1994, 2007) == [None, None]
    bilateral = f"""select count(*) from (select w.water_record from water_agreements as w
        inner join read_parquet('{project().facts / "tfdd_treaties.parquet"}') as t on w.water_record = t.record
        where t.parties_kind = 'bilateral' group by 1 having count(*) > 1)"""
    assert count(store, bilateral) == 0


def test_decrees_of_one_state_and_later_members_are_no_agreement(store):
    assert count(store, "select count(*) from water_agreements where water_record in (630, 640, 641, 642)") == 0


def test_every_party_left_out_stands_in_the_source():
    left_out = pd.read_csv(project().coded / "water_parties_left_out.csv")
    held = pd.read_parquet(project().facts / "tfdd_parties.parquet")
    assert len(left_out.merge(held, on=["record", "party"])) == len(left_out)


def test_leeway_on_water_needs_both_items(store):
    blank = "(water_monitoring is null or water_enforcement is null)"
    assert count(store, f"select count(*) from water_agreements where {blank} and water_enforcement") > 0
    only_blank = f"""select count(*) from {OVERSIGHT} as o where o.water_leeway is not null and not exists (
        select 1 from water_agreements as w
        inner join state_bearers as a on w.ccode_a = a.ccode
        inner join state_bearers as b on w.ccode_b = b.ccode
        where least(a.bearer_ccode, b.bearer_ccode) = o.ccode_a and greatest(a.bearer_ccode, b.bearer_ccode) = o.ccode_b
            and year(w.signed_date) <= o.year and not {blank})"""
    assert count(store, only_blank) == 0


# --- discretion


def test_growth_of_an_organisation_takes_no_authority_away(store):
    canada = series(store, (PARTS, "delegated_authority"), US, CANADA, 1974, 1975, 1989)
    assert canada[0] == pytest.approx(canada[1])
    facts = project().facts
    fallen = f"""
        with ended as (
            select igo, year_to + 1 as year, ccode from read_parquet('{facts / "igo_members.parquet"}')
            union
            select igo, year_to + 1, null from read_parquet('{facts / "mia_delegation.parquet"}')
        ),
        counts as (
            select ccode_a, ccode_b, year, scored_organisations as now,
                lag(scored_organisations) over w as before, lag(year) over w as last_year
            from {PARTS} where year between 1950 and 2014
            window w as (partition by ccode_a, ccode_b order by year)
        )
        select count(*) from counts as c
        where c.now < c.before and c.last_year = c.year - 1 and not exists (
            select 1 from ended as e where e.year = c.year and (e.ccode is null or e.ccode in (c.ccode_a, c.ccode_b)))
    """
    assert count(store, fallen) == 0


def test_membership_of_the_whole_world_is_no_grant(store):
    """WIPO had 18 members in 1970, the authority for the seabed 59 in 1994."""
    assert value(store, (PARTS, "delegated_authority"), US, USSR, 1980) == 0


def test_commissions_named_second_count(store):
    facts = pd.read_parquet(project().facts / "dcad_agreements.parquet")
    named = facts[["category", "category_2", "category_3"]].eq("commission").any(axis=1)
    assert named.sum() > facts.category.eq("commission").sum()
    assert count(store, f"select count(*) from {PARTS} where defence_commissions > 0") == 403


def test_defence_agreements_of_west_germany_bind_germany(store):
    """France and West Germany, 22 January 1988, estimated to 1994."""
    dca = ("state_dyad_years", "dca_sector")
    assert value(store, dca, FRANCE, WEST_GERMANY, 1989) == value(store, dca, FRANCE, GERMANY, 1991) == 1


def test_alliances_of_two_and_the_command_of_nato_stand_apart(store):
    """Britain and the United States: the parts differ by that of alliances alone."""
    for name in ("bilateral", "nato"):
        outside = f"""select count(*) from {DISCRETION} where
            abs(discretion_parts_{name} - discretion_parts) > 1 or discretion_parts_{name} > discretion_parts_{name}_known"""
        assert count(store, outside) == 0
    more = f"select count(*) from {DISCRETION} where discretion_parts_nato < discretion_parts"
    assert count(store, more) == 0


# --- hedging


def test_no_hedge_is_removed_in_trust_while_the_two_quarrel(store):
    """The race of 1978-81 ended; disputes of every year from 1982 to 1986 followed."""
    years = range(1982, 1987)
    for side in ("ab", "ba"):
        assert not any(series(store, (HEDGING, f"hedge_removed_{side}"), US, USSR, *years))


def test_a_removal_ends_with_the_next_dispute(store):
    """The race of Britain and Argentina ended in 1980; the Falklands were not yet known in 1981."""
    assert series(store, (HEDGING, "arms_race_removed"), ARGENTINA, UK, 1981, 1982, 1984, 1985) == [
        True,
        False,
        False,
        None,
    ]
    assert not any(series(store, (HEDGING, "hedge_removed_ab"), ARGENTINA, UK, *range(1982, 1986)))


def test_each_kind_of_removal_has_its_window(store):
    race = f"select min(year), max(year) from {HEDGING} where arms_race_removed is not null"
    assert store.execute(race).fetchall() == [(1859, 1984)]
    union = f"""select count(*) from {HEDGING} where hedge_removed_ab
        is distinct from (alliance_hedge_removed_ab or coalesce(arms_race_removed, false))"""
    assert count(store, union) == 0
    assert count(store, "select max(removal_year) from hedge_removals") + 5 < 2014, "disputes are known for each"


def test_arms_of_germany_are_unknown_before_its_rows(store):
    """On 31 December 1990 Germany is 255; the file begins with it in 1991."""
    assert series(store, (HEDGING, "arms_supplied_ab"), US, GERMANY, 1990, 1991)[0] is None
    early = f"""select count(*) from {HEDGING} where year < 1991 and arms_supplied_ab is not null
        and (ccode_a in (255, 260) or ccode_b in (255, 260))"""
    assert count(store, early) == 0


# --- convergence, and the year before the pair


def test_what_is_not_known_of_hierarchy_is_not_counted(store):
    later = f"select count(*) from {CONVERGENCE} where year > 2018 and discretion_side and convergence_free_known > 2"
    assert count(store, later) == 0
    assert count(store, f"select count(*) from {CONVERGENCE} where convergence_free_known = 0") == count(
        store, f"select count(*) from {CONVERGENCE} where convergence_free_count is null"
    )
    assert (
        count(store, f"select count(*) from {CONVERGENCE} where convergence_free_count > convergence_free_known") == 0
    )


def test_a_pair_of_a_new_state_has_no_past(store):
    """No dyad on 31 December of the year before: neither no agreement nor the prior."""
    new = """select count(*), count(political_agreements_pre), count(agreements_survived_pre), count(belief_weak_link_pre)
        from pair_trust_pre as p inner join leader_dyads as l using (leader_a, leader_b)
        anti join year_end_dyads as y
            on l.ccode_a = y.ccode_a and l.ccode_b = y.ccode_b and p.background_year = y.year"""
    pairs, *known = store.execute(new).fetchall()[0]
    assert pairs > 10000
    assert known == [0, 0, 0]
