"""The power curves: how often the tests and the decision rule find an effect of known size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustpanel.report.drawing import key_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS: dict[str, dict[str, Any]] = {
    "rule": {"color": "#000000", "linestyle": "-", "marker": "o", "linewidth": 1.8},
    "monthly": {"color": "#444444", "linestyle": "--", "marker": "s", "linewidth": 1.2},
    "annual": {"color": "#777777", "linestyle": ":", "marker": "^", "linewidth": 1.2},
}
NAMES = {
    "rule": "the decision rule names it",
    "monthly": "both main tests reject, month by month",
    "annual": "both main tests reject, year by year",
}
Curve = Sequence[tuple[float, float, float, float]]


def power_figure(panels: Sequence[tuple[str, Mapping[str, Curve]]], *, level: float) -> Figure:
    """One panel a kind of world; a curve is (multiple of the smallest effect, share, low, high)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 3.4), layout="constrained")
    axes = figure.subplots(1, len(panels), sharey=True)
    for axis, (title, curves) in zip(axes, panels, strict=True):
        _draw(axis, title, curves, level)
    axes[0].set_ylabel("share of worlds")
    key_below(figure, [{**look, "label": NAMES[curve]} for curve, look in LOOKS.items()], size=4.5)
    return figure


def _draw(axis: Axes, title: str, curves: Mapping[str, Curve], level: float) -> None:
    axis.set_title(title)
    axis.axhline(level, color="#999999", linewidth=0.8, linestyle=(0, (1, 1)), zorder=1)
    ticks: set[float] = set()
    for name, curve in curves.items():
        at = [place(c[0]) for c in curve]
        ticks |= {c[0] for c in curve}
        axis.vlines(at, [c[2] for c in curve], [c[3] for c in curve], color=LOOKS[name]["color"], linewidth=0.9)
        axis.plot(at, [c[1] for c in curve], markersize=4.5, zorder=3, **LOOKS[name])
    held = sorted(ticks)
    axis.set_xticks([place(t) for t in held], [f"{t:g}" for t in held])
    axis.set_ylim(-0.02, 1.02)
    axis.set_xlabel("effect, multiples of the smallest of interest")


def place(multiple: float) -> float:
    """Where a multiple stands: doublings are equally far apart, 0 one step before a half."""
    from math import log2

    return -2.0 if multiple == 0 else log2(multiple)
