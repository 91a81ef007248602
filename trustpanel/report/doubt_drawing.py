"""The three figures of the page on doubt: estimates over drawn worlds, overlap of chances, bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from trustpanel.report.drawing import key_below
from trustpanel.report.layout import GRAIN_WORDS, SYMBOLS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Result = Mapping[str, Any]
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"marker": "o", "color": "#000000", "markerfacecolor": "#000000"},
    "pooled": {"marker": "s", "color": "#0072B2", "markerfacecolor": "#FFFFFF"},
    "calibrated": {"marker": "D", "color": "#D55E00", "markerfacecolor": "#FFFFFF"},
}
NAMES = {"plain": "as coded", "pooled": "pooled over worlds", "calibrated": "on the mean stocks of all worlds"}
SHIFT = {"plain": -0.22, "pooled": 0.0, "calibrated": 0.22}
PLACES: dict[str, dict[str, Any]] = {
    "at_random": {"marker": "o", "color": "#000000", "label": "at random"},
    "before_peace": {"marker": "^", "color": "#0072B2", "label": "before peace first"},
    "before_disputes": {"marker": "v", "color": "#D55E00", "label": "before disputes first"},
}


def worlds_figure(entries: Sequence[Result], smallest: Mapping[str, float]) -> Figure:
    """Delta by kind of world, a panel a grain; `entries`: the coding entries of one coverage."""
    from matplotlib.figure import Figure

    grains = list(dict.fromkeys(e["grain"] for e in entries))
    figure = Figure(figsize=(9.2, 0.5 * max(len(entries) // max(len(grains), 1), 1) + 1.6), layout="constrained")
    axes = figure.subplots(1, len(grains), sharey=True, squeeze=False)[0]
    for axis, grain in zip(axes, grains, strict=True):
        rows = [e for e in entries if e["grain"] == grain]
        axis.axvspan(-smallest[grain], smallest[grain], color="#DDDDDD", zorder=0)
        axis.axvline(0.0, color="#444444", linewidth=0.8, zorder=1)
        for place, entry in enumerate(rows):
            _draw_entry(axis, place, entry)
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.set_yticks(range(len(rows)), [str(e["label"]) for e in rows])
        axis.set_title(GRAIN_WORDS[grain])
        axis.set_xlabel(f"{SYMBOLS['delta']}, plus = more de-escalation")
        axis.locator_params(axis="x", nbins=5)
    key_below(figure, [{**look, "label": NAMES[name]} for name, look in LOOKS.items()])
    return figure


def _draw_entry(axis: Axes, place: int, entry: Result) -> None:
    found = entry["parameters"].get("delta")
    if found is None:
        axis.text(0.0, place, "not made", ha="center", va="center", fontsize=7, fontstyle="italic")
        return
    for name, look in LOOKS.items():
        point = found[name]
        if point is not None:
            y = place + SHIFT[name]
            axis.plot(point["ci95"], [y, y], color=look["color"], linewidth=1.2, zorder=2)
            axis.plot(point["estimate"], y, markersize=4.2, linestyle="none", zorder=3, **look)


def overlap_figure(models: Sequence[Result]) -> Figure:
    """Shares of the rows with and without the event by their chance, a panel a model."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 2.6), layout="constrained")
    axes = figure.subplots(1, len(models), sharey=True, squeeze=False)[0]
    for axis, model in zip(axes, models, strict=True):
        axis.set_title(fill(str(model["label"]), 28), fontsize=8)
        axis.set_xlabel("chance told by the model")
        for name, colour, style in (("with_event", "#D55E00", "-"), ("without", "#000000", "--")):
            shares = model[name]
            edges = [i / max(len(shares), 1) for i in range(len(shares) + 1)]
            if shares:
                axis.stairs(shares, edges, color=colour, linestyle=style, linewidth=1.4)
    axes[0].set_ylabel("share of the rows")
    key_below(
        figure,
        [
            {"color": "#D55E00", "linestyle": "-", "label": "it happened"},
            {"color": "#000000", "linestyle": "--", "label": "it did not"},
        ],
    )
    return figure


def bounds_figure(steps: Sequence[Result], smallest: float) -> Figure:
    """The parameters by the share of unknown years that are given a meeting, a line a placement."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 3.0), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for axis, name in zip(axes, ("delta", "theta"), strict=True):
        axis.axhspan(-smallest, smallest, color="#DDDDDD", zorder=0)
        axis.axhline(0.0, color="#444444", linewidth=0.8, zorder=1)
        for placement, look in PLACES.items():
            chosen = [s for s in steps if s["placement"] == placement]
            x = [100 * s["share"] for s in chosen]
            axis.plot(x, [s["parameters"][name]["estimate"] for s in chosen], markersize=3.5, linewidth=1.2, **look)
            ends = list(zip(*(s["parameters"][name]["ci95"] for s in chosen), strict=True))
            axis.fill_between(x, *ends, color=look["color"], alpha=0.12, linewidth=0)
        axis.set_title(SYMBOLS[name])
        axis.set_xlabel("unknown years given a meeting, %")
    axes[0].set_ylabel("plus = more de-escalation")
    key_below(figure, list(PLACES.values()))
    return figure
