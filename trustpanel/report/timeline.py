"""The timeline of a case: terms, meetings over their coverage, agreements, disputes, wars, crises; units are points."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from trustpanel.errors import ReportError
from trustpanel.report import timeline_drawing as d
from trustpanel.report.case_records import CaseRecords, coverage_stretches, unknown_stretches
from trustpanel.report.drawing import drawn
from trustpanel.report.timeline_drawing import Bar, Scale, pack, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TERM, PAD, TIER, TIERS, COLUMNS = 19.0, 5.0, 9.5, 8, 4
CASE = "#FFF1B8"
# the names of the two parties stand in the heading already
FORMAL = re.compile(
    r"(?i)^.{0,60}?\bbetween the .{3,60}? and .{3,60}? (on|concerning|relating to|regarding|to) (the )?"
)
TINTS = (("#BFD9EC", "#DCEAF5"), ("#C9E4C4", "#E3F1E0"))
HOSTILITY = {1: "#FEE3B5", 2: "#FDC87A", 3: "#FC8D59", 4: "#D7301F", 5: "#7F0000"}
HOSTILITY_WORDS = {1: "no action", 2: "threat", 3: "display of force", 4: "use of force", 5: "war"}
GRADES = {"A": "#000000", "B": "#D55E00", None: "#0072B2"}
GRADE_WORDS = {"A": "coded, grade A", "B": "coded, grade B", None: "from a source list"}
SHAPES = {"visit": "o", "summit": "s", "side of an event": "^", "mediated": "D", "other": "P"}
GROUPS = {
    "summit": "summit", "multilateral_bilateral": "side of an event", "sideline": "side of an event",
    "funeral_talk": "side of an event", "mediated": "mediated", "official_visit": "visit", "state_visit": "visit",
    "working_visit": "visit", "official_working_visit": "visit", "informal_visit": "visit", "private_visit": "visit",
}  # fmt: skip
COVER = {
    "official_list": ("#FFFFFF", ""), "searched": ("#F1F1F1", ""), "partial": ("#EDEDED", "///"),
    "none": d.UNKNOWN,
}  # fmt: skip
COVER_WORDS = {
    "official_list": "a full list exists", "searched": "searched, no full list", "partial": "partly known",
    "none": "unknown: nothing covers these days",
}  # fmt: skip


def timeline_bytes(case: CaseRecords, kind: str, *, width: float = d.WIDTH) -> bytes:
    """The timeline as `svg` or `png`, `width` points wide; the same records give the same bytes."""
    return drawn(lambda: timeline_figure(case, width=width), kind)


def timeline_figure(case: CaseRecords, *, width: float = d.WIDTH) -> Figure:
    """Lanes from the top: two of terms, meetings, agreements, disputes, wars, crises; below them the key."""
    from matplotlib.figure import Figure

    if case.first is None or case.last is None:
        raise ReportError(
            "a case without dates has no timeline",
            file="data/coded/cases.csv",
            row=case.case_id,
            expected="a start_date",
            next_step="ask `has_timeline` first, or date the case",
        )
    figure, scale = Figure(), Scale(case.first, case.last, width)
    columns = COLUMNS if width >= d.WIDTH else COLUMNS - 1
    axes = figure.add_axes((0, 0, 1, 1))
    end = 0.0
    for label, draw in _lanes(case, scale):
        height = draw(axes, end + PAD) + 2 * PAD
        axes.text(-8, end + height / 2, "\n".join(textwrap.wrap(label, 19)), ha="right", va="center", fontsize=8)
        end += height
        axes.plot([0, scale.plot], [end, end], color="#BBBBBB", linewidth=0.6, clip_on=False)
    _case_dates(axes, scale, case, end)
    _years(axes, scale)
    handles = _key(case)
    below = 14.0 * -(-len(handles) // columns)
    height = d.TOP + end + d.BOTTOM + below
    figure.set_size_inches(width / 72, height / 72)
    axes.set_position((d.LEFT / width, (d.BOTTOM + below) / height, scale.plot / width, end / height))
    axes.set(xlim=(0, scale.plot), ylim=(end, 0), yticks=[])
    figure.text(8 / width, 1 - 9 / height, case.title, fontsize=9.5, fontweight="bold", va="center")
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(4 / width, 0), ncols=columns, fontsize=d.SMALL,
        frameon=False, borderpad=0.2, labelspacing=0.45, columnspacing=1.4, handlelength=1.8,
    )  # fmt: skip
    return figure


def unlabelled(case: CaseRecords, *, width: float = d.WIDTH) -> int:
    """How many meetings of the case found no room for their label in a timeline of this width."""
    if case.first is None or case.last is None:
        return 0
    return sum(tier is None for _, _, tier in _flags(case, Scale(case.first, case.last, width)))


def _lanes(case: CaseRecords, scale: Scale) -> list[tuple[str, Callable[[Axes, float], float]]]:
    def terms(side: int) -> Callable[[Axes, float], float]:
        held = case.rows["terms"]
        return lambda axes, top: _terms(axes, scale, held[held["ccode"] == case.ccodes[side]], top, TINTS[side])

    def bars(what: str) -> Callable[[Axes, float], float]:
        unknown = unknown_stretches(case, what)
        return lambda axes, top: d.draw_bars(axes, scale, _bars_of(case, what), unknown, top)

    return [
        (f"In office, {case.states[0]}", terms(0)),
        (f"In office, {case.states[1]}", terms(1)),
        ("Meetings, over what is known of them", lambda axes, top: _meetings(axes, scale, case, top)),
        *((what.capitalize(), bars(what)) for what in ("agreements", "militarised disputes", "wars", "crises")),
    ]


def _terms(axes: Axes, scale: Scale, terms: pd.DataFrame, top: float, tints: tuple[str, str]) -> float:
    if terms.empty:
        d.say(axes, top + TERM / 2, "no leader in the store")
    for place, (name, start, end) in enumerate(zip(terms.leader_name, terms.start_date, terms.end_date, strict=True)):
        left, right = scale.x(start), scale.x(scale.last if pd.isna(end) else end)
        d.draw_box(axes, (left, top, max(right - left, 0.8), TERM), tints[place % 2], edge="#7A8A99")
        for text, size in _fitting(str(name)):
            if text_width(text, size) + 3 <= right - left:
                axes.text(
                    (left + right) / 2, top + TERM / 2 + 0.4, text, fontsize=size, ha="center", va="center",
                    linespacing=1.0, color=d.INK, path_effects=d.halo(tints[place % 2]),
                )  # fmt: skip
                break
    return TERM


def _fitting(name: str) -> list[tuple[str, float]]:
    """A name as it may stand in its bar, the best form first; never shortened, since surnames stand on either side."""
    words = name.split()
    halves = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    split = [("\n".join(min(halves, key=lambda h: max(map(len, h)))), 6.3)] if halves else []
    return [(name, 7.5), (name, 6.6), *split, (name, 5.8)]


def _meetings(axes: Axes, scale: Scale, case: CaseRecords, top: float) -> float:
    meetings = case.rows["meetings"]
    places = [_place(scale, s, e) for s, e in zip(meetings.start_date, meetings.end_date, strict=True)]
    rows = pack([(x - 4.0, x + 4.0) for x in places], gap=0.5)
    flags = _flags(case, scale)
    tiers = 1 + max((t for _, _, t in flags if t is not None), default=-1)
    base = top + tiers * TIER + 8.0
    height = base - top + d.PITCH * max(rows, default=0) + 14.0
    _coverage(axes, scale, case, top, height)
    for place, (index, text, tier) in enumerate(flags):
        x = places[index]
        if tier is not None:
            y = top + (tiers - tier - 0.5) * TIER + 1.0
            axes.plot([x, x], [y, base + d.PITCH * rows[index]], color=d.FAINT, linewidth=0.6, zorder=2.4)
            axes.text(
                x + 2.0, y, text, fontsize=d.SMALL, va="center", color=d.INK, zorder=5 + place / 1000,
                path_effects=d.halo("#FFFFFF", 2.6),
            )  # fmt: skip
    for x, row, meeting in zip(places, rows, meetings.itertuples(), strict=True):
        _mark(axes, scale, x, base + d.PITCH * row, meeting)
    if meetings.empty:
        d.say(axes, top + height / 2 - 1.5, "no meeting in the store", boxed=True)
    return height


def _mark(axes: Axes, scale: Scale, x: float, y: float, meeting: Any) -> None:
    ends = scale.x(meeting.start_date), scale.x(meeting.end_date)
    color = GRADES.get(meeting.grade, GRADES[None])
    if ends[1] - ends[0] > 3.0:
        axes.plot(ends, [y, y], color=color, linewidth=1.0, zorder=3, solid_capstyle="butt")
    axes.plot(
        x, y, marker=SHAPES[GROUPS.get(meeting.kind, "other")], markersize=5.2, color=color, markeredgewidth=1.1,
        markerfacecolor=color if both_lead(meeting) else "white", zorder=4, clip_on=False,
    )  # fmt: skip


def both_lead(meeting: Any) -> bool:
    """Both persons were the effective leaders of their states."""
    return not (pd.isna(meeting.leader_a) or pd.isna(meeting.leader_b))


def _flags(case: CaseRecords, scale: Scale) -> list[tuple[int, str, int | None]]:
    """(row of the meeting, label, tier): a label stands above all later ones it meets, so no staff crosses a label."""
    meetings = case.rows["meetings"].reset_index(drop=True)
    own = meetings["meeting_id"].isin(case.named) | meetings.index.isin(case.within(meetings).index)
    chosen: list[tuple[int, str, pd.Timestamp]] = []
    for index, meeting in meetings[own].iterrows():
        place = "" if pd.isna(meeting["place"]) else re.split(r"[,;(]", str(meeting["place"]))[0].strip()
        text = place if 0 < len(place) <= 30 else f"{meeting['start_date']:%Y-%m}"
        same = [c for c in chosen if (c[1] == text or text[:1].isdigit()) and (meeting["start_date"] - c[2]).days <= 7]
        if not same:
            chosen.append((int(index), text, meeting["start_date"]))  # type: ignore[call-overload]
    found: list[tuple[int, str, int | None]] = []
    placed: list[tuple[float, float, int]] = []
    for index, text, start in reversed(chosen):
        left = _place(scale, start, meetings["end_date"][index])
        right = left + text_width(text, d.SMALL) + 5.0
        tier = 1 + max((t for a, b, t in placed if left < b and a < right), default=-1)
        fits = tier < TIERS and right <= scale.plot + d.RIGHT
        found.append((index, text, tier if fits else None))
        placed += [(left, right, tier)] if fits else []
    return found


def _place(scale: Scale, start: pd.Timestamp, end: pd.Timestamp) -> float:
    return (scale.x(start) + scale.x(end)) / 2


def _coverage(axes: Axes, scale: Scale, case: CaseRecords, top: float, height: float) -> None:
    for start, end, best, weakest in coverage_stretches(case):
        left, width = scale.x(start), scale.x(end + pd.Timedelta(days=1)) - scale.x(start)
        for level, y, high in ((best, top, height - 6.0), (weakest, top + height - 6.0, 6.0)):
            d.draw_box(axes, (left, y, width, high), COVER[level][0], hatch=COVER[level][1])
    axes.plot([0, scale.plot], [top + height - 6.0] * 2, color="#999999", linewidth=0.4, zorder=1.6)


def _bars_of(case: CaseRecords, what: str) -> list[Bar]:
    rows = case.rows
    match what:
        case "agreements":
            held = rows["agreements"][~older(case)]
            return [
                Bar(a.begun, None if pd.isna(a.end_date) else a.end_date, "#5AA9A0", _agreement(a),
                    open_end=pd.isna(a.end_date))
                for a in held.itertuples()
            ]  # fmt: skip
        case "militarised disputes":
            return [Bar(m.start_date, _end(m), HOSTILITY[int(m.hostility)]) for m in rows["disputes"].itertuples()]
        case "wars":
            return [Bar(w.start_date, _end(w), "#111111", str(w.war_name)) for w in rows["wars"].itertuples()]
        case _:
            return [
                Bar(c.start_date, _end(c), "#8E44AD", str(c.crisis_name), mark="D") for c in rows["crises"].itertuples()
            ]


def _end(row: Any) -> pd.Timestamp | None:
    return None if pd.isna(row.end_date) else row.end_date


def older(case: CaseRecords) -> pd.Series:
    """Agreements that began before the window and whose end no source knows: counted in the caption, not drawn."""
    held = case.rows["agreements"]
    return (held["begun"] < case.first) & held["end_date"].isna()


def _agreement(row: Any) -> str:
    text = str(row.agreement_type if pd.isna(row.title) else row.title).replace("_", " ")
    return textwrap.shorten(FORMAL.sub("", text), 44, placeholder=" …")


def _case_dates(axes: Axes, scale: Scale, case: CaseRecords, bottom: float) -> None:
    left, right = scale.x(case.start), scale.x(case.end if case.end is not None else case.start)
    d.draw_box(axes, (left, 0, max(right - left, 1.2), bottom), CASE, z=0.5)
    for x in {left, right}:
        axes.plot([x, x], [0, bottom], color="#B8860B", linewidth=0.7, linestyle=(0, (4, 3)), zorder=2.2)
    axes.text((left + right) / 2, -2.5, "case", fontsize=d.SMALL, ha="center", va="bottom", color="#7A5A00")


def _years(axes: Axes, scale: Scale) -> None:
    years = range(scale.first.year + 1, scale.last.year + 1)
    step = 1 if len(years) <= 22 * scale.plot / d.PLOT else 2 if len(years) <= 44 else 5
    shown = [y for y in years if y % step == 0]
    axes.set_xticks([scale.x(pd.Timestamp(y, 1, 1)) for y in shown], [str(y) for y in shown])
    for y in shown:
        x = scale.x(pd.Timestamp(y, 1, 1))
        axes.axvline(x, color="#E4E4E4", linewidth=0.5, zorder=0.3)


def _key(case: CaseRecords) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(shape: str, color: str, fill: str, text: str) -> Line2D:
        return Line2D([], [], marker=shape, color=color, markerfacecolor=fill, linestyle="", markersize=5.2, label=text)

    meetings = list(case.rows["meetings"].itertuples())
    grades = [g for g in GRADES if any((m.grade if m.grade in GRADES else None) == g for m in meetings)]
    kinds = [k for k in SHAPES if any(GROUPS.get(m.kind, "other") == k for m in meetings)]
    found: list[Any] = [mark(SHAPES[k], "#555555", "#555555", f"meeting: {k}") for k in kinds]
    found += [mark("s", GRADES[g], GRADES[g], f"meeting: {GRADE_WORDS[g]}") for g in grades]
    if not all(both_lead(m) for m in meetings):
        found.append(mark("o", "#555555", "white", "hollow: not both effective leaders"))
    levels = {level for _, _, best, weakest in coverage_stretches(case) for level in (best, weakest)}
    found += [
        Patch(facecolor=COVER[v][0], hatch=COVER[v][1], edgecolor="#999999", linewidth=0.5, label=COVER_WORDS[v])
        for v in COVER if v in levels
    ]  # fmt: skip
    if any(b.open_end for b in _bars_of(case, "agreements")):
        found.append(Line2D([], [], color="#5AA9A0", linestyle=":", label="agreement: end not known"))
    seen = sorted({int(h) for h in case.rows["disputes"]["hostility"]})
    found += [Patch(facecolor=HOSTILITY[h], label=f"dispute: {HOSTILITY_WORDS[h]}") for h in seen]
    return found
