"""Doubt on the store: the counts behind the rates, the frames, the committed result and its page."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from alike import alike

from trustpanel.errors import ReportError
from trustpanel.models.doubt_bounds import PLACEMENTS
from trustpanel.models.doubt_coding import coding_doubt
from trustpanel.models.doubt_coverage import missing_doubt
from trustpanel.models.doubt_selection import selection_doubt
from trustpanel.models.doubt_spec import load_doubt_spec
from trustpanel.models.estimate import plain
from trustpanel.models.frames import Frames
from trustpanel.models.spec import load_spec
from trustpanel.paths import project
from trustpanel.report.doubt_page import FIGURES, answer, doubt_page, figure_bytes
from trustpanel.report.load import load_long
from trustpanel.report.long_pages import write_doubt
from trustpanel.store.doubt_frames import doubt_frames

CORE = load_spec(project().analyses, "H3").core
SPEC = load_doubt_spec(project().analyses, CORE)


@pytest.fixture(scope="module")
def held(store):
    return doubt_frames(store)


@pytest.fixture(scope="module")
def frames(held) -> Frames:
    return Frames(**{name: held[name] for name in ("panel", "panel_months", "dyad_meetings", "pair_spells")})


@pytest.fixture(scope="module")
def expected():
    return load_long("doubt.json", project().expected)


def test_the_counts_behind_the_rates(store) -> None:
    """Passes and samples are closed files: their counts are known; of the judged rows 44 are of grade A and 41 of B."""
    found = {
        (n, s): (c, t)
        for n, s, c, t in store.sql(
            "select check_name, check_stratum, check_cases, check_total from coding_checks"
        ).fetchall()
    }
    assert found["exists", "grade_a"] == (43, 44)
    assert found["exists", "grade_b"] == (39, 41)
    assert found["exists", "listed"] == (386, 387)
    assert found["recall_first", "searched"] == (42, 54)
    assert found["recall_second", "searched"] == (42, 47)
    assert found["recall_first", "partial"] == (84, 122)
    assert found["recall_second", "partial"] == (84, 100)
    assert found["same_day", "coded"] == (98, 104)
    # the three classes of a first judgement share out its total
    assert sum(n == "valence_second" for n, _ in found) == 9
    assert sum(c for (n, _), (c, _) in found.items() if n == "valence_second") == sum(
        t for (n, s), (_, t) in found.items() if n == "valence_second" and s.endswith("_flat")
    )


def test_the_frames_of_doubt(store, held) -> None:
    years = held["pair_years"]
    assert not years.duplicated(["ccode_a", "ccode_b", "year"]).any()
    assert years[["person_a", "person_b"]].notna().all().all()
    assert len(years) == store.sql("select count(*) from panel where at_risk").fetchall()[0][0]
    spells = held["pair_spells"]
    assert set(years["leader_dyad_id"]) <= set(spells["leader_dyad_id"])
    assert spells["covered_start"].notna().sum() == store.sql("select count(*) from pair_spells").fetchall()[0][0]
    levels = held["levels"].set_index(["ccode_a", "ccode_b"])
    assert levels.index.is_unique
    assert levels.loc[(2, 365)].tolist() == [True, True]
    assert bool(levels.loc[(2, 20), "listed"])
    reykjavik = held["dyad_meetings"].query("ccode_a == 2 and ccode_b == 365")
    reykjavik = reykjavik[reykjavik["end_date"].astype(str) == "1986-10-12"]
    assert len(reykjavik) == 1
    assert reykjavik["listed"].all()
    assert reykjavik["date_precision"].tolist() in (["record"], ["day"])


def test_the_committed_doubt_is_what_the_store_gives(held, frames, expected) -> None:
    """The first kind of world on the main coverage, and the whole of selection, anew with all draws."""
    assert expected["spec_sha256"] == SPEC.sha256
    spec = replace(SPEC.coding, worlds=SPEC.coding.worlds[:1], coverages=SPEC.coding.coverages[:1])
    found = coding_doubt(CORE, spec, frames, checks=held["checks"], levels=held["levels"])
    theirs = [e for e in expected["coding"] if e["world"] in ("found", "bond") and e["coverage"] == "both_sides.v1"]
    alike(json.loads(json.dumps(plain(found))), theirs, "coding", rel=1e-5, absolute=1e-7)
    selection = selection_doubt(CORE, SPEC.selection, frames, held["pair_years"])
    alike(json.loads(json.dumps(plain(selection))), expected["selection"], "selection", rel=1e-5, absolute=1e-7)


def test_the_committed_weights_and_bounds_are_what_the_store_gives(held, frames, expected) -> None:
    """Weights for coverage on both grains with all they rest on, and three of the shares of unknown years filled."""
    shares = (0.0, 0.05, 1.0)
    beside = {name: held[name] for name in ("pair_years", "background")}
    found = missing_doubt(CORE, SPEC.missing, replace(SPEC.tipping, shares=shares), frames, **beside)
    found = json.loads(json.dumps(plain(found)))
    theirs = {**expected["missing"], "bounds": dict(expected["missing"]["bounds"])}
    theirs["bounds"]["steps"] = [step for step in theirs["bounds"]["steps"] if step["share"] in shares]
    assert len(theirs["bounds"]["steps"]) == 3 * len(PLACEMENTS)
    for one in (found, theirs):
        assert one["bounds"].pop("turns")
    alike(found, theirs, "missing", rel=1e-5, absolute=1e-7)


def test_as_coded_is_the_main_model(expected) -> None:
    """What stands as plain in every doubt is the estimate of H3."""
    main = load_core_result()["grains"]
    for grain in ("annual", "monthly"):
        theirs = main[grain]["main"]["parameters"]
        rows = [e for e in expected["coding"] if e["grain"] == grain and e["coverage"] == "both_sides.v1"]
        rows = [e["parameters"] for e in rows if e["world"] != "bond"]
        weighted = [e for e in expected["missing"]["estimates"] if (e["grain"], e["name"]) == (grain, "both_sides.v1")]
        assert (len(rows), len(weighted)) == (len(SPEC.coding.worlds), 1)
        for name, p in theirs.items():
            for found in (*(r[name]["plain"] for r in rows), *(w["plain"][name] for w in weighted)):
                assert found["estimate"] == pytest.approx(p["estimate"], rel=1e-8)
                assert found["se"] == pytest.approx(p["se"], rel=1e-6)


def load_core_result():
    return json.loads((project().expected / "h03.json").read_text(encoding="utf-8"))


def test_the_more_is_missed_the_less_is_steady(expected) -> None:
    for grain in ("annual", "monthly"):
        rows = [e for e in expected["coding"] if e["grain"] == grain and e["coverage"] == "both_sides.v1"]
        steady = [e["reliability"]["contact"] for e in rows if e["world"] != "bond"]
        assert steady == sorted(steady, reverse=True)
        assert all(0 < v < 1 for v in steady)
        drawn = [e["drawn"] for e in rows if e["world"] != "bond"]
        assert drawn == sorted(drawn)
        assert drawn[0] < rows[0]["told"]


def test_the_page_says_what_the_result_says(expected, tmp_path) -> None:
    names = {file.name for file in write_doubt(expected, tmp_path)}
    assert names == {"doubt.md", "doubt.html", *FIGURES.values()}
    text = (tmp_path / "doubt.md").read_text(encoding="utf-8")
    left = sum(r["excludes"] for r in expected["readings"])
    said = "none leaves" if not left else f"{left} leave"
    assert f"Of {len(expected['readings'])} intervals under drawn worlds or weights, {said}" in answer(expected)
    chance = expected["selection"]["models"][0]["chance"]
    assert f"{chance['n']:,} | {chance['events']} | {chance['dyads']} | {chance['auc']:.3f}" in text
    assert "| the meeting is as told | coded, grade B | 39 | 41 |" in text
    assert figure_bytes(expected, "bounds", "svg") == figure_bytes(expected, "bounds", "svg")
    with pytest.raises(ReportError, match="lacks a part"):
        doubt_page({k: v for k, v in expected.items() if k != "trust"})
