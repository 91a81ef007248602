"""What the store holds for a case: its dyad's rows within the case's dates and eight years on each side."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from trustpanel.errors import ReportError
from trustpanel.report import formats as f
from trustpanel.report.layout import require_frames

MARGIN = pd.DateOffset(years=8)
REBUILD = "run `trustpanel build` again"
DYAD = ("ccode_a", "ccode_b")
SPELL = ("start_date", "end_date")
TEXTS = ("persons", "expected_coding", "wheeler_reading", "keating_reading", "disagreement", "trap", "meeting_ids")
COLUMNS = {
    "cases": ("case_id", "title", *DYAD, *SPELL, *TEXTS, "in_store"),
    "meetings": (
        "meeting_id", *DYAD, *SPELL, "date_precision", "place", "host_ccode", "kind", "person_a", "person_b",
        "name_a", "name_b", "leader_a", "leader_b", "sources", "grade",
    ),
    "terms": ("ccode", "leader_id", "leader_name", *SPELL),
    "disputes": ("dispute_id", *DYAD, *SPELL, "hostility"),
    "wars": ("war_id", "war_name", *DYAD, *SPELL),
    "crises": ("crisis_id", "crisis_name", *DYAD, *SPELL),
    "agreements": ("agreement_id", "agreement_type", *DYAD, "signed_date", *SPELL, "title"),
    "bonding": (
        "meeting_ref", *DYAD, "meeting_date", "person_a", "person_b", "item", "direction", "value", "source",
        "source_date", "says", "confidence", "retrospective", "note",
    ),
    "coverage": (*DYAD, *SPELL, "level"),
}  # fmt: skip
DATES = {"start_date", "end_date", "signed_date", "meeting_date"}
WINDOWS = ("what", *SPELL)
LEVELS = ("none", "partial", "searched", "official_list")


@dataclass(frozen=True)
class CaseRecords:
    """A case, its window, and the rows of each frame that fall into it; without a dyad only what it names by id.

    `named`: the meeting ids of the case. `rows["nearby"]`: where a named meeting may stand under another id.
    `rows["windows"]`: what the data can know (`what`, first and last day), may be empty.
    """

    case_id: str
    title: str
    ccodes: tuple[int, ...]
    states: tuple[str, ...]
    start: pd.Timestamp | None
    end: pd.Timestamp | None
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    texts: dict[str, str]
    named: tuple[str, ...]
    in_store: bool
    rows: dict[str, pd.DataFrame]

    @property
    def has_timeline(self) -> bool:
        return len(self.ccodes) == 2 and self.first is not None

    def within(self, frame: pd.DataFrame, begin: str = "start_date", until: str = "end_date") -> pd.DataFrame:
        """The rows that touch the case's own dates."""
        if self.start is None:
            return frame.iloc[0:0]
        return frame[_touches(frame[begin], frame[until], self.start, self.end or self.start)]


def case_records(frames: Mapping[str, pd.DataFrame], state_names: Mapping[int, str]) -> list[CaseRecords]:
    """Every case in the order of the frame `cases`; ReportError if a frame is not of the shape named in COLUMNS."""
    windows = frames.get("windows")
    require_frames(frames, COLUMNS if windows is None else {**COLUMNS, "windows": WINDOWS}, page="the case report")
    held = {name: _checked(frames, name, columns) for name, columns in COLUMNS.items()}
    held["windows"] = pd.DataFrame(columns=list(WINDOWS)) if windows is None else _checked(frames, "windows", WINDOWS)
    ids = held["cases"]["case_id"]
    for wrong in [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(i))] or list(ids[ids.duplicated()]):
        raise ReportError(
            "A case id names its files: lower case, digits and hyphens, and no two alike.", file="cases", found=wrong,
            next_step="mend the row of `data/coded/cases.csv`",
        )  # fmt: skip
    return [_case(row, held, state_names) for row in held["cases"].to_dict("records")]


def coverage_stretches(case: CaseRecords) -> list[tuple[pd.Timestamp, pd.Timestamp, str, str]]:
    """(first day, last day, best level, weakest level) through the window.

    Days without a row are `none`; a row `none` says no more than an absent row, so it weakens no other.
    """
    return _stretches(case.rows["coverage"], case.first, case.last)


def unknown_stretches(case: CaseRecords, what: str) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """The days of the window that the data on `what` cannot know; empty if the frame `windows` says nothing of it."""
    held = case.rows["windows"]
    held = held[held["what"] == what]
    if held.empty:
        return []
    spans = _stretches(held.assign(level="official_list"), case.first, case.last)
    return [(start, end) for start, end, best, _ in spans if best == "none"]


def begun(agreements: pd.DataFrame) -> pd.Series:
    """The day an agreement begins for the timeline: signed, or in force where the signature is not dated."""
    return agreements["signed_date"].fillna(agreements["start_date"])


def _case(row: Mapping[str, object], held: Mapping[str, pd.DataFrame], names: Mapping[int, str]) -> CaseRecords:
    ccodes = tuple(sorted(int(row[c]) for c in DYAD if not pd.isna(row[c])))  # type: ignore[call-overload]
    start, end = (None if pd.isna(row[c]) else row[c] for c in SPELL)
    last_day = start if end is None else end
    first, last = (None, None) if start is None else (start - MARGIN, last_day + MARGIN)
    texts = {t: "" if pd.isna(row[t]) else str(row[t]) for t in TEXTS}
    named = tuple(texts["meeting_ids"].split())
    dyadic = len(ccodes) == 2 and first is not None
    rows = _of_dyad(held, ccodes, first, last) if dyadic else _of_names(held, named, texts["persons"].split())
    return CaseRecords(
        case_id=str(row["case_id"]), title=str(row["title"]), ccodes=ccodes,
        states=tuple(f.state_name(c, names) for c in ccodes), start=start, end=end, first=first, last=last,
        texts=texts, named=named, in_store=bool(row["in_store"]), rows=rows,
    )  # fmt: skip


def _of_dyad(
    held: Mapping[str, pd.DataFrame], ccodes: tuple[int, ...], first: pd.Timestamp, last: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    def dyad(name: str) -> pd.DataFrame:
        frame = held[name]
        return frame[(frame["ccode_a"] == ccodes[0]) & (frame["ccode_b"] == ccodes[1])]

    def touching(frame: pd.DataFrame, begin: str = "start_date") -> pd.DataFrame:
        return frame[_touches(frame[begin], frame["end_date"], first, last)]

    rows = {n: touching(dyad(n)) for n in ("meetings", "disputes", "wars", "crises", "coverage")}
    agreements = dyad("agreements").assign(begun=begun)
    bonding, terms = dyad("bonding"), held["terms"]
    judged = bonding["meeting_date"].between(first, last) | bonding["meeting_ref"].isin(rows["meetings"]["meeting_id"])
    rows |= {
        "agreements": touching(agreements, "begun"),
        "undated": agreements[agreements["begun"].isna()],
        "bonding": bonding[judged],
        "terms": touching(terms[terms["ccode"].isin(ccodes)]),
        "windows": held["windows"],
        "nearby": rows["meetings"],
    }
    order = {
        "agreements": ["begun", "agreement_id"],
        "bonding": ["meeting_date"],
        "undated": [],
        "windows": [],
        "nearby": [],
    }
    return {
        n: r.sort_values(by, kind="stable") if (by := order.get(n, list(SPELL))) else r for n, r in rows.items()
    }  # fmt: skip


def _of_names(held: Mapping[str, pd.DataFrame], named: tuple[str, ...], persons: list[str]) -> dict[str, pd.DataFrame]:
    rows = {name: frame.iloc[0:0] for name, frame in held.items() if name != "cases"}
    meetings, bonding = held["meetings"], held["bonding"]
    rows["meetings"] = meetings[meetings["meeting_id"].isin(named)].sort_values("start_date", kind="stable")
    rows["bonding"] = bonding[bonding["meeting_ref"].isin(named)].sort_values("meeting_date", kind="stable")
    rows["nearby"] = meetings[meetings["person_a"].isin(persons) & meetings["person_b"].isin(persons)]
    return {**rows, "undated": held["agreements"].iloc[0:0]}


def _touches(begin: pd.Series, until: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    return (begin <= last) & (until.isna() | (until >= first))


def _stretches(
    rows: pd.DataFrame, first: pd.Timestamp | None, last: pd.Timestamp | None
) -> list[tuple[pd.Timestamp, pd.Timestamp, str, str]]:
    if first is None or last is None:
        return []
    day = pd.Timedelta(days=1)
    spans = [(max(s, first), min(last if pd.isna(e) else e, last), LEVELS.index(v)) for s, e, v in _spans(rows)]
    edges = sorted({first, last + day, *(s for s, e, _ in spans if s <= e), *(e + day for s, e, _ in spans if s <= e)})
    found: list[tuple[pd.Timestamp, pd.Timestamp, str, str]] = []
    for start, following in itertools.pairwise(edges):
        levels = [v for s, e, v in spans if s <= start <= e and v > 0] or [0]
        best, weakest = LEVELS[max(levels)], LEVELS[min(levels)]
        if found and found[-1][2:] == (best, weakest):
            start = found.pop()[0]  # noqa: PLW2901
        found.append((start, following - day, best, weakest))
    return found


def _spans(rows: pd.DataFrame) -> Iterator[tuple[pd.Timestamp, pd.Timestamp, str]]:
    return zip(rows["start_date"], rows["end_date"], rows["level"], strict=True)


def _checked(frames: Mapping[str, pd.DataFrame], name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    frame = frames[name]
    if name not in ("cases", "terms") and set(DYAD) <= set(columns):
        low, high = (frame[c].astype("Float64") for c in DYAD)
        _require(frame, name, ~(low > high).fillna(False), "ccode_a below ccode_b")
    if name == "coverage":
        _require(frame, name, frame["level"].isin(LEVELS), f"level: {f.listed(LEVELS, 'or')}")
    if name in ("meetings", "bonding"):
        key = frame["meeting_id" if name == "meetings" else "meeting_ref"]
        _require(frame, name, key.notna(), "an id in every row")
    dated = next((c for c in ("start_date", "meeting_date") if c in columns), None)
    if dated is not None and name not in ("cases", "agreements"):
        _require(frame, name, frame[dated].notna(), f"a {dated} in every row")
    return frame.assign(**{c: pd.to_datetime(frame[c]).astype("datetime64[s]") for c in DATES & set(columns)})


def _require(frame: pd.DataFrame, name: str, holds: pd.Series, expected: str) -> None:
    if not holds.astype(bool).all():
        wrong = frame[~holds.astype(bool)].iloc[0].to_dict()
        raise ReportError(
            "A frame of the case report breaks a rule.", file=name, expected=expected, found=wrong, next_step=REBUILD,
        )  # fmt: skip
