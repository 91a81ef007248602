"""The chance of a row to be met or covered: a logit, how well it tells unseen dyads apart, weights, and balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.canonical import fit_canonical
from trustpanel.models.frames import numbers, require
from trustpanel.models.linear import Interval, interval
from trustpanel.models.logit import LogitFit, fit_logit
from trustpanel.models.splines import knots_at, natural_cubic
from trustpanel.models.within import independent

LEAST = 20
COLLINEAR = 1e-6


@dataclass(frozen=True)
class Columns:
    """Columns of a logit, each in standard deviations of the rows that it was fitted on (flags as they are)."""

    names: tuple[str, ...]
    x: np.ndarray


@dataclass(frozen=True)
class ChanceFacts:
    """A fitted chance: coefficients in log odds a standard deviation, errors clustered by dyad.

    `auc` and `auc_unseen` are the probability that a row with the event has the higher chance than one without, on the
    rows of the fit and on dyads left out of it; `log_score_gain` how much better than the bare share it predicts these.
    """

    coefficients: dict[str, Interval]
    n: int
    events: int
    dyads: int
    auc: float
    auc_unseen: float
    log_score_gain: float


@dataclass(frozen=True)
class Chance:
    """What is told of a chance, and its coefficients in the order of the columns."""

    facts: ChanceFacts
    coef: np.ndarray

    def of(self, x: np.ndarray) -> np.ndarray:
        """The chance of rows with these columns."""
        return special.expit(x @ self.coef)


@dataclass(frozen=True)
class Weights:
    """Trimmed weights of mean 1; `effective` is (sum of w)^2 / sum of w^2, `trimmed` the share that was cut."""

    w: np.ndarray
    effective: float
    largest: float
    trimmed: float


@dataclass(frozen=True)
class Difference:
    """Standardised difference of means between rows with the event and those without, before and after weighting."""

    column: str
    before: float
    after: float


def columns_of_chance(
    frame: pd.DataFrame, names: Sequence[str], masked: Sequence[str], knots: tuple[float, ...]
) -> tuple[Columns, np.ndarray]:
    """The columns, those that are masked with a flag of their own where they are missing, a spline of the year, a
    constant; and which rows have them all. Columns that add nothing are left out.
    """
    require(frame, [*names, *masked, "year"], "pair_years")
    values = {name: numbers(frame, name) for name in names}
    for name in masked:
        raw = numbers(frame, name)
        lacking = np.isnan(raw)
        values[name] = np.where(lacking, raw[~lacking].mean() if (~lacking).any() else 0.0, raw)
        values[f"{name}_unknown"] = lacking.astype(float)
    known = np.all([~np.isnan(v) for v in values.values()], axis=0) if values else np.ones(len(frame), bool)
    if known.sum() < LEAST:
        raise NotEstimableError("too few rows have every covariate", expected=f"at least {LEAST}", found=known.sum())
    year = numbers(frame, "year")
    spline = natural_cubic(year, knots_at(year[known], knots))
    values |= {f"year_spline_{j + 1}": spline[:, j] for j in range(spline.shape[1])}
    x = np.column_stack([_standard(v, known) for v in values.values()])
    whole = np.column_stack([np.ones(len(frame)), x])
    size = np.linalg.norm(whole[known], axis=0)
    alive = np.flatnonzero(size > COLLINEAR)
    kept = [int(alive[j]) for j in independent(whole[known][:, alive] / size[alive], COLLINEAR)[0]]
    labels = ["constant", *values]
    return Columns(tuple(labels[j] for j in kept), whole[:, kept]), known


def _standard(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    spread = values[known].std()
    return (values - values[known].mean()) / spread if spread > 0 else np.zeros(len(values))


def fit_chance(event: np.ndarray, columns: Columns, dyad: np.ndarray, *, folds: int, seed: int) -> Chance:
    """The chance of the event on these rows. NotEstimableError for separation, or too few events or non-events."""
    events = int(event.sum())
    if min(events, len(event) - events) < LEAST:
        raise NotEstimableError(
            "too few rows with or without the event", expected=f"at least {LEAST} of each", found=f"{events} with"
        )
    fit = _logit(event, columns, dyad)
    p = special.expit(columns.x @ fit.coef)
    places = np.unique(dyad, return_inverse=True)[1]
    fold = (np.random.default_rng(seed).permutation(places.max() + 1) % folds)[places]
    unseen = np.full(len(event), np.nan)
    for k in range(folds):
        train = fold != k
        if 0 < event[train].sum() < train.sum():
            unseen[~train] = _ridge_predict(columns.x, event, train, ~train)
    told = ~np.isnan(unseen)
    share = event[told].mean()
    gain = float((_log_score(event[told], unseen[told]) - _log_score(event[told], np.full(told.sum(), share))).mean())
    told_of = ChanceFacts(
        coefficients={
            n: interval(float(fit.coef[j]), float(fit.cov[j, j]), int(places.max()))
            for j, n in enumerate(columns.names)
            if n != "constant"
        },
        n=len(event),
        events=events,
        dyads=int(places.max()) + 1,
        auc=auc(event, p),
        auc_unseen=auc(event[told], unseen[told]),
        log_score_gain=gain,
    )
    return Chance(told_of, fit.coef)


def _logit(event: np.ndarray, columns: Columns, dyad: np.ndarray) -> LogitFit:
    return fit_logit(event.astype(float), pd.DataFrame(columns.x, columns=list(columns.names)), clusters=dyad)


def _ridge_predict(x: np.ndarray, event: np.ndarray, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Chances of unseen rows by a logit with a ridge of one, so that a separated training sample still predicts."""
    fit = fit_canonical(event[train].astype(float), x[train], family="logit", ridge=1.0)
    return special.expit(x[test] @ fit.coef)


def _log_score(event: np.ndarray, p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.where(event == 1, np.log(p), np.log(1 - p))


def auc(event: np.ndarray, p: np.ndarray) -> float:
    """Probability that a row with the event has the higher value than one without; ties count half."""
    ones = int(event.sum())
    rank = stats.rankdata(p)
    return float((rank[event == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(p) - ones)))


def outside(standing: np.ndarray, stood_for: np.ndarray, trim: tuple[float, float]) -> float:
    """The share of the rows to be stood for whose chance lies beyond the trimmed range of those that stand."""
    low, high = np.quantile(standing, trim)
    return float(((stood_for < low) | (stood_for > high)).mean())


def trimmed_weights(raw: np.ndarray, *, trim: tuple[float, float], effective_min: float) -> Weights:
    """Weights cut at these quantiles and brought to mean 1; NotEstimableError if a few rows hold nearly all of it."""
    if not np.isfinite(raw).all() or not (raw > 0).all():
        raise NotEstimableError(
            "weights explode: a chance is 0 or 1",
            expected="finite weights above 0",
            found=int((~np.isfinite(raw) | ~(raw > 0)).sum()),
        )
    low, high = np.quantile(raw, trim)
    cut = np.clip(raw, low, high)
    w = cut / cut.mean()
    effective = float(w.sum() ** 2 / (w**2).sum())
    if effective < effective_min * len(w):
        raise NotEstimableError(
            "weights explode: a few rows stand for nearly all",
            expected=f"an effective number of {effective_min:.0%} of the rows",
            found=f"{effective:.1f} of {len(w)}",
        )
    return Weights(w, effective, float(w.max()), float(((raw < low) | (raw > high)).mean()))


def balance(
    columns: Columns, event: np.ndarray, w: np.ndarray, *, given: np.ndarray | None = None
) -> tuple[Difference, ...]:
    """Difference of (weighted) means over the pooled standard deviation without weights, column by column.

    With `given` (rows x columns, a constant among them) the difference at equal values of these, by least squares:
    stabilised weights leave what their numerator holds.
    """
    base = np.ones((len(event), 1)) if given is None else given
    found = []
    for j, name in enumerate(columns.names):
        if name == "constant":
            continue
        values = columns.x[:, j]
        spread = float(np.sqrt((values[event == 1].var() + values[event == 0].var()) / 2))
        held = np.linalg.norm(values - base @ np.linalg.lstsq(base, values, rcond=None)[0])
        if spread <= 0 or held <= COLLINEAR * np.linalg.norm(values):
            continue
        before, after = (_apart(values, event, base, weights) for weights in (np.ones(len(w)), w))
        found.append(Difference(name, before / spread, after / spread))
    return tuple(found)


def _apart(values: np.ndarray, event: np.ndarray, base: np.ndarray, w: np.ndarray) -> float:
    """The weighted least-squares coefficient of the event beside the base."""
    root = np.sqrt(w)
    design = np.column_stack([event, base]) * root[:, None]
    return float(np.linalg.lstsq(design, values * root, rcond=None)[0][0])
