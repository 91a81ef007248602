"""The tables of the paper, in the form of the field: coefficients, errors in brackets, then the size of the sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.layout import SYMBOLS, Result, detectable, grains, is_estimated, parameter
from trustpanel.report.paper.model import Sheet
from trustpanel.report.paper.numbers import Findings
from trustpanel.report.paper.sheets_beside import sheets_beside
from trustpanel.report.result_tables import ERROR_NAMES, POWER_NOTE, SHORT, ci95, main_p, title_of
from trustpanel.report.tables import STARS_NOTE, Table, stars

# columns of the main table: the main model and the two variants that a referee asks for first
COLUMNS = (("main", "main"), ("no_controls", "no controls"), ("coverage_searched", "with searched dyads"))
ORDER = ("delta", "theta", "theta_plus_delta")
PREDICTED = ("H1", "H2", "H3", "H4", "H5")
SIGN_NOTE = (
    "Plus is more de-escalation; ~0: equivalent to no effect; a dot: the theory is silent. Signs as frozen before "
    "estimation."
)


def sheets_of(found: Findings, *, with_stars: bool = False) -> dict[str, Sheet]:
    """Every table of the text by name; stars only if asked for."""
    return {
        "signs": _signs(found),
        "main": _main(found.core, with_stars=with_stars),
        "tests": _tests(found.core),
        "placebo": _placebo(found.core),
        **sheets_beside(found),
    }


def _signs(found: Findings) -> Sheet:
    every = {**found.core, **found.hypotheses}
    rows = tuple(
        (key, f.sentence(every[key]["statement"]), *(_sign(every[key]["sign"][who]) for who in ("W", "K", "Ky", "R")))
        for key in PREDICTED
        if key in every
    )
    heads = ("", "Statement", "Wheeler", "Keating", "Kydd", "Rathbun")
    table = Table("What the theories predict", heads, rows, (SIGN_NOTE,), text_columns=frozenset({0, 1}))
    return Sheet(table, ("auto", "1fr", "auto", "auto", "auto", "auto"))


def _sign(sign: str) -> str:
    return {"-": f.MINUS, ".": "·"}.get(sign, sign.replace("-", f.MINUS).replace("<=", "≤ ").replace(">", "> "))


def _main(core: Mapping[str, Result], *, with_stars: bool) -> Sheet:
    columns = [(name, grain, model) for name, grain in grains(core).items() for model, _ in COLUMNS]
    cells = [_column(_model(grain, model), grain, with_stars=with_stars) for _, grain, model in columns]
    labels = [label for label, _ in cells[0]]
    rows = tuple((label, *(column[i][1] for column in cells)) for i, label in enumerate(labels))
    ruled = frozenset(i for i, label in enumerate(labels) if label in ("p of δ", "n"))
    words = dict(COLUMNS)
    heads = ("", *(f"{title_of(name)}: {words[model]}" for name, _, model in columns))
    note = (
        "Linear models with dyad and year effects; the outcome is oriented so that plus is more de-escalation, and "
        "each number is the change of its probability for one weighted meeting. Standard errors clustered by dyad in "
        "brackets. Intervals and p of the main columns come from the wild cluster bootstrap together with "
        f"randomisation inference, those of the other columns from errors by dyad. {POWER_NOTE}"
    )
    notes = (note, *_degenerate(core), *([STARS_NOTE] if with_stars else []))
    caption = (
        "Is a meeting of this pair worth more than an equally old meeting of their predecessors? Year by year the "
        "outcome is that no dispute starts within three years, month by month that none starts in the month"
    )
    table = Table(f"{caption}.", heads, rows, notes, ruled=ruled)
    return Sheet(table, ("1.5fr", *("1fr" for _ in columns)), small=True)


def _degenerate(core: Mapping[str, Result]) -> list[str]:
    """Kinds of errors that could not be had on both grains, once."""
    said = []
    for kind, words in ERROR_NAMES.items():
        told = {str((g["main"].get("errors") or {}).get(kind, "estimated")) for g in grains(core).values()}
        if told and "estimated" not in told:
            said.append(f.sentence(f"{words} could not be had: one state is in too many rows"))
    return said


def _model(grain: Result, name: str) -> Result | None:
    if name == "main":
        return grain["main"]
    return next((v for v in grain.get("variants") or () if v["name"] == name), None)


def _column(model: Result | None, grain: Result, *, with_stars: bool) -> list[tuple[str, str]]:
    digits = f.decimals(grain["smallest_effect"])
    lives = model if is_estimated(model) else None
    out: list[tuple[str, str]] = []
    for name in ORDER:
        p = parameter(lives, name)
        mark = stars(main_p(p)) if with_stars else ""
        out.append(
            (f"{SYMBOLS[name]}: {SHORT[name]}", f.MISSING if p is None else f"{f.number(p['estimate'], digits)}{mark}")
        )
        out.append(("", f.MISSING if p is None else f"({f.number(p['se'], digits)})"))
    delta = parameter(lives, "delta")
    ends = ci95(delta)
    out += [
        ("p of δ", f.p_value(main_p(delta))),
        ("95 % interval of δ, from", f.MISSING if ends is None else f.number(_end(ends[0]), digits)),
        ("to", f.MISSING if ends is None else f.number(_end(ends[1]), digits)),
        ("detectable δ", f.number(detectable(delta), digits)),
        ("smallest effect of interest", f.number(grain["smallest_effect"], digits)),
    ]
    counts: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("n", "n", f.count),
        ("dyads (clusters)", "dyads", f.count),
        ("clusters that vary", "clusters_varying", f.count),
        ("pairs of leaders", "pairs", f.count),
        ("switching pairs", "switching_pairs", f.count),
        ("largest state", "star_share", f.share),
        ("R², within", "r2_within", f.number),
    )
    return out + [(label, form((lives or {}).get(key))) for label, key, form in counts]


def _end(value: float | None) -> float:
    return float("inf") if value is None else value


def _tests(core: Mapping[str, Result]) -> Sheet:
    """H1, H2, H3 on both grains with every p-value declared for them."""
    held = grains(core)
    ordered = sorted(core.values(), key=lambda r: (r["role"] != "primary", str(r["id"])))
    rows: list[tuple[str, ...]] = []
    ruled = set()
    for result in ordered:
        ruled.add(len(rows))
        for name, grain in held.items():
            p = (result.get("own") or {}).get(name)
            digits = f.decimals(grain["smallest_effect"])
            holm = ((result.get("holm") or {}).get(name) or {}).get(result["id"])
            side = [f.p_value(((p or {}).get(key) or {}).get("p")) for key in ("wild", "permutation", "equivalence")]
            numbers = (
                f.number((p or {}).get("estimate"), digits),
                f.interval(ci95(p), digits),
                *side,
                f.p_value(holm),
                f.number(detectable(p), digits),
            )
            rows.append((f"{result['id']} ({SYMBOLS[result['parameter']]})", title_of(name), *numbers))
    heads = (
        "", "Grain", "Estimate", "95 % interval", "p, bootstrap", "p, randomised", "p, equivalence", "p, Holm",
        "Detectable",
    )  # fmt: skip
    note = (
        "Bootstrap: wild cluster bootstrap by dyad. Randomised: meetings redrawn among the covered days on which both "
        "leaders held office, the dyad's total kept. Equivalence: the larger of the two one-sided p-values against "
        "the smallest effect of interest, errors by dyad. Holm over the secondary hypotheses of the family."
    )
    table = Table(
        "The three hypotheses of the core model, the primary one first.", heads, tuple(rows), (note,),
        ruled=frozenset(ruled), text_columns=frozenset({0, 1}),
    )  # fmt: skip
    return Sheet(table, ("auto", "auto", "auto", "1fr", *("auto",) * 5), small=True)


def _placebo(core: Mapping[str, Result]) -> Sheet:
    """The lead beside past meetings, and the free lag bins' means."""
    rows = []
    for name, grain in grains(core).items():
        digits = f.decimals(grain["smallest_effect"])
        lead = parameter(grain.get("placebo_lead"), "lead")
        for label, p in (
            ("a meeting of this pair before the window (θ + δ)", parameter(grain["main"], "theta_plus_delta")),
            ("a meeting of this pair after it opens (the lead)", lead),
            ("δ beside the lead", parameter(grain.get("placebo_lead"), "delta")),
            ("δ, mean of the free lag bins", parameter(grain.get("lag_bins"), "delta_mean")),
        ):
            shown = (f.number(p["estimate"], digits), f"({f.number(p['se'], digits)})") if p else (f.MISSING, "")
            rows.append((title_of(name), label, *shown, f.interval(ci95(p), digits), f.p_value(main_p(p))))
    heads = ("Grain", "", "Estimate", "Error", "95 % interval", "p")
    note = "A lead that matters would say that peace comes before the meeting. Errors by dyad in brackets."
    table = Table("Order: does contact that comes later explain peace?", heads, tuple(rows), (note,),
                  ruled=frozenset({len(rows) // 2}), text_columns=frozenset({0, 1}))  # fmt: skip
    return Sheet(table, ("auto", "1fr", "auto", "auto", "auto", "auto"))
