"""A case in the paper: its readings from `cases.csv`, what the store holds of it, and its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trustpanel.report import formats as f
from trustpanel.report.case_records import CaseRecords, coverage_stretches, unknown_stretches
from trustpanel.report.case_tables import coverage_at
from trustpanel.report.paper.model import Drawing, Plate, slim
from trustpanel.report.timeline import HOSTILITY_WORDS, older, timeline_bytes, unlabelled

FORCE = 4
KNOWN = {"yes", "positive", "negative", "flat"}
NAMED_MOST = 6
# points: the width of the text
WIDTH = 482.0


def case_values(case: CaseRecords) -> dict[str, Any]:
    """The counts of a case that the text may name: meetings, judgements, disputes, crises, agreements."""
    rows = case.rows
    disputes, judged = rows["disputes"], rows["bonding"]
    own = case.within(rows["meetings"]).drop_duplicates("meeting_id")
    after = _starting_after(case, disputes)
    return {
        "title": case.title,
        "meetings": len(own),
        "meetings_window": rows["meetings"]["meeting_id"].nunique(),
        "third_soil": int((~own["host_ccode"].isin(case.ccodes) & own["host_ccode"].notna()).sum()),
        "judgements": len(judged),
        "judgements_known": int((judged["value"] != "unknown").sum()) if len(judged) else 0,
        "retrospective": int(judged["retrospective"].astype(bool).sum()) if len(judged) else 0,
        "disputes": len(disputes),
        "disputes_before": len(disputes) - len(_starting_after(case, disputes, since_start=True)),
        "disputes_after": len(after),
        "force_after": int((after["hostility"] >= FORCE).sum()) if len(after) else 0,
        "highest": HOSTILITY_WORDS[int(disputes["hostility"].max())] if len(disputes) else None,
        "wars": len(rows["wars"]),
        "crises": len(rows["crises"]),
        "agreements": len(rows["agreements"]),
        "agreements_during": len(_during(case)),
        "agreements_after": int((rows["agreements"]["begun"] > case.end).sum())
        if case.has_timeline and case.end
        else 0,
        "coverage": coverage_at(case) if case.has_timeline else None,
        "leaders": [case.rows["terms"][case.rows["terms"]["ccode"] == c]["leader_name"].nunique() for c in case.ccodes],
    }


def plate_of(case: CaseRecords) -> Plate:
    """The case on its page: readings, then what the store holds, then the timeline."""
    texts = case.texts
    readings = [f"Expected coding: {f.sentence(texts['expected_coding'])}"]
    readings += [
        f"{who}: {f.sentence(texts[k])}" for who, k in (("Wheeler", "wheeler_reading"), ("Keating", "keating_reading"))
    ]
    doubts = f"Where they part: {f.sentence(texts['disagreement'])} A trap for the coder: {f.sentence(texts['trap'])}"
    drawing = (
        Drawing(slim(timeline_bytes(case, "svg", width=WIDTH)), _alt(case), _caption(case))
        if case.has_timeline
        else None
    )
    return Plate(case.title, (" ".join(readings), doubts, _held(case)), drawing)


def _held(case: CaseRecords) -> str:
    """What the store holds, in sentences."""
    values = case_values(case)
    said = ["What the store holds:", _meetings(case, values)]
    if values["judgements"]:
        said.append(
            f"Of {f.counted(values['judgements'], 'judgement')} on meetings of the two states in the window "
            f"{f.count(values['judgements_known'])} rest on a source and {f.count(values['retrospective'])} on one "
            "written after the fact."
        )
    else:
        said.append("No meeting of the window has a judgement on bonding.")
    said += [_conflict(case, values), _agreements(values), *_unknown(case)]
    return " ".join(said)


def _meetings(case: CaseRecords, values: Mapping[str, Any]) -> str:
    own = case.within(case.rows["meetings"]).drop_duplicates("meeting_id")
    named = [
        f"{place} ({start:%-d %b %Y})"
        for place, start in zip(own["place"].map(_place), own["start_date"], strict=True)
        if place
    ]
    first, rest = named[:NAMED_MOST], len(named) - NAMED_MOST
    listed = f": {f.listed(first) if rest <= 0 else ', '.join(first) + f' and {rest} more'}" if named else ""
    soil = f", {values['third_soil']} of them on third soil" if values["third_soil"] else ""
    known = (
        ""
        if values["coverage"] == "full list"
        else f" Coverage of meetings in it: {values['coverage']}, so an absent meeting is not known to be none."
    )
    return (
        f"{f.counted(values['meetings'], 'meeting').capitalize()} during the case{listed}{soil}; "
        f"{f.counted(values['meetings_window'], 'meeting')} from eight years before to eight years after.{known}"
    )


def _conflict(case: CaseRecords, values: Mapping[str, Any]) -> str:
    parts = [
        f"{f.counted(values['disputes'], 'militarised dispute')}"
        + (f" (highest level: {values['highest']})" if values["highest"] else ""),
        f.counted(values["wars"], "war"),
        f.counted(values["crises"], "crisis", "crises"),
    ]
    after = ""
    if values["disputes"]:
        force = f", {_none(values['force_after'])} of these with force or war" if values["disputes_after"] else ""
        after = (
            f" {_none(values['disputes_after']).capitalize()} of the disputes began after the case had ended{force}."
        )
    return f"The window has {f.listed(parts)}.{after}"


def _agreements(values: Mapping[str, Any]) -> str:
    if not values["agreements"]:
        return "No political agreement of the two is in force or signed in it."
    return (
        f"Political agreements in force or signed in it: {f.count(values['agreements'])}, of which "
        f"{_none(values['agreements_during'])} begin during the case and {_none(values['agreements_after'])} later."
    )


def _none(value: int) -> str:
    return f.count(value) if value else "none"


def _unknown(case: CaseRecords) -> list[str]:
    out = []
    for what in ("militarised disputes", "wars", "crises", "agreements"):
        spans = [f"{s:%Y} to {e:%Y}" for s, e in unknown_stretches(case, what)]
        if spans:
            out.append(f"The data on {what} do not reach {f.listed(spans)}.")
    return out


def _starting_after(case: CaseRecords, rows: pd.DataFrame, *, since_start: bool = False) -> pd.DataFrame:
    edge = case.start if since_start else (case.end if case.end is not None else case.start)
    return rows[rows["start_date"] > edge] if edge is not None else rows.iloc[0:0]


def _during(case: CaseRecords) -> pd.DataFrame:
    rows = case.rows["agreements"]
    if case.start is None or "begun" not in rows:
        return rows.iloc[0:0]
    return rows[rows["begun"].between(case.start, case.end if case.end is not None else case.start)]


def _place(text: Any) -> str:
    """The first place named, without what stands in brackets."""
    if pd.isna(text):
        return ""
    return str(text).split(",")[0].split(";")[0].split("(")[0].strip()


def _alt(case: CaseRecords) -> str:
    values = case_values(case)
    return (
        f"Timeline of {case.title}, {case.first:%Y} to {case.last:%Y}: "
        f"{f.counted(values['meetings_window'], 'meeting')}, {f.counted(values['agreements'], 'agreement')}, "
        f"{f.counted(values['disputes'], 'militarised dispute')}, {f.counted(values['wars'], 'war')} and "
        f"{f.counted(values['crises'], 'crisis', 'crises')}."
    )


def _caption(case: CaseRecords) -> str:
    weak = any(best in ("none", "partial") for _, _, best, _ in coverage_stretches(case))
    left, old = unlabelled(case, width=WIDTH), int(older(case).sum())
    return (
        f"{case.title}: terms in office, meetings, agreements, militarised disputes, wars and crises of the two "
        "states; the case between dashed lines. "
        + (
            "Hatched behind the meetings: only part or nothing is known, so an empty stretch does not say that nobody "
            "met. "
            if weak
            else "White behind the meetings: a list that means to be complete covers them. "
        )
        + "The strip below shows the weakest channel, mostly talks at the side of other events. "
        "Filled marks: both were the effective leaders."
        + (f" {f.counted(left, 'label').capitalize()} of meetings had no room." if left else "")
        + (f" Not drawn: {f.counted(old, 'agreement')} signed earlier whose end is not known." if old else "")
    )
