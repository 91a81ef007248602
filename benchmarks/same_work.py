"""One piece of work on one engine, in a process of its own: prints seconds, peak memory, rows and sums as JSON.

Usage: `python benchmarks/same_work.py <engine> <work>`. Every engine starts from the parquet tables of the built store
(ours from the store itself) and ends with the same sorted rows: two frames in memory, one file. Seconds count imports.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()
FIRST, LAST = 1816, 2010
DISPUTES = ["dispute_onset", "dispute_ongoing", "peace_years"]
ALLIANCES = ["alliance_defense", "alliance_any"]
STATES = ["cinc", "polyarchy"]
STOCKS = ["contact_stock", "bond_stock", "months_since_contact"]
LEADERS = ["leader_dyad_id", "year", "leader_a", "leader_b", "ccode_a", "ccode_b"]
DYAD, MONTHLY = ["ccode_a", "ccode_b", "year"], ["leader_dyad_id", "month", "ccode_a"]
WORKS = ("dyad_years", "leader_dyad_years", "leader_dyad_months")
SPARK = "trustpanel on Spark"
ENGINES = ("trustpanel", "trustpanel to pandas", "polars", "pandas")


def table(name: str) -> Path:
    """The parquet file of one table of the store."""
    from trustpanel.paths import project

    return project().tables / f"{name}.parquet"


def asked(work: str) -> Any:
    """The panel as `tp.panel` is asked for it."""
    import trustpanel as tp

    if work == "leader_dyad_months":
        return tp.panel("leader_dyad_month", [*STOCKS, "dispute_ongoing", "disputes_running"], directed=True)
    unit = {"dyad_years": "state_dyad_year", "leader_dyad_years": "leader_dyad_year"}[work]
    return tp.panel(unit, [*DISPUTES, *STATES, *ALLIANCES], years=(FIRST, LAST))


def ours(work: str, out: Path, *, to_pandas: bool = False) -> Any:
    """The panel in DuckDB, as arrow, as pandas, or, of months, as a file."""
    if work == "leader_dyad_months":
        return asked(work).to_parquet(out)
    return asked(work).to_pandas() if to_pandas else asked(work).to_arrow()


def on_spark(work: str, out: Path) -> tuple[Any, tuple[float, float]]:
    """The panel by Spark on two cores of this machine, and processor seconds and peak GB of its Java process."""
    from pyspark.sql import SparkSession

    build = SparkSession.builder.master("local[2]").config("spark.driver.memory", "3g")
    build = build.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    session = build.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "8").getOrCreate()
    frame = asked(work).to_spark(session)
    if work == "leader_dyad_months":
        frame.write.parquet(str(out))
        made = out / "*.parquet"
    else:
        made = frame.toArrow()
    process = Path("/proc") / str(session.sparkContext._gateway.proc.pid)
    peak = (process / "status").read_text().split("VmHWM:")[1].split()[0]
    ticks = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
    return made, (sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), int(peak) / 1e6)


def with_polars(work: str, out: Path) -> Any:
    """The same by polars: lazy scans, one plan; months go to the file by the streaming engine."""
    import polars as pl

    def scan(name: str, columns: list[str]) -> pl.LazyFrame:
        return pl.scan_parquet(table(name)).select(columns)

    if work == "leader_dyad_months":
        pairs = scan("leader_dyad_years", [*LEADERS, "overlap_start", "overlap_end"])
        months = scan("calendar_years", ["year"]).join(pl.LazyFrame({"k": range(1, 13)}), how="cross")
        months = months.select("year", month=pl.date("year", "k", 1))
        rows = pairs.join(months, on="year").filter(
            (pl.col("overlap_start") <= pl.col("month").dt.month_end()) & (pl.col("overlap_end") >= pl.col("month"))
        )
        rows = rows.drop("overlap_start", "overlap_end")
        rows = rows.join(scan("dyad_dispute_years", [*DYAD, "dispute_ongoing"]), on=DYAD, how="left")
        of_month = scan("dyad_conflict_months", ["ccode_a", "ccode_b", "month", "disputes_running"])
        rows = rows.join(of_month, on=["ccode_a", "ccode_b", "month"], how="left")
        rows = rows.join(scan("pair_stocks", [*MONTHLY[:2], *STOCKS]), on=MONTHLY[:2], how="left")
        swapped = {"leader_a": "leader_b", "leader_b": "leader_a", "ccode_a": "ccode_b", "ccode_b": "ccode_a"}
        other = rows.rename(swapped).select(rows.collect_schema().names())
        pl.concat([rows, other]).sort(MONTHLY).sink_parquet(out, compression="zstd")
        return out
    leaders = work == "leader_dyad_years"
    rows = scan(work, [*LEADERS, "overlap_days"]) if leaders else scan("state_dyad_years", [*DYAD, *ALLIANCES])
    rows = rows.filter(pl.col("year").is_between(FIRST, LAST))
    if leaders:
        rows = rows.join(scan("state_dyad_years", [*DYAD, *ALLIANCES]), on=DYAD, how="left")
    rows = rows.join(scan("dyad_dispute_years", [*DYAD, *DISPUTES]), on=DYAD, how="left")
    for side in ("a", "b"):
        state = scan("state_years", ["ccode", "year", *STATES])
        state = state.rename({"ccode": f"ccode_{side}"} | {name: f"{name}_{side}" for name in STATES})
        rows = rows.join(state, on=[f"ccode_{side}", "year"], how="left")
    return rows.sort(["leader_dyad_id", "year"] if leaders else DYAD).collect()


def with_pandas(work: str, out: Path) -> Any:
    """The same by pandas: merges on the keys, months by a merge with the calendar and a filter."""
    import pandas as pd

    def read(name: str, columns: list[str]) -> pd.DataFrame:
        return pd.read_parquet(table(name), columns=columns, dtype_backend="pyarrow")

    if work == "leader_dyad_months":
        rows = read("leader_dyad_years", [*LEADERS, "overlap_start", "overlap_end"])
        months = read("calendar_years", ["year"]).merge(pd.DataFrame({"k": range(1, 13)}), how="cross")
        first = pd.to_datetime({"year": months.year.astype(int), "month": months.k, "day": 1})
        date = "date32[day][pyarrow]"
        months = months.assign(month=first.astype(date), last=(first + pd.offsets.MonthEnd(0)).astype(date))
        rows = rows.merge(months.drop(columns="k"), on="year")
        rows = rows[(rows.overlap_start <= rows["last"]) & (rows.overlap_end >= rows.month)]
        rows = rows.drop(columns=["overlap_start", "overlap_end", "last"])
        rows = rows.merge(read("dyad_dispute_years", [*DYAD, "dispute_ongoing"]), on=DYAD, how="left")
        of_month = read("dyad_conflict_months", ["ccode_a", "ccode_b", "month", "disputes_running"])
        rows = rows.merge(of_month, on=["ccode_a", "ccode_b", "month"], how="left")
        rows = rows.merge(read("pair_stocks", [*MONTHLY[:2], *STOCKS]), on=MONTHLY[:2], how="left")
        swapped = {"leader_a": "leader_b", "leader_b": "leader_a", "ccode_a": "ccode_b", "ccode_b": "ccode_a"}
        rows = pd.concat([rows, rows.rename(columns=swapped)], ignore_index=True)
        rows.sort_values(MONTHLY).to_parquet(out, compression="zstd", index=False)
        return out
    leaders = work == "leader_dyad_years"
    rows = read(work, [*LEADERS, "overlap_days"]) if leaders else read("state_dyad_years", [*DYAD, *ALLIANCES])
    rows = rows[rows.year.between(FIRST, LAST)]
    if leaders:
        rows = rows.merge(read("state_dyad_years", [*DYAD, *ALLIANCES]), on=DYAD, how="left")
    rows = rows.merge(read("dyad_dispute_years", [*DYAD, *DISPUTES]), on=DYAD, how="left")
    for side in ("a", "b"):
        state = read("state_years", ["ccode", "year", *STATES])
        state = state.rename(columns={"ccode": f"ccode_{side}"} | {name: f"{name}_{side}" for name in STATES})
        rows = rows.merge(state, on=[f"ccode_{side}", "year"], how="left")
    return rows.sort_values(["leader_dyad_id", "year"] if leaders else DYAD, ignore_index=True)


def digest(made: Any) -> dict[str, Any]:
    """Rows, known values and sums of each column that was joined, and whether the rows stand in order."""
    import duckdb

    frame = f"read_parquet('{made}')" if isinstance(made, Path) else "made"
    con = duckdb.connect()
    con.execute("set memory_limit = '2GB'")
    names = [row[0] for row in con.execute(f"describe select * from {frame}").fetchall()]
    joined = [n for n in (*DISPUTES, *ALLIANCES, "disputes_running", *STOCKS) if n in names]
    joined += [f"{n}_{side}" for n in STATES for side in ("a", "b") if f"{n}_a" in names]
    parts = ", ".join(f"count({n}), round(sum({n}::double), 4)" for n in joined)
    rows, *sums = con.execute(f"select count(*), {parts} from {frame}").fetchall()[0]
    key = "leader_dyad_id" if "leader_dyad_id" in names else "ccode_a"
    turned = con.execute(
        f"select count(*) from (select {key} < lag({key}) over () as t from {frame}) where t"
    ).fetchall()
    return {
        "rows": rows,
        "known": dict(zip(joined, sums[::2], strict=True)),
        "sums": dict(zip(joined, sums[1::2], strict=True)),
        "sorted": turned == [(0,)],
    }


def own_peak() -> float:
    """Peak memory of this process in GB; `ru_maxrss` would count what its parent held when it started it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e9
    return float("nan")


def main() -> None:
    """Do the work, then say how it went."""
    engine, work = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.parquet"
        java = (0.0, 0.0)
        if engine == SPARK:
            made, java = on_spark(work, out)
        elif engine in ("polars", "pandas"):
            made = {"polars": with_polars, "pandas": with_pandas}[engine](work, out)
        else:
            made = ours(work, out, to_pandas=engine.endswith("pandas"))
        seconds = time.perf_counter() - BEGUN
        used = resource.getrusage(resource.RUSAGE_SELF)
        busy, peak = used.ru_utime + used.ru_stime + java[0], own_peak() + java[1]
        print(json.dumps({"seconds": seconds, "busy": busy, "peak_gb": peak, **digest(made)}))


if __name__ == "__main__":
    main()
