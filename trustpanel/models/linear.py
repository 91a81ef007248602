"""Linear fits with dyad and year effects: coefficients, clustered covariance, contrasts, equivalence."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import Design
from trustpanel.models.within import demean, residual, sums_by

POWER = 0.8


@dataclass(frozen=True)
class Fit:
    """A fit after the nuisance columns are projected out (Frisch, Waugh, Lovell).

    `x` and `y` are what is left of terms and outcome.
    """

    names: tuple[str, ...]
    beta: np.ndarray
    cov: np.ndarray
    x: np.ndarray
    y: np.ndarray
    x_inside: np.ndarray
    y_inside: np.ndarray
    basis: np.ndarray
    resid: np.ndarray
    dyad: np.ndarray
    cluster: np.ndarray
    factor: float
    df: int
    r2_within: float

    @property
    def bread(self) -> np.ndarray:
        return np.linalg.inv(self.x.T @ self.x)

    @property
    def scores(self) -> np.ndarray:
        return self.x * self.resid[:, None]


@dataclass(frozen=True)
class Interval:
    """An estimate with its error and two-sided intervals from a t distribution."""

    estimate: float
    se: float
    t: float
    df: int
    p: float
    ci90: tuple[float, float]
    ci95: tuple[float, float]


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided tests against a margin: `p` is the larger one."""

    margin: float
    p_lower: float
    p_upper: float
    p: float
    equivalent: bool


def fit_linear(design: Design) -> Fit:
    """Least squares with errors clustered by dyad, or by the cluster that the model declares.

    Small-sample factor G/(G-1) x (n-1)/(n-K): K counts slopes and year dummies, not the dyad effects, which are nested
    in the clusters.
    """
    y_inside, x_inside = (
        demean(m, design.dyad, design.scale, absorb=design.absorb) for m in (design.y[:, None], design.x)
    )
    basis = design.basis
    x, y = residual(x_inside, basis), residual(y_inside, basis)[:, 0]
    beta, resid = solve(x, y)
    groups, n = design.n_clusters, design.n
    factor = groups / (groups - 1) * (n - 1) / (n - x.shape[1] - basis.shape[1])
    bread = np.linalg.inv(x.T @ x)
    by_cluster = sums_by(x * resid[:, None], design.cluster)
    cov = factor * bread @ (by_cluster.T @ by_cluster) @ bread
    total = (
        float(y_inside[:, 0] @ y_inside[:, 0]) if design.absorb else float(((design.y - design.y.mean()) ** 2).sum())
    )
    if total <= 0:
        raise NotEstimableError(f"the outcome `{design.model.outcome}` does not vary within dyads", found=f"n = {n}")
    return Fit(
        names=design.names,
        beta=beta,
        cov=cov,
        x=x,
        y=y,
        x_inside=x_inside,
        y_inside=y_inside[:, 0],
        basis=basis,
        resid=resid,
        dyad=design.dyad,
        cluster=design.cluster,
        factor=factor,
        df=groups - 1,
        r2_within=1 - float(resid @ resid) / total,
    )


def solve(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and residuals of y on x, by QR."""
    if not x.shape[1]:
        return np.empty(0), y
    q, r = np.linalg.qr(x)
    beta = np.linalg.solve(r, q.T @ y)
    return beta, y - x @ beta


def reported(design: Design, fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and covariance of the terms from linearmodels under the declared small-sample rule.

    They must agree with `fit`.
    """
    from linearmodels.panel import PanelOLS  # heavy: only the main fits pay for it

    index = pd.MultiIndex.from_arrays([design.dyad, np.arange(design.n)], names=["dyad", "row"])
    columns = [*(f"x{j}" for j in range(design.x.shape[1])), *(f"z{j}" for j in range(design.z.shape[1]))]
    exog = pd.DataFrame(np.column_stack([design.x, design.z]), index=index, columns=columns)
    weights = pd.Series(design.scale**2, index=index) if design.model.weights else None
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        result = PanelOLS(
            pd.Series(design.y, index=index, name="y"), exog, entity_effects=design.absorb, weights=weights
        ).fit(cov_type="clustered", cluster_entity=True, auto_df=False, count_effects=False, group_debias=True)
    k = design.x.shape[1]
    beta, cov = result.params.to_numpy()[:k], result.cov.to_numpy()[:k, :k]
    same = np.allclose(beta, fit.beta, rtol=1e-6, atol=1e-10) and np.allclose(
        np.diag(cov), np.diag(fit.cov), rtol=1e-5, atol=1e-14
    )
    if not same:
        raise NotEstimableError(
            f"two computations of `{design.model.name}` disagree: the design is too close to singular",
            expected=str(fit.beta),
            found=str(beta),
        )
    return beta, cov


def contrast_vector(names: tuple[str, ...], weights: tuple[tuple[str, float], ...]) -> np.ndarray:
    """The weights in the order of the coefficients."""
    table = dict(weights)
    return np.array([table.get(name, 0.0) for name in names])


def interval(estimate: float, variance: float, df: int) -> Interval:
    """Estimate, error, two-sided p and intervals on `df` degrees of freedom."""
    if not variance > 0:
        raise NotEstimableError("the estimated variance of a parameter is not above 0", found=variance)
    se = float(np.sqrt(variance))
    half90, half95 = (float(stats.t.ppf(q, df)) * se for q in (0.95, 0.975))
    t = estimate / se
    return Interval(
        estimate=float(estimate),
        se=se,
        t=t,
        df=df,
        p=float(2 * stats.t.sf(abs(t), df)),
        ci90=(estimate - half90, estimate + half90),
        ci95=(estimate - half95, estimate + half95),
    )


def equivalence(estimate: float, se: float, df: int, *, margin: float, level: float = 0.05) -> Equivalence:
    """Two one-sided t tests of |parameter| >= margin."""
    p_lower = float(stats.t.sf((estimate + margin) / se, df))
    p_upper = float(stats.t.cdf((estimate - margin) / se, df))
    p = max(p_lower, p_upper)
    return Equivalence(margin=margin, p_lower=p_lower, p_upper=p_upper, p=p, equivalent=p < level)


def minimum_detectable(se: float, level: float = 0.05) -> float:
    """Smallest true effect found with a power of 80 % at a two-sided level of 5 %: (1.96 + 0.84) errors."""
    return float((stats.norm.ppf(1 - level / 2) + stats.norm.ppf(POWER)) * se)


def wald(fit: Fit, matrix: np.ndarray) -> tuple[float, int, float]:
    """F statistic, its numerator df and p of matrix @ beta = 0, denominator df clusters - 1."""
    rank = int(np.linalg.matrix_rank(matrix))
    value = matrix @ fit.beta
    f = float(value @ np.linalg.solve(matrix @ fit.cov @ matrix.T, value)) / rank
    return f, rank, float(stats.f.sf(f, rank, fit.df))
