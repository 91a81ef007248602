"""Full disks, folders that cannot be written and builds that were killed: our own error, and nothing is lost."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_bad_input import good, last_good, refused, world  # noqa: F401  (fixtures)
from world_build import World, make_store

from trustpanel.errors import BuildError, ReportError
from trustpanel.paths import Paths
from trustpanel.report.documents import write


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: what a full disk does to whoever writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_keeps_the_last_good_store(world: World) -> None:  # noqa: F811
    with largest_file(300_000), refused(BuildError, "could not be written", "untouched", world=world):
        make_store(world)


def test_a_page_that_does_not_fit_leaves_the_old_one(tmp_path: Path) -> None:
    page = write(tmp_path / "page.html", "as it was")
    with largest_file(1_000), refused(ReportError, "page.html", "still does"):
        write(page, "x" * 5_000)
    assert page.read_text() == "as it was"
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("place", ["a file where the folder should be", "a folder that takes no new ones"])
def test_a_place_that_cannot_be_written_is_named(world: World, tmp_path: Path, place: str) -> None:  # noqa: F811
    if place.startswith("a file"):
        closed = tmp_path / "closed"
        closed.write_text("no folder")
    else:
        closed = Path("/proc/trustpanel")
    with refused(BuildError, "the build folder cannot be written", str(closed), "TRUSTPANEL_HOME"):
        make_store(World(Paths(world.paths.data, world.paths.analyses, build=closed), world.raw))
    with refused(ReportError, "could not be written", str(closed)):
        write(closed / "page.html", "x")


def test_what_a_killed_build_left_is_gone_and_what_a_running_one_makes_stays(world: World) -> None:  # noqa: F811
    ended = subprocess.Popen(["true"])
    ended.wait()
    left, made = (world.paths.build / f".new-{number}" for number in (ended.pid, os.getppid()))
    for folder in (left, made):
        folder.mkdir()
        (folder / "trustpanel.duckdb").write_bytes(b"half a store")
    make_store(world)
    assert not left.exists()
    assert made.is_dir()
    (made / "trustpanel.duckdb").unlink()
    made.rmdir()
    assert len(last_good(world.paths)) > 100
