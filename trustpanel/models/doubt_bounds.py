"""Bounds for what may have happened in the years of which no meeting is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import build_design
from trustpanel.models.doubt_coding import on_coverage
from trustpanel.models.doubt_spec import TippingSpec
from trustpanel.models.doubt_weights import parameters_of
from trustpanel.models.estimate import Facts
from trustpanel.models.fitting import facts
from trustpanel.models.frames import Frames, days, numbers
from trustpanel.models.linear import Interval, contrast_vector, fit_linear
from trustpanel.models.model import main_model
from trustpanel.models.permute import World, build_world, row_days
from trustpanel.models.rubin import Pooled, pool
from trustpanel.models.spec_types import Core
from trustpanel.models.stocks import Meetings, plan_stocks, stocks

PLACEMENTS = ("at_random", "before_peace", "before_disputes")
ROW = "pair_year_row"


@dataclass(frozen=True)
class Tipping:
    """The core model in all dyads at risk if a share of the unknown years held a meeting, by placement."""

    share: float
    placement: str
    parameters: dict[str, Pooled]


@dataclass(frozen=True)
class Bounds:
    """Unknown read as none (`plain`), the shares, and by parameter and placement the first share at which its sign is
    another one (None: at none of them).
    """

    status: str
    reason: str | None
    facts: Facts | None
    unknown_rows: int | None
    plain: dict[str, Interval]
    steps: tuple[Tipping, ...]
    turns: dict[str, dict[str, float | None]]


def bounds(core: Core, spec: TippingSpec, frames: Frames, pair_years: pd.DataFrame) -> Bounds:
    """All dyads at risk by years: unknown as none, then shares of the unknown rows with a meeting just before them."""
    everywhere = replace(core.sample.coverage, reference="all at risk", column=None)
    model = on_coverage(main_model(core, "annual"), everywhere)
    # nothing is redrawn here: no meeting is free, and no covered day is asked for
    closed = replace(frames, dyad_meetings=frames.dyad_meetings.assign(covered=False))
    try:
        world = build_world(pair_years, closed, "annual")
        layout = plan_stocks(world.rows)
        unknown = np.isnan(numbers(pair_years, "contact_stock"))
        known = stocks(world.rows, world.meetings, core.half_life, layout)
        frame = pair_years.assign(contact_stock=known[0], state_stock=known[1], **{ROW: np.arange(len(pair_years))})
        design = build_design(frame, model)
    except NotEstimableError as error:
        return Bounds("not_estimable", error.reason, None, None, {}, (), {})
    place = design.rows.frame[ROW].to_numpy(dtype=int)
    extra = _before_rows(world, pair_years, unknown, spec.days_before)
    order = _order(numbers(pair_years, "peace_3y")[unknown])
    contrasts = {p.name: contrast_vector(design.names, p.weights) for p in model.parameters}
    steps = []
    for share in spec.shares:
        for placement in PLACEMENTS:
            rng, beta, cov = np.random.default_rng(spec.seed), [], []
            for _ in range(spec.draws):
                chosen = order(placement, rng)[: round(share * int(unknown.sum()))]
                both = stocks(world.rows, _joined(world.meetings, extra, chosen), core.half_life, layout)
                fit = fit_linear(replace(design, x=np.column_stack(both)[place]))
                beta.append(fit.beta)
                cov.append(fit.cov)
            held, spread = np.array(beta), np.array(cov)
            steps.append(
                Tipping(
                    share,
                    placement,
                    {n: pool(held @ c, np.einsum("i,dij,j->d", c, spread, c), df=fit.df) for n, c in contrasts.items()},
                )
            )
    plain = parameters_of(design, fit_linear(design))
    return Bounds("estimated", None, facts(design), int(unknown.sum()), plain, tuple(steps), _turns(steps, plain))


def _before_rows(world: World, pair_years: pd.DataFrame, unknown: np.ndarray, days_before: int) -> Meetings:
    """One meeting of the pair before each unknown row, so many days before its day but not before the pair began."""
    begun = days(pair_years["pair_start"], "pair_years.pair_start")
    day = np.maximum(begun, row_days(pair_years, "annual") - days_before)[unknown]
    return Meetings(world.rows.dyad[unknown], world.rows.pair[unknown], day, np.ones(len(day)))


def _order(outcome: np.ndarray) -> Callable[[str, np.random.Generator], np.ndarray]:
    """The unknown rows in the order in which a placement fills them."""

    def ordered(placement: str, rng: np.random.Generator) -> np.ndarray:
        shuffled = rng.permutation(len(outcome))
        if placement == "at_random":
            return shuffled
        first = outcome[shuffled] == (1 if placement == "before_peace" else 0)
        return np.concatenate([shuffled[first], shuffled[~first]])

    return ordered


def _joined(meetings: Meetings, extra: Meetings, chosen: np.ndarray) -> Meetings:
    return Meetings(
        *(
            np.concatenate([getattr(meetings, f), getattr(extra, f)[chosen]])
            for f in ("dyad", "pair", "last_day", "weight")
        )
    )


def _turns(steps: list[Tipping], plain: dict[str, Interval]) -> dict[str, dict[str, float | None]]:
    """By parameter and placement the first share at which the sign is not that of unknown as none."""
    found: dict[str, dict[str, float | None]] = {}
    for name, told in plain.items():
        found[name] = {
            placement: next(
                (
                    s.share
                    for s in steps
                    if s.placement == placement and s.parameters[name].estimate * told.estimate < 0
                ),
                None,
            )
            for placement in PLACEMENTS
        }
    return found
