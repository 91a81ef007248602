"""The tail of a weighted sum of independent chi-squares."""

from __future__ import annotations

import numpy as np
from scipy import integrate, stats

SAME = 1e-12


def weighted_chi2_sf(value: float, weights: np.ndarray) -> float:
    """P(sum of weight x chi-square(1) > value), weights not negative, by Imhof's (1961) integral."""
    top = float(weights.max(initial=0.0))
    if top <= 0:
        return 1.0 if value <= SAME else 0.0
    lam, x = weights[weights > 1e-10 * top] / top, value / top
    if len(lam) == 1:
        return float(stats.chi2.sf(x, 1))

    angle = lambda u: 0.5 * np.arctan(lam * u).sum()  # noqa: E731
    size = lambda u: 1 / (u * np.exp(0.25 * np.log1p((lam * u) ** 2).sum()))  # noqa: E731
    half, split = x / 2, min(1.0, np.pi / x)
    # sin(angle - half u) in one piece near 0; beyond it the two Fourier integrals to infinity, which quad sums exactly
    area = integrate.quad(lambda u: np.sin(angle(u) - half * u) * size(u), 1e-300, split, epsabs=1e-11)[0]
    fourier = {"epsabs": 1e-10, "limlst": 500, "limit": 500}
    area += integrate.quad(lambda u: np.sin(angle(u)) * size(u), split, np.inf, weight="cos", wvar=half, **fourier)[0]
    area -= integrate.quad(lambda u: np.cos(angle(u)) * size(u), split, np.inf, weight="sin", wvar=half, **fourier)[0]
    return float(np.clip(0.5 + area / np.pi, 0.0, 1.0))
