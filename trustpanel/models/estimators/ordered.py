"""Ordered logit by Newton's method on coefficients and cut points together."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.columns import collapsed, require_variation, separable
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.sample import Sample

STEPS = 100


def ordered_logit(sample: Sample, options: Options) -> Solved:
    """P(y <= j) = logistic(cut_j - x b) over the levels that occur; cut points stand after the coefficients.

    No constant and no effects: the cut points are the constants.
    """
    require_variation(sample.y)
    if sample.effects:
        raise AnalysisError("`ordered_logit` absorbs no effects", next_step="give the effects as columns")
    centred = sample.x - np.average(sample.x, axis=0, weights=sample.weights)
    sample, _, dropped = separable(sample, options, centred, np.linalg.norm(sample.x, axis=0))
    levels, y = np.unique(sample.y, return_inverse=True)
    coef, loglik, score, info = _climb(sample, y, len(levels))
    bread = np.linalg.inv(info)
    cuts = tuple(f"cut {levels[j]:g}|{levels[j + 1]:g}" for j in range(len(levels) - 1))
    return Solved(
        names=(*sample.names, *cuts),
        coef=coef,
        sample=sample,
        influence=score @ bread,
        classical=bread,
        counted=len(coef),
        rule="likelihood",
        loglik=loglik,
        dropped_columns=dropped,
    )


def _evaluate(sample: Sample, y: np.ndarray, theta: np.ndarray, levels: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, score by row, information at coefficients and cut points."""
    k = sample.x.shape[1]
    if (np.diff(theta[k:]) <= 0).any():
        return -np.inf, np.empty((0, 0)), np.empty((0, 0))
    prior = np.ones(sample.n) if sample.weights is None else sample.weights
    cuts = np.r_[-np.inf, theta[k:], np.inf]
    eta = sample.x @ theta[:k]
    up, low = cuts[y + 1] - eta, cuts[y] - eta
    a, b = expit(up), expit(low)
    f, g = expit(up) * expit(-up), expit(low) * expit(-low)
    p = np.where(low > 0, expit(-low) - expit(-up), a - b)
    p = np.maximum(p, 1e-300)
    n, rows = sample.n, np.arange(sample.n)
    upper, lower = np.zeros((n, levels + 1)), np.zeros((n, levels + 1))
    upper[rows, y + 1], lower[rows, y] = 1.0, 1.0
    upper, lower = upper[:, 1:-1], lower[:, 1:-1]
    score = np.column_stack([sample.x * (a + b - 1)[:, None], upper * (f / p)[:, None] - lower * (g / p)[:, None]])
    xx = sample.x.T @ (sample.x * (prior * (f + g))[:, None])
    xc = -sample.x.T @ (upper * (prior * f)[:, None] + lower * (prior * g)[:, None])
    uu = upper.T @ (upper * (prior * ((f / p) ** 2 - f * (1 - 2 * a) / p))[:, None])
    ll = lower.T @ (lower * (prior * ((g / p) ** 2 + g * (1 - 2 * b) / p))[:, None])
    ul = -upper.T @ (lower * (prior * f * g / p**2)[:, None])
    info = np.block([[xx, xc], [xc.T, uu + ll + ul + ul.T]])
    return float((prior * np.log(p)).sum()), score * prior[:, None], info


def _climb(sample: Sample, y: np.ndarray, levels: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    share = np.cumsum(np.bincount(y, weights=sample.weights, minlength=levels))[:-1] / (
        sample.n if sample.weights is None else sample.weights.sum()
    )
    theta = np.r_[np.zeros(sample.x.shape[1]), np.log(share / (1 - share))]
    loglik, score, info = _evaluate(sample, y, theta, levels)
    at_start = info
    for _ in range(STEPS):
        slope = score.sum(axis=0)
        if collapsed(info, at_start):
            break
        step = np.linalg.solve(info, slope)
        if float(step @ slope) < 1e-16 * (1 + abs(loglik)):
            return theta, loglik, score, info
        for _ in range(40):
            found = _evaluate(sample, y, theta + step, levels)
            if found[0] >= loglik - 1e-11 * abs(loglik):
                break
            step = step / 2
        theta, (loglik, score, info) = theta + step, found
    raise NotEstimableError(
        "the ordered likelihood has no maximum: columns separate the levels",
        found=f"n = {sample.n}, {levels} levels",
        next_step="leave out the column that predicts perfectly, or join levels",
    )
