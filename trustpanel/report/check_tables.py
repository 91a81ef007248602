"""The tables beside the main one: influence, blocks, variants, what was dropped, conditions, register."""

from __future__ import annotations

from collections.abc import Mapping

from trustpanel.report import formats as f
from trustpanel.report.layout import (
    GRAIN_WORDS,
    PARAMETERS,
    Result,
    detectable,
    grains,
    is_estimated,
    other_unit,
    parameter,
    parameters,
    piece,
    primary,
    remarks,
    weakness,
    why_not,
)
from trustpanel.report.result_tables import FINDINGS, ci95, main_p, term_label, title_of, with_error
from trustpanel.report.tables import Table
from trustpanel.report.words import READINGS, condition_value, in_symbols


def leave_one_out_table(name: str, grain: Result, state_names: Mapping[int, str]) -> Table:
    """How far each parameter moves when one dyad is left out."""
    digits = f.decimals(grain["smallest_effect"])
    held = grain.get("leave_one_dyad_out") or {}
    rows = tuple(
        (
            term_label(p), f.number(piece(v, "minimum"), digits), f.dyad_name(piece(v, "minimum_without"), state_names),
            f.number(piece(v, "maximum"), digits), f.dyad_name(piece(v, "maximum_without"), state_names),
            f.yes_no(piece(v, "sign_changes")),
        )
        for p, v in ((p, held.get(p)) for p in PARAMETERS) if v is not None
    )  # fmt: skip
    caption = f"Leave one dyad out, {GRAIN_WORDS[name]}"
    columns = ("", "Smallest estimate", "without", "Largest estimate", "without", "Sign changes")
    return Table(caption, columns, rows, () if rows else ("Not estimated.",), text_columns=frozenset({0, 2, 4, 5}))


def blocks_table(name: str, grain: Result) -> Table:
    """Fit within dyads as the blocks enter."""
    rows = tuple(
        (str(b["model"]), f.number(b.get("r2_within"), 4), f.count(b.get("n"))) for b in grain.get("blocks") or ()
    )
    return Table(f"Fit of the blocks, {GRAIN_WORDS[name]}", ("Model", "R², within", "n"), rows)


def encompassing_table(name: str, grain: Result) -> Table:
    """Wald tests: does a block add anything once the other is in?"""
    rows = tuple(
        (
            str(piece(e, "null")), str(piece(e, "block")), f.number(piece(e, "f")), f.count(piece(e, "df")),
            f.p_value(piece(e, "p")),
        )
        for e in grain.get("encompassing") or ()
    )  # fmt: skip
    columns = ("Null", "Block tested", "F", "df", "p")
    return Table(f"Encompassing tests, {GRAIN_WORDS[name]}", columns, rows, text_columns=frozenset({0, 1}))


def variants_table(name: str, grain: Result) -> Table:
    """Every declared variant beside the main model; one that was not estimated says why.

    A remark that most of the variants share stands once, under the table.
    """
    main_digits = f.decimals(grain["smallest_effect"])
    shared = _shared(grain)
    rows = []
    for v in (grain["main"], *(grain.get("variants") or ())):
        if not is_estimated(v):
            rows.append((_label(v), *[f.MISSING] * 9, why_not(v)))
            continue
        digits = 3 if other_unit(v, grain) else main_digits
        delta = parameter(v, "delta")
        rows.append(
            (
                _label(v),
                *(with_error(parameter(v, p), digits) for p in PARAMETERS),
                f.interval(ci95(delta), digits),
                f.p_value(main_p(delta)),
                f.number(detectable(delta), digits),
                f.count(v.get("n")),
                f.count(v.get("dyads")),
                f.count(v.get("clusters_varying")),
                _remark(v, grain, shared),
            )
        )
    columns = (
        "Model", "θ", "δ", "θ + δ", "95 % interval of δ", "p of δ", "Detectable δ", "n", "Dyads", "Varying", "Remark",
    )  # fmt: skip
    notes = (
        "Standard errors by dyad in brackets. Intervals and p: main errors in the main model, by dyad in the variants.",
        *map(f.sentence, shared),
    )
    return Table(f"Variants, {GRAIN_WORDS[name]}", columns, tuple(rows), notes, text_columns=frozenset({0, 10}))


def added_terms_table(name: str, grain: Result) -> Table:
    """What the added blocks show, and δ on the same rows without them."""
    digits = f.decimals(grain["smallest_effect"])
    rows = []
    for v in grain.get("variants") or ():
        if not is_estimated(v):
            continue
        without = (v.get("same_rows") or {}).get("delta")
        for term, p in parameters(v).items():
            if term in PARAMETERS:
                continue
            rows.append((
                _label(v), term_label(term), with_error(p, digits), f.interval(ci95(p), digits), f.p_value(main_p(p)),
                with_error(parameter(v, "delta"), digits), with_error(without, digits),
            ))  # fmt: skip
    columns = ("Variant", "Term", "Estimate", "95 % interval", "p", "δ with it", "δ without it, same rows")
    return Table(f"Added terms, {GRAIN_WORDS[name]}", columns, tuple(rows), text_columns=frozenset({0, 1}))


def logit_table(grain: Result) -> Table | None:
    """The monthly hazard in log odds; None where the grain has no such check."""
    held = grain.get("logit")
    if held is None:
        return None
    caption = "Discrete-time hazard as a logit, month by month (log odds, plus is more de-escalation)"
    columns = ("", "Estimate", "95 % interval", "p")
    if not is_estimated(held):
        return Table(caption, columns, (), (f.sentence(why_not(held)),))
    rows = tuple(
        (term_label(t), with_error(p, 3), f.interval(ci95(p)), f.p_value(main_p(p)))
        for t, p in parameters(held).items()
    )
    notes = [f"{f.counted(held.get('n'), 'row')}, {f.counted(held.get('dyads'), 'dyad')} with both outcomes."]
    notes += [f.sentence(n) for n in (held.get("note"), *(held.get("notes") or ())) if n]
    return Table(caption, columns, rows, tuple(notes))


def dropped_table(name: str, grain: Result) -> Table:
    """Rows, columns and blocks that were left out of each model, and why; a model that equals the main one says so."""
    main = _dropped(grain["main"])
    rows: list[tuple[str, ...]] = [(_label(grain["main"]), *row) for row in main or [("nothing", "", "")]]
    for estimate in (grain.get("placebo_lead"), grain.get("lag_bins"), *(grain.get("variants") or ())):
        if estimate is None:
            continue
        found = _dropped(estimate)
        if found == main:
            rows.append((_label(estimate), "as in the main model", "", ""))
        else:
            rows += [(_label(estimate), *row) for row in found or [("nothing", "", "")]]
    columns = ("Model", "What", "Why", "Rows")
    caption = f"What was dropped and why, {GRAIN_WORDS[name]}"
    return Table(caption, columns, tuple(rows), text_columns=frozenset({0, 1, 2}))


def _dropped(estimate: Result) -> list[tuple[str, str, str]]:
    rows = []
    if not is_estimated(estimate) or weakness(estimate):
        rows.append(("the whole model", why_not(estimate), f.MISSING))
    rows += [("rows", str(d["reason"]), f.count(d["rows"])) for d in estimate.get("dropped_rows") or ()]
    rows += [("missing values", str(c), f.count(n)) for c, n in sorted((estimate.get("missing") or {}).items()) if n]
    rows += [(f"column {d['name']}", str(d["reason"]), f.MISSING) for d in estimate.get("dropped_columns") or ()]
    for term, t in sorted((estimate.get("testable") or {}).items()):
        if t and t.get("testable") is False:
            varies = f"varies in {f.counted(t.get('dyads_varying'), 'dyad')}"
            spread = f"within-dyad share of the spread {f.number(t.get('within_share'))}"
            rows.append((f"term {term}", f"not testable here: {varies}, {spread}", f.MISSING))
    return rows


def conditions_table(results: Mapping[str, Result]) -> Table:
    """The decision rule, condition by condition."""
    verdict = primary(results)["verdict"]
    held = grains(results)
    rows = []
    order = list(READINGS)
    for c in sorted(verdict["conditions"], key=lambda c: order.index(c["reading"])):
        grain = c.get("grain")
        digits = f.decimals(held[grain]["smallest_effect"]) if grain in held else 3
        rows.append(
            (
                READINGS.get(c["reading"], str(c["reading"])),
                in_symbols(str(c["condition"])),
                title_of(str(grain)) if grain else "Both",
                condition_value(c.get("value"), digits),
                f.yes_no(c["holds"], "cannot be judged"),
            )
        )
    columns = ("Reading", "Condition", "Grain", "Found", "Holds")
    notes = tuple(
        f.sentence(n) for n in (verdict.get("reason"), *(verdict.get("notes") or ()), verdict.get("scope")) if n
    )
    return Table("Conditions of the decision rule", columns, tuple(rows), notes, text_columns=frozenset({0, 1, 2, 4}))


def register_table(results: Mapping[str, Result]) -> Table:
    """What was declared before estimation: role, signs, date, version, and the finding beside them."""
    rows = []
    for key in sorted(results):
        r = results[key]
        sign = r.get("sign") or {}
        rows.append(
            (
                str(r["id"]),
                str(r["title"]),
                str(r["role"]),
                *(str(sign.get(s, f.MISSING)) for s in ("W", "K", "Ky", "R")),
                str(r.get("frozen", f.MISSING)),
                str(r.get("version", f.MISSING)),
                str(r.get("seen_before_freeze", f.MISSING)),
                FINDINGS.get(str(r["finding"]), str(r["finding"])),
                str(r.get("spec_sha256", ""))[:12],
            )
        )
    columns = (
        "Id",
        "Title",
        "Role",
        "W",
        "K",
        "Ky",
        "R",
        "Frozen",
        "Version",
        "Seen before",
        "Finding",
        "SHA-256 of the analysis",
    )
    note = "Signs expected by Wheeler (W), Keating (K), Kydd (Ky) and Rathbun (R); plus is more de-escalation."
    return Table(
        "Hypotheses as they were frozen", columns, tuple(rows), (note,), text_columns=frozenset(range(len(columns)))
    )


def _label(estimate: Result) -> str:
    return str(estimate.get("label") or str(estimate.get("name", "")).replace("_", " "))


def _shared(grain: Result) -> list[str]:
    held = [v for v in grain.get("variants") or () if is_estimated(v)]
    every = [note for v in held for note in map(str, v.get("notes") or ())]
    return [note for note in dict.fromkeys(every) if 1 < len(held) < 2 * every.count(note)]


def _remark(v: Result, grain: Result, shared: list[str]) -> str:
    said = [] if v.get("outcome") in (None, grain["outcome"]) else [f"outcome {v['outcome']}"]
    return "; ".join([*said, *(r for r in remarks(v) if r not in shared)])
