"""The paper as Typst: every text a string literal, so that no sign of a value is read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trustpanel.paths import STYLE
from trustpanel.report.paper.document import Block, Heading, Inline, Items, Para, Placed
from trustpanel.report.paper.model import Drawing, Paper, Piece, Plate, Sheet, inline_text
from trustpanel.report.tables import Table

LOOK = STYLE / "paper" / "paper.typ"
# points: what is to be had on a page, a line of a case's words with its signs, what a paragraph and a heading add
PAGE, LINE, SIGNS, PARAGRAPH, HEADING = 710.0, 11.8, 116, 4.0, 34.0
BEFORE_PERCENT = re.compile(r"(\d) %")
WRAPS = {"emph": "#emph[{}]", "strong": "#strong[{}]", "code": "#raw-text({})", "sub": "#sub[{}]"}


def typst_source(paper: Paper) -> str:
    """The whole paper as one Typst file; figures are `<name>.svg` beside it."""
    head = paper.text
    opening = (
        f"#show: paper.with(title: {quoted(head.title)}, subtitle: {quoted(head.subtitle)}, authors: "
        f"({''.join(quoted(a) + ',' for a in head.authors)}), keywords: "
        f"({''.join(quoted(k) + ',' for k in head.keywords)}))"
    )
    body = [_block(paper, block) for block in paper.blocks]
    return "\n\n".join([LOOK.read_text(encoding="utf-8"), opening, *body]) + "\n"


def quoted(text: str) -> str:
    """A Typst string literal."""
    plain = " ".join(text.split()) if text.strip() else text
    lead, trail = text[:1].isspace() and bool(plain.strip()), text[-1:].isspace() and bool(plain.strip())
    kept = BEFORE_PERCENT.sub("\\1\u00a0%", f"{' ' if lead else ''}{plain}{' ' if trail else ''}")
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def said(text: str) -> str:
    """A text as content; a URL may break after its slashes."""
    return f"#{quoted(text.replace('/', '/' + chr(0x200B)) if '://' in text else text)}"


def _block(paper: Paper, block: Block) -> str:
    match block:
        case Heading(text, level, number, anchor):
            numbered = f"{number}  {text}" if number else text
            return f"#head({level}, {quoted(numbered)}, {quoted(anchor)})"
        case Para(runs, look):
            return f"#{look}[{_runs(paper, runs)}]" if look != "body" else f"{_runs(paper, runs)}\n"
        case Items(items):
            return f"#points({''.join(f'[{_runs(paper, item)}],' for item in items)})"
        case Placed():
            return "\n\n".join(map(_piece, paper.placed(block)))


def _runs(paper: Paper, runs: Iterable[Inline]) -> str:
    out = []
    for run in runs:
        text, look = inline_text(paper, run)
        if look == "plain":
            out.append(said(text) + ";")
        elif look == "code":
            out.append(WRAPS[look].format(quoted(text)))
        else:
            out.append(WRAPS[look].format(said(text)))
    return "".join(out)


def _piece(piece: Piece) -> str:
    match piece.kind:
        case "table":
            return _sheet(piece.number, piece.thing)
        case "figure":
            return _drawing(piece.number, piece.thing, piece.name)
        case "case":
            return _plate(piece.number, piece.thing, piece.name)
        case "text":
            return f"{said(piece.thing)};\n"
        case kind:
            return _works(piece.thing, small=kind == "sources")


def _works(entries: list[str], *, small: bool) -> str:
    return f"#works({'true' if small else 'false'}, {''.join(f'[{said(e)}],' for e in entries)})"


def _drawing(number: int, drawing: Drawing, name: str) -> str:
    return (
        f"#drawing({number}, {quoted(name + '.svg')}, alt: {quoted(drawing.alt)}, caption: [{said(drawing.caption)}])"
    )


def _plate(number: int, plate: Plate, name: str) -> str:
    text = "".join(f"[{said(p)}]," for p in plate.paragraphs)
    if plate.drawing is None:
        return f"#case-text({quoted(plate.title)}, {text})"
    drawing = plate.drawing
    return (
        f"#plate({number}, {quoted(plate.title)}, {quoted(name + '.svg')}, {_share_of_width(plate)}, alt: "
        f"{quoted(drawing.alt)}, caption: [{said(drawing.caption)}], {text})"
    )


def _share_of_width(plate: Plate) -> str:
    """The part of the text's width that lets heading, words, timeline and caption stand on one page."""
    if plate.drawing is None:
        return "100%"
    words = sum(LINE * -(-len(p) // SIGNS) + PARAGRAPH for p in plate.paragraphs)
    words += HEADING + LINE * -(-len(plate.drawing.caption) // SIGNS)
    size = re.search(rb'<svg[^>]*?height="([0-9.]+)pt"', plate.drawing.svg)
    height = float(size.group(1)) if size else 0.0
    return f"{min(100.0, 100.0 * (PAGE - words) / height):.1f}%" if height else "100%"


def _sheet(number: int, sheet: Sheet) -> str:
    table = sheet.table
    widths = sheet.widths or tuple("auto" for _ in table.columns)
    align = ",".join("left" if i in table.text_columns else "right" for i in range(len(table.columns)))
    heads = "".join(f"[{said(c)}]," for c in table.columns)
    cells = _cells(table)
    notes = "".join(f"[{said(n)}]," for n in table.notes)
    return (
        f"#sheet({number}, caption: [{said(table.caption)}], widths: ({','.join(widths)},), align: ({align},), long: "
        f"{'true' if sheet.long else 'false'}, small: {'true' if sheet.small else 'false'}, heads: ({heads}), notes: "
        f"({notes}), {cells})"
    )


def _cells(table: Table) -> str:
    out = []
    for place, row in enumerate(table.rows):
        if place in table.ruled and place:
            out.append("table.hline(stroke: 0.3pt),")
        out.append("".join(f"[{said(c)}]," for c in row))
    return "".join(out)
