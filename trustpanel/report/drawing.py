"""What the figures share: the style in which they are drawn, intervals that go on, runs of years, the key below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trustpanel.paths import STYLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE_FILE = STYLE / "trustpanel.mplstyle"


def drawn(draw: Callable[[], Figure], kind: str) -> bytes:
    """What `draw` makes, in the style of the report, as `svg` or `png` without date and maker."""
    from matplotlib import style

    plain = {"Date": None, "Creator": None, "Format": None, "Type": None} if kind == "svg" else {"Software": None}
    held = BytesIO()
    with style.context(["default", str(STYLE_FILE)]):
        draw().savefig(held, format=kind, metadata=plain)
    return held.getvalue()


def draw_interval(
    axis: Axes, ends: Sequence[float], limits: tuple[float, float], y: float, *, color: str, width: float, arrow: float
) -> None:
    """The interval within the limits of the panel, and an arrow of that size at each edge that it goes beyond."""
    (low, high), (first, last) = ends, limits
    left, right = max(low, first), min(high, last)
    if left < right:
        axis.plot([left, right], [y, y], color=color, linewidth=width, zorder=2, solid_capstyle="butt")
    for beyond, edge, mark in ((low < first, first, "<"), (high > last, last, ">")):
        if beyond:
            axis.plot(0.975 * edge, y, marker=mark, color=color, markersize=arrow, zorder=3)


def year_runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """(first year, length) of each unbroken run; the years come in order."""
    runs = [list(run) for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])]
    return [(run[0][1], len(run)) for run in runs]


def key_below(figure: Figure, looks: Sequence[Mapping[str, Any]], *, size: float = 4.2) -> None:
    """A key below the figure, a line a look, each with its label; `size`: of the marks in points."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], **{"linewidth": 1.2, "markersize": size, **look}) for look in looks]
    figure.legend(handles=lines, loc="outside lower center", ncols=len(lines), frameon=False, fontsize=8)
