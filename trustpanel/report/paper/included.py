"""Results of long runs with a page of their own stand in the paper by its answer, first figure and first table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from trustpanel.report.documents import Block, Page, Paragraph, Picture
from trustpanel.report.paper.model import Drawing, Part, Sheet
from trustpanel.report.tables import Table

# results that the paper includes where they are at hand: the file's name and the page that reads it
INCLUDED = ("worlds", "doubt")
# rows from which a table goes over pages; columns that fit, those kept of a wider one, and those never left out
MANY, WIDEST, FIRST, SIZE = 30, 11, 9, ("n", "dyads")
LEFT = "Further columns stand on the page of the report."


def included_pages(long: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Part, ...]]:
    """{name: its parts} for each of INCLUDED whose result is at hand and whose page exists."""
    return {name: _parts(name, long[name]) for name in INCLUDED if name in long}


def _parts(name: str, result: Mapping[str, Any]) -> tuple[Part, ...]:
    module = f"trustpanel.report.{name}_page"
    if find_spec(module) is None:
        return tuple(str(result[k]) for k in ("title", "statement") if result.get(k))
    page: Page = getattr(import_module(module), f"{name}_page")(result)
    return tuple(_of_page(page))


def _of_page(page: Page) -> Iterator[Part]:
    """The lead paragraph, the first figure and the first table of a page."""
    blocks = page.blocks
    leads = [b.text for b in blocks if isinstance(b, Paragraph) and b.lead] or [
        b.text for b in blocks if isinstance(b, Paragraph)
    ][:1]
    yield from leads
    yield from (_drawing(b) for b in _first(blocks, Picture) if isinstance(b, Picture))
    yield from (_sheet(b) for b in _first(blocks, Table) if isinstance(b, Table))


def _capital(head: str) -> str:
    """The head of a column as the other tables of the paper have it; symbols (n, p, δ) stay as they are."""
    word = head.split(" ", maxsplit=1)[0].rstrip(",")
    return head[0].upper() + head[1:] if len(word) > 1 and word.isascii() else head


def _first(blocks: tuple[Block, ...], kind: type) -> list[Block]:
    return [b for b in blocks if isinstance(b, kind)][:1]


def _drawing(picture: Picture) -> Drawing:
    svg = (
        picture.svg
        if "xmlns=" in picture.svg
        else picture.svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    )
    plain = re.sub(r' role="img" aria-label="[^"]*"', "", svg, count=1)
    return Drawing(plain.encode("utf-8"), picture.alt, picture.caption)


def _sheet(table: Table) -> Sheet:
    """The table as far as it fits the page: the first columns and the size of the sample; a note says what is left."""
    width = len(table.columns)
    kept = [i for i, head in enumerate(table.columns) if width <= WIDEST or i < FIRST or head in SIZE]
    fits = Table(
        caption=table.caption,
        columns=tuple(_capital(table.columns[i]) for i in kept),
        rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
        notes=table.notes if len(kept) == width else (*table.notes, LEFT),
        ruled=table.ruled,
        text_columns=frozenset(place for place, i in enumerate(kept) if i in table.text_columns),
    )
    # a table with one column of words gives it the room of three, so that a row stays a line
    words = "1.3fr" if len(fits.text_columns) > 1 else "3.2fr"
    widths = tuple(words if i in fits.text_columns else "1fr" for i in range(len(fits.columns)))
    return Sheet(fits, widths, long=len(table.rows) > MANY, small=True)
