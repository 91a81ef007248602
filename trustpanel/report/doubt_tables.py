"""The tables of the page on doubt, each from the JSON of `trustpanel doubt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.layout import COVERAGE_WORDS, GRAIN_WORDS, PARAMETERS, SYMBOLS, in_order, plain_reason
from trustpanel.report.result_tables import with_error
from trustpanel.report.tables import Table

Result = Mapping[str, Any]
BASIS = ("n", "dyads", "clusters_varying", "switching_pairs", "star_share")
BASIS_HEADS = ("n", "dyads", "dyads that vary", "switching pairs", "largest state")
CHECKS = {
    "exists": "the meeting is as told",
    "recall_first": "a meeting of the second pass is in the first",
    "recall_second": "a meeting of the first pass is in the second",
    "same_day": "both passes give the same day",
    "recall_list": "a meeting in the other side's list is told here too",
    "valence_second": "valence: first source, then a second on the same side",
}

STRATA = {
    "grade_a": "coded, grade A",
    "grade_b": "coded, grade B",
    "listed": "in a list",
    "partial": "years searched in part",
    "searched": "years searched",
    "bilateral": "bilateral meetings",
    "side_talk": "talks at the side",
    "coded": "coded meetings",
}


def basis(entry: Result) -> tuple[str, ...]:
    """n, dyads, dyads that vary, switching pairs, share of the largest state; dashes where there is no fit."""
    if entry.get("n") is None:
        return (f.MISSING,) * len(BASIS)
    return (*(f.count(entry[k]) for k in BASIS[:-1]), f.share(entry["star_share"]))


def checks_table(checks: Mapping[str, Result]) -> Table:
    """The counts behind every rate."""
    rows = tuple(
        (CHECKS.get(check, check), _stratum(stratum), f.count(cases), f.count(total), _share_of(cases, total))
        for check, strata in checks.items()
        for stratum, (cases, total) in strata.items()
    )
    note = "Rates are drawn anew in every world from the posterior of these counts (Jeffreys' prior)."
    heads: tuple[str, ...] = ("what was checked", "where", "held", "of", "share")
    return Table("Counts behind the error rates", heads, rows, (note,), text_columns=frozenset({0, 1}))


def _stratum(name: str) -> str:
    """A stratum in words; of valence, what the first source told and then the second."""
    first, _, then = name.partition("_")
    return STRATA.get(name) or (f"{first}, then {then}" if then else name)


def _share_of(cases: int, total: int) -> str:
    return f.share(cases / total) if total else f.MISSING


def coding_table(entries: Sequence[Result], smallest: Mapping[str, float]) -> Table:
    """As coded, pooled and calibrated, with what is missing and what the stocks share over the worlds."""
    rows: list[tuple[str, ...]] = []
    for e in entries:
        head = (GRAIN_WORDS[e["grain"]], COVERAGE_WORDS[e["coverage"]], e["label"])
        if e["status"] != "estimated":
            why = plain_reason(e["reason"] or "")
            rows.append((*head, why, *[f.MISSING] * (len(BASIS) + 9)))
            continue
        told, drawn = f.count(e["told"]), f.count(round(e["drawn"]))
        reliable = ", ".join(f.number(v, 2) for v in e["reliability"].values())
        d = f.decimals(smallest[e["grain"]])
        for name, p in in_order(e["parameters"]).items():
            rows.append(
                (
                    *head,
                    SYMBOLS.get(name, name),
                    with_error(p["plain"], d),
                    with_error(p["pooled"], d),
                    f.interval(p["pooled"]["ci95"], d),
                    with_error(p["calibrated"], d),
                    f.share(p["pooled"]["missing"]),
                    f.number(p["mde"], d),
                    reliable,
                    told,
                    drawn,
                    *basis(e),
                )
            )
    heads: tuple[str, ...] = ("grain", "coverage", "worlds", "parameter", "as coded", "pooled", "95 % interval, pooled")
    heads += ("calibrated", "missing information", "smallest effect that would show", "steady share of the stocks")
    heads += ("meetings told", "meetings drawn", *BASIS_HEADS)
    notes = tuple(dict.fromkeys(f"Bond stock {e['note']}." for e in entries if e.get("note")))
    return Table("The core model over drawn worlds", heads, tuple(rows), notes, text_columns=frozenset(range(4)))


def main_table(entries: Sequence[Result], smallest: Mapping[str, float]) -> Table:
    """The main world on the main sample alone: as coded, pooled, calibrated, and what is missing."""
    rows = [
        (
            GRAIN_WORDS[e["grain"]],
            SYMBOLS.get(name, name),
            with_error(p["plain"], d),
            with_error(p["pooled"], d),
            f.interval(p["pooled"]["ci95"], d),
            with_error(p["calibrated"], d),
            f.share(p["pooled"]["missing"]),
            f.count(e["n"]),
            f.count(e["dyads"]),
        )
        for e in entries
        if e["status"] == "estimated"
        for d in [f.decimals(smallest[e["grain"]])]
        for name, p in in_order(e["parameters"]).items()
    ]
    heads = ("grain", "parameter", "as coded", "pooled", "95 % interval", "calibrated", "missing", "n", "dyads")
    note = (
        "Pooled: over drawn worlds by Rubin's rules. Calibrated: on the mean stocks of all worlds. Missing: the share"
        " of information that errors of coding take. Standard errors in parentheses, clustered by dyad."
    )
    return Table("The core model with errors of coding", heads, tuple(rows), (note,), text_columns=frozenset({0, 1}))


def trust_table(entries: Sequence[Result]) -> Table:
    """Every parameter with the score as it is and over plausible values."""
    keys = _correlations(entries)
    rows: list[tuple[str, ...]] = []
    for e in entries:
        digits = 5 if e["outcome"] == "new_dispute" else 3
        for name, p in e["parameters"].items():
            pooled = [p["pooled"][k] for k in keys]
            rows.append(
                (
                    e["name"],
                    name.replace("_", " "),
                    with_error(p["plain"], digits),
                    *(with_error(v, digits) for v in pooled),
                    *(f.share(v["missing"]) for v in pooled),
                    f.number(p["mde"], digits),
                    " / ".join(f.number(e["reliability"][k], 2) for k in keys),
                    *basis(e),
                )
            )
        if not e["parameters"]:
            why = f"{e['status'].replace('_', ' ')}: {plain_reason(e['reason'] or '')}"
            rows.append((e["name"], why, *[f.MISSING] * (3 + 2 * len(keys) + len(BASIS))))
    heads: tuple[str, ...] = (
        "where",
        "parameter",
        "score as it is",
        *(f"pooled, errors of a dyad alike at {k}" for k in keys),
    )
    heads += (*(f"missing information at {k}" for k in keys), "smallest effect that would show")
    heads += ("steady share of the score", *BASIS_HEADS)
    note = "One unit of latent trust is a standard deviation among all dyads scored. Errors clustered by dyad."
    return Table("Latent trust with its error", heads, tuple(rows), (note,), text_columns=frozenset({0, 1}))


def blocks_table(entries: Sequence[Result]) -> Table:
    """Encompassing tests with the score as it is and pooled."""
    keys = _correlations(entries)
    rows = tuple(
        (e["name"], block, f.p_value(t["plain"]), *(f.p_value(t[k]["p"]) for k in keys))
        for e in entries
        for block, t in e["blocks"].items()
    )
    heads: tuple[str, ...] = ("contest", "block", "score as it is: p", *(f"pooled at {k}: p" for k in keys))
    caption = "Does the block add to the others? Linear encompassing test"
    return Table(caption, heads, rows, text_columns=frozenset({0, 1}))


def _correlations(entries: Sequence[Result]) -> list[str]:
    return list(next((e["reliability"] for e in entries if e["reliability"]), {}))


def models_table(models: Sequence[Result]) -> Table:
    """What each model of a chance rests on and how well it tells rows apart."""
    rows: list[tuple[str, ...]] = []
    for m in models:
        c, told = m["chance"], ", ".join(f"{k.replace('_', ' ')} {f.count(v)}" for k, v in m["rows"].items())
        state = "estimated" if m["status"] == "estimated" else f"not used: {plain_reason(m['reason'] or '')}"
        numbers: tuple[str, ...] = (f.MISSING,) * 6
        if c is not None:
            numbers = (
                *(f.count(c[k]) for k in ("n", "events", "dyads")),
                *(f.number(c[k], 3) for k in ("auc", "auc_unseen", "log_score_gain")),
            )
        rows.append((m["label"], state, told, *numbers, f.share(m["outside"])))
    heads: tuple[str, ...] = ("event", "state", "rows", "n", "events", "dyads", "AUC", "AUC, unseen dyads")
    heads += ("gain in log score over the bare share, unseen dyads", "outside the others' chances")
    return Table("Models of the chance", heads, tuple(rows), text_columns=frozenset({0, 1, 2}))


def chance_table(model: Result) -> Table:
    """Coefficients of one model beside the balance of its columns."""
    if model["chance"] is None:
        return Table(f"Coefficients: {model['label']}", ("column", "log odds"), ())
    held = {b["column"]: b for b in model["balance"]}
    rows = []
    for name, c in model["chance"]["coefficients"].items():
        b = held.get(name)
        pair: tuple[str, ...] = (
            (f.MISSING, f.MISSING) if b is None else (f.number(b["before"], 2), f.number(b["after"], 2))
        )
        shown = (f.number(c["estimate"], 2), f.number(c["se"], 2), f.p_value(c["p"]))
        rows.append((name.replace("_", " "), *shown, *pair))
    heads: tuple[str, ...] = (
        "column",
        "log odds of one standard deviation",
        "error",
        "p",
        "difference before",
        "difference after",
    )
    note = "Differences in standard deviations, without and with the weights. Errors clustered by dyad."
    return Table(f"Coefficients and balance: {model['label']}", heads, tuple(rows), (note,))


def weighted_table(entries: Sequence[Result], smallest: Mapping[str, float], *, caption: str) -> Table:
    """The core model without and with weights."""
    rows: list[tuple[str, ...]] = []
    for e in entries:
        d = f.decimals(smallest[e["grain"]])
        for name, p in in_order(e["plain"]).items():
            w = e["weighted"].get(name)
            rows.append(
                (
                    GRAIN_WORDS[e["grain"]],
                    e["label"],
                    SYMBOLS.get(name, name),
                    with_error(p, d),
                    with_error(w, d),
                    f.interval((w or p)["ci95"], d),
                    f.number(e["mde"][name], d),
                    f.MISSING if e["effective"] is None else f.number(e["effective"], 0),
                    f.number(e["largest"], 1),
                    *basis(e),
                )
            )
        if e["status"] != "estimated":
            reason = f"not estimable: {plain_reason(e['reason'] or '')}"
            rows.append((GRAIN_WORDS[e["grain"]], e["label"], reason, *[f.MISSING] * (6 + len(BASIS))))
    heads: tuple[str, ...] = ("grain", "sample", "parameter", "without weights", "weighted", "95 % interval")
    heads += ("smallest effect that would show", "effective rows", "largest weight", *BASIS_HEADS)
    return Table(caption, heads, tuple(rows), text_columns=frozenset({0, 1, 2}))


def bounds_table(found: Result) -> Table:
    """The parameters by share and placement."""
    rows = tuple(
        (
            f.share(s["share"]),
            s["placement"].replace("_", " "),
            *(with_error(s["parameters"][n], 3) for n in PARAMETERS),
        )
        for s in found["steps"]
    )
    heads: tuple[str, ...] = (
        "unknown years given a meeting",
        "placed",
        *(SYMBOLS[n] for n in PARAMETERS),
    )
    if found["status"] != "estimated":
        note = f"Not estimable: {plain_reason(found['reason'] or '')}."
    else:
        said = ", ".join(f"{f.count(found[k])} {w}" for k, w in zip(BASIS[:-1], BASIS_HEADS[:-1], strict=True))
        note = f"All dyads at risk, year by year: {said}; {f.count(found['unknown_rows'])} pair-years are unknown."
    return Table("Bounds for what is not known", heads, rows, (note,), text_columns=frozenset({0, 1}))
