"""What each column of the built store holds: rows, known values, range and the counts behind its histogram."""

from __future__ import annotations

from typing import Any

import duckdb

from trustpanel.codebook.schema import Codebook, Variable

BINS = 20
MOST_WORDS = 12


def column_counts(con: duckdb.DuckDBPyConnection, book: Codebook) -> dict[str, dict[str, Any]]:
    """By table `rows` and, by column that it holds, `known`, `low`, `high` and `bars`.

    Bars are counted where a column is declared: in its own table, or in each if many share it. They are (label, count)
    in order: 20 stretches of equal width from the lowest to the highest value, each value itself where there are at
    most 20 whole ones, years of a day, or the words of a text that has at most 12; other texts have none. Infinite
    values stand in no bar. `book` names the tables that the store holds.
    """
    return {name: _table(con, name, book.columns(name)) for name in sorted(book.tables)}


def _table(con: duckdb.DuckDBPyConnection, table: str, variables: tuple[Variable, ...]) -> dict[str, Any]:
    parts = [f"count({_q(v)}), min({_shown(v)}), max({_shown(v)}), {_words_few(v)}" for v in variables]
    rows, *found = con.execute(f'select count(*), {", ".join(parts)} from "{table}"').fetchall()[0]
    columns: dict[str, dict[str, Any]] = {}
    for place, v in enumerate(variables):
        known, low, high, few = found[4 * place : 4 * place + 4]
        columns[v.name] = {"known": known, "low": low, "high": high, "bars": [], "few": few}
    asked = {v.name: _bars(v, columns[v.name]) for v in variables if v.owner in ("", table)}
    wanted = {name: query for name, query in asked.items() if query}
    if wanted:
        values = con.execute(f'select {", ".join(wanted.values())} from "{table}"').fetchall()[0]
        for name, histogram in zip(wanted, values, strict=True):
            columns[name]["bars"] = _labelled(columns[name], histogram or {})
    for column in columns.values():
        del column["few"]
    return {"rows": rows, "columns": columns}


def _q(v: Variable) -> str:
    return f'"{v.name}"'


def _shown(v: Variable) -> str:
    """The value that is counted: a day counts by its year, an infinite number not at all."""
    if v.type == "date32":
        return f"year({_q(v)})"
    if v.type in ("float32", "float64"):
        return f"case when isfinite({_q(v)}) then {_q(v)} end"
    return _q(v)


def _words_few(v: Variable) -> str:
    """Whether a text has few enough words to be counted one by one; the estimate errs by a few percent."""
    if v.type != "string":
        return "true"
    return "false" if v.concept == "identifier" else f"approx_count_distinct({_q(v)}) <= {MOST_WORDS}"


def _bars(v: Variable, column: dict[str, Any]) -> str:
    """The aggregate that counts the bars, or nothing if the column has none."""
    low, high = column["low"], column["high"]
    if not column["known"] or low is None or not column["few"]:
        return ""
    if v.type in ("bool", "string"):
        return f"histogram({_q(v)})"
    whole = v.type not in ("float32", "float64")
    if low == high or (whole and high - low < BINS):
        return f"histogram({_shown(v)})" if whole or low == high else ""
    edges = [repr(float(e)) for e in _edges(low, high, whole)]
    return f"histogram({_shown(v)}::double, [{', '.join(edges)}])"


def _edges(low: float, high: float, whole: bool) -> list[float]:
    """Upper ends of the bars; the histogram counts a value at an end with the bar below."""
    width = -(-(high - low + 1) // BINS) if whole else (high - low) / BINS
    count = int(-(-(high - low + 1) // width)) if whole else BINS
    ends = [low + width * (i + 1) - (1 if whole else 0) for i in range(count)]
    # whole steps may pass the highest value, rounding may leave the last end a hair below it
    return [*ends[:-1], high]


def _labelled(column: dict[str, Any], histogram: dict[Any, int]) -> list[tuple[str, int]]:
    """Bars in order of value, empty ones kept; words in order of frequency, then of name."""
    if all(isinstance(key, str) for key in histogram):
        return sorted(histogram.items(), key=lambda item: (-item[1], item[0]))
    if all(isinstance(key, bool) for key in histogram):
        return [(str(key).lower(), histogram.get(key, 0)) for key in (False, True)]
    low, high = column["low"], column["high"]
    if isinstance(low, int) and high - low < BINS:
        return [(str(value), histogram.get(value, 0)) for value in range(low, high + 1)]
    return [(f"{end:.6g}", count) for end, count in sorted(histogram.items()) if end != float("inf")]
