"""Indicators of trust between states: facts by name, what is missing, and what the future may not explain."""

from __future__ import annotations

import pandas as pd
import pytest

from trustpanel.paths import project
from trustpanel.sources.world_treaty_index import TOPICS

US, CANADA, FRANCE, GERMANY, WEST_GERMANY, USSR = 2, 20, 220, 255, 260, 365
ARGENTINA, BRAZIL, EGYPT, ISRAEL, INDIA, PAKISTAN = 160, 140, 651, 666, 750, 770
ITALY, POLAND, JAPAN, SOUTH_KOREA, FINLAND = 325, 290, 740, 732, 375


def value(store, variable, a, b, year):
    """One value, of (table, column), of a dyad on 31 December; the word absent if the table has no such row."""
    table, column = variable
    rows = store.execute(
        f"select {column} from {table} where ccode_a = ? and ccode_b = ? and year = ?", [a, b, year]
    ).fetchall()
    return rows[0][0] if rows else "absent"


def series(store, variable, a, b, *years):
    """The values of several years."""
    return [value(store, variable, a, b, year) for year in years]


def count(store, sql):
    return store.execute(sql).fetchall()[0][0]


PARTS, DISCRETION, OVERSIGHT = "trust_discretion_parts", "trust_discretion", "trust_oversight"
RULES, HEDGING, CONVERGENCE = "trust_rules", "trust_hedging", "trust_convergence"


# --- discretion


def test_troops_in_germany_go_through_the_change_of_code(store):
    """The file has West Germany as 255 and the reader as 260 to 1990; on 31 December 1990 Germany is 255."""
    assert series(store, (PARTS, "us_troops_hosted"), US, WEST_GERMANY, 1989, 1990) == [248621, "absent"]
    assert series(store, (PARTS, "us_troops_hosted"), US, GERMANY, 1989, 1990, 1991) == ["absent", 227586, 203423]


def test_troops_are_known_only_for_dyads_of_the_united_states(store):
    assert count(store, f"select count(*) from {PARTS} where ccode_a <> 2 and us_troops_hosted is not null") == 0
    assert value(store, (PARTS, "us_troops_hosted"), FRANCE, GERMANY, 1995) is None


def test_guards_of_an_embassy_are_no_grant_of_discretion(store):
    assert value(store, (PARTS, "us_troops_hosted"), US, USSR, 1975) == 135
    assert value(store, (DISCRETION, "discretion_parts"), US, USSR, 1975) == 0


def test_the_young_united_nations_are_no_organisation_of_few(store):
    """57 members in 1950, fewer than 60 and three quarters of all states; all their shared organisations are open."""
    assert series(store, (PARTS, "scored_organisations"), US, USSR, 1950, 1960) == [0, 0]
    assert value(store, (PARTS, "delegated_authority"), EGYPT, ISRAEL, 1950) == 0


def test_delegation_recounted_from_the_facts_for_france_and_germany(store):
    members, scores = (pd.read_parquet(project().facts / f"{n}.parquet") for n in ("igo_members", "mia_delegation"))
    scores = scores[(scores.year_from <= 2000) & (scores.year_to >= 2000)].set_index("igo").delegation
    open_to_all = set(pd.read_csv(project().coded / "open_organisations.csv").igo)
    total = 0.0
    for igo in set(members.igo) & set(scores.index) - open_to_all:
        one = members[members.igo == igo]
        now = one[(one.year_from <= 2000) & (one.year_to >= 2000)]
        if {FRANCE, GERMANY} <= set(now.ccode):
            west = one[(one.ccode == WEST_GERMANY) & (one.year_to == 1989)].year_from
            joined = max(
                now[now.ccode == FRANCE].year_from.item(), *(west if len(west) else now[now.ccode == GERMANY].year_from)
            )
            inside = one[(one.year_from <= joined) & (one.year_to >= joined)]
            total += scores[igo] if len(inside) < 60 else 0
    found = value(store, (PARTS, "delegated_authority"), FRANCE, GERMANY, 2000)
    assert found == pytest.approx(total, abs=1e-5)
    assert found > value(store, (PARTS, "delegated_authority"), FRANCE, JAPAN, 2000) * 2


def test_exercises_are_unknown_outside_their_window_and_none_within(store):
    assert series(store, (PARTS, "joint_exercises"), US, SOUTH_KOREA, 1979, 1980, 2010, 2011) == [None, 3, 15, None]
    assert value(store, (PARTS, "joint_exercises"), INDIA, PAKISTAN, 1988) == 0


def test_the_indus_commission_counts_from_its_signature(store):
    assert series(store, (PARTS, "joint_water_bodies"), INDIA, PAKISTAN, 1959, 1960, 2007, 2008) == [0, 1, 1, None]
    assert value(store, (PARTS, "joint_water_bodies"), EGYPT, ISRAEL, 1980) is None


def test_conventions_of_the_whole_world_say_nothing_of_two_states(store):
    """Ramsar 1971 has 170 signatories."""
    assert count(store, "select count(*) from water_agreements where water_record = 316") == 0


def test_imposed_hierarchy_is_what_treaty_texts_say_or_a_declared_bloc(store):
    assert series(store, (DISCRETION, "imposed_hierarchy"), US, SOUTH_KOREA, 1952, 1960) == [False, True]
    assert value(store, (DISCRETION, "imposed_hierarchy_text"), POLAND, USSR, 1970) is False, "the texts are symmetric"
    assert series(store, (DISCRETION, "imposed_hierarchy"), POLAND, USSR, 1970, 1990) == [True, False]
    assert value(store, (DISCRETION, "imposed_hierarchy"), POLAND, 315, 1970) is True, "under one hegemon"
    assert value(store, (DISCRETION, "imposed_hierarchy"), US, CANADA, 1970) is False


def test_the_mask_never_exceeds_what_can_be_observed(store):
    assert series(store, (DISCRETION, "discretion_parts_known"), US, CANADA, 1930, 1950, 1985) == [1, 4, 5]
    assert count(store, f"select count(*) from {DISCRETION} where discretion_parts > discretion_parts_known") == 0
    assert count(store, f"select max(discretion_parts_known) from {DISCRETION} where year < 1950") <= 2


# --- oversight


def test_arms_control_of_the_two_powers_in_1972(store):
    """Hot line 1963, accidents 1971; then incidents at sea, SALT and ABM: the last two are observed, not reported."""
    assert series(store, (OVERSIGHT, "arms_control_agreements"), US, USSR, 1971, 1972) == [2, 5]
    assert series(store, (OVERSIGHT, "arms_control_leeway_least"), US, USSR, 1971, 1972) == [2, 1]
    assert value(store, (OVERSIGHT, "arms_control_leeway"), US, USSR, 1972) == pytest.approx((2 + 2 + 2 + 1 + 1) / 5)


def test_inf_counts_from_its_date_in_the_list(store):
    """1988, the entry into force; with it the launch notifications."""
    assert series(store, (OVERSIGHT, "arms_control_agreements"), US, USSR, 1987, 1988) == [12, 14]
    assert value(store, (OVERSIGHT, "arms_control_leeway_least"), US, USSR, 1988) == 0


def test_egypt_and_israel_are_closely_watched_before_and_after_their_peace(store):
    assert series(store, (OVERSIGHT, "arms_control_leeway_least"), EGYPT, ISRAEL, 1950, 1978, 1980) == [0, 0, 0]
    assert series(store, (CONVERGENCE, "oversight_side"), EGYPT, ISRAEL, 1978, 1980) == [False, False]


def test_brazil_and_argentina_share_unrestricted_power_agreements_from_1980(store):
    assert series(store, (OVERSIGHT, "nuclear_leeway"), BRAZIL, ARGENTINA, 1979, 1980, 1986) == [None, 1, 1]


def test_no_agreement_is_not_lenient_oversight(store):
    assert (
        count(
            store,
            f"""select count(*) from {CONVERGENCE} as c left join {OVERSIGHT} as o using (ccode_a, ccode_b, year)
        where c.oversight_side is not null and coalesce(o.oversight_parts_known, 0) = 0""",
        )
        == 0
    )
    assert value(store, (CONVERGENCE, "oversight_side"), US, PAKISTAN, 1948) is None


def test_agreements_of_west_germany_bind_united_germany(store):
    """Incidents at sea, 1988."""
    assert series(store, (OVERSIGHT, "arms_control_agreements"), WEST_GERMANY, USSR, 1987, 1988) == [None, 1]
    assert value(store, (OVERSIGHT, "arms_control_agreements"), GERMANY, USSR, 1991) == 1


# --- rules


def test_framework_treaties_by_name(store):
    scopes = dict(store.execute("select treaty_id, treaty_scope from political_treaties").fetchall())
    assert scopes["111763"] == "framework", "France and West Germany, 22 January 1963"
    assert scopes["133717"] == "framework", "West Germany and the Soviet Union, 12 August 1970"
    assert scopes["495787"] == "framework", "the two Germanys, 21 December 1972"
    assert scopes["113445"] == "sector", "interim agreement of 26 May 1972"
    assert "117855" not in scopes, "the peace of 1979 is a settlement"


def test_a_treaty_of_several_collections_counts_once(store):
    doubled = """select count(*) from (select 1 from political_treaties
        group by ccode_a, ccode_b, signed_date, treaty_topic, treaty_scope having count(*) > 1)"""
    assert count(store, doubled) == 0
    assert count(store, "select count(*) from political_treaties where ccode_a >= ccode_b") == 0


def test_the_elysee_treaty_moves_the_share_in_its_year_and_leaves_after_twenty(store):
    """Beside two agreements of 1957 and 1961, then those of 1965 and 1971."""
    share = series(store, (RULES, "treaty_framework_share"), FRANCE, WEST_GERMANY, 1962, 1963, 1982, 1983)
    assert share == pytest.approx([0, 1 / 3, 1 / 3, 0])


def test_shares_are_missing_without_an_agreement_and_outside_the_window(store):
    assert series(store, (RULES, "dca_framework_share"), US, USSR, 1979, 1988) == [None, None]
    assert count(store, f"select count(*) from {RULES} where year > 1999 and treaty_framework_share is not null") == 0
    assert count(store, f"select count(*) from {RULES} where rules_parts_known = 0 and rules_framework_parts >= 0") == 0


def test_every_topic_of_the_index_is_mapped_line_by_line():
    rows = pd.read_csv(project().coded / "treaty_scope.csv")
    last = rows[rows.pattern.isna()]
    assert sorted(last.topic) == sorted(TOPICS), "one row without a pattern for each topic"
    assert rows.note.notna().all()
    assert set(rows.scope) == {"framework", "sector", "left_out"}
    assert (rows.groupby("topic").priority.max() == last.set_index("topic").priority).all(), "it comes last"


# --- hedging


def test_the_states_that_alliances_are_directed_against_are_read(store):
    facts = pd.read_parquet(project().facts / "atop51_members.parquet")
    named = facts[facts.threat_1 > 0]
    assert (len(named), named.atop_id.nunique(), facts.threat_1.isna().sum()) == (351, 121, 30)
    assert set(named.loc[named.atop_id == 3285, "threat_1"]) == {WEST_GERMANY}, "the Warsaw Pact"
    assert set(facts.loc[facts.atop_id == 3180, "threat_1"]) == {0}, "NATO"


def test_the_united_states_hedge_against_the_soviet_union_with_israel(store):
    """The memorandum of 30 November 1981 names the Soviet Union; NATO names nobody."""
    assert series(store, (HEDGING, "alliance_against_ab"), US, USSR, 1980, 1981, 1990, 1991) == [
        False,
        True,
        True,
        False,
    ]
    assert series(store, (HEDGING, "hedge_removed_ab"), US, USSR, 1990, 1991, 1995, 1996) == [False, True, True, False]
    assert value(store, (HEDGING, "last_hedge_removed_year"), US, USSR, 1995) == 1991


def test_arms_races_end_with_their_list(store):
    assert series(store, (HEDGING, "arms_race"), US, USSR, 1853, 1981, 1984, 1985) == [None, True, False, None]
    assert series(store, (HEDGING, "hedges_known"), US, USSR, 1981, 1985) == [3, 2]


def test_the_guarantee_of_locarno_is_no_hedge_among_its_members(store):
    assert value(store, (HEDGING, "alliance_against_either"), GERMANY, ITALY, 1930) is False
    assert value(store, (HEDGING, "alliance_against_ab"), FRANCE, GERMANY, 1930) is True, "with Belgium and Poland"


def test_pacts_against_germany_are_read_against_the_federal_republic(store):
    assert value(store, (HEDGING, "alliance_against_ba"), WEST_GERMANY, USSR, 1960) is True
    assert series(store, (HEDGING, "alliance_against_ba"), GERMANY, FINLAND, 1991, 1992) == [True, False]


def test_a_hedge_that_ends_in_war_or_with_the_state_is_not_removed_in_trust(store):
    """1956: an alliance of three against Egypt; 1945: the pacts against Germany and Japan."""
    rows = "select count(*) from hedge_removals where hedge = 'alliance' and target_ccode = {} and removal_year = {}"
    assert count(store, rows.format(EGYPT, 1956)) == 0
    assert count(store, rows.format(JAPAN, 1945)) == 0
    assert count(store, rows.format(GERMANY, 1945)) == 0


def test_removal_never_looks_ahead(store):
    assert count(store, f"select count(*) from {HEDGING} where last_hedge_removed_year > year") == 0


def test_absent_transfers_are_none_only_where_a_side_is_listed(store):
    assert series(store, (HEDGING, "arms_supplied_ab"), US, WEST_GERMANY, 1960, 1970) == [None, None]
    assert value(store, (HEDGING, "arms_supplied_ab"), US, ISRAEL, 1973) is True
    assert value(store, (HEDGING, "arms_supplied_ab"), US, USSR, 1970) is False
    assert value(store, (HEDGING, "arms_supplied_log_ab"), US, USSR, 1970) == 0


# --- convergence, and the year before the pair


def test_convergence_is_a_count_within_its_mask(store):
    assert count(store, f"select count(*) from {CONVERGENCE} where convergence_count > convergence_known") == 0
    assert count(store, f"select count(*) from {CONVERGENCE} where convergence_free_count > convergence_count") == 0
    assert value(store, (CONVERGENCE, "convergence_known"), FRANCE, GERMANY, 2010) == 1, "the lists have ended"
    assert value(store, (CONVERGENCE, "convergence_free_count"), US, SOUTH_KOREA, 1990) == 0


def test_rows_are_dyads_of_31_december(store):
    for table in (PARTS, DISCRETION, OVERSIGHT, RULES, HEDGING, CONVERGENCE):
        lost = f"select count(*) from {table} as t anti join year_end_dyads as y using (ccode_a, ccode_b, year)"
        assert count(store, lost) == 0, table


def test_before_the_pair_is_the_row_of_the_year_before(store):
    """Reagan and Gorbachev: 1984, so that INF, which they signed, is not in it."""
    row = store.execute(
        """select background_year, arms_control_leeway_pre, hedges_pre, convergence_known_pre
        from pair_trust_pre where leader_a = 'USA-1981' and leader_b = 'RUS-1985'"""
    ).fetchall()
    assert row[0][0] == 1984
    assert row[0][1] == pytest.approx(value(store, (OVERSIGHT, "arms_control_leeway"), US, USSR, 1984))
    assert row[0][2:] == (1, 3)


def test_every_pair_of_the_background_has_its_row(store):
    assert count(store, "select count(*) from pair_trust_pre") == count(store, "select count(*) from pair_background")
