"""Rivals predict rows they have not seen: dyads left out by turns, or the future from the past.

The effect of an unseen dyad is unknown, so each scheme declares what is predicted. Normal outcome, dyads left out: the
deviations from the dyad's own mean, which is what a model with dyad effects speaks of. Normal outcome, the future: the
level, the dyad's effect shrunk towards the mean as a random intercept. Logit and Poisson: the level, with the
dyad means of all blocks in every rival (Mundlak) in place of dyad effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.canonical import fit_canonical, loglik_of, mean_of, require_outcome
from trustpanel.models.forecast import (
    forecast_levels,
    future_columns,
    mundlak_columns,
    prepare_training,
    within_forecast,
)
from trustpanel.models.rivals import LEAST_DYADS, Rivals, require_contest
from trustpanel.models.within import starts

RIDGE = 1.0
TARGETS = {
    ("dyad", "gaussian"): "deviation from the dyad's own mean",
    ("time", "gaussian"): "level, dyad effect shrunk as a random intercept",
    ("dyad", "canonical"): "probability or mean of the level, dyad means in place of effects (Mundlak)",
    ("time", "canonical"): "probability or mean of the level, means to date in place of effects (Mundlak)",
}


@dataclass(frozen=True)
class Forecasts:
    """Out-of-sample predictions: one row a predicted row and repeat, one column a rival.

    `y` is the target, `mean` and `sd` (NaN for logit and Poisson) what a rival says of it, `logscore` the log density
    or probability it gave to what came. `dyad` are codes, `row` positions in the rivals' rows.
    """

    scheme: str
    family: str
    target: str
    models: tuple[str, ...]
    row: np.ndarray
    dyad: np.ndarray
    y: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    logscore: np.ndarray
    repeats: int
    seed: int | None


@dataclass(frozen=True)
class Score:
    """Mean scores of one rival, lower is better, and its log score less that of the controls alone.

    `square` is the Brier score of a logit, else the mean squared error; `crps` only for a normal outcome. The error is
    clustered by dyad over the mean of the repeats; rows of different folds share training rows, so it is a lower bound.
    """

    model: str
    log_loss: float
    square: float
    crps: float | None
    gain: float
    gain_se: float
    gain_ci95: tuple[float, float]
    rows: int
    dyads: int


def forecast_by_dyad(
    rivals: Rivals, *, family: str, folds: int = 10, repeats: int = 5, seed: int = 0, least: int = LEAST_DYADS
) -> Forecasts:
    """Every dyad is predicted `repeats` times from fits without it; all rivals see the same folds."""
    _require(rivals, family, least)
    folds = min(folds, rivals.n_dyads)
    rng = np.random.default_rng(seed)
    training = prepare_training(rivals) if family == "gaussian" else None
    columns = {m: mundlak_columns(rivals, m, to_date=False).x for m in rivals.models} if training is None else {}
    parts = []
    for _ in range(repeats):
        fold = (rng.permutation(rivals.n_dyads) % folds)[rivals.dyad]
        for k in range(folds):
            test = np.flatnonzero(fold == k)
            if training is not None:
                parts.append((test, *within_forecast(training, np.unique(rivals.dyad[test]), test)))
            else:
                parts.append((test, *_canonical_forecast(rivals, columns, fold != k, test, family)))
    return _collect("dyad", family, rivals, parts, repeats=repeats, seed=seed)


def forecast_by_time(
    rivals: Rivals,
    *,
    family: str,
    horizon: int,
    first_share: float = 0.5,
    steps: int = 5,
    least: int = LEAST_DYADS,
) -> Forecasts:
    """An expanding window: each later piece of time is predicted from rows whose outcome windows had closed before it.

    `horizon` is the length of the outcome window in periods (3 for an outcome over t..t+2): a row of period t trains
    only for tests from t + horizon on. The first test begins after `first_share` of the periods.
    """
    _require(rivals, family, least)
    if horizon < 1:
        raise AnalysisError("an outcome window has one period or more", found=horizon, next_step="declare horizon")
    levels = np.unique(rivals.period)
    begin = int(np.ceil(first_share * len(levels)))
    if begin < 1 or len(levels) - begin < steps:
        raise NotEstimableError("too few periods to predict", expected=f"{steps} after the first", found=len(levels))
    parts = []
    for piece in np.array_split(levels[begin:], steps):
        train = rivals.period <= piece[0] - horizon
        test = np.flatnonzero((rivals.period >= piece[0]) & (rivals.period <= piece[-1]))
        if len(np.unique(rivals.dyad[train])) < least:
            raise NotEstimableError(
                f"too few dyads before {piece[0]} to learn from",
                expected=f"at least {least}",
                found=len(np.unique(rivals.dyad[train])),
            )
        if family == "gaussian":
            parts.append((test, *forecast_levels(rivals, train, test)))
        else:
            columns = {m: future_columns(rivals, m, train) for m in rivals.models}
            parts.append((test, *_canonical_forecast(rivals, columns, train, test, family)))
    return _collect("time", family, rivals, parts, repeats=1, seed=None)


def _require(rivals: Rivals, family: str, least: int) -> None:
    require_contest(rivals, least=least)
    if not np.allclose(rivals.scale, rivals.scale[0]):
        raise AnalysisError(
            "cross-validation of a weighted model is not declared",
            expected="equal weights",
            found="weights that vary",
            next_step="contest the unweighted model",
        )
    if family != "gaussian":
        require_outcome(rivals.y, family)


def _canonical_forecast(
    rivals: Rivals, columns: dict[str, np.ndarray], train: np.ndarray, test: np.ndarray, family: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(y, mean, sd) by a fit with a ridge of one, so that a separated training sample still predicts."""
    means = []
    for x in columns.values():
        fit = fit_canonical(rivals.y[train], x[train], family=family, ridge=RIDGE)
        means.append(mean_of(x[test] @ fit.coef, family))
    mean = np.column_stack(means)
    return rivals.y[test], mean, np.full_like(mean, np.nan)


def _collect(
    scheme: str, family: str, rivals: Rivals, parts: Sequence[tuple[np.ndarray, ...]], *, repeats: int, seed: int | None
) -> Forecasts:
    row, y = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
    mean, sd = (np.vstack([p[i] for p in parts]) for i in (2, 3))
    logscore = (
        stats.norm.logpdf(y[:, None], mean, sd)
        if family == "gaussian"
        else np.column_stack([loglik_of(y, m, family) for m in mean.T])
    )
    return Forecasts(
        scheme=scheme,
        family=family,
        target=TARGETS[scheme, "gaussian" if family == "gaussian" else "canonical"],
        models=tuple(rivals.models),
        row=row,
        dyad=rivals.dyad[row],
        y=y,
        mean=mean,
        sd=sd,
        logscore=logscore,
        repeats=repeats,
        seed=seed,
    )


def score(forecasts: Forecasts) -> tuple[Score, ...]:
    """Each rival's scores in the order of `models`; the gain of the controls over themselves is 0."""
    dyads, codes = np.unique(forecasts.dyad, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    first = starts(codes[order])
    size = np.diff([*first, len(codes)])
    found = []
    for j, name in enumerate(forecasts.models):
        gap = forecasts.logscore[:, j] - forecasts.logscore[:, 0]
        gain = float(gap.mean())
        by_dyad = np.add.reduceat(gap[order], first) - size * gain
        groups = len(dyads)
        se = float(np.sqrt(groups / (groups - 1) * (by_dyad**2).sum()) / len(gap))
        half = float(stats.t.ppf(0.975, groups - 1)) * se
        normal = forecasts.family == "gaussian"
        found.append(
            Score(
                model=name,
                log_loss=float(-forecasts.logscore[:, j].mean()),
                square=float(((forecasts.y - forecasts.mean[:, j]) ** 2).mean()),
                crps=_crps(forecasts.y, forecasts.mean[:, j], forecasts.sd[:, j]) if normal else None,
                gain=gain,
                gain_se=se,
                gain_ci95=(gain - half, gain + half),
                rows=len(gap) // forecasts.repeats,
                dyads=groups,
            )
        )
    return tuple(found)


def _crps(y: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> float:
    """Mean continuous ranked probability score of normal forecasts (Gneiting and Raftery 2007)."""
    z = (y - mean) / sd
    return float((sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))).mean())
