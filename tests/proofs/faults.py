"""Builds killed at seeded random points, builds stopped between the moves at their end, readers beside a builder.

`make faults` runs all of it on the committed facts (about half an hour) and writes what it found between the markers of
docs/reliability.md.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np

from tests.proofs.page import write_section
from trustpanel.paths import Paths, project
from trustpanel.sources.raw import digest
from trustpanel.store.build import build
from trustpanel.store.connect import open_store

KILLS = 20
READERS = 8
SEED = 20261122
QUERY = "select count(*), sum(year), count(contact_stock) from panel"
READER = f"""
import sys, time
import trustpanel as tp
until, seen = time.time() + float(sys.argv[1]), set()
reads = 0
while time.time() < until:
    with tp.connect() as con:
        seen.add(con.execute({QUERY!r}).fetchall()[0])
    reads += 1
print(reads, len(seen), *seen)
"""


def building(home: Path) -> subprocess.Popen:
    """A `trustpanel build` into `home` that has just begun, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "from trustpanel.cli import app; app()", "build"],
        env={**os.environ, "TRUSTPANEL_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(home: Path) -> float:
    """Seconds of a build that has to succeed."""
    begun = time.perf_counter()
    running = building(home)
    said = running.communicate()[1].decode()
    if running.returncode:
        raise SystemExit(f"a build failed:\n{said}")
    return time.perf_counter() - begun


def content(paths: Paths) -> dict[str, str]:
    """Digest by file of everything a build exports, but for the time of the build; the store itself answers the query."""
    with open_store(paths) as con:
        answer = str(con.execute(QUERY).fetchall()[0])
        meta = str(con.execute("select * exclude (built_at) from meta").fetchall()[0])
    digests = {f.name: digest(f) for f in (paths.manifest, *sorted(paths.tables.glob("*.parquet")))}
    return digests | {"meta.parquet": meta, "store": answer}


def kills(paths: Paths, good: dict[str, str], seconds: float) -> tuple[int, int, list[float]]:
    """(stores found whole, next builds right, seconds into the build) over builds killed before their end."""
    rng = np.random.default_rng(SEED)
    whole = right = 0
    points: list[float] = []
    while len(points) < KILLS:
        wait = float(rng.uniform(0.02, 0.98)) * seconds
        running = building(paths.build)
        try:
            running.wait(timeout=wait)
            continue  # over before the kill: no point of a build, drawn again
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        points.append(wait)
        whole += content(paths) == good
        finished(paths.build)
        right += content(paths) == good and not list(paths.build.glob(".new-*"))
        print(f"kill {len(points)} after {wait:.1f} s: {whole} whole, {right} right", flush=True)
    return whole, right, points


def stopped_moves(paths: Paths, good: dict[str, str]) -> tuple[int, int]:
    """(stores that answer, moves) over builds stopped before each of the moves that end them; the next is right."""
    answered, moves, real = 0, 4, os.replace
    for stop in range(moves):
        done = 0

        def move(source: os.PathLike, target: os.PathLike, stop: int = stop) -> None:
            nonlocal done
            if done == stop:
                raise KeyboardInterrupt
            done += 1
            real(source, target)

        with mock.patch("trustpanel.store.build.os.replace", move):
            try:
                build(paths)
                raise SystemExit("the build was not stopped: count its moves anew")
            except KeyboardInterrupt:
                pass
        with open_store(paths) as con:
            answered += str(con.execute(QUERY).fetchall()[0]) == good["store"]
    finished(paths.build)
    if content(paths) != good:
        raise SystemExit("the build after the stopped ones is not right")
    return answered, moves


def readers(paths: Paths, good: dict[str, str], seconds: float) -> tuple[int, bool]:
    """(reads, all alike) of eight processes that read while one builds."""
    environment = {**os.environ, "TRUSTPANEL_HOME": str(paths.build)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(seconds)], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(READERS)
    ]
    finished(paths.build)
    said = [r.communicate()[0].split(maxsplit=2) for r in running]
    alike = all(r.returncode == 0 for r in running) and {s[2].strip() for s in said} == {good["store"]}
    return sum(int(s[0]) for s in said), alike


def main() -> int:
    """Run everything; 1 if anything was not whole."""
    with tempfile.TemporaryDirectory() as folder:
        paths = replace(project(), build=Path(folder))
        finished(paths.build)
        good = content(paths)
        seconds = finished(paths.build)
        same = content(paths) == good
        reads, alike = readers(paths, good, seconds)
        print(f"two builds alike: {same}; {reads} reads beside a builder, alike: {alike}", flush=True)
        answered, moves = stopped_moves(paths, good)
        whole, right, points = kills(paths, good, seconds)
    rows = [
        (
            f"builds killed at {KILLS} seeded points: the last good store whole, bytes of every exported table equal",
            f"{whole} of {KILLS}",
        ),
        ("the next build after each kill right, nothing left behind", f"{right} of {KILLS}"),
        ("builds stopped before each of the moves that end them: the store answers", f"{answered} of {moves}"),
        (
            f"two builds one after the other: bytes of {len(good) - 2} tables (of `meta` all but the time of the build) and the manifest",
            "equal" if same else "**differ**",
        ),
        (f"{READERS} readers beside a builder", f"{reads} reads, {'all' if alike else '**not all**'} alike"),
    ]
    lines = ["| what (`make faults`) | result |", "| --- | --- |", *(f"| {what} | {result} |" for what, result in rows)]
    write_section("faults", "\n".join(lines))
    print("\n".join(lines))
    print(f"killed after {', '.join(f'{p:.1f}' for p in points)} s of {seconds:.1f}")
    return int(not (whole == right == KILLS and answered == moves and same and alike))


if __name__ == "__main__":
    raise SystemExit(main())
