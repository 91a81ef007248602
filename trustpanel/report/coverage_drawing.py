"""The heat map of coverage: one row a variable, one column a year, darker where more dyads are known."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from trustpanel.report.drawing import year_runs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# upper bounds of the share of dyads; readable in grey, dark is much
CLASSES = (
    (0.001, "#D6E6F4", "up to 0.1 %"),
    (0.01, "#ABCFE6", "up to 1 %"),
    (0.1, "#6AAED6", "up to 10 %"),
    (0.5, "#2E7EBC", "up to 50 %"),
    (1.0, "#08306B", "more"),
)
INK, FAINT, GROUND = "#222222", "#666666", "#F4F4F4"
FIRST, STEP = 1870, 10
HEADING = 1.25


def coverage_figure(variables: pd.DataFrame, by_year: pd.DataFrame) -> Figure:
    """Rows in the order of `variables`, under a heading for each indicator; years from 1870 on."""
    from matplotlib.figure import Figure

    last = int(by_year["year"].max())
    groups = [(name, list(rows)) for name, rows in groupby(variables.itertuples(), key=lambda r: r.indicator)]
    height = sum(HEADING + len(rows) for _, rows in groups)
    figure = Figure(figsize=(9.2, 0.2 * height + 1.0), layout="constrained")
    axes = figure.add_subplot()
    y = 0.0
    for name, rows in groups:
        axes.text(FIRST, y + HEADING - 0.35, name, fontweight="bold", color=INK, ha="left", va="bottom")
        y += HEADING
        for row in rows:
            _draw_row(axes, by_year[by_year["variable"] == row.variable], y, last)
            axes.text(FIRST - 1, y + 0.5, row.variable.replace("_", " "), ha="right", va="center", color=INK)
            axes.text(last + 2, y + 0.5, row.sources, ha="left", va="center", color=FAINT, fontsize=7)
            y += 1
    axes.set(xlim=(FIRST, last + 1), ylim=(y, 0), yticks=[], xticks=range(FIRST, last + 1, STEP))
    axes.tick_params(top=True, labeltop=True)
    _legend(figure)
    return figure


def share_class(share: float) -> int:
    """The place in CLASSES of a share above 0."""
    return next(i for i, (bound, _, _) in enumerate(CLASSES) if share <= bound)


def _draw_row(axes: Axes, years: pd.DataFrame, y: float, last: int) -> None:
    """Runs of years of one class as one bar each, on the ground of what is not known."""
    axes.broken_barh([(FIRST, last + 1 - FIRST)], (y + 0.08, 0.84), facecolors=GROUND, linewidth=0)
    known = {int(row.year): share_class(row.known / row.dyads) for row in years.itertuples() if row.year >= FIRST}
    for place, (_, color, _) in enumerate(CLASSES):
        held = [year for year in sorted(known) if known[year] == place]
        if spans := year_runs(held):
            axes.broken_barh(spans, (y + 0.08, 0.84), facecolors=color, linewidth=0)


def _legend(figure: Figure) -> None:
    from matplotlib.patches import Patch

    boxes = [Patch(facecolor=GROUND, edgecolor="#BBBBBB", linewidth=0.5, label="not known")]
    boxes += [Patch(facecolor=color, label=words) for _, color, words in CLASSES]
    figure.legend(
        handles=boxes, loc="outside lower center", ncols=len(boxes), frameon=False,
        title="share of the dyads of the year for which it is known", title_fontsize=8, fontsize=8,
    )  # fmt: skip
