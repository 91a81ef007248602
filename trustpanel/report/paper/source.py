"""The text of the paper: files in order, each line free of numbers typed by hand, slots and conditions filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.codebook.fields import parsed
from trustpanel.errors import PaperError
from trustpanel.report.paper.values import Place, holds, shown

MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# what is no text: slots, works cited, references to tables and figures, lines that place a table or a figure
NO_TEXT = re.compile(r"\{\{.*?\}\}|\[@[^\]]*\]|@[a-z][a-z0-9-]*|\[\[[^\]]*\]\]|^!.*$")
NUMBER_WORDS = (
    r"\b(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|hundreds?|thousands?|millions?|dozens?|half of|a third of|a quarter of|per ?cent|percentage points?)\b"
)
TYPED = re.compile(rf"\d|{NUMBER_WORDS}", re.IGNORECASE)
OPEN, CLOSE = "\ue000", "\ue001"
DECLARED = "paper.toml"


@dataclass(frozen=True)
class Text:
    """The declared head of the paper and its text with all slots filled, one string a file in reading order.

    `filled`: the texts of the slots by number; in `parts` they stand as `OPEN number CLOSE`, so that no sign in a value
    is read as markup. `used`: (file, line, slot, text shown).
    """

    title: str
    subtitle: str
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    filled: tuple[str, ...]
    used: tuple[tuple[str, int, str, str], ...]


def load_text(folder: Path, values: Mapping[str, Any]) -> Text:
    """The text under `folder` with every slot filled from `values`.

    Raises `PaperError`, with file and line, for a number typed by hand, a slot without a value or a condition that
    is not closed.
    """
    head = declared(folder)
    filled: list[str] = []
    used: list[tuple[str, int, str, str]] = []
    parts = []
    for name in head["parts"]:
        raw = (folder / name).read_text(encoding="utf-8")
        check_typed(name, raw, head["allow"])
        parts.append((name, _fill(name, raw, values, filled, used)))
    return Text(
        title=head["title"],
        subtitle=head["subtitle"],
        authors=tuple(head["authors"]),
        keywords=tuple(head["keywords"]),
        parts=tuple(parts),
        filled=tuple(filled),
        used=tuple(used),
    )


def declared(folder: Path) -> dict[str, Any]:
    """`paper.toml`: title, subtitle, authors, keywords, parts in order, and what may be typed, each with its reason."""
    file = folder / DECLARED
    try:
        head = parsed(file, PaperError)
        wanted = {"title", "subtitle", "authors", "keywords", "parts", "allow"}
        if set(head) != wanted or not all(a["pattern"] and a["why"] for a in head["allow"]):
            raise ValueError(f"fields {sorted(head)}")
        absent = [name for name in head["parts"] if name != Path(name).name or not (folder / name).is_file()]
        if absent:
            raise ValueError(f"no file {absent}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PaperError(
            "the head of the paper does not read",
            file=file,
            expected="title, subtitle, authors, keywords, parts that exist, allow with pattern and why",
            found=error,
            next_step="mend paper.toml",
        ) from error
    return head


def check_typed(name: str, raw: str, allow: list[dict[str, str]]) -> None:
    """Every line of `raw` is free of digits and words for large numbers but those allowed; raises `PaperError`."""
    without = MARK.sub(lambda m: "\n" * m.group(0).count("\n"), raw)
    for number, line in enumerate(without.splitlines(), start=1):
        text = NO_TEXT.sub(" ", line)
        for entry in allow:
            text = re.sub(entry["pattern"], " ", text)
        typed = TYPED.search(text)
        if typed:
            raise Place(name, number).refuse(
                "a number is typed by hand",
                expected="a slot {{path|format}} that takes the number from a result file",
                found=line.strip()[max(0, line.find(typed.group(0)) - 40) :][:90],
                next_step="put a slot in its place; if it is no result (a year, a name), allow it with its reason in "
                f"{DECLARED}",
            )


def _fill(
    name: str, raw: str, values: Mapping[str, Any], filled: list[str], used: list[tuple[str, int, str, str]]
) -> str:
    """The text with conditions decided and slots replaced by their marks."""
    out: list[str] = []
    # (what held before, whether this branch is taken, whether there was an else)
    stack: list[tuple[bool, bool, bool]] = []
    live, last = True, 0
    for match in MARK.finditer(raw):
        place = Place(name, raw.count("\n", 0, match.start()) + 1)
        if live:
            out.append(raw[last : match.start()])
        last = match.end()
        said = " ".join(match.group(1).split())
        if said.startswith("if "):
            taken = live and holds(values, said.removeprefix("if "), place)
            stack.append((live, taken, False))
            live = taken
        elif said in ("else", "end"):
            if not stack or (said == "else" and stack[-1][2]):
                raise place.refuse("nothing is open here", found=said, next_step="open it with {{if ...}}")
            before, taken, _ = stack.pop()
            live = before
            if said == "else":
                stack.append((before, taken, True))
                live = before and not taken
        elif live:
            text = shown(values, said, place)
            used.append((name, place.line, said, text))
            out.append(f"{OPEN}{len(filled)}{CLOSE}")
            filled.append(text)
    if stack:
        raise Place(name, raw.count("\n") + 1).refuse(
            "a condition is not closed", expected="{{end}}", next_step="close every {{if ...}}"
        )
    return "".join([*out, raw[last:]])
