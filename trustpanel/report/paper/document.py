"""The paper as a list of blocks, read once from the text and written twice: as Typst and as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trustpanel.report.documents import anchor
from trustpanel.report.paper.source import CLOSE, OPEN, Text
from trustpanel.report.paper.values import Place

SPAN = re.compile(
    rf"(?P<slot>{OPEN}\d+{CLOSE})|\*\*(?P<strong>.+?)\*\*|\*(?P<emph>.+?)\*|`(?P<code>[^`]+)`"
    r"|\[@(?P<cites>[^\]]+)\]|@(?P<cite>[a-z][a-z0-9-]*)|\[\[(?P<ref>[a-z]+:[a-z0-9-]+)\]\]|~(?P<sub>[^~\s]+)~",
    re.DOTALL,
)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one look: plain, emph, strong, code or sub."""

    text: str
    look: str = "plain"


@dataclass(frozen=True)
class Cite:
    """Works cited: in brackets, or as part of the sentence."""

    keys: tuple[str, ...]
    narrative: bool = False


@dataclass(frozen=True)
class Ref:
    """A table or figure named in a sentence."""

    kind: str
    name: str


Inline = Run | Cite | Ref


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2; `number` is empty where it has none."""

    text: str
    level: int
    number: str
    anchor: str


@dataclass(frozen=True)
class Para:
    """A paragraph; `look` is body, abstract, equation or note."""

    runs: tuple[Inline, ...]
    look: str = "body"


@dataclass(frozen=True)
class Items:
    """A list of points."""

    items: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True)
class Placed:
    """What stands here by name: a table, a figure, a case, the works, the sources, or an included page."""

    kind: str
    name: str
    place: Place


Block = Heading | Para | Items | Placed
PLACED = ("table", "figure", "case", "works", "sources", "page")


def blocks_of(text: Text) -> list[Block]:
    """The blocks of the whole paper in reading order; raises `PaperError` for a line that cannot be read."""
    out: list[Block] = []
    numbers = [0, 0]
    for name, part in text.parts:
        line = 1
        for raw in re.split(r"(\n\s*\n)", part):
            if raw.strip():
                lead = len(raw) - len(raw.lstrip("\n"))
                out += _block(raw.strip(), Place(name, line + lead), numbers, text.filled)
            line += raw.count("\n")
    return out


def _block(raw: str, place: Place, numbers: list[int], filled: tuple[str, ...]) -> list[Block]:
    if raw.startswith("!"):
        return [_placed(line, place) for line in raw.splitlines()]
    if raw.startswith("#"):
        return [_heading(raw, numbers, filled)]
    for mark, look in (("%%% ", "abstract"), ("= ", "equation"), ("> ", "note")):
        if raw.startswith(mark):
            return [Para(inline(raw.removeprefix(mark), filled), look)]
    if raw.startswith("- "):
        return [Items(tuple(inline(item, filled) for item in re.split(r"(?:^|\n)- ", raw) if item.strip()))]
    return [Para(inline(raw, filled))]


def _placed(line: str, place: Place) -> Placed:
    kind, _, name = line.removeprefix("!").strip().partition(" ")
    if kind not in PLACED:
        raise place.refuse(
            "nothing of this kind can be placed",
            expected=", ".join(PLACED),
            found=kind,
            next_step="write the line as `!table name`",
        )
    return Placed(kind, name.strip(), place)


def _heading(raw: str, numbers: list[int], filled: tuple[str, ...]) -> Heading:
    marks, _, title = raw.partition(" ")
    level = min(len(marks), 2)
    text = _plain(" ".join(title.split()), filled)
    if text.startswith("*"):
        return Heading(text.strip("* "), level, "", anchor(text))
    if level == 1:
        numbers[0], numbers[1] = numbers[0] + 1, 0
    else:
        numbers[1] += 1
    number = str(numbers[0]) if level == 1 else f"{numbers[0]}.{numbers[1]}"
    return Heading(text, level, number, anchor(text))


def inline(raw: str, filled: tuple[str, ...] = ()) -> tuple[Inline, ...]:
    """The runs, citations and references of a paragraph."""
    text = " ".join(raw.split())
    out: list[Inline] = []
    last = 0
    for match in SPAN.finditer(text):
        _add(out, Run(text[last : match.start()]))
        last = match.end()
        kind = str(match.lastgroup)
        said = match.group(kind)
        if kind == "slot":
            _add(out, Run(_plain(said, filled)))
        elif kind == "cites":
            out.append(Cite(tuple(key.strip().lstrip("@") for key in said.split(";"))))
        elif kind == "cite":
            out.append(Cite((said,), narrative=True))
        elif kind == "ref":
            out.append(Ref(*said.split(":")))
        else:
            out.append(Run(_plain(said, filled), kind))
    _add(out, Run(text[last:]))
    return tuple(out)


def _add(out: list[Inline], run: Run) -> None:
    """Plain runs that meet become one."""
    if not run.text:
        return
    before = out[-1] if out else None
    if isinstance(before, Run) and before.look == run.look == "plain":
        out[-1] = Run(before.text + run.text)
    else:
        out.append(run)


def _plain(text: str, filled: tuple[str, ...]) -> str:
    return re.sub(rf"{OPEN}(\d+){CLOSE}", lambda m: filled[int(m.group(1))], text)
