"""The tables beside the core model: coding, all hypotheses, contest, multiverse, doubt, convergence, cases, rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.report import convergence_words
from trustpanel.report import formats as f
from trustpanel.report.check_tables import conditions_table
from trustpanel.report.contest_page import _adjusted as adjusted
from trustpanel.report.hypotheses_page import FINDINGS
from trustpanel.report.layout import GRAIN_WORDS, SYMBOLS, Result, grains, is_estimated
from trustpanel.report.paper.cases import case_values
from trustpanel.report.paper.model import Sheet
from trustpanel.report.paper.numbers import Findings
from trustpanel.report.result_tables import ci95, main_p
from trustpanel.report.tables import Table, frame_table

BLOCKS = ("interpersonal", "state")
# of the samples of the contest the table shows these, the figure all
SHOWN = ("main", "searched")
AND_MORE = "The other samples stand in the figure and, with every test, on the page of the contest in the archive."
SOURCE_WORDS = {"rival_meetings": "coded search of this project"}


def sheets_beside(found: Findings) -> dict[str, Sheet]:
    """The tables by name; those of long runs only where the run is at hand."""
    out = {
        "sources": _sources(found),
        "agreement": _agreement(found),
        "convergence": _convergence(found.convergence),
        "hypotheses": _hypotheses(found),
        "untestable": _untestable(found),
        "rule": _rule(found),
        "cases": _cases(found),
    }
    if "contest" in found.long:
        out["contest"] = _contest(found.long["contest"])
    if "multiverse" in found.long:
        out["multiverse"] = _multiverse(found.long["multiverse"])
        out["sensitivity"] = _sensitivity(found.long["multiverse"])
    return out


def _sources(found: Findings) -> Sheet:
    frame = found.coding["meetings_by_source"].copy()
    titles = {str(s["id"]): str(s["title"]) for s in found.sources}
    frame["source"] = [SOURCE_WORDS.get(s, titles.get(s, s.replace("_", " "))) for s in frame["source"].astype(str)]
    heads = {
        "source": "Source", "meetings": "Meetings", "two_leaders": "Two leaders or more", "to_the_day": "To the day",
        "only_source": "Known from it alone",
    }  # fmt: skip
    note = "A meeting that several sources tell of counts for each of them."
    table = frame_table(frame, caption="Meetings by source.", heads=heads, notes=(note,))
    return Sheet(table, ("1fr", "auto", "auto", "auto", "auto"))


def _agreement(found: Findings) -> Sheet:
    frame = found.coding["agreement"].copy()
    plain = {"both_searched": "Both passes searched", "searched_or_partial": "Searched or partly known"}
    rows = tuple(
        (str(r.measure), *(_measure(str(r.measure), v) for v in (r.both_searched, r.searched_or_partial)))
        for r in frame.itertuples()
    )
    note = (
        "Dyad-years: whether the two passes agree that the two sides met in the year. Meetings: how many both found, and "
        "how alike they dated and classed them. The passes searched the same index by like means."
    )
    table = Table("Agreement of two blind passes over the drawn rivalries.", ("Measure", *plain.values()), rows, (note,))
    return Sheet(table, ("1fr", "auto", "auto"))


def _measure(name: str, value: Any) -> str:
    counted = name.split(": ")[-1] in ("both", "only first", "only second", "neither")
    return f.count(value) if counted else f.number(value, 2)


def _convergence(result: Result) -> Sheet:
    rows = []
    for model in result["models"]:
        reading, part = model["reading"], model["factor"]
        measures = (part.get(m, {}).get("estimate") for m in ("omega", "alpha"))
        rows.append(
            (
                str(model["label"]),
                f.count(model["dyad_years"]),
                *(f.count(reading[k]) for k in ("counted", "above", "below", "open")),
                f.number(reading["median"], 2),
                *(f.number(m, 2) for m in measures),
                convergence_words.SHORT_READINGS[reading["verdict"]],
            )
        )
    heads = ("Model", "Dyad-years", "Pairs told", "Above 0", "Below 0", "Open", "Median", "Omega", "Alpha", "Reading")
    note = "Pairs of items of different indicators that share no source; intervals over resampled dyads."
    table = Table("Do Hoffman's three indicators go together?", heads, tuple(rows), (note,), text_columns=frozenset({0, 9}))
    return Sheet(table, ("1fr", *("auto",) * 9), small=True)


def _hypotheses(found: Findings) -> Sheet:
    ordered = sorted(found.hypotheses.values(), key=lambda r: (r["id"][0] != "H", int(r["id"][1:])))
    rows = []
    for result in ordered:
        main = result["tests"][0] if result["tests"] else None
        own = main["parameters"][result["parameter"]] if main is not None and is_estimated(main) else None
        if own is None or main is None:
            numbers = (f.MISSING,) * 5
        else:
            digits = 3 if own["se"] >= 0.002 else 5
            numbers = (
                f"{f.number(own['estimate'], digits)} ({f.number(own['se'], digits)})",
                f.interval(ci95(own), digits),
                f.p_value(main_p(own)),
                f.number(own["mde"], digits),
                f"{f.count(main['n'])} / {f.count(main['clusters'])} / {f.count(main['clusters_varying'])}",
            )
        finding = FINDINGS[result["finding"]]
        rows.append((result["id"], str(result["title"]), *numbers, f.p_value(result["p_adjusted"]), finding))
    heads = (
        "", "Hypothesis or design", "Estimate (error)", "95 % interval", "p", "Detectable", "Rows / clusters / vary",
        "p, adjusted", "Finding",
    )  # fmt: skip
    notes = (
        "Plus is more de-escalation, in the unit of the outcome. Intervals and p from the main errors of each: dyadic-robust "
        "where the rule allows them, else the wild cluster bootstrap, else clustered. Adjusted p: Benjamini and Hochberg over "
        "the exploratory hypotheses.",
        "Not testable here: the term varies in too few dyads or clusters; its numbers are shown and count neither for its "
        "theory nor against it. Untestable: no data at hand could tell.",
    )
    table = Table(
        "The hypotheses and designs beside the core model.", heads, tuple(rows), notes, text_columns=frozenset({0, 1, 8})
    )
    return Sheet(table, ("auto", "1.5fr", "auto", "1fr", "auto", "auto", "auto", "auto", "0.8fr"), long=True, small=True)


def _untestable(found: Findings) -> Sheet:
    without = [r for r in found.hypotheses.values() if not r["tests"]]
    rows = tuple(
        (r["id"], str(r["title"]), f.sentence(r["untestable"]), f.sentence(r["needs"]))
        for r in sorted(without, key=lambda r: int(r["id"][1:]))
    )
    heads = ("", "Hypothesis", "Why not", "What would test it")
    table = Table("What these data cannot test.", heads, rows, text_columns=frozenset(range(4)))
    return Sheet(table, ("auto", "0.8fr", "1.3fr", "1.3fr"), long=True, small=True)


def _rule(found: Findings) -> Sheet:
    plain = conditions_table(found.core)
    table = Table(
        "The decision rule, condition by condition; a reading is supported only if all of its conditions hold.",
        plain.columns, plain.rows, (), plain.ruled, plain.text_columns,
    )  # fmt: skip
    return Sheet(table, ("auto", "1fr", "auto", "auto", "auto"), small=True)


def _cases(found: Findings) -> Sheet:
    rows = []
    for case in found.cases.values():
        if not case.has_timeline:
            continue
        v = case_values(case)
        known = v["coverage"] or f.MISSING
        numbers = (v["meetings"], v["judgements_known"], v["disputes_before"], v["disputes"] - v["disputes_before"], v["crises"])
        rows.append((case.title, *(f.count(n) for n in numbers), f.count(v["agreements_during"]), known))
    heads = (
        "Case", "Meetings", "Judgements with a source", "Disputes before", "Disputes since", "Crises", "Agreements begun",
        "Meetings known",
    )  # fmt: skip
    note = (
        "Meetings and agreements begun: during the case. Judgements, disputes and crises: from eight years before the case to "
        "eight years after it; since: from its first day on. Cases of the texts that are no pair of states (the League, the "
        "United Nations and NATO, the European Union, Germany and Japan after 1945) are in the archive and not here."
    )
    table = Table("The cases in the store.", heads, tuple(rows), (note,), text_columns=frozenset({0, 7}))
    return Sheet(table, ("2.6fr", *("0.9fr",) * 6, "1.6fr"), small=True)


def _contest(result: Result) -> Sheet:
    form = result["forms"][0]["name"]
    labels = {o["name"]: o["label"] for o in result["outcomes"]}
    rows = []
    for e in result["entries"]:
        if e["form"] != form or e["sample"] not in SHOWN or not e["contest"]:
            continue
        c = e["contest"]
        p = {t["block"]: t["p"] for t in c["encompassing"] if not t["null"].endswith(f"({c['family']})")}
        share = {d["block"]: d["share"] for d in c["dominance"]}
        gains = [_gain(c[scheme], b) for scheme in ("by_dyad", "by_time") for b in BLOCKS]
        rows.append(
            (
                labels[e["outcome"]],
                e["sample"].replace("_", " "),
                f.count(e["n"]),
                *(f.p_value(p.get(b)) for b in BLOCKS),
                *(f.p_value(adjusted(result, e, b)) for b in BLOCKS),
                f.share(share.get(BLOCKS[0])),
                *gains,
            )
        )
    heads = (
        "Outcome", "Rows", "n", "This pair adds: p", "Others add: p", "adjusted", "adjusted", "Share of this pair",
        "Unseen dyads, this", "others", "Future, this", "others",
    )  # fmt: skip
    note = (
        "Adds: test that a block has no effect once the other is in the model, clustered by dyad. Share: part of what both add "
        "to the fit. Last four columns: gain over the controls in thousandths of a log score a row, on dyads and on later "
        "years that the fit had not seen."
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
    rows, ruled = [], set()
    for grid in result["grids"]:
        ruled.add(len(rows))
        for name, v in grid["parameters"].items():
            told = v["status"] == "estimated"
            shares = (v[k] for k in ("positive", "significant_positive", "significant_negative")) if told else (None,) * 3
            ends = f.interval((v["quantiles"][0], v["quantiles"][3])) if told else f.MISSING
            median = f.number(v["median"]) if told else f.MISSING
            rows.append((grid["label"], SYMBOLS[name], f.count(v["estimated"] if told else 0), *map(f.share, shares), median, ends))
    heads = ("Model", "", "Estimated", "Above 0", "Clearly above", "Clearly below", "Median", "Middle 95 %")
    units = "; ".join(f"{g['label']}: {g['unit']}" for g in result["grids"])
    note = f"Units: {units}. Clearly: p below {result['level']:g}. Specifications share rows: a share of them is no p-value."
    table = Table("Signs over all declared specifications.", heads, tuple(rows), (note,), frozenset(ruled), frozenset({0, 1}))
    return Sheet(table, ("1fr", *("auto",) * 7), small=True)


def _sensitivity(result: Result) -> Sheet:
    rows = []
    for doubt in result["sensitivity"]:
        digits = 5 if doubt["grain"] == "monthly" else 3
        for name, v in doubt["sensitivity"].items():
            robust, left = v["robustness"], {b["label"].split(" x ")[0]: b["estimate"] for b in v["bounds"]}
            rows.append(
                (
                    GRAIN_WORDS[doubt["grain"]], SYMBOLS[name], f.number(robust["estimate"], digits), f.share(robust["rv"]),
                    f.share(robust["rv_alpha"]), doubt["benchmark"][name].replace("_", " "), f.number(left.get("1"), digits),
                    f.number((v["selection"] or {}).get("delta"), 2), f.yes_no(doubt["without_state"][name]["sign_changes"]),
                )
            )  # fmt: skip
    heads = (
        "Grain", "", "Estimate", "Robustness value", "to lose significance", "Benchmark", "left by one as strong",
        "Oster's ratio", "Sign turns without some state",
    )  # fmt: skip
    note = (
        "Robustness value: the share of what is left of both meetings and outcome that an unmeasured cause must explain to "
        "bring the estimate to 0; 0 in the next column: it is not significant as it stands. Benchmark: the control that, taken "
        "once more, leaves the least of the estimate."
    )
    table = Table("How strong an unmeasured cause would have to be.", heads, tuple(rows), (note,), text_columns=frozenset({0, 1, 5, 8}))
    return Sheet(table, ("1.1fr", "0.6fr", "0.9fr", "1fr", "1.1fr", "1.2fr", "1fr", "0.8fr", "1.1fr"), small=True)
