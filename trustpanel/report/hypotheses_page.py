"""The page on the hypotheses beside the core model: each with its own number and its power, or why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from trustpanel.report import formats as f
from trustpanel.report.documents import Block, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.drawing import drawn
from trustpanel.report.event_drawing import event_figure, years_around
from trustpanel.report.layout import Result, detectable, file_of, is_estimated, remarks, require_parts, why_not
from trustpanel.report.result_tables import with_error
from trustpanel.report.tables import Table

TITLE = "The hypotheses beside the core model"
PARTS = ("id", "title", "statement", "falsifier", "sign", "expected", "finding", "tests", "parameter", "p_adjusted")
FINDINGS = {
    "positive": "positive",
    "negative": "negative",
    "no_clear_sign": "no clear sign",
    "not_testable_here": "not testable here",
    "weak_instrument": "weak instrument: no claim",
    "not_estimable": "not estimable",
    "untestable": "untestable",
}
THEORIES = (("W", "Wheeler"), ("K", "Keating"), ("Ky", "Kydd"), ("R", "Rathbun"))
UNITS = (
    "Plus is more de-escalation, in the unit of the outcome (a change of probability for most). Intervals are those "
    "of the main errors: dyadic-robust where the declared rule allows them, else the wild cluster bootstrap, else "
    "clustered."
)
POWER = (
    "Smallest effect seen: the true effect that a test of this size would see with a probability of 0.8, by clustered "
    "errors, made larger by as much as the interval is wider than theirs. A null with a large one is no refutation. "
    "Adjusted p: Holm over the secondary, Benjamini-Hochberg over the exploratory hypotheses."
)
THIN = (
    "Not testable here: a term varies in fewer than ten dyads (or clusters), or its spread within dyads is under a "
    "tenth of the pooled spread. Its numbers are shown and do not count, neither for its theory nor against it."
)


def hypotheses_page(results: Mapping[str, Result]) -> Page:
    """Answer, all hypotheses at a glance, each with its tests, then those without tests and what would test them.

    `results`: {id: result JSON} of the hypotheses with tests of their own. ReportError if a part is absent.
    """
    for key, result in results.items():
        require_parts(result, PARTS, what=f"the result of {key}", command="run")
    ordered = by_number(results)
    tested = [r for r in ordered if r["tests"]]
    blocks: list[Block] = [
        Paragraph(answer(results), lead=True),
        Section("At a glance"),
        _glance(tested),
        Section("Each with its tests"),
    ]
    for result in tested:
        blocks += [
            Section(f"{result['id']}: {result['title']}", 3),
            Paragraph(_claim(result)),
            _tests(result),
            *_around(result),
        ]
    blocks += [Section("What these data cannot test"), _untestable([r for r in ordered if not r["tests"]])]
    files = f.listed([file_of(r["id"]) for r in ordered])
    blocks.append(Paragraph(f"Source: {files}, made by the command trustpanel run from the analyses of these names."))
    return Page(TITLE, tuple(blocks))


def by_number(results: Mapping[str, Result]) -> list[Result]:
    """The hypotheses by number, then the designs."""
    return sorted(results.values(), key=lambda r: (r["id"][0] != "H", r["id"][0], int(r["id"][1:])))


def around_events(results: Mapping[str, Result]) -> dict[str, list[Result]]:
    """{id: tests} of the results that have tests around an event, in order of the results."""
    found = {key: [t for t in r["tests"] if years_around(t)] for key, r in results.items()}
    return {key: tests for key, tests in found.items() if tests}


def event_file(key: str) -> str:
    """The file of a result's figure."""
    return f"event_{key.lower()}.png"


def event_bytes(tests: list[Result], kind: str) -> bytes:
    """The figure of tests around an event as `svg` or `png`; the same tests give the same bytes."""
    return drawn(lambda: event_figure(tests), kind)


def _around(result: Result) -> list[Block]:
    tests = around_events({result["id"]: result}).get(result["id"])
    if not tests:
        return []
    first = years_around(tests[0])
    alt = f"{result['id']}, {tests[0]['label']}: " + f.listed(
        [f"year {year:+d} {f.number(estimate)}" for year, estimate, _, _ in first]
    )
    caption = (
        "Estimates by year since the event with clustered 95 % intervals; plus is more de-escalation, the year before "
        "is the zero. Grey: years before the event, which should be 0 if those with and without it were alike."
    )
    return [Picture(inline_svg(event_bytes(tests, "svg"), alt), event_file(result["id"]), f"{alt}.", caption)]


def answer(results: Mapping[str, Result]) -> str:
    """How many there are, and how many came out in which way."""
    found = Counter(FINDINGS[r["finding"]] for r in results.values())
    counted = f.listed([f"{count} {name}" for name, count in sorted(found.items(), key=lambda item: -item[1])])
    clear = [r["id"] for r in results.values() if r["finding"] in ("positive", "negative")]
    said = f"A clear sign after adjustment: {f.listed(clear)}." if clear else "None has a clear sign after adjustment."
    named = f.counted(len(results), "hypothesis or design", "hypotheses and designs")
    return f"Of {named} beside H1 to H3: {counted}. {said}"


def _claim(result: Result) -> str:
    return f"{f.sentence(result['statement'])} What would speak against it: {f.sentence(result['falsifier'])}"


def own_parameter(result: Result) -> Result | None:
    """The hypothesis's own parameter in its main test; None without one or where it could not be estimated."""
    if not result["tests"]:
        return None
    main = result["tests"][0]
    return main["parameters"][result["parameter"]] if is_estimated(main) else None


def _glance(tested: list[Result]) -> Table:
    rows = []
    for r in tested:
        own, main = own_parameter(r), r["tests"][0]
        signs = " ".join(f"{name} {r['sign'][name]}" for name, _ in THEORIES if r["sign"][name] != ".")
        numbers = ("", "", "", "", "")
        if own is not None:
            digits = digits_of(own)
            numbers = (
                f.number(own["estimate"], digits),
                f.interval(own["main"]["ci95"], digits),
                f.p_value(own["main"]["p"]),
                f.number(detectable(own), digits),
                f"{f.count(main['n'])} in {f.count(main['clusters'])}",
            )
        rows.append((r["id"], r["title"], signs, *numbers, f.p_value(r["p_adjusted"]), FINDINGS[r["finding"]]))
    theories = ", ".join(f"{short} {name}" for short, name in THEORIES)
    return Table(
        caption="The own parameter of each hypothesis",
        columns=("", "hypothesis", "signs", "estimate", "95 % interval", "p", "smallest effect seen",
                 "rows in clusters", "adjusted p", "finding"),
        rows=tuple(rows),
        notes=(UNITS, POWER, THIN, f"Signs: {theories}; ~0 equivalent to 0."),
        text_columns=frozenset({0, 1, 2, 9}),
    )  # fmt: skip


def _tests(result: Result) -> Table:
    rows, said = [], []
    version = f"version {result['version']}, frozen {result['frozen']}"
    for test in result["tests"]:
        if not is_estimated(test):
            rows.append((test["label"], "", "", "", "", "", "", why_not(test)))
            continue
        for name, p in test["parameters"].items():
            digits = digits_of(p)
            rows.append(
                (
                    test["label"],
                    name.replace("_", " "),
                    with_error(p, digits),
                    f.interval(p["main"]["ci95"], digits),
                    f.p_value(p["main"]["p"]),
                    f.number(detectable(p), digits),
                    f"{f.count(test['n'])} in {f.count(test['clusters'])}, {f.count(test['clusters_varying'])} vary",
                    _sample(test, result),
                )
            )
        said += [f"{test['label']}: {remark}." for remark in remarks(test)]
    return Table(
        caption=f"{result['id']}, {version}: every test, the main one first",
        columns=("test", "parameter", "estimate (error)", "95 % interval", "p", "smallest effect seen",
                 "rows in clusters", "outcome, years, estimator, errors"),
        rows=tuple(rows),
        notes=(f"Seen before the freeze: {f.sentence(result['seen_before_freeze'])}", *said),
        text_columns=frozenset({0, 1, 7}),
    )  # fmt: skip


def _sample(test: Result, result: Result) -> str:
    main = next(iter(test["parameters"].values()))["main"]
    star = f"; {f.share(test['star_share'])} of the rows with state {test['star_state']}" if test["star_share"] else ""
    estimator = result["estimators"][test["name"]].replace("_", " ")
    years = f"{test['first_year']}-{test['last_year']}"
    return f"{test['outcome']}, {years}, {estimator}, {main['errors']}{star}"


def _untestable(without: list[Result]) -> Table:
    return Table(
        caption="Hypotheses that the data at hand cannot test, and what would test them",
        columns=("", "hypothesis", "why not", "what would test it"),
        rows=tuple((r["id"], r["title"], f.sentence(r["untestable"]), f.sentence(r["needs"])) for r in without),
        text_columns=frozenset({0, 1, 2, 3}),
    )


def digits_of(p: Mapping[str, Any]) -> int:
    """Decimals of a parameter in the unit of its outcome: more where its error is small."""
    return 3 if p["se"] >= 0.002 else 5
