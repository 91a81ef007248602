"""The page on doubt: what errors of coding, latent trust, selection and missing coverage do to the core model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.doubt_drawing import bounds_figure, overlap_figure, worlds_figure
from trustpanel.report.doubt_tables import (
    blocks_table,
    bounds_table,
    chance_table,
    checks_table,
    coding_table,
    main_table,
    models_table,
    trust_table,
    weighted_table,
)
from trustpanel.report.drawing import drawn
from trustpanel.report.layout import COVERAGE_WORDS, GRAIN_WORDS, SYMBOLS, claim, made_by, require_parts

Result = Mapping[str, Any]
MAIN = "(main)"
TITLE = "Doubt: what was not measured, and for whom it was"
PARTS = ("coding", "trust", "selection", "missing", "checks", "readings", "turns_below_half", "smallest_effect")
FIGURES = {"worlds": "doubt_worlds.png", "overlap": "doubt_overlap.png", "bounds": "doubt_bounds.png"}
CLAIMS = {"above": "above 0", "below": "below 0", "small": "smaller than the smallest effect", "open": "open"}
WEIGHTED = {"weighted": "by coverage", "selection": "by meetings"}
WORDS = {
    "coding": (
        "In each world a meeting is there with the probability of its evidence, a coded day may be off, and what "
        "recall says was missed is put on covered days of joint office. Worlds do not know the outcome, so that noise "
        "pulls the pooled estimate towards 0; the calibrated one, on the mean stocks of all worlds, undoes it if "
        "errors do not go with the outcome. The steady share is what of a stock's spread, after dyads, years and "
        "controls, all worlds have in common. Recall from two passes over one index bounds what was missed from below."
    ),
    "worlds": (
        "What a meeting of this pair adds (δ) with 95 % intervals: as coded, pooled over worlds drawn from the "
        "evidence of each meeting, and calibrated on the mean stocks of these worlds. Rows add one kind of error after "
        "the other; shaded is what lies within the smallest effect of interest."
    ),
    "bond": (
        "The bond stock is too seldom told to be tested as coded. With the valence of untold meetings drawn from told "
        "ones it can be fitted; it then speaks of meetings that are taken to have felt like told ones."
    ),
    "trust": (
        "The score stands for trust between the states before the pair took office. Its indicators hardly go together "
        "(see the page on convergence), so most of what it tells within a dyad is noise unless the errors of "
        "a dyad's years are nearly the same; both ends are shown."
    ),
    "selection": (
        "Whether the pair of 1 January meets in the year, in dyads at risk whose year is covered. A row of the "
        "core model is weighted by the product, over the covered years of its pair before it, of the chance of what "
        "happened given past contact alone over that given everything. The balance is given past contact, tenure and "
        "year, which stabilised weights leave as they are."
    ),
    "missing": (
        "Lists cover some dyads always and most never, so that no weight makes one stand for the other: where "
        "lists cover, a row stands for itself, and only searched dyads are weighted, by the chance to have been "
        "searched. Balance is against all dyad-years at risk of the same kind."
    ),
    "bounds": (
        "In all dyads at risk what is not known is read as no meeting, and then a share of the unknown pair-years is "
        "given one just before the row. Placement by the outcome is the worst that could be, and nobody's belief."
    ),
}
LIMITS = (
    "Both passes searched the same index. What that index lacks is in no recall, and no world holds it.",
    "Errors that go with the outcome (a meeting told because peace followed) are in no world; the bounds reach them.",
    "Weights are taken as known in the errors, and undo only what the named columns tell.",
    "Claims here rest on errors clustered by dyad, not on the bootstrap and randomisation of the main tables.",
)


def doubt_page(result: Result) -> Page:
    """Answer, then the four doubts with their tables and three figures; every sentence with a number from the result.

    `result`: the JSON of `trustpanel doubt`. ReportError if a part is absent.
    """
    require_parts(result, PARTS, what="the result on doubt", command="doubt")
    small, selection, missing = result["smallest_effect"], result["selection"], result["missing"]
    blocks: list[Block] = [
        Paragraph(answer(result), lead=True),
        Paragraph(claim(result)),
        Section("Errors of coding"),
        Paragraph(WORDS["coding"]),
        _picture(result, "worlds", WORDS["worlds"]),
        main_table(_main(result["coding"]), small),
        coding_table([e for e in result["coding"] if e["world"] != "bond"], small),
        checks_table(result["checks"]),
        Section("Bond stock with untold valence drawn", 3),
        Paragraph(WORDS["bond"]),
        coding_table([e for e in result["coding"] if e["world"] == "bond"], small),
        Section("Latent trust"),
        Paragraph(WORDS["trust"]),
        trust_table(result["trust"]),
        blocks_table(result["trust"]),
        Section("Who meets, when"),
        Paragraph(WORDS["selection"]),
        _picture(result, "overlap", "How far those that met, or were covered, resemble those that did not."),
        models_table(selection["models"]),
        *(chance_table(m) for m in selection["models"]),
        weighted_table(selection["estimates"], small, caption="The core model weighted by the chance of meeting"),
        Section("Which dyads are covered"),
        Paragraph(WORDS["missing"]),
        models_table(missing["models"]),
        *(chance_table(m) for m in missing["models"]),
        weighted_table(missing["estimates"], small, caption="The core model by coverage, and weighted to all at risk"),
        Section("Bounds"),
        Paragraph(WORDS["bounds"]),
    ]
    if missing["bounds"]["steps"]:
        blocks.append(_picture(result, "bounds", "Estimates and 95 % intervals by the share of unknown years filled."))
    blocks += [bounds_table(missing["bounds"]), Section("Limits"), Bullets((_few(result), *LIMITS))]
    blocks.append(Paragraph(made_by(result, "doubt")))
    return Page(TITLE, tuple(blocks))


def answer(result: Result) -> str:
    """How many intervals leave the plain estimate, which claims change, and what share of unknown meetings would."""
    readings = result["readings"]
    out = sum(r["excludes"] for r in readings)
    moved = [r for r in readings if r["claim"] != r["claim_plain"]]
    parts = [
        f"Of {f.counted(len(readings), 'interval')} under drawn worlds or weights, "
        f"{'none leaves' if not out else f'{f.count(out)} leave'} the plain estimate out"
    ]
    primary = [r for r in moved if r["parameter"] == "delta"]
    parts.append(
        f"the claim on {SYMBOLS['delta']} {'changes in ' + f.count(len(primary)) if primary else 'never changes'}"
    )
    others = [r for r in moved if r["parameter"] != "delta"]
    if others:
        parts.append(f"other claims change in {f.count(len(others))}: {f.listed([_change(r) for r in others])}")
    turns = result["turns_below_half"]
    if turns:
        least = min(turns, key=lambda t: (t["share"], t["parameter"]))
        parts.append(
            f"if meetings in unknown years were placed by the outcome, a share of {f.share(least['share'])} would turn "
            f"the sign of {SYMBOLS[least['parameter']]}"
        )
        if not any(t["placement"] == "at_random" for t in turns):
            parts.append("placed at random, no share below one half turns a sign")
    return f"{'; '.join(parts)}."


def _main(entries: list[Result]) -> list[Result]:
    """The entries of the main world on the sample that comes first."""
    return [e for e in entries if e["label"].endswith(MAIN) and e["coverage"] == entries[0]["coverage"]]


def _few(result: Result) -> str:
    held = result["checks"]["exists"]
    return (
        f"The checks are few: {f.counted(held['grade_a'][1], 'row')} of grade A and "
        f"{f.count(held['grade_b'][1])} of grade B were judged by somebody else; the wide rates that "
        "follow are part of every interval."
    )


def _change(reading: Result) -> str:
    name = WEIGHTED.get(reading["name"], reading["name"].replace("_", " "))
    where = f"{reading['part']}, {name}, {GRAIN_WORDS[reading['grain']]}"
    before, after = CLAIMS[reading["claim_plain"]], CLAIMS[reading["claim"]]
    return f"{SYMBOLS[reading['parameter']]} from {before} to {after} ({where}, {COVERAGE_WORDS[reading['coverage']]})"


def figure_bytes(result: Result, name: str, kind: str) -> bytes:
    """The figure `worlds`, `overlap` or `bounds` as `svg` or `png`; the same result gives the same bytes."""
    if name == "worlds":
        first = result["coding"][0]["coverage"]
        shown = [e for e in result["coding"] if e["coverage"] == first and e["world"] != "bond"]
        return drawn(lambda: worlds_figure(shown, result["smallest_effect"]), kind)
    if name == "overlap":
        models = [*result["selection"]["models"], *result["missing"]["models"]]
        return drawn(lambda: overlap_figure(models), kind)
    return drawn(lambda: bounds_figure(result["missing"]["bounds"]["steps"], result["smallest_effect"]["annual"]), kind)


def _picture(result: Result, name: str, caption: str) -> Picture:
    return Picture(inline_svg(figure_bytes(result, name, "svg"), caption), FIGURES[name], caption, caption)
