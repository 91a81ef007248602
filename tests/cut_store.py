"""A database in which tables are rebuilt from what was known by 31 December 1985, beside the whole store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import duckdb

from trustpanel.paths import CODEBOOK, TABLES, Paths, project
from trustpanel.sources.coded import declared, read_coded

CUT = 1985
BEGUN = ("disputes", "wars")


@contextmanager
def cut_store(
    built: Paths, *, facts: Mapping[str, str], coded: Mapping[str, str], read: Iterable[str], rebuilt: Iterable[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """`facts` and `coded` give the condition under which a row is known by then; `read` tables are taken as they are.

    The whole store is attached as `whole`.
    """
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{built.store}' as whole (read_only)")
        for name in ("facts", "coded"):
            con.execute(f"attach ':memory:' as {name}")
        for fact, known in facts.items():
            file = project().facts / f"{fact}.parquet"
            con.execute(f"create view facts.{fact} as select * from read_parquet('{file}') where {known}")
        for name, table in read_coded(project().coded, declared(CODEBOOK / "coded.toml")).items():
            con.register("arriving", table)
            con.execute(f'create table coded."{name}" as select * from arriving where {coded.get(name, "true")}')
            con.unregister("arriving")
        for name in (*read, *BEGUN):
            begun = f"where year(start_date) <= {CUT}" if name in BEGUN else ""
            con.execute(f"create view {name} as select * from whole.{name} {begun}")
        for name in rebuilt:
            con.execute(f"create table {name} as {(TABLES / f'{name}.sql').read_text(encoding='utf-8')}")
        yield con


def rounded(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The columns of a table as a select list, floating numbers to nine decimals."""
    kinds = con.execute(f"describe whole.{table}").fetchall()
    return ", ".join(f"round({r[0]}, 9) as {r[0]}" if r[1] in ("DOUBLE", "FLOAT") else r[0] for r in kinds)


def differing(con: duckdb.DuckDBPyConnection, one: str, other: str) -> list[tuple]:
    """Up to three rows on each side that the other select does not have."""
    return [
        row for a, b in ((one, other), (other, one)) for row in con.execute(f"({a}) except ({b}) limit 3").fetchall()
    ]
