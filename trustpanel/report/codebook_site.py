"""The codebook as pages of the documentation: one a table, one of shared columns, one of sources, and their list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustpanel.codebook.schema import Codebook, Source, Table, Variable
from trustpanel.errors import ReportError
from trustpanel.report import formats as f
from trustpanel.report.histogram_drawing import histogram_svg
from trustpanel.report.tables import markdown_text as text

Counts = Mapping[str, Any]
SHARED, SOURCES, INDEX = "codebook/shared.md", "codebook/sources.md", "codebook/index.md"
TERMS = {
    "open": "open: public domain, CC0 or CC BY",
    "citation": "citation: free for research with citation, or no terms stated by a public distributor",
    "restricted": "restricted: read only where the user has the files; never shipped",
}
READ = (
    "Every table of the store, generated from the declarations in `trustpanel/tables/*.toml` and from the store that "
    "stood when these pages were built. A column is declared once, in the table that owns it. The same entries answer "
    "`tp.describe(name)`, and `tp.cite(name)` gives the BibTeX."
)
MISSING_RULE = "Missing is never zero: each entry says when a value is missing."


def codebook_pages(book: Codebook, counts: Counts) -> dict[str, str]:
    """Markdown by path within the documentation; the same store gives the same text.

    `counts`: what `store.column_frames.column_counts` says of the tables that the store holds; a table that it does not
    hold is described without counts. ReportError if a table that is shipped is absent.
    """
    lacking = [name for name, table in book.tables.items() if name not in counts and not table.restricted]
    if lacking:
        raise ReportError("the store lacks declared tables", found=lacking, next_step="run `trustpanel build` again")
    pages = {f"codebook/{t.name}.md": _table_page(book, t, counts.get(t.name)) for t in book.tables.values()}
    return {**pages, SHARED: _shared_page(book, counts), SOURCES: _sources_page(book), INDEX: _index_page(book, counts)}


def _table_page(book: Codebook, table: Table, counted: Counts | None) -> str:
    own = [v for v in book.columns(table.name) if v.owner == table.name]
    others = [v for v in book.columns(table.name) if v.owner != table.name]
    made = f"`trustpanel/tables/{'restricted/' if table.restricted else ''}{table.name}"
    facts = {
        "one row is": text(table.grain),
        "key": ", ".join(f"`{column}`" for column in table.key),
        "rows": f.count(counted["rows"]) if counted else f"absent: needs {', '.join(table.needs)}",
        "computed in": f"{made}.sql`" if table.sql else f"the fact `{table.base}`",
        "declared in": f"{made}.toml`",
        "sources": _links(book, table.sources),
    }
    parts = ["---\norphan: true\n---", f"(t-{table.name})=\n\n# `{table.name}`: {text(table.label)}", text(table.doc)]
    parts.append(_fields(facts))
    if others:
        parts.append("## Columns declared elsewhere\n\n" + _elsewhere(others, counted))
    if own:
        parts.append(f"## Columns that this table owns\n\n{', '.join(_link(v) for v in own)}.")
    parts += [_variable(book, v, counted["columns"][v.name] if counted else None, counted) for v in own]
    return "\n\n".join(parts) + "\n"


def _elsewhere(others: list[Variable], counted: Counts | None) -> str:
    rows = [f"| {_link(v)} | {text(v.label)} | {_known(counted, v.name) if counted else f.MISSING} |" for v in others]
    return "| column | label | known |\n| --- | --- | ---: |\n" + "\n".join(rows)


def _known(counted: Counts, name: str) -> str:
    return f.share(counted["columns"][name]["known"] / counted["rows"]) if counted["rows"] else f.MISSING


def _variable(book: Codebook, v: Variable, column: Counts | None, counted: Counts | None, where: str = "") -> str:
    facts = {
        "type": f"{v.type}{f', {text(v.unit)}' if v.unit else ''}",
        "concept": v.concept.replace("_", " "),
        "formula": text(v.formula),
        "admissible": _admissible(v),
        "window": f"{v.window[0]} to {v.window[1]}" if v.window else "",
        "missing": text(v.missing),
        "where the table has no row": text(v.absent) if v.absent is not None else "",
        "sources": _links(book, v.sources),
    }
    if column is not None and counted is not None:
        known = f"{f.count(column['known'])} of {f.count(counted['rows'])} rows"
        facts["known"] = f"{known} ({_known(counted, v.name)}){where}"
    parts = [f"(v-{v.name})=\n\n### `{v.name}`", f"{text(v.label)}.", _fields(facts)]
    if column is not None and column["bars"] and v.concept != "identifier":
        svg = histogram_svg(column["bars"], name=v.name, low=column["low"], known=column["known"])
        parts.append(f"```{{raw}} html\n{svg}\n```")
    return "\n\n".join(parts)


def _admissible(v: Variable) -> str:
    if v.values:
        return ", ".join(f"`{value}`" for value in v.values)
    return f"{v.range[0]:,g} to {v.range[1]:,g}" if v.range else ""


def _shared_page(book: Codebook, counts: Counts) -> str:
    shared = sorted((v for v in book.variables.values() if not v.owner), key=lambda v: v.name)
    parts = [
        "---\norphan: true\n---",
        "(t-shared)=\n\n# Columns that many tables share",
        "Keys and marks that have one meaning in every table, declared in `trustpanel/codebook/columns.toml`. The "
        "counts are those of the largest table that has the column.",
    ]
    for v in shared:
        held = [name for name in counts if v.name in counts[name]["columns"]]
        largest = max(held, key=lambda name: (counts[name]["rows"], name), default="")
        counted = counts.get(largest)
        where = f" of [`{largest}`](#t-{largest})"
        parts.append(_variable(book, v, counted["columns"][v.name] if counted else None, counted, where))
    return "\n\n".join(parts) + "\n"


def _sources_page(book: Codebook) -> str:
    parts = [
        "---\norphan: true\n---",
        "(t-sources)=\n\n# Sources",
        "Every source with its terms and its citation, as `data/sources.toml` declares them. `data/LICENSE.md` lists "
        "the terms in one table.",
        *(_source(s) for s in sorted(book.sources.values(), key=lambda s: s.id)),
    ]
    return "\n\n".join(parts) + "\n"


def _source(s: Source) -> str:
    facts = {
        "made by": text(s.producer),
        "version": text(s.version),
        "years": f"{s.window[0]} to {s.window[1]}",
        "one record is": text(s.unit),
        "licence as stated": text(s.licence),
        "terms": TERMS[s.terms],
        "shipped": f.yes_no(s.ship),
        "address": f"<{s.url}>" if s.url.startswith("http") else text(s.url),
        "cite": text(s.citation),
    }
    return (
        f"(s-{s.id})=\n\n## {text(s.title)}\n\nId: `{s.id}`\n\n{_fields(facts)}\n\n```bibtex\n{s.bibtex.strip()}\n```"
    )


def _index_page(book: Codebook, counts: Counts) -> str:
    rows = [
        f"| [`{t.name}`](#t-{t.name}) | {text(t.label)} | {text(t.grain)} | "
        f"{f.count(counts[t.name]['rows']) if t.name in counts else 'absent'} | {len(t.columns)} |"
        for t in sorted(book.tables.values(), key=lambda t: t.name)
    ]
    owned = sorted((v for v in book.variables.values()), key=lambda v: v.name)
    parts = [
        "# Codebook",
        READ,
        MISSING_RULE,
        "[Columns that many tables share](#t-shared) · [Sources](#t-sources) · [All variables by name](#all-variables)",
        "## Tables",
        "| table | what it holds | one row is | rows | columns |\n| --- | --- | --- | ---: | ---: |\n"
        + "\n".join(rows),
        f"(all-variables)=\n\n## All {f.count(len(owned))} variables by name",
        ", ".join(_link(v) for v in owned) + ".",
    ]
    return "\n\n".join(parts) + "\n"


def _link(v: Variable) -> str:
    return f"[`{v.name}`](#v-{v.name})"


def _links(book: Codebook, sources: tuple[str, ...]) -> str:
    return ", ".join(f"[{s}](#s-{s})" if s in book.sources else s for s in sources)


def _fields(facts: Mapping[str, str]) -> str:
    return "\n".join(f":{name}: {value}" for name, value in facts.items() if value)
