"""The page on the multiverse: the specification curve, what moves it, and what an unmeasured cause would need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.drawing import drawn
from trustpanel.report.layout import GRAIN_DIGITS, GRAIN_WORDS, SYMBOLS, claim, made_by, plain_reason, require_parts
from trustpanel.report.multiverse_drawing import choice_words, curve_figure, plain_value
from trustpanel.report.tables import Table

Result = Mapping[str, Any]
TITLE = "The multiverse: does the answer hang on a choice?"
PARTS = ("grids", "sensitivity", "level", "statement", "falsifier", "words")
LIMITS = (
    "The specifications share rows and meetings: they are not independent, and a share of them is no p-value.",
    "Every specification stands in dyads whose meetings are covered; by lists alone they are nearly a star on the "
    "United States.",
    "Errors are clustered by dyad or robust; the main rows rest on stricter tests (results page).",
    "Sources without the coded meetings are tried only where official lists make the coverage.",
)


def figure_name(grid: Result) -> str:
    """The file of a grid's figure."""
    return f"multiverse_{grid['name']}.png"


def multiverse_page(result: Result) -> Page:
    """Answer, one section a grid, sensitivity of the main rows, limits; every sentence from the numbers.

    `result`: the JSON of `trustpanel multiverse`. ReportError if a part is absent.
    """
    require_parts(result, PARTS, what="the result of the multiverse", command="multiverse", filled="grids")
    blocks: list[Block] = [
        Paragraph(answer(result), lead=True),
        Paragraph(claim(result)),
    ]
    for grid in result["grids"]:
        blocks += _grid(result, grid)
    blocks += [Section("Causes that were not measured"), _sensitivity(result), _states(result)]
    blocks += [
        *(Paragraph(text) for text in _leads(result)),
        Section("Limits"),
        Bullets(LIMITS),
        Paragraph(made_by(result, "multiverse")),
    ]
    return Page(TITLE, tuple(blocks))


def answer(result: Result) -> str:
    """Shares of signs and significance of delta, and the choice that moves it most, grid by grid."""
    parts = []
    for grid in result["grids"]:
        found = grid["parameters"]["delta"]
        if found["status"] != "estimated":
            continue
        most = choice_words(found["moves"][0]["choice"])
        parts.append(
            f"{grid['label']}: above 0 in {f.share(found['positive'])} of {f.count(found['estimated'])} "
            f"specifications{_of_declared(found)}, significantly above in {f.share(found['significant_positive'])}, "
            f"significantly below in {f.share(found['significant_negative'])}; it hangs most on {most}"
        )
    return f"What a meeting of this pair adds to an equally old meeting of others (δ). {f.sentence('; '.join(parts))}"


def _of_declared(found: Result) -> str:
    """How many were declared, where not all could be estimated."""
    declared, estimated = found["specifications"], found["estimated"]
    return "" if declared == estimated else f" that could be estimated (of {f.count(declared)} declared)"


def curve_bytes(result: Result, grid: Result, kind: str) -> bytes:
    """A grid's specification curve as `svg` or `png`; the same result gives the same bytes."""
    return drawn(lambda: curve_figure(grid["curve"], choice_rows(grid), level=result["level"]), kind)


def choice_rows(grid: Result) -> list[tuple[str, list[str]]]:
    """The choices of a grid with more than one value, each with its values in order."""
    choices: dict[str, list[str]] = {}
    for option in grid["parameters"]["delta"]["options"]:
        choices.setdefault(option["choice"], []).append(str(option["value"]))
    return [(name, values) for name, values in choices.items() if len(values) > 1]


def _grid(result: Result, grid: Result) -> list[Block]:
    blocks: list[Block] = [Section(f.sentence(grid["label"]).rstrip(".")), _signs(grid)]
    found = grid["parameters"]["delta"]
    if found["status"] != "estimated":
        return [*blocks, Paragraph(f"Not estimable: {plain_reason(found['reason'])}.")]
    main = ", ".join(f"{choice_words(k)} {plain_value(str(v))}" for k, v in grid["main"].items())
    alt = f"Specification curve of δ: {f.count(found['estimated'])} estimates from {f.number(found['minimum'])} to "
    alt += f"{f.number(found['maximum'])}, median {f.number(found['median'])}."
    caption = (
        f"Estimates of δ in order, with 95 % intervals ({grid['unit']}); {f.count(len(grid['curve']))} evenly spaced "
        f"of {f.count(found['estimated'])} are drawn, and the scale leaves out the outermost 2 % of intervals on each "
        f"side. "
        f"Below: the choices behind each. Main: {main}."
    )
    blocks.append(Picture(inline_svg(curve_bytes(result, grid, "svg"), alt), figure_name(grid), alt, caption))
    return [*blocks, _moves(found), _options(found), *_not_estimable(found)]


def _signs(grid: Result) -> Table:
    heads = (
        "", "specifications", "estimated", "above 0", "significantly above", "significantly below", "median",
        "middle 95 %",
    )  # fmt: skip
    rows = []
    for name, found in grid["parameters"].items():
        if found["status"] != "estimated":
            rows.append((SYMBOLS[name], f.count(found["specifications"]), "0", *[f.MISSING] * 5))
            continue
        shares = (found[k] for k in ("positive", "significant_positive", "significant_negative"))
        rows.append(
            (
                SYMBOLS[name],
                f.count(found["specifications"]),
                f.count(found["estimated"]),
                *(f.share(s) for s in shares),
                f.number(found["median"]),
                f.interval((found["quantiles"][0], found["quantiles"][3])),
            )
        )
    return Table(f"Signs and significance ({grid['unit']})", heads, tuple(rows))


def _moves(found: Result) -> Table:
    rows = tuple(
        (choice_words(m["choice"]), f.share(m["alone"]), f.share(m["beyond_others"]), f.yes_no(m["flips_sign"]))
        for m in found["moves"]
    )
    heads = ("choice", "share of the spread, alone", "beyond the other choices", "median changes sign")
    note = (
        f"All choices together, without interactions, account for {f.share(found['main_effects'])} of the spread of δ."
    )
    return Table("Choices that move δ, most first", heads, rows, (note,), text_columns=frozenset({0, 3}))


def _options(found: Result) -> Table:
    rows, ruled, last = [], set(), None
    for o in found["options"]:
        if last not in (None, o["choice"]):
            ruled.add(len(rows))
        last = o["choice"]
        shares = (f.share(o[k]) for k in ("share_positive", "share_significant"))
        value = plain_value(str(o["value"]))
        rows.append((choice_words(o["choice"]), value, f.count(o["estimated"]), f.number(o["median"]), *shares))
    heads = ("choice", "value", "estimated", "median δ", "above 0", "significant")
    return Table(
        "δ by value of each choice", heads, tuple(rows), ruled=frozenset(ruled), text_columns=frozenset({0, 1})
    )


def _not_estimable(found: Result) -> list[Block]:
    thin = found.get("not_testable", 0)
    said: list[Block] = [
        Paragraph(
            f"{f.counted(thin, 'specification')} not testable here and in no share: a stock varies in fewer than ten "
            "dyads, or less than a tenth of its spread lies within dyads."
        )
    ]
    return (said if thin else []) + [
        Paragraph(f"{f.counted(count, 'specification')} not estimable: {plain_reason(reason)}.")
        for reason, count in found["not_estimable"]
    ]


def _sensitivity(result: Result) -> Table:
    heads = (
        "grain", "", "n", "estimate", "robustness value", "for significance", "benchmark", "left by one as strong",
        "left by three", "Oster's ratio",
    )  # fmt: skip
    rows = []
    for doubt in result["sensitivity"]:
        for name, found in doubt["sensitivity"].items():
            digits = GRAIN_DIGITS[doubt["grain"]]
            bounds = {b["label"].split(" x ")[0]: b["estimate"] for b in found["bounds"]}
            rows.append(
                (
                    GRAIN_WORDS[doubt["grain"]],
                    SYMBOLS[name],
                    f.count(doubt["n"]),
                    f.number(found["robustness"]["estimate"], digits),
                    *(f.share(found["robustness"][k]) for k in ("rv", "rv_alpha")),
                    doubt["benchmark"][name].replace("_", " "),
                    *(f.number(bounds.get(k), digits) for k in ("1", "3")),
                    f.number((found["selection"] or {}).get("delta"), 2),
                )
            )
    notes = (
        "Robustness value: the share of what is left of both meetings and outcome that an unmeasured cause must "
        "explain to bring the estimate to 0 (Cinelli and Hazlett 2020); for significance: to make it insignificant, 0 "
        "if it is so already. The benchmark is the control that, taken once more, leaves the least of the estimate.",
        "Oster's ratio: how much stronger than all controls together selection on the unmeasured must be to make the "
        "estimate 0 (Oster 2019); negative if controls move the estimate away from 0.",
    )
    return Table("Main models", heads, tuple(rows), notes, text_columns=frozenset({0, 1, 6}))


def _states(result: Result) -> Table:
    rows = []
    for doubt in result["sensitivity"]:
        digits = GRAIN_DIGITS[doubt["grain"]]
        for name, found in doubt["without_state"].items():
            ends = (min(found["estimates"]), max(found["estimates"])) if found["estimates"] else None
            absent = ", ".join(map(str, found["not_estimable_without"])) or f.MISSING
            rows.append(
                (
                    GRAIN_WORDS[doubt["grain"]],
                    SYMBOLS[name],
                    f.count(len(found["states"])),
                    f.interval(ends, digits),
                    f.yes_no(found["sign_changes"]),
                    absent,
                )
            )
    heads = ("grain", "", "states left out in turn", "range", "sign changes", "not estimable without state (CoW code)")
    return Table("One state left out", heads, tuple(rows), text_columns=frozenset({0, 1, 4, 5}))


def _leads(result: Result) -> list[str]:
    texts = []
    for doubt in result["sensitivity"]:
        lead = doubt["lead"]
        if lead is not None:
            digits = GRAIN_DIGITS[doubt["grain"]]
            texts.append(
                f"Placebo lead, {GRAIN_WORDS[doubt['grain']]}: contact after the outcome window opens has the "
                f"coefficient {f.number(lead['estimate'], digits)} ({f.number(lead['se'], digits)}, "
                f"{f.p_words(lead['p'])}, clustered by dyad)."
            )
    return texts
