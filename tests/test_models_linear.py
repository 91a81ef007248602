"""Designs and fits against closed forms and other programs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from models_world import make_world
from patsy import cr

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.blocks import compare_blocks
from trustpanel.models.design import build_design
from trustpanel.models.fitting import Fitted, facts, fit_model
from trustpanel.models.linear import (
    contrast_vector,
    equivalence,
    interval,
    minimum_detectable,
    reported,
    wald,
)
from trustpanel.models.logit import fit_logit
from trustpanel.models.model import Model, main_model, variant_model
from trustpanel.models.spec import load_spec
from trustpanel.models.spec_types import Contrast, Term
from trustpanel.models.splines import knots_at, natural_cubic
from trustpanel.models.variation import variation_of_terms
from trustpanel.models.within import independent
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


def dummies(fitted: Fitted) -> np.ndarray:
    """The same model spelled out: terms, controls, year dummies, one column a dyad."""
    design = fitted.design
    return np.column_stack([design.x, design.z, np.eye(design.n_dyads)[design.dyad]])


def test_coefficients_are_those_of_ols_with_dummies(fitted: Fitted) -> None:
    ols = sm.OLS(fitted.design.y, dummies(fitted)).fit()
    assert fitted.fit.beta == pytest.approx(ols.params[:2], rel=1e-9)


def test_clustered_errors_are_those_of_statsmodels_under_the_nested_rule(fitted: Fitted) -> None:
    """statsmodels counts the dyad dummies in K, the declared rule does not: a ratio of (n - K_all) / (n - K)."""
    design, x = fitted.design, dummies(fitted)
    ols = sm.OLS(design.y, x).fit(cov_type="cluster", cov_kwds={"groups": design.dyad})
    nested = (design.n - x.shape[1]) / (design.n - x.shape[1] + design.n_dyads)
    assert fitted.fit.cov == pytest.approx(ols.cov_params()[:2, :2] * nested, rel=1e-8)


def test_linearmodels_gives_the_same_numbers(fitted: Fitted) -> None:
    beta, cov = reported(fitted.design, fitted.fit)
    assert beta == pytest.approx(fitted.fit.beta, rel=1e-8)
    assert cov == pytest.approx(fitted.fit.cov, rel=1e-8)


def test_a_fit_that_linearmodels_does_not_confirm_is_refused(fitted: Fitted) -> None:
    with pytest.raises(NotEstimableError, match="two computations"):
        reported(fitted.design, replace(fitted.fit, beta=fitted.fit.beta * 1.001))


def test_weights_are_those_of_weighted_least_squares(panel: pd.DataFrame) -> None:
    frame = panel.assign(pair_share_of_window=np.random.default_rng(0).uniform(0.1, 1, len(panel)))
    weighted = fit_model(frame, replace(ANNUAL, weights="pair_share_of_window"))
    share = weighted.design.rows.frame["pair_share_of_window"]
    wls = sm.WLS(weighted.design.y, dummies(weighted), weights=share).fit()
    assert weighted.fit.beta == pytest.approx(wls.params[:2], rel=1e-9)
    assert reported(weighted.design, weighted.fit)[0] == pytest.approx(wls.params[:2], rel=1e-8)


def test_without_dyad_effects_there_is_a_constant(panel: pd.DataFrame) -> None:
    pooled = fit_model(panel, replace(ANNUAL, effects=("year",)))
    ols = sm.OLS(pooled.design.y, np.column_stack([pooled.design.x, pooled.design.z])).fit()
    assert "constant" in pooled.design.z_names
    assert pooled.fit.beta == pytest.approx(ols.params[:2], rel=1e-9)
    assert pooled.fit.r2_within == pytest.approx(ols.rsquared, rel=1e-9)


def test_theta_and_delta_are_those_of_the_written_form(panel: pd.DataFrame, fitted: Fitted) -> None:
    """y = theta (contact + state) + delta contact, fitted literally, gives the declared contrasts."""
    both = panel.assign(any_stock=panel["contact_stock"] + panel["state_stock"])
    terms = (Term("any", "any_stock", "state"), Term("extra", "contact_stock", "interpersonal"))
    parameters = (Contrast("theta", (("any", 1.0),)), Contrast("delta", (("extra", 1.0),)))
    literal = fit_model(both, replace(ANNUAL, terms=terms, parameters=parameters)).fit
    named = {p.name: contrast_vector(fitted.fit.names, p.weights) for p in ANNUAL.parameters}
    for position, name in enumerate(("theta", "delta")):
        c = named[name]
        assert c @ fitted.fit.beta == pytest.approx(literal.beta[position], rel=1e-9)
        assert c @ fitted.fit.cov @ c == pytest.approx(literal.cov[position, position], rel=1e-8)
    total = named["theta_plus_delta"]
    assert total @ fitted.fit.beta == pytest.approx(literal.beta.sum(), rel=1e-9)
    assert total @ fitted.fit.cov @ total == pytest.approx(literal.cov.sum(), rel=1e-8)


def test_monthly_signs_are_turned() -> None:
    """Plus is fewer disputes: the coefficient is minus that of new_dispute itself."""
    frame = make_world(seed=4, dyads=12, first=1985, last=1992).panel_months
    model = main_model(CORE, "monthly")
    turned, raw = fit_model(frame, model), fit_model(frame, replace(model, orientation=1))
    assert turned.fit.beta == pytest.approx(-raw.fit.beta, rel=1e-12)
    assert facts(turned.design).outcome_mean == pytest.approx(frame["new_dispute"].mean())


def test_intervals_and_equivalence_by_hand() -> None:
    """estimate 0.02, error 0.01, 10 df: t 2; 95 % half-width 2.228139 x 0.01; t against 0.05: 7 and -3."""
    found = interval(0.02, 0.0001, 10)
    assert found.t == pytest.approx(2.0)
    assert found.ci95 == pytest.approx((0.02 - 0.02228139, 0.02 + 0.02228139), abs=1e-8)
    assert found.ci90 == pytest.approx((0.02 - 0.01812461, 0.02 + 0.01812461), abs=1e-8)
    both = equivalence(0.02, 0.01, 10, margin=0.05)
    assert both.p_upper == pytest.approx(0.0066718, abs=1e-6)
    assert both.p == both.p_upper
    assert both.equivalent
    assert not equivalence(0.02, 0.03, 10, margin=0.05).equivalent
    assert minimum_detectable(0.01) == pytest.approx(0.02801585, abs=1e-7)
    with pytest.raises(NotEstimableError, match="not above 0"):
        interval(0.1, 0.0, 10)


def test_wald_of_one_restriction_is_t_squared(fitted: Fitted) -> None:
    f, rank, p = wald(fitted.fit, DELTA[None, :])
    found = interval(float(DELTA @ fitted.fit.beta), float(DELTA @ fitted.fit.cov @ DELTA), fitted.fit.df)
    assert (f, rank) == (pytest.approx(found.t**2, rel=1e-9), 1)
    assert p == pytest.approx(found.p, rel=1e-9)


def test_blocks_add_up_and_the_controls_come_first(fitted: Fitted) -> None:
    fits, tests = compare_blocks(fitted.design, fitted.fit)
    share = {f.model: f.r2_within for f in fits}
    assert list(share) == ["controls", "interpersonal", "state", "both"]
    assert share["both"] == pytest.approx(fitted.fit.r2_within, rel=1e-9)
    assert share["controls"] <= min(share["interpersonal"], share["state"]) <= share["both"]
    assert {t.block for t in tests} == {"interpersonal", "state"}


def test_natural_cubic_spans_what_patsy_spans_and_is_linear_outside() -> None:
    x = np.linspace(0, 10, 200)
    knots = np.array([1.0, 3.0, 6.0, 9.0])
    mine = np.column_stack([np.ones(200), natural_cubic(x, knots)])
    theirs = np.asarray(cr(x, knots=[3.0, 6.0], lower_bound=1.0, upper_bound=9.0))
    assert np.linalg.matrix_rank(np.column_stack([mine, theirs]), tol=1e-8) == mine.shape[1] == 4
    tail = natural_cubic(np.array([9.5, 10.5, 11.5, -1.0, 0.0, 1.0]), knots)
    assert np.diff(tail[:3], n=2, axis=0) == pytest.approx(0, abs=1e-9)
    assert np.diff(tail[3:], n=2, axis=0) == pytest.approx(0, abs=1e-12)


def test_tied_quantiles_give_fewer_knots() -> None:
    values = np.array([0.0] * 90 + list(range(1, 11)))
    knots = knots_at(values, (0.05, 0.35, 0.65, 0.95))
    assert len(knots) == 2
    assert natural_cubic(values, knots).shape == (100, 1)


def test_independent_columns_are_kept_left_to_right() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(50, 3))
    columns = np.column_stack([a[:, 0], 2 * a[:, 0], a[:, 1], a[:, 0] - a[:, 1], a[:, 2]])
    kept, basis = independent(columns / np.linalg.norm(columns, axis=0), 1e-6)
    assert kept == [0, 2, 4]
    assert basis.T @ basis == pytest.approx(np.eye(3), abs=1e-12)
    assert basis @ (basis.T @ a) == pytest.approx(a, abs=1e-10)


def variant(name: str, grain: str = "annual") -> Model:
    return variant_model(CORE, grain, next(v for v in CORE.variants if v.name == name))


def test_dropped_rows_are_counted_by_first_reason(panel: pd.DataFrame) -> None:
    frame = panel.copy().astype({"at_risk": "boolean", "trade_log_pre": "Float64"})
    frame.loc[:4, "at_risk"] = False
    frame.loc[5:6, "at_risk"] = pd.NA
    frame.loc[4:9, "peace_3y"] = np.nan
    frame.loc[8:12, "trade_log_pre"] = pd.NA
    frame.loc[13, "leader_dyad_id"] = None
    design = build_design(frame, ANNUAL)
    assert dict(design.rows.dropped) == {
        "no pair in office": 1,
        "at_risk false": 5,
        "at_risk unknown": 2,
        "peace_3y missing": 3,
        "trade_log_pre missing": 3,
    }
    assert dict(design.rows.missing) == {"trade_log_pre": 3}
    assert design.n == len(frame) - 14


def test_a_control_fixed_within_dyads_is_dropped_by_name(panel: pd.DataFrame) -> None:
    frame = panel.assign(contiguous_pre=(panel["ccode_b"] % 2).astype(float), joint_igos_pre=panel["trade_log_pre"] * 2)
    design = build_design(frame, ANNUAL)
    assert ("contiguous_pre", "constant within dyads") in design.dropped_columns
    assert ("joint_igos_pre", "collinear with earlier columns") in design.dropped_columns
    assert "contiguous_pre" not in design.z_names


def test_the_order_of_rows_does_not_matter(panel: pd.DataFrame, fitted: Fitted) -> None:
    shuffled = fit_model(panel.sample(frac=1, random_state=1), ANNUAL)
    assert (shuffled.fit.beta == fitted.fit.beta).all()
    assert (shuffled.fit.cov == fitted.fit.cov).all()


def test_a_term_without_variation_of_its_own_is_refused(panel: pd.DataFrame) -> None:
    with pytest.raises(NotEstimableError, match="`contact_stock` does not vary within dyads"):
        fit_model(panel.assign(contact_stock=panel["ccode_b"] * 1.0), ANNUAL)
    with pytest.raises(NotEstimableError, match="`state_stock` is collinear"):
        fit_model(panel.assign(state_stock=2 * panel["contact_stock"] + panel["trade_log_pre"]), ANNUAL)
    with pytest.raises(NotEstimableError, match=r"outcome `peace_3y` does not vary"):
        fit_model(panel.assign(peace_3y=1), ANNUAL)
    with pytest.raises(NotEstimableError, match="fewer than two dyads"):
        fit_model(panel[panel["ccode_b"] == panel["ccode_b"].iloc[0]], ANNUAL)
    with pytest.raises(NotEstimableError, match="at_risk false"):
        fit_model(panel.assign(at_risk=False), ANNUAL)


def test_bad_frames_are_refused(panel: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match=r"lacks columns[\s\S]*contact_stock, trade_log_pre"):
        fit_model(panel.drop(columns=["contact_stock", "trade_log_pre"]), ANNUAL)
    with pytest.raises(AnalysisError, match=r"not numeric[\s\S]*trade_log_pre"):
        fit_model(panel.assign(trade_log_pre="high"), ANNUAL)
    with pytest.raises(AnalysisError, match=r"infinite[\s\S]*trade_log_pre"):
        fit_model(panel.assign(trade_log_pre=np.inf), ANNUAL)


def test_a_block_that_varies_in_few_dyads_is_not_testable(panel: pd.DataFrame) -> None:
    """It varies in 9 of 14 dyads: one fewer than the rule asks for."""
    order = pd.factorize(panel["ccode_a"] * 1000 + panel["ccode_b"])[0]
    nine = np.where(order < 9, panel["discretion_all_pre"] + panel["year"] % 2, 1.0)
    design = build_design(panel.assign(discretion_all_pre=nine), variant("discretion_atop"))
    verdict = variation_of_terms(design)["discretion_all_pre"]
    assert (verdict.dyads_varying, verdict.testable) == (9, False)
    ten = np.where(order < 10, panel["discretion_all_pre"] + panel["year"] % 2, 1.0)
    assert variation_of_terms(build_design(panel.assign(discretion_all_pre=ten), variant("discretion_atop")))[
        "discretion_all_pre"
    ].testable


def test_a_block_with_little_spread_within_dyads_is_not_testable(panel: pd.DataFrame) -> None:
    order = pd.factorize(panel["ccode_a"] * 1000 + panel["ccode_b"])[0]
    thin = order * 1.0 + 0.01 * (panel["year"] % 5 == order % 5)
    verdict = variation_of_terms(build_design(panel.assign(discretion_all_pre=thin), variant("discretion_atop")))
    assert verdict["discretion_all_pre"].dyads_varying == 14
    assert verdict["discretion_all_pre"].within_share < 0.1
    assert not verdict["discretion_all_pre"].testable


def test_leader_effects_need_thirty_leaders_a_side(panel: pd.DataFrame) -> None:
    with pytest.raises(NotEstimableError, match=r"too few leaders on side a[\s\S]*at least 30"):
        fit_model(panel, variant("leader_effects"))


def test_facts_of_a_star(fitted: Fitted) -> None:
    known = facts(fitted.design)
    data = fitted.design.rows.frame
    assert (known.star_state, known.dyads, known.n) == (2, 14, len(data))
    assert known.star_share == pytest.approx(((data["ccode_a"] == 2) | (data["ccode_b"] == 2)).mean())
    assert known.states == len(set(data["ccode_a"]) | set(data["ccode_b"]))
    contact = data.groupby("leader_dyad_id")["contact_stock"]
    assert known.switching_pairs == int((contact.nunique() > 1).sum())
    assert known.pairs == data["leader_dyad_id"].nunique()


def test_a_separated_logit_is_refused() -> None:
    x = np.r_[np.linspace(-2, -1, 20), np.linspace(1, 2, 20)]
    with pytest.raises(NotEstimableError, match="did not converge"):
        fit_logit((x > 0).astype(float), pd.DataFrame({"constant": np.ones(40), "x": x}))
    with pytest.raises(NotEstimableError, match="zero or collinear"):
        fit_logit((x > 0).astype(float), pd.DataFrame({"constant": np.ones(40), "x": np.zeros(40)}))
