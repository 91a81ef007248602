"""Discrete-time hazard: one row a spell and period at risk, logit or complementary log-log."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.columns import require_events
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.generalized import CLOGLOG, LOGIT, generalized
from trustpanel.models.estimators.sample import Sample, keep_rows
from trustpanel.models.splines import knots_at, natural_cubic

KNOTS = (0.05, 0.35, 0.65, 0.95)
ROWS = 20_000_000
CELLS = 100_000_000


def discrete_hazard(sample: Sample, options: Options) -> Solved:
    """The chance that a spell ends in a period in which it is at risk: whole periods entry + 1 ... exit.

    `baseline`: a column for each period (periods without an end are dropped and counted) or a natural cubic spline of
    the period. Errors by cluster hold the rows of a spell together if the cluster does.
    """
    require_events(sample.y)
    if sample.exit is None or sample.effects or options.link not in ("logit", "cloglog"):
        raise AnalysisError(
            "`discrete_hazard` needs exit periods, link logit or cloglog, and no effects",
            found=options.link,
            next_step="name the last period of each spell in `Columns.exit`",
        )
    long = _expand(sample)
    if "constant" in long.names:
        raise AnalysisError(
            "the baseline holds the constant", found="a column `constant`", next_step="leave out the constant"
        )
    long, names, columns = _baseline(long, options.baseline)
    whole = replace(long, x=np.column_stack([long.x, columns]), names=(*long.names, *names))
    solved = generalized(whole, options, LOGIT if options.link == "logit" else CLOGLOG)
    return replace(solved, rule="likelihood", extra={"spells": float(sample.n), "events": float(sample.y.sum())})


def _expand(sample: Sample) -> Sample:
    """One row a period at risk; the outcome is 1 in the last period of a spell that ended."""
    last = sample.exit
    assert last is not None
    entry = np.zeros(sample.n) if sample.entry is None else sample.entry
    length = last - entry
    if (length != np.round(length)).any() or (entry != np.round(entry)).any() or (length < 1).any():
        raise AnalysisError(
            "spells are not in whole periods",
            expected="whole numbers, entry < exit",
            next_step="round the spells to periods",
        )
    if length.sum() > ROWS:
        raise NotEstimableError("too many periods at risk", expected=f"at most {ROWS:,}", found=int(length.sum()))
    spell = np.repeat(np.arange(sample.n), length.astype(int))
    step = np.arange(len(spell)) - np.repeat(np.cumsum(length) - length, length.astype(int))
    period = entry[spell] + 1 + step
    ended = (period == last[spell]) & (sample.y[spell] == 1)
    return Sample(
        y=ended.astype(float),
        x=sample.x[spell],
        names=sample.names,
        clusters={n: c[spell] for n, c in sample.clusters.items()} or {"spell": spell},
        weights=None if sample.weights is None else sample.weights[spell],
        time=period,
        states=None if sample.states is None else (sample.states[0][spell], sample.states[1][spell]),
        dropped=sample.dropped,
    )


def _baseline(long: Sample, kind: str) -> tuple[Sample, tuple[str, ...], np.ndarray]:
    assert long.time is not None
    if kind == "spline":
        basis = natural_cubic(long.time, knots_at(long.time, KNOTS))
        names = ("constant", *(f"period spline {j + 1}" for j in range(basis.shape[1])))
        return long, names, np.column_stack([np.ones(long.n), basis])
    if kind != "periods":
        raise AnalysisError("unknown baseline", found=kind, next_step="use periods or spline")
    periods, code = np.unique(long.time, return_inverse=True)
    ends, size = np.bincount(code, weights=long.y), np.bincount(code)
    long = keep_rows(long, ((ends > 0) & (ends < size))[code], "no spell, or every spell, ends in the period")
    assert long.time is not None
    periods, code = np.unique(long.time, return_inverse=True)
    if len(periods) * long.n > CELLS:
        raise NotEstimableError(
            "too many periods for a column each",
            expected=f"rows x periods at most {CELLS:,}",
            found=f"{long.n:,} x {len(periods):,}",
            next_step="use the baseline spline",
        )
    return long, tuple(f"period {p:g}" for p in periods), np.eye(len(periods))[code]
