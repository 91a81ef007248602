"""A table is data until it is written: as Markdown or as HTML, every text escaped, every number already in its form."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import pandas as pd

from trustpanel.report import formats as f

STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
# characters: estimates with intervals are shorter than the first, names of tests and tables than the second
LONGEST_NUMBER, LONGEST_PHRASE = 28, 90
STARS_NOTE = "*** p < 0.01, ** p < 0.05, * p < 0.1."


@dataclass(frozen=True)
class Table:
    """A caption, column heads, rows of texts, notes; `ruled` names the rows above which a line is drawn."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    ruled: frozenset[int] = field(default_factory=frozenset)
    text_columns: frozenset[int] = frozenset({0})

    def to_markdown(self) -> str:
        """A pipe table under its caption in bold, notes below."""
        align = ["---" if i in self.text_columns else "---:" for i in range(len(self.columns))]
        lines = [f"**{markdown_text(self.caption)}**", "", _pipes(self.columns), f"| {' | '.join(align)} |"]
        lines += [_pipes(row) for row in self.rows] or [_pipes(("none", *[""] * (len(self.columns) - 1)))]
        for note in self.notes:
            lines += ["", f"Note. {markdown_text(note)}"]
        return "\n".join(lines) + "\n"

    def to_html(self) -> str:
        """A table element with caption and scoped heads; notes in a paragraph below."""
        head = "".join(f'<th scope="col"{self._css(i)}>{html_text(c)}</th>' for i, c in enumerate(self.columns))
        body = [self._html_row(i, row) for i, row in enumerate(self.rows)]
        if not body:
            body = [f'<tr><td class="text" colspan="{len(self.columns)}">none</td></tr>']
        notes = "".join(f'<p class="note">Note. {html_text(n)}</p>\n' for n in self.notes)
        return (
            f'<div class="scroll" tabindex="0" role="group" aria-label="{html_text(self.caption)}">\n<table>\n'
            f"<caption>{html_text(self.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
            + "\n".join(body)
            + f"\n</tbody>\n</table>\n</div>\n{notes}"
        )

    def _css(self, column: int, cell: str = "") -> str:
        """Words may be broken, wherever they stand, and have room by their length; numbers and intervals may not."""
        kinds = ["text"] if column in self.text_columns else []
        if len(cell) > LONGEST_NUMBER:
            kinds.append("prose" if len(cell) > LONGEST_PHRASE else "words")
        return f' class="{" ".join(kinds)}"' if kinds else ""

    def _html_row(self, place: int, row: tuple[str, ...]) -> str:
        first = f'<th scope="row"{self._css(0, row[0])}>{html_text(row[0])}</th>'
        rest = "".join(f"<td{self._css(i, c)}>{html_text(c)}</td>" for i, c in enumerate(row) if i > 0)
        line = ' class="ruled"' if place in self.ruled else ""
        return f"<tr{line}>{first}{rest}</tr>"


def html_text(text: object) -> str:
    """Text that no browser reads as markup."""
    return html.escape(_one_line(text), quote=True)


def markdown_text(text: object) -> str:
    """Text that no Markdown reader takes for markup or for the end of a cell."""
    plain = re.sub(r"([\\`*|~])", r"\\\1", _one_line(text))
    plain = re.sub(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])", r"\\_", plain)
    plain = re.sub(r"\](?=[(\[:])", r"\\]", plain)
    plain = re.sub(r"&(?=#?[0-9A-Za-z]+;)", "&amp;", plain)
    return re.sub(r"<(?=[A-Za-z/!?])", "&lt;", plain).replace(">", "&gt;")


def stars(p: float | None) -> str:
    """The field's stars for a p-value."""
    return "" if p is None else next((mark for level, mark in STARS if p < level), "")


def frame_table(
    frame: pd.DataFrame, *, caption: str, heads: dict[str, str] | None = None, notes: tuple[str, ...] = ()
) -> Table:
    """Any small frame as a table: counts with separators, other numbers with three decimals, missing as a dash."""
    heads = heads or {}
    columns = tuple(heads.get(str(c), str(c).replace("_", " ")) for c in frame.columns)
    kept = frozenset(i for i, c in enumerate(frame.columns) if i == 0 or not _is_count(frame[c]))
    plain = {i for i, c in enumerate(frame.columns) if "year" in str(c).lower() or str(c) == "decade"}
    rows = tuple(
        tuple(_cell(value, plain=i in plain) for i, value in enumerate(row))
        for row in frame.itertuples(index=False, name=None)
    )
    return Table(caption, columns, rows, notes, text_columns=kept)


def _is_count(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def _cell(value: object, *, plain: bool) -> str:
    if isinstance(value, (bool,)) or type(value).__name__ == "bool":
        return f.yes_no(bool(value))
    if value is None or pd.isna(value):
        return f.MISSING
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if pd.api.types.is_number(value):
        whole = float(value) == int(float(value))  # type: ignore[arg-type]
        return (str(int(value)) if plain else f.count(value)) if whole else f.number(float(value))  # type: ignore[call-overload, arg-type]
    return str(value)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _pipes(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(markdown_text(c) for c in cells)} |"
