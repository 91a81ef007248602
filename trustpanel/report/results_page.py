"""The page of results: verdict first, then every number that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trustpanel.report.check_tables import (
    added_terms_table,
    blocks_table,
    conditions_table,
    dropped_table,
    encompassing_table,
    leave_one_out_table,
    logit_table,
    register_table,
    variants_table,
)
from trustpanel.report.documents import Block, Bullets, Page, Paragraph, Picture, Section, inline_svg
from trustpanel.report.figures import figure_alt, figure_caption
from trustpanel.report.formats import listed, sentence
from trustpanel.report.layout import Result, file_of, grains
from trustpanel.report.result_tables import hypothesis_table, lag_table, main_table, placebo_table, title_of
from trustpanel.report.words import answer_paragraph, verdict_paragraphs

TITLE = "Results: contact of leaders and de-escalation"
FIGURE = "coefficients.png"


def results_page(results: Mapping[str, Result], state_names: Mapping[int, str], svg: bytes) -> Page:
    """Verdict, figure, main tables, checks, variants, what was dropped, the decision rule, notes."""
    blocks = (
        *_verdict(results, state_names), *_figure(results, svg), *_main(results), *_checks(results, state_names),
        *_variants(results), *_dropped(results), *_rule(results), *_notes(results), _source(results),
    )  # fmt: skip
    return Page(TITLE, blocks)


def _verdict(results: Mapping[str, Result], state_names: Mapping[int, str]) -> Iterator[Block]:
    yield Section("Verdict")
    for paragraph in verdict_paragraphs(results, state_names):
        yield Paragraph(paragraph, lead=paragraph == answer_paragraph(results))


def _figure(results: Mapping[str, Result], svg: bytes) -> Iterator[Block]:
    alt = figure_alt(results)
    yield Section("Estimates at a glance")
    yield Picture(inline_svg(svg, alt), FIGURE, alt, figure_caption(results))


def _main(results: Mapping[str, Result]) -> Iterator[Block]:
    held = grains(results)
    yield Section("Main model")
    yield main_table(results)
    yield Section("Hypotheses")
    ranked = sorted(results.values(), key=lambda r: (r["role"] != "primary", r["role"] != "secondary", str(r["id"])))
    for result in ranked:
        yield hypothesis_table(result, held)


def _checks(results: Mapping[str, Result], state_names: Mapping[int, str]) -> Iterator[Block]:
    held = grains(results).items()
    yield Section("Placebo lead")
    yield from (placebo_table(name, grain) for name, grain in held)
    yield Section("Lag bins")
    yield from (lag_table(name, grain) for name, grain in held)
    yield Section("Leave one dyad out")
    yield from (leave_one_out_table(name, grain, state_names) for name, grain in held)
    yield Section("Blocks")
    for name, grain in held:
        yield Section(title_of(name), 3)
        yield blocks_table(name, grain)
        yield encompassing_table(name, grain)


def _variants(results: Mapping[str, Result]) -> Iterator[Block]:
    yield Section("Variants")
    for name, grain in grains(results).items():
        yield Section(title_of(name), 3)
        yield variants_table(name, grain)
        yield added_terms_table(name, grain)
        logit = logit_table(grain)
        if logit is not None:
            yield logit


def _dropped(results: Mapping[str, Result]) -> Iterator[Block]:
    yield Section("What was dropped and why")
    for name, grain in grains(results).items():
        yield dropped_table(name, grain)


def _rule(results: Mapping[str, Result]) -> Iterator[Block]:
    yield Section("Decision rule")
    yield Paragraph(
        "The rule was declared before estimation. "
        "A reading is supported only if all its conditions hold on both grains."
    )
    yield conditions_table(results)
    yield register_table(results)


def _source(results: Mapping[str, Result]) -> Paragraph:
    files = listed(sorted(file_of(key) for key in results))
    return Paragraph(
        f"Source: {files}, made by the command trustpanel run from the built store and the analyses of these names; "
        "the checksum of each analysis stands in the table of hypotheses as they were frozen."
    )


def _notes(results: Mapping[str, Result]) -> Iterator[Block]:
    said: dict[str, list[str]] = {}
    for key in sorted(results):
        for note in results[key].get("notes") or ():
            said.setdefault(sentence(note), []).append(key)
    notes = [f"{listed(keys)}: {note}" for note, keys in said.items()]
    for name, grain in grains(results).items():
        sets = [str(v) for _, v in sorted((grain.get("sample") or {}).items())]
        if sets:
            notes.append(f"{title_of(name)}, sample: {listed(sets)}.")
    if notes:
        yield Section("Notes")
        yield Bullets(tuple(notes))
