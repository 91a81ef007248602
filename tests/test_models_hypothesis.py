"""Hypotheses with tests of their own: what their files say, what is refused, and what an invented frame yields."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trustpanel.errors import AnalysisError
from trustpanel.models.hypothesis import FrameRequest, Hypothesis
from trustpanel.models.hypothesis_run import ESTIMATORS, prepare, run_hypotheses
from trustpanel.models.hypothesis_spec import load_hypotheses
from trustpanel.models.spec import load_spec
from trustpanel.paths import project

ANALYSES = project().analyses
REQUEST = FrameRequest(unit="pair_year", variables=(), table=None, years=None, directed=False, products=())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in ANALYSES.glob("*.toml"):
        if path.name in ("h01.toml", "h02.toml", "h03.toml", "h21.toml", "samples.toml", "blocks.toml"):
            shutil.copy(path, tmp_path / path.name)
    return tmp_path


def load(folder: Path, concepts: dict[str, str] | None = None) -> dict[str, Hypothesis]:
    core = load_spec(folder, "H3").core
    return load_hypotheses(folder, core, estimators=tuple(ESTIMATORS), concepts=concepts)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "h21.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def invented(effect: float, *, seed: int = 5, dyads: int = 40, years: int = 30) -> pd.DataFrame:
    """Dyads by years with an outcome that rises by `effect` with left_weak_link, on top of a dyad's own level."""
    rng = np.random.default_rng(seed)
    a = np.repeat(np.arange(100, 100 + dyads), years)
    left = rng.integers(0, 2, size=dyads * years).astype(bool)
    level = np.repeat(rng.normal(size=dyads), years)
    peace = 0.5 + 0.1 * level + effect * left + rng.normal(scale=0.2, size=len(a))
    rows = {"ccode_a": a, "ccode_b": a + 300, "year": np.tile(np.arange(1950, 1950 + years), dyads)}
    return pd.DataFrame(
        {
            **rows,
            "leader_a": "x",
            "leader_b": "y",
            "leader_dyad_id": [f"x|y|{s}" for s in a],
            "at_risk": True,
            "peace_3y": peace,
            "left_weak_link": left,
            "right_either": rng.integers(0, 2, size=len(a)).astype(bool),
        }
    )


def test_the_frozen_file_says_who_expects_what(folder: Path) -> None:
    h = load(folder)["H21"]
    assert (h.parameter, h.expected, dict(h.sign)["R"]) == ("both_left", "+", "+")
    assert h.tests[0].model.sample.risk_set.column == "at_risk"
    assert h.frame is not None
    assert (h.frame.unit, h.frame.table) == ("pair_year", None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('parameter = "both_left"', 'parameter = "nobody"', ("h21.toml", "both_left, either_right")),
        ('estimator = "linear"', 'estimator = "oracle"', ("tests.main.estimator", "linear")),
        ('unit = "pair_year"', "", ("a frame is a panel or a table",)),
        ('risk_set = "tss_or_dispute_10y.v1"', 'risk_set = "tss.v9"', ("risk_set", "tss.v9")),
        ("orientation = 1", "orientation = 2", ("orientation", "1 or -1")),
        ('outcome = "peace_3y"', 'outcom = "peace_3y"', ("outcom", "did you mean `outcome`")),
        ('expected = "+"', 'expected = "up"', ("expected", "up")),
        ('effects = ["dyad", "year"]', 'effects = ["planet"]', ("effects", "planet")),
    ],
)
def test_a_wrong_file_is_refused_by_name(folder: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    edit(folder, old, new)
    with pytest.raises(AnalysisError) as refusal:
        load(folder)
    assert all(word in str(refusal.value) for word in words), refusal.value


def test_bonding_stands_in_no_other_block(folder: Path) -> None:
    with pytest.raises(AnalysisError, match="measures bonding"):
        load(folder, concepts={"left_weak_link": "bonding"})


def test_untestable_needs_a_reason(folder: Path) -> None:
    text = (folder / "h21.toml").read_text(encoding="utf-8")
    head = text.split("[frame]")[0].replace('parameter = "both_left"\n', "")
    (folder / "h21.toml").write_text(head + '[untestable]\nreason = ""\nneeds = ""\n', encoding="utf-8")
    with pytest.raises(AnalysisError, match="does not say why"):
        load(folder)
    (folder / "h21.toml").write_text(
        head + '[untestable]\nreason = "no source"\nneeds = "a source"\n', encoding="utf-8"
    )
    result = run_hypotheses(load(folder), {})["H21"]
    assert (result.finding, result.untestable, result.tests, result.p_adjusted) == ("untestable", "no source", (), None)


def test_a_planted_effect_is_found_and_none_is_not(folder: Path) -> None:
    declared = load(folder)
    found = run_hypotheses(declared, {"H21": prepare(invented(0.3), REQUEST)})["H21"]
    own = found.tests[0].parameters["both_left"]
    assert found.finding == "positive"
    assert own.estimate == pytest.approx(0.3, abs=3 * own.se)
    assert found.p_adjusted == own.main.p  # one exploratory hypothesis: nothing to adjust for
    none = run_hypotheses(declared, {"H21": prepare(invented(0.0), REQUEST)})["H21"]
    assert none.finding == "no_clear_sign"
    assert json.loads(found.dumps())["kind"] == "hypothesis"


@pytest.mark.parametrize("name", ["effects_logit", "conditional_logit", "poisson", "logit", "firth_logit"])
def test_a_likelihood_finds_the_same_sign_on_the_same_rows(folder: Path, name: str) -> None:
    rng = np.random.default_rng(3)
    frame = invented(0.3)
    frame["peace_3y"] = (frame["peace_3y"] + rng.normal(scale=0.3, size=len(frame)) > 0.65).astype(float)
    edit(folder, 'estimator = "linear"', f'estimator = "{name}"')
    edit(
        folder,
        'effects = ["dyad", "year"]',
        f"effects = {['year'] if name in ('logit', 'firth_logit') else ['dyad', 'year']}",
    )
    found = run_hypotheses(load(folder), {"H21": prepare(frame, REQUEST)})["H21"]
    own = found.tests[0].parameters["both_left"]
    assert found.finding == "positive"
    assert found.tests[0].facts is not None
    assert found.tests[0].facts.n + sum(d[1] for d in found.tests[0].dropped_rows) == len(frame)
    edit(folder, "orientation = 1", "orientation = -1")
    turned = run_hypotheses(load(folder), {"H21": prepare(frame, REQUEST)})["H21"]
    assert turned.tests[0].parameters["both_left"].estimate == pytest.approx(-own.estimate)


def test_a_constant_outcome_is_not_estimable(folder: Path) -> None:
    frame = invented(0.3).assign(peace_3y=1.0)
    result = run_hypotheses(load(folder), {"H21": prepare(frame, REQUEST)})["H21"]
    assert result.finding == "not_estimable"
    assert "does not vary" in str(result.tests[0].reason)


def test_a_directed_row_counts_for_its_dyad_and_a_product_is_missing_with_a_part() -> None:
    frame = pd.DataFrame(
        {"ccode_a": [365, 2], "ccode_b": [2, 365], "year": [1985, 1985], "x": [2.0, None], "y": [3, 4]}
    )
    request = FrameRequest(None, (), "some_table", None, True, (("xy", ("x", "y")),))
    out = prepare(frame, request)
    assert out[["ccode_a", "ccode_b"]].to_numpy().tolist() == [[2, 365], [2, 365]]
    assert out["leader_dyad_id"].tolist() == ["state 2|state 365"] * 2
    assert out["xy"].tolist()[0] == 6
    assert np.isnan(out["xy"].tolist()[1])
