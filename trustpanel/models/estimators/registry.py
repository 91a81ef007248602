"""`ESTIMATORS` and the one call `estimate`: every estimator with the errors that are defined for it and its truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.conditional import conditional_logit
from trustpanel.models.estimators.correlated import gee
from trustpanel.models.estimators.covariance import covariance
from trustpanel.models.estimators.cox import cox
from trustpanel.models.estimators.fit import Errors, Fit, Options, Solved
from trustpanel.models.estimators.generalized import effects_logit, logit, poisson
from trustpanel.models.estimators.hazard import discrete_hazard
from trustpanel.models.estimators.imputed import local_projections, two_stage_effects
from trustpanel.models.estimators.instruments import two_stage_least_squares
from trustpanel.models.estimators.least_squares import linear, linear_probability
from trustpanel.models.estimators.ordered import ordered_logit
from trustpanel.models.estimators.rare import firth_logit, rare_events_logit
from trustpanel.models.estimators.resampling import randomise, wild_bootstrap
from trustpanel.models.estimators.sample import Sample, check_sample
from trustpanel.models.estimators.staggered import callaway_santanna, sun_abraham
from trustpanel.models.worlds.notes import served_notes, stored_report

SANDWICH = ("classical", "robust", "cluster", "two_way", "dyadic")
RESAMPLED = ("wild", "randomisation")


@dataclass(frozen=True)
class Estimator:
    """One entry: what it is, how it is solved, the errors defined for it, its source, and the truths it is held to."""

    label: str
    solve: Callable[[Sample, Options], Solved]
    errors: tuple[str, ...]
    source: str
    truths: tuple[str, ...]


ESTIMATORS: dict[str, Estimator] = {
    "linear": Estimator(
        "linear model, any number of absorbed effects",
        linear,
        (*SANDWICH, *RESAMPLED),
        "Correia 2017",
        ("pyfixest", "fereg", "linearmodels", "R sandwich", "published tables"),
    ),
    "linear_probability": Estimator(
        "linear probability model, any number of absorbed effects",
        linear_probability,
        (*SANDWICH, *RESAMPLED),
        "Correia 2017",
        ("pyfixest", "fereg"),
    ),
    "logit": Estimator(
        "logit",
        logit,
        (*SANDWICH, "randomisation"),
        "McCullagh and Nelder 1989",
        ("R glm", "R sandwich", "published models", "published tables"),
    ),
    "effects_logit": Estimator(
        "logit with absorbed effects",
        effects_logit,
        SANDWICH,
        "Fernandez-Val 2009",
        ("R glm with dummies", "R sandwich", "closed form"),
    ),
    "conditional_logit": Estimator(
        "conditional (fixed-effects) logit",
        conditional_logit,
        SANDWICH,
        "Chamberlain 1980",
        ("R survival clogit", "closed form", "brute force"),
    ),
    "poisson": Estimator(
        "Poisson pseudo maximum likelihood, any number of absorbed effects",
        poisson,
        (*SANDWICH, "randomisation"),
        "Correia, Guimaraes and Zylkin 2020",
        ("R glm", "R sandwich", "pyfixest"),
    ),
    "ordered_logit": Estimator(
        "ordered logit", ordered_logit, SANDWICH, "McCullagh 1980", ("R MASS polr", "R ordinal clm", "R sandwich")
    ),
    "firth_logit": Estimator(
        "logit with Firth's penalty",
        firth_logit,
        ("classical",),
        "Firth 1993",
        ("R brglm2", "firthmodels", "closed form"),
    ),
    "rare_events_logit": Estimator(
        "logit corrected for rare events",
        rare_events_logit,
        ("classical", "robust", "cluster"),
        "King and Zeng 2001",
        ("R Zelig relogit", "R glm", "closed form"),
    ),
    "gee": Estimator(
        "generalised estimating equations",
        gee,
        (*SANDWICH, "bias_reduced"),
        "Liang and Zeger 1986",
        ("R geepack", "statsmodels"),
    ),
    "cox": Estimator("Cox proportional hazards", cox, SANDWICH, "Cox 1972", ("R survival coxph",)),
    "discrete_hazard": Estimator(
        "discrete-time hazard", discrete_hazard, SANDWICH, "Beck, Katz and Tucker 1998", ("R glm", "life table")
    ),
    "sun_abraham": Estimator(
        "event study, interaction weighted",
        sun_abraham,
        SANDWICH,
        "Sun and Abraham 2021",
        ("pyfixest", "brute force"),
    ),
    "callaway_santanna": Estimator(
        "event study, cohort by cohort",
        callaway_santanna,
        ("robust", "cluster"),
        "Callaway and Sant'Anna 2021",
        ("diff-diff", "brute force"),
    ),
    "two_stage_effects": Estimator(
        "event study, two stages", two_stage_effects, ("cluster",), "Gardner 2022", ("pyfixest did2s",)
    ),
    "local_projections": Estimator(
        "event study, local projections",
        local_projections,
        ("cluster",),
        "Dube, Girardi, Jorda and Taylor 2023",
        ("pyfixest lpdid",),
    ),
    "two_stage_least_squares": Estimator(
        "instrumental variables",
        two_stage_least_squares,
        ("classical", "robust", "cluster", "two_way", "dyadic"),
        "Montiel Olea and Pflueger 2013; Anderson and Rubin 1949",
        ("linearmodels", "R AER ivreg", "pyfixest", "ivmodels", "published tables"),
    ),
}


def estimate(name: str, sample: Sample, options: Options) -> Fit:
    """The fit of one estimator of the registry on a sample under the named errors.

    Errors: AnalysisError for what is not defined (an unknown name, errors that do not belong to the estimator),
    NotEstimableError for what this sample cannot tell (separation, collinearity, constant outcome, too few clusters).
    """
    entry = _entry(name, options)
    check_sample(sample)
    if options.errors == "randomisation":
        solved, errors = randomise(sample, options, entry.solve)
    elif options.errors == "wild":
        solved, errors = wild_bootstrap(entry.solve(sample, options), options)
    else:
        solved = entry.solve(sample, options)
        errors = covariance(solved, options)
    return _finish(name, solved, errors, options)


def _entry(name: str, options: Options) -> Estimator:
    if name not in ESTIMATORS:
        raise AnalysisError(
            "no such estimator", expected=", ".join(ESTIMATORS), found=name, next_step="name one of the registry"
        )
    entry = ESTIMATORS[name]
    if options.errors not in entry.errors:
        raise AnalysisError(
            f"`{options.errors}` errors are not defined for `{name}`",
            expected=", ".join(entry.errors),
            found=options.errors,
            next_step="ask for errors that belong to the estimator",
        )
    if not 0 < options.level < 1:
        raise AnalysisError("a level is between 0 and 1", found=options.level, next_step="use 0.95")
    return entry


def _finish(name: str, solved: Solved, errors: Errors, options: Options) -> Fit:
    variance = np.diag(errors.cov)
    if not (np.isfinite(variance).all() and (variance > 0).all()):
        bad = [n for n, v in zip(solved.names, variance, strict=True) if not v > 0]
        raise NotEstimableError(
            "the estimated variance of a coefficient is not above 0",
            expected="enough clusters that move the coefficient",
            found=", ".join(bad),
            next_step="use other errors or more rows",
        )
    se = np.sqrt(variance)
    law = stats.norm() if errors.df is None else stats.t(errors.df)
    half = float(law.ppf(0.5 + options.level / 2)) * se
    statistic = solved.coef / se
    p = np.asarray(2 * law.sf(np.abs(statistic)))
    low, high = solved.coef - half, solved.coef + half
    if solved.p is not None and solved.ci is not None:
        keep = np.isnan(solved.p) & (not _alone(options))
        p = np.where(keep, p, solved.p)
        low, high = (np.where(keep, mine, other) for mine, other in zip((low, high), solved.ci, strict=True))
    return Fit(
        estimator=name,
        errors=options.errors,
        names=solved.names,
        coef=solved.coef,
        cov=errors.cov,
        se=se,
        statistic=statistic,
        p=p,
        ci_low=low,
        ci_high=high,
        df=errors.df,
        loglik=solved.loglik,
        n=solved.sample.n if solved.n is None else solved.n,
        clusters=dict(errors.clusters),
        dropped_rows=solved.sample.dropped,
        dropped_columns=solved.dropped_columns,
        warnings=(*solved.warnings, *errors.warnings, *served_notes(name, options.errors, stored_report())),
        small_sample=errors.rule,
        extra=dict(solved.extra),
        sets=dict(solved.sets),
    )


def _alone(options: Options) -> bool:
    """Tests by resampling stand alone: what they do not test has no p."""
    return options.errors in RESAMPLED
