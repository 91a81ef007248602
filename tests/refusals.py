"""A refusal in our own words that leaves the last good build of a world as it was; a disk that is full."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from world_build import World

from trustpanel.errors import TrustpanelError
from trustpanel.paths import Paths
from trustpanel.sources.raw import digest


def last_good(paths: Paths) -> dict[str, str]:
    """Digest by file of the store, its manifest and its tables."""
    files = [paths.store, paths.manifest, *sorted(paths.tables.glob("*.parquet"))]
    return {file.name: digest(file) for file in files}


@contextmanager
def refused(error: type[TrustpanelError], *words: str, world: World | None = None) -> Iterator[None]:
    """The block raises `error` with all `words` and a next step, and leaves the last good build as it was."""
    before = last_good(world.paths) if world else {}
    with pytest.raises(error) as refusal:
        yield
    said = str(refusal.value)
    absent = [word for word in (*words, "\n  next: ") if word not in said]
    assert not absent, f"{absent} not in:\n{said}"
    if world:
        assert len(before) > 100
        assert last_good(world.paths) == before
        assert not list(world.paths.build.glob(".new-*"))


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: what a full disk does to whoever writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
