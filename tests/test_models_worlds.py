"""Simulated worlds: the mechanics on fifty of them. What they say of the estimators is in the stored report alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trustpanel.errors import AnalysisError, ReportError
from trustpanel.models.errors_wild import wild_cluster
from trustpanel.models.estimators.registry import ESTIMATORS
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames
from trustpanel.models.linear import fit_linear
from trustpanel.models.model import main_model
from trustpanel.models.permute import build_world, permute, redraw
from trustpanel.models.spec import load_spec
from trustpanel.models.stocks import stocks
from trustpanel.models.worlds import fits, notes
from trustpanel.models.worlds.block import VERDICTS, make_reference, run_block
from trustpanel.models.worlds.history import draw_histories, set_levels
from trustpanel.models.worlds.run import report_of, run_worlds
from trustpanel.models.worlds.served import ground_of
from trustpanel.models.worlds.served_cases import CASES
from trustpanel.models.worlds.served_run import draw_block, run_served
from trustpanel.models.worlds.shares import share_of
from trustpanel.models.worlds.skeleton import build_skeleton
from trustpanel.models.worlds.spec import load_worlds_spec
from trustpanel.models.worlds.summary import MAIN, summarise_cell
from trustpanel.models.worlds.verdict import judge
from trustpanel.paths import project
from trustpanel.report.load import load_long
from trustpanel.report.long_pages import write_worlds, write_worlds_document
from trustpanel.report.worlds_page import answer, power_bytes, worlds_page
from trustpanel.store.frames import analysis_frames

ANALYSES = project().analyses
CORE = load_spec(ANALYSES, "H3").core
SPEC = replace(load_worlds_spec(ANALYSES, CORE), wild_draws=99, permutation_draws=49)
WORLDS = 50


@pytest.fixture(scope="module")
def frames(store) -> Frames:
    return Frames(**analysis_frames(store))


@pytest.fixture(scope="module")
def skeleton(frames):
    return build_skeleton(CORE, frames)


@pytest.fixture(scope="module")
def reference(skeleton):
    return make_reference(skeleton, SPEC, 0)


@pytest.fixture(scope="module")
def expected():
    return load_long("worlds.json", project().expected)


def history(skeleton, name: str, worlds: int = 3, **changes):
    cell = replace(SPEC.cell(name), **changes)
    levels = set_levels(skeleton, SPEC.history, cell)
    return draw_histories(skeleton, SPEC.history, cell, levels, worlds=worlds, rng=np.random.default_rng(4))


def test_the_declared_worlds_are_those_asked_for() -> None:
    assert SPEC.worlds >= 2000
    assert {c.group for c in SPEC.cells} == {"null", "wheeler", "carry_over", "mixture", "fake", "selection", "reverse"}
    for group in ("wheeler", "carry_over", "mixture", "fake"):
        sizes = [max(c.theta, c.delta) for c in SPEC.cells if c.group == group]
        assert sizes[:4] == [0.5, 1.0, 2.0, 4.0]
    assert all(not c.right and c.no_effect for c in SPEC.cells if c.group in ("null", "selection", "reverse"))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("worlds = 2000", 'worlds = "many"', "wrong type"),
        ("frozen = 2026-11-22", 'frozen = "soon"', "not a date"),
        ('meetings = "held"', 'meetings = "dreamt"', "unknown value"),
        ('name = "null_redrawn"', 'name = "null"', "two entries have one name"),
    ],
)
def test_a_spoilt_declaration_is_refused(tmp_path, old: str, new: str, match: str) -> None:
    text = (ANALYSES / "worlds.toml").read_text(encoding="utf-8")
    (tmp_path / "worlds.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnalysisError, match=match):
        load_worlds_spec(tmp_path, CORE)


def test_what_meetings_add_to_a_month_is_what_the_stocks_say(skeleton) -> None:
    contact, state = stocks(skeleton.world.rows, skeleton.world.meetings, CORE.half_life, skeleton.layout)
    monthly, weight = skeleton.grains["monthly"].place, skeleton.world.meetings.weight
    np.testing.assert_allclose((skeleton.contact @ weight)[skeleton.segment], contact[monthly], atol=1e-10)
    np.testing.assert_allclose((skeleton.state @ weight)[skeleton.segment], state[monthly], atol=1e-10)
    shares = np.bincount(skeleton.cell, weights=skeleton.segments.share)
    assert shares.min() == pytest.approx(1.0)
    assert skeleton.recorded[1].sum() == len(monthly)


@pytest.mark.parametrize("grain", ["annual", "monthly"])
def test_a_world_is_estimated_as_the_recorded_history_is(skeleton, frames, grain: str) -> None:
    """Coefficients, errors, bootstrap and randomisation equal those of the functions that make the results."""
    held, y = skeleton.grains[grain], history(skeleton, "wheeler_2").outcome[grain]
    design = replace(fit_model(frames.grain(grain), main_model(CORE, grain)).design, y=y[:, 1])
    plain = fit_linear(design)
    exposure, outcomes = fits.expose(held, design.x), fits.clear(held, y)
    xy = fits.products_with(held, exposure.x, outcomes.y)
    found = fits.solve_world(exposure, xy[:, :, 1])
    cov = fits.clustered(held, exposure, found, held.fit.factor)
    np.testing.assert_allclose(found.beta, plain.beta, rtol=1e-9)
    np.testing.assert_allclose(cov, plain.cov, rtol=1e-9)
    every = fits.every_draw("webb", 99, len(held.first), 3)
    for c in held.contrasts:
        estimate, se = float(c @ found.beta), float(np.sqrt(c @ cov @ c))
        p, ends = fits.wild_intervals(
            fits.plan_wild(exposure, c, every), xy[:, :, 1], outcomes.basis[:, :, 1], estimate, se
        )
        truth = wild_cluster(plain, c, weights="webb", draws=99, seed=3)
        assert p == pytest.approx(truth.p)
        np.testing.assert_allclose(ends, [*truth.ci90, *truth.ci95], rtol=1e-6)
    world = build_world(design.rows.frame, frames, grain)
    rng = np.random.default_rng(8)
    drawn = [stocks(world.rows, redraw(world, rng), CORE.half_life) for _ in range(19)]
    pool = fits.make_pool(held, *(np.column_stack(part) for part in zip(*drawn, strict=True)))
    t = np.array([[abs(c @ found.beta) / np.sqrt(c @ cov @ c)] for c in held.contrasts])
    mine = fits.permutation_p(held, pool, fits.Outcomes(outcomes.y[:, [1]], outcomes.basis), t)[:, 0]
    theirs = permute(plain, world, held.contrasts, half_life=CORE.half_life, draws=19, seed=8)
    assert mine.tolist() == pytest.approx([p.p for p in theirs])


def test_disputes_are_as_many_as_recorded_and_both_grains_tell_one_history(skeleton) -> None:
    for name in ("null", "carry_over_8"):
        found = history(skeleton, name, worlds=40)
        disputes = -found.outcome["monthly"].sum(axis=0)
        recorded = skeleton.recorded[0].sum()
        assert abs(disputes.mean() - recorded) < 5 * disputes.std(ddof=1) / np.sqrt(40) + 0.1 * recorded
    broke, calm = found.outcome["monthly"] != 0, found.outcome["annual"]
    grains = skeleton.grains
    month = skeleton.segments.month[skeleton.segment] + 1970 * 12
    dyad = skeleton.world.rows.dyad
    for row in range(0, len(calm), 50):
        inside = (dyad[grains["monthly"].place] == dyad[row]) & (month // 12 >= grains["annual"].year[row])
        inside &= month // 12 <= grains["annual"].year[row] + 2
        assert not (broke[inside].any(axis=0) & (calm[row] == 1)).any()


@pytest.mark.parametrize("name", ["selection", "reverse", "null_redrawn"])
def test_redrawn_meetings_keep_number_weight_and_covered_days(skeleton, name: str) -> None:
    made = history(skeleton, name, worlds=4, pull=4.0).meetings
    held, free = skeleton.world.meetings, skeleton.world.free
    pieces, days = skeleton.pieces, {}
    for d, p, first, length in zip(pieces.dyad, pieces.pair, pieces.first_day, pieces.length, strict=True):
        days.setdefault((d, p), set()).update(range(first, first + length))
    for m in made:
        assert (m.dyad == held.dyad).all()
        assert (m.weight == held.weight).all()
        assert (m.last_day[~free] == held.last_day[~free]).all()
        assert all(day in days[d, p] for d, p, day in zip(m.dyad[free], m.pair[free], m.last_day[free], strict=True))
    assert len({m.last_day.tobytes() for m in made}) == len(made)


def test_a_thaw_draws_meetings_and_meetings_follow_peace(skeleton) -> None:
    """Months in which a pair meets are calmer, on what is expected there, than months of meetings drawn at random."""
    rows, place = skeleton.world.rows, skeleton.grains["monthly"].place
    month = skeleton.segments.month[skeleton.segment]
    calm = {}
    for name in ("null_redrawn", "selection", "reverse"):
        found = history(skeleton, name, worlds=4, pull=4.0)
        seen = []
        for w, m in enumerate(found.meetings):
            met = m.last_day.astype("datetime64[D]").astype("datetime64[M]").astype(int)
            pairs = set(zip(m.pair[skeleton.world.free], met[skeleton.world.free], strict=True))
            at = [key in pairs for key in zip(rows.pair[place], month, strict=True)]
            seen.append(found.expected["monthly"][at, w].mean())
        calm[name] = float(np.mean(seen))
    assert calm["selection"] > 0.6 * calm["null_redrawn"]
    assert calm["reverse"] > 0.9 * calm["null_redrawn"]
    assert calm["null_redrawn"] < 0


def test_fifty_worlds_give_back_what_was_planted(skeleton, reference) -> None:
    for name, sign in (("null", 0), ("wheeler_8", 1)):
        cell = SPEC.cell(name)
        worlds = run_block(skeleton, SPEC, cell, reference, block=0, worlds=WORLDS)
        told = summarise_cell(skeleton, SPEC, cell, worlds)
        monthly = told["grains"]["monthly"]["parameters"]
        for parameter in monthly.values():
            assert abs(parameter["bias"]) < 4 * parameter["bias_error"]
        assert np.sign(monthly["delta"]["truth"]) == sign
        assert abs(monthly["theta"]["truth"]) <= 0.2 * abs(monthly["delta"]["truth"])
        assert sum(told["verdicts"][v][0] for v in VERDICTS) == pytest.approx(1)
        assert monthly["delta"]["estimators"][MAIN]["coverage"][0] > 0.8
    again = run_block(skeleton, SPEC, cell, reference, block=0, worlds=WORLDS)
    assert all(again.found[g].tobytes() == worlds.found[g].tobytes() for g in again.found)


def test_the_verdict_of_a_world_is_that_of_the_frozen_rule(skeleton) -> None:
    """Estimates planted so that one reading holds on both grains, then on one alone."""
    lead = {"annual": 0.5, "monthly": 0.5}

    def row(value: float, width: float, p: float) -> list[float]:
        return [value, width / 2, p, value - width * 0.8, value + width * 0.8, value - width, value + width, p]

    def planted(theta: float, delta: float, grain: str) -> np.ndarray:
        unit = skeleton.grains[grain].margin
        strong = [row(v * unit, 0.4 * unit, 0.001 if abs(v) > 0.4 else 0.6) for v in (theta, delta, theta + delta)]
        return np.array([dict(zip(("theta", "delta", "theta_plus_delta"), strong, strict=True))[n] for n in names])

    names = skeleton.grains["annual"].names
    for theta, delta, verdict in ((0, 2, "wheeler"), (2, 0, "kydd"), (2, -2, "carry_over"), (0, 0, "undecided")):
        both = {g: planted(theta, delta, g) for g in skeleton.grains}
        assert judge(skeleton, both, lead).verdict == verdict
    apart = {"annual": planted(0, 2, "annual"), "monthly": planted(0, 0, "monthly")}
    assert judge(skeleton, apart, lead).verdict == "undecided"
    assert judge(skeleton, apart, {"annual": 0.01, "monthly": 0.5}).order_identified is False


def test_a_stopped_run_is_taken_up_and_gives_the_same_bytes(skeleton, tmp_path) -> None:
    spec = replace(SPEC, cells=(SPEC.cell("null"), SPEC.cell("reverse")), block=3, permutation_draws=9, wild_draws=19)
    whole = run_worlds(spec, skeleton, worlds=5)

    def stop(done: int, of: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_worlds(spec, skeleton, worlds=5, folder=tmp_path, progress=stop)
    before = {f: f.stat().st_mtime_ns for f in tmp_path.iterdir()}
    assert len(before) == 2
    again = run_worlds(spec, skeleton, worlds=5, folder=tmp_path)
    texts = [report_of(spec, {**parts, "served": []}, made="2026-11-22").dumps() for parts in (whole, again)]
    assert texts[0] == texts[1]
    assert all(f.stat().st_mtime_ns == time for f, time in before.items())


def test_every_estimator_of_the_registry_is_tried(skeleton, frames) -> None:
    ground = ground_of(skeleton, frames)
    assert {c.estimator for c in CASES} == set(ESTIMATORS)
    assert len({c.name for c in CASES}) == len(CASES)
    for case in CASES:
        found = draw_block(1, ground, case, case.effect, block=0, size=1)
        assert np.isfinite(found[0, 0]), case.name
    plain = next(c for c in CASES if c.name == "linear-classical")
    spec = replace(SPEC, block=25)
    null, other = run_served(spec, ground, worlds=50, cases=(plain,))
    assert null["coverage"][0] >= 0.84
    assert abs(other["mean"] - plain.effect) < 4 * other["bias_error"]
    assert (null, other) == tuple(run_served(spec, ground, worlds=50, cases=(plain,)))


def test_shares_have_exact_binomial_intervals() -> None:
    none, half = share_of(np.zeros(20, dtype=bool)), share_of(np.arange(20) < 10)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 20))
    assert (half.low, half.high) == pytest.approx((0.27196, 0.72804), abs=1e-5)
    assert half.meets((0.7, 0.8))
    assert not half.meets((0.73, 0.8))


def test_an_estimator_that_misses_the_band_says_so(tmp_path) -> None:
    entry = {"coverage": [0.88, 0.86, 0.90], "meets_band": False, "rejected": [0.12, 0.10, 0.14]}
    good = {"coverage": [0.95, 0.94, 0.96], "meets_band": True, "rejected": [0.05, 0.04, 0.06]}
    grains = {"annual": {"parameters": {"delta": {"estimators": {"clustered by dyad": entry, MAIN: good}}}}}
    served = {"estimator": "logit", "errors": "cluster", "remark": "", "clusters": {"dyad": 46}, **entry}
    report = {"cells": [{"group": "null", "grains": grains}], "served": [served], "band": [0.93, 0.97]}
    (tmp_path / "worlds.json").write_text(json.dumps(report), encoding="utf-8")
    held = notes.stored_report(tmp_path)
    assert notes.main_notes("annual", MAIN, held) == ()
    (said,) = notes.main_notes("annual", "clustered by dyad", held)
    assert said.startswith("errors clustered by dyad: 95 % intervals hold the truth in 88.0 % of simulated worlds on")
    (said,) = notes.served_notes("logit", "cluster", held)
    assert "with 46 dyads; declared are 93 to 97 %" in said
    assert notes.served_notes("logit", "robust", held) == ()
    assert notes.main_notes("annual", MAIN, notes.stored_report(tmp_path / "empty")) == ()
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "worlds.json").write_text('{"cells"', encoding="utf-8")
    with pytest.raises(AnalysisError, match="does not read"):
        notes.stored_report(tmp_path / "torn")


def turned(held: Any) -> Any:
    """The same content, the keys of every table in the other order."""
    if isinstance(held, dict):
        return {key: turned(held[key]) for key in reversed(held)}
    return [turned(each) for each in held] if isinstance(held, list) else held


def test_the_stored_report_holds_the_declared_worlds_and_the_page_says_so(expected, tmp_path) -> None:
    assert [c["name"] for c in expected["cells"]] == [c.name for c in SPEC.cells]
    assert all(c["worlds"] >= 2000 for c in expected["cells"])
    assert all(e["worlds"] >= 2000 for e in expected["served"])
    assert expected["seed"] == SPEC.seed
    null = expected["cells"][0]
    assert null["false_verdict"][1] <= 0.05
    names = {file.name for file in write_worlds(expected, tmp_path)}
    assert names == {"worlds.md", "worlds.html", "worlds_power.png"}
    text = (tmp_path / "worlds.md").read_text(encoding="utf-8")
    assert answer(expected) in text
    assert f"{100 * null['false_verdict'][0]:.1f} %" in answer(expected)
    assert power_bytes(expected, "svg") == power_bytes(expected, "svg")
    documents = project().data.parent / "docs"
    if documents.is_dir():
        write_worlds_document(expected, tmp_path / "docs")
        written = (tmp_path / "docs" / "worlds.md").read_text(encoding="utf-8")
        assert (documents / "worlds.md").read_text(encoding="utf-8") == written
    assert worlds_page(turned(expected)).to_markdown() == text
    with pytest.raises(ReportError, match="lacks a part"):
        worlds_page({k: v for k, v in expected.items() if k != "served"})
