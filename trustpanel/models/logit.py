"""Logit checks: the monthly hazard with dyad strata as dummies, and plain logits for outside truths."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationError, PerfectSeparationWarning

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import Design
from trustpanel.models.frames import numbers
from trustpanel.models.linear import Interval, contrast_vector, interval
from trustpanel.models.splines import knots_at, natural_cubic
from trustpanel.models.within import orthonormal, residual


@dataclass(frozen=True)
class LogitFit:
    """Maximum likelihood: names, coefficients, covariance (inverse information), log likelihood."""

    names: tuple[str, ...]
    coef: np.ndarray
    cov: np.ndarray
    loglik: float
    loglik_null: float
    n: int

    @property
    def se(self) -> np.ndarray:
        return np.sqrt(np.diag(self.cov))


@dataclass(frozen=True)
class LogitCheck:
    """The hazard in log odds, oriented as the linear model.

    Dyads without a dispute or without a quiet month drop out.
    """

    status: str
    reason: str | None
    n: int
    dyads: int
    dyads_without_variation: int
    parameters: dict[str, Interval]
    note: str


def fit_logit(y: np.ndarray, columns: pd.DataFrame, *, clusters: np.ndarray | None = None) -> LogitFit:
    """A logit of y (0/1) on the columns as they are; a constant is a column like any other.

    With `clusters`, the covariance is clustered with the factor G/(G-1) x (n-1)/(n-k). Separation or no convergence:
    NotEstimableError.
    """
    x = columns.to_numpy(dtype=float)
    width = np.abs(x).max(axis=0)
    if (width == 0).any() or np.linalg.matrix_rank(x / np.where(width > 0, width, 1.0)) < x.shape[1]:
        raise NotEstimableError(
            "a logit has a column that is zero or collinear", found=", ".join(map(str, columns.columns))
        )
    options = {} if clusters is None else {"cov_type": "cluster", "cov_kwds": {"groups": clusters}}
    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, PerfectSeparationWarning, RuntimeWarning):
            warnings.simplefilter("error", kind)
        try:
            result = Logit(y, x / width).fit(disp=0, method="newton", maxiter=100, tol=1e-8, **options)
            null = float(result.llnull)
        except (
            PerfectSeparationError,
            PerfectSeparationWarning,
            ConvergenceWarning,
            RuntimeWarning,
            np.linalg.LinAlgError,
        ) as error:
            raise NotEstimableError(f"a logit did not converge: {error}", found=f"n = {len(y)}") from error
    return LogitFit(
        names=tuple(map(str, columns.columns)),
        coef=np.asarray(result.params) / width,
        cov=np.asarray(result.cov_params()) / np.outer(width, width),
        loglik=float(result.llf),
        loglik_null=null,
        n=len(y),
    )


def hazard_check(design: Design) -> LogitCheck:
    """The discrete-time hazard of the design's outcome as a logit with dyad dummies, a spline of calendar time,
    errors by dyad.
    """
    event = (design.y != 0).astype(float)
    share = pd.Series(event).groupby(design.dyad).transform("mean").to_numpy()
    kept = (share > 0) & (share < 1)
    lost = design.n_dyads - len(np.unique(design.dyad[kept]))
    try:
        names, x = _hazard_columns(design, kept)
        fit = fit_logit(event[kept], pd.DataFrame(x, columns=names), clusters=design.dyad[kept])
    except NotEstimableError as error:
        return LogitCheck(
            "not_estimable", str(error).splitlines()[0], int(kept.sum()), design.n_dyads - lost, lost, {}, ""
        )
    k = len(design.names)
    df = design.n_dyads - lost - 1
    found = {}
    for parameter in design.model.parameters:
        c = contrast_vector(design.names, parameter.weights)
        found[parameter.name] = interval(
            design.model.orientation * float(c @ fit.coef[:k]), float(c @ fit.cov[:k, :k] @ c), df
        )
    note = (
        "log odds; plus = more de-escalation; dyad dummies bias the size away from 0 by a few per cent in short strata"
    )
    return LogitCheck("estimated", None, fit.n, design.n_dyads - lost, lost, found, note)


def _hazard_columns(design: Design, kept: np.ndarray) -> tuple[list[str], np.ndarray]:
    data = design.rows.frame.loc[kept]
    dyad = design.dyad[kept]
    strata = np.unique(dyad)
    if len(strata) < 2:
        raise NotEstimableError("fewer than two dyads have both outcomes")
    year = numbers(data, "year")
    time = natural_cubic(year, knots_at(year, design.model.spline_knots))
    extra = [j for j, name in enumerate(design.z_names) if not name.startswith("year ")]
    names = [*design.names, *(f"dyad {d}" for d in strata)]
    columns = [*design.x[kept].T, *((dyad == d).astype(float) for d in strata)]
    basis = orthonormal(np.column_stack(columns))
    candidates = [(f"year spline {j + 1}", time[:, j]) for j in range(time.shape[1])]
    candidates += [(design.z_names[j], design.z[kept, j]) for j in extra]
    for name, column in candidates:
        centred = (column - column.mean())[:, None]
        left = residual(centred, basis)
        if np.linalg.norm(left) > 1e-8 * max(float(np.linalg.norm(centred)), 1e-300):
            names.append(name)
            columns.append(column)
            basis = np.column_stack([basis, left / np.linalg.norm(left)])
    return names, np.column_stack(columns)
