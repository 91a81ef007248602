"""The tables of the core model and of the hypotheses, in the field's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.layout import (
    GRAIN_WORDS,
    PARAMETERS,
    SYMBOLS,
    Result,
    detectable,
    grains,
    is_estimated,
    parameter,
    parameters,
    remarks,
    why_not,
)
from trustpanel.report.tables import STARS_NOTE, Table, stars

SHORT = {"theta": "other pairs", "delta": "this pair minus other pairs", "theta_plus_delta": "this pair"}
UNIT_NOTE = (
    "Change of the outcome's probability for each weighted meeting; plus is more de-escalation on both grains. "
    "θ: a meeting of other pairs of leaders of the two states; θ + δ: a meeting of this pair; δ: the difference."
)
POWER_NOTE = (
    "The minimum detectable effect is about 2.8 errors (power 0.8, two-sided 5 %): those clustered by dyad, made "
    "larger by as much as the main interval is wider than theirs."
)
ERROR_NAMES = {"dyadic": "dyadic-robust errors", "randomisation": "randomisation inference"}
FINDINGS = {
    "positive": "positive", "negative": "negative", "no_clear_sign": "no clear sign", "not_estimable": "not estimable",
}  # fmt: skip


def title_of(grain: str) -> str:
    """The grain in words, as a title."""
    return GRAIN_WORDS.get(grain, grain).capitalize()


def term_label(name: str) -> str:
    """θ, δ or θ + δ with what it is; any other term in words."""
    if name in SYMBOLS:
        return f"{SYMBOLS[name]}: {SHORT[name]}"
    return "placebo lead" if name == "lead" else name.replace("_", " ")


def ci95(p: Result | None) -> Any:
    """The 95 % interval of the main errors; of the clustered errors where no main ones are declared."""
    if p is None:
        return None
    return (p.get("main") or {}).get("ci95") or p.get("ci95")


def main_p(p: Result | None) -> float | None:
    """The p-value that decides, of several the main one; None without any."""
    if p is None:
        return None
    main = p.get("main") or {}
    return main["p"] if main.get("p") is not None else p.get("p")


def with_error(p: Result | None, digits: int) -> str:
    """`estimate (standard error)`, a dash if there is none."""
    if p is None or p.get("estimate") is None:
        return f.MISSING
    return f"{f.number(p['estimate'], digits)} ({f.number(p.get('se'), digits)})"


def main_table(results: Mapping[str, Result], *, with_stars: bool = False) -> Table:
    """The main model on both grains: coefficients, errors, intervals, p, then the size of the sample."""
    held = grains(results)
    rows: list[tuple[str, ...]] = []
    ruled = set()
    for name in PARAMETERS:
        ruled.add(len(rows))
        rows += _parameter_rows(name, held, with_stars=with_stars)
    ruled.add(len(rows))
    rows += _sample_rows(held)
    said = [f"{title_of(g)}: {remark}." for g, v in held.items() for remark in remarks(v["main"])]
    return Table(
        caption="Main model: contact of this pair against contact of other pairs, dyad and year effects",
        columns=("", *(f"{title_of(g)}: {v['outcome']}" for g, v in held.items())),
        rows=tuple(rows),
        notes=(UNIT_NOTE, POWER_NOTE, *said, *_error_notes(held), *([STARS_NOTE] if with_stars else [])),
        ruled=frozenset(ruled),
    )


def _parameter_rows(name: str, held: dict[str, Result], *, with_stars: bool) -> list[tuple[str, ...]]:
    cells: list[tuple[str, ...]] = []
    for grain in held.values():
        p = parameter(grain["main"], name) if is_estimated(grain["main"]) else None
        digits = f.decimals(grain["smallest_effect"])
        if p is None:
            cells.append((f.MISSING,) * 5)
            continue
        mark = stars(main_p(p)) if with_stars else ""
        cells.append((
            f"{f.number(p['estimate'], digits)}{mark}", f"({f.number(p['se'], digits)})", f.interval(ci95(p), digits),
            f.p_value(main_p(p)), f.number(detectable(p), digits),
        ))  # fmt: skip
    labels = (
        term_label(name),
        "standard error, by dyad",
        "95 % interval, main errors",
        "p, main errors",
        "minimum detectable effect",
    )
    return [(label, *(c[i] for c in cells)) for i, label in enumerate(labels)]


def _sample_rows(held: dict[str, Result]) -> list[tuple[str, ...]]:
    def row(label: str, key: str, form: Any) -> tuple[str, ...]:
        return (label, *(form(g["main"].get(key)) if is_estimated(g["main"]) else f.MISSING for g in held.values()))

    smallest = (f.number(g["smallest_effect"], f.decimals(g["smallest_effect"])) for g in held.values())
    errors = (
        ((parameter(g["main"], "delta") or {}).get("main") or {}).get("errors") or f.MISSING for g in held.values()
    )
    return [
        ("smallest effect of interest", *smallest),
        ("main errors", *errors),
        row("n", "n", f.count),
        row("dyads", "dyads", f.count),
        row("clusters that vary", "clusters_varying", f.count),
        row("pairs of leaders", "pairs", f.count),
        row("switching pairs", "switching_pairs", f.count),
        row("states", "states", f.count),
        row("share of rows with the most frequent state", "star_share", f.share),
        ("mean of the outcome", *(_outcome_mean(g["main"]) for g in held.values())),
        row("R², within", "r2_within", f.number),
    ]


def _outcome_mean(main: Result) -> str:
    """The mean of the outcome as it stands in the data, before the sign of a harmful one is turned."""
    return f.number(main.get("outcome_mean"), 4)


def _error_notes(held: dict[str, Result]) -> list[str]:
    said = []
    for grain, held_grain in held.items():
        notes = held_grain["main"].get("errors") or {}
        kinds = [kind for kind in ERROR_NAMES if str(notes.get(kind, "estimated")) != "estimated"]
        parts = [f"{ERROR_NAMES[kind]} {notes[kind]}" for kind in kinds]
        if parts:
            said.append(f.sentence(f"{title_of(grain)}: {'; '.join(parts)}"))
    return said


def hypothesis_table(result: Result, held: Mapping[str, Result]) -> Table:
    """One hypothesis on both grains with every p-value that was declared for it."""
    own = result.get("own") or {}
    columns = [(own.get(g), f.decimals(v["smallest_effect"]), g) for g, v in held.items()]
    labels = (
        "estimate",
        "standard error, by dyad",
        "95 % interval, main errors",
        "90 % interval, main errors",
        "p, main errors",
        "p, Holm",
        "p, wild cluster bootstrap",
        "p, randomisation",
        "p, dyadic-robust",
        "p, equivalence to 0, by dyad",
        "minimum detectable effect",
        "adequate power",
    )
    cells = [_own_cells(result, p, digits, grain, held[grain]["smallest_effect"]) for p, digits, grain in columns]
    rows = [(label, *(c[i] for c in cells)) for i, label in enumerate(labels)]
    finding = FINDINGS.get(str(result.get("finding")), str(result.get("finding")))
    notes = [f"Statement: {f.sentence(result['statement'])}", f"Finding: {finding}."]
    if result.get("falsifier"):
        notes.append(f"What falsifies: {f.sentence(result['falsifier'])}")
    holm_note = (result.get("holm") or {}).get("note")
    if holm_note and result["id"] in (result["holm"].get("family") or ()):
        notes.append(f.sentence(holm_note))
    symbol = SYMBOLS.get(result["parameter"], result["parameter"])
    caption = f"{result['id']} ({result['role']}), {symbol}. {result['title']}"
    return Table(caption, ("", *(title_of(g) for g in held)), tuple(rows), tuple(notes))


def _own_cells(result: Result, p: Result | None, digits: int, grain: str, smallest: float) -> tuple[str, ...]:
    least = detectable(p)
    adequate = f.yes_no(None if least is None else least <= smallest)
    if p is None:
        return ("not estimable", *[f.MISSING] * 10, adequate)
    holm = ((result.get("holm") or {}).get(grain) or {}).get(result["id"])

    def side(key: str) -> str:
        return f.p_value((p.get(key) or {}).get("p"))

    return (
        f.number(p["estimate"], digits), f.number(p["se"], digits), f.interval(ci95(p), digits),
        f.interval((p.get("main") or {}).get("ci90") or p.get("ci90"), digits), f.p_value(main_p(p)), f.p_value(holm),
        side("wild"), side("permutation"), side("dyadic"), side("equivalence"), f.number(least, digits), adequate,
    )  # fmt: skip


def placebo_table(name: str, grain: Result) -> Table:
    """The main model with the lead, beside the main model on the same rows."""
    caption = f"Placebo lead, {GRAIN_WORDS[name]}: contact after the outcome window opens"
    columns = ("", "With the lead", "95 % interval", "p", "Same rows without the lead", "p")
    lead = grain.get("placebo_lead")
    if not is_estimated(lead) or lead is None:
        return Table(caption, columns, (), (f.sentence(why_not(lead)),))
    digits = f.decimals(grain["smallest_effect"])
    same = lead.get("same_rows") or {}
    rows = []
    for term, p in parameters(lead).items():
        beside = same.get(term)
        rows.append((
            term_label(term), with_error(p, digits), f.interval(ci95(p), digits), f.p_value(main_p(p)),
            with_error(beside, digits), f.p_value((beside or {}).get("p")),
        ))  # fmt: skip
    counts = ((lead.get("n"), "row"), (lead.get("dyads"), "dyad"), (lead.get("clusters_varying"), "varying cluster"))
    note = f"{', '.join(f.counted(n, noun) for n, noun in counts)}."
    return Table(
        caption, columns, tuple(rows), (note, "Standard errors by dyad in brackets.", *map(f.sentence, remarks(lead)))
    )


def lag_table(name: str, grain: Result) -> Table:
    """Free lag bins: months since the meeting in rows, parameters in columns."""
    caption = f"Free lag bins, {GRAIN_WORDS[name]}: months since the meeting"
    columns = ("Months since the meeting", *(term_label(p) for p in PARAMETERS))
    lags = grain.get("lag_bins")
    if not is_estimated(lags) or lags is None:
        return Table(caption, columns, (), (f.sentence(why_not(lags)),))
    digits = f.decimals(grain["smallest_effect"])
    found = lags["parameters"]
    stems = sorted((f"{p}_" for p in PARAMETERS), key=len, reverse=True)
    bins = {name.removeprefix(next(s for s in stems if name.startswith(s))) for name in found}
    rows = [
        (_bin_label(b), *(with_error(found.get(f"{p}_{b}"), digits) for p in PARAMETERS))
        for b in sorted(bins, key=_bin_age)
    ]
    agrees = grain.get("agrees_in_sign") or lags.get("agrees_in_sign") or {}
    rows.append(("agrees in sign with the main model", *(f.yes_no(agrees.get(p)) for p in PARAMETERS)))
    note = (
        "Standard errors by dyad in brackets. The mean weighs the bins by the main half-life; "
        "if its sign differs from the main model's, the decay assumption drives the result."
    )
    return Table(
        caption, columns, tuple(rows), (note, *map(f.sentence, remarks(lags))), ruled=frozenset({len(rows) - 1})
    )


def _bin_age(name: str) -> tuple[bool, int]:
    """Bins by age, the mean over them last."""
    return name == "mean", int(next((part for part in name.split("_") if part.isdigit()), 0))


def _bin_label(name: str) -> str:
    if name == "mean":
        return "mean, weighted by decay"
    return name.replace("over_", "over ") if name.startswith("over_") else name.replace("_", " to ")
