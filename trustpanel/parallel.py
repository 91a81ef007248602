"""Independent work in several processes, each with one thread of linear algebra; its results are the same in one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def each(calls: Sequence[Callable[[], Any]], *, workers: int) -> list[Any]:
    """What each call returns, in their order; `workers` processes take them up in that order, 0 or 1 is this one.

    Calls and what they return must pickle. The first call that raises ends the rest.
    """
    if workers < 2:
        return [call() for call in calls]
    with processes(workers) as pool:
        futures = [pool.submit(call) for call in calls]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()


@contextmanager
def processes(workers: int, *, begin: Callable[..., None] | None = None, given: tuple = ()) -> Iterator[Any]:
    """A pool of fresh processes, each of which first calls `begin(*given)`: sums in one order, no crowding."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=begin, initargs=given) as pool:
            yield pool
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
