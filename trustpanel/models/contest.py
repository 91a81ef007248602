"""One call: rival explanations of one outcome on one sample, compared in every declared way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import stats

from trustpanel.errors import NotEstimableError
from trustpanel.models.blocks import BlockFit, Encompassing, compare_blocks
from trustpanel.models.canonical import fit_canonical
from trustpanel.models.crossval import Forecasts, Score, forecast_by_dyad, forecast_by_time, score
from trustpanel.models.design import Design
from trustpanel.models.dominance import Dominance, dominance
from trustpanel.models.forecast import mundlak_columns
from trustpanel.models.jtest import JTest, j_test
from trustpanel.models.linear import fit_linear
from trustpanel.models.nonnested import (
    Likelihood,
    Vuong,
    canonical_likelihood,
    gaussian_likelihood,
    vuong,
)
from trustpanel.models.rivals import Partialled, Rivals, partial_out, require_contest, rivals_of
from trustpanel.models.sign_test import Clarke, clarke
from trustpanel.models.stacking import Stack, stack

Part = TypeVar("Part")


@dataclass(frozen=True)
class ContestRule:
    """What a contest is declared to do; `horizon` is the outcome window in the units of the period."""

    family: str
    horizon: int
    folds: int = 10
    repeats: int = 5
    steps: int = 5
    draws: int = 499
    seed: int = 20_150_101
    least_dyads: int = 10
    level: float = 0.05


@dataclass(frozen=True)
class Scheme:
    """One way of leaving rows out: what was predicted, every rival's scores, and the stacking weights."""

    scheme: str
    target: str
    scores: tuple[Score, ...]
    stack: Stack


@dataclass(frozen=True)
class Contest:
    """Every comparison of the blocks; a part that cannot be made is in `absent` with its reason.

    `encompassing`, `j_tests` and `dominance` are of the linear model with absorbed effects, `vuong` and `clarke` of the
    declared family.
    """

    outcome: str
    family: str
    n: int
    dyads: int
    rule: ContestRule
    fits: tuple[BlockFit, ...]
    encompassing: tuple[Encompassing, ...]
    j_tests: tuple[JTest, ...]
    vuong: tuple[Vuong, ...]
    clarke: tuple[Clarke, ...]
    dominance: tuple[Dominance, ...]
    by_dyad: Scheme | None
    by_time: Scheme | None
    absent: tuple[tuple[str, str], ...]


def run_contest(design: Design, rule: ContestRule) -> Contest:
    """The contest of a design's blocks, or NotEstimableError if they vary in too few dyads."""
    rivals = rivals_of(design)
    require_contest(rivals, least=rule.least_dyads)
    parts = partial_out(rivals)
    absent: list[tuple[str, str]] = []

    def part(name: str, make: Callable[[], Part]) -> Part | None:
        try:
            return make()
        except NotEstimableError as error:
            absent.append((name, error.reason))
            return None

    fits, tests = compare_blocks(design, fit_linear(design))
    models = part("likelihoods", lambda: likelihoods(rivals, parts, family=rule.family))
    if rule.family != "gaussian":
        tests += part("encompassing", lambda: encompassing(rivals, family=rule.family)) or ()
    return Contest(
        outcome=rivals.outcome,
        family=rule.family,
        n=rivals.n,
        dyads=rivals.n_dyads,
        rule=rule,
        fits=fits,
        encompassing=tests,
        j_tests=part("j_tests", lambda: j_tests(rivals, parts, rule)) or (),
        vuong=(part("vuong", lambda: _of_pairs(vuong, rivals, models, rule)) or ()) if models else (),
        clarke=(part("clarke", lambda: _of_pairs(clarke, rivals, models, rule)) or ()) if models else (),
        dominance=part("dominance", lambda: dominance(rivals, draws=rule.draws, seed=rule.seed)) or (),
        by_dyad=part("by_dyad", lambda: _scheme(_by_dyad(rivals, rule), rule)),
        by_time=part("by_time", lambda: _scheme(_by_time(rivals, rule), rule)),
        absent=tuple(absent),
    )


def _pairs(rivals: Rivals) -> list[tuple[str, str]]:
    names = list(rivals.blocks)
    return [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]


def j_tests(rivals: Rivals, parts: Partialled, rule: ContestRule) -> tuple[JTest, ...]:
    """Both directions of every pair of blocks."""
    pairs = [both for a, b in _pairs(rivals) for both in ((a, b), (b, a))]
    return tuple(j_test(rivals, parts, null=a, other=b, draws=rule.draws, seed=rule.seed) for a, b in pairs)


def likelihoods(rivals: Rivals, parts: Partialled, *, family: str) -> dict[str, Likelihood]:
    """{block: likelihood}: normal within dyads, or logit and Poisson with dyad means in place of dyad effects."""
    if family != "gaussian":
        columns = {name: mundlak_columns(rivals, name, to_date=False).x for name in rivals.blocks}
        return {name: canonical_likelihood(name, rivals.y, x, family=family) for name, x in columns.items()}
    shared = parts.basis.shape[1] + (rivals.n_dyads if rivals.absorb else 0)
    return {name: gaussian_likelihood(name, parts.y, x, shared=shared) for name, x in parts.blocks.items()}


def encompassing(rivals: Rivals, *, family: str) -> tuple[Encompassing, ...]:
    """Wald tests, clustered by dyad, in the logit or Poisson model of all blocks: one block adds nothing.

    Dyad means stay in the model, so that the test is of change within dyads, as the linear one is.
    """
    whole = mundlak_columns(rivals, "both", to_date=False)
    fit = fit_canonical(rivals.y, whole.x, family=family)
    scores = np.column_stack([np.bincount(rivals.dyad, weights=s) for s in fit.scores.T])
    groups, (n, k) = rivals.n_dyads, whole.x.shape
    cov = groups / (groups - 1) * (n - 1) / (n - k) * fit.inverse @ (scores.T @ scores) @ fit.inverse
    found = []
    for name in rivals.blocks:
        own = [j for j in range(k) if whole.owner[j] == name]
        if not own:
            continue
        value = fit.coef[own]
        f = float(value @ np.linalg.solve(cov[np.ix_(own, own)], value)) / len(own)
        others = " and ".join(b for b in rivals.blocks if b != name)
        p = float(stats.f.sf(f, len(own), groups - 1))
        found.append(Encompassing(f"{others} encompasses {name} ({family})", name, f, len(own), p))
    return tuple(found)


def _of_pairs(
    test: Callable[..., Part], rivals: Rivals, models: dict[str, Likelihood], rule: ContestRule
) -> tuple[Part, ...]:
    """A test of two likelihoods, corrected for their size and clustered by dyad, on every pair of blocks."""
    shared = {"clusters": rivals.dyad, "correction": "bic", "level": rule.level, "draws": rule.draws, "seed": rule.seed}
    return tuple(test(models[a], models[b], **shared) for a, b in _pairs(rivals))


def _by_dyad(rivals: Rivals, rule: ContestRule) -> Forecasts:
    return forecast_by_dyad(
        rivals,
        family=rule.family,
        folds=rule.folds,
        repeats=rule.repeats,
        seed=rule.seed,
        least=rule.least_dyads,
    )


def _by_time(rivals: Rivals, rule: ContestRule) -> Forecasts:
    return forecast_by_time(rivals, family=rule.family, horizon=rule.horizon, steps=rule.steps, least=rule.least_dyads)


def _scheme(forecasts: Forecasts, rule: ContestRule) -> Scheme:
    drawn = stack(forecasts, draws=min(rule.draws, 200), seed=rule.seed)
    return Scheme(forecasts.scheme, forecasts.target, score(forecasts), drawn)
