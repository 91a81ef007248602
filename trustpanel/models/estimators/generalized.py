"""Maximum likelihood by weighted least squares with absorbed effects: logit, complementary log-log, Poisson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, gammaln

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.absorb import Effects, absorb, drop_singletons, plan_effects
from trustpanel.models.estimators.columns import require_binary, require_variation, separable
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.sample import Sample, keep_rows
from trustpanel.models.linear import solve

STEPS = 80
TINY = 1e-300


@dataclass(frozen=True)
class Family:
    """Mean of eta, its derivative, the variance at the mean, and the log likelihood of each row."""

    name: str
    mean: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    variance: Callable[[np.ndarray], np.ndarray]
    loglik: Callable[[np.ndarray, np.ndarray], np.ndarray]
    first: Callable[[np.ndarray], np.ndarray]


def _cloglog_mean(eta: np.ndarray) -> np.ndarray:
    return np.asarray(-np.expm1(-np.exp(np.minimum(eta, 30.0))))


LOGIT = Family(
    "logit",
    mean=expit,
    slope=lambda eta: expit(eta) * expit(-eta),
    variance=lambda mu: mu * (1 - mu),
    loglik=lambda y, eta: y * eta - np.logaddexp(0.0, eta),
    first=lambda y: np.log((y + 0.5) / (1.5 - y)),
)
CLOGLOG = Family(
    "cloglog",
    mean=_cloglog_mean,
    slope=lambda eta: np.exp(np.minimum(eta, 30.0) - np.exp(np.minimum(eta, 30.0))),
    variance=lambda mu: mu * (1 - mu),
    loglik=lambda y, eta: np.where(y > 0, np.log(np.maximum(_cloglog_mean(eta), TINY)), -np.exp(np.minimum(eta, 30.0))),
    first=lambda y: np.log(-np.log(1 - (y + 0.5) / 2)),
)
POISSON = Family(
    "poisson",
    mean=lambda eta: np.exp(np.minimum(eta, 500.0)),
    slope=lambda eta: np.exp(np.minimum(eta, 500.0)),
    variance=lambda mu: mu,
    loglik=lambda y, eta: y * eta - np.exp(np.minimum(eta, 500.0)) - gammaln(y + 1),
    first=lambda y: np.log((y + y.mean()) / 2),
)


@dataclass(frozen=True)
class Peak:
    """Where the likelihood is highest: coefficients, eta, weights of the last step, columns less the effects."""

    coef: np.ndarray
    eta: np.ndarray
    work: np.ndarray
    inside: np.ndarray
    loglik: float


def logit(sample: Sample, options: Options) -> Solved:
    """Logit of a yes-or-no outcome; a constant is a column like any other."""
    require_binary(sample.y)
    if sample.effects:
        raise AnalysisError(
            "`logit` absorbs no effects",
            found=", ".join(sample.effects),
            next_step="use effects_logit or conditional_logit",
        )
    return generalized(sample, options, LOGIT)


def poisson(sample: Sample, options: Options) -> Solved:
    """Poisson (pseudo) maximum likelihood of a count or any outcome >= 0, with any number of absorbed effects.

    Levels of an effect without any event have no finite effect: their rows are dropped and counted.
    """
    if (sample.y < 0).any():
        raise AnalysisError(
            "the outcome of a Poisson model is below 0",
            expected=">= 0",
            found=float(sample.y.min()),
            next_step="declare a count",
        )
    require_variation(sample.y)
    return generalized(drop_silent(sample, both=False), options, POISSON)


def drop_silent(sample: Sample, *, both: bool) -> Sample:
    """The sample without the levels of effects whose outcome is always 0 (with `both`: always the same), repeated."""
    while True:
        sample = drop_singletons(sample)
        for name, code in sorted(sample.effects.items()):
            size, total = np.bincount(code), np.bincount(code, weights=sample.y)
            bad = (total == 0) | (both & (total == size))
            if bad.any():
                what = "outcome never varies within" if both else "no event within"
                sample = keep_rows(sample, ~bad[code], f"{what} {name}")
                break
        else:
            return sample


def generalized(sample: Sample, options: Options, family: Family) -> Solved:
    """The maximum of the likelihood with influence of each row on the coefficients; information as expected."""
    effects = plan_effects(sample.effects)
    plain = absorb(sample.x, effects, sample.weights)
    sample, _, dropped = separable(sample, options, plain)
    peak = climb(sample, family, effects)
    weighted = peak.inside * peak.work[:, None]
    bread = np.linalg.inv(peak.inside.T @ weighted)
    mu = family.mean(peak.eta)
    prior = np.ones(sample.n) if sample.weights is None else sample.weights
    score = prior * (sample.y - mu) * _ratio(family, peak.eta, mu)
    return Solved(
        names=sample.names,
        coef=peak.coef,
        sample=sample,
        influence=(peak.inside * score[:, None]) @ bread,
        classical=bread,
        counted=len(peak.coef),
        rule="glm",
        loglik=peak.loglik,
        dropped_columns=dropped,
    )


def climb(sample: Sample, family: Family, effects: Effects) -> Peak:
    """Iterated weighted least squares until the coefficients and the likelihood stand still.

    A likelihood that keeps rising while a coefficient runs away is separation: NotEstimableError.
    """
    prior = np.ones(sample.n) if sample.weights is None else sample.weights
    y, x = sample.y, sample.x
    spread = np.maximum(x.std(axis=0), np.abs(x).mean(axis=0))
    eta, before, coef = family.first(y), -np.inf, np.zeros(x.shape[1])
    for _ in range(STEPS):
        mu, slope = family.mean(eta), family.slope(eta)
        work = prior * slope**2 / np.maximum(family.variance(mu), TINY)
        if not (work > 0).all() or work.min() < 1e-14 * prior.max():
            break
        target = eta + (y - mu) / slope
        inside = absorb(np.column_stack([target, x]), effects, work)
        root = np.sqrt(work)[:, None]
        found, resid = solve(inside[:, 1:] * root, inside[:, 0] * root[:, 0])
        eta = target - resid / root[:, 0]
        loglik = float((prior * family.loglik(y, eta)).sum())
        still = np.abs(found - coef) * spread < 1e-9 * (1 + np.abs(found) * spread)
        if still.all() and abs(loglik - before) < 1e-9 * (1 + abs(loglik)):
            return Peak(found, eta, work, inside[:, 1:], loglik)
        coef, before = found, loglik
    worst = sample.names[int(np.argmax(np.abs(coef) * spread))]
    raise NotEstimableError(
        f"the {family.name} likelihood has no maximum: columns separate the outcome (largest: `{worst}`)",
        expected="rows of both outcomes at every combination that the columns can tell apart",
        found=f"n = {sample.n}, largest |eta| = {np.abs(eta).max():.3g}",
        next_step="use firth_logit, or leave out the column that predicts perfectly",
    )


def _ratio(family: Family, eta: np.ndarray, mu: np.ndarray) -> np.ndarray:
    return np.asarray(family.slope(eta) / np.maximum(family.variance(mu), TINY))


def effects_logit(sample: Sample, options: Options) -> Solved:
    """Logit with absorbed effects; levels whose outcome never varies are dropped and counted.

    With short levels the coefficients are too large (incidental parameters): a warning, or with `bias_correction` (one
    set of effects) the analytical correction of Hahn and Newey (2004) as in Fernandez-Val (2009).
    """
    require_binary(sample.y)
    if not sample.effects:
        raise AnalysisError("`effects_logit` needs effects", found="none", next_step="use logit")
    sample = drop_silent(sample, both=True)
    if options.bias_correction and len(sample.effects) > 1:
        raise AnalysisError(
            "the bias correction is defined for one set of effects",
            found=", ".join(sample.effects),
            next_step="give the other effects as columns, or use conditional_logit",
        )
    solved = generalized(sample, options, LOGIT)
    rows = min(solved.sample.n / (int(code.max()) + 1) for code in solved.sample.effects.values())
    return _corrected(solved, rows) if options.bias_correction else _warned(solved, rows)


def _warned(solved: Solved, rows: float) -> Solved:
    told = (
        f"incidental parameters: {rows:.1f} rows a level on average; coefficients are too far from 0 by a share of "
        f"about 1/{rows:.1f}: use conditional_logit or bias_correction",
    )
    return replace(solved, warnings=(*solved.warnings, *told))


def _corrected(solved: Solved, rows: float) -> Solved:
    """Coefficients plus inverse information times half the slope of the log information on the effects."""
    sample = solved.sample
    effects = plan_effects(sample.effects)
    peak = climb(sample, LOGIT, effects)
    prob = expit(peak.eta)
    prior = np.ones(sample.n) if sample.weights is None else sample.weights
    code = effects.codes[0]
    third = prior * prob * (1 - prob) * (1 - 2 * prob)
    above = np.column_stack([np.bincount(code, weights=third * v) for v in peak.inside.T])
    push = 0.5 * (above / np.bincount(code, weights=peak.work)[:, None]).sum(axis=0)
    assert solved.classical is not None
    coef = solved.coef + solved.classical @ push
    told = f"bias-corrected (first order); {rows:.1f} rows a level on average"
    return replace(
        solved, coef=coef, loglik=None, warnings=(*solved.warnings, told), extra={"rows_a_level": float(rows)}
    )
