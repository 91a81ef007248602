"""Doubt about measurement and sample: closed forms by hand, planted errors recovered, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from doubt_world import SURE, table_of, told_world

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.coding_rates import counts_of, draw_rates
from trustpanel.models.coding_worlds import Told, draw_meetings, draw_valence, missed_counts
from trustpanel.models.doubt_bounds import Bounds, _order
from trustpanel.models.doubt_coding import coding_doubt
from trustpanel.models.doubt_reading import claim_of, turns_below_half
from trustpanel.models.doubt_selection import products_before
from trustpanel.models.doubt_spec import load_doubt_spec
from trustpanel.models.doubt_trust import LATENT, SPREAD, YEAR, plausible
from trustpanel.models.linear import interval
from trustpanel.models.permute import Support, World
from trustpanel.models.propensity import Columns, auc, balance, columns_of_chance, fit_chance, outside, trimmed_weights
from trustpanel.models.rubin import pool, pool_wald
from trustpanel.models.spec import load_spec
from trustpanel.models.stocks import Meetings, StockRows, stocks
from trustpanel.paths import project

ANALYSES = project().analyses
CORE = load_spec(ANALYSES, "H3").core
SPEC = load_doubt_spec(ANALYSES, CORE)


def test_three_worlds_pooled_by_hand() -> None:
    """Means 1, 2, 3 with variance 1 each: W = 1, B = 1, T = 1 + 4/3; lambda = 4/7, r = 4/3."""
    found = pool(np.array([1.0, 2.0, 3.0]), np.ones(3), df=1e12)
    assert (found.estimate, found.within, found.between) == (2.0, 1.0, 1.0)
    assert found.se == pytest.approx(np.sqrt(7 / 3))
    assert found.df == pytest.approx(2 / (4 / 7) ** 2, rel=1e-6)
    assert found.missing == pytest.approx((4 / 3 + 2 / (6.125 + 3)) / (7 / 3), rel=1e-6)
    few = pool(np.array([1.0, 2.0, 3.0]), np.ones(3), df=10)
    own = 11 / 13 * 10 * 3 / 7
    assert few.df == pytest.approx(1 / (1 / own + 1 / 6.125))


def test_worlds_that_agree_miss_nothing() -> None:
    found = pool(np.full(5, 0.3), np.full(5, 0.04), df=20)
    plain = interval(0.3, 0.04, 20)
    assert (found.se, found.missing, found.between) == (pytest.approx(0.2), 0.0, 0.0)
    assert found.df == pytest.approx(21 / 23 * 20)
    assert found.ci95[0] == pytest.approx(plain.ci95[0], abs=0.003)
    with pytest.raises(NotEstimableError, match="cannot be pooled"):
        pool(np.array([1.0]), np.array([1.0]), df=5)


def test_the_pooled_wald_of_one_coefficient_is_its_square() -> None:
    estimates, variances = np.array([1.0, 2.0, 3.0, 2.0]), np.array([1.0, 1.5, 0.5, 1.0])
    one = pool_wald(estimates[:, None], variances[:, None, None], df=30)
    single = pool(estimates, variances, df=30)
    assert one.f == pytest.approx((single.estimate / single.se) ** 2)
    alike = pool_wald(np.tile([1.0, 2.0], (5, 1)), np.tile(np.eye(2), (5, 1, 1)), df=30)
    assert (alike.f, alike.df, alike.df_error, alike.increase) == (2.5, 2, 30, 0.0)


def tiny_world(dyads: int = 400, per: int = 8) -> tuple[World, Told]:
    """Every dyad one pair in office for 4,000 covered days with `per` coded meetings, read at the end."""
    rng, n = np.random.default_rng(7), dyads
    code = np.arange(n)
    m = Meetings(
        np.repeat(code, per), np.repeat(code, per), rng.integers(0, 4000, n * per), rng.choice((0.5, 1.0), n * per)
    )
    support = Support(code, np.zeros(n, int), code * 4000, code * 4000, np.full(n, 4000))
    world = World(StockRows(code, code, np.full(n, 4000)), m, np.ones(n * per, bool), support)
    told = Told(
        np.full(n * per, "grade_b"),
        np.zeros(n * per, int),
        m.last_day,
        np.zeros(n * per, bool),
        np.full((n * per, 2), np.nan),
        np.full(n, 2),
    )
    return world, told


def test_a_planted_share_of_meetings_that_were_not_is_undone_by_calibration() -> None:
    """Half of what is told was not, by dyads of more and less told: the slope on told stocks is half the true one; on the
    mean stock of the drawn worlds it is the true one; on each drawn world it lies below.
    """
    world, told = tiny_world()
    rng = np.random.default_rng(1)
    sparse = rng.random(len(world.meetings.dyad)) < 0.3 + 0.6 * (world.meetings.dyad % 2)
    m = Meetings(*(getattr(world.meetings, f)[sparse] for f in ("dyad", "pair", "last_day", "weight")))
    world = replace(world, meetings=m, free=world.free[sparse])
    told = replace(told, **{f: getattr(told, f)[sparse] for f in ("evidence", "kind", "first_day", "loose", "valence")})
    real = rng.random(len(m.dyad)) < 0.5
    true = stocks(world.rows, Meetings(*(getattr(m, f)[real] for f in ("dyad", "pair", "last_day", "weight"))), None)[0]
    y = true + rng.normal(0, 0.1, len(true))
    counts = SURE | {("exists", "grade_b"): (5 * 10**8, 10**9)}
    rates = draw_rates(counts, "none", rng)
    drawn = [
        stocks(world.rows, draw_meetings(world, told, rates, rng, shift_days=3, prior=1.0), None)[0] for _ in range(200)
    ]
    assert slope(y, stocks(world.rows, m, None)[0]) == pytest.approx(0.5, abs=0.05)
    assert slope(y, np.mean(drawn, axis=0)) == pytest.approx(1.0, abs=0.1)
    assert np.mean([slope(y, d) for d in drawn]) < 0.85


def slope(y: np.ndarray, x: np.ndarray) -> float:
    return float(np.cov(x, y)[0, 1] / x.var(ddof=1))


def test_what_was_missed_follows_recall() -> None:
    """At a recall of 0.8 a quarter of what was found was missed, in all and nearly so in a large dyad."""
    rng = np.random.default_rng(3)
    found, days = np.array([0, 2, 40]), np.array([1000, 1000, 1000])
    drawn = np.array([missed_counts(found, days, np.full(3, 0.8), rng, prior=1.0) for _ in range(4000)])
    mean = 42 / 3000
    expected = (found + 1) / (1 / mean + 1000) * 1000 / 4
    assert drawn.mean(axis=0) == pytest.approx(expected, rel=0.06)
    assert not missed_counts(found, days, np.ones(3), rng, prior=1.0).any()
    world, told = tiny_world()
    half = SURE | {("recall_first", "searched"): (5 * 10**8, 10**9)}
    rates = draw_rates(half, "first_pass", rng)
    total = len(draw_meetings(world, told, rates, rng, shift_days=3, prior=1.0).dyad)
    assert total == pytest.approx(2 * len(world.meetings.dyad), rel=0.06)


def test_two_passes_find_more_than_one_and_lists_fewer_side_talks() -> None:
    counts = SURE | {("recall_first", "partial"): (6 * 10**8, 10**9), ("recall_second", "partial"): (5 * 10**8, 10**9)}
    counts |= {("recall_list", "side_talk"): (2 * 10**8, 10**9)}
    of = {
        w: draw_rates(counts, w, np.random.default_rng(1)).recall for w in ("both_passes", "first_pass", "lists_alone")
    }
    side = ("side_talk", "listed_partial")
    assert of["both_passes"][side] == pytest.approx(0.8, abs=1e-3)
    assert of["first_pass"][side] == pytest.approx(0.6, abs=1e-3)
    assert of["lists_alone"][side] == pytest.approx(0.2, abs=1e-3)


def test_untold_valence_is_drawn_and_told_valence_kept_where_sources_agree() -> None:
    rng = np.random.default_rng(5)
    told = np.array([[1.0, 1.0], [-1.0, np.nan], [np.nan, np.nan], [0.0, -1.0]])
    pool_of = np.array([[1.0, 1.0], [-1.0, 0.0]])
    rates = draw_rates(SURE, "none", rng)
    drawn = np.array([draw_valence(told, pool_of, rates, rng) for _ in range(200)])
    assert (drawn[:, [0, 1, 3]] == [1.0, -0.5, -0.5]).all()
    assert set(drawn[:, 2]) == {1.0, -0.5}


def test_with_sure_checks_every_world_is_the_coded_one() -> None:
    """The whole path on an invented world: pooled and calibrated are the plain estimate and nothing is missing."""
    frames, levels = told_world()
    spec = replace(SPEC.coding, draws=3, worlds=SPEC.coding.worlds[:1], coverages=SPEC.coding.coverages[:1])
    found = coding_doubt(CORE, spec, frames, checks=table_of(SURE), levels=levels)
    kept = [e for e in found if e.world == "found"]
    assert [e.grain for e in kept] == ["annual", "monthly"]
    for entry in kept:
        assert entry.told == entry.drawn > 0
        for p in entry.parameters.values():
            assert p.plain is not None
            assert p.pooled.estimate == pytest.approx(p.plain.estimate, rel=1e-6)
            assert p.calibrated.se == pytest.approx(p.plain.se, rel=1e-6)
            assert p.pooled.missing == pytest.approx(0.0, abs=1e-9)
    assert all(e.status == "not_estimable" and "both sides" in str(e.reason) for e in found if e.world == "bond")


def test_a_meeting_without_evidence_and_a_missing_check_are_refused() -> None:
    frames, levels = told_world()
    bare = replace(frames, dyad_meetings=frames.dyad_meetings.assign(listed=False))
    with pytest.raises(AnalysisError, match="neither a list nor a grade"):
        coding_doubt(CORE, SPEC.coding, bare, checks=table_of(SURE), levels=levels)
    with pytest.raises(AnalysisError, match="do not give every rate"):
        counts_of(table_of(SURE).iloc[1:])
    with pytest.raises(AnalysisError, match="has no level of search"):
        coding_doubt(CORE, SPEC.coding, frames, checks=table_of(SURE), levels=levels.iloc[1:])


def stratum_frame() -> tuple[pd.DataFrame, np.ndarray]:
    """Two strata of 100 rows: the event happens in 20 of one and in 80 of the other."""
    stratum = np.repeat([0.0, 1.0], 100)
    event = np.concatenate([np.arange(100) < 20, np.arange(100) < 80]).astype(float)
    return pd.DataFrame({"x": stratum, "year": 1990.0}), event


def test_weights_of_a_saturated_chance_are_one_over_the_shares() -> None:
    frame, event = stratum_frame()
    columns, known = columns_of_chance(frame, ("x",), (), (0.05, 0.35, 0.65, 0.95))
    assert known.all()
    assert columns.names == ("constant", "x")
    chance = fit_chance(event, columns, np.arange(200) % 20, folds=5, seed=1)
    p = chance.of(columns.x)
    assert p[[0, 199]] == pytest.approx([0.2, 0.8])
    assert chance.facts.auc == pytest.approx((0.5 * 20 * 80 + 0.5 * 80 * 20 + 80 * 80) / 10_000)
    w = np.where(event == 1, 1 / p, 1 / (1 - p))
    found = balance(columns, event, w)
    assert found[0].before == pytest.approx(0.6 / 0.4)
    assert found[0].after == pytest.approx(0.0, abs=1e-12)
    y = 3 * frame["x"].to_numpy() + event
    assert np.average(y[event == 1], weights=w[event == 1]) == pytest.approx(2.5)
    assert y[event == 1].mean() == pytest.approx(3.4)


def test_weights_are_cut_brought_to_one_and_refused_when_they_explode() -> None:
    raw = np.r_[np.ones(98), 2.0, 50.0]
    found = trimmed_weights(raw, trim=(0.0, 0.985), effective_min=0.1)
    cut = np.clip(raw, 1.0, np.quantile(raw, 0.985))
    assert found.w == pytest.approx(cut / cut.mean())
    assert found.effective == pytest.approx(cut.sum() ** 2 / (cut**2).sum())
    assert found.trimmed == pytest.approx(0.02)
    with pytest.raises(NotEstimableError, match="a few rows stand for nearly all"):
        trimmed_weights(np.r_[np.ones(99), 1e6], trim=(0.0, 1.0), effective_min=0.1)
    with pytest.raises(NotEstimableError, match="a chance is 0 or 1"):
        trimmed_weights(np.r_[np.ones(9), np.inf], trim=(0.0, 1.0), effective_min=0.1)
    assert outside(np.array([0.4, 0.6]), np.array([0.1, 0.5, 0.55, 0.9]), (0.0, 1.0)) == 0.5
    assert auc(np.array([0.0, 1.0, 1.0]), np.array([0.5, 0.5, 0.9])) == 0.75


def test_a_separated_chance_is_not_estimable() -> None:
    frame, _ = stratum_frame()
    columns, _ = columns_of_chance(frame, ("x",), (), (0.05, 0.95))
    with pytest.raises(NotEstimableError):
        fit_chance(frame["x"].to_numpy(), columns, np.arange(200), folds=5, seed=1)
    with pytest.raises(NotEstimableError, match="too few rows"):
        fit_chance((np.arange(200) < 3).astype(float), columns, np.arange(200), folds=5, seed=1)


def test_balance_given_the_past_leaves_what_the_past_holds() -> None:
    past = np.repeat([0.0, 1.0], 50)
    event = (np.arange(100) % 2).astype(float)
    x = 2 * past
    found = balance(Columns(("x",), x[:, None]), event, np.ones(100), given=np.column_stack([np.ones(100), past]))
    assert found == ()


def test_products_take_only_earlier_years_of_the_same_pair() -> None:
    factors = pd.DataFrame(
        {"leader_dyad_id": ["a", "a", "b"], "year": [1990, 1992, 1991], "log_factor": np.log([2.0, 3.0, 5.0])}
    )
    rows = pd.DataFrame({"leader_dyad_id": ["b", "a", "a", "a", "c"], "year": [1991, 1993, 1990, 1992, 1995]})
    assert products_before(rows, factors) == pytest.approx([1.0, 6.0, 1.0, 2.0, 1.0])


def test_plausible_values_share_the_error_of_a_year_and_correlate_within_a_dyad() -> None:
    n = 3000
    rows = pd.DataFrame(
        {"ccode_a": 2, "ccode_b": np.repeat(np.arange(3, 3 + n), 3), YEAR: np.tile([1950, 1950, 1960], n)}
    ).assign(**{LATENT: 1.0, SPREAD: 2.0})
    drawn = plausible(rows, np.random.default_rng(1), correlation=0.5).reshape(n, 3)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert drawn.mean() == pytest.approx(1.0, abs=0.1)
    assert drawn[:, 0].std() == pytest.approx(2.0, rel=0.05)
    assert np.corrcoef(drawn[:, 0], drawn[:, 2])[0, 1] == pytest.approx(0.5, abs=0.05)


def test_placements_fill_the_named_outcome_first() -> None:
    outcome = np.array([1.0, 0.0, np.nan, 1.0, 0.0])
    order = _order(outcome)
    rng = np.random.default_rng(2)
    assert set(outcome[order("before_peace", rng)[:2]]) == {1.0}
    assert set(outcome[order("before_disputes", rng)[:2]]) == {0.0}
    assert sorted(order("at_random", rng)) == [0, 1, 2, 3, 4]


def test_claims_and_turns() -> None:
    assert claim_of(interval(0.1, 0.001, 50), 0.05) == "above"
    assert claim_of(interval(-0.1, 0.001, 50), 0.05) == "below"
    assert claim_of(interval(0.01, 0.0001, 50), 0.05) == "small"
    assert claim_of(interval(0.01, 0.01, 50), 0.05) == "open"
    turns = {"delta": {"at_random": None, "before_peace": 0.1, "before_disputes": 0.5}}
    found = turns_below_half(Bounds("estimated", None, None, 0, {}, (), turns))
    assert [(t.placement, t.share) for t in found] == [("before_peace", 0.1)]


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('missed = "both_passes"', 'missed = "all"', "unknown value"),
        ("trim = [0.01, 0.99]", "trim = [0.99, 0.01]", "no pair of quantiles"),
        ("correlations = [0.0, 0.9]", "correlations = [0.0, 1.9]", "are no shares"),
        ("prior_meetings = 1.0", "prior_meeting = 1.0", "unknown field"),
        ('core = "H3"', 'core = "H4"', "unknown value"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, old: str, new: str, match: str) -> None:
    for name in ("samples.toml", "blocks.toml", "doubt.toml"):
        (tmp_path / name).write_text((ANALYSES / name).read_text(encoding="utf-8"), encoding="utf-8")
    file = tmp_path / "doubt.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnalysisError, match=match):
        load_doubt_spec(tmp_path, CORE)
