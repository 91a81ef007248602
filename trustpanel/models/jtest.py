"""Davidson and MacKinnon's J test, and a Cox-type test, between blocks with effects absorbed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.draws import bootstrap_p
from trustpanel.models.errors_wild import multipliers_of
from trustpanel.models.rivals import Partialled, Rivals
from trustpanel.models.within import orthonormal, residual, sums

BATCH = 32
TINY = 1e-10


@dataclass(frozen=True)
class JTest:
    """Does what the other model predicts add to the model under the null?

    `alpha` is the coefficient of the other model's fitted values, 1 if the other one is true; `t` is clustered by dyad,
    `t_classical` that of least squares. `likelihood_ratio` is n/2 log of the ratio of residual sums of squares, above 0
    if the other model fits better; its bootstrap p (one-sided, under the null model) is the Cox-type test.
    """

    null: str
    other: str
    n: int
    dyads: int
    alpha: float
    se: float
    t: float
    df: int
    p: float
    t_classical: float
    p_classical: float
    p_bootstrap: float | None
    likelihood_ratio: float
    p_cox: float | None
    draws: int
    seed: int | None


def j_test(rivals: Rivals, parts: Partialled, *, null: str, other: str, draws: int = 0, seed: int = 0) -> JTest:
    """Both models contain the shared columns; `null` and `other` name rivals that are not nested in each other.

    With `draws`, a wild bootstrap by dyad under the null model, in which both models are fitted anew: the plain J test
    rejects too often when the other block has several columns and dyads are few.
    """
    _require_nonnested(rivals, null, other)
    own, rest = (orthonormal(parts.columns(rivals.models[m])) for m in (null, other))
    k_null = own.shape[1] + parts.basis.shape[1]
    nested = rivals.n_dyads if rivals.absorb else 0
    n, groups = rivals.n, rivals.n_dyads
    factor = groups / (groups - 1) * (n - 1) / (n - k_null - 1)
    alpha, se, classical, ratio = _statistics(parts.y[:, None], own, rest, rivals.dyad)
    df_classical = n - k_null - 1 - nested
    classical = classical * np.sqrt(df_classical)
    t = alpha / (se * np.sqrt(factor))
    p_j = p_cox = None
    if draws:
        t_draws, ratio_draws = _bootstrap(rivals, parts, own, rest, draws=draws, seed=seed)
        p_j = bootstrap_p(float(alpha[0] / se[0]), t_draws)
        p_cox = float((1 + (ratio_draws >= ratio[0]).sum()) / (draws + 1))
    return JTest(
        null=null,
        other=other,
        n=n,
        dyads=groups,
        alpha=float(alpha[0]),
        se=float(se[0] * np.sqrt(factor)),
        t=float(t[0]),
        df=groups - 1,
        p=float(2 * stats.t.sf(abs(t[0]), groups - 1)),
        t_classical=float(classical[0]),
        p_classical=float(2 * stats.t.sf(abs(classical[0]), df_classical)),
        p_bootstrap=p_j,
        likelihood_ratio=float(n / 2 * ratio[0]),
        p_cox=p_cox,
        draws=draws,
        seed=seed if draws else None,
    )


def _require_nonnested(rivals: Rivals, null: str, other: str) -> None:
    a, b = (set(rivals.models[m]) for m in (null, other))
    if a <= b or b <= a:
        raise NotEstimableError(
            "a J test needs two models of which neither contains the other", found=f"`{null}` and `{other}`"
        )


def _statistics(
    y: np.ndarray, own: np.ndarray, rest: np.ndarray, dyad: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """For each column of y: alpha, its clustered error before the small-sample factor, its classical t over the root
    of the degrees of freedom, and the log ratio of residual sums of squares.
    """
    left, fitted = residual(y, own), rest @ (rest.T @ y)
    predicted = residual(fitted, own)
    size = (predicted**2).sum(axis=0)
    if (size <= TINY * np.maximum((fitted**2).sum(axis=0), 1e-300)).any():
        raise NotEstimableError("the two blocks span the same columns: a J test has nothing to compare")
    alpha = (predicted * left).sum(axis=0) / size
    error = left - predicted * alpha
    by_dyad = sums(predicted * error, dyad)
    se = np.sqrt((by_dyad**2).sum(axis=0)) / size
    squares = (error**2).sum(axis=0)
    ratio = np.log((left**2).sum(axis=0) / ((y - fitted) ** 2).sum(axis=0))
    return alpha, se, alpha * np.sqrt(size / squares), ratio


def _bootstrap(
    rivals: Rivals, parts: Partialled, own: np.ndarray, rest: np.ndarray, *, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Statistics under the null model: its fit plus its residuals times one Webb weight a dyad.

    Multiplied residuals stay free of dyad effects, but not of periods and controls: these are partialled out anew.
    """
    multipliers = multipliers_of("webb", draws, rivals.n_dyads, seed)
    left = residual(parts.y[:, None], own)
    fitted = parts.y[:, None] - left
    t, ratio = [], []
    for start in range(0, draws, BATCH):
        weight = multipliers[start : start + BATCH].T[rivals.dyad]
        drawn = fitted + residual(left * weight, parts.basis)
        alpha, se, _, log_ratio = _statistics(drawn, own, rest, rivals.dyad)
        t.append(alpha / se)
        ratio.append(log_ratio)
    return np.concatenate(t), np.concatenate(ratio)
