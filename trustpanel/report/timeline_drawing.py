"""What every lane of a timeline is drawn with: a scale, bars with labels in rows, boxes, text of known width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 720.0, 96.0, 12.0, 26.0, 24.0
PLOT = WIDTH - LEFT - RIGHT
BAR, PITCH, SMALL, LABEL = 6.0, 10.0, 7.0, 6.6
INK, FAINT = "#222222", "#666666"
UNKNOWN = ("#D4D4D4", "xxxx")


@dataclass(frozen=True)
class Bar:
    """A stretch of days, or with `mark` a day and what follows; `open_end`: its end is not known."""

    start: pd.Timestamp
    end: pd.Timestamp | None
    color: str
    label: str = ""
    mark: str = ""
    open_end: bool = False


@dataclass(frozen=True)
class Scale:
    """Days to points from the left edge of the plot, cut off at its edges; `width` is that of the whole figure."""

    first: pd.Timestamp
    last: pd.Timestamp
    width: float = WIDTH

    @property
    def plot(self) -> float:
        """Points between the edges of the plot."""
        return self.width - LEFT - RIGHT

    def x(self, day: pd.Timestamp) -> float:
        share = (day - self.first) / (self.last - self.first)
        return float(self.plot * min(max(share, 0.0), 1.0))


def pack(extents: Iterable[tuple[float, float]], gap: float = 3.0) -> list[int]:
    """The first row, from 0, in which each stretch has room; in the order given."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for left, right in extents:
        free = (n for n, r in enumerate(rows) if all(right + gap <= a or b + gap <= left for a, b in r))
        row = next(free, len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append((left, right))
        found.append(row)
    return found


def draw_bars(
    axes: Axes, scale: Scale, bars: Sequence[Bar], unknown: Sequence[tuple[pd.Timestamp, pd.Timestamp]], top: float
) -> float:
    """Bars and their labels in rows, on hatching where nothing can be known; returns the height taken."""
    spans = [(scale.x(b.start), scale.x(scale.last if b.end is None else b.end)) for b in bars]
    spans = [(left, max(right, min(left + 2.5, scale.plot))) for left, right in spans]
    texts = [_label_place(b.label, *span, scale.plot) for b, span in zip(bars, spans, strict=True)]
    extents = [(min(a, x), max(b, x + w)) for (a, b), (x, w) in zip(spans, texts, strict=True)]
    rows = pack(extents)
    height = PITCH * (1 + max(rows, default=0))
    for start, end in unknown:
        width = scale.x(end + pd.Timedelta(days=1)) - scale.x(start)
        draw_box(axes, (scale.x(start), top, width, height), UNKNOWN[0], hatch=UNKNOWN[1])
    for bar, (left, right), (x, _), row in zip(bars, spans, texts, rows, strict=True):
        y = top + PITCH * (row + 0.5)
        _bar(axes, bar, left, right, y)
        axes.text(
            x, y + 0.3, bar.label, fontsize=LABEL, va="center", color=INK, zorder=5, path_effects=halo("#FFFFFF"),
        )  # fmt: skip
    if not bars:
        say(axes, top + height / 2, "no row in the store", boxed=True)
    return height


def _label_place(label: str, left: float, right: float, plot: float) -> tuple[float, float]:
    """Where a label begins, and its width: after the bar, else before it, else on it."""
    width = text_width(label, LABEL) + 4.0 if label else 0.0
    if right + 3 + width <= plot:
        return right + 4.0, width
    return (left - width - 1.0, width) if left - width > 0 else (left + 8.0, width)


def _bar(axes: Axes, bar: Bar, left: float, right: float, y: float) -> None:
    if bar.mark:
        axes.plot([left, right], [y, y], color=bar.color, linewidth=1.4, zorder=3, solid_capstyle="butt")
        axes.plot(left, y, marker=bar.mark, color=bar.color, markersize=5, zorder=4, clip_on=False)
    elif bar.open_end:
        axes.plot([left, right], [y, y], color=bar.color, linewidth=1.2, linestyle=(0, (1, 1.6)), zorder=3)
        axes.plot(left, y, marker="|", color=bar.color, markersize=7, markeredgewidth=1.8, zorder=4, clip_on=False)
    else:
        draw_box(axes, (left, y - BAR / 2, right - left, BAR), bar.color, edge="#444444")


def say(axes: Axes, y: float, text: str, *, boxed: bool = False) -> None:
    """An italic remark at the left edge of a lane."""
    bbox = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if boxed else None
    axes.text(6, y, text, fontsize=SMALL, fontstyle="italic", va="center", color=FAINT, zorder=5, bbox=bbox)


def draw_box(
    axes: Axes, box: tuple[float, float, float, float], color: str, *,
    edge: str = "none", hatch: str = "", z: float = 1.5,
) -> None:  # fmt: skip
    """A rectangle: left, top, width and height in points."""
    from matplotlib.patches import Rectangle

    shown: dict[str, Any] = {"hatch": hatch, "edgecolor": "#AFAFAF", "linewidth": 0.0} if hatch else {"edgecolor": edge}
    axes.add_patch(Rectangle(box[:2], *box[2:], facecolor=color, zorder=z, **({"linewidth": 0.5} | shown)))


def halo(color: str, width: float = 2.0) -> list[Any]:
    """An outline that keeps text readable on lines and hatching."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=width, foreground=color)]


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Points that a text takes in the report's type, the widest of its lines."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    prop = FontProperties(family="DejaVu Sans")
    lines = [line for line in text.split("\n") if line.strip()]
    return max((float(TextPath((0, 0), line, size=size, prop=prop).get_extents().width) for line in lines), default=0.0)
