"""The answer in the README is written from the results and stands between two markers."""

from __future__ import annotations

from collections.abc import Mapping

from trustpanel.errors import ReportError
from trustpanel.report import formats as f
from trustpanel.report.cautions import caution_sentences, order_sentence
from trustpanel.report.layout import Result, check, grains
from trustpanel.report.tables import markdown_text
from trustpanel.report.words import (
    answer_paragraph,
    estimate_sentences,
    question,
    scope_sentence,
    star_sentences,
)

BEGIN = "<!-- answer:begin -->"
END = "<!-- answer:end -->"


def answer_markdown(results: Mapping[str, Result], state_names: Mapping[int, str]) -> str:
    """The answer as Markdown: the first sentence is the verdict, the first paragraph has the shape of the sample."""
    check(results)
    paragraphs = [f"{answer_paragraph(results)} {star_sentences(results, state_names)} {scope_sentence()}", question()]
    paragraphs += [" ".join(estimate_sentences(name, grain)) for name, grain in grains(results).items()]
    blocks = [markdown_text(p) for p in (*paragraphs, " ".join(caution_sentences(results)), order_sentence(results))]
    return "\n\n".join(blocks) + "\n"


def replace_between(text: str, answer: str) -> str:
    """The text with the answer between the markers, all else as it was.

    ReportError unless each marker stands there once, in order.
    """
    found = (text.count(BEGIN), text.count(END))
    if found != (1, 1) or text.index(BEGIN) > text.index(END):
        raise ReportError(
            "The answer has no place to stand.",
            expected=f"{BEGIN} and then {END}, each once",
            found=f"{f.counted(found[0], 'begin marker')}, {f.counted(found[1], 'end marker')}",
            next_step="put both markers, each on its own line, where the answer belongs",
        )
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{answer.strip()}\n{END}{after}"
