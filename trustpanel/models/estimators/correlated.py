"""Generalised estimating equations: population averages with a working correlation inside groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.columns import collapsed, require_binary, require_variation, separable
from trustpanel.models.estimators.fit import Errors, Options, Solved
from trustpanel.models.estimators.generalized import LOGIT, POISSON, Family
from trustpanel.models.estimators.sample import Sample, dense, permute_rows
from trustpanel.models.within import starts

LINEAR = Family(
    "linear",
    mean=lambda eta: eta,
    slope=np.ones_like,
    variance=np.ones_like,
    loglik=lambda y, eta: -((y - eta) ** 2) / 2,
    first=lambda y: y,
)
FAMILIES = {"linear": LINEAR, "logit": LOGIT, "poisson": POISSON}
CORRELATIONS = ("independence", "exchangeable", "ar1")
STEPS = 300
SATURATED = 1e-5
Inverse = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class _Groups:
    """Rows sorted by group and time: codes, sizes, times, and the products that the correlation is estimated from."""

    code: np.ndarray
    size: np.ndarray
    time: np.ndarray
    pairs: tuple[tuple[np.ndarray, np.ndarray], ...]


def gee(sample: Sample, options: Options) -> Solved:
    """Liang and Zeger (1986): sandwich by group or coarser, bias-reduced (Mancl and DeRouen 2001), or classical.

    Without clusters the groups are the clusters.
    Correlation `independence`, `exchangeable` or `ar1` (r to the power of the distance in `time`, least squares over
    all pairs); dispersion is the mean squared Pearson residual.
    """
    sample = _checked(sample, options)
    sample, _, dropped = separable(sample, options, sample.x)
    family, groups = FAMILIES[options.family], _grouped(sample, options.correlation)
    if len(groups.size) < max(2, options.clusters_min):
        raise NotEstimableError(
            "too few groups for estimating equations",
            expected=f"at least {options.clusters_min}",
            found=len(groups.size),
        )
    beta, rho, inverse = _solve(sample, family, groups, options.correlation)
    x, r = _standard(sample, family, beta)
    bread = np.linalg.inv(x.T @ inverse(x))
    phi = float((r**2).mean())
    extra = {"groups": float(len(groups.size)), "dispersion": phi}
    if options.correlation != "independence":
        extra["correlation"] = rho
    given = {}
    if options.errors == "bias_reduced":
        reduced = _bias_reduced(groups, options.correlation, rho, (x, r, bread))
        count = {"groups": len(groups.size)}
        given["bias_reduced"] = Errors(reduced, None, count, "sandwich by group with leverage taken out, no factor")
    return Solved(
        names=sample.names,
        coef=beta,
        sample=sample,
        influence=(x * inverse(r[:, None])) @ bread,
        classical=phi * bread,
        counted=len(beta),
        rule="likelihood",
        unit=groups.code,
        given=given,
        dropped_columns=dropped,
        extra=extra,
    )


def _checked(sample: Sample, options: Options) -> Sample:
    wrong = None
    if sample.groups is None or sample.effects or sample.weights is not None:
        wrong = "groups, no effects and no weights"
    elif options.family not in FAMILIES:
        wrong = f"a family of {', '.join(FAMILIES)}"
    elif options.correlation not in CORRELATIONS:
        wrong = f"a correlation of {', '.join(CORRELATIONS)}"
    elif options.correlation == "ar1" and (sample.time is None or (sample.time != np.round(sample.time)).any()):
        wrong = "`time` in whole periods for the correlation ar1"
    if wrong:
        raise AnalysisError(
            "`gee` cannot be set up",
            expected=wrong,
            found=f"{options.family}, {options.correlation}",
            next_step="declare what is expected in `Columns` and `Options`",
        )
    if options.family == "logit":
        require_binary(sample.y)
    require_variation(sample.y)
    assert sample.groups is not None
    time = np.zeros(sample.n) if sample.time is None else sample.time
    clusters = sample.clusters or {"group": dense(sample.groups)}
    order = np.lexsort((np.arange(sample.n), time, sample.groups))
    return permute_rows(replace(sample, clusters=clusters), order)


def _grouped(sample: Sample, correlation: str) -> _Groups:
    assert sample.groups is not None
    code = dense(sample.groups)
    time = np.arange(sample.n, dtype=float) if sample.time is None else sample.time
    pairs = []
    if correlation == "ar1":
        for k in range(1, int(np.bincount(code).max())):
            first = np.flatnonzero(code[k:] == code[:-k])
            pairs.append((first, time[first + k] - time[first]))
        if any((gap == 0).any() for _, gap in pairs):
            raise AnalysisError("a group has two rows at one time", next_step="make the rows of a group one a period")
    return _Groups(code, np.bincount(code), time, tuple(pairs))


def _standard(sample: Sample, family: Family, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and residuals in units of the standard deviation of the mean."""
    eta = sample.x @ beta
    mu = family.mean(eta)
    root = np.sqrt(np.maximum(family.variance(mu), 1e-300))
    return sample.x * (family.slope(eta) / root)[:, None], (sample.y - mu) / root


def _solve(sample: Sample, family: Family, groups: _Groups, correlation: str) -> tuple[np.ndarray, float, Inverse]:
    """Steps on the coefficients and the correlation in turn until both stand still."""
    target = family.first(sample.y)
    beta, rho = np.linalg.lstsq(sample.x, target, rcond=None)[0], 0.0
    at_start: np.ndarray | None = None
    for _ in range(STEPS):
        x, r = _standard(sample, family, beta)
        moved = _correlation(r, groups, correlation)
        inverse = _inverse(groups, correlation, moved)
        info = x.T @ inverse(x)
        at_start = info if at_start is None else at_start
        if collapsed(info, at_start, vanished=SATURATED):
            break
        step = np.linalg.solve(info, x.T @ inverse(r[:, None])[:, 0])
        beta = beta + step
        if np.abs(step).max() < 1e-12 * (1 + np.abs(beta).max()) and abs(moved - rho) < 1e-11:
            return beta, moved, inverse
        rho = moved
    raise NotEstimableError(
        "the estimating equations did not converge: columns separate the outcome, or the correlation leaves its range",
        found=f"n = {sample.n}, correlation {rho:.3g}, largest coefficient {np.abs(beta).max():.3g}",
    )


def _correlation(r: np.ndarray, groups: _Groups, correlation: str) -> float:
    phi = float((r**2).mean())
    if correlation == "independence":
        return 0.0
    if correlation == "exchangeable":
        total, square = np.bincount(groups.code, weights=r), np.bincount(groups.code, weights=r**2)
        pairs = float((groups.size * (groups.size - 1)).sum())
        return float((total**2 - square).sum()) / (phi * pairs) if pairs else 0.0
    gaps = np.concatenate([gap for _, gap in groups.pairs]).astype(int) if groups.pairs else np.zeros(0, dtype=int)
    if not len(gaps):
        return 0.0
    made = [r[first] * r[first + k + 1] / phi for k, (first, _) in enumerate(groups.pairs)]
    sums, count = np.bincount(gaps, weights=np.concatenate(made)), np.bincount(gaps)
    power = np.arange(len(count))

    def slope(rho: float) -> float:
        below = np.where(power > 0, rho ** np.maximum(power - 1, 0), 0.0)
        return float((power * below * (sums - count * rho**power)).sum())

    grid = np.linspace(-0.999, 0.999, 400)
    value = np.array([slope(g) for g in grid])
    turns = np.flatnonzero((value[:-1] > 0) & (value[1:] <= 0))
    roots = [brentq(slope, grid[j], grid[j + 1], xtol=1e-15) for j in turns]
    loss = lambda rho: float((count * rho ** (2 * power) - 2 * sums * rho**power)[1:].sum())  # noqa: E731
    return float(min(roots, key=loss)) if roots else float(min((grid[0], grid[-1]), key=loss))


def _inverse(groups: _Groups, correlation: str, rho: float) -> Inverse:
    """What multiplies columns by the inverse of the working correlation, group by group, all at once."""
    if correlation == "exchangeable":
        weight = rho / ((1 - rho) * (1 + (groups.size - 1) * rho))

        def exchangeable(columns: np.ndarray) -> np.ndarray:
            total = np.add.reduceat(columns, starts(groups.code), axis=0) * weight[:, None]
            return columns / (1 - rho) - total[groups.code]

        return exchangeable
    if correlation == "ar1":
        same = np.r_[False, groups.code[1:] == groups.code[:-1]]
        carry = np.where(same, rho ** np.where(same, np.diff(groups.time, prepend=0.0), 1.0), 0.0)
        root = np.sqrt(1 - carry**2)

        def autoregressive(columns: np.ndarray) -> np.ndarray:
            white = columns.copy()
            white[1:] -= carry[1:, None] * columns[:-1]
            white /= (root**2)[:, None]
            back = white.copy()
            back[:-1] -= carry[1:, None] * white[1:]
            return back

        return autoregressive
    return lambda columns: columns


def _bias_reduced(
    groups: _Groups, correlation: str, rho: float, parts: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> np.ndarray:
    x, r, bread = parts
    meat = np.zeros_like(bread)
    for first, m in zip(starts(groups.code), groups.size, strict=True):
        rows = slice(first, first + m)
        gap = np.abs(np.subtract.outer(groups.time[rows], groups.time[rows]))
        working = rho**gap if correlation == "ar1" else np.full((m, m), rho) + (1 - rho) * np.eye(m)
        carried = np.linalg.solve(working, x[rows])
        left = np.linalg.solve(np.eye(m) - x[rows] @ bread @ carried.T, r[rows])
        score = carried.T @ left
        meat += np.outer(score, score)
    return bread @ meat @ bread
