"""Dyadic-robust errors, the wild cluster bootstrap and leave-one-out against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from models_world import make_world

from trustpanel.errors import NotEstimableError
from trustpanel.models import errors_wild as wild
from trustpanel.models.errors_dyadic import dyadic_covariance, dyadic_meat, require_dyadic
from trustpanel.models.errors_wild import wild_cluster
from trustpanel.models.fitting import Fitted, fit_model
from trustpanel.models.influence import leave_one_dyad_out
from trustpanel.models.linear import (
    fit_linear,
)
from trustpanel.models.model import main_model
from trustpanel.models.spec import load_spec
from trustpanel.paths import project

CORE = load_spec(project().analyses, "H3").core
ANNUAL = main_model(CORE, "annual")
DELTA = np.array([1.0, -1.0])


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return make_world(seed=3, dyads=14, first=1975, last=2000).panel


@pytest.fixture(scope="module")
def fitted(panel: pd.DataFrame) -> Fitted:
    return fit_model(panel, ANNUAL)


def test_dyadic_meat_is_the_double_sum_over_rows_that_share_a_state() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.integers(1, 6, 60), rng.integers(6, 11, 60)
    b[:20] = a[:20] + 1
    a, b = np.minimum(a, b), np.maximum(a, b)
    scores = rng.normal(size=(60, 3))
    brute = np.zeros((3, 3))
    for i, j in product(range(60), repeat=2):
        if {a[i], b[i]} & {a[j], b[j]}:
            brute += np.outer(scores[i], scores[j])
    assert np.abs(dyadic_meat(scores, a, b) - brute).max() < 1e-12


def test_dyadic_errors_of_dyads_without_a_common_state_are_the_clustered_ones(fitted: Fitted) -> None:
    apart = dyadic_covariance(fitted.fit, 2 * fitted.fit.dyad, 2 * fitted.fit.dyad + 1)
    assert apart * fitted.fit.factor == pytest.approx(fitted.fit.cov, rel=1e-9)


def test_dyadic_errors_are_refused_in_a_star_and_with_few_states() -> None:
    with pytest.raises(NotEstimableError, match=r"one state is in too many rows[\s\S]*25%[\s\S]*87"):
        require_dyadic(CORE.errors, star_share=0.87, states_varying=80)
    with pytest.raises(NotEstimableError, match=r"too few states[\s\S]*29"):
        require_dyadic(CORE.errors, star_share=0.25, states_varying=29)
    require_dyadic(CORE.errors, star_share=0.25, states_varying=30)


def slow_wild(fitted: Fitted, signs: np.ndarray, value: float) -> np.ndarray:
    """Bootstrap t of delta = value by refitting the whole model for each draw; the first t is that of the sample."""
    design = fitted.design
    any_stock = design.x.sum(axis=1)
    nuisance = np.column_stack([any_stock, design.z, np.eye(design.n_dyads)[design.dyad]])
    full = np.column_stack([design.x[:, 0], nuisance])
    restricted = sm.OLS(design.y - value * design.x[:, 0], nuisance).fit()
    found = []
    for sign in signs:
        y = value * design.x[:, 0] + restricted.fittedvalues + sign[design.dyad] * restricted.resid
        ols = sm.OLS(y, full).fit(cov_type="cluster", cov_kwds={"groups": design.dyad})
        found.append((ols.params[0] - value) / ols.bse[0])
    return np.array(found)


@pytest.mark.parametrize("value", [0.0, 0.07])
def test_the_wild_bootstrap_is_that_of_refitting_everything(fitted: Fitted, value: float) -> None:
    signs = wild.multipliers_of("webb", 19, fitted.design.n_dyads, 9)
    slow = slow_wild(fitted, np.vstack([np.ones(fitted.design.n_dyads), signs]), value)
    extreme = (np.abs(slow[1:]) >= abs(slow[0]) * (1 - 1e-9)).sum()
    centre = float(DELTA @ fitted.fit.beta)
    fast = wild.p_value(wild._draw(fitted.fit, DELTA, centre, signs), value - centre)
    assert fast == pytest.approx((1 + extreme) / 20)


def test_webb_weights_have_mean_0_and_variance_1() -> None:
    drawn = wild.multipliers_of("webb", 4000, 10, 1)
    assert sorted(set(np.round(drawn.ravel() ** 2, 12))) == [0.5, 1.0, 1.5]
    assert abs(drawn.mean()) < 0.02
    assert drawn.var() == pytest.approx(1.0, abs=0.02)
    assert set(wild.multipliers_of("rademacher", 50, 10, 1).ravel()) == {-1.0, 1.0}


def test_the_bootstrap_interval_holds_the_values_that_are_not_rejected(fitted: Fitted) -> None:
    found = wild_cluster(fitted.fit, DELTA, weights="webb", draws=999, seed=2)
    centre = float(DELTA @ fitted.fit.beta)
    drawn = wild._draw(fitted.fit, DELTA, centre, wild.multipliers_of("webb", 999, fitted.design.n_dyads, 2))
    low, high = found.ci95
    assert low < found.ci90[0] < DELTA @ fitted.fit.beta < found.ci90[1] < high
    step = 0.01 * (high - low)
    assert [wild.p_value(drawn, v - centre) > 0.05 for v in (low - step, low + step, high - step, high + step)] == [
        False,
        True,
        True,
        False,
    ]
    assert wild_cluster(fitted.fit, DELTA, weights="webb", draws=999, seed=2) == found


def test_the_bootstrap_has_about_its_size_without_an_effect(fitted: Fitted) -> None:
    """Smoke test only: 60 outcomes of pure noise; at 10 % the binomial 99.9 % range is 0 to 15 rejections."""
    rng = np.random.default_rng(8)
    design = fitted.design
    rejected = 0
    for _ in range(60):
        y = rng.normal(size=design.n_dyads)[design.dyad] + rng.normal(size=design.n)
        fit = fit_linear(replace(design, y=y))
        parts_p = wild_cluster(fit, DELTA, weights="webb", draws=199, seed=1).p
        rejected += parts_p < 0.1
    assert rejected <= 15


def test_leave_one_out_is_that_of_refitting_without_the_dyad(panel: pd.DataFrame, fitted: Fitted) -> None:
    """Without splines, whose knots would move, the range is that of really leaving each dyad out."""
    model = replace(ANNUAL, splines=())
    whole = fit_model(panel, model)
    data = whole.design.rows.frame
    states = data[["ccode_a", "ccode_b"]].to_numpy(dtype=int)
    found = leave_one_dyad_out(whole.fit, {"delta": DELTA}, states)["delta"]
    without = {}
    for dyad in {tuple(s) for s in states}:
        rest = data[(data["ccode_a"] != dyad[0]) | (data["ccode_b"] != dyad[1])]
        without[dyad] = float(DELTA @ fit_model(rest, model).fit.beta)
    assert found.minimum == pytest.approx(min(without.values()), rel=1e-7)
    assert found.maximum == pytest.approx(max(without.values()), rel=1e-7)
    assert found.minimum_without == min(without, key=without.get)
