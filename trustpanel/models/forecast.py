"""What each rival, fitted on training rows, predicts for rows it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.rivals import Rivals
from trustpanel.models.splines import knots_at, natural_cubic
from trustpanel.models.within import starts, sums

KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)
MEMORY = 5
TINY = 1e-9

Forecast = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Training:
    """Outcome and columns less their dyad means, the columns each rival uses, and cross products by dyad."""

    rivals: Rivals
    y: np.ndarray
    x: np.ndarray
    uses: dict[str, np.ndarray]
    grams: np.ndarray


def prepare_training(rivals: Rivals) -> Training:
    """Everything that fits without some dyads need: leaving dyads out is then a subtraction of cross products."""
    x, uses = _columns(rivals)
    whole = _less_means(np.column_stack([x, rivals.y]), rivals.dyad)
    first = [*starts(rivals.dyad), rivals.n]
    grams = np.stack([whole[a:b].T @ whole[a:b] for a, b in pairwise(first)])
    return Training(rivals, whole[:, -1], whole[:, :-1], uses, grams)


def _columns(rivals: Rivals) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Period dummies, controls and all blocks, and which of them each rival uses."""
    levels = np.unique(rivals.period)
    dummies = (rivals.period[:, None] == levels).astype(float)
    names = ["period"] * len(levels) + ["controls"] * rivals.controls.shape[1]
    names += [name for name, x in rivals.blocks.items() for _ in range(x.shape[1])]
    uses = {
        model: np.flatnonzero([n in ("period", "controls", *blocks) for n in names])
        for model, blocks in rivals.models.items()
    }
    return np.column_stack([dummies, rivals.controls, *rivals.blocks.values()]), uses


def _less_means(values: np.ndarray, dyad: np.ndarray) -> np.ndarray:
    return values - (sums(values, dyad) / np.bincount(dyad)[:, None])[dyad]


def _solve(gram: np.ndarray, cross: np.ndarray) -> tuple[np.ndarray, int]:
    """Least squares from cross products, and the rank; a column without variation in training gets 0."""
    size = np.sqrt(np.diag(gram))
    size = np.where(size > TINY * max(size.max(initial=0.0), 1e-300), size, np.inf)
    values, vectors = np.linalg.eigh(gram / np.outer(size, size))
    kept = values > TINY * len(values)
    inner = vectors[:, kept].T @ (cross / size)
    return vectors[:, kept] @ (inner / values[kept]) / size, int(kept.sum())


def within_forecast(training: Training, left_out: np.ndarray, test: np.ndarray) -> Forecast:
    """(y, mean, sd) of deviations from dyad means in the dyads left out.

    The deviation of a row among T in its dyad has the variance of an error times 1 - 1/T.
    """
    rivals = training.rivals
    gram = training.grams.sum(axis=0) - training.grams[left_out].sum(axis=0)
    size = np.bincount(rivals.dyad)
    n, groups = rivals.n - len(test), rivals.n_dyads - len(left_out)
    spread = np.sqrt(1 - 1 / np.maximum(size[rivals.dyad[test]], 2))
    means, sds = [], []
    for columns in training.uses.values():
        beta, rank = _solve(gram[np.ix_(columns, columns)], gram[columns, -1])
        squares = float(gram[-1, -1] - beta @ gram[columns, -1])
        sigma = _sigma(squares, n - groups - rank)
        means.append(training.x[np.ix_(test, columns)] @ beta)
        sds.append(sigma * spread)
    return training.y[test], np.column_stack(means), np.column_stack(sds)


def _sigma(squares: float, df: int) -> float:
    if df < 1 or squares <= 0:
        raise NotEstimableError("a training sample leaves no residual variance", found=f"{df} degrees of freedom")
    return float(np.sqrt(squares / df))


def forecast_levels(rivals: Rivals, train: np.ndarray, test: np.ndarray) -> Forecast:
    """(y, mean, sd) of levels in later periods.

    Slopes are within dyads on the training rows; a dyad's effect is its mean training residual shrunk by
    T tau2 / (T tau2 + sigma2), 0 for a dyad not seen before; a later period gets the mean effect of the last five.
    """
    x, uses = _columns(rivals)
    dyad = np.unique(rivals.dyad[train], return_inverse=True)[1]
    whole = np.column_stack([x, rivals.y])[train]
    inside = _less_means(whole, dyad)
    gram, n, groups = inside.T @ inside, len(dyad), int(dyad[-1]) + 1
    periods = len(np.unique(rivals.period))
    last = np.unique(np.searchsorted(np.unique(rivals.period), rivals.period[train]))[-MEMORY:]
    size = np.bincount(dyad)
    place = np.full(rivals.n_dyads, -1)
    place[rivals.dyad[train]] = dyad
    means, sds = [], []
    for columns in uses.values():
        beta, rank = _solve(gram[np.ix_(columns, columns)], gram[columns, -1])
        sigma = _sigma(float(gram[-1, -1] - beta @ gram[columns, -1]), n - groups - rank)
        resid = whole[:, -1] - whole[:, columns] @ beta
        own = np.bincount(dyad, weights=resid) / size
        middle = float(own.mean())
        tau2 = max(0.0, float(own.var(ddof=1)) - sigma**2 * float((1 / size).mean()))
        shrink = size * tau2 / (size * tau2 + sigma**2)
        effect = np.r_[shrink * (own - middle), 0.0]
        unknown = np.r_[tau2 * (1 - shrink), tau2]
        later = float(beta[last].mean())
        rest = columns >= periods
        known = x[np.ix_(test, columns[rest])] @ beta[rest]
        means.append(middle + later + known + effect[place[rivals.dyad[test]]])
        sds.append(np.sqrt(sigma**2 + unknown[place[rivals.dyad[test]]]))
    return rivals.y[test], np.column_stack(means), np.column_stack(sds)


@dataclass(frozen=True)
class Columns:
    """Columns of a model without dyad effects, n x k, and whose each is: `shared` or a block."""

    owner: tuple[str, ...]
    x: np.ndarray


def mundlak_columns(rivals: Rivals, model: str, *, to_date: bool, period: np.ndarray | None = None) -> Columns:
    """A constant, a spline of time, controls, the dyad means of all blocks, and the rival's own blocks, n x k.

    Dyad means stand for dyad effects, so every rival has those of all blocks: rivals differ by change within dyads.
    With `to_date` a mean runs over the dyad's rows up to and with this one: the future never explains the past. Columns
    that do not vary are left out.
    """
    every = np.column_stack(list(rivals.blocks.values()))
    first = starts(rivals.dyad)
    if to_date:
        total = np.cumsum(every, axis=0)
        before = (total[first] - every[first])[rivals.dyad]
        mean = (total - before) / (np.arange(rivals.n) - first[rivals.dyad] + 1)[:, None]
    else:
        mean = (sums(every, rivals.dyad) / np.bincount(rivals.dyad)[:, None])[rivals.dyad]
    time = (rivals.period if period is None else period).astype(float)
    trend = natural_cubic(time, knots_at(time, KNOTS))
    shared = np.column_stack([trend, rivals.controls, mean])
    owner = ["shared"] * shared.shape[1]
    owner += [name for name in rivals.models[model] for _ in range(rivals.blocks[name].shape[1])]
    candidates = np.column_stack([shared, rivals.columns(model)])
    kept = _new(candidates)
    x = np.column_stack([np.ones(rivals.n), candidates[:, kept]])
    return Columns(("shared", *(owner[j] for j in kept)), x)


def _new(columns: np.ndarray) -> list[int]:
    """Columns that vary and are no sum of a constant and those on their left."""
    kept: list[int] = []
    basis = np.full((len(columns), 1), 1 / np.sqrt(len(columns)))
    for j in range(columns.shape[1]):
        left = columns[:, j] - basis @ (basis.T @ columns[:, j])
        left = left - basis @ (basis.T @ left)
        if np.linalg.norm(left) > 1e-7 * max(float(np.linalg.norm(columns[:, j])), 1e-300):
            kept.append(j)
            basis = np.column_stack([basis, left / np.linalg.norm(left)])
    return kept


def future_columns(rivals: Rivals, model: str, train: np.ndarray) -> np.ndarray:
    """Mundlak columns to date; a period after the training rows has the time of the last training period."""
    time = np.minimum(rivals.period, rivals.period[train].max())
    return mundlak_columns(rivals, model, to_date=True, period=time).x
