"""One store, built once a run from the committed facts, outside the checkout's build folder; each worker has a copy."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from at_hand import absent
from filelock import FileLock
from offline import refuse_other_machines
from world_build import World, copy_of, lay_out, make_facts, make_store

from trustpanel import paths as places
from trustpanel.paths import Paths
from trustpanel.report.explorer.site import write_explorer
from trustpanel.store.build import build
from trustpanel.store.connect import open_store
from trustpanel.store.explorer_frames import explorer_frames

# no test needs the network: what is said to work offline is tested offline
sys.addaudithook(refuse_other_machines)
# modules that build whole stores begin first, so that no worker waits for the other at the end
FIRST = ("restricted", "bad_input", "panel_call", "dangerous_dyads", "install", "api", "faults", "panel_gw", "facts")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long modules stand first, in their order; all else as it was."""
    places = {f"test_{name}": place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Paths]:
    """The project with a build folder of this worker; `tp` reads the same store."""
    home = tmp_path_factory.mktemp("home")
    before = os.environ.get("TRUSTPANEL_HOME")
    os.environ["TRUSTPANEL_HOME"] = str(home)
    paths = places.project()
    if worker_id == "master":
        build(paths)
    else:
        common = tmp_path_factory.getbasetemp().parent / "store"
        with FileLock(f"{common}.lock"):
            if not common.is_dir():
                build(paths)
                shutil.copytree(home, f"{common}.new")
                Path(f"{common}.new").rename(common)
            else:
                shutil.copytree(common, home, dirs_exist_ok=True)
    yield paths
    if before is None:
        os.environ.pop("TRUSTPANEL_HOME")
    else:
        os.environ["TRUSTPANEL_HOME"] = before


@pytest.fixture(scope="session")
def store(built: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the session's store."""
    with open_store(built) as con:
        yield con


@pytest.fixture(autouse=True)
def nothing_left_unread(request: pytest.FixtureRequest) -> Iterator[None]:
    """The test that leaves rows of the shared store unread fails, and not the next one that asks it for a frame."""
    yield
    if "store" in request.fixturenames:
        con = request.getfixturevalue("store")
        try:
            con.sql("select 1").fetchall()
        finally:
            con.execute("select 1").fetchall()


@pytest.fixture(scope="session")
def explorer_site(store: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the session's store in a folder of its own."""
    folder = tmp_path_factory.mktemp("site") / "explorer"
    write_explorer(explorer_frames(store), folder)
    return folder


@pytest.fixture(scope="session")
def invented_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The invented world, its facts read and its store built, once a worker: a test that changes it takes a copy."""
    world = lay_out(tmp_path_factory.mktemp("world"))
    make_facts(world)
    make_store(world)
    return world


@pytest.fixture
def own_world(invented_world: World, tmp_path: Path) -> World:
    """A copy that the test may damage; it builds into the folder that holds the good store."""
    return copy_of(invented_world, tmp_path)


@pytest.fixture(scope="session")
def raw_root() -> Path:
    """The folder of raw files; the test is skipped, and says so, where they are not at hand."""
    for root in places.raw_roots(places.project()):
        if (root / "archigos41").is_dir():
            return root
    absent("the raw files are not at hand: set TRUSTPANEL_RAW or run `make facts`")
