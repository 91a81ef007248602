"""Cox's proportional hazards with late entry, strata, ties and score residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.absorb import absorb, plan_effects
from trustpanel.models.estimators.columns import collapsed, require_events, separable
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.sample import Sample, keep_rows

STEPS = 60


@dataclass(frozen=True)
class _Risk:
    """The risk sets: rows sorted by end and by entry, where each event time cuts them, deaths by event time.

    `first` and `past` are, for each row, the first event time after its entry and the first one after its end.
    """

    by_end: np.ndarray
    by_entry: np.ndarray
    end_cut: np.ndarray
    entry_cut: np.ndarray
    stop: np.ndarray
    deaths: np.ndarray
    death_time: np.ndarray
    count: np.ndarray
    share: np.ndarray
    owner: np.ndarray
    first: np.ndarray
    past: np.ndarray


@dataclass(frozen=True)
class _State:
    loglik: float
    scores: np.ndarray
    info: np.ndarray


def cox(sample: Sample, options: Options) -> Solved:
    """Partial likelihood of the hazard in (entry, exit]; `y` is 1 if the spell ended, strata are `groups`.

    Ties by Efron or Breslow; influence from score residuals (Lin and Wei 1989); weights and effects are not defined.
    """
    require_events(sample.y)
    if sample.exit is None or sample.weights is not None or sample.effects or options.ties not in ("efron", "breslow"):
        raise AnalysisError(
            "`cox` needs exit times, ties efron or breslow, and neither weights nor effects",
            found=f"ties {options.ties}",
            next_step="name the time at the end of each spell in `Columns.exit`; strata are `Columns.groups`",
        )
    entry = np.full(sample.n, -np.inf) if sample.entry is None else sample.entry
    if (sample.exit <= entry).any():
        raise AnalysisError(
            "a spell ends before it starts or has no length",
            expected="entry < exit",
            found=f"{int((sample.exit <= entry).sum())} rows",
            next_step="mend the spells, or shift ends by half a unit",
        )
    sample = _informative(sample)
    strata = np.zeros(sample.n, dtype=int) if sample.groups is None else sample.groups
    sample, _, dropped = separable(sample, options, absorb(sample.x, plan_effects({"strata": strata})))
    risk = _risk_sets(sample, strata, options.ties)
    beta, state = _climb(sample, risk)
    bread = np.linalg.inv(state.info)
    return Solved(
        names=sample.names,
        coef=beta,
        sample=sample,
        influence=state.scores @ bread,
        classical=bread,
        counted=len(beta),
        rule="likelihood",
        loglik=state.loglik,
        dropped_columns=dropped,
        extra={"events": float(sample.y.sum())},
    )


def _informative(sample: Sample) -> Sample:
    """The sample without strata in which nothing ends."""
    if sample.groups is None:
        return sample
    events = np.bincount(sample.groups, weights=sample.y)
    return keep_rows(sample, (events > 0)[sample.groups], "no event in the stratum")


def _risk_sets(sample: Sample, strata: np.ndarray, ties: str) -> _Risk:
    end = sample.exit
    assert end is not None
    entry = np.full(sample.n, end.min() - 1) if sample.entry is None else sample.entry
    rank = np.unique(np.concatenate([end, entry]), return_inverse=True)[1]
    width = int(rank.max()) + 2
    end_key, entry_key = strata * width + rank[: sample.n], strata * width + rank[sample.n :]
    dead = np.flatnonzero(sample.y == 1)
    times, death_time, count = np.unique(end_key[dead], return_inverse=True, return_counts=True)
    order = np.argsort(death_time, kind="stable")
    dead, death_time = dead[order], death_time[order]
    within = np.arange(len(dead)) - (np.cumsum(count) - count)[death_time]
    share = within / count[death_time] if ties == "efron" else np.zeros(len(dead))
    by_end, by_entry = np.argsort(end_key, kind="stable"), np.argsort(entry_key, kind="stable")
    last = (times // width + 1) * width
    return _Risk(
        by_end=by_end,
        by_entry=by_entry,
        end_cut=np.searchsorted(end_key[by_end], times, side="left"),
        entry_cut=np.searchsorted(entry_key[by_entry], times, side="left"),
        stop=np.searchsorted(end_key[by_end], last, side="left"),
        deaths=dead,
        death_time=death_time,
        count=count,
        share=share,
        owner=np.where(sample.y == 1, np.searchsorted(times, end_key), -1),
        first=np.searchsorted(times, entry_key, side="right"),
        past=np.searchsorted(times, end_key, side="right"),
    )


def _at_risk(values: np.ndarray, risk: _Risk) -> np.ndarray:
    """Sums over the rows at risk at each event time: not yet ended, less not yet entered, within the stratum."""
    ends = np.vstack([np.zeros(values.shape[1]), np.cumsum(values[risk.by_end], axis=0)])
    entries = np.vstack([np.zeros(values.shape[1]), np.cumsum(values[risk.by_entry], axis=0)])
    return np.asarray((ends[risk.stop] - ends[risk.end_cut]) - (entries[risk.stop] - entries[risk.entry_cut]))


def _evaluate(sample: Sample, risk: _Risk, beta: np.ndarray) -> _State:
    """Log likelihood, score residuals by row, information."""
    x, dead, at = sample.x, risk.deaths, risk.death_time
    eta = x @ beta
    shift = eta.max()
    u = np.exp(eta - shift)
    sums = _at_risk(np.column_stack([u, x * u[:, None]]), risk)
    tied = np.column_stack([np.bincount(at, weights=v[dead]) for v in (u, *(x * u[:, None]).T)])
    each = sums[at] - risk.share[:, None] * tied[at]
    total, mean = each[:, 0], each[:, 1:] / each[:, [0]]
    loglik = float((eta[dead] - shift - np.log(total)).sum())

    def by_time(values: np.ndarray) -> np.ndarray:
        return np.column_stack([np.bincount(at, weights=v, minlength=len(risk.count)) for v in values.T])

    whole = by_time(np.column_stack([1 / total, mean / total[:, None]]))
    part = by_time(np.column_stack([1 / total, mean / total[:, None]]) * risk.share[:, None])
    mid = by_time(mean) / risk.count[:, None]
    run = np.vstack([np.zeros(whole.shape[1]), np.cumsum(whole, axis=0)])
    hazard = run[risk.past] - run[risk.first]
    own = sample.y == 1
    hazard[own] -= part[risk.owner[own]]
    scores = -u[:, None] * (x * hazard[:, [0]] - hazard[:, 1:])
    scores[own] += x[own] - mid[risk.owner[own]]
    info = x.T @ (x * (u * hazard[:, 0])[:, None]) - mean.T @ mean
    return _State(loglik, scores, info)


def _climb(sample: Sample, risk: _Risk) -> tuple[np.ndarray, _State]:
    beta = np.zeros(sample.x.shape[1])
    state = _evaluate(sample, risk, beta)
    at_start = state.info
    for _ in range(STEPS):
        slope = state.scores.sum(axis=0)
        if collapsed(state.info, at_start):
            break
        step = np.linalg.solve(state.info, slope)
        if float(step @ slope) < 1e-18 * (1 + abs(state.loglik)) or np.abs(step).max() < 1e-12 * (
            1 + np.abs(beta).max()
        ):
            return beta, state
        for _ in range(40):
            found = _evaluate(sample, risk, beta + step)
            if found.loglik >= state.loglik - 1e-12 * abs(state.loglik):
                break
            step = step / 2
        beta, state = beta + step, found
    raise NotEstimableError(
        "the partial likelihood has no maximum: a column orders the ends of spells perfectly or never varies at risk",
        found=f"n = {sample.n}, {int(sample.y.sum())} events",
        next_step="leave out the column, or join strata",
    )
