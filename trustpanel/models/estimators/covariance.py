"""Errors from the influence of the rows: one place for every estimator, with the small-sample rule in words."""

from __future__ import annotations

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.errors_dyadic import dyadic_meat, require_dyadic
from trustpanel.models.estimators.absorb import count_effects, nested_in, plan_effects
from trustpanel.models.estimators.fit import Errors, Options, Solved
from trustpanel.models.within import starts

FEW = 30
NEXT = "name the clusters in `Sample.clusters` and, if there are several, in `Options.cluster`"


def covariance(solved: Solved, options: Options) -> Errors:
    """The covariance of a solved estimator under the named errors."""
    if options.errors in solved.given:
        return solved.given[options.errors]
    makers = {"classical": _classical, "robust": _robust, "dyadic": _dyadic, "two_way": _two_way}
    return makers.get(options.errors, _cluster)(solved, options)


def cluster_names(solved: Solved, options: Options) -> tuple[str, ...]:
    """The clusters of the fit, one or (two-way) two, checked to exist."""
    wanted = 2 if options.errors == "two_way" else 1
    names = options.cluster or tuple(solved.sample.clusters)[:wanted]
    unknown = [n for n in names if n not in solved.sample.clusters]
    if unknown or len(names) != wanted:
        raise AnalysisError(
            f"`{options.errors}` errors need {wanted} cluster name(s) of the sample",
            expected=", ".join(solved.sample.clusters) or "a cluster in the sample",
            found=", ".join(names) or "none",
            next_step=NEXT,
        )
    return tuple(names)


def _classical(solved: Solved, options: Options) -> Errors:
    if solved.classical is None:
        raise AnalysisError(
            "this estimator has no classical errors", found="classical", next_step="ask for errors by cluster"
        )
    if solved.kind == "z":
        return Errors(solved.classical, None, {}, "inverse information, no factor")
    df = _rows(solved) - _counted(solved, "all", ())
    return Errors(solved.classical, df, {}, f"residual variance over n - K = {df}, K counts slopes and all effects")


def _robust(solved: Solved, options: Options) -> Errors:
    influence = _influence(solved)
    if solved.unit is not None:
        influence = _by_code(influence, solved.unit)
        return Errors(influence.T @ influence, None, {}, "sandwich by group, no factor")
    n, k = _rows(solved), _counted(solved, "none" if solved.rule == "likelihood" else "all", ())
    df = n - k if solved.kind == "t" else None
    factor = 1.0 if options.small_sample == "none" or solved.rule == "likelihood" else n / (n - k)
    return Errors(factor * influence.T @ influence, df, {}, f"sandwich by row x {factor:.6g} (HC1: n / (n - K))")


def _cluster(solved: Solved, options: Options) -> Errors:
    (name,) = cluster_names(solved, options)
    code = solved.sample.clusters[name]
    groups = _require_clusters(solved, name, options.clusters_min if options.errors == "cluster" else 2)
    factor, words = _factor(solved, options, groups, (code,))
    sums = _by_code(_influence(solved), code)
    few = (f"{groups} clusters of {name}: errors by cluster are too small below about {FEW}",) if groups < FEW else ()
    df = groups - 1 if solved.kind == "t" else None
    return Errors(factor * sums.T @ sums, df, {name: groups}, f"by {name}: {words}", few)


def _two_way(solved: Solved, options: Options) -> Errors:
    one, two = cluster_names(solved, options)
    counts = {name: _require_clusters(solved, name, options.clusters_min) for name in (one, two)}
    a, b = solved.sample.clusters[one], solved.sample.clusters[two]
    both = np.unique(a.astype(np.int64) * (int(b.max()) + 1) + b, return_inverse=True)[1]
    groups = min(counts.values())
    factor, words = _factor(solved, options, groups, (a, b))
    influence, cov = _influence(solved), np.zeros((len(solved.coef),) * 2)
    for code, sign in ((a, 1), (b, 1), (both, -1)):
        sums = _by_code(influence, code)
        cov += sign * sums.T @ sums
    cov, mended = _mend(factor * cov)
    few = (f"{groups} clusters on one side: two-way errors are too small below about {FEW}",) if groups < FEW else ()
    df = groups - 1 if solved.kind == "t" else None
    return Errors(cov, df, counts, f"{one} + {two} - both, smaller number of clusters: {words}", (*mended, *few))


def _dyadic(solved: Solved, options: Options) -> Errors:
    if solved.sample.states is None:
        raise AnalysisError(
            "dyadic-robust errors need the two states of each row", next_step="name both columns in `Columns.states`"
        )
    a, b = (np.asarray(s) for s in solved.sample.states)
    a, b = np.minimum(a, b), np.maximum(a, b)
    influence = _influence(solved)
    share = np.unique(np.concatenate([a, b]), return_counts=True)[1].max() / len(a)
    dyad = np.unique(a.astype(np.int64) * (int(b.max()) + 1) + b, return_inverse=True)[1]
    moved = _moved(solved, options, dyad)[dyad]
    varying = len(np.unique(np.concatenate([a[moved], b[moved]])))
    require_dyadic(options, star_share=float(share), states_varying=varying)
    _whole_units(solved, dyad, "dyad")
    cov, mended = _mend(dyadic_meat(influence, a, b))
    df = varying - 1 if solved.kind == "t" else None
    counts = {"dyads": int(dyad.max()) + 1, "states": varying}
    return Errors(cov, df, counts, "dyadic-robust, no factor, states that vary less one degrees of freedom", mended)


def _moved(solved: Solved, options: Options, dyad: np.ndarray) -> np.ndarray:
    """Dyads that can move the estimate: with effects or groups, those in which a column of the focus varies."""
    sample = solved.sample
    if not sample.effects and sample.groups is None:
        return np.ones(int(dyad.max()) + 1, dtype=bool)
    focus = [j for j, n in enumerate(sample.names) if n in (options.focus or sample.names)]
    order = np.argsort(dyad, kind="stable")
    first = starts(dyad[order])
    x = sample.x[order][:, focus]
    return np.asarray((np.maximum.reduceat(x, first) > np.minimum.reduceat(x, first)).any(axis=1))


def _influence(solved: Solved) -> np.ndarray:
    if solved.influence is None:
        raise AnalysisError("this estimator has no sandwich errors", next_step="ask for its classical errors")
    return solved.influence


def _by_code(values: np.ndarray, code: np.ndarray) -> np.ndarray:
    return np.column_stack([np.bincount(code, weights=v) for v in values.T]) if values.shape[1] else values[:0]


def _rows(solved: Solved) -> int:
    return solved.sample.n if solved.n is None else solved.n


def _require_clusters(solved: Solved, name: str, least: int) -> int:
    code = solved.sample.clusters[name]
    groups = len(np.unique(code))
    if groups < max(2, least):
        raise NotEstimableError(
            f"too few clusters of `{name}` for errors by cluster",
            expected=f"at least {max(2, least)}",
            found=groups,
            next_step="cluster by something with more levels, or ask a linear model for the wild bootstrap",
        )
    _whole_units(solved, code, name)
    return groups


def _whole_units(solved: Solved, code: np.ndarray, name: str) -> None:
    if solved.unit is not None and not nested_in(solved.unit, code):
        raise NotEstimableError(
            f"a cluster of `{name}` cuts through a group",
            expected="every group of the estimator within one cluster",
            found=name,
            next_step="cluster by the group or by something that holds whole groups",
        )


def _counted(solved: Solved, rule: str, clusters: tuple[np.ndarray, ...]) -> int:
    if rule in ("slopes", "none") or not solved.sample.effects:
        return solved.counted
    return solved.counted + count_effects(plan_effects(solved.sample.effects), clusters if rule == "nested" else ())


def _factor(solved: Solved, options: Options, groups: int, clusters: tuple[np.ndarray, ...]) -> tuple[float, str]:
    """The small-sample factor and its words."""
    if options.small_sample not in ("nested", "all", "slopes", "none"):
        raise AnalysisError(
            "unknown small-sample rule", found=options.small_sample, next_step="use nested, all, slopes or none"
        )
    if options.small_sample == "none":
        return 1.0, "no factor"
    if solved.rule == "likelihood":
        return groups / (groups - 1), f"G/(G-1), G = {groups}"
    n, k = _rows(solved), _counted(solved, options.small_sample, clusters)
    if n <= k:
        raise NotEstimableError("fewer rows than coefficients", expected=f"more than {k} rows", found=n)
    counted = {
        "nested": "slopes and effects that no cluster holds, and the constant",
        "all": "slopes and all effects",
        "slopes": "the columns alone, no absorbed effect",
    }[options.small_sample]
    words = f"G/(G-1) x (n-1)/(n-K), G = {groups}, n = {n}, K = {k} ({counted})"
    return groups / (groups - 1) * (n - 1) / (n - k), words


def _mend(cov: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """A covariance with a negative eigenvalue has it set to 0, and says so (Cameron, Gelbach and Miller 2011)."""
    values, vectors = np.linalg.eigh((cov + cov.T) / 2)
    if values.min() >= -1e-12 * max(values.max(), 0.0):
        return cov, ()
    fixed = (vectors * np.clip(values, 0.0, None)) @ vectors.T
    return fixed, ("the covariance was not positive: negative eigenvalues are set to 0",)
