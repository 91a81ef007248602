"""The pages of the report and those of the cases: each load, then write."""

from __future__ import annotations

from pathlib import Path

from trustpanel.paths import Paths


def make_pages(paths: Paths) -> list[Path]:
    """Every page of the report but those of the cases is written from the results and the store."""
    from trustpanel.report.load import load_convergence, load_hypothesis_results, load_long, load_results
    from trustpanel.report.long_pages import LONG_PAGES
    from trustpanel.report.pages import (
        write_coding,
        write_convergence,
        write_coverage,
        write_hypotheses,
        write_report,
    )
    from trustpanel.store.coding_frames import coding_frames
    from trustpanel.store.connect import open_store
    from trustpanel.store.coverage_frames import coverage_frames
    from trustpanel.store.frames import matching_frames, state_names

    with open_store(paths) as con:
        matching, names = matching_frames(con), state_names(con)
        coding, coverage = coding_frames(con), coverage_frames(con)
    results, converged = load_results(paths.results), load_convergence(paths.results)
    pages = write_report(results, matching, paths.report, names) + write_coding(coding, paths.report)
    pages += write_coverage(coverage, paths.report) + write_convergence(converged, paths.report)
    pages += write_hypotheses(load_hypothesis_results(paths.results), paths.report)
    for name, write_page in LONG_PAGES.items():
        # long runs of their own: the page of the last one, here or committed
        if (found := load_long(name, paths.results, paths.expected)) is not None:
            pages += write_page(found, paths.report)
    return pages


def make_cases(paths: Paths) -> list[Path]:
    """The page of every case, its timelines and the index of cases are written from the store."""
    from trustpanel.report.case_pages import write_cases
    from trustpanel.store.case_frames import case_frames
    from trustpanel.store.connect import open_store
    from trustpanel.store.frames import state_names

    with open_store(paths) as con:
        cases, names = case_frames(con), state_names(con)
    return write_cases(cases, paths.report / "cases", names)
