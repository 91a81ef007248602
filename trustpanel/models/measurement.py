"""Whether several indicators of trust go together, and one latent trust behind them with its uncertainty.

Rank and polychoric correlations by pairs, a one-factor model of the correlations that are known, reliability, and
a score with standard error for every row from whichever indicators it has: the normal-ogive graded model, its loadings
from the factor. Sources: Olsson 1979 (polychoric, two-step), Harman and Jones 1966 (least residuals), Samejima 1969
(graded model), McDonald 1999 (omega).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr
from scipy.stats import norm

from trustpanel.errors import NotEstimableError
from trustpanel.models.polychoric import AT_EDGE, polychorics, ranks, thresholds

LIMIT = 0.99
NEWTON_STEPS = 8
NODES = np.linspace(-6, 6, 241)


@dataclass(frozen=True)
class Least:
    """What a pair of indicators needs: common rows and clusters, and clusters in two categories of each indicator."""

    rows: int = 30
    clusters: int = 1
    clusters_in_category: int = 1


@dataclass(frozen=True)
class PairCounts:
    """Two indicators crossed within each cluster that has both: `counts` (clusters, categories, categories)."""

    first: str
    second: str
    clusters: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Association:
    """Two indicators: rows and clusters that have both, categories in each, rank and polychoric correlation."""

    first: str
    second: str
    rows: int
    clusters: int
    levels: tuple[int, int]
    rank: float
    polychoric: float

    @property
    def known(self) -> bool:
        """There is a correlation, and its likelihood has its top inside (at the edge a cell is empty)."""
        return bool(abs(self.polychoric) < AT_EDGE)


@dataclass(frozen=True)
class Factor:
    """A one-factor model: loading of each indicator, reliability of their sum, and how well one factor fits.

    `alpha` and `omega` are for standardised indicators that are all observed; `residual` is the largest absolute
    correlation that the factor leaves unexplained, `residual_mean` the root of their mean square; over known pairs.
    """

    indicators: tuple[str, ...]
    loadings: np.ndarray
    alpha: float
    omega: float
    residual: float
    residual_mean: float = float("nan")


def pair_counts(
    frame: pd.DataFrame, indicators: tuple[str, ...], clusters: np.ndarray | None = None
) -> tuple[PairCounts, ...]:
    """Every pair of indicators crossed; `clusters` numbers the cluster of each row from 0, else a row is its own."""
    places = np.arange(len(frame)) if clusters is None else np.asarray(clusters)
    codes = {name: _codes(frame[name]) for name in indicators}
    return tuple(_crossed(a, b, codes[a], codes[b], places) for a, b in combinations(indicators, 2))


def associations(
    frame: pd.DataFrame, indicators: tuple[str, ...], clusters: np.ndarray | None = None, least: Least | None = None
) -> tuple[Association, ...]:
    """Every pair of indicators over the rows that have both; NaN below `least` or without variation."""
    return tuple(association(pair, least or Least()) for pair in pair_counts(frame, indicators, clusters))


def association(pair: PairCounts, least: Least) -> Association:
    """What one pair's counts say."""
    total = pair.counts.sum(axis=0)
    rows = int(total.sum())
    sides = [(pair.counts.sum(axis=axis) > 0).sum(axis=0) for axis in (2, 1)]
    enough = (
        rows >= least.rows
        and len(pair.clusters) >= least.clusters
        and all((held >= max(least.clusters_in_category, 1)).sum() >= 2 for held in sides)
    )
    return Association(
        pair.first,
        pair.second,
        rows,
        len(pair.clusters),
        (int((sides[0] > 0).sum()), int((sides[1] > 0).sum())),
        rank=float(ranks(total[None])[0]) if enough else float("nan"),
        polychoric=float(polychorics(total[None])[0]) if enough else float("nan"),
    )


def one_factor(pairs: Sequence[Association], indicators: tuple[str, ...]) -> Factor:
    """The one-factor model with the least squared residuals over the known pairs; the first loading is positive.

    Raises `NotEstimableError` with fewer than three indicators, where one stands in fewer than two known pairs, or
    where the pairs do not determine the loadings (no odd ring of pairs, or two groups without a pair between them).
    """
    matrix = _matrix(pairs, indicators)
    known = ~np.isnan(matrix)
    np.fill_diagonal(known, False)
    thin = [name for name, n in zip(indicators, known.sum(axis=1), strict=True) if n < 2]
    if len(indicators) < 3 or thin or not determined(known):
        raise NotEstimableError(
            "one factor cannot be told from these indicators",
            expected="three or more, each in two or more known pairs that hang together and hold an odd ring",
            found=", ".join(thin or indicators),
            next_step="leave out an indicator whose rows do not overlap with the others, or add one whose rows do",
        )
    loadings = least_residuals(matrix, known)
    return factor_of(indicators, matrix, known, loadings * (np.sign(loadings[0]) or 1.0))


def least_residuals(matrix: np.ndarray, known: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Loadings within 0.99 of 0 whose products come nearest to the known correlations (unweighted least squares)."""
    i, j = np.nonzero(np.triu(known, 1))
    told = matrix[i, j]

    def left(x: np.ndarray) -> np.ndarray:
        return x[i] * x[j] - told

    def slopes(x: np.ndarray) -> np.ndarray:
        found = np.zeros((len(i), len(x)))
        found[np.arange(len(i)), i] = x[j]
        found[np.arange(len(i)), j] += x[i]
        return found

    starts = [start] if start is not None else _starts(matrix, known)
    fits = [
        least_squares(left, np.clip(s, -0.95, 0.95), slopes, bounds=(-LIMIT, LIMIT), xtol=1e-13, ftol=1e-13, gtol=1e-13)
        for s in starts
    ]
    return _sharpened(np.asarray(min(fits, key=lambda fit: round(fit.cost, 12)).x), np.where(known, matrix, 0.0), known)


def _sharpened(x: np.ndarray, told: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The same loadings to the last digit, so that another machine finds the same: Newton's steps from near the top.

    A loading at its limit stays there if the sum still falls outwards. Kept as it was if the steps lead away.
    """
    slope = (known * (np.outer(x, x) - told)) @ x
    held = (np.abs(x) > LIMIT - 1e-4) & (slope * x < 0)
    found, free = np.where(held, np.sign(x) * LIMIT, x), ~held
    for _ in range(NEWTON_STEPS if free.any() else 0):
        slope = (known * (np.outer(found, found) - told)) @ found
        curve = known * (2 * np.outer(found, found) - told) + np.diag(known @ found**2)
        found[free] -= np.linalg.lstsq(curve[np.ix_(free, free)], slope[free])[0]
    near = bool(np.all(np.abs(found - x) < 1e-2) and np.all(np.abs(found) <= LIMIT))
    return found if near else x


def factor_of(indicators: tuple[str, ...], matrix: np.ndarray, known: np.ndarray, loadings: np.ndarray) -> Factor:
    """Reliability and residuals of these loadings; alpha from the mean of the known correlations."""
    left = (matrix - np.outer(loadings, loadings))[np.triu(known, 1)]
    k, mean = len(indicators), float(matrix[np.triu(known, 1)].mean())
    common = loadings.sum() ** 2
    return Factor(
        indicators=indicators,
        loadings=loadings,
        alpha=k * mean / (1 + (k - 1) * mean),
        omega=float(common / (common + (1 - loadings**2).sum())),
        residual=float(np.abs(left).max()),
        residual_mean=float(np.sqrt((left**2).mean())),
    )


def determined(known: np.ndarray) -> bool:
    """The known pairs hang together and hold an odd ring: else loadings can be scaled or turned without a change."""
    twice = np.kron(known.astype(int), np.array([[0, 1], [1, 0]]))
    return bool(connected_components(twice, directed=False, return_labels=False) == 1)


def scores(frame: pd.DataFrame, factor: Factor) -> pd.DataFrame:
    """`latent_trust` and `latent_trust_se` for each row of `frame`, from the indicators that it has.

    Mean and standard deviation of the latent variable (mean 0, variance 1) given the row's categories, by quadrature;
    both NaN where a row has none of the indicators.
    """
    codes = np.column_stack([_codes(frame[name]) for name in factor.indicators])
    patterns, place = np.unique(codes, axis=0, return_inverse=True)
    likelihood = np.zeros((len(patterns), len(NODES)))
    for column, loading in enumerate(factor.loadings):
        counts = np.bincount(codes[codes[:, column] >= 0, column])
        seen = patterns[:, column] >= 0
        if len(counts) >= 2:
            found = np.log(_categories(counts, float(np.clip(loading, -LIMIT, LIMIT))))
            likelihood[seen] += found[patterns[seen, column]]
    weight = np.exp(likelihood - likelihood.max(axis=1, keepdims=True)) * norm.pdf(NODES)
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ NODES
    spread = np.sqrt(np.maximum(weight @ NODES**2 - mean**2, 0))
    known = (patterns >= 0).any(axis=1)
    told = {"latent_trust": np.where(known, mean, np.nan), "latent_trust_se": np.where(known, spread, np.nan)}
    return pd.DataFrame({name: values[place.reshape(-1)] for name, values in told.items()}, index=frame.index)


def _codes(column: pd.Series) -> np.ndarray:
    """Ordered categories numbered from 0; -1 where missing."""
    values = column.to_numpy(float, na_value=np.nan)
    seen = ~np.isnan(values)
    found = np.full(len(values), -1, dtype=np.int64)
    found[seen] = np.unique(values[seen], return_inverse=True)[1]
    return found


def _crossed(first: str, second: str, a: np.ndarray, b: np.ndarray, places: np.ndarray) -> PairCounts:
    both = (a >= 0) & (b >= 0)
    clusters, place = np.unique(places[both], return_inverse=True)
    shape = (len(clusters), max(int(a.max(initial=0)), 0) + 1, max(int(b.max(initial=0)), 0) + 1)
    flat = np.ravel_multi_index((place, a[both], b[both]), shape) if both.any() else np.empty(0, dtype=np.int64)
    return PairCounts(first, second, clusters, np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape))


def _categories(counts: np.ndarray, loading: float) -> np.ndarray:
    """Probability of each node of the latent variable (columns) to give each category (rows)."""
    cuts = (thresholds(counts.astype(float))[:, None] - loading * NODES) / np.sqrt(1 - loading**2)
    return np.maximum(np.diff(ndtr(cuts), axis=0), 1e-300)


def _matrix(pairs: Sequence[Association], indicators: tuple[str, ...]) -> np.ndarray:
    """The known correlations, NaN elsewhere."""
    matrix = np.full((len(indicators), len(indicators)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for pair in pairs:
        if pair.known and pair.first in indicators and pair.second in indicators:
            i, j = indicators.index(pair.first), indicators.index(pair.second)
            matrix[i, j] = matrix[j, i] = pair.polychoric
    return matrix


def _starts(matrix: np.ndarray, known: np.ndarray) -> list[np.ndarray]:
    """All alike, and the two leading axes of the known correlations, the unknown ones read as 0."""
    values, vectors = np.linalg.eigh(np.where(known, matrix, 0.0) + np.eye(len(matrix)))
    axes = [np.sqrt(max(float(values[-n]), 0.0)) * vectors[:, -n] for n in (1, 2)]
    return [np.full(len(matrix), 0.5), *axes]
