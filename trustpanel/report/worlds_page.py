"""The page on the simulated worlds: how often the rule names the right theory, and what the errors are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.drawing import drawn
from trustpanel.report.layout import GRAIN_DIGITS, GRAIN_WORDS, claim, require_parts
from trustpanel.report.worlds_drawing import Curve, power_figure
from trustpanel.report.worlds_tables import (
    MAIN,
    bias_table,
    coverage_table,
    draws_table,
    failures,
    percent,
    served_table,
    verdict_table,
)

Result = Mapping[str, Any]
FIGURE = "worlds_power.png"
TITLE = "Simulated worlds: how often would it say so?"
PARTS = ("cells", "served", "grains", "band", "level", "history", "worlds", "seed", "made", "statement", "falsifier")
PANELS = (
    ("wheeler", "delta", "A meeting of this pair counts (Wheeler)"),
    ("carry_over", "theta", "Any earlier meeting counts (carry-over)"),
    ("mixture", "delta", "Both count alike"),
)
POWER = 0.8
LIMITS = (
    "The worlds are as good as their histories: one law of disputes (log odds, effects of the year, a thaw that "
    "fades), no diffusion between dyads, meetings of known worth. A failure here is a failure; success is no "
    "proof.",
    "Dyad levels, terms, coverage, covariates and, where they are held, meetings are the recorded ones, so that all "
    "worlds share the recorded sample's few heavy dyads.",
    "The truth of a coefficient is what the model's terms have on what the outcome is on average; year by year it is "
    "smaller than the effect in the month, since a pair leaves office and meetings fade within the three years.",
    "The bootstrap and the randomisation have fewer draws here than in the results.",
)


def worlds_page(result: Result) -> Page:
    """Answer, power, verdicts, errors, bias, the registry, limits; every sentence from the numbers.

    `result`: the JSON of `trustpanel worlds`. ReportError if a part is absent.
    """
    require_parts(result, PARTS, what="the result on simulated worlds", command="worlds", filled="cells")
    alt = alternative(result)
    blocks: list[Block] = [
        Paragraph(answer(result), lead=True),
        Paragraph(claim(result)),
        *(Paragraph(text) for text in _what(result)),
        Section("Power"),
        Picture(inline_svg(power_bytes(result, "svg"), alt), FIGURE, alt, _caption(result)),
        *(Paragraph(text) for text in annual_sentences(result)),
        Section("Verdicts"),
        verdict_table(result),
        *(Paragraph(text) for text in _no_effect(result)),
        Section("Errors of the main estimators"),
        *(coverage_table(result, grain) for grain in GRAIN_WORDS),
        Section("Bias"),
        *(bias_table(result, grain) for grain in GRAIN_WORDS),
        Section("Estimators of the registry"),
        served_table(result),
        Section("Where the claim fails"),
        Bullets(tuple(failures(result)) or ("Nowhere: every share meets its band.",)),
        Section("How the worlds are drawn"),
        draws_table(result),
        Section("Limits"),
        Bullets((*LIMITS, _likeness(result))),
    ]
    return Page(TITLE, tuple(blocks))


def answer(result: Result) -> str:
    """False verdicts where meetings do nothing, and the power of the rule."""
    null = cells(result, "null")[0]
    said = (
        f"Where meetings do nothing, the decision rule names a theory in {percent(null['false_verdict'])} of "
        f"{f.count(null['worlds'])} worlds."
    )
    return f"{said} {power_sentence(result)}"


def power_sentence(result: Result) -> str:
    """How often each theory is named where it is true, at the largest effect, and whether that is power."""
    said = []
    for group, words in (("wheeler", "Wheeler"), ("carry_over", "carry-over (or Kydd)")):
        last = max(cells(result, group), key=lambda c: max(c["theta"], c["delta"]))
        multiple, share = max(last["theta"], last["delta"]), last["named_right"]
        verdict = "no power" if share[1] < result["level"] else "little power" if share[0] < POWER else "power"
        said.append(
            f"Where {words} is true at {multiple:g} times the smallest effect of interest, it is named in "
            f"{percent(share)} of worlds: the rule has {verdict} there."
        )
    weak = any(max(c["named_right"][0] for c in cells(result, g)) < POWER for g in ("wheeler", "carry_over"))
    said.append("On this sample an undecided verdict says little about the world." if weak else "")
    return " ".join(said).strip()


def cells(result: Result, group: str) -> list[Result]:
    """The cells of a group in the order declared."""
    return [c for c in result["cells"] if c["group"] == group]


def alternative(result: Result) -> str:
    """The figure in words."""
    said = []
    for group, _, title in PANELS:
        held = cells(result, group)
        if held:
            last = held[-1]
            multiple = max(last["theta"], last["delta"])
            said.append(f"{title}: at {multiple:g} times the rule is right in {percent(last['named_right'])}")
    return f"Power curves. {'; '.join(said)}."


def power_bytes(result: Result, kind: str) -> bytes:
    """The power curves as `svg` or `png`; the same result gives the same bytes."""
    panels = [(title, _curves(result, group, name)) for group, name, title in PANELS if cells(result, group)]
    return drawn(lambda: power_figure(panels, level=result["level"]), kind)


def _curves(result: Result, group: str, name: str) -> dict[str, Curve]:
    held = [cells(result, "null")[0], *cells(result, group)]
    right = cells(result, group)[0]["right"]

    def at(cell: Result, share: Any) -> tuple[float, float, float, float]:
        return (max(cell["theta"], cell["delta"]), *share)

    def above(cell: Result, grain: str) -> Any:
        return cell["grains"][grain]["parameters"][name]["estimators"][MAIN]["rejected_above"]

    rule = [at(c, _named(c, right)) for c in held]
    return {"rule": rule, **{g: [at(c, above(c, g)) for c in held] for g in ("monthly", "annual")}}


def _named(cell: Result, right: list[str]) -> list[float]:
    """How often the rule names one of these; at no effect the largest of them, with its interval."""
    if cell["named_right"] is not None:
        return list(cell["named_right"])
    return max((list(cell["verdicts"][r]) for r in right), key=lambda share: share[0])


def _caption(result: Result) -> str:
    return (
        "Share of worlds by size of the effect, with binomial 95 % intervals. Filled circles: the rule names the "
        "theory that is true. Squares and triangles: both main tests put the parameter above 0 (δ, or θ in the "
        f"carry-over worlds) on one grain. Dotted line: {f.share(result['level'])}. An effect of 1 lowers the month's "
        f"hazard of a dispute by {f.number(result['grains']['monthly']['smallest_effect'], 5)} on average for one "
        "weighted meeting."
    )


def _what(result: Result) -> list[str]:
    annual, monthly = (result["grains"][g] for g in ("annual", "monthly"))
    return [
        f"Real in every world: {f.count(result['dyads'])} dyads with their leaders' terms, coverage, covariates, "
        f"{f.count(annual['n'])} leader-dyad-years, {f.count(monthly['n'])} leader-dyad-months, and "
        f"{f.count(result['meetings'])} meetings. Invented: in which months disputes break out; both grains are read "
        f"off one history. {f.count(result['worlds'])} worlds a cell, seed {result['seed']}, run on {result['made']}; "
        f"the bootstrap has {result['wild_draws']} draws, the randomisation {result['permutation_draws']}. Estimates, "
        "tests and verdict come from the functions that make the results. Made by the command trustpanel worlds; the "
        "declaration is analyses/worlds.toml, the numbers are in analyses/expected/worlds.json.",
        "Meetings are held on their recorded days, or redrawn: on other covered days of joint office of the dyad, as "
        "the randomisation does, or likelier in a thaw, or after peace. A fake meeting looks like any other: a coin "
        "says for each whether it is fake, and a second whether it then does nothing or harms as much as a true one "
        "helps.",
    ]


def annual_sentences(result: Result) -> list[str]:
    """Why the annual grain holds the rule back, if it does."""
    held = [c["grains"]["annual"]["parameters"]["delta"]["truth"] for c in cells(result, "wheeler")]
    margin = result["grains"]["annual"]["smallest_effect"]
    if not held or max(held) >= margin:
        return []
    return [
        f"Year by year the true δ of Wheeler's worlds is {f.number(max(held))} at most, below the smallest effect of "
        f"interest of {f.number(margin, 2)}, however strong the month's effect: pairs leave office and meetings fade "
        "within the three years of the outcome. A rule that asks for both grains then rests on the one that can hardly "
        "see it.",
    ]


def _likeness(result: Result) -> str:
    """How large the errors are in worlds without an effect, beside those on the record."""
    parts = []
    for grain in GRAIN_WORDS:
        facts = result["grains"][grain]
        digits = GRAIN_DIGITS[grain]
        mean = cells(result, "null")[0]["grains"][grain]["parameters"]["delta"]["mean_error"]
        parts.append(
            f"{GRAIN_WORDS[grain]} {f.number(mean, digits)} in worlds without an effect, "
            f"{f.number(facts['recorded_errors']['delta'], digits)} on the record"
        )
    return (
        f"The law was set once and not fitted to the record. Mean error of δ, by dyad: {'; '.join(parts)}. Where the "
        "worlds are noisier than the record, the power shown is too low, where they are calmer, too high."
    )


def _no_effect(result: Result) -> list[str]:
    """What the placebo lead is worth where peace draws meetings."""
    said = [
        f"{f.sentence(cell['label'])[:-1]}: a theory is named in {percent(cell['false_verdict'])} of worlds; "
        f"the placebo lead calls the order into question in {percent(cell['order_questioned'])}."
        for group in ("selection", "reverse")
        for cell in cells(result, group)
    ]
    for cell in cells(result, "wheeler")[-1:]:
        said.append(
            f"The same lead speaks where meetings do work: in {percent(cell['order_questioned'])} of worlds "
            f"({cell['label']}), since year by year it lies within the three years of the outcome."
        )
    return [" ".join(said)] if said else []
