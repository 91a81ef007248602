"""The figure of the contest: share of fit and gains in prediction of two blocks, one row an outcome and sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustpanel.report.drawing import draw_interval, key_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS: dict[str, dict[str, Any]] = {
    "interpersonal": {"marker": "o", "color": "#000000", "markerfacecolor": "#000000"},
    "state": {"marker": "s", "color": "#0072B2", "markerfacecolor": "#FFFFFF"},
}
NAMES = {"interpersonal": "meetings of this pair", "state": "meetings of other pairs of the two states"}
SHIFT = {"interpersonal": -0.16, "state": 0.16}
PANELS = (
    ("dominance", "share of what both\nadd to the fit", (0.0, 1.0)),
    ("by_dyad", "gain in log score,\ndyads not seen", None),
    ("by_time", "gain in log score,\nthe future", None),
)
THOUSAND = 1000.0


def contest_figure(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """`rows`: heading (True where a new outcome begins), label, and {panel: {block: (value, low, high)}}."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 0.24 * len(rows) + 1.5), layout="constrained")
    axes = figure.subplots(1, len(PANELS), sharey=True)
    for axis, (part, title, limits) in zip(axes, PANELS, strict=True):
        axis.set_title(title)
        _draw(axis, part, rows, limits)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    axes[0].set_yticks(range(len(rows)), [str(r["label"]) for r in rows])
    for text, row in zip(axes[0].get_yticklabels(), rows, strict=True):
        text.set_fontweight("bold" if row["heading"] else "normal")
    key_below(figure, [{**look, "label": NAMES[block]} for block, look in LOOKS.items()])
    return figure


def _draw(axis: Axes, part: str, rows: Sequence[Mapping[str, Any]], limits: tuple[float, float] | None) -> None:
    shares = limits is not None
    factor = 1.0 if shares else THOUSAND
    points = [p for r in rows for p in r["points"].get(part, {}).values()]
    if limits is None:
        # the middle nine tenths of the ends, so that one wide interval does not flatten the rest
        ends = sorted(abs(e) * factor for p in points for e in p[1:])
        reach = 1.15 * ends[int(0.9 * (len(ends) - 1))] if ends else 1.0
        limits = (-reach, reach)
    axis.axvline(0.5 if shares else 0.0, color="#444444", linewidth=0.8, zorder=1)
    axis.set_xlim(limits[0] - (0.03 if shares else 0), limits[1] + (0.03 if shares else 0))
    for place, row in enumerate(rows):
        if row["heading"]:
            continue
        held = row["points"].get(part, {})
        if not held:
            axis.text(sum(limits) / 2, place, "not made", ha="center", va="center", fontsize=7, fontstyle="italic")
        for block, point in held.items():
            _draw_point(axis, place, block, tuple(v * factor for v in point), limits)
    axis.set_xlabel("" if shares else "thousandths a row")


def _draw_point(axis: Axes, place: int, block: str, point: tuple[float, ...], limits: tuple[float, float]) -> None:
    look, y = LOOKS[block], place + SHIFT[block]
    value, low, high = point
    draw_interval(axis, (low, high), limits, y, color=look["color"], width=1.2, arrow=3.5)
    if limits[0] <= value <= limits[1]:
        axis.plot(value, y, markersize=4.2, linestyle="none", zorder=4, **look)
