"""Full disks, folders that cannot be written and builds that were killed: our own error, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from refusals import largest_file, last_good, refused
from world_build import World, make_store

from trustpanel.errors import BuildError, ReportError
from trustpanel.paths import Paths
from trustpanel.report.documents import write


def test_a_disk_that_is_full_keeps_the_last_good_store(own_world: World) -> None:
    with largest_file(300_000), refused(BuildError, "could not be written", "untouched", world=own_world):
        make_store(own_world)


def test_a_page_that_does_not_fit_leaves_the_old_one(tmp_path: Path) -> None:
    page = write(tmp_path / "page.html", "as it was")
    with largest_file(1_000), refused(ReportError, "page.html", "still does"):
        write(page, "x" * 5_000)
    assert page.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("place", ["a file where the folder should be", "a folder that takes no new ones"])
def test_a_place_that_cannot_be_written_is_named(own_world: World, tmp_path: Path, place: str) -> None:
    if place.startswith("a file"):
        closed = tmp_path / "closed"
        closed.write_text("no folder")
    else:
        closed = Path("/proc/trustpanel")
    with refused(BuildError, "the build folder cannot be written", str(closed), "TRUSTPANEL_HOME"):
        make_store(World(Paths(own_world.paths.data, own_world.paths.analyses, build=closed), own_world.raw))
    with refused(ReportError, "could not be written", str(closed)):
        write(closed / "page.html", "x")


def test_what_a_killed_build_left_is_gone_and_what_a_running_one_makes_stays(own_world: World, tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    paths = replace(own_world.paths, build=tmp_path / "build")
    left, made = (paths.build / f".new-{number}" for number in (ended.pid, os.getppid()))
    for folder in (left, made):
        folder.mkdir(parents=True)
        (folder / "trustpanel.duckdb").write_bytes(b"half a store")
    make_store(replace(own_world, paths=paths))
    assert not left.exists()
    assert made.is_dir()
    assert len(last_good(paths)) > 100
