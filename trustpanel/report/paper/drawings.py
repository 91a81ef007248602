"""The figures of the paper, drawn at the width of its text so that type keeps its size."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from trustpanel.report import contest_page, convergence_page
from trustpanel.report import formats as f
from trustpanel.report.contest_drawing import contest_figure
from trustpanel.report.convergence_drawing import convergence_figure
from trustpanel.report.coverage_drawing import FIRST, STEP, coverage_figure
from trustpanel.report.drawing import drawn
from trustpanel.report.figures import coefficient_figure, figure_alt, figure_caption
from trustpanel.report.multiverse_drawing import curve_figure
from trustpanel.report.multiverse_page import choice_rows
from trustpanel.report.paper.model import Drawing, slim
from trustpanel.report.paper.numbers import Findings
from trustpanel.report.paper.strip import by_year_figure, strip_alt, strip_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 6.69
LEVELS = ("none", "partial", "searched", "a full list")


def drawings_of(found: Findings, wanted: Collection[str]) -> dict[str, Drawing]:
    """The figures of `wanted` by name; those of long runs only where the run is at hand."""
    makers: dict[str, Callable[[], Drawing]] = {
        "coverage": lambda: _coverage(found),
        "meetings": lambda: _meetings(found.frames["by_year"]),
        "indicators": lambda: _indicators(found.coverage),
        "trust": lambda: _trust(found.convergence),
        "coefficients": lambda: _coefficients(found),
    }
    if "contest" in found.long:
        makers["contest"] = lambda: _contest(found.long["contest"])
    if "multiverse" in found.long:
        result = found.long["multiverse"]
        makers |= {f"multiverse-{g['name']}": partial(_curve, result, g) for g in result["grids"]}
    return {name: make() for name, make in makers.items() if name in wanted}


def sized(make: Callable[[], Figure], *, height: float | None = None) -> bytes:
    """What `make` draws as SVG at the width of the text, in inches; its own height unless one is given."""

    def draw() -> Figure:
        figure = make()
        figure.set_size_inches(WIDTH, height or figure.get_size_inches()[1])
        for axis in figure.axes:
            axis.set_title(axis.get_title().replace("minus other", "minus\nother"))
        return figure

    return slim(drawn(draw, "svg"))


def _coverage(found: Findings) -> Drawing:
    strip = found.frames["strip"]
    counts = [int((strip["level"] == level).sum()) for level in range(len(LEVELS))]
    caption = (
        "What is known of meetings: one line a dyad of strategic rivals, one column a year of the rivalry since "
        f"{int(strip['year'].min())}, ordered by region and first year. Best level of coverage of bilateral meetings: "
        f"{f.listed([f'{name} in {f.count(n)}' for name, n in zip(LEVELS, counts, strict=True)])} of "
        f"{f.count(len(strip))} dyad-years. Dots: a year in which the store has a documented meeting of the two "
        "sides. Only under the two darkest levels does a year without a dot count as a year without a meeting; "
        "elsewhere every bonding variable is missing."
    )
    return Drawing(slim(drawn(lambda: strip_figure(strip, WIDTH), "svg")), strip_alt(strip), caption)


def _meetings(by_year: pd.DataFrame) -> Drawing:
    first, last = int(by_year["year"].min()), int(by_year["year"].max())
    total = int(by_year[["with_us", "others_listed", "others_coded"]].to_numpy().sum())
    caption = (
        f"Documented meetings of two leaders by year, {first} to {last} ({f.count(total)} in all): with the United "
        "States, from lists of other states' travel (South America, China), and those that only the coded search of "
        "this project found. The rise of the second kind is the beginning of a list, not of meetings."
    )
    alt = (
        f"Stacked bars of meetings by year, {first} to {last}: {f.count(by_year['with_us'].sum())} with the United "
        f"States, {f.count(by_year['others_listed'].sum())} from other lists, "
        f"{f.count(by_year['others_coded'].sum())} coded only."
    )
    return Drawing(slim(drawn(lambda: by_year_figure(by_year, WIDTH), "svg")), alt, caption)


def _indicators(coverage: Mapping[str, pd.DataFrame]) -> Drawing:
    variables = coverage["variables"]
    caption = (
        "Indicators of trust between states: share of all dyads of a year for which each is known, with its sources "
        "at the right. Oversight and rules exist only where two states have an agreement of the kind."
    )
    parts = [f"{r.variable.replace('_', ' ')} {r.first_year}-{r.last_year}" for r in variables.itertuples()]

    def draw() -> Figure:
        figure = coverage_figure(variables, coverage["by_year"])
        figure.axes[0].set_xticks(range(FIRST, int(coverage["by_year"]["year"].max()) + 1, 2 * STEP))
        return figure

    picture = sized(draw)
    return Drawing(picture, f"Heat map of coverage: {'; '.join(parts)}.", caption)


def _coefficients(found: Findings) -> Drawing:
    picture = sized(lambda: coefficient_figure(found.core), height=8.9)
    return Drawing(picture, figure_alt(found.core), figure_caption(found.core))


def _contest(result: Mapping[str, Any]) -> Drawing:
    picture = sized(lambda: contest_figure(contest_page.figure_rows(result)), height=8.2)
    return Drawing(picture, contest_page.alternative(result), contest_page.CAPTION)


def _trust(result: Mapping[str, Any]) -> Drawing:
    rows = result["rows"]
    picture = sized(lambda: convergence_figure(result["dyads"], rows["first_year"], rows["last_year"]), height=6.4)
    return Drawing(picture, convergence_page.alternative(result), convergence_page.CAPTION)


def _curve(result: Mapping[str, Any], grid: Mapping[str, Any]) -> Drawing:
    found = grid["parameters"]["delta"]
    caption = (
        f"Specification curve of δ, {grid['label']}: {f.count(len(grid['curve']))} evenly spaced of "
        f"{f.count(found['estimated'])} estimates in order, with 95 % intervals ({grid['unit']}); below, the choices "
        "behind each. The scale leaves out the outermost 2 % of intervals on each side."
    )
    alt = (
        f"{f.count(found['estimated'])} estimates of δ from {f.number(found['minimum'])} to "
        f"{f.number(found['maximum'])}, median {f.number(found['median'])}."
    )
    return Drawing(
        sized(lambda: curve_figure(grid["curve"], choice_rows(grid), level=result["level"]), height=8.6), alt, caption
    )
