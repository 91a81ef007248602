"""The tables of a case page; a dash is what the store does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from trustpanel.report import formats as f
from trustpanel.report.case_records import CaseRecords, coverage_stretches, unknown_stretches
from trustpanel.report.tables import Table
from trustpanel.report.timeline import HOSTILITY_WORDS, both_lead

LEVEL_WORDS = {"official_list": "full list", "searched": "searched", "partial": "partly known", "none": "unknown"}
NEAR = pd.Timedelta(days=10)


def text_table(caption: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *notes: str) -> Table:
    """A table of texts, all columns to the left."""
    return Table(caption, heads, tuple(rows), notes, text_columns=frozenset(range(len(heads))))


def facts_table(case: CaseRecords) -> Table:
    """What the store holds within the case's own dates, to be read beside the expected coding."""
    rows, facts = case.rows, []
    meetings = case.within(rows["meetings"]) if case.has_timeline else rows["meetings"]
    own = rows["bonding"][rows["bonding"]["meeting_ref"].isin({*meetings["meeting_id"], *case.named})]
    found = sum(i in set(rows["meetings"]["meeting_id"]) for i in case.named)
    facts.append(("Meetings that the case names", f"{f.count(found)} of {f.count(len(case.named))} found"))
    if case.has_timeline:
        both = {m.meeting_id for m in meetings.itertuples() if both_lead(m)}
        count = f"{f.count(meetings['meeting_id'].nunique())}, {f.count(len(both))} of them between effective leaders"
        facts += [("Meetings of the dyad", count), ("Coverage of meetings", coverage_at(case))]
    facts += [("Bonding judgements, two sides", _values(own, both=False)), ("Bonding, pair", _values(own, both=True))]
    if case.has_timeline:
        facts += _facts_of_dyad(case)
    where = "within the dates of the case" if case.has_timeline else "for the meetings that the case names"
    return text_table(f"In the store {where}", ("what", "in the store"), facts)


def _facts_of_dyad(case: CaseRecords) -> list[tuple[str, str]]:
    rows, end = case.rows, case.end if case.end is not None else case.start
    disputes = case.within(rows["disputes"])
    highest = f"; highest level: {HOSTILITY_WORDS[int(disputes.hostility.max())]}" if len(disputes) else ""
    named = {n: [str(w) for w in case.within(rows[n])[c]] for n, c in (("wars", "war_name"), ("crises", "crisis_name"))}
    found = {
        "militarised disputes": f"{f.count(len(disputes))}{highest}",
        "wars": f.listed(named["wars"]) or "none in the store",
        "crises": f.listed(named["crises"]) or "none in the store",
        "agreements": f"{f.count(int(rows['agreements']['begun'].between(case.start, end).sum()))} begin",
    }
    for what in found:
        if any(s <= end and e >= case.start for s, e in unknown_stretches(case, what)):
            found[what] += "; the data do not reach all days of the case"
    return [(what.capitalize(), said) for what, said in found.items()]


def meetings_table(case: CaseRecords) -> Table:
    """Every meeting of the page by date; those that the case names are marked."""
    rows = tuple(
        (
            span(m.start_date, m.end_date), str(m.date_precision), _or_dash(m.place), f"{m.name_a} – {m.name_b}",
            _effective(m), _words(m.kind), _or_dash(m.grade), _or_dash(m.sources),
            "yes" if m.meeting_id in case.named else "",
        )
        for m in case.rows["meetings"].itertuples()
    )  # fmt: skip
    heads = (
        "dates", "precision", "place", "persons", "effective leaders", "kind", "grade", "sources", "named by the case",
    )  # fmt: skip
    caption = "Meetings of the dyad in the window" if case.has_timeline else "Meetings that the case names"
    notes = ("Precision record: the meeting lies within these days, those of the visit or trip.",) if rows else ()
    return text_table(caption, heads, rows, *notes)


def found_table(case: CaseRecords) -> Table:
    """Each meeting id of the case and the row of the store that has it."""
    held = case.rows["meetings"].drop_duplicates("meeting_id").set_index("meeting_id")
    rows = []
    for named in case.named:
        found = span(held["start_date"][named], held["end_date"][named]) if named in held.index else _near(case, named)
        rows.append((named, f.yes_no(named in held.index), found))
    return text_table("Meetings that the case names, by id", ("id", "in the store", "dates in the store"), rows)


def missing_ids(case: CaseRecords) -> list[str]:
    """The named ids that no row of the page has, each with the meeting next to it."""
    held = set(case.rows["meetings"]["meeting_id"])
    return [f"{named} ({_near(case, named)})" for named in case.named if named not in held]


def persons_without_meeting(case: CaseRecords) -> list[str]:
    """The persons of the case who stand in no meeting of the page."""
    meetings = case.rows["meetings"]
    met = {*meetings["person_a"], *meetings["person_b"]}
    return [p for p in case.texts["persons"].split() if p not in met]


def bonding_counts_table(case: CaseRecords) -> Table:
    """For each judged meeting: items with a value, from memory, and unknown."""
    rows = []
    for (ref, day), judged in case.rows["bonding"].groupby(["meeting_ref", "meeting_date"], sort=False, dropna=False):
        known = judged[judged["value"] != "unknown"]
        retrospective = int((known["retrospective"].map(_flag) == "yes").sum())
        rows.append(
            (_meeting_name(case, str(ref), day), f.count(len(judged)), f.count(len(known)), f.count(retrospective),
             f.count(len(judged) - len(known)), _unknown_items(judged))
        )  # fmt: skip
    heads = ("meeting", "judgements", "with a value", "of these retrospective", "unknown", "items without any value")
    return Table("Judgements by meeting", heads, tuple(rows), text_columns=frozenset({0, 5}))


def bonding_table(case: CaseRecords) -> Table:
    """Every judgement with a value, what it rests on, and whether its source looks back."""
    judged = case.rows["bonding"]
    names, numbers = _names(case), source_list(case)
    rows = tuple(
        (
            _meeting_name(case, str(b.meeting_ref), b.meeting_date), _words(b.item), _direction(b, names),
            _words(b.value), _flag(b.retrospective), _or_dash(b.confidence), _or_dash(b.says),
            "" if pd.isna(b.source) else f"[{numbers[str(b.source)]}]", _or_dash(b.source_date),
            "" if pd.isna(b.note) else str(b.note),
        )
        for b in judged[judged["value"] != "unknown"].itertuples()
    )  # fmt: skip
    heads = (
        "meeting", "item", "direction", "value", "retrospective", "confidence", "says (in our words)", "source",
        "source date", "note",
    )  # fmt: skip
    note = "Retrospective: the source was written after the outcome was known; such judgements enter no main model."
    return text_table("Judgements with a value", heads, rows, note)


def source_list(case: CaseRecords) -> dict[str, int]:
    """Sources of the judgements with a value, numbered in the order of the table."""
    judged = case.rows["bonding"]
    held = judged.loc[judged["value"] != "unknown", "source"].dropna().astype(str)
    return {source: n for n, source in enumerate(dict.fromkeys(held), start=1)}


def terms_table(case: CaseRecords) -> Table:
    """Effective leaders of both states in the window."""
    held = case.rows["terms"]
    rows = [
        (state, str(t.leader_name), t.start_date.date().isoformat(), _day(t.end_date))
        for code, state in zip(case.ccodes, case.states, strict=True)
        for t in held[held["ccode"] == code].itertuples()
    ]  # fmt: skip
    return text_table("Effective leaders in the window", ("state", "leader", "in office from", "until"), rows)


def disputes_table(case: CaseRecords) -> Table:
    """Militarised disputes of the window."""
    rows = (
        (str(d.dispute_id), span(d.start_date, d.end_date), HOSTILITY_WORDS[int(d.hostility)])
        for d in case.rows["disputes"].itertuples()
    )
    return text_table("Militarised disputes in the window", ("dispute", "dates", "highest level"), rows)


def wars_table(case: CaseRecords) -> Table:
    """Wars of the window."""
    rows = ((str(w.war_name), span(w.start_date, w.end_date)) for w in case.rows["wars"].itertuples())
    return text_table("Wars in the window", ("war", "dates"), rows)


def crises_table(case: CaseRecords) -> Table:
    """International crises of the window."""
    rows = ((str(c.crisis_name), span(c.start_date, c.end_date)) for c in case.rows["crises"].itertuples())
    return text_table("Crises in the window", ("crisis", "dates"), rows)


def agreements_table(case: CaseRecords) -> Table:
    """Agreements in force or signed in the window, then those without any date."""
    rows = [
        (_words(a.agreement_type), _or_dash(a.title), _day(a.signed_date), _day(a.start_date), _day(a.end_date),
         str(a.agreement_id))
        for kind in ("agreements", "undated") for a in case.rows[kind].itertuples()
    ]  # fmt: skip
    heads = ("type", "title", "signed", "in force from", "until", "id")
    undated = len(case.rows["undated"])
    notes = (f"{f.counted(undated, 'agreement')} without any date, not in the timeline.",) if undated else ()
    return text_table("Agreements in the window", heads, rows, *notes)


def coverage_table(case: CaseRecords) -> Table:
    """How well meetings of the two are known, stretch by stretch."""
    rows = ((span(s, e), LEVEL_WORDS[best], LEVEL_WORDS[low]) for s, e, best, low in coverage_stretches(case))
    return text_table("Coverage of meetings in the window", ("days", "best channel", "weakest channel"), rows)


def coverage_at(case: CaseRecords) -> str:
    """The levels of the best channel during the case, the weakest first, and those of the weakest where they differ."""
    if case.start is None:
        return "unknown"
    end = case.end if case.end is not None else case.start
    during = [(best, low) for s, e, best, low in coverage_stretches(case) if s <= end and e >= case.start]
    best, low = (
        f.listed([words for level, words in reversed(LEVEL_WORDS.items()) if any(d[place] == level for d in during)])
        for place in (0, 1)
    )
    return best if best == low else f"{best}; weakest channel: {low}"


def span(start: pd.Timestamp, end: Any) -> str:
    """`1985-11-19 to 1985-11-21`, or one day."""
    first, last = _day(start), _day(end)
    return first if first == last else f"{first} to {last}"


def _day(day: Any) -> str:
    return f.MISSING if pd.isna(day) else day.date().isoformat()


def _or_dash(value: Any) -> str:
    return f.MISSING if pd.isna(value) or not str(value).strip() else str(value)


def _words(value: Any) -> str:
    return _or_dash(value).replace("_", " ")


def _flag(value: Any) -> str:
    return f.MISSING if pd.isna(value) else f.yes_no(str(value).lower() in ("true", "1"))


def _effective(m: Any) -> str:
    if both_lead(m):
        return "both"
    outside = [str(n) for n, leader in ((m.name_a, m.leader_a), (m.name_b, m.leader_b)) if pd.isna(leader)]
    return f"not {f.listed(outside, 'nor')}"


def _names(case: CaseRecords) -> dict[str, str]:
    meetings = case.rows["meetings"]
    sides = [zip(meetings[f"person_{s}"], meetings[f"name_{s}"], strict=True) for s in "ab"]
    return {str(person): str(name) for pairs in sides for person, name in pairs}


def _direction(b: Any, names: dict[str, str]) -> str:
    first, second = (names.get(str(p), str(p)) for p in (b.person_a, b.person_b))
    shown = {"a_b": f"{first} → {second}", "b_a": f"{second} → {first}"}
    return shown.get(str(b.direction), _words(b.direction))


def _meeting_name(case: CaseRecords, ref: str, day: Any) -> str:
    meetings = case.rows["meetings"]
    found = meetings[meetings["meeting_id"] == ref]
    if found.empty:
        return f"{_day(day)} ({ref}, not in the table of meetings)"
    place = found["place"].iloc[0]
    return _day(found["start_date"].iloc[0]) + ("" if pd.isna(place) else f", {place}")


def _values(judged: pd.DataFrame, *, both: bool) -> str:
    held = judged[(judged["direction"] == "both") == both]
    if held.empty:
        return "none"
    counts = held["value"].value_counts(sort=False)
    order = ["yes", "no", "positive", "flat", "negative", "unknown"]
    said = [f"{v} {f.count(counts[v])}" for v in [*order, *sorted(set(counts.index) - set(order))] if v in counts.index]
    return ", ".join(said)


def _unknown_items(judged: pd.DataFrame) -> str:
    known = set(judged.loc[judged["value"] != "unknown", "item"])
    return ", ".join(_words(i) for i in dict.fromkeys(judged["item"]) if i not in known) or f.MISSING


def _near(case: CaseRecords, named: str) -> str:
    """A meeting within ten days of the day in the id, since the same meeting may stand under another id."""
    day = re.search(r"\d{4}-\d{2}-\d{2}", named)
    if day is None:
        return "no meeting next to it"
    at = pd.Timestamp(day[0])
    meetings = case.rows["nearby"]
    close = meetings[(meetings["start_date"] - NEAR <= at) & (meetings["end_date"] + NEAR >= at)]
    spans = list(dict.fromkeys(span(m.start_date, m.end_date) for m in close.itertuples()))
    return f"next to it: meeting of {f.listed(spans)}" if spans else "no meeting within ten days of it"
