"""The paper is in its folder: the PDF, the page, and the numbers that the text shows with where each comes from."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from trustpanel.errors import PaperError
from trustpanel.report.documents import write
from trustpanel.report.paper.cases import plate_of
from trustpanel.report.paper.document import Placed, blocks_of
from trustpanel.report.paper.drawings import drawings_of
from trustpanel.report.paper.html_text import html_source
from trustpanel.report.paper.included import included_pages
from trustpanel.report.paper.model import Drawing, Paper, numbered
from trustpanel.report.paper.numbers import Findings, values_of
from trustpanel.report.paper.sheets import sheets_of
from trustpanel.report.paper.source import load_text
from trustpanel.report.paper.typst_text import typst_source
from trustpanel.report.paper.works import load_works

NAME = "trustpanel"
NUMBERS = "numbers.json"


def write_paper(found: Findings, text: Path, folder: Path, *, with_stars: bool = False) -> list[Path]:
    """`trustpanel.pdf`, `trustpanel.html` and `numbers.json` in `folder`; the same results give the same bytes.

    `text`: the folder of the paper's text. `with_stars`: the field's stars in the table of the core model.
    Raises `PaperError`, with file and line, if the text has a number typed by hand or a slot without a value; then
    nothing is written.
    """
    paper = compose(found, text, with_stars=with_stars)
    html, pdf = html_source(paper), pdf_bytes(paper)
    used = [{"file": file, "line": line, "slot": slot, "shown": said} for file, line, slot, said in paper.text.used]
    contents: dict[str, str | bytes] = {
        f"{NAME}.pdf": pdf,
        f"{NAME}.html": html,
        NUMBERS: json.dumps(used, indent=1, ensure_ascii=False) + "\n",
    }
    return [write(folder / name, content) for name, content in contents.items()]


def compose(found: Findings, text: Path, *, with_stars: bool = False) -> Paper:
    """The paper with its text filled and all that it places drawn and set, not yet written."""
    filled = load_text(text, values_of(found))
    blocks = tuple(blocks_of(filled))
    pages = included_pages(found.long)
    wanted = {kind: {b.name for b in blocks if isinstance(b, Placed) and b.kind == kind} for kind in ("case", "figure")}
    return Paper(
        text=filled,
        blocks=blocks,
        sheets=sheets_of(found, with_stars=with_stars),
        drawings=drawings_of(found, wanted["figure"]),
        plates={key: plate_of(case) for key, case in found.cases.items() if key in wanted["case"]},
        pages=pages,
        works=load_works(text, found.sources),
        numbers=numbered(blocks, pages),
    )


def pdf_bytes(paper: Paper) -> bytes:
    """The PDF, tagged for screen readers (PDF/UA-1), made without fonts, packages or dates of the machine."""
    import typst

    source = typst_source(paper)
    with tempfile.TemporaryDirectory() as aside:
        root = Path(aside)
        for name, drawing in _drawn(paper).items():
            (root / f"{name}.svg").write_bytes(drawing.svg)
        main = root / "paper.typ"
        main.write_text(source, encoding="utf-8")
        try:
            # PDF/UA-1: tagged, titled, words for every figure, or no paper
            made = typst.compile(
                str(main),
                root=str(root),
                format="pdf",
                ignore_system_fonts=True,
                timestamp=0,
                pdf_standards=["ua-1"],
            )
        except typst.TypstError as error:
            raise PaperError(
                "the paper could not be set",
                found=error,
                next_step="mend the text or trustpanel/report/paper/paper.typ",
            ) from error
    return bytes(made)


def _drawn(paper: Paper) -> dict[str, Drawing]:
    """Every figure that the text places, by the name of its file."""
    pieces = [piece for block in paper.blocks if isinstance(block, Placed) for piece in paper.placed(block)]
    figures = {piece.name: piece.thing for piece in pieces if piece.kind == "figure"}
    cases = {piece.name: piece.thing.drawing for piece in pieces if piece.kind == "case" and piece.thing.drawing}
    return figures | cases
