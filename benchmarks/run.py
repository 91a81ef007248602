"""Speed and memory of the main job, measured in one run; writes benchmarks/results.md.

Seconds depend on the machine and on what else it does; the ratios compare things done in turn in the same run.
`--spark` measures one panel on DuckDB and on Spark in local mode instead (needs the extra `spark` and Java 17), and
writes the table of docs/distributed.md.
"""

from __future__ import annotations

import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb
from same_work import ENGINES, SPARK, WORKS

from trustpanel.codebook.load import codebook
from trustpanel.paths import Paths, project
from trustpanel.store.build import build
from trustpanel.store.connect import open_store

ROUNDS = 5
WORK_ROUNDS = {"dyad_years": 5, "leader_dyad_years": 5, "leader_dyad_months": 3}
SAID = {
    "dyad_years": "dyad-years 1816-2010",
    "leader_dyad_years": "leader-dyad-years 1870-2010",
    "leader_dyad_months": "directed leader-dyad-months 1870-2025, to a sorted parquet file",
}
HEADS = """| what | rows | engine | seconds | ratio | processor, of all cores | peak memory |
| --- | --- | --- | --- | --- | --- | --- |"""
HERE = Path(__file__).parent
DISTRIBUTED = HERE.parent / "docs" / "distributed.md"
INPUTS = ("leaders", "leader_states", "calendar_years")
BARE = """
    select count(*) from leader_states as a
    inner join leader_states as b on a.ccode < b.ccode and a.start_date <= b.end_date and a.end_date >= b.start_date
    inner join calendar_years as y
        on y.year between year(greatest(a.start_date, b.start_date)) and year(least(a.end_date, b.end_date))
"""


def seconds(action, rounds: int = ROUNDS) -> float:
    """Median wall seconds of `rounds` calls."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def pair_years(paths: Paths) -> tuple[int, float, float]:
    """Rows of leader_dyad_years, seconds to derive them from spells, seconds of a bare count over the same join."""
    with open_store(paths) as store:
        inputs = {name: store.sql(f"select * from {name}").to_arrow_table() for name in INPUTS}
    con = duckdb.connect(":memory:")
    for name, table in inputs.items():
        con.register("arriving", table)
        con.execute(f"create table {name} as select * from arriving")
        con.unregister("arriving")
    derive = codebook().tables["leader_dyad_years"].sql
    made = seconds(lambda: con.execute(f"create or replace table made as {derive}"))
    bare = seconds(lambda: con.execute(BARE).fetchall())
    return con.execute("select count(*) from made").fetchall()[0][0], made, bare


def command(*arguments: str, home: Path) -> tuple[float, float]:
    """Wall seconds of one command of the package and peak memory in GB of the largest of its processes."""
    begun = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-c", "from trustpanel.cli import app; app()", *arguments],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TRUSTPANEL_HOME": str(home)},
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, arguments)
    return time.perf_counter() - begun, used.ru_maxrss * 1024 / 1e9


def piece(engine: str, work: str, home: Path) -> dict:
    """What one engine says of one piece of work that it did in a fresh process."""
    done = subprocess.run(
        [sys.executable, str(HERE / "same_work.py"), engine, work],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "TRUSTPANEL_HOME": str(home)},
    )
    return json.loads(done.stdout.splitlines()[-1])


def compare(work: str, engines: tuple[str, ...], home: Path) -> list[str]:
    """A line of the table for each engine: median seconds and peak memory of interleaved rounds, all rows the same."""
    rounds = [{engine: piece(engine, work, home) for engine in engines} for _ in range(WORK_ROUNDS[work])]
    wanted = {name: rounds[0][engines[0]][name] for name in ("rows", "known", "sums", "sorted")}
    for of_round in rounds:
        for engine, made in of_round.items():
            found = {name: made[name] for name in wanted}
            assert found == wanted, f"{engine} made other rows of {work}: {found}, not {wanted}"
            assert found["sorted"], f"{engine} did not sort {work}"
    median = {e: statistics.median(r[e]["seconds"] for r in rounds) for e in engines}
    busy = {e: statistics.median(r[e]["busy"] for r in rounds) for e in engines}
    peak = {e: max(r[e]["peak_gb"] for r in rounds) for e in engines}
    # a ratio within a round is least disturbed by what else the machine does
    ratio = {e: statistics.median(r[e]["seconds"] / r[engines[0]]["seconds"] for r in rounds) for e in engines}
    return [
        f"| {SAID[work]} | {wanted['rows']:,} | {e} | {median[e]:.2f} s | {ratio[e]:.2f} | {busy[e]:.2f} s"
        f" | {peak[e]:.2f} GB |"
        for e in engines
    ]


def with_spark() -> None:
    """docs/distributed.md has between its markers what dyad-years take on DuckDB and on Spark, from the built store."""
    import pyspark

    load = os.getloadavg()[0]
    lines = compare("dyad_years", ("trustpanel", SPARK), project().build)
    said = (
        f"Measured on {datetime.date.today()} with {os.cpu_count()} cores, at a load of {load:.1f} as it began: DuckDB "
        f"{duckdb.__version__}, Spark {pyspark.__version__} in local mode; {WORK_ROUNDS['dyad_years']} rounds in turn, "
        "medians, each in a fresh process, start and imports included; rows and sums are asserted equal."
    )
    page = DISTRIBUTED.read_text(encoding="utf-8")
    begin, end = "<!-- spark:begin -->\n", "<!-- spark:end -->"
    head, tail = page[: page.index(begin) + len(begin)], page[page.index(end) :]
    DISTRIBUTED.write_text("\n".join([head + said, "", HEADS, *lines, tail]), encoding="utf-8")


def start(code: str) -> float:
    """Median wall seconds of a fresh interpreter that runs `code`."""
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True), rounds=7)


def main() -> None:
    """Measure, print and write the table."""
    lines = [
        "# Measured",
        "",
        f"One run of `make bench` on {os.cpu_count()} cores; medians. Load of the machine as it began: "
        f"{os.getloadavg()[0]:.1f}. DuckDB {duckdb.__version__}.",
        "See `benchmarks/run.py`; `benchmarks/peacesciencer.R` times the R package on the two annual panels.",
        "",
        "| what | figure |",
        "| --- | --- |",
    ]

    def say(what: str, figure: str) -> None:
        lines.append(f"| {what} | {figure} |")
        print(f"{what}: {figure}")

    bare = start("pass")
    say("`import trustpanel`, above a bare interpreter", f"{start('import trustpanel') - bare:.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        total = 0.0
        for arguments in (("build",), ("run", "--workers", "2"), ("report", "--workers", "2")):
            taken, peak = command(*arguments, home=home)
            total += taken
            say(f"`trustpanel {' '.join(arguments)}`", f"{taken:.1f} s, largest process {peak:.2f} GB")
        say("facts to verdict and report", f"{total:.1f} s")
        paths = replace(project(), build=home)
        by_table = build(paths)
        slowest = sorted(by_table.items(), key=lambda item: -item[1])[:4]
        say("slowest steps of the build", ", ".join(f"{name} {taken:.2f} s" for name, taken in slowest))
        rows, made, counted = pair_years(paths)
        say(
            "`leader_dyad_years` from spells",
            f"{rows:,} rows in {made:.2f} s, {made / counted:.1f} times a bare count of the join",
        )
        lines += [
            "",
            "The same work from the same stored tables, each time in a fresh process, imports included, in turn; rows,",
            "known values and sums of the columns are asserted equal. Ratio: to the first engine, median of rounds.",
            "",
            HEADS,
        ]
        for work in WORKS:
            engines = tuple(e for e in ENGINES if work != "leader_dyad_months" or e != "trustpanel to pandas")
            lines += compare(work, engines, home)
            print("\n".join(lines[-len(engines) :]))
        lines += ["", f"Load as it ended: {os.getloadavg()[0]:.1f}."]
    (HERE / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with_spark() if "--spark" in sys.argv else main()
