"""Conditional logit: groups keep their number of successes; exact recursion over all groups at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.absorb import absorb, plan_effects
from trustpanel.models.estimators.columns import collapsed, require_binary, separable
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.sample import Sample, dense, keep_rows, permute_rows
from trustpanel.models.within import starts

CELLS = 20_000_000
STEPS = 60


@dataclass(frozen=True)
class _Batch:
    """Groups of about equal size: rows x (groups, steps) padded, sizes, successes (at most half) and their columns."""

    groups: np.ndarray
    rows: np.ndarray
    size: np.ndarray
    chosen: np.ndarray
    sign: np.ndarray


@dataclass(frozen=True)
class _Moments:
    """By group: log of the denominator, mean and covariance of the summed columns given the number of successes."""

    log: np.ndarray
    mean: np.ndarray
    spread: np.ndarray


def conditional_logit(sample: Sample, options: Options) -> Solved:
    """Logit within groups, conditional on each group's successes (Chamberlain 1980); no effects, no constant.

    Groups without a success or without a failure are dropped and counted; weights are not defined.
    """
    require_binary(sample.y)
    if sample.groups is None or sample.effects or sample.weights is not None:
        raise AnalysisError(
            "`conditional_logit` needs groups, and neither effects nor weights",
            found="no groups" if sample.groups is None else "effects or weights",
            next_step="name the group in `Columns.groups`",
        )
    sample = _varying(sample)
    assert sample.groups is not None
    sample = permute_rows(sample, np.argsort(sample.groups, kind="stable"))
    groups = sample.groups
    assert groups is not None
    sample, _, dropped = separable(sample, options, absorb(sample.x, plan_effects({"group": groups})))
    batches = _batches(sample.y, groups, sample.x.shape[1])
    coef, loglik, info, score = _climb(sample, batches)
    bread = np.linalg.inv(info)
    influence = np.zeros_like(sample.x)
    influence[starts(groups)] = score @ bread
    return Solved(
        names=sample.names,
        coef=coef,
        sample=sample,
        influence=influence,
        classical=bread,
        counted=len(coef),
        rule="likelihood",
        loglik=loglik,
        unit=groups,
        dropped_columns=dropped,
        extra={"groups": float(len(score))},
    )


def _varying(sample: Sample) -> Sample:
    assert sample.groups is not None
    code = dense(sample.groups)
    total, size = np.bincount(code, weights=sample.y), np.bincount(code)
    return keep_rows(
        replace(sample, groups=code), ((total > 0) & (total < size))[code], "outcome never varies within the group"
    )


def _batches(y: np.ndarray, groups: np.ndarray, k: int) -> list[_Batch]:
    first = starts(groups)
    size = np.diff(np.r_[first, len(groups)])
    total = np.add.reduceat(y, first).astype(int)
    flipped = 2 * total > size
    chosen = np.where(flipped, size - total, total)
    order = np.lexsort((size, chosen))
    found, start = [], 0
    while start < len(order):
        width = max(1, CELLS // ((int(chosen[order[-1]]) + 2) * (k + k * k + 1)))
        part = order[start : start + width]
        steps = np.arange(int(size[part].max()))
        rows = np.where(steps < size[part][:, None], first[part][:, None] + steps, -1)
        found.append(_Batch(part, rows, size[part], chosen[part], np.where(flipped[part], -1.0, 1.0)))
        start += width
    return found


def _moments(batch: _Batch, x: np.ndarray, beta: np.ndarray) -> _Moments:
    """The recursion f(t, j) = f(t-1, j) + u_t f(t-1, j-1), with the mean and covariance carried as mixtures."""
    groups, most, k = len(batch.groups), int(batch.chosen.max()), x.shape[1]
    log = np.full((groups, most + 1), -np.inf)
    log[:, 0] = 0.0
    mean, spread = np.zeros((groups, most + 1, k)), np.zeros((groups, most + 1, k, k))
    for step in range(batch.rows.shape[1]):
        live = np.flatnonzero(batch.rows[:, step] >= 0)
        top = min(most, step + 1)
        row = x[batch.rows[live, step]] * batch.sign[live, None]
        without, within = log[live, 1 : top + 1], (row @ beta)[:, None] + log[live, :top]
        total = np.logaddexp(without, within)
        safe = np.where(np.isfinite(total), total, 0.0)
        q = np.exp(within - safe)[..., None]
        old, new = mean[live, 1 : top + 1], mean[live, :top] + row[:, None, :]
        gap = np.where(q < 1, new - old, 0.0)
        mix = (1 - q)[..., None] * spread[live, 1 : top + 1] + q[..., None] * spread[live, :top]
        spread[live, 1 : top + 1] = mix + (q * (1 - q))[..., None] * gap[..., :, None] * gap[..., None, :]
        mean[live, 1 : top + 1] = (1 - q) * old + q * new
        log[live, 1 : top + 1] = total
    each = np.arange(groups)
    return _Moments(log[each, batch.chosen], mean[each, batch.chosen], spread[each, batch.chosen])


def _firsts(sample: Sample) -> np.ndarray:
    """The first row of each group; rows are sorted by group."""
    assert sample.groups is not None
    return starts(sample.groups)


def _evaluate(
    sample: Sample, batches: list[_Batch], beta: np.ndarray, observed: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, score by group, information."""
    score, info, loglik = np.zeros_like(observed), np.zeros((len(beta), len(beta))), 0.0
    totals = np.add.reduceat(sample.x, _firsts(sample), axis=0)
    for batch in batches:
        m = _moments(batch, sample.x, beta)
        turned = batch.sign[:, None] < 0
        mean = np.where(turned, totals[batch.groups] + m.mean, m.mean)
        log = m.log + np.where(turned[:, 0], totals[batch.groups] @ beta, 0.0)
        score[batch.groups] = observed[batch.groups] - mean
        info += m.spread.sum(axis=0)
        loglik += float((observed[batch.groups] @ beta - log).sum())
    return loglik, score, info


def _climb(sample: Sample, batches: list[_Batch]) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Newton steps, halved where the likelihood falls."""
    observed = np.add.reduceat(sample.x * sample.y[:, None], _firsts(sample), axis=0)
    beta = np.zeros(sample.x.shape[1])
    loglik, score, info = _evaluate(sample, batches, beta, observed)
    at_start = info
    for _ in range(STEPS):
        if collapsed(info, at_start):
            break
        step = np.linalg.solve(info, score.sum(axis=0))
        gain = float(step @ score.sum(axis=0))
        if gain < 1e-16 * (1 + abs(loglik)) or np.abs(step).max() < 1e-11 * (1 + np.abs(beta).max()):
            return beta, loglik, info, score
        for _ in range(30):
            found = _evaluate(sample, batches, beta + step, observed)
            if found[0] >= loglik - 1e-10 * abs(loglik):
                break
            step = step / 2
        beta, (loglik, score, info) = beta + step, found
    raise NotEstimableError(
        "the conditional likelihood has no maximum: columns separate the outcomes within groups",
        found=f"n = {sample.n}, largest coefficient {np.abs(beta).max():.3g}",
        next_step="leave out the column that predicts perfectly within groups",
    )
