"""Rank and polychoric correlations of ordered categories from their crossed counts, many tables of one shape at once.

Source: Olsson 1979, two-step (thresholds from the margins, then the correlation by maximum likelihood). The bivariate
normal is Owen's (1956) T function, as scipy has it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, owens_t

EDGE = 0.999
AT_EDGE = 0.998
STEPS = 48
TINY = 1e-12
FLAT = 0.01


def polychoric(x: np.ndarray, y: np.ndarray) -> float:
    """Correlation of the normal variables that the ordered categories `x` and `y` cut."""
    return float(polychorics(pd.crosstab(x, y).to_numpy(float)[None])[0])


def polychorics(counts: np.ndarray) -> np.ndarray:
    """One correlation for each table of `counts` (tables, rows, columns); NaN where a side does not vary.

    The root of the likelihood's slope by halving. Where an end is as likely (a cell is empty), it is -0.999 or 0.999.
    """
    counts = np.asarray(counts, dtype=float)
    rows, columns = thresholds(counts.sum(axis=2)), thresholds(counts.sum(axis=1))
    low, high = np.full(len(counts), -EDGE), np.full(len(counts), EDGE)
    for _ in range(STEPS):
        middle = (low + high) / 2
        rising = _slope(counts, rows, columns, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    found = (low + high) / 2
    end = np.where(found < 0, -EDGE, EDGE)
    flat = _likelihood(counts, rows, columns, found) - _likelihood(counts, rows, columns, end) < FLAT
    return np.where(_varies(counts), np.where(flat, end, found), np.nan)


def ranks(counts: np.ndarray) -> np.ndarray:
    """Spearman's correlation, ties at their middle rank, for each table of `counts`; NaN where a side does not vary."""
    counts = np.asarray(counts, dtype=float)
    total = counts.sum(axis=(1, 2))
    x, y = _middle_ranks(counts.sum(axis=2)), _middle_ranks(counts.sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        joint = np.einsum("bij,bi,bj->b", counts, x, y) / total
        spread = np.sqrt(
            (counts.sum(axis=2) * x**2).sum(axis=1) / total * (counts.sum(axis=1) * y**2).sum(axis=1) / total
        )
        return np.where(_varies(counts), joint / spread, np.nan)


def thresholds(margins: np.ndarray) -> np.ndarray:
    """The cuts of a standard normal that give `margins` (tables, categories), from minus to plus infinity."""
    total = np.maximum(margins.sum(axis=-1, keepdims=True), 1)
    inner = ndtri(np.cumsum(margins, axis=-1)[..., :-1] / total)
    ends = np.full((*margins.shape[:-1], 1), np.inf)
    return np.concatenate([-ends, inner, ends], axis=-1)


def _varies(counts: np.ndarray) -> np.ndarray:
    return ((counts.sum(axis=2) > 0).sum(axis=1) >= 2) & ((counts.sum(axis=1) > 0).sum(axis=1) >= 2)


def _middle_ranks(margins: np.ndarray) -> np.ndarray:
    """Middle rank of each category, centred on the mean rank."""
    return np.cumsum(margins, axis=1) - margins / 2 - margins.sum(axis=1, keepdims=True) / 2


def _likelihood(counts: np.ndarray, rows: np.ndarray, columns: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """The log likelihood of each table."""
    below = _below(rows[:, :, None], columns[:, None, :], rho[:, None, None])
    return (counts * np.log(np.maximum(np.diff(np.diff(below, axis=1), axis=2), TINY))).sum(axis=(1, 2))


def _slope(counts: np.ndarray, rows: np.ndarray, columns: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """The log likelihood by the correlation, derived; the normal integral by it is the density (Plackett 1954)."""
    h, k, r = rows[:, :, None], columns[:, None, :], rho[:, None, None]
    probability = np.diff(np.diff(_below(h, k, r), axis=1), axis=2)
    change = np.diff(np.diff(_density(h, k, r), axis=1), axis=2)
    return (counts / np.maximum(probability, TINY) * change).sum(axis=(1, 2))


def _density(h: np.ndarray, k: np.ndarray, r: np.ndarray) -> np.ndarray:
    left = 1 - r**2
    with np.errstate(invalid="ignore"):
        found = np.exp(-(h**2 - 2 * r * h * k + k**2) / (2 * left)) / (2 * np.pi * np.sqrt(left))
    return np.where(np.isfinite(h) & np.isfinite(k), found, 0.0)


def _below(h: np.ndarray, k: np.ndarray, r: np.ndarray) -> np.ndarray:
    """P(X < h, Y < k) of two standard normals with correlation `r`."""
    h, k = np.broadcast_arrays(h, k)
    inside = np.isfinite(h) & np.isfinite(k)
    # 0 is nudged: Owen's form divides by both
    a, b = (np.where(inside, np.where(np.abs(v) < 1e-14, 1e-14, v), 1.0) for v in (h, k))
    root = np.sqrt(1 - r**2)
    t = owens_t(a, (b / a - r) / root) + owens_t(b, (a / b - r) / root)
    found = (ndtr(a) + ndtr(b)) / 2 - t - np.where(a * b < 0, 0.5, 0.0)
    return np.where(inside, found, np.minimum(ndtr(h), ndtr(k)))
