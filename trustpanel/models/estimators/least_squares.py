"""Least squares with any number of absorbed effects: linear models and linear probability models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.estimators.absorb import absorb, count_effects, drop_singletons, plan_effects
from trustpanel.models.estimators.columns import require_binary, require_variation, separable
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.sample import Sample
from trustpanel.models.linear import solve


def linear(sample: Sample, options: Options) -> Solved:
    """y on the columns with the effects absorbed; weights are those of weighted least squares."""
    require_variation(sample.y)
    sample = drop_singletons(sample)
    effects = plan_effects(sample.effects)
    root = np.ones(sample.n) if sample.weights is None else np.sqrt(sample.weights)
    inside = absorb(np.column_stack([sample.y, sample.x]), effects, sample.weights) * root[:, None]
    y, x = inside[:, 0], inside[:, 1:]
    if np.linalg.norm(y) <= 1e-8 * np.linalg.norm(sample.y * root):
        raise NotEstimableError("the effects explain the outcome entirely", found=f"n = {sample.n}")
    size = np.linalg.norm(sample.x * root[:, None], axis=0)
    sample, kept, dropped = separable(sample, options, x, size)
    x = x[:, kept]
    coef, resid = solve(x, y)
    bread = np.linalg.inv(x.T @ x)
    k = len(coef) + count_effects(effects, ())
    if sample.n <= k:
        raise NotEstimableError("fewer rows than coefficients", expected=f"more than {k} rows", found=sample.n)
    total = (
        float(y @ y)
        if effects.names
        else float((((sample.y - np.average(sample.y, weights=root**2)) * root) ** 2).sum())
    )
    bare = not effects.names and np.linalg.norm(solve(x, root)[1]) > 1e-6 * np.linalg.norm(root)
    return Solved(
        names=sample.names,
        coef=coef,
        sample=sample,
        influence=(x * resid[:, None]) @ bread,
        classical=bread * float(resid @ resid) / (sample.n - k),
        counted=len(coef),
        rule="linear",
        kind="t",
        dropped_columns=dropped,
        warnings=("neither a constant nor effects are in the fit",) if bare else (),
        extra={"r2_within": 1 - float(resid @ resid) / total},
    )


def linear_probability(sample: Sample, options: Options) -> Solved:
    """The linear model of a yes-or-no outcome; without effects, says how many fitted values lie outside [0, 1]."""
    require_binary(sample.y)
    solved = linear(sample, options)
    if solved.sample.effects:
        return solved
    fitted = solved.sample.x @ solved.coef
    outside = float(((fitted < 0) | (fitted > 1)).mean())
    told = (f"{outside:.1%} of the fitted probabilities lie outside [0, 1]",) if outside > 0 else ()
    return replace(solved, warnings=(*solved.warnings, *told), extra={**solved.extra, "outside_share": outside})
