"""The long runs: the contest and the multiverse, each load, one call, save."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext

from trustpanel.errors import AnalysisError
from trustpanel.models.frames import Frames
from trustpanel.models.spec import load_spec
from trustpanel.paths import Paths
from trustpanel.report.documents import write

Tell = Callable[[str, int, int], None]


def make_contest(paths: Paths, *, workers: int, progress: Tell) -> str:
    """`contest.json` is in the results; returns what was done and how long it took."""
    from trustpanel.codebook.load import codebook
    from trustpanel.models.contest_run import run_contests
    from trustpanel.models.contest_spec import load_contest_spec

    begun = time.perf_counter()
    core = load_spec(paths.analyses, "H3").core
    spec = load_contest_spec(paths.analyses, core, concepts=codebook().concepts())
    found = run_contests(
        spec, frames_of(paths), workers=workers, progress=lambda done, of: progress("contests", done, of)
    )
    write(paths.results / "contest.json", found.dumps())
    return f"{len(found.entries)} contests in {time.perf_counter() - begun:.1f} s: {paths.results}"


def make_multiverse(paths: Paths, *, workers: int, progress: Tell, scheduler: str | None = None) -> str:
    """`multiverse.json` and `multiverse.parquet` are in the results; finished specifications stay in `kept` beside.

    `scheduler` is the address of a Dask scheduler whose workers have this package; without it processes run here.
    """
    from trustpanel.models.multiverse_run import run_grids
    from trustpanel.models.multiverse_spec import load_multiverse_spec

    begun = time.perf_counter()
    spec = load_multiverse_spec(paths.analyses, load_spec(paths.analyses, "H3").core)
    with nullcontext() if scheduler is None else executor_at(scheduler) as executor:
        found = run_grids(
            spec, frames_of(paths), folder=paths.build / "kept", workers=workers, executor=executor, progress=progress
        )
    write(paths.results / "multiverse.json", found.dumps())
    write(paths.results / "multiverse.parquet", found.specifications.to_parquet(index=False))
    return f"{len(found.specifications):,} specifications in {time.perf_counter() - begun:.1f} s: {paths.results}"


@contextmanager
def executor_at(scheduler: str) -> Iterator[Executor]:
    """An executor on the workers of a Dask scheduler, closed at the end; AnalysisError if none can be reached."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise AnalysisError(
            "a scheduler is named and Dask is not installed",
            expected="the packages dask and distributed",
            found=error.name,
            next_step='`pip install "trustpanel[distributed]"`, or leave out the scheduler and name `--workers`',
        ) from error
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        raise AnalysisError(
            "no Dask scheduler answers",
            expected="an address such as tcp://host:8786",
            found=scheduler,
            next_step="start `dask scheduler` and `dask worker` there, each with this package installed",
        ) from error
    with client:
        yield client.get_executor()


def frames_of(paths: Paths) -> Frames:
    """The analysis frames with trust between the states, from the built store."""
    from trustpanel.store.connect import open_store
    from trustpanel.store.contest_frames import contest_frames

    with open_store(paths) as con:
        return Frames(**contest_frames(con))
