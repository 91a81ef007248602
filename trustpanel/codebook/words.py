"""Answers about names: what a table or variable is, and whom to cite for it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from trustpanel.codebook.load import codebook
from trustpanel.codebook.schema import Codebook
from trustpanel.errors import UnknownNameError

PACKAGE_ENTRY = """@misc{trustpanel,
  title = {{trustpanel}: panel data and tests of trust between enemies},
  author = {{The trustpanel developers}},
  year = {2026},
  note = {Version VERSION}
}"""


LISTED = ("table", "variable", "table or variable")


def known(name: str, names: Iterable[str], what: str) -> str:
    """`name`, if it is one of `names`; else raises `UnknownNameError` with the nearest right ones."""
    names = sorted(names)
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=5, cutoff=0.4)
    raise UnknownNameError(
        f"there is no {what} of this name",
        found=name,
        expected=f"perhaps one of {near}" if near else f"one of {names[:8]} ...",
        next_step="tp.tables() and tp.variables() list them all" if what in LISTED else "help(tp.panel) names them all",
    )


def describe_name(name: str) -> dict[str, Any]:
    """The codebook entry of a table or variable as a plain dict, empty fields left out."""
    book = codebook()
    known(name, [*book.tables, *book.variables], "table or variable")
    if name in book.tables:
        table = book.tables[name]
        entry: dict[str, Any] = {
            "table": name,
            "label": table.label,
            "doc": table.doc,
            "grain": table.grain,
            "key": list(table.key),
            "columns": list(table.columns),
            "universe": table.universe,
            "sources": list(table.sources),
        }
    else:
        v = book.variables[name]
        entry = {
            "variable": name,
            "label": v.label,
            "type": v.type,
            "unit": v.unit,
            "concept": v.concept,
            "formula": v.formula,
            "range": list(v.range) if v.range else None,
            "values": list(v.values),
            "window": list(v.window) if v.window else None,
            "missing": v.missing,
            "absent": v.absent,
            "mirror": v.mirror,
            "half_life": v.half_life,
            "passes": v.passes or None,
            "sources": list(v.sources),
            "tables": sorted(t.name for t in book.tables.values() if name in t.columns),
        }
    return {k: value for k, value in entry.items() if value not in (None, "", [])}


def table_rows() -> list[dict[str, Any]]:
    """One dict a table, sorted by name."""
    return [
        {
            "name": t.name,
            "label": t.label,
            "grain": t.grain,
            "key": ", ".join(t.key),
            "columns": len(t.columns),
            "sources": ", ".join(t.sources),
        }
        for _, t in sorted(codebook().tables.items())
    ]


def variable_rows(table: str | None = None) -> list[dict[str, Any]]:
    """One dict a variable, of one table in column order, or of all by name."""
    book = codebook()
    if table is not None:
        names: Iterable[str] = book.tables[known(table, book.tables, "table")].columns
    else:
        names = sorted(book.variables)
    return [
        {
            "name": v.name,
            "label": v.label,
            "type": v.type,
            "unit": v.unit,
            "concept": v.concept,
            "owner": v.owner,
            "sources": ", ".join(v.sources),
            "missing": v.missing,
        }
        for v in (book.variables[n] for n in names)
    ]


def sources_of(book: Codebook, name: str) -> tuple[str, ...]:
    """The sources behind a variable, or behind a table and every one of its columns."""
    known(name, [*book.tables, *book.variables], "table or variable")
    if name in book.variables and name not in book.tables:
        return book.variables[name].sources
    table = book.tables[name]
    used = [*table.sources, *(s for c in table.columns for s in book.variables[c].sources)]
    return tuple(dict.fromkeys(used))


def bibtex(names: Iterable[str]) -> str:
    """BibTeX entries of the package and of just the sources behind `names`, each once, by key."""
    book = codebook()
    return bibtex_of({s for name in names for s in sources_of(book, name)})


def package_version() -> str:
    """The installed version of trustpanel."""
    return version("trustpanel")


def bibtex_of(sources: Iterable[str]) -> str:
    """BibTeX entries of the package and of `sources`, each once, by key."""
    book = codebook()
    used = {s for s in sources if s in book.sources}
    entries = sorted({book.sources[s].bibtex_key: book.sources[s].bibtex.strip() for s in used}.items())
    return "\n\n".join([PACKAGE_ENTRY.replace("VERSION", package_version()), *(entry for _, entry in entries)]) + "\n"
