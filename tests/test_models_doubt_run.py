"""Doubt in one call, and latent trust with its error: worlds in which the answer is known without a draw."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from declared import hypotheses
from doubt_world import SURE, background_of, latent_of, pair_years_of, table_of, told_world

from trustpanel.errors import AnalysisError
from trustpanel.models.contest_run import contest_model
from trustpanel.models.contest_spec import load_contest_spec
from trustpanel.models.design import build_design
from trustpanel.models.doubt_run import run_doubt
from trustpanel.models.doubt_spec import TrustSpec, load_doubt_spec
from trustpanel.models.doubt_trust import FORM, LATENT, SPREAD, YEAR, TrustEntry, trust_doubt, with_latent
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames
from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.hypothesis_run import prepare, select_test_rows
from trustpanel.models.linear import contrast_vector, fit_linear
from trustpanel.models.model import main_model
from trustpanel.models.spec import load_spec
from trustpanel.paths import project

ANALYSES = project().analyses
CORE = load_spec(ANALYSES, "H3").core
SPEC = load_doubt_spec(ANALYSES, CORE)
CONTESTS = load_contest_spec(ANALYSES, CORE)
DECLARED = hypotheses()
# the effect of latent trust on the outcome, in the worlds whose score has an error
EFFECT = 0.2
CONTEST = ("peace_3y", "main")


def asked(frames: Frames, latent: pd.DataFrame, background: pd.DataFrame) -> dict[str, tuple[Hypothesis, pd.DataFrame]]:
    """H18 and H32 with raw frames in which a column of zeros stands where latent trust comes."""
    held = frames.panel.assign(
        convergence_count_pre=0.0,
        convergence_known_pre=2 + frames.panel["year"] % 2,
        discretion_share_pre=0.5,
        support_change_last_either=False,
    )
    assert len(with_latent(held, background, latent)) == len(held)
    return {key: (DECLARED[key], held) for key in ("H18", "H32")}


def planted(error: float) -> tuple[Frames, pd.DataFrame, pd.DataFrame]:
    """Frames in which the outcome rises by EFFECT with the score, its background and the score."""
    frames, _ = told_world()
    background = background_of(frames)
    latent = latent_of(background, error=error)
    score = with_latent(frames.panel, background, latent)[LATENT].to_numpy()
    noise = np.random.default_rng(13).normal(0, 0.05, len(score))
    panel = frames.panel.assign(peace_3y=0.5 + EFFECT * score + noise)
    return replace(frames, panel=panel), background, latent


def doubted(spec: TrustSpec, error: float) -> dict[str, TrustEntry]:
    frames, background, latent = planted(error)
    hypotheses = asked(frames, latent, background)
    found = trust_doubt(spec, CONTESTS, hypotheses, frames, background=background, latent=latent)
    return {entry.name: entry for entry in found}


def test_latent_trust_is_read_in_the_year_before_the_pair_and_missing_without_a_score() -> None:
    frame = pd.DataFrame({"leader_a": ["A", "A", "B"], "leader_b": ["X", "X", "Y"], "year": [1991, 1992, 1993]})
    background = pd.DataFrame(
        {"leader_a": ["A", "B"], "leader_b": ["X", "Y"], "ccode_a": 2, "ccode_b": 365, "background_year": [1990, 1992]}
    )
    latent = pd.DataFrame({"ccode_a": 2, "ccode_b": 365, "year": [1990, 1991], "latent_trust": [0.25, 9.0]})
    found = with_latent(frame, background, latent.assign(latent_trust_se=0.5, items_known=3))
    assert found[LATENT].fillna(-1).tolist() == [0.25, 0.25, -1]
    assert found[[SPREAD, YEAR]].fillna(-1).to_numpy().tolist() == [[0.5, 1990], [0.5, 1990], [-1, -1]]
    with pytest.raises(AnalysisError, match="items_known"):
        with_latent(frame, background, latent.assign(latent_trust_se=0.5))


def test_an_error_that_a_dyad_keeps_is_absorbed_and_one_of_each_pair_attenuates_as_the_closed_form_says() -> None:
    """With one error for all years of a dyad its effect takes every draw up: pooled is plain, reliability 1.

    With an error of its own in every background year, S the squares that the rest of the model leaves of the score and
    N those that it is expected to leave of the errors: reliability S / (S + N), and the slope falls by as much.
    """
    spec = replace(SPEC.trust, draws=120, correlations=(0.0, 1.0), contests=(CONTEST,))
    found = doubted(spec, error=0.8)
    for name, parameter in (("H18", "convergence"), ("contest/peace_3y/main", LATENT)):
        entry = found[name]
        own = entry.parameters[parameter]
        assert entry.status == "estimated"
        assert own.plain.estimate == pytest.approx(EFFECT, abs=4 * own.plain.se)
        assert entry.reliability["1"] == pytest.approx(1.0, rel=1e-9)
        assert own.pooled["1"].estimate == pytest.approx(own.plain.estimate, rel=1e-9)
        assert own.pooled["1"].se == pytest.approx(own.plain.se, rel=1e-9)
        share = expected_reliability(name, error=0.8)
        assert share < 0.75
        assert entry.reliability["0"] == pytest.approx(share, rel=0.03)
        assert own.pooled["0"].estimate == pytest.approx(share * own.plain.estimate, rel=0.05)
        assert own.pooled["0"].se > 2 * own.plain.se
        assert own.mde == pytest.approx(2.8015852 * own.pooled["0"].se, rel=1e-6)
    blocks = found["contest/peace_3y/main"].blocks
    assert set(blocks) == {"interpersonal", "state", "ideology"}
    assert blocks["state"]["plain"] < 1e-6
    assert blocks["state"]["1"].p == pytest.approx(blocks["state"]["plain"], rel=1e-6, abs=1e-12)
    assert blocks["ideology"]["plain"] == pytest.approx(blocks["ideology"]["1"].p, rel=1e-6)


def expected_reliability(name: str, *, error: float) -> float:
    """S / (S + N), with every effect and control as a column."""
    frames, background, latent = planted(error)
    if name == "H18":
        test = DECLARED[name].tests[0]
        frame = with_latent(asked(frames, latent, background)[name][1], background, latent)
        frame = prepare(frame.assign(convergence_count_pre=frame[LATENT]), DECLARED[name].frame)
        design = build_design(*select_test_rows(test, frame))
        at = design.names.index("convergence")
    else:
        outcome = next(o for o in CONTESTS.outcomes if o.name == CONTEST[0])
        sample = next(s for s in CONTESTS.samples if s.name == CONTEST[1])
        frame = with_latent(frames.panel, background, latent)
        design = build_design(frame, contest_model(CORE, outcome, sample, FORM.columns))
        at = design.names.index(LATENT)
    rest = np.column_stack([design.z, np.eye(design.n_dyads)[design.dyad]])
    rows = design.rows.frame
    read = pd.get_dummies(rows.groupby(["ccode_a", "ccode_b", YEAR]).ngroup()).to_numpy(float)

    def left(columns: np.ndarray) -> float:
        return float(((columns - rest @ np.linalg.lstsq(rest, columns, rcond=None)[0]) ** 2).sum())

    return left(design.x[:, [at]]) / (left(design.x[:, [at]]) + error**2 * left(read))


def test_without_an_error_the_product_is_made_of_the_score_itself() -> None:
    """H32: first year x latent trust, fitted with the product written out; five draws without an error are five times it."""
    spec = replace(SPEC.trust, draws=5, contests=())
    entry = doubted(spec, error=0.0)["H32"]
    frames, background, latent = planted(0.0)
    frame = with_latent(asked(frames, latent, background)["H32"][1], background, latent)
    frame = frame.assign(convergence_count_pre=frame[LATENT], new_x_convergence=frame["first_year"] * frame[LATENT])
    model = replace(DECLARED["H32"].tests[0].model, grain="annual")
    fit = fit_linear(build_design(frame, model))
    assert set(entry.parameters) == {p.name for p in model.parameters} >= {"brake", "convergence"}
    for parameter in model.parameters:
        c, found = contrast_vector(fit.names, parameter.weights), entry.parameters[parameter.name]
        assert found.plain.estimate == pytest.approx(float(c @ fit.beta), rel=1e-9)
        for pooled in found.pooled.values():
            assert (pooled.estimate, pooled.missing) == (pytest.approx(found.plain.estimate, rel=1e-9), 0.0)
    assert entry.reliability == {"0": pytest.approx(1.0), "0.9": pytest.approx(1.0)}


def test_a_score_that_is_mostly_unknown_or_named_by_no_hypothesis_is_said() -> None:
    frames, background, latent = planted(0.1)
    few = latent.iloc[::3]
    spec = replace(SPEC.trust, draws=2, hypotheses=(), contests=(CONTEST,))
    (entry,) = trust_doubt(spec, CONTESTS, {}, frames, background=background, latent=few)
    assert (entry.status, entry.parameters, entry.facts) == ("not_testable_here", {}, None)
    assert str(entry.reason).startswith("latent trust is known in")
    wrong = replace(spec, hypotheses=(("H18", "convergence_sum_pre", "convergence_known_pre"),), contests=())
    with pytest.raises(AnalysisError, match="H18 holds no `convergence_sum_pre`"):
        trust_doubt(wrong, CONTESTS, asked(frames, latent, background), frames, background=background, latent=latent)


@pytest.fixture(scope="module")
def whole() -> tuple[dict[str, Any], Frames, list[tuple[int, int]]]:
    """Doubt in a world without any: sure checks, a score without error, every year covered. (file, frames, progress)"""
    frames, levels = told_world()
    background = background_of(frames)
    latent = latent_of(background, error=0.0)
    spec = replace(
        SPEC,
        coding=replace(SPEC.coding, draws=2, worlds=SPEC.coding.worlds[:1], coverages=SPEC.coding.coverages[:1]),
        trust=replace(SPEC.trust, draws=2, contests=(CONTEST,)),
        tipping=replace(SPEC.tipping, draws=2, shares=(0.0, 0.5)),
    )
    beside = {
        "checks": table_of(SURE),
        "levels": levels,
        "pair_years": pair_years_of(frames, background),
        "background": background,
        "latent": latent,
    }
    steps: list[tuple[int, int]] = []
    hypotheses = asked(frames, latent, background)
    made = run_doubt(spec, CONTESTS, hypotheses, frames, beside, progress=lambda *step: steps.append(step))
    return json.loads(made.dumps()), frames, steps


def test_the_file_holds_what_was_asked_and_counted(whole) -> None:
    file, _, steps = whole
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (file["id"], file["spec_sha256"], file["core_sha256"]) == ("doubt", SPEC.sha256, CORE.sha256)
    assert file["draws"] == {"coding": 2, "trust": 2, "tipping": 2}
    assert file["smallest_effect"] == pytest.approx({"annual": 0.05, "monthly": 0.05 / 36})
    counted = {(check, stratum): tuple(n) for check, held in file["checks"].items() for stratum, n in held.items()}
    assert counted == SURE
    assert [e["name"] for e in file["trust"]] == ["H18", "H32", "contest/peace_3y/main"]
    assert [m["name"] for m in file["selection"]["models"]] == ["any_meeting", "first_meeting"]
    assert [m["name"] for m in file["missing"]["models"]] == ["lists", "searches"]


def test_meetings_are_modelled_on_their_own_past_and_a_coverage_without_gaps_is_said_to_be_no_chance(whole) -> None:
    file, frames, _ = whole
    model = file["selection"]["models"][0]
    assert model["status"] == "estimated"
    assert {*SPEC.selection.past, *SPEC.selection.covariates} <= set(model["chance"]["coefficients"])
    met = {(a, b, day.year) for a, b, day in frames.dyad_meetings[["person_a", "person_b", "start_date"]].to_numpy()}
    person = frames.pair_spells.set_index("leader_dyad_id")[["person_a", "person_b"]].to_dict("index")
    years = [(*person[r.leader_dyad_id].values(), r.year) for r in frames.panel.itertuples()]
    assert model["rows"] == {
        "pair_years": len(years),
        "met": sum(y in met for y in years),
        "with_covariates": len(years),
    }
    assert [m["status"] for m in file["missing"]["models"]] == ["not_estimable"] * 2
    weighted = [e for e in file["missing"]["estimates"] if e["name"] == "weighted"]
    assert [(e["grain"], e["status"], e["weighted"]) for e in weighted] == [
        ("annual", "not_estimable", {}), ("monthly", "not_estimable", {}),
    ]  # fmt: skip
    assert all(e["reason"].startswith("too few rows with or without the event") for e in weighted)


def test_in_a_world_without_doubt_every_part_gives_the_core_model_back(whole) -> None:
    """Plain, pooled and bounded, each grain: the estimates of the fit of the main model itself, and no claim changes."""
    file, frames, _ = whole
    for grain in ("annual", "monthly"):
        fit = fit_model(frames.grain(grain), main_model(CORE, grain)).fit
        true = {p.name: float(contrast_vector(fit.names, p.weights) @ fit.beta) for p in CORE.parameters}
        (coding,) = [e for e in file["coding"] if (e["grain"], e["world"]) == (grain, "found")]
        sample = [e for e in file["missing"]["estimates"] if e["grain"] == grain and e["name"] != "weighted"]
        (meeting,) = [e for e in file["selection"]["estimates"] if e["grain"] == grain]
        for name, value in true.items():
            held = coding["parameters"][name]
            for part in ("plain", "pooled", "calibrated"):
                assert held[part]["estimate"] == pytest.approx(value, rel=1e-6), (grain, part, name)
            for e in (*sample, meeting):
                assert e["plain"][name]["estimate"] == pytest.approx(value, rel=1e-6), (grain, e["name"], name)
    bounds = file["missing"]["bounds"]
    assert bounds["unknown_rows"] == 0
    assert {(s["share"], s["placement"]) for s in bounds["steps"]} == {
        (share, placement) for share in (0.0, 0.5) for placement in ("at_random", "before_peace", "before_disputes")
    }
    for step in bounds["steps"]:
        for name, found in step["parameters"].items():
            assert found["estimate"] == pytest.approx(bounds["plain"][name]["estimate"], rel=1e-9)
    assert file["turns_below_half"] == []
    pooled = [r for r in file["readings"] if r["part"] in ("pooled", "calibrated")]
    assert len(pooled) == 2 * 2 * len(CORE.parameters)
    assert not any(r["excludes"] or r["claim"] != r["claim_plain"] for r in pooled)
