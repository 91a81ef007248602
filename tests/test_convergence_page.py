"""The page on convergence says what the result says, good or bad, and its figure is the same each time."""

from __future__ import annotations

import json

import pytest
from convergence_world import frame_of, spec_of

from trustpanel.errors import ReportError
from trustpanel.models.convergence import run_convergence
from trustpanel.paths import project
from trustpanel.report.convergence_page import convergence_bytes, convergence_page
from trustpanel.report.load import load_convergence, load_results
from trustpanel.report.pages import write_convergence


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    return spec_of(tmp_path_factory.mktemp("analyses"))


@pytest.fixture(scope="module")
def result(spec):
    return run_convergence(spec, frame_of()).result


@pytest.fixture(scope="module")
def expected():
    return load_convergence(project().expected)


def test_the_page_is_written_whole(result, tmp_path):
    names = {file.name for file in write_convergence(result, tmp_path)}
    assert names == {"convergence.md", "convergence.html", "convergence.svg", "convergence.png"}
    text = (tmp_path / "convergence.md").read_text(encoding="utf-8")
    for item in result["items"]:
        assert item["name"] in text
    assert "The three indicators converge here" in text
    assert "Of 12 pairs of items of different indicators 12 can be told" in text
    assert "400 under imposed" not in text
    assert "100 under imposed hierarchy are left out" in text
    assert (tmp_path / "convergence.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "convergence.html").read_text(encoding="utf-8")


def test_failure_is_said_plainly(spec):
    text = convergence_page(run_convergence(spec, frame_of(common=0.0), draws=20).result).to_markdown()
    assert "The three indicators do not converge here" in text
    assert "finding about Hoffman's claim" in text


def test_a_world_without_common_rows_has_a_page(spec):
    frame = frame_of(dyads=60)
    for n, name in enumerate(spec.items):
        frame.loc[frame.ccode_b % len(spec.items) != n, name.column] = float("nan")
    text = convergence_page(run_convergence(spec, frame, draws=2).result).to_markdown()
    assert "Too few pairs of items are known" in text
    assert "One factor cannot be estimated" in text


def test_the_figure_is_the_same_each_time(result):
    assert convergence_bytes(result, "svg") == convergence_bytes(result, "svg")


def test_a_part_that_is_absent_is_named(result):
    with pytest.raises(ReportError, match="orders"):
        convergence_page({name: part for name, part in result.items() if name != "orders"})


def test_the_result_on_convergence_is_no_hypothesis(result, tmp_path):
    (tmp_path / "convergence.json").write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(ReportError, match="there are no results"):
        load_results(tmp_path)
    assert load_convergence(tmp_path)["id"] == "convergence"


@pytest.mark.parametrize("text", [None, "{", "[]", '{"id": "H3"}'])
def test_a_result_that_does_not_read_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "convergence.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match="the result on convergence does not read"):
        load_convergence(tmp_path)


def test_what_the_sources_say_today(expected):
    """As it is, not as hoped: items of discretion go together, the three indicators do not."""
    main = expected["models"][0]
    assert main["reading"]["verdict"] == "fail"
    assert 0 < main["reading"]["below"] <= main["reading"]["above"]
    inside = [p for p in main["pairs"] if p["indicators"] == ["discretion"] * 2 and p["status"] == "known"]
    assert sum(p["polychoric_ci95"][0] > 0 for p in inside) >= 6
    assert not any(p["polychoric_ci95"][1] < 0 for p in inside)
    treaty = next(p for p in main["pairs"] if (p["first"], p["second"]) == ("alliance_discretion", "treaty_framework"))
    assert treaty["polychoric_ci95"][1] < 0


def test_known_dyads_stand_where_the_scores_put_them(expected):
    """The score is high in pacts and shared organisations: Russia after 1992 ties with Canada, which nobody expected."""
    means = {(d["name"], n): p["latent_trust"] for d in expected["dyads"] for n, p in enumerate(d["periods"], start=1)}
    assert means["France and Germany", 1] is None
    assert means["France and Germany", 6] > means["France and Germany", 3] > means["United States and Canada", 1]
    assert means["United States and USSR or Russia", 2] == pytest.approx(means["United States and Canada", 1], abs=0.1)
    assert means["India and Pakistan", 1] == pytest.approx(0, abs=0.2)
    assert means["Egypt and Israel", 2] < 0
    assert [o["outcome"] for o in expected["orders"]] == ["clear", "blurred", "clear", "blurred", "blurred", "blurred"]
