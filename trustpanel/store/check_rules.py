"""What a rule on coded rows is, and how every row of a coded table is held to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from trustpanel.errors import CodedError


@dataclass(frozen=True)
class Rule:
    """One rule: what is wrong with a row (as `r`), the condition under which it is, and what to do next."""

    problem: str
    broken: str
    expected: str
    next_step: str


def hold(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rules: Iterable[Rule],
    *,
    row: str,
    joined: str = "",
    folder: str = "data/coded",
) -> int:
    """The number of rows of a coded table, all of which keep every rule.

    `row` is the SQL that names a row, `joined` what stands beside it. Raises `CodedError` with file, line and reason.
    """
    for rule in rules:
        found = con.execute(
            f"""with numbered as (select row_number() over () + 1 as line, * from coded."{table}")
            select r.line, {row} from numbered as r {joined} where {rule.broken} order by r.line limit 1"""
        ).fetchall()
        if found:
            raise CodedError(
                f"a coded row breaks a rule: {rule.problem}",
                file=f"{folder}/{table}.csv",
                row=f"{found[0][0]} ({found[0][1]})",
                expected=rule.expected,
                next_step=rule.next_step,
            )
    return con.execute(f'select count(*) from coded."{table}"').fetchall()[0][0]
