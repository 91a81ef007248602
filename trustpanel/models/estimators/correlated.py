"""Generalised estimating equations: population averages with a working correlation inside groups."""

from __future__ import annotations

import warnings

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.columns import require_binary, require_variation, separable
from trustpanel.models.estimators.fit import Errors, Options, Solved
from trustpanel.models.estimators.sample import Sample

FAMILIES = ("linear", "logit", "poisson")
CORRELATIONS = ("independence", "exchangeable", "ar1")


def gee(sample: Sample, options: Options) -> Solved:
    """Liang and Zeger (1986) by statsmodels: errors by group (cluster), bias-reduced (Mancl and DeRouen), or classical.

    `ar1` needs `time`: the working correlation of two rows is r to the power of their distance.
    """
    _check(sample, options)
    sample, _, dropped = separable(sample, options, sample.x)
    result = _fit(sample, options)
    dependence = result.model.cov_struct.dep_params
    groups = len(np.unique(sample.groups))  # type: ignore[arg-type]
    if groups < max(2, options.clusters_min):
        raise NotEstimableError(
            "too few groups for estimating equations", expected=f"at least {options.clusters_min}", found=groups
        )
    count = {"groups": groups}
    extra = {"groups": float(groups), "scale": float(result.scale)}
    if options.correlation != "independence":
        extra["correlation"] = float(np.asarray(dependence).ravel()[0])
    return Solved(
        names=sample.names,
        coef=np.asarray(result.params),
        sample=sample,
        influence=None,
        classical=None,
        counted=len(sample.names),
        rule="likelihood",
        given={
            "cluster": Errors(np.asarray(result.cov_robust), None, count, "sandwich by group, no factor"),
            "classical": Errors(np.asarray(result.cov_naive), None, count, "the working correlation taken as true"),
            "bias_reduced": Errors(_bias_reduced(result), None, count, "sandwich by group, Mancl and DeRouen (2001)"),
        },
        dropped_columns=dropped,
        extra=extra,
    )


def _check(sample: Sample, options: Options) -> None:
    wrong = None
    if sample.groups is None or sample.effects:
        wrong = "groups and no effects"
    elif options.family not in FAMILIES:
        wrong = f"a family of {', '.join(FAMILIES)}"
    elif options.correlation not in CORRELATIONS:
        wrong = f"a correlation of {', '.join(CORRELATIONS)}"
    elif options.correlation == "ar1" and sample.time is None:
        wrong = "`time` for the correlation ar1"
    elif sample.weights is not None:
        wrong = "no weights"
    if wrong:
        raise AnalysisError(
            "`gee` cannot be set up",
            expected=wrong,
            found=f"{options.family}, {options.correlation}",
            next_step="mend it",
        )
    if options.family == "logit":
        require_binary(sample.y)
    require_variation(sample.y)


def _fit(sample: Sample, options: Options):  # type: ignore[no-untyped-def]
    import statsmodels.api as sm
    from statsmodels.genmod.cov_struct import Autoregressive, Exchangeable, Independence
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    family = {"linear": sm.families.Gaussian, "logit": sm.families.Binomial, "poisson": sm.families.Poisson}
    structure = {
        "independence": Independence,
        "exchangeable": Exchangeable,
        "ar1": lambda: Autoregressive(grid=False),
    }
    assert sample.groups is not None
    order = np.lexsort((np.arange(sample.n) if sample.time is None else sample.time, sample.groups))
    model = sm.GEE(
        sample.y[order],
        sample.x[order],
        groups=sample.groups[order],
        time=None if sample.time is None else sample.time[order],
        family=family[options.family](),
        cov_struct=structure[options.correlation](),
    )
    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, RuntimeWarning):
            warnings.simplefilter("error", kind)
        try:
            return model.fit(maxiter=200, ctol=1e-10, params_niter=1)
        except (ConvergenceWarning, RuntimeWarning, np.linalg.LinAlgError, ValueError) as error:
            raise NotEstimableError(f"the estimating equations did not converge: {error}", found=sample.n) from error


def _bias_reduced(result) -> np.ndarray:  # type: ignore[no-untyped-def]
    return np.asarray(result.standard_errors(cov_type="bias_reduced")) ** 2 * np.eye(len(result.params))
