"""The figure of known dyads: latent trust with its band by year, and below it how many items are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE, BAND, BARS, FAINT = "#0072B2", "#BFDBEC", "#999999", "#666666"
COLUMNS = 2
NORMAL = 1.96
MOST_ITEMS = 12


def convergence_figure(dyads: Sequence[dict[str, Any]], first: int, last: int) -> Figure:
    """Two panels a row, all on one scale; a year without a score is blank."""
    from matplotlib.figure import Figure

    frames = [_years(dyad, first, last) for dyad in dyads]
    high = max(
        (float((x.latent_trust + NORMAL * x.latent_trust_se).max()) for x in frames if x.latent_trust.any()), default=1
    )
    low = min(
        (float((x.latent_trust - NORMAL * x.latent_trust_se).min()) for x in frames if x.latent_trust.any()), default=-1
    )
    lines = -(-len(dyads) // COLUMNS)
    figure = Figure(figsize=(9.2, 2.5 * lines), layout="constrained")
    grid = figure.subplots(
        2 * lines, COLUMNS, sharex=True, squeeze=False, gridspec_kw={"height_ratios": [4, 1] * lines}
    )
    for place in range(lines * COLUMNS):
        row, column = divmod(place, COLUMNS)
        upper, lower = grid[2 * row, column], grid[2 * row + 1, column]
        if place >= len(dyads):
            upper.set_axis_off()
            lower.set_axis_off()
            continue
        _draw(upper, dyads[place], frames[place])
        upper.set_ylim(low - 0.1, high + 0.1)
        _draw_items(lower, frames[place])
        lower.set_xlim(first - 1, last + 1)
        if column == 0:
            upper.set_ylabel("latent trust")
            lower.set_ylabel("items")
    return figure


def _years(dyad: dict[str, Any], first: int, last: int) -> pd.DataFrame:
    columns = ["year", "latent_trust", "latent_trust_se", "items_known"]
    return pd.DataFrame(dyad["years"], columns=columns).astype(float).set_index("year").reindex(range(first, last + 1))


def _draw(axes: Axes, dyad: dict[str, Any], years: pd.DataFrame) -> None:
    axes.set_title(dyad["name"], loc="left", fontweight="bold")
    axes.axhline(0, color=FAINT, linewidth=0.6)
    for period in dyad["periods"][:-1]:
        axes.axvline(period["last"] + 0.5, color=FAINT, linewidth=0.8, linestyle=":")
    error = NORMAL * years.latent_trust_se
    axes.fill_between(years.index, years.latent_trust - error, years.latent_trust + error, color=BAND, linewidth=0)
    axes.plot(years.index, years.latent_trust, color=LINE)


def _draw_items(axes: Axes, years: pd.DataFrame) -> None:
    known = years.items_known.fillna(0)
    axes.bar(years.index, known, width=1.0, color=BARS, linewidth=0)
    axes.set(ylim=(0, MOST_ITEMS), yticks=[0, 5, 10])
    axes.tick_params(axis="y", labelsize=6.5)
