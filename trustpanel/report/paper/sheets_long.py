"""The tables of the long runs: the contest, the multiverse, and what an unmeasured cause would need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.contest_page import adjusted_p, linear_p
from trustpanel.report.layout import GRAIN_DIGITS, GRAIN_WORDS, SYMBOLS, Result
from trustpanel.report.paper.model import Sheet
from trustpanel.report.tables import Table

BLOCKS = ("interpersonal", "state")
# of the samples of the contest the table shows these, the figure all
SHOWN = ("main", "searched")
AND_MORE = "The other samples stand in the figure and, with every test, on the page of the contest in the archive."


def sheets_long(long: Mapping[str, Result]) -> dict[str, Sheet]:
    """The tables by name, for the runs that are at hand."""
    out: dict[str, Sheet] = {}
    if "contest" in long:
        out["contest"] = _contest(long["contest"])
    if "multiverse" in long:
        out |= {"multiverse": _multiverse(long["multiverse"]), "sensitivity": _sensitivity(long["multiverse"])}
    return out


def _contest(result: Result) -> Sheet:
    form = result["forms"][0]["name"]
    labels = {o["name"]: o["label"] for o in result["outcomes"]}
    rows = []
    for e in result["entries"]:
        if e["form"] != form or e["sample"] not in SHOWN or not e["contest"]:
            continue
        c = e["contest"]
        p = linear_p(c)
        share = {d["block"]: d["share"] for d in c["dominance"]}
        gains = [_gain(c[scheme], b) for scheme in ("by_dyad", "by_time") for b in BLOCKS]
        rows.append(
            (
                labels[e["outcome"]],
                e["sample"].replace("_", " "),
                f.count(e["n"]),
                *(f.p_value(p.get(b)) for b in BLOCKS),
                *(f.p_value(adjusted_p(result, e, b)) for b in BLOCKS),
                f.share(share.get(BLOCKS[0])),
                *gains,
            )
        )
    heads = (
        "Outcome", "Rows", "n", "This pair adds: p", "Others add: p", "adjusted", "adjusted", "Share of this pair",
        "Unseen dyads, this", "others", "Future, this", "others",
    )  # fmt: skip
    note = (
        "Adds: test that a block has no effect once the other is in the model, clustered by dyad. Share: part of what "
        "both add to the fit. Last four columns: gain over the controls in thousandths of a log score a row, on dyads "
        "and on later years that the fit had not seen."
    )
    table = Table(
        "The contest of two blocks: meetings of this pair against meetings of other pairs of the two states.",
        heads, tuple(rows), (note, AND_MORE), text_columns=frozenset({0, 1}),
    )  # fmt: skip
    return Sheet(table, ("1.9fr", "1fr", *("0.9fr",) * 5, "0.95fr", *("0.85fr",) * 4), small=True)


def _gain(held: Mapping[str, Any] | None, block: str) -> str:
    scores = {s["model"]: s["gain"] for s in held["scores"]} if held else {}
    return f.number(1000 * scores[block], 1) if block in scores else f.MISSING


def _multiverse(result: Result) -> Sheet:
    rows: list[tuple[str, ...]] = []
    ruled = set()
    for grid in result["grids"]:
        ruled.add(len(rows))
        for name, v in grid["parameters"].items():
            told = v["status"] == "estimated"
            shares = (
                (v[k] for k in ("positive", "significant_positive", "significant_negative")) if told else (None,) * 3
            )
            ends = f.interval((v["quantiles"][0], v["quantiles"][3])) if told else f.MISSING
            median = f.number(v["median"]) if told else f.MISSING
            rows.append(
                (
                    grid["label"],
                    SYMBOLS[name],
                    f.count(v["estimated"] if told else 0),
                    *map(f.share, shares),
                    median,
                    ends,
                )
            )
    heads = ("Model", "", "Estimated", "Above 0", "Clearly above", "Clearly below", "Median", "Middle 95 %")
    units = "; ".join(f"{g['label']}: {g['unit']}" for g in result["grids"])
    clearly = f"Clearly: p below {result['level']:g}."
    note = f"Units: {units}. {clearly} Specifications share rows: a share of them is no p-value."
    table = Table(
        "Signs over all declared specifications.", heads, tuple(rows), (note,), frozenset(ruled), frozenset({0, 1})
    )
    return Sheet(table, ("1fr", *("auto",) * 7), small=True)


def _sensitivity(result: Result) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for doubt in result["sensitivity"]:
        digits = GRAIN_DIGITS[doubt["grain"]]
        for name, v in doubt["sensitivity"].items():
            robust, left = v["robustness"], {b["label"].split(" x ")[0]: b["estimate"] for b in v["bounds"]}
            rows.append(
                (
                    GRAIN_WORDS[doubt["grain"]],
                    SYMBOLS[name],
                    f.number(robust["estimate"], digits),
                    f.share(robust["rv"]),
                    f.share(robust["rv_alpha"]),
                    doubt["benchmark"][name].replace("_", " "),
                    f.number(left.get("1"), digits),
                    f.number((v["selection"] or {}).get("delta"), 2),
                    f.yes_no(doubt["without_state"][name]["sign_changes"]),
                )
            )
    heads = (
        "Grain", "", "Estimate", "Robustness value", "to lose significance", "Benchmark", "left by one as strong",
        "Oster's ratio", "Sign turns without some state",
    )  # fmt: skip
    note = (
        "Robustness value: the share of what is left of both meetings and outcome that an unmeasured cause must "
        "explain to bring the estimate to 0; 0 in the next column: it is not significant as it stands. Benchmark: the "
        "control that, taken once more, leaves the least of the estimate."
    )
    table = Table(
        "How strong an unmeasured cause would have to be.",
        heads,
        tuple(rows),
        (note,),
        text_columns=frozenset({0, 1, 5, 8}),
    )
    return Sheet(table, ("1.1fr", "0.6fr", "0.9fr", "1fr", "1.1fr", "1.2fr", "1fr", "0.8fr", "1.1fr"), small=True)
