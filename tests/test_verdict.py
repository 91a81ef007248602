"""What the repository says is what the build gives: results within tolerance, README word for word."""

from __future__ import annotations

import json

import pytest

from trustpanel.core_runs import converge, estimate
from trustpanel.models.spec import check_frozen
from trustpanel.paths import project
from trustpanel.report.answer import BEGIN, END, answer_markdown
from trustpanel.report.compare import differences
from trustpanel.report.load import load_convergence, load_results
from trustpanel.report.pages import write_report
from trustpanel.store.frames import matching_frames, state_names

PATHS = project()


@pytest.fixture(scope="module")
def results(built):
    return {key: json.loads(result.dumps()) for key, result in estimate(built, full=False).items()}


def test_the_frozen_files_are_those_that_were_frozen():
    assert len(check_frozen(PATHS.analyses)) >= 5


def test_results_equal_the_expected_ones(results):
    found = differences(load_results(PATHS.expected), results, rtol=1e-8)
    assert found == [], "\n".join(map(str, found[:10]))


def test_convergence_equals_the_expected_one(built):
    found = differences(load_convergence(PATHS.expected), json.loads(converge(built).dumps()), rtol=1e-8)
    assert found == [], "\n".join(map(str, found[:10]))


def test_readme_says_what_the_expected_results_say():
    page = (PATHS.data.parent / "README.md").read_text(encoding="utf-8")
    names = json.loads((PATHS.expected / "state_names.json").read_text(encoding="utf-8"))
    answer = answer_markdown(load_results(PATHS.expected), {int(k): v for k, v in names.items()})
    assert page.split(BEGIN)[1].split(END)[0].strip() == answer.strip()


def test_every_estimate_carries_its_size_and_power(results):
    for grain in results["H3"]["grains"].values():
        for held in (grain["main"], grain["placebo_lead"], grain["lag_bins"], *grain["variants"]):
            if held["status"] != "not_estimable":
                assert held["n"] > 0
                assert held["clusters"] > 1
                assert all(p["mde"] > 0 for p in held["parameters"].values())
            else:
                assert held["reason"]


def test_randomisation_used_the_stocks_of_the_frame(results):
    for grain in results["H3"]["grains"].values():
        assert grain["main"]["errors"]["randomisation"] == "estimated"
        assert grain["main"]["parameters"]["delta"]["permutation"]["draws"] == 499


def test_the_report_is_written_whole(results, store, tmp_path):
    pages = write_report(results, matching_frames(store), tmp_path, state_names(store))
    assert {p.name for p in pages} >= {"results.md", "results.html", "matching.md", "matching.html"}
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "star on the United States" in text
    words = {
        "undecided": "The verdict today is undecided",
        "wheeler": "today favour Wheeler",
        "kydd": "today favour Kydd",
    }
    words |= {"carry_over": "today favour Keating's carry-over"}
    said = [name for name, claim in words.items() if claim in text]
    assert said == [results["H3"]["verdict"]["verdict"]]
