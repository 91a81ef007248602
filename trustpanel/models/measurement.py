"""Whether several indicators of trust go together, and one latent trust behind them with its uncertainty.

Rank and polychoric correlations by pairs, a one-factor model of the polychoric matrix (statsmodels), reliability, and
a score with standard error for every row from whichever indicators it has: the normal-ogive graded model, its loadings
from the factor. Sources: Olsson 1979 (polychoric, two-step), Samejima 1969 (graded model), McDonald 1999 (omega).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal, norm, spearmanr

from trustpanel.errors import NotEstimableError

FAR = 8.0
LEAST_ROWS = 30
NODES = np.linspace(-6, 6, 241)


@dataclass(frozen=True)
class Association:
    """Two indicators: rows that have both, states in each, rank and polychoric correlation."""

    first: str
    second: str
    rows: int
    levels: tuple[int, int]
    rank: float
    polychoric: float


@dataclass(frozen=True)
class Factor:
    """A one-factor model: loading of each indicator, reliability of their sum, and how well one factor fits.

    `alpha` and `omega` are for standardised indicators that are all observed; `residual` is the largest absolute
    correlation that the factor leaves unexplained.
    """

    indicators: tuple[str, ...]
    loadings: np.ndarray
    alpha: float
    omega: float
    residual: float


def associations(frame: pd.DataFrame, indicators: tuple[str, ...]) -> tuple[Association, ...]:
    """Every pair of indicators over the rows that have both; NaN below 30 such rows or without variation."""
    return tuple(_association(frame, a, b) for a, b in combinations(indicators, 2))


def polychoric(x: np.ndarray, y: np.ndarray) -> float:
    """Correlation of the normal variables that ordered categories cut: maximum likelihood, thresholds from margins."""
    counts = pd.crosstab(x, y).to_numpy(float)
    rows, columns = _thresholds(counts.sum(axis=1)), _thresholds(counts.sum(axis=0))

    def minus_log_likelihood(rho: float) -> float:
        return -float((counts * np.log(np.maximum(_cells(rows, columns, rho), 1e-12))).sum())

    return float(minimize_scalar(minus_log_likelihood, bounds=(-0.999, 0.999), method="bounded").x)


def one_factor(pairs: tuple[Association, ...], indicators: tuple[str, ...]) -> Factor:
    """The one-factor model of the pairwise polychoric matrix; the first loading is positive.

    Raises `NotEstimableError` with fewer than three indicators, or where a pair has no correlation.
    """
    lacking = [(p.first, p.second, p.rows) for p in pairs if np.isnan(p.polychoric)]
    if len(indicators) < 3 or lacking:
        raise NotEstimableError(
            "one factor cannot be told from these indicators",
            expected=f"three or more, each pair with {LEAST_ROWS} common rows and some variation",
            found=lacking or indicators,
            next_step="add an indicator whose rows overlap with the others",
        )
    matrix = _nearest_correlation(_matrix(pairs, indicators))
    from statsmodels.multivariate.factor import Factor as Reference  # heavy, and needed here only

    fitted = Reference(corr=matrix, n_factor=1, method="ml", nobs=min(p.rows for p in pairs)).fit()
    loadings = fitted.loadings[:, 0] * np.sign(fitted.loadings[0, 0])
    left = matrix - np.outer(loadings, loadings)
    np.fill_diagonal(left, 0)
    k, mean = len(indicators), (matrix.sum() - len(indicators)) / (len(indicators) * (len(indicators) - 1))
    common = loadings.sum() ** 2
    return Factor(
        indicators=indicators,
        loadings=loadings,
        alpha=k * mean / (1 + (k - 1) * mean),
        omega=common / (common + (1 - loadings**2).sum()),
        residual=float(np.abs(left).max()),
    )


def scores(frame: pd.DataFrame, factor: Factor) -> pd.DataFrame:
    """`latent_trust` and `latent_trust_se` for each row of `frame`, from the indicators that it has.

    Mean and standard deviation of the latent variable (mean 0, variance 1) given the row's categories, by quadrature;
    both NaN where a row has none of the indicators.
    """
    likelihood = np.zeros((len(frame), len(NODES)))
    for name, loading in zip(factor.indicators, factor.loadings, strict=True):
        values = frame[name].to_numpy(float)
        seen = ~np.isnan(values)
        levels, place, counts = np.unique(values[seen], return_inverse=True, return_counts=True)
        if len(levels) >= 2:
            likelihood[seen] += np.log(_categories(counts, float(np.clip(loading, -0.99, 0.99))))[place]
    weight = np.exp(likelihood - likelihood.max(axis=1, keepdims=True)) * norm.pdf(NODES)
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ NODES
    spread = np.sqrt(np.maximum(weight @ NODES**2 - mean**2, 0))
    known = frame[list(factor.indicators)].notna().any(axis=1).to_numpy()
    return pd.DataFrame(
        {"latent_trust": np.where(known, mean, np.nan), "latent_trust_se": np.where(known, spread, np.nan)},
        index=frame.index,
    )


def _categories(counts: np.ndarray, loading: float) -> np.ndarray:
    """Probability of each category (rows) at each node of the latent variable (columns)."""
    cuts = (_thresholds(counts.astype(float))[:, None] - loading * NODES) / np.sqrt(1 - loading**2)
    return np.maximum(np.diff(norm.cdf(cuts), axis=0), 1e-300)


def _association(frame: pd.DataFrame, first: str, second: str) -> Association:
    both = frame[[first, second]].dropna()
    levels = (both[first].nunique(), both[second].nunique())
    enough = len(both) >= LEAST_ROWS and min(levels) >= 2
    x, y = both[first].to_numpy(float), both[second].to_numpy(float)
    return Association(
        first,
        second,
        len(both),
        levels,
        rank=float(spearmanr(x, y).statistic) if enough else float("nan"),
        polychoric=polychoric(x, y) if enough else float("nan"),
    )


def _thresholds(margin: np.ndarray) -> np.ndarray:
    return np.clip(norm.ppf(np.concatenate([[0.0], np.cumsum(margin) / margin.sum()])), -FAR, FAR)


def _cells(rows: np.ndarray, columns: np.ndarray, rho: float) -> np.ndarray:
    corners = np.array([[a, b] for a in rows for b in columns])
    below = multivariate_normal(mean=[0, 0], cov=[[1, rho], [rho, 1]]).cdf(corners)
    grid = np.asarray(below).reshape(len(rows), len(columns))
    return np.diff(np.diff(grid, axis=0), axis=1)


def _matrix(pairs: tuple[Association, ...], indicators: tuple[str, ...]) -> np.ndarray:
    matrix = np.eye(len(indicators))
    for pair in pairs:
        i, j = indicators.index(pair.first), indicators.index(pair.second)
        matrix[i, j] = matrix[j, i] = pair.polychoric
    return matrix


def _nearest_correlation(matrix: np.ndarray) -> np.ndarray:
    """A pairwise matrix need not be a correlation matrix: negative roots are cut off, the diagonal is made 1 again."""
    values, vectors = np.linalg.eigh(matrix)
    whole = vectors @ np.diag(np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(whole))
    return whole / np.outer(scale, scale)
