"""Belief updating by hand, its comparative statics, and the threshold of Kydd."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustpanel.errors import AnalysisError
from trustpanel.models.kydd import Acts, Learning, beliefs, log_likelihood_ratios, minimum_trust

SHARE = st.floats(0.01, 0.95)
PRICE = st.floats(0.01, 100)


def believe(
    *acts: tuple[int, float, bool], day: int = 3653, prior: float = 0.5, half_life: float | None = None
) -> float:
    days, costs, hostile = zip(*acts, strict=True) if acts else ((), (), ())
    told = Acts(np.zeros(len(acts), int), np.array(days, int), np.array(costs, float), np.array(hostile, bool))
    return float(beliefs(np.array([0]), np.array([day]), told, Learning(prior, half_life))[0])


def test_one_costly_act_by_bayes_rule() -> None:
    """Prior 0.3; the other type sends an act of cost 0.8 a fifth as often: 0.3 / (0.3 + 0.7 x 0.2) = 0.6818."""
    assert believe((100, 0.8, False), prior=0.3) == pytest.approx(0.3 / (0.3 + 0.7 * 0.2), rel=1e-12)


def test_a_hostile_act_is_the_mirror_of_a_costly_one() -> None:
    """Prior 0.3: 0.3 x 0.2 / (0.3 x 0.2 + 0.7) = 0.0789; after one of each the prior stands again."""
    assert believe((100, 0.8, True), prior=0.3) == pytest.approx(0.06 / 0.76, rel=1e-12)
    assert believe((100, 0.8, True), (200, 0.8, False), prior=0.3) == pytest.approx(0.3, rel=1e-12)


def test_cheap_talk_tells_nothing() -> None:
    assert believe((100, 0.0, False), prior=0.4) == pytest.approx(0.4, rel=1e-12)


def test_an_act_fades_by_half_in_a_half_life() -> None:
    """Day 0 to day 3,652.5 are 120 months: log odds of 0.5 x log 5, so 5^0.5 / (1 + 5^0.5) = 0.6910."""
    found = believe((0, 0.8, False), day=7305, half_life=240.0)
    assert found == pytest.approx(5**0.5 / (1 + 5**0.5), rel=1e-9)


def test_what_is_still_to_come_is_not_known() -> None:
    assert believe((4000, 0.8, False), day=3653) == pytest.approx(0.5, rel=1e-12)


def test_the_acts_of_one_pair_do_not_teach_another() -> None:
    acts = Acts(np.array([0]), np.array([10]), np.array([0.9]), np.array([False]))
    told = beliefs(np.array([0, 1]), np.array([20, 20]), acts, Learning(0.5, None))
    assert told == pytest.approx([10 / 11, 0.5])


@given(SHARE, st.floats(0, 0.9), st.floats(0, 0.09))
def test_the_costlier_the_act_the_more_it_tells(prior: float, cost: float, more: float) -> None:
    assert believe((1, cost + more, False), prior=prior) >= believe((1, cost, False), prior=prior)
    assert believe((1, cost + more, True), prior=prior) <= believe((1, cost, True), prior=prior)


@given(PRICE, PRICE, st.floats(0.01, 10))
def test_the_threshold_rises_with_the_loss_and_falls_with_the_benefit(benefit: float, loss: float, more: float) -> None:
    here = minimum_trust(benefit=benefit, loss=loss)
    assert 0 < here < 1
    assert minimum_trust(benefit=benefit, loss=loss + more) > here
    assert minimum_trust(benefit=benefit + more, loss=loss) < here
    assert benefit * here - loss * (1 - here) == pytest.approx(0, abs=1e-9 * (benefit + loss))


@pytest.mark.parametrize("cost", [-0.1, 1.0, float("nan")])
def test_a_cost_out_of_range_is_refused(cost: float) -> None:
    with pytest.raises(AnalysisError, match="0 <= cost < 1"):
        log_likelihood_ratios(np.array([0.5, cost]), np.array([False, False]))


@pytest.mark.parametrize("prior", [0.0, 1.0])
def test_a_closed_mind_is_refused(prior: float) -> None:
    with pytest.raises(AnalysisError, match="prior"):
        believe((1, 0.5, False), prior=prior)


def test_a_threshold_without_stakes_is_refused() -> None:
    with pytest.raises(AnalysisError, match="benefit"):
        minimum_trust(benefit=0, loss=1)
