"""The works cited: each declared once with what was seen of it; data sources come from `data/sources.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustpanel.codebook.fields import parsed
from trustpanel.errors import PaperError

FILE = "works.toml"
FIELDS = {"key", "authors", "year", "title", "where", "seen"}
AUTHOR = re.compile(r"author\s*=\s*\{(.+?)\},?\n", re.DOTALL)
YEAR = re.compile(r"year\s*=\s*\{?(\d{4})")
MANY = 3


@dataclass(frozen=True)
class Work:
    """A work: the families of its authors, its year, and its entry as it stands in the list."""

    key: str
    families: tuple[str, ...]
    year: str
    entry: str
    is_source: bool = False

    @property
    def names(self) -> str:
        """`A`, `A and B`, `A et al.`"""
        if len(self.families) >= MANY:
            return f"{self.families[0]} et al."
        return " and ".join(self.families)


def load_works(folder: Path, sources: Iterable[Mapping[str, Any]]) -> dict[str, Work]:
    """{key: Work} of `works.toml` in `folder` and of the data sources; raises `PaperError` if two share a key."""
    file = folder / FILE
    try:
        declared = parsed(file, PaperError)["work"]
        for entry in declared:
            if set(entry) != FIELDS or not entry["seen"]:
                raise ValueError(f"fields {sorted(entry)} of {entry.get('key')}")
    except (OSError, ValueError, KeyError) as error:
        raise PaperError(
            "the works cited do not read",
            file=file,
            expected=", ".join(sorted(FIELDS)),
            found=error,
            next_step="mend works.toml",
        ) from error
    works = [_declared(entry) for entry in declared]
    works += {w.key: w for w in map(_of_source, sources)}.values()
    twice = sorted({w.key for w in works if sum(o.key == w.key for o in works) > 1})
    if twice:
        raise PaperError("two works share a key", file=file, found=twice, next_step="keep one of them")
    return {w.key: w for w in works}


def _declared(entry: Mapping[str, Any]) -> Work:
    authors = [str(a) for a in entry["authors"]]
    families = tuple(_family(a) for a in authors)
    named = authors[0] if len(authors) == 1 else f"{', '.join(authors[:-1])} and {authors[-1]}"
    text = f"{named.removesuffix('.')}. {entry['year']}. {entry['title']}. {entry['where']}."
    return Work(str(entry["key"]), families, str(entry["year"]), text)


def _family(name: str) -> str:
    """The family of a name as it stands in the list: before the comma, else the last word."""
    return name.split(",", maxsplit=1)[0] if "," in name else name.rsplit(maxsplit=1)[-1]


def _of_source(source: Mapping[str, Any]) -> Work:
    bibtex = str(source["bibtex"])
    authors, year = AUTHOR.search(bibtex), YEAR.search(bibtex)
    families = _families(authors.group(1)) if authors else (str(source["producer"]),)
    return Work(
        key=str(source["bibtex_key"]),
        families=families,
        year=year.group(1) if year else "n.d.",
        entry=" ".join(str(source["citation"]).split()),
        is_source=True,
    )


def _families(text: str) -> tuple[str, ...]:
    """Families of a BibTeX author list; a name in braces is one family."""
    names = [n.strip() for n in re.split(r"\s+and\s+", " ".join(text.split()))]
    return tuple(n.strip("{}") if n.startswith("{") else n.split(",")[0].strip("{}") for n in names)
