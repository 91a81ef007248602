"""What stands against taking the verdict's numbers at face value, each sentence generated from the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.layout import GRAIN_WORDS, SYMBOLS, Result, grains, is_estimated, parameter, primary


def caution_sentences(results: Mapping[str, Result]) -> list[str]:
    """What stands against taking the numbers at face value: lag bins that disagree, rows lost, thin side talks."""
    said = []
    for name, grain in grains(results).items():
        agrees = grain.get("agrees_in_sign") or {}
        odd = [SYMBOLS[p] for p in SYMBOLS if agrees.get(p) is False]
        if odd:
            said.append(
                f"{GRAIN_WORDS[name].capitalize()} the free lag bins disagree in sign for {f.listed(odd)}: "
                "there the assumed decay drives the result."
            )
        lost = {
            d["reason"].removesuffix(" missing"): d["rows"]
            for d in grain["main"].get("dropped_rows") or []
            if "_pre missing" in d["reason"]
        }
        if lost:
            which = f.listed(
                [f"{column} in {f.count(rows)}" for column, rows in sorted(lost.items(), key=lambda i: -i[1])]
            )
            counted = f.counted(sum(lost.values()), "row")
            said.append(
                f"{GRAIN_WORDS[name].capitalize()} {counted} that would be in the sample lack a control: {which}."
            )
    said.append(
        "Talks at the side of multilateral meetings are under-recorded in the official lists, so stocks are too low "
        "where such meetings are many."
    )
    return said


def order_sentence(results: Mapping[str, Result]) -> str:
    """What the placebo lead says about the order of contact and peace."""
    identified = primary(results)["verdict"]["order_identified"]
    leads = _lead_values(results)
    opening = "The placebo lead, contact after the outcome window opens,"
    shown = f" ({leads})" if leads else ""
    if identified is None:
        return f"{opening} could not be judged on both grains{shown}: order is not identified."
    if identified:
        larger = _leads_above_contact(results)
        if larger:
            return (
                f"{opening} does not differ clearly from 0{shown}, but it is larger than the estimate of a past "
                f"meeting of the pair ({f.listed(larger)}): the test is too weak to say which came first."
            )
        return (
            f"{opening} does not differ clearly from 0{shown}. "
            "So there is no sign that peace comes before contact; the order is not proved."
        )
    return f"{opening} matters{shown}. So order is not identified: a thaw can bring both the meeting and the peace."


def _leads_above_contact(results: Mapping[str, Result]) -> list[str]:
    """Grains on which the placebo lead is larger than the estimate of a past meeting of the pair."""
    found = []
    for name, grain in grains(results).items():
        lead = (grain["placebo_lead"].get("parameters") or {}).get("lead")
        own = (grain["main"].get("parameters") or {}).get("theta_plus_delta")
        if lead and own and abs(lead["estimate"]) > abs(own["estimate"]):
            found.append(GRAIN_WORDS[name])
    return found


def _lead_values(results: Mapping[str, Result]) -> str:
    said = []
    for name, grain in grains(results).items():
        lead: Any = parameter(grain.get("placebo_lead"), "lead")
        if lead is not None and is_estimated(grain.get("placebo_lead")):
            digits = f.decimals(grain["smallest_effect"])
            ends = f.interval(lead["main"]["ci95"], digits)
            said.append(f"{GRAIN_WORDS[name]} {f.number(lead['estimate'], digits)}, 95 % interval {ends}")
    return "; ".join(said)
