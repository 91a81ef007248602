"""Speed and memory of the main job, measured in one run; writes benchmarks/results.md.

Seconds depend on the machine; the ratios compare two things done side by side in the same process.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb

from trustpanel.codebook.load import codebook
from trustpanel.paths import Paths, project
from trustpanel.store.build import build
from trustpanel.store.connect import open_store

ROUNDS = 5
PANEL = (
    "import sys, trustpanel as tp; tp.panel(sys.argv[1], ['dispute_onset', 'dispute_ongoing', 'peace_years', 'cinc',"
    " 'polyarchy', 'alliance_defense', 'alliance_any'], years=(1816, 2010)).to_arrow()"
)
MONTHS = (
    "import sys, trustpanel as tp; tp.panel('leader_dyad_month', ['dispute_ongoing', 'peace_years', 'cinc:ratio',"
    " 'polyarchy', 'alliance_any', 'contact_stock'], directed=True).to_parquet(sys.argv[1])"
)
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
    """Wall seconds and peak memory in GB of one command of the package."""
    begun = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run(
        [sys.executable, "-c", "from trustpanel.cli import app; app()", *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "TRUSTPANEL_HOME": str(home)},
    )
    peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return time.perf_counter() - begun, peak / 1e6


def process(code: str, argument: str, home: Path) -> float:
    """Wall seconds of a fresh interpreter that runs `code` on the store at `home`."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, argument], check=True, env={**os.environ, "TRUSTPANEL_HOME": str(home)})
    return time.perf_counter() - begun


def start(code: str) -> float:
    """Median wall seconds of a fresh interpreter that runs `code`."""
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True), rounds=7)


def main() -> None:
    """Measure, print and write the table."""
    lines = [
        "# Measured",
        "",
        "One run of `make bench`; medians. See `benchmarks/run.py`.",
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
        for arguments in (("build",), ("run",), ("report",)):
            taken, peak = command(*arguments, home=home)
            total += taken
            say(f"`trustpanel {' '.join(arguments)}`", f"{taken:.1f} s, peak memory so far {peak:.2f} GB")
        say("facts to verdict and report", f"{total:.1f} s")
        paths = replace(project(), build=home)
        by_table = build(paths)
        slowest = sorted(by_table.items(), key=lambda item: -item[1])[:4]
        say("slowest steps of the build", ", ".join(f"{name} {taken:.2f} s" for name, taken in slowest))
        for unit in ("state_dyad_year", "leader_dyad_year"):
            taken = statistics.median(process(PANEL, unit, home) for _ in range(ROUNDS))
            say(f"`tp.panel({unit!r})`, seven variables, 1816-2010, as a process", f"{taken:.2f} s")
        taken = process(MONTHS, str(home / "months.parquet"), home)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        say("all directed leader-dyad-months to parquet", f"{taken:.1f} s, peak memory so far {peak:.2f} GB")
        rows, made, counted = pair_years(paths)
        say(
            "`leader_dyad_years` from spells",
            f"{rows:,} rows in {made:.2f} s, {made / counted:.1f} times a bare count of the join",
        )
    (Path(__file__).parent / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
