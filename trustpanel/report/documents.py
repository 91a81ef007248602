"""A page is a list of blocks, written once as Markdown and once as one self-contained HTML file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trustpanel.errors import ReportError
from trustpanel.paths import STYLE
from trustpanel.report.tables import Table, html_text, markdown_text

STYLE_SHEET, CELLS = STYLE / "style.css", STYLE / "cells.css"


def sheet_of(own: Path) -> str:
    """The style sheet of a page: its own, then that of cells, which the report and the paper share."""
    return own.read_text(encoding="utf-8") + CELLS.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Section:
    """A heading of level 2 or 3."""

    title: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `lead` sets the answer apart."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of plain texts."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A figure: inline SVG in HTML, a file beside the page in Markdown."""

    svg: str
    file: str
    alt: str
    caption: str


Block = Section | Paragraph | Bullets | Picture | Table


@dataclass(frozen=True)
class Page:
    """A title and its blocks, in reading order."""

    title: str
    blocks: tuple[Block, ...]

    def to_markdown(self) -> str:
        parts = [f"# {markdown_text(self.title)}\n", *(_markdown(block) for block in self.blocks)]
        return "\n".join(parts)

    def to_html(self) -> str:
        body = "\n".join(_html(block) for block in self.blocks)
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{html_text(self.title)}</title>\n<style>\n{sheet_of(STYLE_SHEET)}</style>\n</head>\n<body>\n"
            f"<header><h1>{html_text(self.title)}</h1></header>\n{self._contents()}<main>\n{body}\n</main>\n</body>\n</html>\n"
        )

    def _contents(self) -> str:
        titles = [b.title for b in self.blocks if isinstance(b, Section) and b.level == 2]
        links = "".join(f'<li><a href="#{anchor(t)}">{html_text(t)}</a></li>' for t in titles)
        return f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n' if links else ""


def anchor(title: str) -> str:
    """The fragment name of a section."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def inline_svg(svg: bytes, alt: str) -> str:
    """The SVG element alone, with its alternative text, without prolog and metadata."""
    text = svg.decode("utf-8")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)
    return text.replace("<svg", f'<svg role="img" aria-label="{html_text(alt)}"', 1).strip()


def write(path: Path, content: str | bytes) -> Path:
    """The whole file is at `path`, or what was there before: written aside, then moved.

    Raises `ReportError` if the disk is full or the folder cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(aside).chmod(0o644)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ReportError(
            "a file could not be written; what stood there before still does",
            file=path,
            found=error,
            next_step="free space there or make the folder writable, or set TRUSTPANEL_HOME to another one",
        ) from error
    return path


def write_page(page: Page, folder: Path, stem: str, pictures: Mapping[str, bytes] | None = None) -> list[Path]:
    """The files written to `folder`: the pictures by their names, then the page as `stem`.md and `stem`.html."""
    contents: dict[str, str | bytes] = {
        **(pictures or {}),
        f"{stem}.md": page.to_markdown(),
        f"{stem}.html": page.to_html(),
    }
    return [write(folder / name, content) for name, content in contents.items()]


def _markdown(block: Block) -> str:
    match block:
        case Section(title, level):
            return f"{'#' * level} {markdown_text(title)}\n"
        case Paragraph(text, lead):
            return f"{'> ' if lead else ''}{markdown_text(text)}\n"
        case Bullets(items):
            return "".join(f"- {markdown_text(item)}\n" for item in items)
        case Picture(_, file, alt, caption):
            return f"![{markdown_text(alt)}]({file})\n\n{markdown_text(caption)}\n"
        case Table():
            return block.to_markdown()


def _html(block: Block) -> str:
    match block:
        case Section(title, 2):
            return f'<h2 id="{anchor(title)}">{html_text(title)}</h2>'
        case Section(title, level):
            return f"<h{level}>{html_text(title)}</h{level}>"
        case Paragraph(text, lead):
            return f'<p class="lead">{html_text(text)}</p>' if lead else f"<p>{html_text(text)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(f'<li>{html_text(item)}</li>' for item in items)}</ul>"
        case Picture(svg, _, _, caption):
            return f"<figure>\n{svg}\n<figcaption>{html_text(caption)}</figcaption>\n</figure>"
        case Table():
            return block.to_html()
