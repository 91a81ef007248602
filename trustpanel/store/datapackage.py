"""The built tables as a Frictionless data package: what is in each file, in words that other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trustpanel.codebook.schema import Codebook, Source, Table, Variable
from trustpanel.sources.raw import digest

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA = "application/vnd.apache.parquet"
TYPES = {"string": "string", "bool": "boolean", "date32": "date", "float32": "number", "float64": "number"}
LICENCE = {
    "name": "LicenseRef-terms-of-the-sources",
    "title": "Each source's own terms (see sources); what this project coded itself: CC BY 4.0; code: MIT",
}


def data_package(book: Codebook, *, rows: Mapping[str, int], folder: Path, version: str) -> str:
    """`datapackage.json` of the parquet files in `folder`/tables, as text; the same tables give the same bytes.

    One resource a table of `rows`, with its schema, key, number of rows, size and sha256; what the form has no word for
    (unit, formula, window, missing rule) stands under the names of the codebook.
    """
    tables = [book.tables[name] for name in sorted(rows)]
    used = {s for t in tables for s in (*t.sources, *(s for v in book.columns(t.name) for s in v.sources))}
    package = {
        "$schema": PROFILE,
        "name": "trustpanel",
        "title": "trustpanel: panel data on trust between enemies",
        "description": "Leaders, pairs of leaders, meetings, agreements, conflict and trust between states.",
        "version": version,
        "licenses": [LICENCE],
        "sources": [_source(book.sources[s]) for s in sorted(used) if s in book.sources],
        "resources": [_resource(book, t, rows=rows[t.name], folder=folder) for t in tables],
    }
    return json.dumps(package, indent=1, ensure_ascii=False) + "\n"


def _source(source: Source) -> dict[str, Any]:
    found = {
        "title": source.title,
        "path": source.url if source.url.startswith("http") else "",
        "version": source.version,
        "id": source.id,
        "citation": source.citation,
        "licence": source.licence,
        "terms": source.terms,
    }
    return {key: value for key, value in found.items() if value}


def _resource(book: Codebook, table: Table, *, rows: int, folder: Path) -> dict[str, Any]:
    path = f"tables/{table.name}.parquet"
    return {
        "name": table.name,
        "type": "table",
        "path": path,
        "title": table.label,
        "description": table.doc,
        "format": "parquet",
        "mediatype": MEDIA,
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{digest(folder / path)}",
        "rows": rows,
        "schema": {
            "fields": [_field(v) for v in book.columns(table.name)],
            "primaryKey": list(table.key),
            "foreignKeys": [_reference(column, target) for column, target in sorted(table.references.items())],
        },
    }


def _reference(column: str, target: str) -> dict[str, Any]:
    resource, field = target.split(".")
    return {"fields": [column], "reference": {"resource": resource, "fields": [field]}}


def _field(v: Variable) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": True} if v.never_missing else {}
    if v.values:
        limits["enum"] = list(v.values)
    if v.range:
        limits |= {"minimum": v.range[0], "maximum": v.range[1]}
    found = {
        "name": v.name,
        "type": TYPES.get(v.type, "integer"),
        "title": v.label,
        "unit": v.unit,
        "concept": v.concept,
        "formula": v.formula,
        "window": list(v.window) if v.window else None,
        "missing": v.missing,
        "constraints": limits,
    }
    return {key: value for key, value in found.items() if value}
