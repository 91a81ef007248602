"""The tables beside the core model: sources, coding, convergence, all hypotheses, the rule, cases."""

from __future__ import annotations

from typing import Any

from trustpanel.report import convergence_words
from trustpanel.report import formats as f
from trustpanel.report.check_tables import conditions_table
from trustpanel.report.hypotheses_page import FINDINGS, by_number, digits_of, own_parameter
from trustpanel.report.layout import Result, detectable
from trustpanel.report.paper.cases import case_values
from trustpanel.report.paper.model import Sheet
from trustpanel.report.paper.numbers import Findings
from trustpanel.report.paper.sheets_long import sheets_long
from trustpanel.report.result_tables import ci95, main_p, with_error
from trustpanel.report.tables import Table, frame_table

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
    return out | sheets_long(found.long)


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
        "Dyad-years: whether the two passes agree that the two sides met in the year. Meetings: how many both found, "
        "and how alike they dated and classed them. The passes searched the same index by like means."
    )
    table = Table(
        "Agreement of two passes over the drawn rivalries, the second blind to the first.",
        ("Measure", *plain.values()),
        rows,
        (note,),
    )
    return Sheet(table, ("1fr", "auto", "auto"))


def _measure(name: str, value: Any) -> str:
    counted = name.rsplit(": ", maxsplit=1)[-1] in ("both", "only first", "only second", "neither")
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
    table = Table(
        "Do Hoffman's three indicators go together?", heads, tuple(rows), (note,), text_columns=frozenset({0, 9})
    )
    return Sheet(table, ("1fr", *("auto",) * 9), small=True)


def _hypotheses(found: Findings) -> Sheet:
    rows = []
    for result in by_number(found.hypotheses):
        own = own_parameter(result)
        numbers = (f.MISSING,) * 5
        if own is not None:
            main, digits = result["tests"][0], digits_of(own)
            numbers = (
                with_error(own, digits),
                f.interval(ci95(own), digits),
                f.p_value(main_p(own)),
                f.number(detectable(own), digits),
                f"{f.count(main['n'])} / {f.count(main['clusters'])} / {f.count(main['clusters_varying'])}",
            )
        finding = FINDINGS[result["finding"]]
        rows.append((result["id"], str(result["title"]), *numbers, f.p_value(result["p_adjusted"]), finding))
    heads = (
        "", "Hypothesis or design", "Estimate (error)", "95 % interval", "p", "Detectable", "Rows / clusters / vary",
        "p, adjusted", "Finding",
    )  # fmt: skip
    notes = (
        "Plus is more de-escalation, in the unit of the outcome. Intervals and p from the main errors of each: "
        "dyadic-robust where the rule allows them, else the wild cluster bootstrap, else clustered; errors in brackets "
        "are clustered. Detectable: by these, made larger by as much as the interval is wider than theirs. Adjusted p: "
        "Benjamini and Hochberg over the exploratory hypotheses.",
        "Not testable here: the term varies in too few dyads or clusters; its numbers are shown and count neither for "
        "its theory nor against it. Untestable: no data at hand could tell.",
    )
    table = Table(
        "The hypotheses and designs beside the core model.",
        heads,
        tuple(rows),
        notes,
        text_columns=frozenset({0, 1, 8}),
    )
    return Sheet(
        table, ("auto", "1.5fr", "auto", "1fr", "auto", "auto", "auto", "auto", "0.8fr"), long=True, small=True
    )


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
        known = (v["coverage"] or f.MISSING).replace("; weakest channel: ", " / ")
        numbers = (
            v["meetings"],
            v["judgements_known"],
            v["disputes_before"],
            v["disputes"] - v["disputes_before"],
            v["crises"],
        )
        rows.append((case.title, *(f.count(n) for n in numbers), f.count(v["agreements_during"]), known))
    heads = (
        "Case", "Meetings", "Judgements with a source", "Disputes before", "Disputes since", "Crises",
        "Agreements begun", "Meetings known: best / weakest channel",
    )  # fmt: skip
    note = (
        "Meetings and agreements begun: during the case. Judgements, disputes and crises: from eight years before the "
        "case to eight years after it; since: from its first day on. Cases of the texts that are no pair of states "
        "(the League, the United Nations and NATO, the European Union, Germany and Japan after 1945) are in the "
        "archive and not here."
    )
    table = Table("The cases in the store.", heads, tuple(rows), (note,), text_columns=frozenset({0, 7}))
    return Sheet(table, ("2.6fr", *("0.9fr",) * 6, "1.6fr"), small=True)
