"""Two-stage least squares with absorbed effects, the effective F and the Anderson-Rubin confidence set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.absorb import absorb, count_effects, drop_singletons, plan_effects
from trustpanel.models.estimators.columns import require_variation, separable
from trustpanel.models.estimators.covariance import covariance
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.linear import solve
from trustpanel.models.within import independent, orthonormal, residual

STRONG = 23.1
GRID = 4001


@dataclass(frozen=True)
class _Stage:
    """Both reduced forms on the instruments: coefficients, joint covariance (outcome first), cross product, df."""

    of_y: np.ndarray
    of_x: np.ndarray
    cov: np.ndarray
    gram: np.ndarray
    df: int | None


def two_stage_least_squares(sample: Sample, options: Options) -> Solved:
    """2SLS of one endogenous column, with the effective F (Montiel Olea and Pflueger 2013) under the same errors.

    `sets["anderson_rubin"]` holds the values of the effect that the Anderson-Rubin test does not reject. Under an
    effective F of 23.1 p and interval of the effect are that test's, never the t test's.
    """
    _check(sample)
    sample = drop_singletons(sample)
    effects = plan_effects(sample.effects)
    root = np.ones(sample.n) if sample.weights is None else np.sqrt(sample.weights)
    assert sample.instruments is not None
    stacked = np.column_stack([sample.y, sample.instruments, sample.x])
    inside = absorb(stacked, effects, sample.weights) * root[:, None]
    m = sample.instruments.shape[1]
    y, z, x = inside[:, 0], inside[:, 1 : 1 + m], inside[:, 1 + m :]
    sample, kept, dropped = separable(sample, options, x, np.linalg.norm(sample.x * root[:, None], axis=0))
    if not sample.endogenous:
        raise NotEstimableError("the endogenous column adds nothing beside the others", found=", ".join(sample.names))
    x = x[:, kept]
    place = sample.names.index(sample.endogenous[0])
    exogenous = np.delete(x, place, axis=1)
    z = _own(z, exogenous, sample.instrument_names)
    fitted = x - residual(x, orthonormal(np.column_stack([exogenous, z])))
    coef = solve(fitted, y)[0]
    resid = y - x @ coef
    bread = np.linalg.inv(fitted.T @ fitted)
    k = len(coef) + count_effects(effects, ())
    solved = Solved(
        names=sample.names,
        coef=coef,
        sample=sample,
        influence=(fitted * resid[:, None]) @ bread,
        classical=bread * float(resid @ resid) / (sample.n - k),
        counted=len(coef),
        rule="linear",
        kind="t",
        dropped_columns=dropped,
    )
    return _with_doubt(solved, options, _reduced(solved, options, (y, x[:, place], z, exogenous)), place)


def _check(sample: Sample) -> None:
    require_variation(sample.y)
    if len(sample.endogenous) != 1 or sample.instruments is None or not sample.instrument_names:
        raise AnalysisError(
            "`two_stage_least_squares` needs one endogenous column and at least one instrument",
            found=f"{len(sample.endogenous)} endogenous, {len(sample.instrument_names)} instruments",
            next_step="name them in `Columns.endogenous` and `Columns.instruments`",
        )
    if sample.endogenous[0] not in sample.names:
        raise AnalysisError(
            "the endogenous column is not in the sample",
            found=sample.endogenous[0],
            next_step="put it among the columns",
        )


def _own(z: np.ndarray, exogenous: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """The instruments; one without variation beside effects, other columns and instruments is refused by name."""
    left = residual(z, orthonormal(exogenous))
    size, norm = np.linalg.norm(z, axis=0), np.linalg.norm(left, axis=0)
    alive = norm > 1e-8 * np.maximum(size, 1e-300)
    kept = independent(left[:, alive] / norm[alive], 1e-6)[0] if alive.any() else []
    if len(kept) < len(names):
        lost = [n for j, n in enumerate(names) if j not in set(np.flatnonzero(alive)[kept])]
        raise NotEstimableError(
            "an instrument has no variation of its own",
            found=", ".join(lost),
            next_step="leave the instrument out, or the effects or columns that hold it",
        )
    return z


def _reduced(solved: Solved, options: Options, parts: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> _Stage:
    y, x, z, exogenous = parts
    basis = orthonormal(exogenous)
    y, x = (residual(v[:, None], basis)[:, 0] for v in (y, x))
    z = residual(z, basis)
    gram = z.T @ z
    inverse = np.linalg.inv(gram)
    (of_y, rest_y), (of_x, rest_x) = solve(z, y), solve(z, x)
    rest = np.column_stack([rest_y, rest_x])
    m = z.shape[1]
    k = m + exogenous.shape[1] + count_effects(plan_effects(solved.sample.effects), ())
    joint = replace(
        solved,
        names=tuple(f"{part} {j}" for part in ("y", "x") for j in range(m)),
        coef=np.r_[of_y, of_x],
        influence=np.column_stack([(z * rest_y[:, None]) @ inverse, (z * rest_x[:, None]) @ inverse]),
        classical=np.kron(rest.T @ rest / (solved.sample.n - k), inverse),
        counted=m + exogenous.shape[1],
    )
    errors = covariance(joint, options)
    return _Stage(of_y, of_x, errors.cov, gram, errors.df)


def _with_doubt(solved: Solved, options: Options, stage: _Stage, place: int) -> Solved:
    m = len(stage.of_x)
    effective = float(stage.of_x @ stage.gram @ stage.of_x / np.trace(stage.cov[m:, m:] @ stage.gram))
    statistic = _anderson_rubin(stage)
    law = stats.f(m, stage.df) if stage.df is not None else stats.chi2(m, scale=1 / m)
    unit = float(np.sqrt(max(covariance(solved, options).cov[place, place], 1e-300)))
    held = _confidence_set(statistic, float(law.ppf(options.level)), float(solved.coef[place]), unit)
    at_zero = float(law.sf(statistic(0.0)))
    extra = {"effective_f": effective, "instruments": float(m), "anderson_rubin_p": at_zero}
    solved = replace(solved, extra=extra, sets={"anderson_rubin": held})
    if effective >= STRONG:
        return solved
    k = len(solved.coef)
    p, low, high = np.full(k, np.nan), np.full(k, np.nan), np.full(k, np.nan)
    p[place] = at_zero
    low[place], high[place] = (held[0][0], held[-1][1]) if held else (np.nan, np.nan)
    told = (
        f"effective F {effective:.2f} is under {STRONG}: p and interval of `{solved.names[place]}` are those of the "
        f"Anderson-Rubin test{'' if held else ', whose set is empty: the instruments contradict each other'}"
    )
    return replace(solved, p=p, ci=(low, high), warnings=(*solved.warnings, told))


def _anderson_rubin(stage: _Stage) -> Callable[[float], float]:
    """The F form of the test that the effect is b: does y - b x depend on the instruments?"""
    m = len(stage.of_x)
    yy, yx, xx = stage.cov[:m, :m], stage.cov[:m, m:], stage.cov[m:, m:]

    def statistic(b: float) -> float:
        gap = stage.of_y - b * stage.of_x
        return float(gap @ np.linalg.solve(yy - b * (yx + yx.T) + b * b * xx, gap)) / m

    return statistic


def _confidence_set(
    statistic: Callable[[float], float], limit: float, centre: float, unit: float
) -> tuple[tuple[float, float], ...]:
    """All values not rejected, as intervals (ends may be infinite), by a grid over the whole line and bisection."""
    at = lambda angle: centre + unit * float(np.tan(angle))  # noqa: E731
    angles = np.linspace(-np.pi / 2, np.pi / 2, GRID + 2)[1:-1]
    gap = np.array([statistic(at(a)) - limit for a in angles])
    turns = np.flatnonzero((gap[1:] <= 0) != (gap[:-1] <= 0))
    ends = [at(brentq(lambda a: statistic(at(a)) - limit, angles[j], angles[j + 1], xtol=1e-14)) for j in turns]
    if gap[0] <= 0:
        ends = [-np.inf, *ends]
    if gap[-1] <= 0:
        ends = [*ends, np.inf]
    return tuple((float(ends[j]), float(ends[j + 1])) for j in range(0, len(ends), 2))
