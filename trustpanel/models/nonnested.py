"""Vuong's test between two models of one outcome, rows independent or clustered by dyad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.canonical import fit_canonical, loglik_of, mean_of
from trustpanel.models.chi2_mixture import weighted_chi2_sf
from trustpanel.models.draws import bootstrap_p, resampled_counts

SAME = 1e-12


@dataclass(frozen=True)
class Likelihood:
    """One fitted model row by row: log likelihood (n), scores (n x k), and minus the inverse Hessian (k x k).

    `parameters` counts every coefficient, those partialled out among them; `at` gives the rows' log likelihood at other
    values of `theta`.
    """

    model: str
    family: str
    loglik: np.ndarray
    scores: np.ndarray
    inverse: np.ndarray
    parameters: int
    theta: np.ndarray
    at: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Vuong:
    """Which of two models is nearer the truth; `z` above 0 favours the first.

    `overlap_p` tests that the two models are the same distribution: above the level they cannot be told apart here and
    `z` means nothing. `p` is from a normal distribution with independent rows, from t (dyads - 1) with clusters.
    `favours` is `first`, `second`, `neither` or `indistinguishable`.
    """

    first: str
    second: str
    n: int
    clusters: int | None
    difference: float
    corrected_by: float
    z: float
    p: float
    overlap_statistic: float
    overlap_p: float
    p_bootstrap: float | None
    ci95_per_row: tuple[float, float] | None
    draws: int
    seed: int | None
    favours: str


def gaussian_likelihood(model: str, y: np.ndarray, x: np.ndarray, *, shared: int = 0) -> Likelihood:
    """Normal errors of one variance, on columns already partialled out; `shared` counts what was.

    Orthogonal shared columns have the same estimates in all rivals, so their scores cancel between two of them.
    """
    if x.shape[1]:
        coef = np.linalg.lstsq(x, y, rcond=None)[0]
        gram = np.linalg.inv(x.T @ x)
    else:
        coef, gram = np.empty(0), np.empty((0, 0))
    resid = y - x @ coef
    n, variance = len(y), float(resid @ resid) / len(y)
    if variance <= SAME * float(y @ y) / n:
        raise NotEstimableError(f"the model `{model}` fits exactly: no likelihood to compare", found=f"n = {n}")
    k = x.shape[1]
    inverse = np.zeros((k + 1, k + 1))
    inverse[:k, :k], inverse[k, k] = variance * gram, 2 * variance**2 / n
    scores = np.column_stack([x * (resid / variance)[:, None], (resid**2 / variance - 1) / (2 * variance)])

    def at(theta: np.ndarray) -> np.ndarray:
        spread = max(float(theta[-1]), SAME)
        return -0.5 * (np.log(2 * np.pi * spread) + (y - x @ theta[:-1]) ** 2 / spread)

    theta = np.r_[coef, variance]
    return Likelihood(model, "gaussian", at(theta), scores, inverse, k + 1 + shared, theta, at)


def canonical_likelihood(model: str, y: np.ndarray, x: np.ndarray, *, family: str) -> Likelihood:
    """A logit or Poisson model of y on x, whose first column is the constant."""
    fit = fit_canonical(y, x, family=family)
    at = lambda theta: loglik_of(y, mean_of(x @ theta, family), family)  # noqa: E731
    return Likelihood(model, family, fit.loglik, fit.scores, fit.inverse, x.shape[1], fit.coef, at)


def vuong(
    first: Likelihood,
    second: Likelihood,
    *,
    clusters: np.ndarray | None = None,
    correction: str = "none",
    level: float = 0.05,
    draws: int = 0,
    seed: int | None = None,
) -> Vuong:
    """Vuong's (1989) two steps: are the models distinguishable, and if so, which one is nearer the truth.

    `clusters` are codes 0, 1, 2 ... (dyads); differences are then summed by dyad before their variance is taken.
    `correction` is none, aic or bic. With `draws`, a bootstrap-t over dyads that keeps the fitted parameters, whose
    estimation does not matter at first order for strictly non-nested models.
    """
    n, penalty = len(first.loglik), correction_of(first, second, correction, len(first.loglik))
    raw = first.loglik - second.loglik
    if len(second.loglik) != n:
        raise NotEstimableError("the two models have different rows", expected=n, found=len(second.loglik))
    parts, sizes = _by_cluster(raw, clusters)
    groups = len(parts)
    statistic, overlap_p = overlap_test(first, second, clusters)
    difference = float(raw.sum()) - penalty
    spread = _spread(parts, sizes)
    z = difference / spread if spread > 0 else 0.0
    p = float(2 * (stats.norm.sf(abs(z)) if clusters is None else stats.t.sf(abs(z), groups - 1)))
    drawn = _bootstrap(parts, sizes, draws, seed) if draws and spread > 0 else None
    p_bootstrap = None if drawn is None else bootstrap_p(z, drawn)
    ci = None
    if drawn is not None:
        low, high = np.quantile(drawn, (0.975, 0.025))
        ci = (float(difference - low * spread) / n, float(difference - high * spread) / n)
    return Vuong(
        first=first.model,
        second=second.model,
        n=n,
        clusters=None if clusters is None else groups,
        difference=difference,
        corrected_by=penalty,
        z=z,
        p=p,
        overlap_statistic=statistic,
        overlap_p=overlap_p,
        p_bootstrap=p_bootstrap,
        ci95_per_row=ci,
        draws=draws,
        seed=seed,
        favours=verdict(z, p if p_bootstrap is None else max(p, p_bootstrap), overlap_p, level),
    )


def verdict(z: float, p: float, overlap_p: float, level: float) -> str:
    """`first`, `second`, `neither`, or `indistinguishable` where the overlap test does not reject."""
    if overlap_p >= level:
        return "indistinguishable"
    if p >= level:
        return "neither"
    return "first" if z > 0 else "second"


def correction_of(first: Likelihood, second: Likelihood, correction: str, n: int) -> float:
    """What none, aic or bic takes off the difference of log likelihoods."""
    weight = {"none": 0.0, "aic": 1.0, "bic": np.log(n) / 2}
    if correction not in weight:
        raise AnalysisError(
            "an unknown correction", expected=", ".join(weight), found=correction, next_step="declare one of these"
        )
    return float(weight[correction] * (first.parameters - second.parameters))


def _spread(parts: np.ndarray, sizes: np.ndarray) -> float:
    """Standard error of the summed differences: each dyad's sum less its rows' share of the whole."""
    groups = len(parts)
    left = parts - sizes * parts.sum() / sizes.sum()
    factor = 1.0 if groups == sizes.sum() else groups / (groups - 1)
    return float(np.sqrt(factor * (left**2).sum()))


def _bootstrap(parts: np.ndarray, sizes: np.ndarray, draws: int, seed: int | None) -> np.ndarray:
    """t statistics of resampled dyads around the sample's mean difference a row."""
    counts = resampled_counts(len(parts), draws=draws, seed=require_seed(seed))
    centred = parts - sizes * parts.sum() / sizes.sum()
    total, rows = counts @ centred, counts @ sizes
    left = centred[None, :] - sizes[None, :] * (total / rows)[:, None]
    groups = len(parts)
    factor = 1.0 if groups == sizes.sum() else groups / (groups - 1)
    spread = np.sqrt(factor * (counts * left**2).sum(axis=1))
    alive = spread > 0
    return total[alive] / spread[alive]


def _by_cluster(values: np.ndarray, clusters: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Sums and sizes by cluster; without clusters each row is one."""
    if clusters is None:
        return values, np.ones(len(values))
    return np.bincount(clusters, weights=values), np.bincount(clusters).astype(float)


def require_seed(seed: int | None) -> int:
    """The seed, or an AnalysisError: no draw without one."""
    if seed is None:
        raise AnalysisError("a bootstrap needs a seed", found="none", next_step="give seed=")
    return seed


def overlap_test(first: Likelihood, second: Likelihood, clusters: np.ndarray | None) -> tuple[float, float]:
    """Vuong's variance statistic and the p of `the two models are one distribution`.

    Under it, differences are linear in two sets of estimation errors, so their squares are a weighted sum of
    chi-squares; the weights are the squared eigenvalues of S D, S the (clustered) covariance of both scores, D the
    inverse Hessians, the second with a minus.
    """
    parts, sizes = _by_cluster(first.loglik - second.loglik, clusters)
    statistic = float(((parts - sizes * parts.sum() / sizes.sum()) ** 2).sum())
    k = first.scores.shape[1]
    scores = np.column_stack([first.scores, second.scores])
    if clusters is not None:
        scores = np.column_stack([np.bincount(clusters, weights=s) for s in scores.T])
    signed = np.zeros((scores.shape[1], scores.shape[1]))
    signed[:k, :k], signed[k:, k:] = first.inverse, -second.inverse
    weights = np.real(np.linalg.eigvals(scores.T @ scores @ signed)) ** 2
    return statistic, weighted_chi2_sf(statistic, weights)
