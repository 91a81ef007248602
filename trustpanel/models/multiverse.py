"""A declared grid of choices, every combination estimated, results kept line by line so that a kill loses nothing."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError, NotEstimableError, NotTestableError
from trustpanel.models.multiverse_store import Kept, open_kept
from trustpanel.parallel import processes

Choice = str | int | float | bool | None
DIGITS = 10
CHUNK = 32


@dataclass(frozen=True)
class Specification:
    """One combination of choices; `id` depends on the choices alone, not on their order or on the rest of the grid."""

    id: str
    choices: tuple[tuple[str, Choice], ...]

    def __getitem__(self, name: str) -> Choice:
        return dict(self.choices)[name]


@dataclass(frozen=True)
class SpecResult:
    """The estimate of one specification, or why there is none; numbers to ten significant digits."""

    id: str
    status: str
    reason: str | None
    estimate: float | None
    se: float | None
    p: float | None
    low: float | None
    high: float | None
    n: int
    clusters: int


@dataclass(frozen=True)
class Multiverse:
    """Every specification of a grid with its result, in the order of the grid."""

    specs: tuple[Specification, ...]
    results: tuple[SpecResult, ...]
    key: str


Fit = Callable[[Specification], SpecResult]


def specification(choices: Mapping[str, Choice]) -> Specification:
    """A specification with its stable name: twelve characters of the hash of its sorted choices."""
    text = json.dumps(sorted(choices.items()), separators=(",", ":"), allow_nan=False)
    return Specification(hashlib.sha256(text.encode()).hexdigest()[:12], tuple(choices.items()))


def expand_grid(
    grid: Mapping[str, Sequence[Choice]], *, allowed: Callable[[Mapping[str, Choice]], bool] | None = None
) -> tuple[Specification, ...]:
    """All combinations for which `allowed` holds, the last choice running fastest."""
    empty = [name for name, values in grid.items() if not len(values) or len(set(values)) < len(values)]
    if empty or not grid:
        raise AnalysisError(
            "a choice of the grid has no value or one value twice",
            found=", ".join(empty) or "an empty grid",
            next_step="declare each value of each choice once",
        )
    every = (dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values()))
    specs = tuple(specification(c) for c in every if allowed is None or allowed(c))
    if len({s.id for s in specs}) < len(specs) or not specs:
        raise AnalysisError(
            "the grid has no specification of its own name",
            found=f"{len(specs)} specifications",
            next_step="loosen the rule of what is allowed, or tell values apart (1 and True have one name)",
        )
    return specs


def frame_fingerprint(frame: pd.DataFrame) -> str:
    """A hash of column names, types and values in row order: another frame, another fingerprint."""
    digest = hashlib.sha256()
    for name in sorted(map(str, frame.columns)):
        digest.update(f"{name}:{frame[name].dtype}\n".encode())
        digest.update(pd.util.hash_pandas_object(frame[name], index=False).to_numpy().tobytes())
    return digest.hexdigest()


def estimated(
    spec: Specification, *, estimate: float, se: float, p: float, ci95: tuple[float, float], n: int, clusters: int
) -> SpecResult:
    """A result with its numbers rounded to ten significant digits, so that one thread or many write the same."""
    if not all(math.isfinite(v) for v in (estimate, se, p)):
        raise NotEstimableError("a specification gave no finite number", found=(estimate, se, p))
    return SpecResult(
        id=spec.id,
        status="estimated",
        reason=None,
        estimate=_rounded(estimate),
        se=_rounded(se),
        p=_rounded(p),
        low=_rounded(ci95[0]),
        high=_rounded(ci95[1]),
        n=n,
        clusters=clusters,
    )


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def run_multiverse(
    specs: Sequence[Specification],
    fit: Fit,
    *,
    fingerprint: str,
    group: Callable[[Specification], Hashable] | None = None,
    path: Path | None = None,
    workers: int = 0,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Multiverse:
    """Every specification estimated by `fit`; a NotEstimableError of it becomes a result with its reason
    (`not_testable_here` where the terms vary too little).

    Specifications of one `group` (the same rows and effects) run one after the other in one process, so that `fit` can
    keep what they share. `workers` 0 runs here, 1 or more in processes of one thread each (`fit` must then be picklable
    and the calling script guarded by `if __name__ == "__main__"`), `executor` anywhere else. With `path`, each finished
    chunk is appended at once, and a later call with the same specifications and `fingerprint` (of the data and of the
    code that `fit` stands for) takes up where it stopped; a file of other ones is set aside under another name.
    """
    key = _key(specs, fingerprint)
    kept = open_kept(path, key) if path is not None else Kept(None, {})
    done = {name: SpecResult(**row) for name, row in kept.rows.items()}
    todo = _chunks([s for s in specs if s.id not in done], group, workers, executor)
    if progress is not None:
        progress(len(done), len(specs))
    for results in _results(todo, fit, workers, executor):
        kept.append([asdict(r) for r in results])
        done.update({r.id: r for r in results})
        if progress is not None:
            progress(len(done), len(specs))
    return Multiverse(tuple(specs), tuple(done[s.id] for s in specs), key)


def _key(specs: Sequence[Specification], fingerprint: str) -> str:
    return hashlib.sha256("\n".join([fingerprint, *(s.id for s in specs)]).encode()).hexdigest()


def _chunks(
    specs: list[Specification],
    group: Callable[[Specification], Hashable] | None,
    workers: int,
    executor: Executor | None,
) -> list[list[Specification]]:
    """Groups in order of appearance; a large one is cut so that every worker has something to do."""
    groups: dict[Hashable, list[Specification]] = {}
    for spec in specs:
        groups.setdefault(None if group is None else group(spec), []).append(spec)
    parallel = executor is not None or workers > 1
    size = max(CHUNK, math.ceil(len(specs) / (4 * max(workers, 2)))) if parallel else CHUNK
    return [part[i : i + size] for part in groups.values() for i in range(0, len(part), size)]


def _results(
    chunks: list[list[Specification]], fit: Fit, workers: int, executor: Executor | None
) -> Iterator[list[SpecResult]]:
    if not chunks:
        return
    if executor is not None:
        for future in as_completed([executor.submit(_run, fit, chunk) for chunk in chunks]):
            yield future.result()
    elif workers == 0:
        for chunk in chunks:
            yield _run(fit, chunk)
    else:
        with processes(workers, begin=_take, given=(fit,)) as pool:
            futures = [pool.submit(_run_taken, chunk) for chunk in chunks]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                for future in futures:
                    future.cancel()


_TAKEN: dict[str, Fit] = {}


def _take(fit: Fit) -> None:
    _TAKEN["fit"] = fit


def _run_taken(chunk: list[Specification]) -> list[SpecResult]:
    return _run(_TAKEN["fit"], chunk)


def _run(fit: Fit, chunk: list[Specification]) -> list[SpecResult]:
    results = []
    for spec in chunk:
        try:
            result = fit(spec)
        except NotEstimableError as error:
            status = "not_testable_here" if isinstance(error, NotTestableError) else "not_estimable"
            result = SpecResult(spec.id, status, error.reason, None, None, None, None, None, 0, 0)
        if result.id != spec.id:
            raise AnalysisError(
                "a fit answered for another specification", expected=spec.id, found=result.id, next_step="mend the fit"
            )
        results.append(result)
    return results


def as_frame(multiverse: Multiverse) -> pd.DataFrame:
    """One row a specification: its id, its choices, its result."""
    rows = [
        {"spec": r.id} | dict(s.choices) | {k: v for k, v in asdict(r).items() if k != "id"}
        for s, r in zip(multiverse.specs, multiverse.results, strict=True)
    ]
    frame = pd.DataFrame(rows)
    numbers = ["estimate", "se", "p", "low", "high"]
    frame[numbers] = frame[numbers].astype(np.float64)
    return frame
