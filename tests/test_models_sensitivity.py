"""Sensitivity, influence and multiplicity against published numbers, closed forms, brute force and a simulated null."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from models_world import make_world
from scipy import stats
from statsmodels.stats.multitest import multipletests

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.decision import holm
from trustpanel.models.fitting import Fitted, fit_model
from trustpanel.models.influence import dfbetas, leave_one_dyad_out, leave_one_state_out
from trustpanel.models.linear import contrast_vector
from trustpanel.models.model import main_model
from trustpanel.models.multiplicity import Claim, benjamini_hochberg, romano_wolf, step_down
from trustpanel.models.selection_ratio import Moments, moments_of, selection_ratio
from trustpanel.models.sensitivity import adjusted, benchmark, contour, partial_r2, robustness
from trustpanel.models.sensitivity_fit import sensitivity_of
from trustpanel.models.spec import load_spec
from trustpanel.models.within import starts
from trustpanel.paths import project

ANNUAL = main_model(load_spec(project().analyses, "H3").core, "annual")

# Exposure to violence in Darfur (Cinelli and Hazlett 2020, section 5), as the documentation and tests of the authors'
# R package sensemakr print it: estimate, error and degrees of freedom; the female benchmark at 1, 2 and 3 times.
DARFUR = (0.09731582, 0.02325654, 783)
FEMALE_TREATMENT = (0.00916428667504862, 0.0183285733500972, 0.0274928600251459)
FEMALE_OUTCOME = (0.12464092303637, 0.249324064199975, 0.374050471038094)
FEMALE_ESTIMATE = (0.0752202698486415, 0.0529151689180575, 0.0303960178770157)
FEMALE_SE = (0.0218733298036818, 0.0203500639944344, 0.0186700665753491)
FEMALE_T = (3.43890347394571, 2.60024582392121, 1.62806156873318)
FEMALE_LOW = (0.0322829603180086, 0.0129680276030601, -0.00625329133645187)
FEMALE_HIGH = (0.118157579379274, 0.092862310233055, 0.0670453270904833)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return make_world(seed=5, dyads=16, first=1975, last=2000).panel


@pytest.fixture(scope="module")
def fitted(panel: pd.DataFrame) -> Fitted:
    return fit_model(panel, ANNUAL)


def contrasts(fitted: Fitted) -> dict[str, np.ndarray]:
    return {p.name: contrast_vector(fitted.fit.names, p.weights) for p in ANNUAL.parameters}


def states(fitted: Fitted) -> np.ndarray:
    return fitted.design.rows.frame[["ccode_a", "ccode_b"]].to_numpy(dtype=int)


def test_darfur_robustness_values_are_those_published() -> None:
    found = robustness(*DARFUR)
    assert found.t == pytest.approx(4.18445, abs=5e-6)
    assert found.partial_r2 == pytest.approx(0.02187309, abs=5e-9)
    assert found.rv == pytest.approx(0.1387764, abs=1e-7)
    assert found.rv_alpha == pytest.approx(0.07625797, abs=2e-8)


@pytest.mark.parametrize("k", [0, 1, 2])
def test_darfur_bounds_by_the_female_benchmark_are_those_published(k: int) -> None:
    found = adjusted(*DARFUR, r2_treatment=FEMALE_TREATMENT[k], r2_outcome=FEMALE_OUTCOME[k])
    assert found.estimate == pytest.approx(FEMALE_ESTIMATE[k], rel=1e-10)
    assert found.se == pytest.approx(FEMALE_SE[k], rel=1e-10)
    assert found.t == pytest.approx(FEMALE_T[k], rel=1e-10)
    half = float(stats.t.ppf(0.975, 783)) * found.se
    assert (found.estimate - half, found.estimate + half) == pytest.approx((FEMALE_LOW[k], FEMALE_HIGH[k]), rel=1e-9)
    # ours counts the confounder too: 782 degrees of freedom
    assert found.ci95 == pytest.approx((FEMALE_LOW[k], FEMALE_HIGH[k]), abs=1e-7)


def test_one_benchmark_gives_all_three_published_bounds() -> None:
    """The covariate's own partial R2 solved from the bound at 1 give those printed for 2 and 3 times."""
    treatment = FEMALE_TREATMENT[0] / (1 + FEMALE_TREATMENT[0])
    slack = benchmark(r2_treatment=treatment, r2_outcome=0.5, times=1)[1]
    assert slack == 1.0, "an odds of one times a slack above one is cut off at 1"
    tiny = benchmark(r2_treatment=treatment, r2_outcome=1e-6, times=1)[1] / (1e-6 / (1 - 1e-6))
    outcome = FEMALE_OUTCOME[0] / tiny / (1 + FEMALE_OUTCOME[0] / tiny)
    for k in (1, 2, 3):
        found = benchmark(r2_treatment=treatment, r2_outcome=outcome, times=k)
        assert found == pytest.approx((FEMALE_TREATMENT[k - 1], FEMALE_OUTCOME[k - 1]), rel=1e-9)


def test_the_robustness_value_is_where_the_adjusted_estimate_meets_the_null() -> None:
    found = robustness(*DARFUR)
    assert adjusted(*DARFUR, r2_treatment=found.rv, r2_outcome=found.rv).estimate == pytest.approx(0, abs=1e-15)
    at = adjusted(*DARFUR, r2_treatment=found.rv_alpha, r2_outcome=found.rv_alpha)
    assert at.t == pytest.approx(float(stats.t.ppf(0.975, 782)), rel=1e-12)
    assert adjusted(*DARFUR, r2_treatment=found.partial_r2, r2_outcome=1.0).estimate == pytest.approx(0, abs=1e-15)
    assert robustness(-DARFUR[0], *DARFUR[1:]).rv == found.rv


def test_a_clustered_error_enters_the_threshold_only() -> None:
    plain = robustness(*DARFUR)
    wide = robustness(*DARFUR, se_robust=2 * DARFUR[1], dof_robust=40)
    assert wide.rv == plain.rv
    assert 0 < wide.rv_alpha < plain.rv_alpha
    at = adjusted(*DARFUR, r2_treatment=wide.rv_alpha, r2_outcome=wide.rv_alpha, se_robust=2 * DARFUR[1], dof_robust=40)
    assert at.t == pytest.approx(float(stats.t.ppf(0.975, 40)), rel=2e-3)
    assert robustness(*DARFUR, se_robust=4 * DARFUR[1], dof_robust=40).rv_alpha == 0


def test_adding_the_confounder_gives_the_adjusted_estimate() -> None:
    """The bias formula is an identity of least squares: the long regression is the truth."""
    rng = np.random.default_rng(2)
    z, w = rng.normal(size=(2, 400))
    d = 0.5 * z + 0.3 * w + rng.normal(size=400)
    y = 1.0 * d + 0.8 * z + 0.4 * w + rng.normal(size=400)
    given = np.column_stack([np.ones(400), w])
    short = sm.OLS(y, np.column_stack([d, given])).fit()
    long = sm.OLS(y, np.column_stack([d, given, z])).fit()
    strength = {
        "r2_treatment": partial_r2(d, z, given),
        "r2_outcome": partial_r2(y, z, np.column_stack([d, given])),
    }
    found = adjusted(short.params[0], short.bse[0], int(short.df_resid), **strength)
    assert found.estimate == pytest.approx(long.params[0], rel=1e-10)
    assert found.se == pytest.approx(long.bse[0], rel=1e-10)
    own = robustness(short.params[0], short.bse[0], int(short.df_resid))
    assert own.partial_r2 == pytest.approx(partial_r2(y, d, given), rel=1e-10)


def test_contours_hold_the_adjusted_values() -> None:
    shares = (0.0, 0.1, 0.3)
    grid = contour(*DARFUR, shares=shares)
    assert grid[0] == pytest.approx([DARFUR[0]] * 3)
    assert grid[1, 2] == adjusted(*DARFUR, r2_outcome=0.1, r2_treatment=0.3).estimate
    assert contour(*DARFUR, shares=shares, of="t")[2, 1] == adjusted(*DARFUR, r2_outcome=0.3, r2_treatment=0.1).t
    with pytest.raises(AnalysisError, match="unknown contour"):
        contour(*DARFUR, shares=shares, of="p")


def test_impossible_strengths_are_refused() -> None:
    with pytest.raises(AnalysisError, match="share"):
        adjusted(*DARFUR, r2_treatment=1.0, r2_outcome=0.1)
    with pytest.raises(NotEstimableError, match="cannot exist"):
        benchmark(r2_treatment=0.4, r2_outcome=0.1, times=2)
    with pytest.raises(NotEstimableError, match="error above 0"):
        robustness(0.1, 0.0, 50)


def test_sensitivity_of_a_fit_is_that_of_least_squares_with_dummies(fitted: Fitted) -> None:
    """delta of the main model, benchmarked by a control: partial R2 from the R2 of regressions with every dummy."""
    design, fit, c = fitted.design, fitted.fit, contrasts(fitted)["delta"]
    control = next(n for n in design.z_names if not n.startswith("year ") and "spline" not in n)
    found = sensitivity_of(design, fit, c, parameter="delta", benchmarks=[control], times=(1, 2))
    # delta is the coefficient of contact once contact + state has its own: the written form of the model
    x = np.column_stack([design.x[:, 0], design.x.sum(axis=1)])
    j = design.z_names.index(control)
    others = np.column_stack([x[:, 1], np.delete(design.z, j, axis=1), np.eye(design.n_dyads)[design.dyad]])
    whole = np.column_stack([x[:, 0], design.z[:, j], others])
    ols = sm.OLS(design.y, whole).fit()
    assert (found.robustness.estimate, found.robustness.se) == pytest.approx((ols.params[0], ols.bse[0]), rel=1e-6)
    assert found.robustness.dof == ols.df_resid
    ssr = [sm.OLS(x[:, 0], v).fit().ssr for v in (others, whole[:, 1:])]
    r2 = 1 - ssr[1] / ssr[0]
    r2_outcome = 1 - ols.ssr / sm.OLS(design.y, np.delete(whole, 1, axis=1)).fit().ssr
    bound = found.bounds[1]
    assert bound.label == f"2 x {control}"
    strength = benchmark(r2_treatment=r2, r2_outcome=r2_outcome, times=2)
    assert (bound.r2_treatment, bound.r2_outcome) == pytest.approx(strength, rel=1e-5)
    assert bound.se > 0
    assert found.robustness.rv_alpha <= found.robustness.rv
    assert found.selection is not None or found.absent[-1][0] == "selection"
    with pytest.raises(AnalysisError, match="not a control"):
        sensitivity_of(design, fit, c, parameter="delta", benchmarks=["nothing"])


def proportional_world(delta: float, beta: float) -> tuple[Moments, float]:
    """Population moments with w = observed index, u = unobserved index, uncorrelated, and
    cov(x, u) / var(u) = delta cov(x, w) / var(w): the assumption of Oster (2019), spelled out.
    """
    var_w, var_u, var_x, noise, xw = 1.5, 0.7, 2.0, 1.1, 0.6
    xu = delta * xw / var_w * var_u
    var_y = beta**2 * var_x + var_w + var_u + noise + 2 * beta * (xw + xu)
    cov_xy = beta * var_x + xw + xu
    left = var_x - xw**2 / var_w
    xy_left = cov_xy - xw / var_w * (beta * xw + var_w)
    short, long = cov_xy / var_x, xy_left / left
    r2_long = ((beta * xw + var_w) ** 2 / var_w + xy_left**2 / left) / var_y
    moments = Moments(short, short**2 * var_x / var_y, long, r2_long, var_y, var_x, left)
    return moments, 1 - noise / var_y


@pytest.mark.parametrize(("delta", "beta"), [(1.0, 0.4), (0.5, -0.2), (2.0, 0.1)])
def test_oster_finds_the_truth_where_her_assumption_holds(delta: float, beta: float) -> None:
    moments, r2_max = proportional_world(delta, beta)
    found = selection_ratio(moments, r2_max=r2_max, null=beta, delta=delta)
    assert found.delta == pytest.approx(delta, rel=1e-9)
    assert min(abs(b - beta) for b in (found.beta, *found.others)) < 1e-8
    back = selection_ratio(moments, r2_max=r2_max, null=found.beta)
    assert back.delta == pytest.approx(delta, rel=1e-6)


def test_oster_at_delta_one_and_her_first_approximation_agree_for_weak_selection() -> None:
    """Without unequal variances the bias is (short - long)(R_max - R_long) / (R_long - R_short); here nearly so."""
    moments = Moments(0.52, 0.20, 0.50, 0.30, 1.0, 1.0, 0.999)
    found = selection_ratio(moments, r2_max=0.39)
    assert found.beta == pytest.approx(0.50 - 0.02 * (0.39 - 0.30) / (0.30 - 0.20), abs=5e-4)
    assert found.r2_max == 0.39
    assert selection_ratio(moments).r2_max == pytest.approx(0.39)


def test_oster_reads_its_moments_from_columns() -> None:
    rng = np.random.default_rng(4)
    w = rng.normal(size=(300, 2))
    x = w @ [0.5, 0.2] + rng.normal(size=300)
    y = 0.3 * x + w @ [1.0, -0.5] + rng.normal(size=300)
    w, x, y = w - w.mean(axis=0), x - x.mean(), y - y.mean()
    m = moments_of(y, x, w)
    short, long = sm.OLS(y, x).fit(), sm.OLS(y, np.column_stack([x, w])).fit()
    assert (m.slope_short, m.slope_long) == pytest.approx((short.params[0], long.params[0]))
    assert (m.r2_short, m.r2_long) == pytest.approx((short.rsquared, long.rsquared))
    assert m.var_x_left == pytest.approx(sm.OLS(x, w).fit().ssr / 300)
    with pytest.raises(NotEstimableError, match="largest R2"):
        selection_ratio(m, r2_max=m.r2_long / 2)


def test_dfbetas_are_those_of_refits_without_a_dyad(panel: pd.DataFrame, fitted: Fitted) -> None:
    found, ends = (
        dfbetas(fitted.fit, contrasts(fitted)),
        leave_one_dyad_out(fitted.fit, contrasts(fitted), states(fitted)),
    )
    pairs = states(fitted)[starts(fitted.fit.dyad)]
    c = contrasts(fitted)["delta"]
    se = float(np.sqrt(c @ fitted.fit.cov @ c))
    worst = int(np.abs(found["delta"]).argmax())
    without = panel[~((panel["ccode_a"] == pairs[worst][0]) & (panel["ccode_b"] == pairs[worst][1]))]
    # knots of splines stay in the fast version; without splines the refit is exact
    bare = replace(ANNUAL, splines=())
    whole, part = fit_model(panel, bare).fit, fit_model(without, bare).fit
    moved = float(c @ whole.beta - c @ part.beta) / float(np.sqrt(c @ whole.cov @ c))
    assert dfbetas(whole, {"delta": c})["delta"][worst] == pytest.approx(moved, rel=1e-6)
    assert float(c @ fitted.fit.beta) - found["delta"].min() * se == pytest.approx(ends["delta"].maximum, rel=1e-9)


def test_without_a_state_the_estimate_is_that_of_the_other_dyads() -> None:
    panel = make_world(seed=6, dyads=16, first=1975, last=2000, star=False).panel
    fitted = fit_model(panel, replace(ANNUAL, splines=()))
    found = leave_one_state_out(fitted.fit, contrasts(fitted), states(fitted))["delta"]
    state = found.states[3]
    rest = panel[(panel["ccode_a"] != state) & (panel["ccode_b"] != state)]
    again = fit_model(rest, replace(ANNUAL, splines=())).fit
    assert found.estimates[3] == pytest.approx(float(contrasts(fitted)["delta"] @ again.beta), rel=1e-6)
    assert found.not_estimable_without == ()


def test_a_star_says_that_nothing_is_left_without_its_centre(fitted: Fitted) -> None:
    """Only two of 16 dyads do without state 2."""
    found = leave_one_state_out(fitted.fit, contrasts(fitted), states(fitted))["delta"]
    assert found.not_estimable_without == (2,)
    assert len(found.states) == len(found.estimates)
    assert np.isfinite(found.estimates).all()


def test_benjamini_hochberg_and_holm_are_those_of_statsmodels() -> None:
    p = np.random.default_rng(8).uniform(size=30) ** 2
    p[4] = p[9]
    named = {f"h{i}": float(v) for i, v in enumerate(p)}
    for mine, name in ((benjamini_hochberg, "fdr_bh"), (holm, "holm")):
        assert list(mine(named).values()) == pytest.approx(multipletests(p, method=name)[1], rel=1e-12)
    with pytest.raises(AnalysisError, match="p-value"):
        benjamini_hochberg({"a": 1.2})


def test_step_down_by_hand() -> None:
    """t = 3, 1, 2 against three draws: 3 beats all maxima but none are tied; 2 is beaten once, 1 twice."""
    drawn = np.array([[0.5, 0.2, 2.5], [1.5, 0.1, 0.3], [-0.2, -1.2, 0.4]])
    assert step_down(np.array([3.0, 1.0, -2.0]), drawn) == pytest.approx([1 / 4, 1 / 2, 1 / 2])


def test_one_claim_alone_needs_no_adjustment(fitted: Fitted) -> None:
    claim = Claim("delta", fitted.fit, contrasts(fitted)["delta"], dyads(fitted))
    found = romano_wolf([claim], draws=199, seed=1)
    copy = romano_wolf([claim, replace(claim, name="again")], draws=199, seed=1)
    assert copy.p["delta"] == copy.p["again"] == found.p["delta"], "perfectly dependent claims cost nothing"
    assert romano_wolf([claim], draws=199, seed=1) == found
    with pytest.raises(AnalysisError, match="do not match"):
        romano_wolf([replace(claim, dyads=claim.dyads[:-1])], draws=9, seed=1)


def dyads(fitted: Fitted) -> tuple[tuple[int, int], ...]:
    return tuple((int(a), int(b)) for a, b in states(fitted)[starts(fitted.fit.dyad)])


def test_drawn_statistics_are_those_of_refits(fitted: Fitted) -> None:
    """Brute force: multiply residuals by a draw's weights, fit anew, take t around the estimate."""
    from trustpanel.models.errors_wild import multipliers_of
    from trustpanel.models.linear import solve
    from trustpanel.models.multiplicity import _drawn_t
    from trustpanel.models.within import residual, sums

    fit, c = fitted.fit, contrasts(fitted)["delta"]
    groups = fitted.design.n_dyads
    weights = multipliers_of("webb", 5, groups, 3)
    fast = _drawn_t(Claim("delta", fit, c, dyads(fitted)), weights)
    for draw, t in zip(weights, fast, strict=True):
        y = residual((fit.x @ fit.beta + draw[fit.dyad] * fit.resid)[:, None], fit.basis)[:, 0]
        beta, resid = solve(fit.x, y)
        by_dyad = sums(fit.x * resid[:, None], fit.dyad)
        cov = fit.factor * fit.bread @ (by_dyad.T @ by_dyad) @ fit.bread
        assert t == pytest.approx(float(c @ (beta - fit.beta)) / np.sqrt(c @ cov @ c), rel=1e-8)


def test_romano_wolf_keeps_the_family_wise_error_under_a_simulated_null() -> None:
    """300 null samples of 40 dyads, 6 correlated statistics from one bootstrap each: at 5 %, a binomial 99 % band of
    0.02 to 0.09; and Bonferroni rejects no more often.
    """
    rng = np.random.default_rng(11)
    rejections = bonferroni = 0
    for _ in range(300):
        scores = rng.normal(size=(40, 6)) + 2 * rng.normal(size=(40, 1))
        t = scores.sum(axis=0) / np.sqrt((scores**2).sum(axis=0))
        w = rng.choice([-1.0, 1.0], size=(399, 40))
        drawn = (w @ scores) / np.sqrt((scores**2).sum(axis=0))
        rejections += bool((step_down(t, drawn) <= 0.05).any())
        bonferroni += bool(((1 + (np.abs(drawn) >= np.abs(t)).sum(axis=0)) / 400 <= 0.05 / 6).any())
    assert 0.02 <= rejections / 300 <= 0.09
    assert bonferroni <= rejections
