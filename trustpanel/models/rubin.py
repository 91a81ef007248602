"""Estimates from several drawn worlds pooled by Rubin's rules.

Sources: Rubin 1987 (rules), Barnard and Rubin 1999 (degrees of freedom in small samples), Li, Raghunathan and Rubin
1991 (a Wald test of several coefficients).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import NotEstimableError


@dataclass(frozen=True)
class Pooled:
    """One parameter over `draws` worlds.

    `within` is the mean of the variances, `between` the variance of the estimates; `missing` the fraction of missing
    information: the share of what complete data would tell that the draws do not.
    """

    estimate: float
    se: float
    df: float
    p: float
    ci90: tuple[float, float]
    ci95: tuple[float, float]
    within: float
    between: float
    missing: float
    draws: int


@dataclass(frozen=True)
class PooledWald:
    """F test of several coefficients at once over the worlds; `increase` is the relative rise of their variance."""

    f: float
    df: int
    df_error: float
    p: float
    increase: float
    draws: int


def pool(estimates: np.ndarray, variances: np.ndarray, *, df: float) -> Pooled:
    """`estimates` and `variances` (draws); `df` are the degrees of freedom of the fit to one world."""
    draws = len(estimates)
    if draws < 2 or len(variances) != draws or not np.isfinite(estimates).all() or not (variances > 0).all():
        raise NotEstimableError(
            "the worlds cannot be pooled",
            expected="two or more, each with an estimate and a variance above 0",
            found=f"{draws} estimates, {int((variances > 0).sum())} variances above 0",
        )
    within, between = float(variances.mean()), float(estimates.var(ddof=1))
    added = (1 + 1 / draws) * between
    total = within + added
    share = added / total
    own = (df + 1) / (df + 3) * df * (1 - share)
    # all worlds alike: nothing is missing, and the sum below would divide by nought
    freedom = own if share < 1e-12 else 1 / (1 / own + share**2 / (draws - 1)) if share < 1 else 1.0
    mean, se = float(estimates.mean()), float(np.sqrt(total))
    half = {level: float(stats.t.ppf(0.5 + level / 2, freedom)) * se for level in (0.9, 0.95)}
    ratio = added / within
    return Pooled(
        estimate=mean,
        se=se,
        df=freedom,
        p=float(2 * stats.t.sf(abs(mean) / se, freedom)),
        ci90=(mean - half[0.9], mean + half[0.9]),
        ci95=(mean - half[0.95], mean + half[0.95]),
        within=within,
        between=between,
        missing=0.0 if ratio < 1e-12 else (ratio + 2 / (freedom + 3)) / (1 + ratio),
        draws=draws,
    )


def pool_wald(estimates: np.ndarray, covariances: np.ndarray, *, df: float) -> PooledWald:
    """`estimates` (draws x k) against 0 with `covariances` (draws x k x k): the statistic D1.

    Its denominator has no more degrees of freedom than the fit to one world (`df`).
    """
    draws, k = estimates.shape
    if draws < 2 or not np.isfinite(estimates).all() or not np.isfinite(covariances).all():
        raise NotEstimableError("the worlds cannot be pooled", expected="two or more finite ones", found=draws)
    mean, within = estimates.mean(axis=0), covariances.mean(axis=0)
    between = np.atleast_2d(np.cov(estimates, rowvar=False))
    increase = (1 + 1 / draws) * float(np.trace(between @ np.linalg.inv(within))) / k
    f = float(mean @ np.linalg.solve(within, mean)) / (k * (1 + increase))
    freedom = min(df, _wald_freedom(k, draws, increase))
    return PooledWald(f, k, freedom, float(stats.f.sf(f, k, freedom)), increase, draws)


def _wald_freedom(k: int, draws: int, increase: float) -> float:
    """Denominator degrees of freedom of D1."""
    if increase < 1e-12:
        return float("inf")
    t = k * (draws - 1)
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2
    return t * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2
