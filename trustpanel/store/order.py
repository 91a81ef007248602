"""What each table reads, from DuckDB's own syntax tree of its select, and so the order of building."""

from __future__ import annotations

import json
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import duckdb

from trustpanel.codebook.schema import Table
from trustpanel.errors import BuildError


def table_names(tables: Mapping[str, Table]) -> dict[str, set[tuple[str, str]]]:
    """Every (schema, table) that each table's select reads, without its own common table expressions."""
    with duckdb.connect(":memory:") as con:
        return {table.name: _named(con, table) if table.sql else set() for table in tables.values()}


def _named(con: duckdb.DuckDBPyConnection, table: Table) -> set[tuple[str, str]]:
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


def build_order(tables: Mapping[str, Table]) -> dict[str, list[str]]:
    """{table: tables it reads} so that each comes after those; raises `BuildError` on a circle or unknown name."""
    needs: dict[str, list[str]] = {}
    for table, named in sorted(table_names(tables).items()):
        needs[table] = sorted(name for schema, name in named if not schema)
        strange = [name for name in needs[table] if name not in tables]
        if strange:
            raise BuildError(
                "a select reads a table that the codebook does not have",
                file=f"tables/{table}.sql",
                found=strange,
                next_step="mend the name, or write the table's twins",
            )
    try:
        return {name: needs[name] for name in TopologicalSorter(needs).static_order()}
    except CycleError as error:
        circle = sorted(set(error.args[1]))
        raise BuildError(
            "tables read each other in a circle",
            file=", ".join(f"tables/{name}.sql" for name in circle),
            expected="tables that can be built one after the other",
            found={name: sorted({*needs[name]} & {*circle}) for name in circle},
            next_step="break the circle",
        ) from error


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
