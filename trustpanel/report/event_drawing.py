"""The figure of a test around an event: estimates by year since it with 95 % intervals, one panel a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BEFORE, AFTER, FAINT = "#7A7A7A", "#0072B2", "#666666"
COLUMNS = 2
LINE = 56
ZERO = -1
EVENT = "event "


def years_around(test: Mapping[str, Any]) -> list[tuple[int, float, float, float]]:
    """(year since the event, estimate, low, high) of a test, in order; empty for a test that is not around an event."""
    found = []
    for name, p in (test.get("parameters") or {}).items():
        low, high = p["main"]["ci95"]
        if name.startswith(EVENT) and low is not None and high is not None:
            found.append((int(name.removeprefix(EVENT)), p["estimate"], low, high))
    return sorted(found)


def event_figure(tests: Sequence[Mapping[str, Any]]) -> Figure:
    """Two panels a row, each on its own scale; the year before the event is the zero and drawn as a hollow point."""
    from matplotlib.figure import Figure

    lines = -(-len(tests) // COLUMNS)
    figure = Figure(figsize=(9.2, 2.9 * lines), layout="constrained")
    grid = figure.subplots(lines, COLUMNS, squeeze=False)
    for place, axes in enumerate(grid.flat):
        if place < len(tests):
            _draw(axes, tests[place])
        else:
            axes.set_axis_off()
    return figure


def _draw(axes: Axes, test: Mapping[str, Any]) -> None:
    axes.set_title("\n".join(wrap(str(test["label"]), LINE)), loc="left", fontsize=8)
    axes.axhline(0, color=FAINT, linewidth=0.6)
    axes.axvline(-0.5, color=FAINT, linewidth=0.8, linestyle=":")
    for year, estimate, low, high in years_around(test):
        color = BEFORE if year < 0 else AFTER
        axes.plot([year, year], [low, high], color=color, linewidth=1.4)
        axes.plot([year], [estimate], marker="o", color=color, markersize=4)
    axes.plot([ZERO], [0], marker="o", color=FAINT, markerfacecolor="#FFFFFF", markersize=4)
    axes.set_xlabel("years since the event")
    axes.set_xticks(sorted({ZERO, *(year for year, *_ in years_around(test))}))
