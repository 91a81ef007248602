"""Beliefs in the store equal the pure function, know nothing of the future, and order known dyads."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from trustpanel.models.kydd import Acts, Learning, beliefs

DAY0 = pd.Timestamp("1970-01-01")


def choice(store, name: str) -> float:
    return float(store.execute("select value from choices where choice = ?", [name]).fetchall()[0][0])


@pytest.fixture(scope="module")
def learning(store) -> Learning:
    return Learning(choice(store, "belief_prior"), choice(store, "belief_half_life_months"))


def belief(store, a: int, b: int, year: int, side: str = "belief_weak_link") -> float | None:
    found = store.execute(
        f"select {side} from state_beliefs where ccode_a = ? and ccode_b = ? and year = ?", [a, b, year]
    ).fetchall()[0]
    return found and found[0]


@pytest.mark.parametrize(("a", "b"), [(2, 365), (750, 770), (651, 666), (140, 160)])
def test_the_table_equals_the_pure_function(store, learning, a, b):
    acts = store.execute(
        "select sender_ccode, known_date, act_cost, hostile from belief_acts"
        " where act_counts and sender_ccode in (?, ?) and receiver_ccode in (?, ?)",
        [a, b, a, b],
    ).df()
    rows = store.execute(
        "select year, belief_ab, belief_ba from state_beliefs where ccode_a = ? and ccode_b = ? order by year", [a, b]
    ).df()
    day = (pd.to_datetime(rows.year.astype(str) + "-12-31") - DAY0).dt.days.to_numpy()
    for side, sender in (("belief_ab", b), ("belief_ba", a)):
        mine = acts[acts.sender_ccode == sender]
        told = Acts(
            np.zeros(len(mine), int),
            (pd.to_datetime(mine.known_date) - DAY0).dt.days.to_numpy(),
            mine.act_cost.to_numpy(float),
            mine.hostile.to_numpy(bool),
        )
        expected = beliefs(np.zeros(len(rows), int), day, told, learning)
        assert rows[side].to_numpy() == pytest.approx(expected, abs=1e-9)
    assert len(rows) > 40


def test_no_act_teaches_before_it_is_known(store):
    early, told = store.execute(
        "select count(*) filter (where a.known_date < d.start_date), count(*) from belief_acts as a inner join disputes as d on a.record = d.dispute_id::varchar"
        " and d.ccode_a = least(a.sender_ccode, a.receiver_ccode) and d.ccode_b = greatest(a.sender_ccode, a.receiver_ccode)"
        " where a.act_kind = 'dispute_started'"
    ).fetchall()[0]
    assert early == 0
    assert told > 3_000


def test_one_act_of_a_kind_counts_a_year(store):
    most = store.execute(
        "select max(n) from (select count(*) as n from belief_acts where act_counts"
        " group by sender_ccode, receiver_ccode, year(known_date), hostile)"
    ).fetchall()[0]
    assert most == (1,)


def test_rivals_are_believed_less_than_friends(store):
    assert belief(store, 651, 666, 1982) > 3 * belief(store, 651, 666, 1973)
    assert belief(store, 750, 770, 1999) < belief(store, 2, 20, 1999)
    assert belief(store, 2, 365, 1962) < belief(store, 2, 365, 1976)


def test_beliefs_end_with_the_lists_of_agreements(store):
    assert store.execute("select min(year), max(year) from state_beliefs").fetchall()[0] == (1919, 1999)


def test_france_learns_nothing_good_of_germany_from_the_armistice(store):
    """1939-44 Germany signs only as a belligerent: the belief moves by forgetting alone (half in ten years)."""
    acts = store.execute(
        "select act_kind from belief_acts where sender_ccode = 255 and receiver_ccode = 220"
        " and known_date between date '1939-01-01' and date '1945-12-31' order by 1"
    ).fetchall()
    assert {kind for (kind,) in acts} == {"war_started"}
    odds = {year: np.log(b / (1 - b)) for year in (1939, 1941) if (b := belief(store, 220, 255, year, "belief_ab"))}
    days = (pd.Timestamp("1941-12-31") - pd.Timestamp("1939-12-31")).days
    kept = 0.5 ** (days / choice(store, "days_per_month") / choice(store, "belief_half_life_months"))
    assert odds[1939] < -2
    assert odds[1941] == pytest.approx(odds[1939] * kept, abs=1e-6)


def test_awards_and_what_is_signed_in_war_are_no_acts(store):
    assert store.execute(
        "select count(*) from belief_acts as a inner join agreement_signers as s on a.record = s.agreement_id"
        " where s.consent <> 'signed' or s.signed_in_war"
    ).fetchall()[0] == (0,)
    held = "select count(*) filter (where consent <> 'signed'), count(*) filter (where signed_in_war) from agreement_signers"
    assert min(store.execute(held).fetchall()[0]) > 50, "there are such signatures, and none of them is an act"
    # SALT II was never in force; its signature is an act of its day
    assert store.execute(
        "select known_date::varchar, act_kind from belief_acts where record = 'vaynman-1979.4' and sender_ccode = 2"
    ).fetchall()[0] == ("1979-06-18", "agreement_arms_control")


def test_guadalajara_is_arms_control(store):
    assert store.execute("select agreement_type, all_types from agreements where agreement_id = 'nca-803'").fetchall()[
        0
    ] == ("arms_control", "arms_control;nuclear_cooperation")
    assert store.execute(
        "select act_kind, act_cost from belief_acts where record = 'nca-803' and sender_ccode = 140"
    ).fetchall()[0] == ("agreement_arms_control", 0.5)


def test_jerusalem_lifts_the_belief_of_israel_over_the_threshold(store):
    """From 0.5: the offer of 9 November is words, the visit a deed of cost 0.8: 1 / (1 + 0.2) = 0.8333."""
    rows = store.execute(
        "select known_date::varchar, case_belief, belief_over_threshold from case_beliefs"
        " where case_id = 'egypt-israel-1977-1979' and sender_ccode = 651 order by known_date"
    ).fetchall()
    assert rows[0] == ("1977-11-09", pytest.approx(0.5), False)
    assert rows[1] == ("1977-11-19", pytest.approx(1 / 1.2), True)


def test_gorbachev_convinces_step_by_step_and_lahore_does_not_outweigh_the_bomb(store):
    gorbachev = [
        row[0]
        for row in store.execute(
            "select case_belief from case_beliefs where case_id = 'reagan-gorbachev-1985-1988' and sender_ccode = 365"
            " order by known_date"
        ).fetchall()
    ]
    assert gorbachev[0] < 0.7
    assert gorbachev[-1] > 0.95
    assert all(later > earlier - 0.01 for earlier, later in pairwise(gorbachev))
    lahore = store.execute(
        "select case_belief, belief_over_threshold from case_beliefs where case_id = 'vajpayee-sharif-lahore-1999'"
        " and sender_ccode = 750 order by known_date desc limit 1"
    ).fetchall()[0]
    assert lahore == (pytest.approx(0.465, abs=0.001), False)
    assert store.execute(
        "select case_belief from case_beliefs where case_id = 'kargil-1999' and sender_ccode = 770"
    ).fetchall()[0][0] == pytest.approx(0.2 / 1.2)
