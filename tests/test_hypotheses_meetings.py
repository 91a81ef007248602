"""The hypotheses on meetings and contact: their files say what coverage says, and their frames have what they ask for."""

from __future__ import annotations

import pytest
from declared import frame_of, hypotheses

from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.hypothesis_run import select_test_rows
from trustpanel.models.rows import dyad_codes, select_rows
from trustpanel.models.variation import dyads_varying

UNTESTABLE = ("H8", "H9", "H10", "H14", "H17", "H33")
TESTED = ("H11", "H12", "H13", "H15", "H16", "H31")

# rows and dyads of the main test, and the dyads in which each term varies
MAIN = {
    "H11": (37, 5, {"ritual": 5}),
    "H12": (780, 46, {"negative": 1, "flat": 1, "positive": 2, "unclear": 30}),
    "H13": (780, 46, {"negative": 1, "flat": 1, "positive": 2, "unclear": 30}),
    "H15": (510, 33, {"never_met": 17}),
    "H16": (291, 28, {"months": 28}),
    "H31": (780, 46, {"contact": 33, "contact_x_democracy": 33}),
}


@pytest.fixture(scope="module")
def declared() -> dict[str, Hypothesis]:
    return hypotheses()


@pytest.mark.parametrize("name", UNTESTABLE)
def test_what_cannot_be_tested_says_why_and_what_would(declared, name):
    h = declared[name]
    assert h.tests == ()
    assert h.parameter is None
    assert len(str(h.untestable)) > 100
    assert len(str(h.needs)) > 100


@pytest.mark.parametrize("name", TESTED)
def test_the_main_sample_has_the_rows_and_the_variation_that_coverage_gave(store, declared, name):
    h = declared[name]
    frame, model = select_test_rows(h.tests[0], frame_of(store, h))
    kept = select_rows(frame, model).frame
    n, dyads, varying = MAIN[name]
    assert (len(kept), kept.groupby(["ccode_a", "ccode_b"]).ngroups) == (n, dyads)
    dyad = dyad_codes(kept)
    found = {t.name: dyads_varying(kept[t.column].astype(float).to_numpy(), dyad) for t in model.terms}
    assert found == varying
    assert kept[model.outcome].nunique() == 2


@pytest.mark.parametrize("name", TESTED)
def test_every_test_of_the_file_has_its_columns(store, declared, name):
    h = declared[name]
    frame = frame_of(store, h)
    for test in h.tests:
        assert len(select_rows(*select_test_rows(test, frame)).frame) > 0, test.model.name


def test_signs_are_those_of_the_design(declared):
    expected = {"H8": "+", "H9": "0", "H10": "+", "H11": "+", "H12": "-", "H13": "0"}
    expected |= {"H14": "+", "H15": "-", "H16": "-", "H17": "-", "H31": "+", "H33": "-"}
    assert {name: declared[name].expected for name in expected} == expected
    assert {name: dict(declared[name].sign)["W"] for name in expected} == expected


def test_control_is_the_lack_of_democracy(declared):
    parameters = {p.name: dict(p.weights) for p in declared["H31"].tests[0].model.parameters}
    assert parameters["control"] == {"contact_x_democracy": -1.0}


def test_stages_one_and_two_are_known_of_six_pairs_on_one_side_and_denied_of_none(store):
    known = store.execute(
        """select
            count(*) filter (where sensibility_ab is not null and sensibility_ba is not null),
            count(*) filter (where index_ab is not null and index_ba is not null),
            count(*) filter (where not sensibility_ab or not sensibility_ba or not index_ab or not index_ba),
            count(distinct (person_a, person_b)) filter (where coalesce(sensibility_ab, sensibility_ba)),
            count(distinct (person_a, person_b)) filter (where coalesce(index_ab, index_ba)),
            count(distinct (person_a, person_b)) filter (where coalesce(sensibility_ab, sensibility_ba, index_ab, index_ba))
        from meeting_outcomes"""
    ).fetchall()
    assert known == [(0, 0, 0, 3, 5, 6)]


def test_no_pair_has_stages_one_and_two_without_three(store):
    pairs = store.execute(
        """select person_a, bool_or(coalesce(interests_ab, interests_ba, false) or coalesce(humanised_ab, humanised_ba, false))
        from meeting_outcomes
        where coalesce(sensibility_ab, sensibility_ba) and coalesce(index_ab, index_ba)
        group by person_a order by person_a"""
    ).fetchall()
    assert pairs == [("p-sadat-1918", True), ("p-vajpayee-1924", True)]


def test_one_feigned_bond_is_told_at_the_time_after_the_dispute_data(store):
    found = store.execute(
        "select year, dispute_after_meeting_12 from meeting_outcomes where fake_either is not null"
    ).fetchall()
    assert found == [(2019, None)]
    later = store.execute(
        "select count(*) from meeting_stages where bonding_item = 'fake_or_asymmetric' and reading = 'any_source'"
    ).fetchall()
    assert later == [(4,)]
