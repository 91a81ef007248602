"""The numbers that pages of the documentation leave open, as Markdown taken from the store and the results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from trustpanel.codebook.load import codebook
from trustpanel.errors import ReportError
from trustpanel.report import formats as f
from trustpanel.report.coding_page import CAPTIONS, COLUMNS, agreement_table
from trustpanel.report.coverage_page import COLUMNS as COVERAGE_COLUMNS
from trustpanel.report.doubt_page import answer as doubt_answer
from trustpanel.report.doubt_tables import checks_table
from trustpanel.report.hypotheses_page import answer as hypotheses_answer
from trustpanel.report.layout import (
    GRAIN_WORDS,
    PARAMETERS,
    SYMBOLS,
    chance_of,
    detectable,
    grains,
    is_estimated,
    other_unit,
    parameter,
    parameters,
)
from trustpanel.report.multiverse_drawing import choice_words
from trustpanel.report.multiverse_page import answer as multiverse_answer
from trustpanel.report.result_tables import ci95
from trustpanel.report.tables import Table, frame_table
from trustpanel.report.worlds_page import annual_sentences
from trustpanel.report.worlds_page import answer as worlds_answer

CONSTANT = "constant within dyads"
MARK = re.compile(r"^<!-- numbers: ([a-z_]+) -->$", re.MULTILINE)


def numbers_of(
    *,
    coding: Mapping[str, pd.DataFrame],
    coverage: Mapping[str, pd.DataFrame],
    multiverse: Mapping[str, Any],
    worlds: Mapping[str, Any],
    doubt: Mapping[str, Any],
    core: Mapping[str, Any],
    hypotheses: Mapping[str, Any],
    answer: str,
) -> dict[str, str]:
    """Markdown by the name that a mark `<!-- numbers: name -->` of a page gives.

    `coding` and `coverage`: the frames of the pages of that name; `multiverse`, `worlds`, `doubt`: the results;
    `core`: that of H3; `hypotheses`: those with tests of their own by id; `answer`: the generated answer of README.
    """
    tables = {name: _counts(coding[name][list(columns)], CAPTIONS[name]) for name, columns in COLUMNS.items()}
    indicators = coverage["variables"][list(COVERAGE_COLUMNS["variables"])]
    masks = coverage["masks"][list(COVERAGE_COLUMNS["masks"])]
    agreement = coding["agreement"][list(COLUMNS["agreement"])]
    return {
        **tables,
        "agreement": agreement_table(agreement).to_markdown(),
        "rival_coverage": f"{tables['rival_coverage']}\n{_of_all_decades(coding['rival_coverage'])}\n",
        "answer": answer + "\n",
        "indicators": _counts(indicators, "Years, dyads and dyad-years by variable"),
        "indicators_together": _counts(masks, "Dyad-years by number of known indicators"),
        "influence": _influence(core).to_markdown(),
        "seen": _seen(core).to_markdown(),
        "variants": _variants(core).to_markdown(),
        "doubt": doubt_answer(doubt) + "\n",
        "checks": checks_table(doubt["checks"]).to_markdown(),
        "hypotheses": hypotheses_answer(hypotheses) + "\n",
        "multiverse": multiverse_answer(multiverse) + "\n",
        "choices": _moves(multiverse).to_markdown(),
        "controls": _controls(core).to_markdown(),
        "verdict_power": " ".join([worlds_answer(worlds), *annual_sentences(worlds)]) + "\n",
    }


def fill(page: str, numbers: Mapping[str, str], *, file: str) -> str:
    """`page` with every mark replaced; ReportError for a mark that no numbers answer."""

    def one(mark: re.Match[str]) -> str:
        if mark[1] not in numbers:
            raise ReportError(
                "a page asks for numbers that nothing makes",
                file=file,
                expected=", ".join(sorted(numbers)),
                found=mark[1],
                next_step="mend the mark",
            )
        return numbers[mark[1]].rstrip("\n")

    return MARK.sub(one, page)


def _counts(frame: pd.DataFrame, caption: str) -> str:
    """A column named after years would be printed as years, without separators."""
    named = {"dyad_years": "rows", "rival_dyad_years": "rows"}
    return frame_table(frame.rename(columns=named), caption=caption, heads={"rows": "dyad-years"}).to_markdown()


def _of_all_decades(coverage: pd.DataFrame) -> str:
    """The shares of all decades together."""
    found = coverage.drop(columns="decade").sum()
    every = found.pop("rival_dyad_years")
    shares = [f"{f.share(count / every)} {str(level).replace('_', ' ')}" for level, count in found.items()]
    return f"Of all {f.count(every)} dyad-years: {f.listed(shares)}."


def _influence(core: Mapping[str, Any]) -> Table:
    """One row a grain: delta, how many equal dyads it rests on, and its range when one dyad at a time is left out."""
    rows = []
    for name, grain in grains({"H3": core}).items():
        main, left_out = grain["main"], grain["leave_one_dyad_out"]
        delta = parameter(main, "delta")
        if not is_estimated(main) or not left_out or delta is None:
            continue
        found, digits = left_out["delta"], f.decimals(grain["smallest_effect"])
        rows.append(
            (
                GRAIN_WORDS[name],
                f.number(delta["estimate"], digits),
                f.number(main["effective_dyads"], 1),
                f.interval((found["minimum"], found["maximum"]), digits),
                f.yes_no(found["sign_changes"]),
            )
        )
    heads = ("grain", "δ", "equal dyads that carry as much", "range of δ, one dyad left out", "sign changes")
    return Table("What hangs on single dyads", heads, tuple(rows), text_columns=frozenset({0, 4}))


def _seen(core: Mapping[str, Any]) -> Table:
    """One row a grain and parameter: the estimate beside what could have been seen, and how surely."""
    rows = []
    for name, grain in grains({"H3": core}).items():
        smallest = grain["smallest_effect"]
        digits = f.decimals(smallest)
        for parameter_name, p in parameters(grain["main"]).items():
            rows.append(
                (
                    GRAIN_WORDS[name],
                    SYMBOLS.get(parameter_name, parameter_name),
                    f.number(p["estimate"], digits),
                    f.interval(ci95(p), digits),
                    *(f.number(v, digits) for v in (smallest, detectable(p), p["mde"])),
                    f.share(chance_of(p, smallest)),
                )
            )
    heads = (
        "grain", "", "estimate", "95 % interval", "smallest effect of interest", "smallest effect seen",
        "if errors by dyad were enough", "chance to see the smallest of interest",
    )  # fmt: skip
    note = "Seen: with a probability of 0.8 at two-sided 5 %."
    return Table("What the main model could have seen", heads, tuple(rows), (note,), text_columns=frozenset({0, 1}))


def _variants(core: Mapping[str, Any]) -> Table:
    """One row a grain and parameter: in which declared variants its sign is clear, by errors clustered by dyad."""
    rows: list[tuple[str, ...]] = []
    clear: list[set[tuple[str, str]]] = []
    for name, grain in grains({"H3": core}).items():
        clear.append(set())
        held = [v for v in grain["variants"] if is_estimated(v) and not other_unit(v, grain)]
        for parameter_name in PARAMETERS:
            found = [(str(v["label"]), p["ci95"]) for v in held if (p := parameter(v, parameter_name)) is not None]
            above = [label for label, ends in found if ends[0] > 0]
            below = [label for label, ends in found if ends[1] < 0]
            clear[-1] |= {(parameter_name, label) for label in above + below}
            counts = (f.count(len(found)), f.count(len(above)), f.count(len(below)))
            rows.append((GRAIN_WORDS[name], SYMBOLS[parameter_name], *counts, f.listed(above + below) or f.MISSING))
    heads = ("grain", "", "variants in the unit of the main model", "clearly above 0", "clearly below 0", "which")
    both = [f"{SYMBOLS[name]} ({label})" for name, label in sorted(set.intersection(*clear))] if len(clear) > 1 else []
    notes = (
        "Clearly: the 95 % interval by errors clustered by dyad, which are too small, leaves 0 out.",
        f"Clear on both grains: {f.listed(both) if both else 'no parameter in any variant'}.",
    )
    return Table("Declared variants of the main model", heads, tuple(rows), notes, text_columns=frozenset({0, 1, 5}))


def _controls(core: Mapping[str, Any]) -> Table:
    """One row a grain and set of controls: rows, dyads, delta, and the controls that never change within a dyad."""
    rows = []
    for name, grain in grains({"H3": core}).items():
        digits = f.decimals(grain["smallest_effect"])
        sets = [v for v in grain["variants"] if "controls" in str(v["name"]) and is_estimated(v)]
        for label, estimate in (("main", grain["main"]), *((str(v["label"]), v) for v in sets)):
            delta = parameter(estimate, "delta")
            if delta is None:
                continue
            numbers = (f.number(delta["estimate"], digits), f.interval(delta["ci95"], digits))
            constant = [_label(d["name"]) for d in estimate["dropped_columns"] if d["reason"] == CONSTANT]
            counts = (f.count(estimate["n"]), f.count(estimate["dyads"]))
            rows.append((GRAIN_WORDS[name], label, *counts, *numbers, f.listed(constant) or f.MISSING))
    heads = ("grain", "controls", "rows", "dyads", "δ", "95 % interval", "the same in every row of a dyad")
    notes = (
        "What is the same in every row of a dyad is taken up by the dyad effects and left out of the fit.",
        "Intervals by errors clustered by dyad, in every row, so that the sets compare.",
    )
    return Table("Sets of controls", heads, tuple(rows), notes, text_columns=frozenset({0, 1, 6}))


def _label(column: str) -> str:
    found = codebook().variables.get(column)
    return column if found is None else found.label[0].lower() + found.label[1:]


def _moves(multiverse: Mapping[str, Any]) -> Table:
    """One row a grid and choice: how far the estimates of delta hang on it, and whether its median changes sign."""
    rows = []
    for grid in multiverse["grids"]:
        found = grid["parameters"]["delta"]
        rows += [
            (
                grid["label"],
                choice_words(m["choice"]),
                f.share(m["alone"]),
                f.share(m["beyond_others"]),
                f.yes_no(m["flips_sign"]),
            )
            for m in (found["moves"] if found["status"] == "estimated" else ())
        ]
    heads = ("grid", "choice", "share of the spread of δ, alone", "beyond the other choices", "median changes sign")
    return Table("Choices that move δ, most first in each grid", heads, tuple(rows), text_columns=frozenset({0, 1, 4}))
