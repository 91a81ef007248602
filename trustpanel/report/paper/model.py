"""What a table and a figure of the paper are, and the whole paper as it is handed to the two writers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trustpanel.errors import PaperError
from trustpanel.report.paper.document import Block, Cite, Heading, Inline, Items, Para, Placed, Ref, Run
from trustpanel.report.paper.source import Text
from trustpanel.report.paper.works import Work
from trustpanel.report.tables import Table


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG with its words for those who do not see it, and a caption that stands alone."""

    svg: bytes
    alt: str
    caption: str


def slim(svg: bytes) -> bytes:
    """The same drawing with the coordinates of its paths to a hundredth: a fraction of the bytes."""
    return re.sub(rb' d="[^"]*"', lambda path: re.sub(rb"(\d\.\d\d)\d+", rb"\1", path.group(0)), svg)


@dataclass(frozen=True)
class Sheet:
    """A table of the paper: `widths` in the words of Typst, one a column; `long`: it may go over pages."""

    table: Table
    widths: tuple[str, ...] = ()
    long: bool = False
    small: bool = False


@dataclass(frozen=True)
class Plate:
    """A case on a page of its own: heading, paragraphs, timeline."""

    title: str
    paragraphs: tuple[str, ...]
    drawing: Drawing | None


@dataclass(frozen=True)
class Paper:
    """Everything that the writers need: text, blocks, what is placed by name, and the works."""

    text: Text
    blocks: tuple[Block, ...]
    sheets: Mapping[str, Sheet]
    drawings: Mapping[str, Drawing]
    plates: Mapping[str, Plate]
    pages: Mapping[str, tuple[str | Sheet | Drawing, ...]]
    works: Mapping[str, Work]
    numbers: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def label(self, ref: Ref) -> str:
        """`Table 3` or `Figure 2`; raises `PaperError` if the text places no such thing."""
        number = self.numbers.get((ref.kind, ref.name))
        if number is None:
            raise PaperError(
                "the text names a table or figure that it does not place",
                expected=", ".join(f"{kind}:{name}" for kind, name in self.numbers),
                found=f"{ref.kind}:{ref.name}",
                next_step="place it with a line `!table name` or `!figure name`, or mend the name",
            )
        return f"{ref.kind.capitalize()} {number}"

    def work(self, key: str) -> Work:
        """The work of a key; raises `PaperError` if none is declared."""
        if key not in self.works:
            raise PaperError(
                "the text cites a work that is not declared",
                found=key,
                next_step="declare it in works.toml, or mend the key",
            )
        return self.works[key]

    def cited(self) -> list[Work]:
        """The works that the text cites, in the order of the list."""
        keys = {key for runs in map(runs_of, self.blocks) for run in runs if isinstance(run, Cite) for key in run.keys}
        return sorted(map(self.work, keys), key=lambda w: (w.families[0].casefold(), w.year, w.key))

    def headings(self) -> list[Heading]:
        return [b for b in self.blocks if isinstance(b, Heading)]


def cite_text(paper: Paper, cite: Cite) -> str:
    """`Kydd (2005)` in a sentence, `(Kydd 2005; Hoffman 2006)` in brackets."""
    works = [paper.work(key) for key in cite.keys]
    if cite.narrative:
        return f"{works[0].names} ({works[0].year})"
    return f"({'; '.join(f'{w.names} {w.year}' for w in works)})"


def inline_text(paper: Paper, run: Inline) -> tuple[str, str]:
    """The text of a run and its look; citations and references become plain text."""
    match run:
        case Run(text, look):
            return text, look
        case Cite():
            return cite_text(paper, run), "plain"
        case Ref():
            return paper.label(run), "plain"


def runs_of(block: Block) -> tuple[Inline, ...]:
    """All runs of a block, empty for those without text."""
    match block:
        case Para(runs, _):
            return runs
        case Items(items):
            return tuple(run for item in items for run in item)
        case _:
            return ()


def numbered(
    blocks: tuple[Block, ...], pages: Mapping[str, tuple[str | Sheet | Drawing, ...]]
) -> dict[tuple[str, str], int]:
    """{(kind, name): number} in the order in which tables and figures stand in the text."""
    found: dict[tuple[str, str], int] = {}
    counts = {"table": 0, "figure": 0}
    for block in blocks:
        if not isinstance(block, Placed):
            continue
        if block.kind in ("table", "figure", "case"):
            kind = "table" if block.kind == "table" else "figure"
            counts[kind] += 1
            found[(kind, block.name)] = counts[kind]
        elif block.kind == "page":
            for place, part in enumerate(pages.get(block.name, ())):
                kind = {Sheet: "table", Drawing: "figure"}.get(type(part), "")
                if kind:
                    counts[kind] += 1
                    found[(kind, f"{block.name}-{place}")] = counts[kind]
    return found
