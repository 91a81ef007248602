"""The page on the hypotheses beside the core model says what the results say, and nothing where they say nothing."""

from __future__ import annotations

import copy

import pytest

from trustpanel.errors import ReportError
from trustpanel.models.spec import load_specs
from trustpanel.paths import project
from trustpanel.report.event_drawing import years_around
from trustpanel.report.hypotheses_page import around_events, event_bytes, hypotheses_page
from trustpanel.report.load import load_hypothesis_results


@pytest.fixture(scope="module")
def results():
    return load_hypothesis_results(project().expected)


@pytest.fixture(scope="module")
def page(results):
    return hypotheses_page(results).to_markdown()


def row(page: str, identifier: str) -> list[str]:
    """The cells of the first table row of that id."""
    line = next(line for line in page.splitlines() if line.startswith(f"| {identifier} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_hypothesis_of_the_theory_has_a_result(results):
    core = load_specs(project().analyses)
    assert {*results, *core} >= {f"H{i}" for i in range(1, 34)}
    assert len(results) == len(set(results) - set(core))


def test_a_row_says_estimate_power_and_finding(results, page):
    main = results["H23"]["tests"][0]
    own = main["parameters"][results["H23"]["parameter"]]
    cells = row(page, "H23")
    assert cells[3] == f"{own['estimate']:.3f}".replace("-", "\N{MINUS SIGN}")
    low, high = own["main"]["ci95"]
    # the errors that count are dyadic-robust, and wider here than those by dyad
    wider = (high - low) / (own["ci95"][1] - own["ci95"][0])
    assert wider > 1
    assert cells[6] == f"{wider * own['mde']:.3f}" != f"{own['mde']:.3f}"
    assert cells[7] == f"{main['n']:,} in {main['clusters']:,}"
    assert cells[9] == "no clear sign"


def test_thin_and_untestable_ones_say_so(results, page):
    thin = row(page, "H4")
    assert thin[-1] == "not testable here"
    assert thin[-2] == "\N{EN DASH}"  # no adjusted p: it does not count
    assert results["H33"]["untestable"].rstrip(".") in page
    assert page.startswith("# The hypotheses beside the core model")
    assert "None has a clear sign after adjustment" in page


def test_hypotheses_stand_before_designs(page):
    assert page.index("| H32 |") < page.index("| D5 |")


def test_a_clear_sign_is_named(results):
    changed = copy.deepcopy(results)
    changed["H23"]["finding"] = "positive"
    text = hypotheses_page(changed).to_markdown()
    assert "A clear sign after adjustment: H23." in text
    assert row(text, "H23")[-1] == "positive"


def test_a_result_without_a_part_is_refused(results):
    changed = copy.deepcopy(results)
    del changed["H23"]["finding"]
    with pytest.raises(ReportError, match="finding"):
        hypotheses_page(changed)


def test_the_years_around_an_event_are_drawn(results):
    """A test with years since an event has a figure that names them; the others have none."""
    changed = copy.deepcopy(results)
    test = changed["D5"]["tests"][0]
    own = next(iter(test["parameters"].values()))
    bounds = {"main": own["main"] | {"ci95": [-0.25, 0.5]}}
    for year, estimate in ((-2, 0.111), (0, -0.222), (1, 0.125)):
        test["parameters"][f"event {year:+d}"] = own | {"estimate": estimate} | bounds
    assert list(around_events(changed)) == ["D5", "D7"]
    assert list(around_events(results)) == ["D7"]
    text = hypotheses_page(changed).to_markdown()
    assert "(event_d5.png)" in text
    assert "year \u22122 0.111, year +0 \u22120.222 and year +1 0.125" in text.replace("year -2", "year \u22122")
    assert event_bytes([test], "svg") == event_bytes([test], "svg")
    assert len(years_around(test)) == 3
