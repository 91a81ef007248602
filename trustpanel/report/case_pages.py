"""Every case has its page: expected coding against what the store holds, timeline, both readings, what is absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from trustpanel.report import case_tables as t
from trustpanel.report import formats as f
from trustpanel.report.case_records import CaseRecords, case_records, unknown_stretches
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg, write
from trustpanel.report.tables import Table, html_text, markdown_text
from trustpanel.report.timeline import older, timeline_bytes, unlabelled

INDEX = "Cases"
NOT_CODED = "The coding says nothing."


def write_cases(frames: Mapping[str, pd.DataFrame], folder: Path, state_names: Mapping[int, str]) -> list[Path]:
    """The files written: the index `cases`, then each case's page and, for a dyad with dates, its timeline.

    `frames`: as `trustpanel.report.case_records.COLUMNS` names them; optional `windows` (what, start_date, end_date)
    says from when to when the data on `agreements`, `militarised disputes`, `wars`, `crises` can know.
    `state_names`: {ccode: name}. ReportError if a frame lacks what a page needs; then nothing is written.
    """
    cases = case_records(frames, state_names)
    contents: dict[str, str | bytes] = {"cases.md": _index_markdown(cases), "cases.html": _index_html(cases)}
    for case in cases:
        stem = file_stem(case)
        if case.has_timeline:
            contents |= {f"{stem}.{kind}": timeline_bytes(case, kind) for kind in ("svg", "png")}
        drawn = contents.get(f"{stem}.svg")
        page = case_page(case, drawn if isinstance(drawn, bytes) else None)
        contents[f"{stem}.md"] = f"{page.to_markdown()}\n[All cases](cases.md)\n"
        back = '<main>\n<p><a href="cases.html">All cases</a></p>\n'
        contents[f"{stem}.html"] = page.to_html().replace("<main>\n", back, 1)
    return [write(folder / name, content) for name, content in contents.items()]


def file_stem(case: CaseRecords) -> str:
    """The name of a case's files without their endings."""
    return f"case-{case.case_id}"


def case_page(case: CaseRecords, svg: bytes | None) -> Page:
    """The page of a case; without `svg` a page of text and tables."""
    return Page(case.title, tuple(_blocks(case, svg)))


def index_table(cases: list[CaseRecords]) -> Table:
    """One row a case: states, dates, whether it is in the store, its meetings, and how well meetings are known."""
    rows = tuple(
        (
            case.title, " – ".join(case.states) if len(case.ccodes) == 2 else "not a dyad", dates_words(case),
            f.yes_no(case.in_store), *_meeting_counts(case), t.coverage_at(case) if case.has_timeline else f.MISSING,
        )
        for case in cases
    )  # fmt: skip
    notes = (
        "In the store: as the list of cases says. Meetings of the window: within eight years of the case's dates. "
        "For a case that is not a dyad only the meetings that it names are counted.",
        "Coverage: how well meetings of the two are known during the case. Where it is not a full list, "
        "a count of 0 does not say that nobody met.",
    )
    heads = ("case", "states", "dates", "in the store", "meetings in the case", "meetings in the window", "coverage")
    return Table("All cases", heads, rows, notes, text_columns=frozenset({0, 1, 2, 3, 6}))


def dates_words(case: CaseRecords) -> str:
    """`1985-11-19 to 1988-12-07`, one day alone, or an open end."""
    if case.start is None:
        return "no dates"
    first = case.start.date().isoformat()
    if case.end is None:
        return f"from {first}"
    last = case.end.date().isoformat()
    return first if first == last else f"{first} to {last}"


def _meeting_counts(case: CaseRecords) -> tuple[str, str]:
    meetings = case.rows["meetings"]
    if not case.has_timeline:
        return f.count(meetings["meeting_id"].nunique()), f.MISSING
    within = case.within(meetings)["meeting_id"].nunique()
    return f.count(within), f.count(meetings["meeting_id"].nunique())


def _blocks(case: CaseRecords, svg: bytes | None) -> Iterator[Block]:
    where = " – ".join(case.states) if len(case.ccodes) == 2 else "This case is not a dyad of the data"
    yield Paragraph(f"{where}. Dates of the case: {dates_words(case)}.")
    yield Section("Expected coding")
    yield Paragraph(f.sentence(case.texts["expected_coding"]) or NOT_CODED, lead=True)
    yield t.facts_table(case)
    if svg is not None:
        yield Section("Timeline")
        alt = _alt(case)
        yield Picture(inline_svg(svg, alt), f"{file_stem(case)}.png", alt, _caption(case))
    yield Section("Readings")
    for title, text in (
        ("Wheeler", "wheeler_reading"), ("Keating", "keating_reading"), ("Where they disagree", "disagreement"),
    ):  # fmt: skip
        yield Section(title, 3)
        yield Paragraph(f.sentence(case.texts[text]) or NOT_CODED)
    yield from _meeting_blocks(case)
    yield from _bonding_blocks(case)
    if case.has_timeline:
        yield Section("Leaders, disputes and agreements")
        yield from (t.terms_table(case), t.disputes_table(case), t.wars_table(case), t.crises_table(case))
        yield t.agreements_table(case)
    yield Section("What is not in the store")
    yield Bullets(tuple(_absences(case)))
    yield Section("Trap for the coder")
    yield Paragraph(f.sentence(case.texts["trap"]) or "None noted.")


def _meeting_blocks(case: CaseRecords) -> Iterator[Block]:
    yield Section("Meetings")
    if case.has_timeline:
        yield Paragraph(_coverage_sentence(case))
        yield t.coverage_table(case)
    yield t.meetings_table(case)
    if case.named:
        yield t.found_table(case)


def _bonding_blocks(case: CaseRecords) -> Iterator[Block]:
    yield Section("Bonding judgements")
    if case.rows["bonding"].empty:
        yield Paragraph("No meeting of this page has been judged. Bonding is unknown here, not absent.")
        return
    yield t.bonding_counts_table(case)
    yield t.bonding_table(case)
    if sources := t.source_list(case):
        yield Section("Sources of the judgements", 3)
        yield Bullets(tuple(f"[{n}] {source}" for source, n in sources.items()))


def _coverage_sentence(case: CaseRecords) -> str:
    level = t.coverage_at(case)
    if level == "full list":
        return "During the case a list that means to be complete covers the two: an absent meeting counts as none."
    if level.startswith("full list;"):
        return (
            "During the case a list that means to be complete covers visits, but not every channel "
            f"({level}): a talk at the side of a multilateral event may be missing."
        )
    return (
        f"During the case the coverage of meetings is: {level}. "
        "A meeting that is not in the table may have taken place all the same."
    )


def _absences(case: CaseRecords) -> Iterator[str]:
    if not case.in_store:
        yield "The list of cases marks the meetings of this case as not in the store."
    yield from (f"Named by the case, not in the store: {text}." for text in t.missing_ids(case))
    if not case.named:
        yield "The case names no meeting."
    if without := t.persons_without_meeting(case):
        yield f"Persons of the case without a meeting in the table above: {f.listed(without)}."
    if case.has_timeline:
        if t.coverage_at(case) != "full list":
            yield f"Meetings during the case are not fully known (coverage: {t.coverage_at(case)})."
        for what in ("agreements", "militarised disputes", "wars", "crises"):
            spans = [f"{s.date()} to {e.date()}" for s, e in unknown_stretches(case, what)]
            if spans:
                yield f"The data on {what} do not reach {f.listed(spans)}."
    else:
        yield "Without a dyad there are no disputes, wars, crises and agreements to show."
    judged = case.rows["bonding"]
    unknown = int((judged["value"] == "unknown").sum())
    if unknown:
        yield f"{f.counted(unknown, 'item')} of {f.count(len(judged))} bonding judgements: no source found, so unknown."
    stray = sorted(set(judged["meeting_ref"].astype(str)) - set(case.rows["meetings"]["meeting_id"].astype(str)))
    if stray:
        yield f"Judged, but not among the meetings of this page: {f.listed(stray)}."


def _caption(case: CaseRecords) -> str:
    left, old = unlabelled(case), int(older(case).sum())
    return (
        "Terms in office, meetings, agreements, militarised disputes, wars and crises of the two states, "
        "from eight years before the case to eight years after it (dashed lines: the case). "
        "Behind the meetings: white where a list that means to be complete exists, hatched where nothing or only part "
        "is known; there an empty stretch does not say that nobody met. "
        "The strip below shows the weakest of the channels covered, mostly talks at the side of multilateral events. "
        "A horizontal line through a mark: the day is known only within it. "
        "A gap between terms: no leader in the store; a term too short for its name stands in the table."
        + (f" {f.counted(left, 'label').capitalize()} of meetings had no room; the table has all." if left else "")
        + (f" Not drawn: {f.counted(old, 'agreement')} signed earlier, end not known (table)." if old else "")
    )


def _alt(case: CaseRecords) -> str:
    rows = case.rows
    counts = [
        f.counted(rows["meetings"]["meeting_id"].nunique(), "meeting"), f.counted(len(rows["agreements"]), "agreement"),
        f.counted(len(rows["disputes"]), "militarised dispute"), f.counted(len(rows["wars"]), "war"),
        f.counted(len(rows["crises"]), "crisis", "crises"),
    ]  # fmt: skip
    years = f"{case.first:%Y} to {case.last:%Y}" if case.first is not None and case.last is not None else ""
    return f"Timeline of {case.title}, {years}: {f.listed(counts)}."


def _index_page(cases: list[CaseRecords]) -> Page:
    inside = sum(case.in_store for case in cases)
    text = (
        f"{f.counted(len(cases), 'case').capitalize()}; {f.count(inside)} in the store. "
        "Each page sets the coding that is expected beside what the store holds."
    )
    return Page(INDEX, (Paragraph(text), index_table(cases)))


def _index_html(cases: list[CaseRecords]) -> str:
    """The index with a link in every row: row heads come in the order of the cases."""
    done, rest = "", _index_page(cases).to_html()
    for case in cases:
        head = f'<th scope="row" class="text">{html_text(case.title)}</th>'
        link = f'<a href="{file_stem(case)}.html">{html_text(case.title)}</a>'
        before, _, rest = rest.partition(head)
        done += f'{before}<th scope="row" class="text">{link}</th>'
    return done + rest


def _index_markdown(cases: list[CaseRecords]) -> str:
    done, rest = "", _index_page(cases).to_markdown()
    for case in cases:
        before, _, rest = rest.partition(f"\n| {markdown_text(case.title)} |")
        done += f"{before}\n| [{markdown_text(case.title)}]({file_stem(case)}.md) |"
    return done + rest
