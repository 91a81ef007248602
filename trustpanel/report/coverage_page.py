"""The page on coverage: for which dyads and years each indicator of trust between states is known."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from trustpanel.report.coverage_drawing import FIRST, coverage_figure
from trustpanel.report.documents import Block, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.drawing import drawn
from trustpanel.report.layout import require_frames
from trustpanel.report.tables import Table, frame_table

TITLE = "Coverage: trust between states"
FIGURE = "coverage.png"
COLUMNS = {
    "variables": ("indicator", "variable", "sources", "first_year", "last_year", "dyads", "dyad_years"),
    "by_year": ("indicator", "variable", "year", "known", "dyads"),
    "masks": (
        "decade", "dyad_years", "one_known", "two_known", "three_known", "three_of_three", "security_three_known",
    ),
}  # fmt: skip
READ = (
    "A dyad counts in a year if both are members of the system on 31 December. Known means not missing: none is also "
    "known. Discretion and hedging are known for every dyad within the years of a source, for a list that is complete "
    "says none by leaving out; oversight and rules exist only where there is an agreement, and what is not known there "
    "is undefined, not lenient."
)
WARNING = (
    "Convergence in Hoffman's sense can be seen only where all three are known. In most of these dyad-years one thin "
    "source stands for an indicator (agreements on water for oversight, above all), so that three of three is a weak "
    "sign. The security columns leave water, organisations and claims out."
)
SOURCE = (
    "Source: the built store, the tables that own the variables (the codebook names them), trust_convergence, and the "
    "windows of the sources in the table coverage, as they stood when the report was written."
)
DECADES = "Dyad-years in which the variable is known, by decade; all years before 1900 stand together."


def coverage_page(coverage: Mapping[str, pd.DataFrame]) -> Page:
    """Heat map, windows and dyads by variable, dyad-years by decade, and how many indicators are known together.

    `coverage`: the frames and columns that COLUMNS names. ReportError if one is absent.
    """
    require_frames(coverage, COLUMNS, page="the page on coverage")
    variables, by_year = coverage["variables"], coverage["by_year"]
    svg = coverage_bytes(coverage, "svg")
    alt = _words(variables)
    caption = (
        f"Share of the dyads of each year, from {FIRST} on, for which a variable is known; at the right its sources."
    )
    blocks: list[Block] = [
        Paragraph(READ),
        Section("By source and year"),
        Picture(inline_svg(svg, alt), FIGURE, alt, caption),
        Section("By variable"),
        _counts(variables[list(COLUMNS["variables"])], "Years, dyads and dyad-years by variable"),
        Section("By decade"),
        Paragraph(DECADES),
        _decades(variables, by_year),
        Section("How many indicators are known together"),
        Paragraph(WARNING),
        _counts(coverage["masks"][list(COLUMNS["masks"])], "Dyad-years by number of known indicators"),
        Paragraph(SOURCE),
    ]
    return Page(TITLE, tuple(blocks))


def coverage_bytes(coverage: Mapping[str, pd.DataFrame], kind: str) -> bytes:
    """The heat map as `svg` or `png`; the same frames give the same bytes."""
    return drawn(lambda: coverage_figure(coverage["variables"], coverage["by_year"]), kind)


def _counts(frame: pd.DataFrame, caption: str) -> Table:
    """A column named after years would be printed as years, without separators."""
    return frame_table(frame.rename(columns={"dyad_years": "rows"}), caption=caption, heads={"rows": "dyad-years"})


def _decades(variables: pd.DataFrame, by_year: pd.DataFrame) -> Table:
    decade = (by_year["year"] // 10 * 10).astype(str) + "s"
    wide = (
        by_year.assign(decade=decade.mask(by_year["year"] < 1900, "to 1899"))
        .pivot_table(index="variable", columns="decade", values="known", aggfunc="sum", fill_value=0)
        .reindex(variables["variable"])
    )
    first = [c for c in wide.columns if c == "to 1899"]
    wide = wide[[*first, *(c for c in wide.columns if c != "to 1899")]].fillna(0).astype("int64")
    return frame_table(wide.reset_index(), caption="Dyad-years known, by decade")


def _words(variables: pd.DataFrame) -> str:
    parts = [
        f"{row.variable.replace('_', ' ')} {row.first_year}-{row.last_year}, {row.dyads} dyads"
        for row in variables.itertuples()
    ]
    return f"Heat map of coverage. {'; '.join(parts)}."
