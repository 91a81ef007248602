"""The multiverse: names, equality with single fits, processes, a kill, a changed grid, and what the summary says."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from models_world import make_world
from multiverse_world import GRID, make_frame, read

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.errors_dyadic import dyadic_covariance
from trustpanel.models.fitting import fit_model
from trustpanel.models.linear import contrast_vector, interval
from trustpanel.models.model import main_model
from trustpanel.models.multiverse import (
    Multiverse,
    Specification,
    SpecResult,
    as_frame,
    estimated,
    expand_grid,
    frame_fingerprint,
    run_multiverse,
    specification,
)
from trustpanel.models.multiverse_choice import LinearChoice
from trustpanel.models.multiverse_linear import LinearMultiverse
from trustpanel.models.multiverse_summary import summarise
from trustpanel.models.spec import load_spec
from trustpanel.paths import project

ANNUAL = main_model(load_spec(project().analyses, "H3").core, "annual")
SPECS = expand_grid(GRID)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return make_frame()


@pytest.fixture(scope="module")
def whole(frame: pd.DataFrame) -> Multiverse:
    fit = LinearMultiverse(frame, read)
    return run_multiverse(SPECS, fit, fingerprint=frame_fingerprint(frame), group=fit.group)


def one(spec: Specification) -> SpecResult:
    """A fit without data: a + b, not estimable where b is 3."""
    a, b = int(spec["a"] or 0), int(spec["b"] or 0)
    if b == 3:
        raise NotEstimableError("b is 3")
    return estimated(spec, estimate=a + b, se=1.0, p=0.01 if a > 0 else 0.5, ci95=(a - 1, a + 1), n=10, clusters=5)


def test_names_are_stable_and_grids_are_checked() -> None:
    """The name is the first twelve characters of sha256 of [["a","x"],["b",1]]: written once here, kept for good."""
    assert specification({"b": 1, "a": "x"}).id == specification({"a": "x", "b": 1}).id == "a13e089766c9"
    specs = expand_grid({"a": [1, 2], "b": [3, 4, 5]}, allowed=lambda c: c["a"] != 2 or c["b"] != 5)
    assert [dict(s.choices) for s in specs][:2] == [{"a": 1, "b": 3}, {"a": 1, "b": 4}]
    assert len(specs) == len({s.id for s in specs}) == 5
    assert len(SPECS) == 128
    for bad in ({"a": []}, {"a": [1, 1]}, {}, {"a": [1, True]}):
        with pytest.raises(AnalysisError, match="grid"):
            expand_grid(bad)
    with pytest.raises(AnalysisError, match="own name"):
        expand_grid({"a": [1]}, allowed=lambda c: False)


def test_a_fingerprint_sees_values_types_and_names(frame: pd.DataFrame) -> None:
    base = frame_fingerprint(frame)
    assert frame_fingerprint(frame.copy()) == base == frame_fingerprint(frame[frame.columns[::-1]])
    moved = frame.copy()
    moved.loc[7, "x1"] += 1e-12
    for other in (moved, frame.rename(columns={"w": "v"}), frame.astype({"risk0": float}), frame.iloc[::-1]):
        assert frame_fingerprint(other) != base


def test_a_specification_is_the_fit_of_its_own_model() -> None:
    """On the invented panel, with effects, controls, splines and sample of the main model: `fit_linear` to eight digits."""
    panel = make_world(seed=3, dyads=14, first=1975, last=2000).panel
    model = ANNUAL
    fit = fit_model(panel, model).fit
    flags = tuple(c for c in (model.sample.risk_set.column, model.sample.coverage.column) if c)
    terms = tuple(t.column for t in model.terms)
    names = {t.name: t.column for t in model.terms}
    window = (model.sample.window.first_year, model.sample.window.last_year)
    for parameter in model.parameters:
        choice = LinearChoice(
            outcome=model.outcome,
            terms=terms,
            contrast=tuple((names[t], w) for t, w in parameter.weights),
            controls=(*model.controls, *model.flags),
            flags=flags,
            years=window,
            splines=model.splines,
            spline_knots=model.spline_knots,
        )
        spec = specification({"parameter": parameter.name})
        held = panel[panel["leader_dyad_id"].notna()]
        found = LinearMultiverse(held, lambda _, choice=choice: choice)(spec)
        c = contrast_vector(fit.names, parameter.weights)
        same = interval(float(c @ fit.beta), float(c @ fit.cov @ c), fit.df)
        assert (found.estimate, found.se, found.p) == pytest.approx((same.estimate, same.se, same.p), rel=1e-8)
        assert (found.low, found.high) == pytest.approx(same.ci95, rel=1e-8)
        assert (found.n, found.clusters) == (len(fit.y), fit.df + 1)


def by_hand(frame: pd.DataFrame, spec: Specification) -> tuple[float, float]:
    choice = read(spec)
    used = [choice.outcome, *choice.terms, *choice.controls]
    data = frame[(frame[list(choice.flags)] == 1).all(axis=1)].dropna(subset=used).sort_values(["ccode_b", "year"])
    size = data.groupby("ccode_b")["year"].transform("size")
    data = data[size > 1]
    dyad = pd.get_dummies(data["ccode_b"]).to_numpy(float)
    year = pd.get_dummies(data["year"]).to_numpy(float)[:, 1:] if "year" in choice.effects else np.empty((len(data), 0))
    x = np.column_stack([data[[*choice.terms, *choice.controls]], year, dyad])
    weights = np.ones(len(data)) if choice.weights is None else data[choice.weights]
    model = sm.WLS(data[choice.outcome].to_numpy(), x, weights=weights)
    if choice.errors == "robust":
        fit = model.fit(cov_type="HC1")
        return float(fit.params[0]), float(fit.bse[0])
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": data["ccode_b"].to_numpy()})
    k = x.shape[1]
    return float(fit.params[0]), float(fit.bse[0] * np.sqrt((len(data) - k) / (len(data) - k + dyad.shape[1])))


def test_specifications_are_those_of_statsmodels(frame: pd.DataFrame, whole: Multiverse) -> None:
    """Every seventh of the 128, so that each value of each choice is met."""
    assert [r.id for r in whole.results] == [s.id for s in SPECS]
    for spec, result in list(zip(SPECS, whole.results, strict=True))[::7]:
        assert (result.estimate, result.se) == pytest.approx(by_hand(frame, spec), rel=1e-7), spec.choices


def test_dyadic_errors_are_those_of_the_fit_and_refused_in_a_star() -> None:
    panel = make_world(seed=6, dyads=40, first=1985, last=1996, star=False).panel
    panel = panel[panel["leader_dyad_id"].notna()]
    model = replace(ANNUAL, splines=(), flags=(), controls=())
    model = replace(model, sample=replace(model.sample, window=replace(model.sample.window, first_year=None)))
    fitted = fit_model(panel, model)
    data = fitted.design.rows.frame
    cov = dyadic_covariance(fitted.fit, data["ccode_a"].to_numpy(int), data["ccode_b"].to_numpy(int))
    flags = tuple(c for c in (model.sample.risk_set.column, model.sample.coverage.column) if c)
    terms = tuple(t.column for t in model.terms)
    choice = LinearChoice(
        model.outcome,
        terms,
        ((terms[0], 1.0),),
        flags=flags,
        errors="dyadic",
        years=(None, model.sample.window.last_year),
    )
    found = LinearMultiverse(panel, lambda _: choice)(specification({"a": 1}))
    assert found.se == pytest.approx(np.sqrt(cov[0, 0]), rel=1e-8)
    star = LinearMultiverse(panel, lambda _: replace(choice, star_share_max=0.01))
    with pytest.raises(NotEstimableError, match="one state is in too many rows"):
        star(specification({"a": 1}))


def test_one_process_and_several_write_the_same(frame: pd.DataFrame, whole: Multiverse) -> None:
    fit = LinearMultiverse(frame, read)
    key = frame_fingerprint(frame)
    assert run_multiverse(SPECS, fit, fingerprint=key, group=fit.group, workers=2) == whole
    assert run_multiverse(SPECS, fit, fingerprint=key) == whole, "the order of estimation changes nothing"
    with ThreadPoolExecutor(1) as executor:
        assert run_multiverse(SPECS, fit, fingerprint=key, executor=executor) == whole


def test_a_killed_run_is_taken_up_without_loss(frame: pd.DataFrame, whole: Multiverse, tmp_path: Path) -> None:
    path = tmp_path / "specs.jsonl"
    code = Path(__file__).with_name("multiverse_world.py")
    died = subprocess.run([sys.executable, str(code), str(path), "40"], check=False, capture_output=True)
    assert died.returncode == -9, died.stderr.decode()
    kept = path.read_bytes().splitlines()
    assert 40 < len(kept) < 129
    with path.open("ab") as file:
        file.write(b'{"id": "torn')
    seen: list[str] = []
    fit = LinearMultiverse(frame, read)

    def counted(spec: Specification) -> SpecResult:
        seen.append(spec.id)
        return fit(spec)

    again = run_multiverse(SPECS, counted, fingerprint=frame_fingerprint(frame), group=fit.group, path=path)
    assert again == whole
    assert len(seen) == 128 - (len(kept) - 1)
    assert path.read_bytes().splitlines()[: len(kept)] == kept
    assert len(path.read_bytes().splitlines()) == 129
    steps: list[tuple[int, int]] = []
    last = run_multiverse(
        SPECS, one, fingerprint=frame_fingerprint(frame), path=path, progress=lambda *s: steps.append(s)
    )
    assert (last, steps) == (whole, [(128, 128)]), "nothing is left to estimate"


def test_another_frame_or_grid_begins_anew_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "specs.jsonl"
    specs = expand_grid({"a": [1, -2], "b": [1, 3]})
    first = run_multiverse(specs, one, fingerprint="f1", path=path)
    text = path.read_text()
    run_multiverse(specs, one, fingerprint="f2", path=path)
    run_multiverse(specs[:2], one, fingerprint="f2", path=path)
    aside = sorted(p.name for p in path.parent.iterdir())
    assert len(aside) == 3
    assert (path.parent / f"specs.{first.key[:12]}.jsonl").read_text() == text
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()[1:]] == [s.id for s in specs[:2]]
    assert [r.status for r in first.results] == ["estimated", "not_estimable"] * 2
    path.write_text("estimate,se\n1,2\n")
    with pytest.raises(AnalysisError, match="not one of a multiverse"):
        run_multiverse(specs, one, fingerprint="f2", path=path)
    run_multiverse(specs, one, fingerprint="f3", path=tmp_path / "b.jsonl")
    lines = (tmp_path / "b.jsonl").read_text().splitlines()
    (tmp_path / "b.jsonl").write_text("\n".join([*lines[:2], "{", *lines[3:], ""]))
    with pytest.raises(AnalysisError, match="line of kept results") as caught:
        run_multiverse(specs, one, fingerprint="f3", path=tmp_path / "b.jsonl")
    assert caught.value.row == 3


def test_a_specification_that_varies_too_little_is_counted_apart(frame: pd.DataFrame) -> None:
    """x9 varies in nine dyads, x8 in ten, as x0 does; in the others they stay at its first value. By the rule of h03 x9 is not testable."""
    first = frame.groupby("ccode_b")["x0"].transform("first")
    frame = frame.copy()
    frame["x9"], frame["x8"] = (frame["x0"].where(frame["ccode_b"] < 100 + n, first) for n in (9, 10))
    rule = ANNUAL.testable
    assert (rule.dyads_min, rule.within_share_min) == (10, 0.1)

    def thin(spec: Specification) -> LinearChoice:
        return replace(read(spec), testable=rule)

    grid = GRID | {"half_life": ["x0", "x8", "x9"], "outcome": ["y0"], "weights": [None]}
    specs = expand_grid(grid)
    fit = LinearMultiverse(frame, thin)
    found = run_multiverse(specs, fit, fingerprint="thin", group=fit.group)
    status = {s.choices: r.status for s, r in zip(specs, found.results, strict=True)}
    assert all(
        (kind == "not_testable_here") is (dict(choices)["half_life"] == "x9") for choices, kind in status.items()
    )
    told = summarise(found)
    assert (told.not_testable, told.estimated, told.not_estimable) == (len(specs) // 3, 2 * len(specs) // 3, ())
    assert "found: 9 dyads" in str(next(r.reason for r in found.results if r.status == "not_testable_here"))
    without = summarise(run_multiverse([s for s in specs if s["half_life"] != "x9"], fit, fingerprint="rest"))
    assert (without.median, without.positive) == (told.median, told.positive)


def test_bad_choices_are_named(frame: pd.DataFrame) -> None:
    base = read(SPECS[0])
    spec = SPECS[0]
    cases = [
        (replace(base, terms=("absent", "x3")), AnalysisError, "lacks columns"),
        (replace(base, errors="hc9"), AnalysisError, "unknown errors"),
        (replace(base, effects=("leader",)), AnalysisError, "unknown effects"),
        (replace(base, terms=("x0", "ccode_a")), NotEstimableError, "`ccode_a` does not vary"),
        (replace(base, terms=("x0", "x0")), NotEstimableError, "collinear"),
        (replace(base, controls=("x0",)), NotEstimableError, "sum of the controls"),
        (replace(base, years=(2100, None)), NotEstimableError, "fewer than two dyads"),
    ]
    for choice, kind, match in cases:
        with pytest.raises(kind, match=match):
            LinearMultiverse(frame, lambda _, choice=choice: choice)(spec)
    with pytest.raises(AnalysisError, match="another specification"):
        run_multiverse(SPECS[:2], lambda s: one(specification({"a": 1, "b": 1})), fingerprint="x")


def test_the_summary_by_hand() -> None:
    """a in {1, -2}, b in {1, 2, 3}, where b = 3 cannot be estimated: 2, 3, -1, 0. Between the values of a lie 9 of 10,
    between those of b 1 of 10 squared units.
    """
    grid = expand_grid({"a": [1, -2], "b": [1, 2, 3]})
    found = summarise(run_multiverse(grid, one, fingerprint="x"))
    assert (found.specifications, found.estimated) == (6, 4)
    assert (found.positive, found.significant_positive, found.significant_negative) == (0.5, 0.5, 0.0)
    assert (found.median, found.minimum, found.maximum) == (1.0, -1.0, 3.0)
    moves = {m.choice: m for m in found.moves}
    assert [m.choice for m in found.moves] == ["a", "b"]
    assert (moves["a"].alone, moves["a"].beyond_others) == (pytest.approx(0.9), pytest.approx(0.9))
    assert (moves["b"].alone, found.main_effects) == (pytest.approx(0.1), pytest.approx(1.0))
    assert (moves["a"].flips_sign, moves["b"].flips_sign) == (True, False)
    assert [(o.value, o.estimated, o.median) for o in found.options if o.choice == "b"] == [
        (1, 2, 0.5), (2, 2, 1.5), (3, 0, None),
    ]  # fmt: skip
    assert found.not_estimable[0][1] == 2
    with pytest.raises(NotEstimableError, match="no specification"):
        summarise(run_multiverse(grid[2:3], one, fingerprint="x"))


def test_the_summary_finds_what_moves_the_result(whole: Multiverse) -> None:
    """x0 acts on y0 only: outcome and half-life account for most, errors for nothing."""
    found = summarise(whole)
    order = [m.choice for m in found.moves]
    assert set(order[:2]) == {"outcome", "half_life"}
    assert {m.choice: m.alone for m in found.moves}["errors"] == pytest.approx(0, abs=1e-12)
    table = as_frame(whole)
    true = table[(table["outcome"] == "y0") & (table["half_life"] == "x0")]
    assert true["estimate"].mean() == pytest.approx(0.3, abs=0.1)
    assert len(table) == 128
    assert table["spec"].is_unique


def test_a_thousand_specifications_take_less_than_a_minute() -> None:
    """10,000 rows and 15 columns in this process; the same on two quiet cores takes some ten seconds."""
    frame = make_frame(dyads=200, years=50, columns=15)
    more = {
        "half_life": ["x0", "x1", "x2"],
        "controls": [0, 2, 4, 6, 8, 10, 11],
        "errors": ["dyad", "robust", "dyadic"],
    }
    specs = expand_grid(GRID | more)
    fit = LinearMultiverse(frame, read)
    begin = time.process_time()
    found = run_multiverse(specs, fit, fingerprint="speed", group=fit.group, workers=0)
    assert len(found.results) == 1008
    assert time.process_time() - begin < 60
