"""Rare events: logit with Firth's penalty, and logit with the correction of King and Zeng."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.columns import require_binary, separable
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.generalized import logit
from trustpanel.models.estimators.sample import Sample

STEPS = 200
SCORING = 15
REACH = 60.0


@dataclass(frozen=True)
class _Penalised:
    """Penalised log likelihood, adjusted score and information at beta."""

    value: float
    score: np.ndarray
    info: np.ndarray


def firth_logit(sample: Sample, options: Options) -> Solved:
    """Logit with Jeffreys' prior as penalty (Firth 1993): finite under separation.

    p and interval of the focus (all columns, if none is named) by penalised likelihood ratio (Heinze and Schemper
    2002), of other columns by Wald.
    """
    require_binary(sample.y)
    if sample.effects or sample.weights is not None:
        raise AnalysisError("`firth_logit` takes neither effects nor weights", next_step="give the effects as columns")
    sample, _, dropped = separable(sample, options, sample.x)
    width = np.abs(sample.x).max(axis=0)
    x, y, k = sample.x / width, sample.y, sample.x.shape[1]
    beta, peak = _climb(x, y, np.zeros(k), np.ones(k, dtype=bool))
    cov = np.linalg.inv(peak.info)
    se = np.sqrt(np.diag(cov))
    limit = float(stats.chi2.ppf(options.level, 1)) / 2
    normal = float(stats.norm.ppf(0.5 + options.level / 2))
    p, low, high = 2 * stats.norm.sf(np.abs(beta / se)), beta - normal * se, beta + normal * se
    for j in range(k):
        if sample.names[j] in (options.focus or sample.names):
            at_zero = _profile(x, y, beta, j, 0.0)
            p[j] = stats.chi2.sf(max(0.0, 2 * (peak.value - at_zero)), 1)
            low[j], high[j] = (_end(x, y, beta, j, (peak.value - limit, side * se[j])) for side in (-1, 1))
    return Solved(
        names=sample.names,
        coef=beta / width,
        sample=sample,
        influence=None,
        classical=cov / np.outer(width, width),
        counted=k,
        rule="likelihood",
        loglik=peak.value,
        dropped_columns=dropped,
        p=p,
        ci=(low / width, high / width),
        warnings=("log likelihood is the penalised one",),
    )


def _evaluate(x: np.ndarray, y: np.ndarray, beta: np.ndarray) -> _Penalised:
    eta = x @ beta
    prob, work = expit(eta), expit(eta) * expit(-eta)
    info = x.T @ (x * work[:, None])
    sign, logdet = np.linalg.slogdet(info)
    if sign <= 0:
        return _Penalised(-np.inf, np.zeros(len(beta)), info)
    leverage = work * np.einsum("ij,ij->i", x @ np.linalg.inv(info), x)
    score = x.T @ (y - prob + leverage * (0.5 - prob))
    return _Penalised(float((y * eta - np.logaddexp(0.0, eta)).sum() + 0.5 * logdet), score, info)


def _climb(x: np.ndarray, y: np.ndarray, start: np.ndarray, free: np.ndarray) -> tuple[np.ndarray, _Penalised]:
    """Steps on the free coefficients, halved where the penalised likelihood falls: scoring first, then Newton."""
    beta, at = start.copy(), _evaluate(x, y, start)
    for turn in range(STEPS):
        slope = at.info[np.ix_(free, free)] if turn < SCORING else _slope(x, y, beta, at, free)
        step = np.zeros(len(beta))
        step[free] = np.linalg.solve(slope, at.score[free])
        largest = float(np.abs(step).max())
        step = step * min(1.0, 5.0 / largest) if largest > 0 else step
        if largest < 1e-11 * (1 + float(np.abs(beta).max())):
            return beta, at
        for _ in range(40):
            found = _evaluate(x, y, beta + step)
            if found.value >= at.value - 1e-12 * (1 + abs(at.value)):
                break
            step = step / 2
        beta, at = beta + step, found
    raise NotEstimableError(
        "the penalised likelihood did not reach its maximum", expected=f"at most {STEPS} steps", found=len(y)
    )


def _slope(x: np.ndarray, y: np.ndarray, beta: np.ndarray, at: _Penalised, free: np.ndarray) -> np.ndarray:
    """Minus the derivative of the adjusted score, by central differences; the information where it is not positive."""
    places = np.flatnonzero(free)
    found = np.empty((len(places), len(places)))
    for column, j in enumerate(places):
        width = 1e-5 * (1 + abs(beta[j]))
        ahead, behind = beta.copy(), beta.copy()
        ahead[j], behind[j] = beta[j] + width, beta[j] - width
        found[:, column] = (_evaluate(x, y, behind).score - _evaluate(x, y, ahead).score)[places] / (2 * width)
    found = (found + found.T) / 2
    return found if np.linalg.eigvalsh(found)[0] > 0 else at.info[np.ix_(free, free)]


def _profile(x: np.ndarray, y: np.ndarray, beta: np.ndarray, j: int, value: float) -> float:
    """The highest penalised likelihood with coefficient j held at the value."""
    free, start = np.arange(len(beta)) != j, beta.copy()
    start[j] = value
    return (_climb(x, y, start, free)[1] if free.any() else _evaluate(x, y, start)).value


def _end(x: np.ndarray, y: np.ndarray, beta: np.ndarray, j: int, goal: tuple[float, float]) -> float:
    """Where the profile falls to the limit on one side; infinite beyond 60 errors."""
    limit, unit = goal
    gap = lambda steps: _profile(x, y, beta, j, beta[j] + steps * unit) - limit  # noqa: E731
    reach = 2.0
    while gap(reach) > 0:
        reach *= 1.5
        if reach > REACH:
            return float(np.copysign(np.inf, unit))
    return float(beta[j] + unit * brentq(gap, 0.0, reach, xtol=1e-10, rtol=1e-12))


def rare_events_logit(sample: Sample, options: Options) -> Solved:
    """Logit less its estimated bias (King and Zeng 2001), covariance by (n / (n + k))^2.

    With `population_share`, the share of events in the population from which events were oversampled, the constant is
    corrected too (prior correction).
    """
    if sample.weights is not None:
        raise AnalysisError("`rare_events_logit` takes no weights", next_step="use population_share")
    solved = logit(sample, options)
    x, prob = solved.sample.x, expit(solved.sample.x @ solved.coef)
    work = prob * (1 - prob)
    assert solved.classical is not None
    assert solved.influence is not None
    leverage = np.einsum("ij,ij->i", x @ solved.classical, x)
    bias = solved.classical @ (x.T @ (work * leverage * (prob - 0.5)))
    n, k = x.shape
    shrink = n / (n + k)
    coef = solved.coef - bias
    if options.population_share is not None:
        coef = _prior(coef, solved, options.population_share)
    return replace(
        solved,
        coef=coef,
        influence=solved.influence * shrink,
        classical=solved.classical * shrink**2,
        loglik=None,
        extra={"events": float(solved.sample.y.sum())},
    )


def _prior(coef: np.ndarray, solved: Solved, share: float) -> np.ndarray:
    if not 0 < share < 1 or "constant" not in solved.names:
        raise AnalysisError(
            "the prior correction needs a share between 0 and 1 and a column `constant`",
            expected="0 < population_share < 1",
            found=share,
            next_step="declare the share of events in the population and `constant=True`",
        )
    mean = float(solved.sample.y.mean())
    moved = coef.copy()
    moved[solved.names.index("constant")] -= np.log((1 - share) / share * mean / (1 - mean))
    return moved
