"""The specification curve: estimates in order with their intervals, and below which choices stand behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLEAR, OPEN, BAND = "#000000", "#7A7A7A", "#D5D5D5"
EDGE = 0.02
CHOICES = {
    "window": "years",
    "rows": "weights of rows",
    "age": "splines of time in office",
    "meeting_weights": "weights of meetings",
    "sources": "sources of meetings",
    "half_life": "half-life in months",
}


def curve_figure(curve: Sequence[Mapping[str, Any]], rows: Sequence[tuple[str, list[str]]], *, level: float) -> Figure:
    """`curve`: place, estimate, low, high, p and the choices; `rows`: each choice with its values, in order.

    The ends of the scale leave out the outermost 2 % of intervals on each side.
    """
    from matplotlib.figure import Figure

    lines = sum(len(values) + 1 for _, values in rows)
    figure = Figure(figsize=(9.2, 2.6 + 0.145 * lines), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[2.4, 0.145 * lines])
    _draw_curve(upper, curve, level)
    _draw_choices(lower, curve, rows)
    figure.legend(loc="outside upper right", ncols=2, frameon=False, fontsize=8, markerscale=1.6)
    return figure


def _draw_curve(axis: Axes, curve: Sequence[Mapping[str, Any]], level: float) -> None:
    lows, highs = (sorted(c[k] for c in curve) for k in ("low", "high"))
    cut = int(EDGE * len(curve))
    bottom, top = lows[cut], highs[-1 - cut]
    places = [c["place"] for c in curve]
    axis.vlines(
        places, [max(c["low"], bottom) for c in curve], [min(c["high"], top) for c in curve], color=BAND, linewidth=1.0
    )
    for clear, color, size in ((False, OPEN, 3.0), (True, CLEAR, 7.0)):
        held = [c for c in curve if (c["p"] < level) is clear and bottom <= c["estimate"] <= top]
        label = f"p below {level:g}" if clear else f"p at or above {level:g}"
        axis.scatter(
            [c["place"] for c in held], [c["estimate"] for c in held], s=size, color=color, zorder=3, label=label
        )
    axis.axhline(0, color="#444444", linewidth=0.8, zorder=2)
    axis.set_ylim(bottom, top)
    axis.set_ylabel("δ")


def _draw_choices(axis: Axes, curve: Sequence[Mapping[str, Any]], rows: Sequence[tuple[str, list[str]]]) -> None:
    y, ticks, heads = 0.0, [], []
    for choice, values in rows:
        ticks.append((y, choice_words(choice)))
        heads.append(len(ticks) - 1)
        y += 1
        for value in values:
            held = [c["place"] for c in curve if str(c.get(choice)) == value]
            axis.vlines(held, y - 0.36, y + 0.36, color=CLEAR, linewidth=0.55)
            ticks.append((y, f"{plain_value(value)}"))
            y += 1
    axis.set_yticks([t for t, _ in ticks], [label for _, label in ticks])
    for place, text in enumerate(axis.get_yticklabels()):
        text.set_fontsize(7)
        text.set_fontweight("bold" if place in heads else "normal")
    axis.set_ylim(y - 0.3, -0.7)
    axis.set_xlabel("specifications in order of their estimate")


def plain_value(value: str) -> str:
    """The value of a choice in words: no underscores, no version."""
    stem, _, version = value.rpartition(".v")
    text = value if not stem else stem if version == "1" else f"{stem}, version {version}"
    return text.replace("_", " ")


def choice_words(choice: str) -> str:
    """A choice in words."""
    return CHOICES.get(choice, choice.replace("_", " "))
