"""Tests by resampling: the restricted wild cluster bootstrap and randomisation of one column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models import linear as core
from trustpanel.models.errors_wild import wild_cluster
from trustpanel.models.estimators.absorb import absorb, nested_in, plan_effects
from trustpanel.models.estimators.covariance import cluster_names, covariance
from trustpanel.models.estimators.fit import Errors, Options, Solved
from trustpanel.models.estimators.sample import Sample, dense
from trustpanel.models.within import independent, orthonormal, residual

Solve = Callable[[Sample, Options], Solved]
LEAST = 5
CELLS = 100_000_000


def wild_bootstrap(solved: Solved, options: Options) -> tuple[Solved, Errors]:
    """p and interval of the focus (all columns, if none is named) by the wild bootstrap, null imposed.

    Effects that the cluster holds are absorbed, the others are explicit columns, so that it is exact.
    """
    (name,) = cluster_names(solved, options)
    groups = len(np.unique(solved.sample.clusters[name]))
    if groups < LEAST:
        raise NotEstimableError(
            f"too few clusters of `{name}` for the wild bootstrap", expected=f"at least {LEAST}", found=groups
        )
    errors = covariance(solved, replace(options, errors="wild"))
    fit = _as_core(solved, errors, solved.sample.clusters[name])
    k = len(solved.coef)
    p, low, high = np.full(k, np.nan), np.full(k, np.nan), np.full(k, np.nan)
    if not np.isclose(options.level, 0.95):
        raise AnalysisError(
            "the wild bootstrap gives intervals at 95 %", found=options.level, next_step="use level 0.95"
        )
    for j in range(k):
        if solved.names[j] in (options.focus or solved.names):
            found = wild_cluster(
                fit, np.eye(k)[j], weights=options.wild_weights, draws=options.wild_draws, seed=options.seed
            )
            p[j] = found.p
            low[j], high[j] = (s * np.inf if end is None else end for s, end in zip((-1, 1), found.ci95, strict=True))
    told = f"{errors.rule}; p and interval by wild bootstrap, {options.wild_weights}, {options.wild_draws} draws"
    return replace(solved, p=p, ci=(low, high)), replace(errors, rule=told, warnings=())


def _as_core(solved: Solved, errors: Errors, cluster: np.ndarray) -> core.Fit:
    """The same least-squares fit in the form of the core model, rows sorted by cluster."""
    sample = solved.sample
    order = np.argsort(cluster, kind="stable")
    held = {n: c[order] for n, c in sample.effects.items() if nested_in(c, cluster)}
    free = [c[order] for n, c in sorted(sample.effects.items()) if n not in held]
    weights = None if sample.weights is None else sample.weights[order]
    root = np.ones(sample.n) if weights is None else np.sqrt(weights)
    levels = sum(int(c.max()) + 1 for c in free)
    if levels * sample.n > CELLS:
        raise NotEstimableError(
            "the wild bootstrap needs columns for effects that no cluster holds, and there are too many",
            expected=f"rows x levels at most {CELLS:,}",
            found=f"{sample.n:,} x {levels:,}",
            next_step="cluster by something that holds the effects, or ask for errors by cluster",
        )
    dummies = [np.eye(int(c.max()) + 1)[c] for c in free]
    plan = plan_effects({n: dense(c) for n, c in held.items()})

    def inside(columns: np.ndarray) -> np.ndarray:
        return absorb(columns, plan, weights) * root[:, None]

    y, x = inside(sample.y[order][:, None])[:, 0], inside(sample.x[order])
    basis = _basis(inside(np.column_stack(dummies))) if dummies else np.empty((sample.n, 0))
    clean_x, clean_y = residual(x, basis), residual(y[:, None], basis)[:, 0]
    return core.Fit(
        names=solved.names,
        beta=solved.coef,
        cov=errors.cov,
        x=clean_x,
        y=clean_y,
        x_inside=x,
        y_inside=y,
        basis=basis,
        resid=clean_y - clean_x @ solved.coef,
        dyad=dense(cluster[order]),
        cluster=dense(cluster[order]),
        factor=1.0,
        df=errors.df or 0,
        r2_within=float("nan"),
    )


def _basis(columns: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(columns, axis=0)
    alive = columns[:, norm > 1e-8] / norm[norm > 1e-8]
    return orthonormal(alive[:, independent(alive, 1e-6)[0]])


def randomise(sample: Sample, options: Options, solve: Solve) -> tuple[Solved, Errors]:
    """p of the one column of the focus from redraws of it: the share of |t| at least as large, (1 + m) / (draws + 1).

    `redraw(rng)` gives a new column for every row of the sample as it came in. t has errors by cluster, or by row
    without clusters. There is no interval.
    """
    if len(options.focus) != 1 or options.focus[0] not in sample.names or options.redraw is None:
        raise AnalysisError(
            "randomisation needs one column in the focus and a way to redraw it",
            expected="Options(focus=(column,), redraw=function of a generator)",
            found=", ".join(options.focus) or "no focus",
            next_step="declare both",
        )
    kind = replace(options, errors="cluster" if sample.clusters else "robust")
    solved = solve(sample, kind)
    errors = covariance(solved, kind)
    place, name = sample.names.index(options.focus[0]), options.focus[0]
    observed = _statistic(solved, errors, name)
    rng, extreme, failed = np.random.default_rng(options.seed), 0, 0
    for _ in range(options.draws):
        x = sample.x.copy()
        x[:, place] = options.redraw(rng)
        try:
            again = solve(replace(sample, x=x), kind)
            t = _statistic(again, covariance(again, kind), name)
        except NotEstimableError:
            failed, t = failed + 1, np.inf
        extreme += bool(not t < observed * (1 - 1e-12))
    p = np.full(len(solved.coef), np.nan)
    p[solved.names.index(name)] = (1 + extreme) / (options.draws + 1)
    nothing = np.full(len(p), np.nan)
    told = f"{errors.rule}; p by randomisation of {name}, {options.draws} draws, seed {options.seed}"
    lost = (f"{failed} draws could not be estimated and count as extreme",) if failed else ()
    return replace(solved, p=p, ci=(nothing, nothing)), replace(errors, rule=told, warnings=(*errors.warnings, *lost))


def _statistic(solved: Solved, errors: Errors, name: str) -> float:
    j = solved.names.index(name)
    return float(abs(solved.coef[j]) / np.sqrt(errors.cov[j, j]))
