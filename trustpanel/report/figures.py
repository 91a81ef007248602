"""The coefficient figure: every model on both grains, 95 % intervals, smallest effect shaded; redrawn byte for byte."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trustpanel.report import formats as f
from trustpanel.report.drawing import draw_interval, drawn
from trustpanel.report.layout import SYMBOLS, Result, grains, is_estimated, other_unit, parameter
from trustpanel.report.result_tables import SHORT, ci95, title_of
from trustpanel.report.words import OUTCOMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

PANELS = {term: SHORT[term] for term in ("delta", "theta", "theta_plus_delta")}
LOOKS: dict[str, dict[str, Any]] = {
    "main": {"marker": "o", "color": "#000000", "markerfacecolor": "#000000", "linewidth": 2.0},
    "placebo": {"marker": "D", "color": "#D55E00", "markerfacecolor": "#FFFFFF", "linewidth": 1.3},
    "half_life": {"marker": "s", "color": "#0072B2", "markerfacecolor": "#0072B2", "linewidth": 1.3},
    "variant": {"marker": "o", "color": "#555555", "markerfacecolor": "#FFFFFF", "linewidth": 1.3},
}
BAND = "#DDDDDD"


@dataclass(frozen=True)
class Row:
    """One row of the figure: its label, its look, and {panel: (estimate, low, high)}; empty if it was not estimated."""

    label: str
    look: str
    points: dict[str, tuple[float, float, float]]
    lead_only: bool = False


def coefficient_rows(grain: Result) -> list[Row]:
    """Main model, placebo lead, half-lives, then every other variant in the outcome and unit of the main model."""
    rows = [_row(grain["main"], "main model", "main")]
    lead = grain.get("placebo_lead")
    if lead is not None:
        rows.append(_row(lead, "with placebo lead", "placebo"))
        found = _point(parameter(lead, "lead")) if is_estimated(lead) else None
        rows.append(Row("placebo lead itself", "placebo", {"theta_plus_delta": found} if found else {}, lead_only=True))
    drawn = [v for v in grain.get("variants") or () if _is_drawn(v, grain)]
    for look, chosen in (("half_life", True), ("variant", False)):
        rows += [_row(v, str(v["label"]), look) for v in drawn if str(v["name"]).startswith("half_life") is chosen]
    return rows


def not_drawn(grain: Result) -> list[str]:
    """Labels of the variants that have another outcome or unit and stand in the tables only."""
    return [str(v["label"]) for v in grain.get("variants") or () if not _is_drawn(v, grain)]


def coefficient_figure(results: Mapping[str, Result]) -> Figure:
    """δ, θ and θ + δ in three panels for each grain, on one scale within a grain."""
    from matplotlib.figure import Figure

    held = {name: (grain, coefficient_rows(grain)) for name, grain in grains(results).items()}
    heights = [len(rows) + 5.0 for _, rows in held.values()]
    figure = Figure(figsize=(9.2, 0.215 * sum(heights)), layout="constrained")
    parts = figure.subfigures(len(held), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, (name, (grain, rows)) in zip(parts, held.items(), strict=True):
        _draw_grain(part, name, grain, rows)
    return figure


def figure_bytes(results: Mapping[str, Result], kind: str) -> bytes:
    """The coefficient figure as `svg` or `png`; the same results give the same bytes."""
    return drawn(lambda: coefficient_figure(results), kind)


def figure_caption(results: Mapping[str, Result]) -> str:
    """What the figure shows, for the caption."""
    left_out = {title_of(n): not_drawn(g) for n, g in grains(results).items()}
    apart = "; ".join(f"{n.lower()}: {f.listed(v)}" for n, v in left_out.items() if v)
    said = (
        "Estimates for each weighted meeting with 95 % intervals; right of 0 is more de-escalation. "
        "The shaded band is the smallest effect of interest on each side of 0. "
        "Filled circle: main model; diamonds: placebo lead; squares: half-lives; open circles: other variants. "
        "An arrow marks an interval or an estimate that goes on beyond the panel."
    )
    return f"{said} In the tables only, since outcome or unit differ: {apart}." if apart else said


def figure_alt(results: Mapping[str, Result]) -> str:
    """The figure in words: the main estimates, for a reader who cannot see it."""
    parts = []
    for name, grain in grains(results).items():
        if not is_estimated(grain["main"]):
            parts.append(f"{title_of(name)}: the main model was not estimated.")
            continue
        digits = f.decimals(grain["smallest_effect"])
        values = []
        for term in PANELS:
            found = parameter(grain["main"], term)
            if found is not None:
                values.append(
                    f"{SYMBOLS[term]} {f.number(found['estimate'], digits)} {f.interval(ci95(found), digits)}"
                )
        band = f.number(grain["smallest_effect"], digits)
        parts.append(f"{title_of(name)}, main model: {', '.join(values)}; band ±{band}.")
    return "Coefficient figure. " + " ".join(parts)


def _is_drawn(variant: Result, grain: Result) -> bool:
    return not other_unit(variant, grain)


def _row(estimate: Result, label: str, look: str) -> Row:
    if not is_estimated(estimate):
        return Row(label, look, {})
    found = {term: _point(parameter(estimate, term)) for term in PANELS}
    return Row(label, look, {term: p for term, p in found.items() if p is not None})


def _point(p: Result | None) -> tuple[float, float, float] | None:
    if p is None or p.get("estimate") is None:
        return None
    low, high = ci95(p) or (None, None)
    return p["estimate"], -math.inf if low is None else low, math.inf if high is None else high


def _limit(rows: list[Row], smallest: float) -> float:
    leading = [p for r in rows if r.look in ("main", "half_life") for p in r.points.values()]
    chosen = leading or [p for r in rows for p in r.points.values()]
    ends = [abs(end) for p in chosen for end in p if math.isfinite(end)]
    return max([1.7 * smallest, *(1.1 * end for end in ends)])


def _draw_grain(part: SubFigure, name: str, grain: Result, rows: list[Row]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    smallest, digits = grain["smallest_effect"], f.decimals(grain["smallest_effect"])
    limit = _limit(rows, smallest)
    outcome = OUTCOMES.get(grain["outcome"], str(grain["outcome"]))
    part.suptitle(f"{title_of(name)}: {outcome}", fontsize=10, fontweight="bold", x=0.01, ha="left")
    under = f"per weighted meeting; right of 0 is more de-escalation; shaded: ±{f.number(smallest, digits)}"
    part.supxlabel(under, fontsize=8.5)
    axes = part.subplots(1, len(PANELS), sharey=True)
    for axis, (term, meaning) in zip(axes, PANELS.items(), strict=True):
        axis.set_title(f"{SYMBOLS[term]}\n{meaning}")
        axis.axvspan(-smallest, smallest, color=BAND, linewidth=0, zorder=0)
        axis.axvline(0, color="#444444", linewidth=0.8, zorder=1)
        axis.set_xlim(-limit, limit)
        axis.xaxis.set_major_locator(MaxNLocator(nbins=4, symmetric=True))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.6g}".replace("-", f.MINUS)))
        for place, row in enumerate(rows):
            _draw_row(axis, place, row, term, limit)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    axes[0].set_yticks(range(len(rows)), [row.label for row in rows])


def _draw_row(axis: Axes, place: int, row: Row, term: str, limit: float) -> None:
    look = LOOKS[row.look]
    if term not in row.points:
        if not row.lead_only or (not row.points and term == "theta_plus_delta"):
            axis.text(
                0, place, "not estimated", ha="center", va="center", fontsize=7, fontstyle="italic", color="#444444",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
        return
    estimate, low, high = row.points[term]
    draw_interval(axis, (low, high), (-limit, limit), place, color=look["color"], width=look["linewidth"], arrow=4.5)
    if abs(estimate) <= limit:
        axis.plot(
            estimate,
            place,
            marker=look["marker"],
            color=look["color"],
            markerfacecolor=look["markerfacecolor"],
            zorder=4,
            markersize=6 if row.look == "main" else 4.8,
        )
