"""What a table and a figure of the paper are, and the whole paper as it is handed to the two writers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


Part = str | Sheet | Drawing


@dataclass(frozen=True)
class Piece:
    """A thing that the text places: table, figure, case, text of an included page, works or sources.

    `number`: that of the table or figure, 0 for what has none; `name`: that of its file where it has one.
    """

    kind: str
    number: int
    name: str
    thing: Any


def kind_of(part: Part) -> str:
    """What a part of an included page is placed as."""
    return {Sheet: "table", Drawing: "figure"}.get(type(part), "text")


@dataclass(frozen=True)
class Paper:
    """Everything that the writers need: text, blocks, what is placed by name, and the works."""

    text: Text
    blocks: tuple[Block, ...]
    sheets: Mapping[str, Sheet]
    drawings: Mapping[str, Drawing]
    plates: Mapping[str, Plate]
    pages: Mapping[str, tuple[Part, ...]]
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

    def placed(self, block: Placed) -> list[Piece]:
        """What a line of the text places, in order: one thing, or the parts of an included page.

        Raises `PaperError` with the place in the text if there is no such thing.
        """
        match block.kind:
            case "page":
                parts = [
                    (kind_of(part), f"{block.name}-{n}", part) for n, part in enumerate(self.pages.get(block.name, ()))
                ]
                return [Piece(kind, self._number(kind, name), name, part) for kind, name, part in parts]
            case "works":
                return [Piece("works", 0, block.name, [w.entry for w in self.cited() if not w.is_source])]
            case "sources":
                entries = {w.entry for w in self.works.values() if w.is_source}
                return [Piece("sources", 0, block.name, sorted(entries, key=str.casefold))]
            case kind:
                held: Mapping[str, Any] = {"table": self.sheets, "figure": self.drawings, "case": self.plates}[kind]
                return [Piece(kind, self._number(kind, block.name), block.name, _found(held, block))]

    def _number(self, kind: str, name: str) -> int:
        return self.numbers.get(("figure" if kind == "case" else kind, name), 0)

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


def numbered(blocks: tuple[Block, ...], pages: Mapping[str, tuple[Part, ...]]) -> dict[tuple[str, str], int]:
    """{(kind, name): number} in the order in which tables and figures stand in the text."""
    found: dict[tuple[str, str], int] = {}
    counts = {"table": 0, "figure": 0}
    for block in blocks:
        if not isinstance(block, Placed):
            continue
        names = [("figure" if block.kind == "case" else block.kind, block.name)]
        if block.kind == "page":
            names = [(kind_of(part), f"{block.name}-{n}") for n, part in enumerate(pages.get(block.name, ()))]
        for kind, name in names:
            if kind in counts:
                counts[kind] += 1
                found[(kind, name)] = counts[kind]
    return found


def _found(held: Mapping[str, Any], block: Placed) -> Any:
    """The thing of the name that a line of the text places."""
    if block.name not in held:
        raise block.place.refuse(
            f"there is no {block.kind} of this name",
            expected=", ".join(held),
            found=block.name,
            next_step="mend the name in the text",
        )
    return held[block.name]
