"""Build order, read from DuckDB's own syntax tree of each select."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import duckdb

from trustpanel.codebook.schema import Table
from trustpanel.errors import BuildError


def table_names(table: Table) -> set[tuple[str, str]]:
    """Every (schema, table) that the table's select reads, without its own common table expressions."""
    with duckdb.connect(":memory:") as con:
        text = con.execute("select json_serialize_sql(?)", [table.sql]).fetchall()[0][0]
    tree = json.loads(text)
    if tree.get("error"):
        raise BuildError(
            "a table's .sql does not parse as one bare select",
            file=f"tables/{table.name}.sql",
            expected="one select",
            found=tree.get("error_message"),
            next_step="mend the select",
        )
    found: set[tuple[str, str]] = set()
    ctes: set[str] = set()
    _walk(tree, found, ctes)
    return {(schema, name) for schema, name in found if schema or name not in ctes}


def build_order(tables: Mapping[str, Table]) -> list[str]:
    """Table names so that each comes after those it reads; raises `BuildError` on a circle or unknown name."""
    needs: dict[str, set[str]] = {}
    for table in tables.values():
        named = table_names(table) if table.sql else set()
        strange = sorted(name for schema, name in named if not schema and name not in tables)
        if strange:
            raise BuildError(
                "a select reads a table that the codebook does not have",
                file=f"tables/{table.name}.sql",
                found=strange,
                next_step="mend the name, or write the table's twins",
            )
        needs[table.name] = {name for schema, name in named if not schema}
    order: list[str] = []
    while len(order) < len(needs):
        ready = sorted(n for n, before in needs.items() if n not in order and before <= set(order))
        if not ready:
            circle = sorted(set(needs) - set(order))
            raise BuildError(
                "tables read each other in a circle",
                file=", ".join(f"tables/{name}.sql" for name in circle),
                expected="tables that can be built one after the other",
                found={name: sorted(needs[name] & set(circle)) for name in circle},
                next_step="break the circle",
            )
        order.extend(ready)
    return order


def _walk(node: Any, found: set[tuple[str, str]], ctes: set[str]) -> None:
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            found.add((node.get("catalog_name") or node.get("schema_name") or "", node["table_name"]))
        for cte in (node.get("cte_map") or {}).get("map", []):
            ctes.add(cte["key"])
        for value in node.values():
            _walk(value, found, ctes)
    elif isinstance(node, list):
        for value in node:
            _walk(value, found, ctes)
