"""The declared contests: which columns may enter, what comes out in an invented world, and the committed result."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from alike import alike
from models_world import Truth, make_world

from trustpanel.codebook.load import codebook
from trustpanel.errors import AnalysisError, NotEstimableError, ReportError
from trustpanel.models.contest_run import choose_columns, contest_entry, contest_model, run_contests
from trustpanel.models.contest_spec import Candidate, Form, load_contest_spec
from trustpanel.models.estimate import plain
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames
from trustpanel.models.linear import fit_linear
from trustpanel.models.spec import load_spec
from trustpanel.paths import project
from trustpanel.report.contest_page import contest_bytes, contest_page, figure_rows
from trustpanel.report.load import load_long
from trustpanel.report.long_pages import write_contest
from trustpanel.store.contest_frames import contest_frames

ANALYSES = project().analyses
CORE = load_spec(ANALYSES, "H3").core
SPEC = load_contest_spec(ANALYSES, CORE, concepts=codebook().concepts())
MAIN = ("peace_3y", "main", "contact")


@pytest.fixture(scope="module")
def world() -> Frames:
    return make_world(seed=5, dyads=16, truth=Truth(delta=0.12))


@pytest.fixture(scope="module")
def expected():
    return load_long("contest.json", project().expected)


def quick(**changes):
    """The spec with few draws, so that a test is short."""
    rule = {**dict(SPEC.rule), "draws": 39, "repeats": 1, "folds": 4, "steps": 3}
    return replace(SPEC, rule=tuple(rule.items()), **changes)


def test_the_file_declares_every_outcome_form_and_sample() -> None:
    assert [o.name for o in SPEC.outcomes] == [
        "peace_3y", "new_dispute", "peace_any_3y", "hostility_fall", "rivalry_end_tss", "peace_step", "crisis_free",
    ]  # fmt: skip
    assert [f.name for f in SPEC.forms] == ["contact", "theories", "discretion", "agreements", "valence"]
    assert {o.horizon for o in SPEC.outcomes} == {1, 3, 5}
    assert next(s for s in SPEC.samples if s.name == "relevant").grains == ("annual",)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('column = "contact_stock"\nblock = "interpersonal"', 'column = "contact_stock"\nblock = "state"', "bonding"),
        ('family = "logit"', 'family = "probit"', "unknown value"),
        ("horizon = 3", "horizon = 0", "below 1"),
        ('coverage = "both_sides.v1"', 'coverage = "both_sides.v9"', "no coverage of that name"),
        ("frozen = 2026-11-22", 'frozen = "soon"', "not a date"),
        ('name = "searched"', 'name = "main"', "one name"),
        ('grains = ["annual"]', 'grains = ["daily"]', "unknown value"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, old: str, new: str, match: str) -> None:
    for name in ("samples.toml", "blocks.toml"):
        shutil.copy(ANALYSES / name, tmp_path / name)
    text = (ANALYSES / "contest.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "contest.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnalysisError, match=match):
        load_contest_spec(tmp_path, CORE, concepts=codebook().concepts())


def test_only_columns_known_and_varying_enter(world: Frames) -> None:
    """`half` is known in half of the rows, `few` varies in four dyads, `fixed` in none; `mask` becomes a control."""
    panel = world.panel.copy()
    rng = np.random.default_rng(0)
    panel["half"] = np.where(rng.random(len(panel)) < 0.5, np.nan, rng.normal(size=len(panel)))
    dyads = panel["ccode_b"].unique()[:3]
    panel["few"] = np.where(panel["ccode_b"].isin(dyads), rng.normal(size=len(panel)), 0.0)
    panel["fixed"], panel["mask"], panel["good"] = 1.0, 3.0, rng.normal(size=len(panel))
    names = ("half", "few", "fixed", "good")
    form = Form(
        "x", "x", (Candidate("contact_stock", "interpersonal"), *(Candidate(n, "state", "mask") for n in names))
    )
    found = choose_columns(panel, SPEC, SPEC.outcomes[0], SPEC.samples[0], form)
    assert [c.column for c in found.columns] == ["contact_stock", "good"]
    assert set(dict(found.left_out)) == {"half", "few", "fixed"}
    assert dict(found.left_out)["few"].startswith("varies in 4 dyads")
    model = contest_model(CORE, SPEC.outcomes[0], SPEC.samples[0], found.columns)
    assert model.controls == (*CORE.controls.columns, "mask")
    loose = choose_columns(panel, SPEC, SPEC.outcomes[0], SPEC.samples[0], replace(form, known_share_min=0.4))
    assert [c.column for c in loose.columns] == ["contact_stock", "half", "good"]
    alone = replace(form, columns=form.columns[:4])
    with pytest.raises(NotEstimableError, match="fewer than two blocks"):
        choose_columns(panel, SPEC, SPEC.outcomes[0], SPEC.samples[0], alone)


def test_a_planted_effect_is_found_and_processes_agree(world: Frames) -> None:
    """Meetings of this pair act (0.12 in the probability), those of others do not."""
    one = lambda key: key == MAIN  # noqa: E731
    spec = quick()
    here = run_contests(spec, world, only=one)
    entry = here.entries[0]
    assert entry.status == "estimated"
    assert entry.adds == ("interpersonal",)
    assert {t.column: t.estimate > 0 for t in entry.terms}["contact_stock"]
    fit = fit_linear(fit_model(world.panel, contest_model(CORE, spec.outcomes[0], spec.samples[0], ())).design)
    assert [t.estimate for t in entry.terms] == pytest.approx(fit.beta, rel=1e-9)
    assert here.adjusted[f"{'/'.join(MAIN)}/interpersonal"] <= 0.05
    assert run_contests(spec, world, only=one, workers=2).dumps() == here.dumps()


def test_a_contest_that_cannot_be_made_says_why(world: Frames) -> None:
    frames = replace(world, panel=world.panel.assign(at_risk=False))
    entry = contest_entry(quick(), frames, MAIN)
    assert (entry.status, entry.contest, entry.adds) == ("not_estimable", None, ())
    assert entry.reason


def test_trust_stands_beside_the_panel(store) -> None:
    """Every row of a pair has the background of that pair; no row is lost or doubled."""
    frames = contest_frames(store)
    held = frames["panel"]
    assert len(held) == store.sql("select count(*) from panel where covered or covered_searched").fetchall()[0][0]
    known = store.sql("""
        select t.agreements_survived_pre from panel as p
        inner join pair_trust_pre as t on p.leader_a = t.leader_a and p.leader_b = t.leader_b
        where p.ccode_a = 2 and p.ccode_b = 365 and p.year = 1986
    """).fetchall()[0][0]
    row = held[(held["ccode_a"] == 2) & (held["ccode_b"] == 365) & (held["year"] == 1986)]
    assert row["agreements_survived_pre"].tolist() == [known]
    meetings = frames["dyad_meetings"]
    reykjavik = meetings[(meetings["ccode_a"] == 2) & (meetings["ccode_b"] == 365)]
    reykjavik = reykjavik[reykjavik["end_date"].astype(str).str.startswith("1986-10")]
    assert reykjavik["listed"].all()
    assert len(reykjavik) == 1


def test_the_committed_contest_is_what_the_store_gives(store, expected) -> None:
    """One annual contest of three blocks, anew, with all draws: equal to the committed one to eight digits."""
    key = ("peace_3y", "main", "theories")
    found = plain(contest_entry(SPEC, Frames(**contest_frames(store)), key))
    held = next(e for e in expected["entries"] if (e["outcome"], e["sample"], e["form"]) == key)
    assert expected["spec_sha256"] == SPEC.sha256
    alike(json.loads(json.dumps(found)), held, "entry", rel=1e-6, absolute=1e-8)


def test_the_page_says_what_the_result_says(expected, tmp_path) -> None:
    names = {file.name for file in write_contest(expected, tmp_path)}
    assert names == {"contest.md", "contest.html", "contest.png"}
    text = (tmp_path / "contest.md").read_text(encoding="utf-8")
    main = next(e for e in expected["entries"] if (e["outcome"], e["sample"], e["form"]) == MAIN)
    assert f"| peace_3y | main | {main['n']:,} | {main['dyads']} |" in text
    assert "Of 24 contests between the two blocks of contact" in text
    assert len(figure_rows(expected)) == 27 + len(expected["outcomes"])
    assert contest_bytes(expected, "svg") == contest_bytes(expected, "svg")
    with pytest.raises(ReportError, match="lacks a part"):
        contest_page({k: v for k, v in expected.items() if k != "entries"})
