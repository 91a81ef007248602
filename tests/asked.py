"""What tests ask of the store and of the committed files: one row, one fact, one coded file."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

import duckdb
import pandas as pd

from trustpanel.paths import project
from trustpanel.sources.coded import coded_file


def one(store: duckdb.DuckDBPyConnection, sql: str, *values: object) -> tuple[Any, ...]:
    """The single row of a select; more rows or none fail the test."""
    rows = store.execute(sql, list(values)).fetchall()
    assert len(rows) == 1, rows[:5]
    return rows[0]


@cache
def fact(name: str) -> pd.DataFrame:
    """One committed fact; the frame is shared, so that a test that changes it takes a copy."""
    return pd.read_parquet(project().facts / f"{name}.parquet")


def coded(name: str) -> list[dict[str, str]]:
    """The rows of one coded or derived file, every cell as text."""
    with coded_file(project().coded, name).open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
