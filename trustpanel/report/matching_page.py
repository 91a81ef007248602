"""The page on names: how many records found their person, and every record that did not, with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from trustpanel.report import formats as f
from trustpanel.report.documents import Block, Page, Paragraph, Section
from trustpanel.report.layout import require_frames
from trustpanel.report.tables import Table, frame_table

TITLE = "Names: from records to persons"
COLUMNS = {
    "rates": (
        "source",
        "period",
        "records",
        "effective_leader",
        "other_person",
        "several_persons",
        "opportunity_only",
        "unresolved",
    ),
    "unmatched": ("source", "record", "start_date", "raw_name", "reason"),
    "join_counts": ("join_name", "rows", "matched", "unmatched", "allowed", "consequence"),
    "coverage_by_decade": (),
}
SOURCE = (
    "Source: the built store, tables record_classes, record_persons, panel and join_counts, as they stood when the "
    "report was written."
)
CAPTIONS = {
    "rates": "Match rate by source and period",
    "unmatched": "Records without a person",
    "join_counts": "Joins: rows matched and unmatched",
    "coverage_by_decade": "Coverage by decade",
}


def matching_page(matching: Mapping[str, pd.DataFrame]) -> Page:
    """Match rates, coverage, joins, unmatched records; ReportError if a frame or a column is absent."""
    require_frames(matching, COLUMNS, page="the page on names")
    return Page(TITLE, tuple(_blocks(matching)))


def rates_table(rates: pd.DataFrame) -> Table:
    """Counts by source and period with the share resolved, and a row of totals."""
    counts = list(COLUMNS["rates"][2:])
    held = rates[list(COLUMNS["rates"])]
    total = pd.DataFrame([{"source": "all sources", "period": "all periods", **held[counts].sum().to_dict()}])
    shown = pd.concat([held, total], ignore_index=True) if len(held) else held.copy()
    shown["resolved"] = [f.share(_resolved(r, u)) for r, u in zip(shown["records"], shown["unresolved"], strict=True)]
    note = (
        "Unresolved: a talk is documented and none of its counterparts has a person. Resolved: the share of all others."
    )
    table = frame_table(shown, caption=CAPTIONS["rates"], notes=(note,))
    return Table(
        table.caption, table.columns, table.rows, table.notes,
        ruled=frozenset({len(held)}), text_columns=frozenset({0, 1}),
    )  # fmt: skip


def _blocks(matching: Mapping[str, pd.DataFrame]) -> Iterator[Block]:
    rates, unmatched, joins = matching["rates"], matching["unmatched"], matching["join_counts"]
    yield Section("How many names were resolved")
    yield Paragraph(_rate_sentence(rates, len(unmatched)))
    yield rates_table(rates)
    yield Section("Coverage")
    yield frame_table(matching["coverage_by_decade"], caption=CAPTIONS["coverage_by_decade"])
    yield Section("Joins")
    yield Paragraph(_join_sentence(joins))
    yield frame_table(joins, caption=CAPTIONS["join_counts"], heads={"join_name": "join"})
    yield Section("Unmatched records")
    yield Paragraph(_unmatched_sentence(len(unmatched)))
    if len(unmatched):
        yield _reasons_table(unmatched)
    yield frame_table(
        unmatched, caption=CAPTIONS["unmatched"], heads={"start_date": "date", "raw_name": "name in the source"}
    )
    yield Paragraph(SOURCE)


def _unmatched_sentence(records: int) -> str:
    if records == 0:
        return "Every record has its person."
    counted = f.counted(records, "record has", "records have")
    return f"{counted} no person. Nothing was dropped silently: each is listed with its reason."


def _reasons_table(unmatched: pd.DataFrame) -> Table:
    counts = unmatched.groupby(["source", "reason"], dropna=False).size().reset_index(name="records")
    return frame_table(counts, caption="Records without a person, by source and reason")


def _rate_sentence(rates: pd.DataFrame, names: int) -> str:
    records, unresolved = int(rates["records"].sum()), int(rates["unresolved"].sum())
    if records == 0:
        return "No record was read."
    left = f"{'none' if unresolved == 0 else f.count(unresolved)} of those that document a talk"
    return (
        f"{f.counted(records, 'record')}; {left} {'is' if unresolved < 2 else 'are'} left without any counterpart. "
        f"{f.counted(names, 'name')} in all, most of them of people who were only present, "
        f"{'stands' if names == 1 else 'stand'} for nobody and {'is' if names == 1 else 'are'} listed below."
    )


def _join_sentence(joins: pd.DataFrame) -> str:
    over = joins.loc[joins["unmatched"] > joins["allowed"], "join_name"].astype(str).tolist()
    counted = f.counted(len(joins), "join is", "joins are").capitalize()
    opening = f"{counted} counted; each says what happens to rows without a match."
    if not over:
        return f"{opening} None leaves more rows unmatched than it allows."
    return f"{opening} More rows unmatched than allowed: {f.listed(over)}."


def _resolved(records: float, unresolved: float) -> float | None:
    return None if not records else 1 - unresolved / records
