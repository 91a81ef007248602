"""The paper as one self-contained page: the same blocks, figures inside as images with their words."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from trustpanel.paths import STYLE
from trustpanel.report.documents import sheet_of
from trustpanel.report.paper.document import Block, Heading, Inline, Items, Para, Placed
from trustpanel.report.paper.model import Drawing, Paper, Piece, Sheet, inline_text
from trustpanel.report.paper.typst_text import BEFORE_PERCENT
from trustpanel.report.tables import html_text

LOOK = STYLE / "paper" / "paper.css"
WRAPS = {"emph": "em", "strong": "strong", "code": "code", "sub": "sub"}
CLASSES = {"abstract": "abstract", "equation": "equation", "note": "aside"}


def html_source(paper: Paper) -> str:
    """The whole paper as one HTML file that asks for nothing else."""
    head = paper.text
    body = "\n".join(_block(paper, block) for block in paper.blocks)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="keywords" content="{html_text(", ".join(head.keywords))}">\n'
        f"<title>{html_text(head.title)}</title>\n<style>\n{sheet_of(LOOK)}</style>\n</head>\n<body>\n"
        f'<header>\n<h1>{html_text(head.title)}</h1>\n<p class="subtitle">{html_text(head.subtitle)}</p>\n'
        f'<p class="authors">{html_text(", ".join(head.authors))}</p>\n</header>\n{_contents(paper)}'
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _contents(paper: Paper) -> str:
    links = "".join(
        f'<li><a href="#{h.anchor}">{html_text(_numbered(h))}</a></li>' for h in paper.headings() if h.level == 1
    )
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n'


def _numbered(heading: Heading) -> str:
    return f"{heading.number} {heading.text}".strip()


def _block(paper: Paper, block: Block) -> str:
    match block:
        case Heading(_, level, _, anchor):
            return f'<h{level + 1} id="{anchor}">{html_text(_numbered(block))}</h{level + 1}>'
        case Para(runs, look):
            css = f' class="{CLASSES[look]}"' if look in CLASSES else ""
            return f"<p{css}>{_runs(paper, runs)}</p>"
        case Items(items):
            return f"<ul>{''.join(f'<li>{_runs(paper, item)}</li>' for item in items)}</ul>"
        case Placed():
            return "\n".join(map(_piece, paper.placed(block)))


def _runs(paper: Paper, runs: Iterable[Inline]) -> str:
    out = []
    for run in runs:
        text, look = inline_text(paper, run)
        tag = WRAPS.get(look)
        kept = _spaced(text)
        out.append(f"<{tag}>{kept}</{tag}>" if tag else kept)
    return "".join(out)


def _spaced(text: str) -> str:
    """Escaped text that keeps the space at its ends."""
    lead, trail = text[:1].isspace(), text[-1:].isspace() and bool(text.strip())
    kept = BEFORE_PERCENT.sub(r"\1&nbsp;%", html_text(text))
    return f"{' ' if lead else ''}{kept}{' ' if trail else ''}"


def _piece(piece: Piece) -> str:
    match piece.kind:
        case "table":
            return _sheet(piece.number, piece.thing)
        case "figure":
            return _drawing(piece.number, piece.thing)
        case "case":
            plate = piece.thing
            text = "".join(f"<p>{html_text(p)}</p>" for p in plate.paragraphs)
            drawn = _drawing(piece.number, plate.drawing) if plate.drawing else ""
            return f"<h3>{html_text(plate.title)}</h3>\n{text}\n{drawn}"
        case "text":
            return f"<p>{html_text(piece.thing)}</p>"
        case _:
            return _works(piece.thing)


def _works(entries: list[str]) -> str:
    return f'<ul class="works">{"".join(f"<li>{html_text(e)}</li>" for e in entries)}</ul>'


def _drawing(number: int, drawing: Drawing) -> str:
    data = base64.b64encode(drawing.svg).decode("ascii")
    return (
        f'<figure id="figure-{number}">\n<img alt="{html_text(drawing.alt)}" src="data:image/svg+xml;base64,{data}">\n'
        f"<figcaption><strong>Figure {number}.</strong> {html_text(drawing.caption)}</figcaption>\n</figure>"
    )


def _sheet(number: int, sheet: Sheet) -> str:
    return sheet.table.to_html().replace(
        "<caption>", f'<caption id="table-{number}"><strong>Table {number}.</strong> ', 1
    )
