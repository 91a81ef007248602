"""Two figures of coverage: dyads of rivals by year as a strip map, and meetings by year and kind of source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from trustpanel.report import formats as f
from trustpanel.report.drawing import year_runs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# none, partial, searched, full list: dark is known
SHADES = ("#F3F3F3", "#CFE0EE", "#5C9BCB", "#0B4275")
WORDS = ("nothing known", "partly known", "searched", "full list")
DOT, INK = "#D55E00", "#222222"
BARS = (("with_us", "#0B4275", ""), ("others_listed", "#9CC3E0", ""), ("others_coded", "#FFFFFF", "////"))
BAR_WORDS = ("with the United States", "other states' lists", "coded search alone")
# the regions of Correlates of War codes, by first code; the United States apart
REGIONS = ((2, "United States"), (3, "Americas"), (200, "Europe"), (400, "Africa"), (630, "Middle East"), (700, "Asia"))
ACROSS = "Across regions"
GAP = 3


def strip_figure(strip: pd.DataFrame, width: float) -> Figure:
    """One line a dyad, one column a year; `strip`: ccode_a, ccode_b, year, level 0 to 3, meetings."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    figure = Figure(figsize=(width, 7.6), layout="constrained")
    axes = figure.add_subplot()
    first, last = int(strip["year"].min()), int(strip["year"].max())
    y = 0.0
    for name, dyads in _ordered(strip):
        top = y
        for dyad in dyads:
            _line(axes, dyad, y)
            y += 1
        axes.text(first - 1.5, (top + y) / 2, f"{name}\n({len(dyads)})", ha="right", va="center", fontsize=8, color=INK)
        y += GAP
    axes.set(xlim=(first, last + 1), ylim=(y - GAP, 0), yticks=[], xticks=range(first + (-first) % 10, last + 1, 10))
    handles: list[Any] = [
        Patch(facecolor=c, edgecolor="#999999", linewidth=0.4, label=w) for c, w in zip(SHADES, WORDS, strict=True)
    ]
    handles.append(axes.plot([], [], linestyle="", marker=".", markersize=5, color=DOT, label="they met")[0])
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=8, handlelength=1.4)
    return figure


def strip_alt(strip: pd.DataFrame) -> str:
    """The strip map in words: by region, how many dyads and which share of their years is known."""
    parts = []
    for name, dyads in _ordered(strip):
        rows = pd.concat(dyads)
        parts.append(f"{name} {f.counted(len(dyads), 'dyad')}, {f.share(float((rows['level'] >= 2).mean()))} known")
    return f"Strip map of coverage by dyad and year. {'; '.join(parts)}."


def by_year_figure(by_year: pd.DataFrame, width: float) -> Figure:
    """Stacked bars of meetings by year; `by_year`: year and one column a kind of source."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 2.5), layout="constrained")
    axes = figure.add_subplot()
    base = pd.Series(0, index=by_year.index)
    for (column, color, hatch), label in zip(BARS, BAR_WORDS, strict=True):
        axes.bar(
            by_year["year"], by_year[column], bottom=base, width=0.9, color=color, hatch=hatch, edgecolor="#333333",
            linewidth=0.25, label=label,
        )  # fmt: skip
        base = base + by_year[column]
    axes.set_ylabel("meetings")
    axes.set_xlim(by_year["year"].min() - 1, by_year["year"].max() + 1)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    return figure


def _ordered(strip: pd.DataFrame) -> list[tuple[str, list[pd.DataFrame]]]:
    """(region, its dyads in order of their first year)."""
    held: dict[str, list[pd.DataFrame]] = {name: [] for _, name in REGIONS} | {ACROSS: []}
    for (a, b), rows in strip.groupby(["ccode_a", "ccode_b"], sort=True):
        one, other = _region(int(a)), _region(int(b))
        held[one if one in (other, REGIONS[0][1]) else ACROSS].append(rows.sort_values("year"))
    return [(n, sorted(d, key=lambda r: (int(r["year"].min()), len(r)))) for n, d in held.items() if d]


def _region(ccode: int) -> str:
    return [name for first, name in REGIONS if ccode >= first][-1]


def _line(axes: Axes, dyad: pd.DataFrame, y: float) -> None:
    for level, color in enumerate(SHADES):
        held = [int(v) for v in dyad.loc[dyad["level"] == level, "year"]]
        axes.broken_barh(year_runs(held), (y + 0.06, 0.88), facecolors=color, linewidth=0)
    met = dyad.loc[dyad["meetings"] > 0, "year"]
    axes.plot(met + 0.5, [y + 0.5] * len(met), linestyle="", marker=".", markersize=1.8, color=DOT, zorder=3)
