"""The report is in its folder: pages as Markdown and HTML, and the figure as SVG and PNG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from trustpanel.report.coding_page import coding_page
from trustpanel.report.convergence_page import FIGURE as CONVERGENCE_FIGURE
from trustpanel.report.convergence_page import convergence_bytes, convergence_page
from trustpanel.report.coverage_page import FIGURE as COVERAGE_FIGURE
from trustpanel.report.coverage_page import coverage_bytes, coverage_page
from trustpanel.report.documents import write, write_page
from trustpanel.report.figures import figure_bytes
from trustpanel.report.hypotheses_page import around_events, event_bytes, event_file, hypotheses_page
from trustpanel.report.layout import Result, check
from trustpanel.report.matching_page import matching_page
from trustpanel.report.results_page import FIGURE, results_page


def write_coding(coding: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """The page on coding as Markdown and HTML; `coding` has the frames that `coding_page` names."""
    return write_page(coding_page(coding), folder, "coding")


def write_coverage(coverage: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """The page on coverage as Markdown and HTML, and its heat map; `coverage` has the frames of `coverage_page`."""
    page = coverage_page(coverage)
    return write_page(page, folder, "coverage", {COVERAGE_FIGURE: coverage_bytes(coverage, "png")})


def write_convergence(result: Result, folder: Path) -> list[Path]:
    """The page on convergence as Markdown and HTML, and its figure; `result` is the JSON of `trustpanel run`."""
    page = convergence_page(result)
    pictures = {
        "convergence.svg": convergence_bytes(result, "svg"),
        CONVERGENCE_FIGURE: convergence_bytes(result, "png"),
    }
    return write_page(page, folder, "convergence", pictures)


def write_hypotheses(results: Mapping[str, Result], folder: Path) -> list[Path]:
    """The page on the hypotheses with tests of their own as Markdown and HTML, with the figures of events.

    `results`: {id: result JSON}.
    """
    page = hypotheses_page(results)
    pictures = {event_file(key): event_bytes(tests, "png") for key, tests in around_events(results).items()}
    return write_page(page, folder, "hypotheses", pictures)


def write_report(
    results: Mapping[str, Result], matching: Mapping[str, pd.DataFrame], folder: Path, state_names: Mapping[int, str]
) -> list[Path]:
    """The files written, in order; the same inputs give the same bytes.

    `results`: {id: result JSON}. `matching`: the frames `rates`, `unmatched`, `join_counts`, `coverage_by_decade`.
    `state_names`: {ccode: name}.
    ReportError if a result or a frame lacks what a page needs; then nothing is written.
    """
    check(results)
    svg, png = figure_bytes(results, "svg"), figure_bytes(results, "png")
    shown, names = results_page(results, state_names, svg), matching_page(matching)
    contents: dict[str, str | bytes] = {
        "coefficients.svg": svg,
        FIGURE: png,
        "results.md": shown.to_markdown(),
        "results.html": shown.to_html(),
        "matching.md": names.to_markdown(),
        "matching.html": names.to_html(),
    }
    return [write(folder / name, content) for name, content in contents.items()]
