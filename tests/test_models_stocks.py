"""Stocks summed by hand, and randomisation that moves dates and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from models_world import Truth, make_world

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames
from trustpanel.models.linear import contrast_vector, fit_linear
from trustpanel.models.model import main_model
from trustpanel.models.permute import build_world, check_observed, permute, redraw, row_days
from trustpanel.models.spec import load_spec
from trustpanel.models.stocks import Meetings, StockRows, stocks
from trustpanel.paths import project

CORE = load_spec(project().analyses, "H3").core
EPOCH = dt.date(1970, 1, 1)


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - EPOCH).days


def rows(*found: tuple[int, int, str]) -> StockRows:
    dyad, pair, days = zip(*found, strict=True)
    return StockRows(np.array(dyad), np.array(pair), np.array([day(d) for d in days]))


def meetings(*found: tuple[int, int, str, float]) -> Meetings:
    dyad, pair, days, weight = zip(*found, strict=True)
    return Meetings(np.array(dyad), np.array(pair), np.array([day(d) for d in days]), np.array(weight))


def test_one_meeting_one_half_life_ago() -> None:
    """From 1999-12-31 to 2002-12-31 are 1,096 days; 36 months are 1,095.75: 0.5^(1096 / 30.4375 / 36) = 0.49992."""
    contact, state = stocks(rows((0, 0, "2002-12-31")), meetings((0, 0, "1999-12-31", 1.0)), 36.0)
    assert contact[0] == pytest.approx(0.5 ** (1096 / 30.4375 / 36), rel=1e-12)
    assert contact[0] == pytest.approx(0.49992, abs=1e-5)
    assert state[0] == 0.0


def test_own_meetings_are_contact_and_those_of_other_pairs_are_state() -> None:
    """At 1990-12-31 pair 0 has a summit of that day (1) and a side talk of 1989-12-31 (0.5 x 0.5^(365/1095.75)).

    The predecessors' summit of 1987-12-31 (1,096 days) is state stock: 0.5^(1096/1095.75). 1991-01-01 is not known yet.
    """
    seen = meetings(
        (0, 0, "1990-12-31", 1), (0, 0, "1989-12-31", 0.5), (0, 1, "1987-12-31", 1), (0, 0, "1991-01-01", 1)
    )
    contact, state = stocks(rows((0, 0, "1990-12-31")), seen, 36.0)
    assert contact[0] == pytest.approx(1 + 0.5 * 0.5 ** (365 / 1095.75), rel=1e-12)
    assert state[0] == pytest.approx(0.5 ** (1096 / 1095.75), rel=1e-12)


def test_without_decay_stocks_are_sums_of_weights() -> None:
    seen = meetings((0, 0, "1950-01-01", 1), (0, 0, "1960-01-01", 0.5), (0, 1, "1955-01-01", 1))
    at = rows((0, 0, "1949-12-31"), (0, 0, "1952-12-31"), (0, 0, "1962-12-31"), (0, 1, "1962-12-31"))
    contact, state = stocks(at, seen, None)
    assert contact == pytest.approx([0, 1, 1.5, 1])
    assert state == pytest.approx([0, 0, 1, 1.5])


def test_a_pair_that_returns_resumes_its_decayed_stock() -> None:
    """Pair 0 meets in 1970, pair 1 rules 1974-78, pair 0 is back in 1979: its old meeting counts again as contact."""
    seen = meetings((0, 0, "1970-06-30", 1))
    at = rows((0, 0, "1973-12-31"), (0, 1, "1976-12-31"), (0, 0, "1979-12-31"))
    contact, state = stocks(at, seen, 36.0)
    ages = [day(t) - day("1970-06-30") for t in ("1973-12-31", "1976-12-31", "1979-12-31")]
    decay = [0.5 ** (a / 30.4375 / 36) for a in ages]
    assert contact == pytest.approx([decay[0], 0, decay[2]], rel=1e-12)
    assert state == pytest.approx([0, decay[1], 0], rel=1e-12)


def test_other_dyads_never_count_but_the_same_persons_under_a_new_state_code_do() -> None:
    """Pair 0 met as dyad 0; its row stands in dyad 1 (a new code): contact 1, and no state stock there."""
    contact, state = stocks(rows((1, 0, "1991-12-31"), (2, 5, "1991-12-31")), meetings((0, 0, "1991-12-31", 1)), None)
    assert contact == pytest.approx([1, 0])
    assert state == pytest.approx([0, 0])


def test_stocks_do_not_depend_on_order_and_hold_over_two_centuries() -> None:
    rng = np.random.default_rng(0)
    n, m = 400, 300
    at = StockRows(rng.integers(0, 5, n), rng.integers(0, 9, n), rng.integers(-30000, 20000, n))
    seen = Meetings(
        rng.integers(0, 6, m), rng.integers(0, 11, m), rng.integers(-40000, 21000, m), rng.uniform(0.5, 1, m)
    )
    for half_life in (12.0, 36.0, None):
        contact, state = stocks(at, seen, half_life)
        age = at.day[:, None] - seen.last_day[None, :]
        rate = 0 if half_life is None else np.log(2) / half_life / 30.4375
        worth = np.where(age >= 0, seen.weight * np.exp(-rate * np.maximum(age, 0)), 0)
        own = at.pair[:, None] == seen.pair[None, :]
        here = at.dyad[:, None] == seen.dyad[None, :]
        assert contact == pytest.approx((worth * own).sum(1), rel=1e-9, abs=1e-12)
        assert state == pytest.approx((worth * (here & ~own)).sum(1), rel=1e-7, abs=1e-12)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return make_world(seed=5, dyads=12, first=1980, last=2000)


@pytest.mark.parametrize("grain", ["annual", "monthly"])
def test_the_frames_stocks_are_recomputed_exactly(frames: Frames, grain: str) -> None:
    fitted = fit_model(frames.grain(grain), main_model(CORE, grain))
    world = build_world(fitted.design.rows.frame, frames, grain)
    contact, state = stocks(world.rows, world.meetings, 36.0)
    assert contact == pytest.approx(fitted.design.x[:, 0], rel=1e-9, abs=1e-12)
    assert state == pytest.approx(fitted.design.x[:, 1], rel=1e-9, abs=1e-12)
    check_observed(world, fitted.design.x, 36.0)


def test_row_days() -> None:
    """Year 1973 knows meetings up to 1972-12-31; March 1973 up to 1973-02-28."""
    assert row_days(pd.DataFrame({"year": [1973, 1950]}), "annual").tolist() == [day("1972-12-31"), day("1949-12-31")]
    month = pd.DataFrame({"month": pd.to_datetime(["1973-03-01"])})
    assert row_days(month, "monthly").tolist() == [day("1973-02-28")]


def test_a_redraw_keeps_each_dyads_meetings_and_falls_on_covered_days(frames: Frames) -> None:
    data = fit_model(frames.panel, main_model(CORE, "annual")).design.rows.frame
    world = build_world(data, frames, "annual")
    spells = frames.pair_spells
    drawn = redraw(world, np.random.default_rng(1))
    assert (drawn.dyad == world.meetings.dyad).all()
    assert (drawn.weight == world.meetings.weight).all()
    assert (drawn.last_day != world.meetings.last_day).mean() > 0.9
    support = {}
    for piece, pair in enumerate(world.support.pair):
        length = np.diff(np.r_[world.support.before, world.support.total.sum()])[piece]
        support.setdefault(int(pair), []).append((int(world.support.first_day[piece]), int(length)))
    inside = [
        any(0 <= d - first < n for first, n in support[int(p)]) for p, d in zip(drawn.pair, drawn.last_day, strict=True)
    ]
    assert all(inside)
    days = (pd.to_datetime(spells["covered_end"]) - pd.to_datetime(spells["covered_start"])).dt.days + 1
    assert world.support.total.sum() == int(days.sum())


def test_redrawn_days_are_uniform_over_the_covered_days(frames: Frames) -> None:
    """4,000 redraws of one dyad's meetings: a pair's share of them is its share of covered days."""
    data = fit_model(frames.panel, main_model(CORE, "annual")).design.rows.frame
    world = build_world(data, frames, "annual")
    dyad = int(np.bincount(world.meetings.dyad).argmax())
    one = world.meetings.dyad == dyad
    many = replace(
        world,
        meetings=Meetings(
            np.full(4000, dyad), np.full(4000, world.meetings.pair[one][0]), np.zeros(4000, int), np.ones(4000)
        ),
        free=np.ones(4000, dtype=bool),
    )
    drawn = redraw(many, np.random.default_rng(2))
    pieces = slice(
        *np.searchsorted(
            world.support.before, [world.support.offset[dyad], world.support.offset[dyad] + world.support.total[dyad]]
        )
    )
    length = np.diff(np.r_[world.support.before, world.support.total.sum()])[pieces]
    expected = pd.Series(length / length.sum(), index=world.support.pair[pieces]).groupby(level=0).sum()
    found = pd.Series(drawn.pair).value_counts(normalize=True).reindex(expected.index, fill_value=0)
    assert (found - expected).abs().max() < 0.03


def test_meetings_that_are_not_covered_stay_where_they_are(frames: Frames) -> None:
    seen = frames.dyad_meetings.copy()
    seen.loc[::2, "covered"] = False
    data = fit_model(frames.panel, main_model(CORE, "annual")).design.rows.frame
    world = build_world(data, replace(frames, dyad_meetings=seen), "annual")
    drawn = redraw(world, np.random.default_rng(3))
    assert (~world.free).sum() > 10
    assert (drawn.last_day[~world.free] == world.meetings.last_day[~world.free]).all()
    assert (drawn.pair[~world.free] == world.meetings.pair[~world.free]).all()


def test_the_quick_statistic_is_that_of_a_whole_refit(frames: Frames) -> None:
    """Each draw's t equals fitting the model again with the redrawn stocks in the frame."""
    fitted = fit_model(frames.panel, main_model(CORE, "annual"))
    world = build_world(fitted.design.rows.frame, frames, "annual")
    contrasts = tuple(contrast_vector(fitted.fit.names, p.weights) for p in CORE.parameters)
    rng = np.random.default_rng(11)
    slow = []
    for _ in range(20):
        x = np.column_stack(stocks(world.rows, redraw(world, rng), 36.0))
        again = fit_linear(replace(fitted.design, x=x))
        slow.append([c @ again.beta / np.sqrt(c @ again.cov @ c) for c in contrasts])
    found = permute(fitted.fit, world, contrasts, half_life=36.0, draws=20, seed=11)
    observed = [abs(c @ fitted.fit.beta / np.sqrt(c @ fitted.fit.cov @ c)) for c in contrasts]
    for position, permutation in enumerate(found):
        reference = np.array(slow)[:, position]
        assert permutation.t_mean == pytest.approx(reference.mean(), rel=1e-8)
        assert permutation.p == pytest.approx((1 + (np.abs(reference) >= observed[position]).sum()) / 21)


def test_a_strong_effect_is_found_and_the_seed_repeats_it() -> None:
    frames = make_world(seed=6, dyads=14, first=1970, last=2000, truth=Truth(delta=0.5))
    fitted = fit_model(frames.panel, main_model(CORE, "annual"))
    world = build_world(fitted.design.rows.frame, frames, "annual")
    contrasts = (np.array([1.0, -1.0]),)
    first = permute(fitted.fit, world, contrasts, half_life=36.0, draws=99, seed=1)
    assert first[0].p <= 0.03
    assert permute(fitted.fit, world, contrasts, half_life=36.0, draws=99, seed=1) == first


def test_a_p_of_the_randomisation_counts_both_sides(frames: Frames) -> None:
    fitted = fit_model(frames.panel, main_model(CORE, "annual"))
    world = build_world(fitted.design.rows.frame, frames, "annual")
    delta = np.array([1.0, -1.0])
    ahead, behind = permute(fitted.fit, world, (delta, -delta), half_life=36.0, draws=99, seed=1)
    assert 0.05 < ahead.p < 0.95
    assert ahead.p == behind.p


def test_other_stocks_than_the_frames_are_refused(frames: Frames) -> None:
    fitted = fit_model(frames.panel, main_model(CORE, "annual"))
    less = replace(frames, dyad_meetings=frames.dyad_meetings.iloc[:-20])
    with pytest.raises(NotEstimableError, match="stock recomputed from `dyad_meetings` differs"):
        check_observed(build_world(fitted.design.rows.frame, less, "annual"), fitted.design.x, 36.0)
    unknown = replace(frames, dyad_meetings=frames.dyad_meetings.assign(weight=np.nan))
    with pytest.raises(NotEstimableError, match="differs"):
        check_observed(build_world(fitted.design.rows.frame, unknown, "annual"), fitted.design.x, 36.0)


def test_bad_meetings_and_spells_are_refused(frames: Frames) -> None:
    data = fit_model(frames.panel, main_model(CORE, "annual")).design.rows.frame
    spells, seen = frames.pair_spells, frames.dyad_meetings
    with pytest.raises(AnalysisError, match=r"`dyad_meetings` lacks columns[\s\S]*weight"):
        build_world(data, replace(frames, dyad_meetings=seen.drop(columns="weight")), "annual")
    with pytest.raises(AnalysisError, match=r"a date is missing[\s\S]*end_date"):
        build_world(data, replace(frames, dyad_meetings=seen.assign(end_date=pd.NaT)), "annual")
    with pytest.raises(NotEstimableError, match="absent from `pair_spells`"):
        build_world(data, replace(frames, pair_spells=spells.iloc[::3]), "annual")
    with pytest.raises(NotEstimableError, match="no covered day"):
        build_world(data, replace(frames, pair_spells=spells.assign(covered_start=pd.NaT)), "annual")
    turned = spells.assign(covered_start=spells["covered_end"], covered_end=spells["covered_start"])
    with pytest.raises(NotEstimableError, match="ends before it starts"):
        build_world(data, replace(frames, pair_spells=turned), "annual")
