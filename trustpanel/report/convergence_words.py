"""What the numbers on convergence say, in sentences made from them: the answer, its reach, and the known dyads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f

Result = Mapping[str, Any]
READINGS = {
    "converge": "The three indicators converge here, by the rule declared beforehand.",
    "partly": "The three indicators converge only in part here, by the rule declared beforehand.",
    "fail": (
        "The three indicators do not converge here, by the rule declared beforehand. This is a finding about Hoffman's "
        "claim as these sources let it be measured."
    ),
    "too_few": "Too few pairs of items are known to say whether the three indicators converge.",
}
STRONG = 0.7
SHORT_READINGS = {"converge": "converge", "partly": "in part", "fail": "do not converge", "too_few": "too few pairs"}
OUTCOMES = {
    "clear": "as expected, beyond the error of a score",
    "blurred": "as expected, within the error of a score",
    "equal": "no difference",
    "reversed": "the other way round",
    "unknown": "not known",
}


def plain_name(name: str) -> str:
    """A declared name as words."""
    return name.replace("_", " ")


def answer(result: Result) -> str:
    """The verdict of the main model and the counts that it rests on."""
    reading = result["models"][0]["reading"]
    counted = reading["counted"]
    if not counted:
        return READINGS[reading["verdict"]]
    median = f"median correlation {f.number(reading['median'], 2)}"
    return (
        f"{READINGS[reading['verdict']]} Of {f.counted(reading['across'], 'pair')} of items of different indicators "
        f"{f.count(counted)} can be told and share no source. Their correlation is above 0 in "
        f"{f.count(reading['above'])} and below 0 in {f.count(reading['below'])} (95 % intervals over resampled "
        f"dyads); {f.count(reading['open'])} cannot be told from 0 ({median})."
    )


def rule(result: Result) -> str:
    """The declared rule of reading."""
    rule = result["reading_rule"]
    return (
        f"The rule: the three converge if at least {f.share(rule['share_converge'])} of these pairs have an interval "
        f"above 0 and omega is at least {f.number(rule['omega'], 1)}; they fail to if at most "
        f"{f.share(rule['share_fail'])} have; else they converge in part. A pair that cannot be told from 0 is not "
        "shown to be 0: its interval says what it leaves open. Intervals are not corrected for the number of "
        "pairs: one in forty lies above 0 by chance alone."
    )


def rows_read(result: Result) -> str:
    """Which rows, and what a pair needs."""
    rows, least, drawn = result["rows"], result["least"], result["bootstrap"]
    return (
        f"Rows are dyads of which both are members of the system on 31 December, {rows['first_year']} to "
        f"{rows['last_year']}: {f.count(rows['dyad_years'])}, of which {f.count(rows['imposed'])} under imposed "
        f"hierarchy are left out of the main model, with {f.count(rows['imposed_unknown'])} where that is not known. "
        f"A pair of items is told from {f.count(least['rows'])} common dyad-years and {f.count(least['clusters'])} "
        "dyads on, with two categories of each item seen in "
        f"{f.count(least['clusters_in_category'])} dyads. Intervals hold 95 % of "
        f"{f.count(drawn['draws'])} draws of whole dyads (seed {drawn['seed']})."
    )


def factor_text(model: Result) -> str:
    """What one factor makes of the pairs: reliability, direction, and what it leaves."""
    part = model["factor"]
    if part["status"] != "estimated":
        return f"One factor cannot be estimated: {part['reason']}."
    strong = [plain_name(x["item"]) for x in part["loadings"] if x["loading"] >= STRONG]
    against = [plain_name(x["item"]) for x in part["loadings"] if x["loading"] < 0]
    limit = [plain_name(x["item"]) for x in part["loadings"] if x["at_limit"]]
    worst = _worst(model)
    texts = [
        f"One factor by least squares over {part['pairs']} of {part['pairs_possible']} pairs; its sign is free, and is "
        "turned so that the items of discretion load positively together.",
        f"Omega {_measure(part['omega'])}, alpha {_measure(part['alpha'])}: reliability of a sum of all items, which "
        "hardly a dyad-year has.",
        f"It leaves correlations of {f.number(part['residual_mean']['estimate'], 2)} on average (root mean square), "
        f"{f.number(part['residual']['estimate'], 2)} at most ({worst}).",
    ]
    if strong:
        texts.append(f"What is called latent trust below is above all {f.listed(strong)} (loading {STRONG} or more).")
    if against:
        texts.append(f"Against the factor {_verb(against, 'load')} {f.listed(against)}.")
    if limit:
        texts.append(f"At the limit of 0.99 {_verb(limit, 'stand')} {f.listed(limit)}: one item then is the factor.")
    if model["left_out"]:
        names = [plain_name(name) for name in model["left_out"]]
        texts.append(f"Left out, with fewer than two known pairs: {f.listed(names)}.")
    return " ".join(texts)


def orders_text(result: Result) -> str:
    """How many expectations came out, and which did not."""
    orders = result["orders"]
    told = {o: sum(x["outcome"] == o for x in orders) for o in OUTCOMES}
    text = (
        f"Of {f.counted(len(orders), 'declared expectation')} {f.count(told['clear'])} came out beyond the error of a "
        f"score, {f.count(told['blurred'])} within it"
    )
    others = [f"{f.count(told[o])} {OUTCOMES[o]}" for o in ("equal", "reversed", "unknown") if told[o]]
    return (
        f"{text}{', ' if others else ''}{', '.join(others)}. The error is that of one year's score against another's."
    )


def limits(result: Result) -> tuple[str, ...]:
    """What the page does not show, with the numbers that say how much it matters."""
    items = {i["name"]: i for i in result["items"]}
    main = result["models"][0]
    unknown = sum(p["status"] == "unknown" for p in main["pairs"])
    pairs = f.counted(len(main["pairs"]), "pair")
    edge = sum(p["status"] == "edge" for p in main["pairs"])
    texts = [
        "Oversight and rules are observed only where two states have an agreement of the kind; discretion mostly for "
        "every dyad. Who signs at all is no accident, so a correlation among those who did says nothing about the "
        "others.",
        "Sources have different windows. A pair is told from the years that both cover, the pairs from different years "
        "and dyads, and a dyad's score can move when a source begins or ends; compare scores with the number of items "
        "known below them.",
        f"Dyad-years are many ({f.count(main['dyad_years'])}) and alike within a dyad: intervals count dyads, and the "
        "number of rows is no measure of precision. States stand in many dyads, which the intervals do not take in: "
        "they may be too narrow.",
        f"Of {pairs} {f.count(unknown)} cannot be told for want of common rows or variation "
        f"and {f.count(edge)} for an empty cell; neither is a correlation of 0.",
        "Items of one source can be tied by how it codes: an agreement whose first category is a commission is not of "
        "the general type. Such pairs are marked and do not count in the verdict, but stand in the factor as declared.",
        "Discretion is in part what any alliance or organisation of many gives; that its items go together can be "
        "regional membership, not trust.",
    ]
    return tuple(texts + [t for t in (_water(items), _troops(items)) if t])


def _water(items: Mapping[str, Any]) -> str:
    if "water_leeway" not in items:
        return ""
    water = items["water_leeway"]["dyad_years"]
    others = {n: i["dyad_years"] for n, i in items.items() if i["indicator"] == "oversight" and n.endswith("_leeway")}
    total = sum(others.values())
    return (
        f"Water stands for oversight in {f.share(water / total if total else None)} of the dyad-years known over the "
        "items of oversight: leniency about a river is a thin sign of trust between states."
    )


def _troops(items: Mapping[str, Any]) -> str:
    if "us_troops" not in items:
        return ""
    held = items["us_troops"]
    return (
        f"Hosted troops are those of the United States alone ({f.count(held['dyads'])} dyads); no other power's are in "
        "a source."
    )


def _worst(model: Result) -> str:
    loading = {x["item"]: x["loading"] for x in model["factor"]["loadings"]}
    left = [
        (abs(p["polychoric"] - loading[p["first"]] * loading[p["second"]]), p)
        for p in model["pairs"]
        if p["status"] == "known" and p["first"] in loading and p["second"] in loading
    ]
    pair = max(left, key=lambda x: x[0])[1]
    return f"{plain_name(pair['first'])} with {plain_name(pair['second'])}"


def _measure(measure: Result) -> str:
    return f"{f.number(measure['estimate'], 2)} {f.interval(measure['ci95'], 2)}"


def _verb(items: list[str], verb: str) -> str:
    return f"{verb}s" if len(items) == 1 else verb
