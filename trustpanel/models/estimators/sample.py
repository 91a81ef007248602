"""The rows of one fit as arrays with names, made from a frame without losing a row silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.frames import numbers, require


@dataclass(frozen=True)
class Columns:
    """Which columns of a frame play which part; `constant` puts a column of ones first."""

    outcome: str
    terms: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    weights: str | None = None
    groups: str | None = None
    time: str | None = None
    start: str | None = None
    entry: str | None = None
    exit: str | None = None
    states: tuple[str, str] | None = None
    endogenous: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    constant: bool = False


@dataclass(frozen=True)
class Sample:
    """n rows: outcome, n x k columns with names, and codes 0, 1, 2 ... of absorbed effects, clusters, groups, states.

    `time` orders rows within groups; `start` is the time from which a group is treated (NaN: never); a spell is at
    risk in (entry, exit] and `y` says if it ended; `endogenous` are columns of `x`.
    """

    y: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    effects: Mapping[str, np.ndarray] = field(default_factory=dict)
    clusters: Mapping[str, np.ndarray] = field(default_factory=dict)
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None
    time: np.ndarray | None = None
    start: np.ndarray | None = None
    entry: np.ndarray | None = None
    exit: np.ndarray | None = None
    states: tuple[np.ndarray, np.ndarray] | None = None
    endogenous: tuple[str, ...] = ()
    instruments: np.ndarray | None = None
    instrument_names: tuple[str, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()

    @property
    def n(self) -> int:
        return len(self.y)


def sample_of(frame: pd.DataFrame, columns: Columns) -> Sample:
    """The sample of a frame: rows with a missing value are dropped, counted by the first column that lacks one.

    Errors: AnalysisError for an unknown or non-numeric column, NotEstimableError if no row is left.
    """
    coded = _coded(columns)
    numeric = tuple(dict.fromkeys(_numeric(columns)))
    require(frame, [*numeric, *coded, *([columns.start] if columns.start else [])], "of the fit")
    kept = np.ones(len(frame), dtype=bool)
    dropped: list[tuple[str, int]] = []
    values = {c: numbers(frame, c) for c in numeric}
    missing = {c: np.isnan(v) for c, v in values.items()} | {c: frame[c].isna().to_numpy() for c in coded}
    for name, bad in missing.items():
        count = int((kept & bad).sum())
        if count:
            dropped.append((f"{name} missing", count))
            kept &= ~bad
    if not kept.any():
        raise NotEstimableError("no row is left for the fit", expected="rows without missing values", found=dropped)
    return _assemble(frame, columns, values, kept, tuple(dropped))


def _numeric(columns: Columns) -> tuple[str, ...]:
    single = (columns.weights, columns.time, columns.entry, columns.exit)
    return (columns.outcome, *columns.terms, *columns.endogenous, *columns.instruments, *(c for c in single if c))


def _coded(columns: Columns) -> tuple[str, ...]:
    single = (columns.groups, *(columns.states or ()))
    return tuple(dict.fromkeys([*columns.effects, *columns.clusters, *(c for c in single if c)]))


def _assemble(
    frame: pd.DataFrame,
    columns: Columns,
    values: Mapping[str, np.ndarray],
    kept: np.ndarray,
    dropped: tuple[tuple[str, int], ...],
) -> Sample:
    def number(name: str | None) -> np.ndarray | None:
        return None if name is None else values[name][kept]

    def code(name: str) -> np.ndarray:
        return pd.factorize(frame[name][kept], sort=True)[0]

    names = (*(["constant"] if columns.constant else []), *columns.terms, *columns.endogenous)
    stacked = [np.ones(int(kept.sum())) if n == "constant" and columns.constant else values[n][kept] for n in names]
    instruments = [values[c][kept] for c in columns.instruments]
    sides = None
    if columns.states:
        both = pd.factorize(pd.concat([frame[c][kept] for c in columns.states]), sort=True)[0]
        sides = (both[: kept.sum()], both[kept.sum() :])
    return Sample(
        y=values[columns.outcome][kept],
        x=np.column_stack(stacked) if stacked else np.empty((int(kept.sum()), 0)),
        names=tuple(names),
        effects={c: code(c) for c in columns.effects},
        clusters={c: code(c) for c in columns.clusters},
        weights=number(columns.weights),
        groups=None if columns.groups is None else code(columns.groups),
        time=number(columns.time),
        start=None if columns.start is None else numbers(frame, columns.start)[kept],
        entry=number(columns.entry),
        exit=number(columns.exit),
        states=sides,
        endogenous=columns.endogenous,
        instruments=np.column_stack(instruments) if instruments else None,
        instrument_names=columns.instruments,
        dropped=dropped,
    )


def dense(codes: np.ndarray) -> np.ndarray:
    """The codes renumbered 0, 1, 2 ... in their order."""
    return np.unique(codes, return_inverse=True)[1]


def permute_rows(sample: Sample, order: np.ndarray) -> Sample:
    """The same rows in another order."""
    return sample if (order == np.arange(sample.n)).all() else _take(sample, order)


def keep_rows(sample: Sample, kept: np.ndarray, reason: str) -> Sample:
    """The sample of the kept rows, codes renumbered, the others counted under the reason."""
    lost = int((~kept).sum())
    if not lost:
        return sample
    if lost == sample.n:
        raise NotEstimableError(f"no row is left for the fit: {reason}", found=f"{lost} rows dropped")
    return replace(_take(sample, np.flatnonzero(kept)), dropped=(*sample.dropped, (reason, lost)))


def _take(sample: Sample, rows: np.ndarray) -> Sample:
    def cut(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else values[rows]

    return replace(
        sample,
        y=sample.y[rows],
        x=sample.x[rows],
        effects={c: dense(v[rows]) for c, v in sample.effects.items()},
        clusters={c: dense(v[rows]) for c, v in sample.clusters.items()},
        weights=cut(sample.weights),
        groups=None if sample.groups is None else dense(sample.groups[rows]),
        time=cut(sample.time),
        start=cut(sample.start),
        entry=cut(sample.entry),
        exit=cut(sample.exit),
        states=None if sample.states is None else (sample.states[0][rows], sample.states[1][rows]),
        instruments=cut(sample.instruments),
    )


def check_sample(sample: Sample) -> None:
    """Nothing if shapes agree and every value is finite, else AnalysisError; an empty sample is not estimable."""
    if sample.n == 0:
        raise NotEstimableError("the sample of the fit is empty", expected="at least one row", found="0 rows")
    step = "make the sample with `sample_of`, which checks columns and counts missing rows"
    if sample.x.shape != (sample.n, len(sample.names)):
        shape = (sample.n, len(sample.names))
        raise AnalysisError("columns and names differ", expected=shape, found=sample.x.shape, next_step=step)
    single = {"y": sample.y, "x": sample.x, "weights": sample.weights, "time": sample.time, "entry": sample.entry}
    single |= {"exit": sample.exit, "instruments": sample.instruments}
    for name, values in single.items():
        if values is not None and (len(values) != sample.n or not np.isfinite(values).all()):
            raise AnalysisError(
                f"`{name}` of the sample is short or not finite",
                expected=f"{sample.n} finite rows",
                found=f"{len(values)} rows, {int((~np.isfinite(values)).sum())} not finite",
                next_step=step,
            )
    for name, codes in {**sample.effects, **sample.clusters}.items():
        if len(codes) != sample.n:
            raise AnalysisError(f"codes of `{name}` are short", expected=sample.n, found=len(codes), next_step=step)
    if sample.weights is not None and not (sample.weights > 0).all():
        raise AnalysisError(
            "weights are not all above 0", expected="> 0", found=float(sample.weights.min()), next_step=step
        )
