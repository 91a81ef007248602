"""The verdict in plain sentences, each generated from the numbers of the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trustpanel.report import formats as f
from trustpanel.report.cautions import caution_sentences, order_sentence
from trustpanel.report.layout import (
    GRAIN_WORDS,
    PARAMETERS,
    SYMBOLS,
    Result,
    chance_of,
    detectable,
    grains,
    is_estimated,
    is_small,
    plain_reason,
    primary,
    weakness,
)

READINGS = {"wheeler": "Wheeler", "carry_over": "Keating's carry-over", "kydd": "Kydd"}
ROW_WORDS = {"annual": "leader-dyad-year", "monthly": "leader-dyad-month"}
OUTCOMES = {"peace_3y": "no dispute starts within three years", "new_dispute": "no dispute starts in the month"}
MEANINGS = {
    "theta": "A meeting of other pairs of leaders of the two states",
    "delta": "A meeting of this pair, over and above an equally old meeting of other pairs",
    "theta_plus_delta": "A meeting of this pair",
}
FAVOURED = {
    "wheeler": "a meeting of the two leaders in office goes with more de-escalation "
    "than an equally old meeting of their predecessors",
    "carry_over": "meetings of earlier leaders of the two states go with more de-escalation, "
    "and a meeting of the pair in office adds less than the smallest effect of interest to that",
    "kydd": "meetings of the two states' leaders go with more de-escalation, "
    "and it makes no difference of interest which pair met",
}
NEARLY_A_STAR = 0.5
# from this chance on an effect would probably have been seen
LIKELY = 0.5


def question() -> str:
    """The question of the primary hypothesis."""
    return (
        "Does contact between two leaders go with de-escalation because of these two leaders, "
        "or does it carry over from their predecessors? "
        "The test asks whether a meeting of the pair in office is worth more "
        "than an equally old meeting of earlier pairs of leaders of the same two states."
    )


def answer_sentence(results: Mapping[str, Result]) -> str:
    """Which theory the data favour today, or that they favour none."""
    verdict = primary(results)["verdict"]["verdict"]
    if verdict not in FAVOURED:
        return "The verdict today is undecided: the data favour neither Wheeler nor Keating's carry-over nor Kydd."
    return f"The data today favour {READINGS[verdict]}: {FAVOURED[verdict]}."


def reason_sentences(results: Mapping[str, Result]) -> str:
    """Why the rule names none, or names one reading where several hold; empty if only the named reading holds."""
    verdict = primary(results)["verdict"]
    others = [READINGS.get(r, r) for r in verdict.get("supported") or () if r != verdict["verdict"]]
    decided = verdict["verdict"] in FAVOURED
    if decided and not others:
        return ""
    also = f"The conditions of {f.listed(others)} hold{' as well' if decided else ''}. " if others else ""
    return f"{also}{f.sentence(in_symbols(plain_reason(verdict.get('reason') or '')))}".strip()


def star_sentences(results: Mapping[str, Result], state_names: Mapping[int, str]) -> str:
    """The shape of the sample: how many rows contain the most frequent state, and what may not be claimed."""
    held = {name: g["main"] for name, g in grains(results).items() if is_estimated(g["main"])}
    if not held:
        return "No main model could be estimated, so there is no sample to describe and no claim of any kind."
    shares: dict[int, list[str]] = {}
    for name, m in held.items():
        rows = f"{f.share(m['star_share'])} of the {f.counted(m['n'], ROW_WORDS[name])}"
        shares.setdefault(int(m["star_state"]), []).append(rows)
    said = [f"{_the(f.state_name(code, state_names))} is a side in {f.listed(rows)}." for code, rows in shares.items()]
    opening = " ".join(part[0].upper() + part[1:] for part in said)
    stars = list(dict.fromkeys(int(m["star_state"]) for m in held.values() if m["star_share"] >= NEARLY_A_STAR))
    if not stars:
        return (
            f"{opening} No state is in more of the rows. "
            "The sample holds only dyads whose meetings are covered, so no world-wide claim follows."
        )
    names = f.listed([_the(f.state_name(code, state_names)) for code in stars])
    return f"{opening} The sample is nearly a star on {names}, so no world-wide claim follows."


UNIT = "a visit or summit counts 1, a talk at the side of another event 0.5"
SWITCHING = "own contact changes in office"


def sample_sentence(name: str, main: Result) -> str:
    """Rows, dyads, clusters that vary and switching pairs of one grain."""
    size = f"{f.counted(main['n'], ROW_WORDS[name])} in {f.counted(main['dyads'], 'dyad')}"
    years = f", {main['first_year']} to {main['last_year']}" if main.get("first_year") is not None else ""
    varying = f"exposure varies in {f.counted(main['clusters_varying'], 'dyad')}"
    pairs = f"{f.counted(main['pairs'], 'pair')} of leaders, of which " if main.get("pairs") is not None else ""
    switching = f.counted(main["switching_pairs"], "switching pair")
    effective = main.get("effective_dyads")
    weighed = f"; δ rests on as much variation as {effective:.0f} equal dyads would have" if effective else ""
    return f"{GRAIN_WORDS[name].capitalize()}: {size}{years}; {varying}; {pairs}{switching} ({SWITCHING}){weighed}."


def estimate_sentences(name: str, grain: Result) -> list[str]:
    """The three parameters of one grain, the primary one first, or why there are none."""
    main = grain["main"]
    if not is_estimated(main):
        reason = plain_reason(main.get("reason") or "no reason given")
        return [f"{GRAIN_WORDS[name].capitalize()}, the model could not be estimated: {reason}."]
    digits = f.decimals(grain["smallest_effect"])
    outcome = main.get("outcome") or grain["outcome"]
    said = [sample_sentence(name, main)]
    if weakness(main):
        said.append(f"These numbers do not count ({weakness(main)}).")
    measured = f"the probability that {OUTCOMES[outcome]}" if outcome in OUTCOMES else str(outcome)
    said.append(f"The outcome is {measured}, and each number is its change for one weighted meeting ({UNIT}).")
    order = ("delta", *(p for p in PARAMETERS if p != "delta"))
    said += [_parameter_words(p, main["parameters"][p], digits) for p in order]
    return [*said, power_sentence(name, main["parameters"]["delta"], grain["smallest_effect"])]


def power_sentence(name: str, delta: Result, smallest: float) -> str:
    """The smallest effect of interest beside the minimum detectable effect of δ, and the chance to see the former."""
    digits = f.decimals(smallest)
    wanted, least, clustered = (f.number(value, digits) for value in (smallest, detectable(delta), delta["mde"]))
    opening = f"The smallest effect of interest is {wanted}; the minimum detectable effect of δ is {least}"
    if clustered != least:
        opening += f" ({clustered} if errors clustered by dyad were enough)"
    power = chance_of(delta, smallest)
    if power is None:
        return f"{opening}."
    chance = (
        f"{opening}: a true effect of the smallest size of interest would be seen with a probability of {power:.2f}"
    )
    if is_small(delta, smallest):
        return (
            f"{chance}. The 90 % interval of δ lies inside the smallest effect of interest: "
            "on this grain δ is equivalent to 0."
        )
    return f"{chance}, so a null is {'weak evidence' if power >= LIKELY else 'no refutation'}."


def failing_conditions(results: Mapping[str, Result]) -> list[str]:
    """For each reading that is not supported: which conditions fail or cannot be judged, with what was found."""
    verdict = primary(results)["verdict"]
    said = []
    for reading, label in READINGS.items():
        own = [c for c in verdict["conditions"] if c["reading"] == reading]
        open_ones = [c for c in own if c["holds"] is not True]
        if not open_ones:
            continue
        asked = dict.fromkeys(str(c["condition"]) for c in open_ones)
        parts = [
            _condition_words(text, [c for c in open_ones if str(c["condition"]) == text], results) for text in asked
        ]
        said.append(f"{label} lacks {len(open_ones)} of {f.counted(len(own), 'condition')}. {' '.join(parts)}")
    return said


def scope_sentence() -> str:
    """What the verdict speaks of, and what it does not."""
    return (
        "The verdict speaks of carry-over of contact, not of state trust: "
        "Hoffman's indicators of trust between states have tables and a page of their own, "
        "and stand in the contest of explanations, but not in this verdict."
    )


def verdict_paragraphs(results: Mapping[str, Result], state_names: Mapping[int, str]) -> list[str]:
    """The whole verdict: shape of the sample, question, answer, numbers, failing conditions, order, scope."""
    numbers = [" ".join(estimate_sentences(name, grain)) for name, grain in grains(results).items()]
    return [
        star_sentences(results, state_names),
        question(),
        answer_paragraph(results),
        *numbers,
        *failing_conditions(results),
        " ".join(caution_sentences(results)),
        order_sentence(results),
        scope_sentence(),
    ]


def answer_paragraph(results: Mapping[str, Result]) -> str:
    """The answer and, where the rule needs one, its reason."""
    return " ".join(part for part in (answer_sentence(results), reason_sentences(results)) if part)


def _the(name: str) -> str:
    plural = name.startswith(("United ", "Netherlands", "Philippines", "Maldives"))
    return f"the {name.removesuffix(' of America')}" if plural else name


def _parameter_words(name: str, p: Result, digits: int) -> str:
    main = p["main"]
    shown = f"95 % interval {f.interval(main['ci95'], digits)}, {f.p_words(main['p'])}"
    return f"{MEANINGS[name]} ({SYMBOLS[name]}): {f.number(p['estimate'], digits)}, {shown}."


def in_symbols(text: str) -> str:
    """θ and δ for the names of the parameters, the grains in words."""
    plain = text.replace("theta", "θ").replace("delta", "δ").rstrip(".")
    for grain, words in GRAIN_WORDS.items():
        plain = plain.replace(f"{grain}: ", f"{words}: ")
    return plain


def _condition_words(text: str, open_ones: Sequence[Result], results: Mapping[str, Result]) -> str:
    subject, colon, asked = in_symbols(text).partition(": ")
    required = f"For {subject} the rule asks: {asked}" if colon else f"The rule asks: {subject}"
    return f"{required}. {f.sentence('; '.join(_found_words(c, asked, results) for c in open_ones))}"


def _found_words(condition: Result, asked: str, results: Mapping[str, Result]) -> str:
    grain, value, held = condition.get("grain"), condition.get("value"), grains(results)
    digits = f.decimals(held[grain]["smallest_effect"]) if grain in held else 3
    where = GRAIN_WORDS.get(str(grain), "on both grains")
    shown = "" if value is None else f" {condition_value(value, digits)}"
    if condition["holds"] is None:
        return f"{where}{shown}, which cannot be judged" if shown else f"{where} this cannot be judged"
    clear = isinstance(value, (list, tuple)) and value[0] is not None and value[0] > 0 and "above 0" in asked
    return f"{where} it is{shown}{', but a main test does not reject 0' if clear else ''}"


def condition_value(value: float | Sequence[float | None] | None, digits: int) -> str:
    """The value of a condition: a number, an interval, or a dash."""
    if value is None or isinstance(value, (int, float)):
        return f.number(value, digits)
    return f.interval(value, digits)
