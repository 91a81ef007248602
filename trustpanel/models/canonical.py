"""Logit and Poisson fits by Newton's method with an optional ridge, and their log likelihood row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from trustpanel.errors import AnalysisError, NotEstimableError

STEPS = 60
EXTREME = 30.0


@dataclass(frozen=True)
class Canonical:
    """Coefficients, fitted means, log likelihood and score of each row, and minus the inverse Hessian."""

    coef: np.ndarray
    mean: np.ndarray
    loglik: np.ndarray
    scores: np.ndarray
    inverse: np.ndarray


def mean_of(eta: np.ndarray, family: str) -> np.ndarray:
    """The mean at a linear predictor: logistic or exponential."""
    return special.expit(eta) if family == "logit" else np.exp(np.minimum(eta, EXTREME))


def loglik_of(y: np.ndarray, mean: np.ndarray, family: str) -> np.ndarray:
    """Log probability of each outcome (a row) under the mean."""
    if family == "logit":
        return np.log(np.where(y > 0.5, mean, 1 - mean).clip(1e-15))
    return special.xlogy(y, mean) - mean - special.gammaln(y + 1)


def require_outcome(y: np.ndarray, family: str) -> None:
    """0 and 1 both present for a logit; whole counts, not all 0, for a Poisson model."""
    if family == "logit":
        if not np.isin(y, (0.0, 1.0)).all():
            raise AnalysisError(
                "a logit needs an outcome of 0 and 1", found=np.unique(y)[:5], next_step="declare family gaussian"
            )
        if y.min() == y.max():
            raise NotEstimableError("the outcome is constant", found=f"{y[0]:g} in {len(y)} rows")
    elif family == "poisson":
        if (y < 0).any() or (y != np.round(y)).any():
            raise AnalysisError("a Poisson model needs counts", found=y.min(), next_step="declare family gaussian")
        if y.max() == 0:
            raise NotEstimableError("the count is 0 in every row", found=f"n = {len(y)}")
    else:
        raise AnalysisError(
            "an unknown family", expected="logit or poisson", found=family, next_step="declare one of the two"
        )


def fit_canonical(y: np.ndarray, x: np.ndarray, *, family: str, ridge: float = 0.0) -> Canonical:
    """Maximum (penalised) likelihood with the canonical link; the first column is the constant, never penalised.

    The penalty is ridge/2 times the squared coefficients of the columns in units of their standard deviation. Without
    it, separation or collinearity is a NotEstimableError.
    """
    require_outcome(y, family)
    z, back = _standard(x)
    penalty = ridge * np.r_[0.0, np.ones(x.shape[1] - 1)]
    start = float(y.mean())
    b = np.zeros(x.shape[1])
    b[0] = special.logit(start) if family == "logit" else np.log(start)
    value = _value(b, y, z, penalty, family)
    for _ in range(STEPS):
        mean = mean_of(z @ b, family)
        weight = mean * (1 - mean) if family == "logit" else mean
        hessian = (z * weight[:, None]).T @ z + np.diag(penalty)
        step = _solve(hessian, z.T @ (y - mean) - penalty * b)
        size = 1.0
        while (new := _value(b + size * step, y, z, penalty, family)) < value - 1e-10 and size > 1e-4:
            size /= 2
        b, gain, value = b + size * step, new - value, new
        if abs(gain) < 1e-10 * (1 + abs(value)) and np.abs(step).max() < 1e-7 * (1 + np.abs(b).max()):
            break
    else:
        raise NotEstimableError(f"a {family} model did not converge", found=f"n = {len(y)}, largest step {step.max()}")
    if not ridge and np.abs(z @ b).max() > EXTREME - 1:
        raise NotEstimableError(f"a {family} model is separated: some fitted means are 0 or 1", found=f"n = {len(y)}")
    mean = mean_of(z @ b, family)
    return Canonical(
        coef=back @ b,
        mean=mean,
        loglik=loglik_of(y, mean, family),
        scores=x * (y - mean)[:, None],
        inverse=back @ np.linalg.inv(hessian) @ back.T,
    )


def _standard(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The columns centred, in units of their standard deviation (0 if they do not vary), and the way back."""
    if not (x[:, 0] == 1).all():
        raise AnalysisError(
            "the first column is the constant", found=x[:2, 0], next_step="put a column of ones in front"
        )
    mean, spread = x.mean(axis=0), x.std(axis=0)
    varies = spread > 1e-10 * np.abs(mean)
    varies[0] = False
    unit = np.where(varies, 1 / np.where(varies, spread, 1.0), 0.0)
    z = (x - mean) * unit
    z[:, 0] = 1.0
    back = np.diag(unit)
    back[0] = -mean * unit
    back[0, 0] = 1.0
    return z, back


def _value(b: np.ndarray, y: np.ndarray, z: np.ndarray, penalty: np.ndarray, family: str) -> float:
    return float(loglik_of(y, mean_of(z @ b, family), family).sum() - 0.5 * (penalty * b) @ b)


def _solve(hessian: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    size = np.sqrt(np.diag(hessian))
    if (size <= 0).any():
        raise NotEstimableError("a column is zero", expected="columns that vary", found=f"{(size <= 0).sum()} zero")
    scaled = hessian / np.outer(size, size)
    if np.linalg.eigvalsh(scaled)[0] < 1e-12:
        raise NotEstimableError("a column is collinear or separated", found=f"{len(size)} columns")
    return np.linalg.solve(scaled, gradient / size) / size
