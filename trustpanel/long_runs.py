"""The long runs: the contest, the multiverse, the doubt and the simulated worlds, each load, one call, save."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext

from trustpanel.errors import AnalysisError
from trustpanel.hypotheses import asked_frame, declared_hypotheses
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


def make_doubt(paths: Paths, *, progress: Tell) -> str:
    """`doubt.json` is in the results; returns what was done and how long it took."""
    from trustpanel.codebook.load import codebook
    from trustpanel.models.contest_spec import load_contest_spec
    from trustpanel.models.convergence import run_convergence
    from trustpanel.models.convergence_spec import load_convergence_spec
    from trustpanel.models.doubt_run import run_doubt
    from trustpanel.models.doubt_spec import load_doubt_spec
    from trustpanel.store.connect import open_store
    from trustpanel.store.convergence_frames import convergence_frame
    from trustpanel.store.doubt_frames import doubt_frames

    begun = time.perf_counter()
    core, concepts = load_spec(paths.analyses, "H3").core, codebook().concepts()
    spec = load_doubt_spec(paths.analyses, core)
    contests = load_contest_spec(paths.analyses, core, concepts=concepts)
    every = declared_hypotheses(paths.analyses)
    converged = load_convergence_spec(paths.analyses)
    with open_store(paths) as con:
        held = doubt_frames(con)
        indicators = convergence_frame(
            con, converged.columns(), first_year=converged.first_year, last_year=converged.last_year
        )
        hypotheses = {
            key: (h, asked_frame(con, h.frame))
            for key, _, _ in spec.trust.hypotheses
            if (h := every[key]).frame is not None
        }
    four = ("panel", "panel_months", "dyad_meetings", "pair_spells")
    frames = Frames(**{name: held.pop(name) for name in four})
    # the scores need no resampled dyads
    beside = {**held, "latent": run_convergence(converged, indicators, draws=1).latent}
    found = run_doubt(spec, contests, hypotheses, frames, beside, progress=lambda done, of: progress("doubt", done, of))
    write(paths.results / "doubt.json", found.dumps())
    return f"{len(found.coding)} samples and worlds in {time.perf_counter() - begun:.1f} s: {paths.results}"


def make_worlds(paths: Paths, *, worlds: int | None, progress: Tell) -> str:
    """`worlds.json` is in the results; finished blocks stay in `kept` beside, so that a stopped run is taken up.

    `worlds` a cell in place of the declared number: a trial. The full run writes docs/worlds.md of a checkout too.
    """
    from trustpanel.models.worlds.run import fingerprint, report_of, run_worlds
    from trustpanel.models.worlds.served import ground_of
    from trustpanel.models.worlds.served_run import run_served
    from trustpanel.models.worlds.skeleton import build_skeleton
    from trustpanel.models.worlds.spec import load_worlds_spec
    from trustpanel.report.long_pages import write_worlds_document
    from trustpanel.store.connect import open_store
    from trustpanel.store.frames import analysis_frames

    begun = time.perf_counter()
    spec = load_worlds_spec(paths.analyses, load_spec(paths.analyses, "H3").core)
    with open_store(paths) as con:
        frames = Frames(**analysis_frames(con))
    skeleton = build_skeleton(spec.core, frames)
    folder = paths.build / "kept" / "worlds" / fingerprint(skeleton, spec)[:12]
    parts = run_worlds(
        spec, skeleton, worlds=worlds, folder=folder, progress=lambda done, of: progress("worlds", done, of)
    )
    parts["served"] = run_served(
        spec,
        ground_of(skeleton, frames),
        worlds=worlds,
        folder=folder,
        progress=lambda done, of: progress("estimators", done, of),
    )
    found = report_of(spec, parts, made=dt.date.today().isoformat())
    write(paths.results / "worlds.json", found.dumps())
    documents = paths.data.parent / "docs"
    if worlds is None and documents.is_dir():
        write_worlds_document(found.result, documents)
    cells = len(spec.cells) + len(parts["served"])
    return f"{worlds or spec.worlds:,} worlds in {cells} cells in {time.perf_counter() - begun:.1f} s: {paths.results}"


def frames_of(paths: Paths) -> Frames:
    """The analysis frames with trust between the states, from the built store."""
    from trustpanel.store.connect import open_store
    from trustpanel.store.contest_frames import contest_frames

    with open_store(paths) as con:
        return Frames(**contest_frames(con))
