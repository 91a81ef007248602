"""The page on coding: what was coded, how well the two passes agree, and how far the coverage of rivals reaches."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from trustpanel.report import formats as f
from trustpanel.report.documents import Block, Page, Paragraph, Section
from trustpanel.report.layout import require_frames
from trustpanel.report.tables import Table, frame_table

TITLE = "Coding: meetings of rivals"
COLUMNS = {
    "meetings_by_source": ("source", "meetings", "two_leaders", "to_the_day", "only_source"),
    "meetings_by_grade": ("grade", "meetings", "to_the_day", "beyond_lists"),
    "agreement": ("measure", "both_searched", "searched_or_partial"),
    "rival_coverage": ("decade", "rival_dyad_years", "official_list", "searched", "partial", "none"),
}
CAPTIONS = {
    "meetings_by_source": "Meetings by source",
    "meetings_by_grade": "Meetings coded by this project, by grade of the evidence",
    "agreement": "Agreement of the two passes, the second blind to the first",
    "rival_coverage": "Dyad-years of strategic rivals by best coverage of their bilateral meetings",
}
COUNTED = ("both", "only first", "only second", "neither")
WORDS = {
    "meetings_by_source": (
        "A meeting that several sources tell of counts for each of them; only_source counts those it alone tells of."
    ),
    "meetings_by_grade": (
        "A: two independent pages that were read say so; B: one. beyond_lists counts meetings that no list of visits, "
        "trips or travel tells of."
    ),
    "agreement": (
        "A seeded draw of 30 % of the rivalries was coded twice, the second time blind to the first (the first was not "
        "blind) and aiming at other sources. Dyad-years of the United States, and of South American states after 1997, "
        "are left out: lists cover them. The two passes searched the same index by like means, so they are not fully "
        "independent: agreement measures whether search and coding repeat, not whether they are complete."
    ),
    "rival_coverage": (
        "Only a list or a search lets an absent meeting count as none; partial and none leave every bonding variable "
        "missing."
    ),
}


SOURCE = (
    "Source: the built store, tables meeting_evidence, meetings, coding_agreement, rivalries and meeting_coverage, as "
    "they stood when the report was written."
)


def coding_page(coding: Mapping[str, pd.DataFrame]) -> Page:
    """Meetings by source and grade, agreement of the passes, coverage by decade.

    `coding`: the frames and columns that COLUMNS names. ReportError if one is absent.
    """
    require_frames(coding, COLUMNS, page="the page on coding")
    blocks: list[Block] = []
    for name, columns in COLUMNS.items():
        blocks.append(Section(CAPTIONS[name]))
        blocks.append(Paragraph(WORDS[name]))
        frame = coding[name][list(columns)]
        told = agreement_table(frame) if name == "agreement" else frame_table(frame, caption=CAPTIONS[name])
        blocks.append(told)
    return Page(TITLE, (*blocks, Paragraph(SOURCE)))


def agreement_table(frame: pd.DataFrame) -> Table:
    """Counts as counts and everything else as a share with three decimals, a share of 1 too."""
    rows = tuple(
        (measure, *(f.count(v) if measure.endswith(COUNTED) else f.number(v) for v in values))
        for measure, *values in frame.itertuples(index=False, name=None)
    )
    return Table(CAPTIONS["agreement"], tuple(c.replace("_", " ") for c in frame.columns), rows)
