"""Estimators and errors against closed forms, brute force and their own invariances."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from estimator_cases import CASES, EVENTS, PAIRS, TIMES, data, dyads, fit_case, rows_of
from models_world import make_world
from scipy import stats
from scipy.special import expit

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models import errors_wild
from trustpanel.models.design import build_design
from trustpanel.models.estimators.absorb import absorb, count_effects, plan_effects
from trustpanel.models.estimators.events import event_panel
from trustpanel.models.estimators.fit import Options
from trustpanel.models.estimators.generalized import LOGIT, climb
from trustpanel.models.estimators.registry import ESTIMATORS, estimate
from trustpanel.models.estimators.sample import Columns, Sample, sample_of
from trustpanel.models.linear import fit_linear
from trustpanel.models.model import main_model
from trustpanel.models.spec import load_spec
from trustpanel.paths import project

D = data("dyad_years")
LOOSE = Options(errors="dyadic", dyadic_star_share_max=1.0, dyadic_states_min=2)


def test_absorbing_is_the_projection_off_all_dummies() -> None:
    rng = np.random.default_rng(0)
    codes = {
        name: np.unique(rng.integers(0, g, 300), return_inverse=True)[1] for name, g in (("a", 40), ("b", 12), ("c", 7))
    }
    values, weights = rng.normal(size=(300, 3)), rng.uniform(0.2, 3, 300)
    dummies = np.column_stack([np.eye(c.max() + 1)[c] for c in codes.values()])
    root = np.sqrt(weights)[:, None]
    for w, scale in ((None, np.ones((300, 1))), (weights, root)):
        brute = values - dummies @ np.linalg.lstsq(dummies * scale, values * scale, rcond=None)[0]
        assert np.abs(absorb(values, plan_effects(codes), w) - brute).max() < 1e-10


def test_effects_are_counted_as_the_rank_of_their_dummies() -> None:
    rng = np.random.default_rng(1)
    a = np.unique(rng.integers(0, 30, 80), return_inverse=True)[1]
    b = np.unique(np.where(a < 12, rng.integers(0, 4, 80), 4 + rng.integers(0, 5, 80)), return_inverse=True)[1]
    rank = np.linalg.matrix_rank(np.column_stack([np.eye(a.max() + 1)[a], np.eye(b.max() + 1)[b]]))
    effects = plan_effects({"a": a, "b": b})
    assert count_effects(effects, ()) == rank
    assert count_effects(effects, (a,)) == b.max() + 1, "nested effects leave the constant only"
    assert count_effects(plan_effects({"a": a}), (a,)) == 1


def test_the_linear_model_of_the_registry_is_that_of_the_core_model() -> None:
    """Same rows, same columns, the core's rule (no absorbed effect counted): the same numbers to rounding."""
    model = main_model(load_spec(project().analyses, "H3").core, "annual")
    built = build_design(make_world(seed=3, dyads=14, first=1975, last=2000).panel, model)
    core = fit_linear(built)
    x = np.column_stack([built.x, built.z])
    sample = Sample(
        y=built.y,
        x=x,
        names=(*built.names, *built.z_names),
        effects={"dyad": built.dyad},
        clusters={"dyad": built.dyad},
    )
    fit = estimate("linear", sample, Options(focus=built.names, small_sample="slopes"))
    assert fit.coef[:2] == pytest.approx(core.beta, rel=1e-9)
    assert fit.cov[:2, :2] == pytest.approx(core.cov, rel=1e-7)
    assert fit.df == core.df


DYADIC = {
    "linear": dyads("y"),
    "logit": dyads("yb"),
    "effects_logit": dyads("yb", constant=False, effects=("dyad",)),
    "conditional_logit": dyads("yb", constant=False, groups="dyad"),
    "poisson": dyads("yc"),
    "ordered_logit": dyads("yo", constant=False),
    "gee": dyads("y", groups="dyad", time="year"),
    "two_stage_least_squares": dyads("y", endogenous=("d",), instruments=("z1",)),
}


def double_sum(influence: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    share = (a[:, None] == a) | (a[:, None] == b) | (b[:, None] == a) | (b[:, None] == b)
    whole = influence.T @ share.astype(float) @ influence
    values, vectors = np.linalg.eigh(whole)
    return (vectors * np.clip(values, 0, None)) @ vectors.T if values.min() < -1e-12 * values.max() else whole


@pytest.mark.parametrize("name", [*DYADIC, "cox", "discrete_hazard", "sun_abraham"])
def test_dyadic_errors_are_the_double_sum_over_rows(name: str) -> None:
    frame, columns = D, DYADIC.get(name)
    if columns is None:
        source = "staggered" if name == "sun_abraham" else "spells"
        frame, rng = data(source), np.random.default_rng(4)
        unit = frame["unit"].to_numpy() if name == "sun_abraham" else np.arange(len(frame))
        sides = np.sort(np.array([rng.choice(30, 2, replace=False) for _ in range(unit.max() + 1)]), axis=1)
        frame = frame.assign(a=sides[unit, 0], b=sides[unit, 1])
        columns = replace(EVENTS if name == "sun_abraham" else TIMES, states=("a", "b"))
    sample = sample_of(frame, columns)
    fit = estimate(name, sample, LOOSE)
    solved = ESTIMATORS[name].solve(sample, LOOSE)
    a, b = solved.sample.states
    assert fit.cov == pytest.approx(double_sum(solved.influence, a, b), rel=1e-8, abs=1e-12)
    assert fit.clusters["states"] <= 36
    assert any("not positive" in w for w in fit.warnings) == (name in ("discrete_hazard", "sun_abraham"))


@pytest.mark.parametrize("name", ["logit", "poisson", "linear", "ordered_logit", "two_stage_least_squares"])
def test_the_influence_of_a_row_is_what_a_little_more_of_it_does(name: str) -> None:
    """Infinitesimal jackknife: a row of a weight slightly larger moves the coefficients by its influence."""
    sample, step = sample_of(D, replace(DYADIC[name], weights="w")), 1e-5
    options = Options(errors="classical")
    whole = ESTIMATORS[name].solve(sample, options)
    row = 7
    moved = sample.weights.copy()
    moved[row] += step * moved[row]
    nearby = ESTIMATORS[name].solve(replace(sample, weights=moved), options)
    assert (nearby.coef - whole.coef) / step == pytest.approx(whole.influence[row], rel=2e-3, abs=1e-7)


@pytest.mark.parametrize(("name", "group"), [("conditional_logit", "dyad"), ("cox", "cluster")])
def test_the_influence_of_a_group_is_what_one_more_copy_of_it_does(name: str, group: str) -> None:
    """Of estimators without weights: 40 copies of the sample and one more of a group move by a fortieth of its influence."""
    frame, columns = (D, DYADIC[name]) if name in DYADIC else (data("spells"), TIMES)
    if name in DYADIC:
        frame = frame[frame.groupby(group)["yb"].transform("nunique") == 2]
    options = Options(errors="classical", ties="breslow")
    whole = ESTIMATORS[name].solve(sample_of(frame, columns), options)
    assert whole.sample.n == len(frame)
    assert np.abs(whole.influence.sum(axis=0)).max() < 1e-9, "scores add up to zero at the maximum"
    place = 3
    extra = frame[frame[group] == np.unique(frame[group])[place]]
    copies = [part.assign(**{group: part[group] + 1000 * k}) for k, part in enumerate([*[frame] * 40, extra])]
    again = ESTIMATORS[name].solve(sample_of(pd.concat(copies), columns), options)
    own = whole.influence[whole.sample.clusters[group] == place].sum(axis=0)
    assert np.abs(own).max() > 0.005
    assert 40 * (again.coef - whole.coef) == pytest.approx(own, rel=0.05, abs=0.02 * np.abs(own).max())


TWO_WAY = {
    "gee": ("dyad_years", DYADIC["gee"], "dyad"),
    "cox": ("spells", TIMES, "cluster"),
    "discrete_hazard": ("spells", TIMES, "cluster"),
    "sun_abraham": ("staggered", EVENTS, "unit"),
}


@pytest.mark.parametrize("name", TWO_WAY)
def test_two_way_errors_are_one_way_errors_when_one_side_holds_the_other(name: str) -> None:
    """If every cluster of one side lies in one of the other, V1 + V2 - V12 = V of the larger ones."""
    source, columns, small = TWO_WAY[name]
    frame = data(source)
    frame = frame.assign(big=frame[small] // 4)
    sample = sample_of(frame, replace(columns, clusters=(small, "big")))
    options = Options(errors="two_way", small_sample="none")
    both = estimate(name, sample, options)
    large = estimate(name, sample, replace(options, errors="cluster", cluster=("big",)))
    assert both.cov == pytest.approx(large.cov, rel=1e-9, abs=1e-13)
    assert both.clusters == {small: frame[small].nunique(), "big": frame["big"].nunique()}


def test_groups_as_clusters_and_robust_errors_of_estimating_equations_are_one() -> None:
    sample = sample_of(D, dyads("y", groups="dyad", time="year"))
    robust = estimate("gee", sample, Options(errors="robust"))
    cluster = estimate("gee", sample, Options(errors="cluster", small_sample="none"))
    assert robust.cov == pytest.approx(cluster.cov, rel=1e-12)


def test_units_as_clusters_and_robust_errors_of_callaway_santanna_are_one() -> None:
    sample = sample_of(data("staggered"), EVENTS)
    robust = estimate("callaway_santanna", sample, Options(errors="robust"))
    cluster = estimate("callaway_santanna", sample, Options(errors="cluster", small_sample="none"))
    assert robust.cov == pytest.approx(cluster.cov, rel=1e-12)


def slow_wild(sample: Sample, signs: np.ndarray, name: str) -> np.ndarray:
    """Bootstrap t of one coefficient = 0 by refitting everything with dummies for each draw; the first is the sample's."""
    dummies = [np.eye(c.max() + 1)[c] for c in sample.effects.values()]
    full = np.column_stack([sample.x, dummies[0], *(d[:, 1:] for d in dummies[1:])])
    j, cluster = sample.names.index(name), sample.clusters["dyad"]
    restricted = sm.OLS(sample.y, np.delete(full, j, axis=1)).fit()
    found = []
    for sign in signs:
        y = restricted.fittedvalues + sign[cluster] * restricted.resid
        fit = sm.OLS(y, full).fit(cov_type="cluster", cov_kwds={"groups": cluster})
        found.append(fit.params[j] / fit.bse[j])
    return np.array(found)


@pytest.mark.parametrize("effects", [("dyad", "year"), ("year",)])
def test_the_wild_bootstrap_is_that_of_refitting_everything(effects: tuple[str, ...]) -> None:
    frame = D[D["dyad"] < 14]
    sample = sample_of(frame, dyads("y", constant=False, effects=effects))
    signs = errors_wild.multipliers_of("webb", 49, 14, 5)
    slow = slow_wild(sample, np.vstack([np.ones(14), signs]), "x2")
    expected = (1 + (np.abs(slow[1:]) >= abs(slow[0]) * (1 - 1e-9)).sum()) / 50
    options = Options(errors="wild", focus=("x2",), wild_draws=49, seed=5)
    fit = estimate("linear", sample, options)
    assert fit.p[1] == pytest.approx(expected)
    assert np.isnan(fit.p[0]), "a column outside the focus is not tested"
    assert fit.se == pytest.approx(estimate("linear", sample, Options()).se, rel=1e-9)
    assert fit.ci_low[1] < fit.coef[1] < fit.ci_high[1]


@pytest.mark.parametrize("kind", ["dyadic", "wild"])
def test_a_linear_probability_model_is_the_linear_model(kind: str) -> None:
    sample = sample_of(D, dyads("yb"))
    options = replace(LOOSE, errors=kind, wild_draws=99)
    one, two = (estimate(name, sample, options) for name in ("linear_probability", "linear"))
    assert one.cov == pytest.approx(two.cov, rel=1e-12)
    assert one.p == pytest.approx(two.p, rel=1e-12)
    fitted = sample.x @ one.coef
    assert one.extra["outside_share"] == pytest.approx(((fitted < 0) | (fitted > 1)).mean())


@pytest.mark.parametrize("name", ["linear", "linear_probability", "logit", "poisson"])
def test_randomisation_is_the_exact_test_of_fisher(name: str) -> None:
    """A yes-or-no treatment of 10 among 24 rows, redrawn: |t| orders the tables as their probability does here.

    15 of the 24 rows have the outcome; the share of redraws is held against the exact share over all tables.
    """
    treated, y = np.r_[np.ones(10), np.zeros(14)], np.r_[np.ones(9), 0.0, np.ones(6), np.zeros(8)]
    sample = Sample(y=y, x=np.column_stack([np.ones(24), treated]), names=("constant", "treated"))
    options = Options(
        errors="randomisation", focus=("treated",), draws=1999, seed=3, redraw=lambda rng: rng.permutation(treated)
    )
    fit = estimate(name, sample, options)
    weight = {k: math.comb(10, k) * math.comb(14, 15 - k) / math.comb(24, 15) for k in range(1, 11)}
    size = {}
    for k in weight:
        outcome = np.r_[np.ones(k), np.zeros(10 - k), np.ones(15 - k), np.zeros(k - 1)]
        try:
            size[k] = abs(estimate(name, replace(sample, y=outcome), Options(errors="robust")).statistic[1])
        except NotEstimableError:
            size[k] = np.inf
    exact = sum(w for k, w in weight.items() if size[k] >= size[9] - 1e-9)
    assert 0.01 < exact < 0.2
    spread = 3.5 * np.sqrt(exact * (1 - exact) / 1999) + 1 / 2000
    assert fit.p[1] == pytest.approx(exact, abs=spread)
    assert np.isnan(fit.p[0])
    assert np.isnan(fit.ci_low).all()


def test_conditional_logit_is_the_sum_over_all_choices() -> None:
    """Denominator, mean and information by listing every subset of each group."""
    frame = D[D["dyad"].isin([0, 1, 2, 3, 4, 5, 6, 7])]
    columns = Columns(outcome="yb", terms=("x1", "x2"), groups="dyad")
    fit = estimate("conditional_logit", sample_of(frame, columns), Options(errors="classical"))

    def evaluate(beta: np.ndarray) -> tuple[float, np.ndarray]:
        total, info = 0.0, np.zeros((2, 2))
        for _, group in frame.groupby("dyad"):
            x, y = group[["x1", "x2"]].to_numpy(), group["yb"].to_numpy()
            if 0 < y.sum() < len(y):
                sums = np.array([x[list(c)].sum(axis=0) for c in combinations(range(len(y)), int(y.sum()))])
                weight = np.exp(sums @ beta)
                share = weight / weight.sum()
                total += float(y @ x @ beta - np.log(weight.sum()))
                info += np.cov(sums.T, aweights=share, ddof=0)
        return total, info

    loglik, info = evaluate(fit.coef)
    assert fit.loglik == pytest.approx(loglik, rel=1e-12)
    assert np.linalg.inv(fit.cov) == pytest.approx(info, rel=1e-9)
    for j, step in product(range(2), (-1e-3, 1e-3)):
        assert evaluate(fit.coef + step * np.eye(2)[j])[0] < loglik


def test_with_two_rows_a_level_the_effects_logit_is_twice_the_conditional_logit() -> None:
    """Abrevaya (1997): the uncorrected coefficients are exactly twice those of the conditional logit."""
    frame = rows_of(CASES["conditional_logit differences classical"])
    conditional = estimate("conditional_logit", sample_of(frame, PAIRS), Options(errors="classical"))
    columns = Columns(outcome="yb", terms=("x1", "x2"), effects=("dyad",))
    absorbed = estimate("effects_logit", sample_of(frame, columns), Options(errors="classical"))
    assert absorbed.coef == pytest.approx(2 * conditional.coef, rel=1e-8)
    assert any("incidental parameters: 2.0 rows a level" in w for w in absorbed.warnings)


def test_the_bias_correction_is_the_slope_of_the_log_information_on_the_effects() -> None:
    """The push is the numerical derivative of half the log information on the effects along the profile."""
    sample = sample_of(D, dyads("yb", constant=False, effects=("dyad",)))
    options = Options(errors="classical")
    plain = ESTIMATORS["effects_logit"].solve(sample, options)
    corrected = ESTIMATORS["effects_logit"].solve(sample, replace(options, bias_correction=True))
    kept, code = plain.sample, plain.sample.effects["dyad"]

    def half_log(beta: np.ndarray) -> float:
        offset = kept.x @ beta
        level = np.zeros(code.max() + 1)
        for _ in range(60):
            prob = expit(level[code] + offset)
            level += np.bincount(code, kept.y - prob) / np.bincount(code, prob * (1 - prob))
        prob = expit(level[code] + offset)
        return 0.5 * float(np.log(np.bincount(code, prob * (1 - prob))).sum())

    slope = [(half_log(plain.coef + h) - half_log(plain.coef - h)) / 2e-5 for h in 1e-5 * np.eye(2)]
    assert corrected.coef - plain.coef == pytest.approx(plain.classical @ slope, rel=1e-5)
    conditional = estimate("conditional_logit", sample_of(D, dyads("yb", constant=False, groups="dyad")), options)
    assert (np.abs(corrected.coef - conditional.coef) < 0.15 * np.abs(plain.coef - conditional.coef)).all()


@pytest.mark.parametrize(("events", "rows"), [(3, 20), (0, 15), (15, 15)])
def test_firth_with_a_constant_alone_adds_half_an_event(events: int, rows: int) -> None:
    """Closed form: log((s + 1/2) / (n - s + 1/2)), also without events, if another row is of the other kind."""
    y = np.r_[np.ones(events), np.zeros(rows - events)]
    x = np.column_stack([np.r_[np.ones(rows), 0.0, 0.0], np.r_[np.zeros(rows), 1.0, 1.0]])
    fit = estimate(
        "firth_logit", Sample(y=np.r_[y, 0.0, 1.0], x=x, names=("own", "other")), Options(errors="classical")
    )
    assert fit.coef[0] == pytest.approx(np.log((events + 0.5) / (rows - events + 0.5)), abs=1e-10)
    assert fit.coef[1] == pytest.approx(0.0, abs=1e-12)


def test_firth_is_finite_where_the_logit_is_separated() -> None:
    x = np.column_stack([np.ones(20), np.arange(20.0)])
    fit = estimate(
        "firth_logit",
        Sample(y=(np.arange(20) >= 10).astype(float), x=x, names=("constant", "x")),
        Options(errors="classical"),
    )
    assert np.isfinite(fit.coef).all()
    assert fit.p[1] < 0.001
    assert fit.ci_low[1] > 0


def test_rare_events_with_a_constant_alone_by_hand() -> None:
    """12 of 400: logit(0.03) less (p - 1/2) / (n p q); the prior correction moves the constant by log odds."""
    sample = Sample(y=np.r_[np.ones(12), np.zeros(388)], x=np.ones((400, 1)), names=("constant",))
    fit = estimate("rare_events_logit", sample, Options(errors="classical"))
    by_hand = np.log(0.03 / 0.97) - (0.03 - 0.5) / (400 * 0.03 * 0.97)
    assert fit.coef[0] == pytest.approx(by_hand, rel=1e-10)
    assert fit.se[0] == pytest.approx(400 / 401 / np.sqrt(400 * 0.03 * 0.97), rel=1e-10)
    share = estimate("rare_events_logit", sample, Options(errors="classical", population_share=0.001))
    assert share.coef[0] - fit.coef[0] == pytest.approx(np.log(0.001 / 0.999) - np.log(0.03 / 0.97), rel=1e-10)


def test_a_hazard_by_period_alone_is_the_life_table() -> None:
    frame = data("spells").assign(zero=np.random.default_rng(0).normal(size=220))
    columns = replace(TIMES, terms=("zero",))
    fit = estimate("discrete_hazard", sample_of(frame, columns), Options(errors="classical"))
    bare = sample_of(frame, columns)
    long = [(p, e and p == x) for s, x, e in frame[["entry", "exit", "event"]].to_numpy() for p in range(s + 1, x + 1)]
    table = pd.DataFrame(long, columns=["period", "end"]).groupby("period")["end"].mean().astype(float)
    table = table[(table > 0) & (table < 1)]
    assert set(fit.names) == {"zero", *(f"period {p}" for p in table.index)}
    null = ESTIMATORS["discrete_hazard"].solve(
        replace(bare, x=bare.x * 0 + np.arange(220)[:, None] % 2), Options(errors="classical")
    )
    assert null.sample.n == fit.n == sum(p in table.index for p, _ in long)
    fitted = expit(fit.coef[1:] + 0)
    assert np.abs(fitted - table.to_numpy()).max() < 0.02, "a column of noise hardly moves the life table"


def test_sun_abraham_is_the_regression_written_out() -> None:
    """Cohort by horizon dummies beside unit and time dummies, averaged by rows; no-never panels use the last cohort."""
    frame = data("staggered")
    frame = frame[frame["start"].notna()]
    sample = sample_of(frame, replace(EVENTS, terms=("x",)))
    kept = frame[frame["time"] < 8].copy()
    kept["since"] = np.where(kept["start"] < 8, kept["time"] - kept["start"], -1)
    cells = sorted({(g, e) for g, e in zip(kept["start"], kept["since"], strict=True) if e != -1})
    dummies = np.column_stack([(kept["start"] == g) & (kept["since"] == e) for g, e in cells]).astype(float)
    times = pd.get_dummies(kept["time"], drop_first=True)
    rest = np.column_stack([pd.get_dummies(kept["unit"]), times]).astype(float)
    ols = sm.OLS(kept["y"].to_numpy(), np.column_stack([dummies, kept["x"], rest])).fit()
    for kind, cov in (("classical", ols.cov_params()), ("robust", ols.get_robustcov_results("HC1").cov_params())):
        fit = estimate("sun_abraham", sample, Options(errors=kind, window=(-4, 3)))
        assert dict(fit.dropped_rows) == {"no unit is untreated any more": len(frame) - len(kept)}
        for h in (-3, 0, 2):
            weights = np.array([dummies[:, j].sum() if e == h else 0.0 for j, (_, e) in enumerate(cells)])
            weights /= weights.sum()
            place = fit.position(f"event {h:+d}")
            assert fit.coef[place] == pytest.approx(weights @ ols.params[: len(cells)], rel=1e-8)
            inside = np.asarray(cov)[: len(cells), : len(cells)]
            assert fit.se[place] == pytest.approx(np.sqrt(weights @ inside @ weights), rel=1e-6)


def test_modern_event_studies_find_the_effects_that_were_put_in() -> None:
    """Without noise every estimator returns the average effect of the cohorts; two-way fixed effects would not."""
    frame = data("staggered").copy()
    since = frame["time"] - frame["start"]
    effect = np.where(since >= 0, (0.4 + 0.1 * since) * frame["start"] / 5, 0.0)
    frame["y"] = frame["unit"] * 0.37 + frame["time"] ** 1.5 + np.nan_to_num(effect)
    frame["y"] += 1e-6 * np.random.default_rng(2).normal(size=len(frame))
    sizes = frame.drop_duplicates("unit")["start"].value_counts()
    truth = {h: sum(sizes[g] * (0.4 + 0.1 * h) * g / 5 for g in sizes.index if g + h <= 12) for h in (0, 3, 5)}
    truth = {h: v / sum(sizes[g] for g in sizes.index if g + h <= 12) for h, v in truth.items()}
    for name in ("sun_abraham", "callaway_santanna", "two_stage_effects"):
        fit = estimate(name, sample_of(frame, EVENTS), Options())
        for h, value in truth.items():
            assert fit.coef[fit.position(f"event {h:+d}")] == pytest.approx(value, abs=1e-4), name
        assert fit.coef[fit.position("event -3")] == pytest.approx(0.0, abs=1e-4)


def test_units_treated_from_the_start_are_dropped_and_counted() -> None:
    frame = data("staggered").copy()
    frame.loc[frame["unit"] < 3, "start"] = 1
    panel = event_panel(sample_of(frame, EVENTS), last_is_control=False)
    assert dict(panel.sample.dropped) == {"treated from the first row of the unit on": 36}


def test_the_effective_f_of_one_instrument_is_its_squared_t() -> None:
    columns = dyads("y", endogenous=("d",), instruments=("z1",))
    fit = estimate("two_stage_least_squares", sample_of(D, columns), Options())
    first = estimate("linear", sample_of(D, replace(dyads("d"), terms=("z1", "x1", "x2"))), Options(focus=("z1",)))
    assert fit.extra["effective_f"] == pytest.approx(first.statistic[first.position("z1")] ** 2, rel=1e-10)


def test_the_anderson_rubin_set_of_one_instrument_is_a_quadratic_inequality() -> None:
    """Values b with (g_y - b g_x)^2 <= c V(b): two roots, unbounded when the instrument is too weak."""
    for name, bounded in (("z1", True), ("noise", False)):
        frame = D.assign(noise=np.random.default_rng(9).normal(size=len(D)))
        columns = dyads("y", endogenous=("d",), instruments=(name,))
        fit = estimate("two_stage_least_squares", sample_of(frame, columns), Options())
        z = np.column_stack([np.ones(len(D)), frame[["x1", "x2", name]]])
        bread = np.linalg.inv(z.T @ z)
        gamma, rest = {}, {}
        for v in ("y", "d"):
            gamma[v] = bread @ z.T @ frame[v].to_numpy()
            rest[v] = frame[v].to_numpy() - z @ gamma[v]
        sums = {v: pd.DataFrame((z * rest[v][:, None]) @ bread).groupby(D["dyad"]).sum()[3].to_numpy() for v in rest}
        factor = 60 / 59 * (len(D) - 1) / (len(D) - 4)
        yy, yx, xx = (factor * sums[i] @ sums[j] for i, j in (("y", "y"), ("y", "d"), ("d", "d")))
        c, g_y, g_x = stats.f.ppf(0.95, 1, 59), gamma["y"][3], gamma["d"][3]
        roots = np.sort(np.roots([g_x**2 - c * xx, -2 * (g_y * g_x - c * yx), g_y**2 - c * yy]))
        ends = [e for part in fit.sets["anderson_rubin"] for e in part if np.isfinite(e)]
        assert (g_x**2 > c * xx) == bounded
        if np.isreal(roots).all():
            assert ends == pytest.approx(list(roots), rel=1e-8)
        if not bounded:
            assert fit.sets["anderson_rubin"][0][0] == -np.inf
            assert any("Anderson-Rubin" in w for w in fit.warnings)
            assert fit.p[fit.position("d")] == fit.extra["anderson_rubin_p"]


def test_a_strong_instrument_keeps_the_t_test_and_a_weak_one_loses_it() -> None:
    strong, weak = (fit_case(CASES[f"iv {c}"]) for c in ("classical", "weak classical"))
    j = strong.position("d")
    assert strong.extra["effective_f"] > 23.1 > weak.extra["effective_f"]
    assert strong.p[j] == pytest.approx(2 * stats.t.sf(abs(strong.statistic[j]), strong.df), rel=1e-9)
    assert (weak.ci_low[j], weak.ci_high[j]) == weak.sets["anderson_rubin"][0]
    other = weak.position("x1")
    assert weak.p[other] == pytest.approx(2 * stats.t.sf(abs(weak.statistic[other]), weak.df), rel=1e-9)


@pytest.mark.parametrize("case", [c for c in CASES if "cluster" in c][::3])
def test_the_order_of_rows_does_not_matter(case: str) -> None:
    one = fit_case(CASES[case])
    frame = rows_of(CASES[case]).sample(frac=1, random_state=5)
    two = estimate(CASES[case].estimator, sample_of(frame, CASES[case].columns), CASES[case].options)
    assert two.coef == pytest.approx(one.coef, rel=1e-7, abs=1e-9)
    assert two.se == pytest.approx(one.se, rel=1e-7)


def test_a_fit_says_what_it_stands_on() -> None:
    frame = D.copy()
    frame.loc[:4, "x1"] = np.nan
    fit = estimate("linear", sample_of(frame, dyads("y", constant=False, effects=("dyad", "year"))), Options())
    assert fit.n == 602
    assert dict(fit.dropped_rows) == {"x1 missing": 5}
    assert fit.clusters == {"dyad": 60}
    assert "G = 60, n = 602" in fit.small_sample
    assert fit.mde == pytest.approx(2.80158 * fit.se, rel=1e-5)
    half = stats.t.ppf(0.975, 59) * fit.se
    assert fit.ci_high - fit.coef == pytest.approx(half, rel=1e-12)


def test_the_peak_of_a_likelihood_has_no_slope() -> None:
    sample = (
        ESTIMATORS["effects_logit"]
        .solve(sample_of(D, dyads("yb", constant=False, effects=("dyad", "year"))), Options())
        .sample
    )
    effects = plan_effects(sample.effects)
    peak = climb(sample, LOGIT, effects)
    rest = sample.y - expit(peak.eta)
    assert np.abs(sample.x.T @ rest).max() < 1e-7
    assert max(np.abs(np.bincount(c, rest)).max() for c in effects.codes) < 1e-7


def test_the_page_on_estimators_runs_and_names_every_estimator(monkeypatch) -> None:
    root = project().analyses.parent
    text = (root / "docs" / "how-to" / "estimate.md").read_text(encoding="utf-8")
    monkeypatch.chdir(root)
    exec(text.split("```python")[1].split("```")[0], {})
    assert [name for name in ESTIMATORS if f"`{name}`" not in text] == []


WEIGHTED = {
    "linear": dyads("y", effects=("dyad", "year"), constant=False),
    "logit": dyads("yb"),
    "effects_logit": dyads("yb", effects=("dyad",), constant=False),
    "poisson": dyads("yc", effects=("year",), constant=False),
    "ordered_logit": dyads("yo", constant=False),
    "two_stage_least_squares": dyads("y", endogenous=("d",), instruments=("z1", "z2")),
}


@pytest.mark.parametrize("name", WEIGHTED)
def test_a_whole_weight_is_that_many_rows(name: str) -> None:
    """Coefficients and, without a factor, errors by cluster of repeated rows."""
    times = np.random.default_rng(6).integers(1, 4, len(D))
    columns = WEIGHTED[name]
    options = Options(small_sample="none")
    weighted = estimate(name, sample_of(D.assign(w=times), replace(columns, weights="w")), options)
    repeated = estimate(name, sample_of(D.loc[D.index.repeat(times)], columns), options)
    assert weighted.coef == pytest.approx(repeated.coef, rel=1e-7)
    assert weighted.se == pytest.approx(repeated.se, rel=1e-6)


def test_a_contrast_is_the_coefficient_of_the_model_written_so() -> None:
    """y = theta (x1 + x2) + delta x1: theta is the coefficient of x2, delta that of x1 less that of x2."""
    columns = dyads("y", effects=("dyad", "year"), constant=False)
    fit = estimate("linear", sample_of(D, columns), Options())
    both = D.assign(any=D["x1"] + D["x2"])
    written = estimate("linear", sample_of(both, replace(columns, terms=("any", "x1"))), Options())
    delta = fit.contrast({"x1": 1.0, "x2": -1.0})
    assert (delta.estimate, delta.se) == pytest.approx((written.coef[1], written.se[1]), rel=1e-9)
    assert delta.ci95 == pytest.approx((written.ci_low[1], written.ci_high[1]), rel=1e-9)
    logit = estimate("logit", sample_of(D, dyads("yb")), Options())
    assert logit.contrast({"x1": 1.0}).p == pytest.approx(logit.p[1], rel=1e-6)
    with pytest.raises(AnalysisError, match="contrast is not defined"):
        fit.contrast({"x9": 1.0})


def test_dyads_that_never_vary_do_not_count_as_states_that_vary() -> None:
    still = D.assign(x1=np.where(D["dyad"] < 10, D["x1"], D["dyad"]))
    columns = replace(dyads("y", effects=("dyad", "year"), constant=False), terms=("x1",))
    with pytest.raises(NotEstimableError, match="too few states"):
        estimate("linear", sample_of(still, columns), Options(errors="dyadic"))
    assert estimate("linear", sample_of(D, columns), Options(errors="dyadic")).clusters["states"] == 36
