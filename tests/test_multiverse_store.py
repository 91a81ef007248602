"""The declared multiverse: its grid counted by hand, its columns, its main specification, and the committed result."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from models_world import make_world

from trustpanel.errors import AnalysisError, ReportError
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames, numbers
from trustpanel.models.linear import contrast_vector
from trustpanel.models.main_sensitivity import main_sensitivity, strongest_control
from trustpanel.models.model import main_model
from trustpanel.models.multiverse import run_multiverse, specification
from trustpanel.models.multiverse_columns import grid_frame, outcome_column, reweigh, stock_column
from trustpanel.models.multiverse_fit import Reader, grid_fit
from trustpanel.models.multiverse_run import run_grids
from trustpanel.models.multiverse_spec import load_multiverse_spec
from trustpanel.models.sensitivity_fit import sensitivity_of
from trustpanel.models.spec import load_spec
from trustpanel.paths import project
from trustpanel.report.load import load_long
from trustpanel.report.long_pages import write_multiverse
from trustpanel.report.multiverse_page import curve_bytes, multiverse_page
from trustpanel.store.contest_frames import contest_frames

ANALYSES = project().analyses
CORE = load_spec(ANALYSES, "H3").core
SPEC = load_multiverse_spec(ANALYSES, CORE)
GRIDS = {g.name: g for g in SPEC.grids}


@pytest.fixture(scope="module")
def world() -> Frames:
    frames = make_world(seed=7, dyads=16, first=1975, last=2000)
    rng = np.random.default_rng(0)
    told = rng.random(len(frames.dyad_meetings)) < 0.7
    more = {"kind": np.where(rng.random(len(told)) < 0.2, "sideline", "summit"), "listed": told}
    return replace(frames, dyad_meetings=frames.dyad_meetings.assign(**more, listed_without_china=told))


@pytest.fixture(scope="module")
def real(store) -> Frames:
    return Frames(**contest_frames(store))


@pytest.fixture(scope="module")
def expected():
    return load_long("multiverse.json", project().expected)


def main_choices(name: str, parameter: str = "delta") -> dict[str, str]:
    grid = GRIDS[name]
    return {"outcome": grid.outcomes[0][0], **{c: v[0] for c, v in grid.choices}, "parameter": parameter}


def test_the_grid_counted_by_hand() -> None:
    """Annual: 6 outcomes x 5 risk sets x 2 coverages x 5 half-lives x 3 controls x 2 errors = 1,800 for a parameter.
    Beside it, on the main risk set (360): 2 weights, 2 windows, and one departure each in age, effects and rows = 2,520;
    2 lists of sources where lists cover (180 each) = 360. Together 4,680, and three parameters.
    """
    annual = GRIDS["annual"].specifications()
    assert len(annual) == 3 * (1800 + 360 * 7 + 180 * 2) == 14_040
    assert len({s.id for s in annual}) == 14_040
    assert len(GRIDS["monthly"].specifications()) == 3 * (4 * 2 * 5 * 3 * 2 + 2 * 5 * 3 * 2 * 4) == 1440
    assert len(GRIDS["logit"].specifications()) == 3 * 5 * 4 * 2 * 3 * 2 == 720
    assert specification(main_choices("annual")).id in {s.id for s in annual}
    lists = [s for s in annual if s["sources"] != "all"]
    assert {s["coverage"] for s in lists} == {"both_sides.v1"}


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('"12", "24"', '"13", "24"', "unknown value"),
        ('parameters = ["delta"', 'parameters = ["kappa"', "unknown value"),
        ('estimator = "linear"', 'estimator = "probit"', "unknown value"),
        ('"any_rivalry_list.v1"', '"any_rivalry_list.v7"', "no risk_set of that name"),
        ("frozen = 2026-11-22", 'frozen = "soon"', "not a date"),
        ('narrow = ["meeting_weights"', 'narrow = ["weather"', "unknown value"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, old: str, new: str, match: str) -> None:
    for name in ("samples.toml", "blocks.toml"):
        shutil.copy(ANALYSES / name, tmp_path / name)
    text = (ANALYSES / "multiverse.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "multiverse.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnalysisError, match=match):
        load_multiverse_spec(tmp_path, CORE)


def test_meetings_are_reweighed(world: Frames) -> None:
    meetings = world.dyad_meetings
    assert reweigh(meetings, "declared", "all") is meetings
    assert (reweigh(meetings, "equal", "all")["weight"] == 1).all()
    assert "sideline" not in set(reweigh(meetings, "no_sideline", "all")["kind"])
    assert len(reweigh(meetings, "declared", "lists")) == meetings["listed"].sum() < len(meetings)


def test_the_main_specification_is_the_main_model(real: Frames) -> None:
    """On the store, both grains: estimate and error of `fit_linear`, the month's times 36."""
    for name, factor in (("annual", 1.0), ("monthly", 36.0)):
        grid = GRIDS[name]
        fit = fit_model(real.grain(grid.grain), main_model(CORE, grid.grain)).fit
        multiverse = grid_fit(SPEC, grid, grid_frame(real, grid))
        for parameter in CORE.parameters:
            found = multiverse(specification(main_choices(name, parameter.name)))
            c = contrast_vector(fit.names, parameter.weights)
            assert found.estimate == pytest.approx(factor * float(c @ fit.beta), rel=1e-7)
            assert found.se == pytest.approx(factor * float(np.sqrt(c @ fit.cov @ c)), rel=1e-7)
            assert (found.n, found.clusters) == (len(fit.y), fit.df + 1)


def test_stocks_summed_anew_are_those_of_the_panel_or_smaller(real: Frames) -> None:
    """`grid_frame` holds the declared stocks against the panel's; fewer meetings never make a larger one."""
    frame = grid_frame(real, GRIDS["annual"])
    own = numbers(frame, "contact_stock")
    for weights, sources in (("no_sideline", "all"), ("declared", "lists"), ("declared", "lists_without_china")):
        other = numbers(frame, stock_column("contact", "36", weights, sources))
        assert (np.isnan(other) == np.isnan(own)).all()
        if weights == "declared":
            assert np.nanmax(other - own) < 1e-9
        assert np.nanmin(other - own) < -0.01
    scale = numbers(frame, outcome_column("hostility_fall"))
    assert np.nanmax(scale) == 1.0
    broken = replace(real, panel=real.panel.assign(contact_stock=real.panel["contact_stock"] + 0.1))
    with pytest.raises(AnalysisError, match="differs from the frame's"):
        grid_frame(broken, GRIDS["annual"])


def test_choices_are_read_as_declared() -> None:
    asked = main_choices("annual") | {
        "window": "to_1991",
        "age": "none",
        "half_life": "none",
        "rows": "pair_share_of_window",
    }
    choice = Reader(SPEC, GRIDS["annual"])(specification(asked))
    assert choice.terms == ("contact_stock_none", "state_stock_none")
    assert (choice.years, choice.splines, choice.weights) == ((1946, 1991), (), "pair_share_of_window")
    assert "first_year" not in choice.controls
    monthly = Reader(SPEC, GRIDS["monthly"])(specification(main_choices("monthly") | {"age": "none"}))
    assert "exposure_days" in monthly.controls


def test_one_process_several_and_a_second_start_agree(world: Frames, tmp_path) -> None:
    """A small cut of the annual grid and of the logit, with the files of the first run taken up by the second."""
    small = {"risk_set": 1, "coverage": 1, "half_life": 2, "controls": 1, "meeting_weights": 2, "sources": 2}
    grids = tuple(
        replace(
            GRIDS[name],
            outcomes=GRIDS[name].outcomes[:1],
            choices=tuple(
                (c, v[-n:] if c == "controls" else v[:n]) for c, v in GRIDS[name].choices if (n := small.get(c, 1))
            ),
        )
        for name in ("annual", "logit")
    )
    spec = replace(SPEC, grids=grids)
    first = run_grids(spec, world, folder=tmp_path)
    assert first.result["grids"][0]["parameters"]["delta"]["estimated"] == 2 + 2 * 2
    assert first.dumps() == run_grids(spec, world, workers=2).dumps()
    lines = (tmp_path / "multiverse-annual.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "multiverse-annual.jsonl").write_text("\n".join(lines[:5]) + '\n{"id": "to', encoding="utf-8")
    assert run_grids(spec, world, folder=tmp_path).dumps() == first.dumps()


def test_the_strongest_control_leaves_least(world: Frames) -> None:
    found = main_sensitivity(CORE, world, times=(1.0, 2.0), least=4)[0]
    fitted = fit_model(world.panel, main_model(CORE, "annual"))
    c = contrast_vector(fitted.fit.names, CORE.parameters[1].weights)
    best = strongest_control(fitted, c)
    left = found.sensitivity["delta"].bounds[0].estimate
    for other in ("capability_ratio_pre", "trade_log_pre", "joint_tenure_years"):
        alone = sensitivity_of(fitted.design, fitted.fit, c, parameter="", benchmarks=(other,), times=(1.0,))
        sign = np.sign(c @ fitted.fit.beta)
        assert sign * left <= sign * alone.bounds[0].estimate + 1e-12
    assert found.benchmark["delta"] == best
    assert 0 <= found.sensitivity["delta"].robustness.rv <= 1


def test_the_committed_multiverse_is_what_the_store_gives(real: Frames, expected) -> None:
    """Every twentieth drawn place of each curve, estimated anew."""
    assert expected["spec_sha256"] == SPEC.sha256
    for held in expected["grids"]:
        grid = GRIDS[held["name"]]
        fit = grid_fit(SPEC, grid, grid_frame(real, grid))
        chosen = {c["id"]: c for c in held["curve"][::20]}
        specs = [s for s in grid.specifications() if s.id in chosen and s["parameter"] == "delta"]
        assert len(specs) == len(chosen) >= 5
        for result in run_multiverse(specs, fit, fingerprint="again", group=fit.group).results:
            for name in ("estimate", "low", "high", "p"):
                assert getattr(result, name) == pytest.approx(chosen[result.id][name], rel=1e-5, abs=1e-8)


def test_the_page_says_what_the_result_says(expected, tmp_path) -> None:
    names = {file.name for file in write_multiverse(expected, tmp_path)}
    grids = {f"multiverse_{g}.png" for g in GRIDS}
    assert names == {"multiverse.md", "multiverse.html", *grids}
    text = (tmp_path / "multiverse.md").read_text(encoding="utf-8")
    found = expected["grids"][0]["parameters"]["delta"]
    assert f"of {found['estimated']:,} specifications" in text
    assert "One state left out" in text
    grid = expected["grids"][2]
    assert curve_bytes(expected, grid, "svg") == curve_bytes(expected, grid, "svg")
    with pytest.raises(ReportError, match="lacks a part"):
        multiverse_page({k: v for k, v in expected.items() if k != "sensitivity"})
    (tmp_path / "multiverse.json").write_text(json.dumps({"id": "other"}), encoding="utf-8")
    with pytest.raises(ReportError, match="does not read"):
        load_long("multiverse.json", tmp_path)
