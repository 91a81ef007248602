"""Invented histories on the real skeleton: who meets when, and in which months disputes break out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import signal, special

from trustpanel.models.permute import redraw
from trustpanel.models.stocks import Meetings
from trustpanel.models.worlds.skeleton import WINDOW, Skeleton
from trustpanel.models.worlds.spec import Cell, HistoryRule

NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
REACH = 14.0
# raised when what is drawn changes, so that kept blocks of another kind are not taken up
DRAWN = 1


@dataclass(frozen=True)
class Levels:
    """The log odds of a month's dispute: each dyad's own level, and what one weighted meeting takes off."""

    dyad: np.ndarray
    theta: float
    delta: float


@dataclass(frozen=True)
class Histories:
    """Outcomes of many worlds, rows x worlds, plus = more de-escalation, and what they are on average given the thaw.

    `meetings` are the worlds' own where they were redrawn, else None.
    """

    outcome: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]
    meetings: tuple[Meetings, ...] | None


def set_levels(skeleton: Skeleton, rule: HistoryRule, cell: Cell) -> Levels:
    """Levels at which each dyad's expected disputes are the recorded ones, drawn towards the mean.

    An effect of 1 is the smallest effect of interest of the monthly grain, on average over the rows without effects.
    """
    count, months = skeleton.recorded
    held = np.maximum(months, 1.0)
    target = held * (count + rule.shrink_months * count.sum() / months.sum()) / (months + rule.shrink_months)
    spread = float(np.hypot(rule.thaw_sd, rule.year_sd))
    segment = skeleton.segment
    dyad, share = skeleton.segments.dyad[segment], skeleton.segments.share[segment]
    bare = _solve(target, dyad, share, np.zeros(len(segment)), spread)
    chance = _mean_slope(bare[dyad], spread)
    unit = skeleton.grains["monthly"].margin / float((share * chance).mean())
    # a fake meeting does nothing, half of the fake ones harm as much as a true one helps
    whole = 1 - 1.5 * cell.fake
    effect = unit * whole * _effect(skeleton, cell.theta, cell.delta, skeleton.world.meetings.weight)[segment]
    return Levels(_solve(target, dyad, share, effect, spread), unit * cell.theta, unit * cell.delta)


def draw_histories(
    skeleton: Skeleton, rule: HistoryRule, cell: Cell, levels: Levels, *, worlds: int, rng: np.random.Generator
) -> Histories:
    """`worlds` worlds of the cell."""
    frost = _frost(skeleton, rule, worlds, rng)
    segments = skeleton.segments
    logit = frost.reshape(worlds, -1)[:, skeleton.cell].T + levels.dyad[segments.dyad][:, None]
    if not cell.no_effect:
        weight = _weights(skeleton.world.meetings.weight, cell, worlds, rng)
        logit -= _effect(skeleton, levels.theta, levels.delta, weight)
    chance = special.expit(logit) * segments.share[:, None]
    broke = rng.random(chance.shape) < chance
    meetings = None
    if cell.meetings != "held":
        meetings = _redrawn(skeleton, cell, frost / rule.thaw_sd, _by_cell(skeleton, broke.astype(float)), rng)
    sign = {name: g.orientation for name, g in skeleton.grains.items()}
    calm = _in_window(skeleton, broke.astype(float)) == 0
    quiet = np.exp(_in_window(skeleton, np.log1p(-np.minimum(chance, 1 - 1e-12))))
    return Histories(
        outcome={
            "annual": sign["annual"] * calm.astype(float),
            "monthly": sign["monthly"] * broke[skeleton.segment].astype(float),
        },
        expected={"annual": sign["annual"] * quiet, "monthly": sign["monthly"] * chance[skeleton.segment]},
        meetings=meetings,
    )


def _solve(target: np.ndarray, dyad: np.ndarray, share: np.ndarray, effect: np.ndarray, spread: float) -> np.ndarray:
    """Levels at which the expected sum over each dyad's rows is the target, by bisection."""
    low, high = np.full(len(target), -REACH), np.full(len(target), REACH)
    for _ in range(60):
        middle = (low + high) / 2
        eta = (middle[dyad] - effect)[:, None] + spread * NODES
        mean = share * (special.expit(eta) @ NODE_WEIGHTS) / NODE_WEIGHTS.sum()
        above = np.bincount(dyad, weights=mean, minlength=len(target)) > target
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return (low + high) / 2


def _mean_slope(level: np.ndarray, spread: float) -> np.ndarray:
    """What a unit of log odds moves the chance, on average over the shocks."""
    chance = special.expit(level[:, None] + spread * NODES)
    return (chance * (1 - chance)) @ NODE_WEIGHTS / NODE_WEIGHTS.sum()


def _effect(skeleton: Skeleton, theta: float, delta: float, weight: np.ndarray) -> np.ndarray:
    """theta (contact + state) + delta contact of every segment; `weight` may hold a column a world."""
    found = (theta + delta) * (skeleton.contact @ weight)
    return found + theta * (skeleton.state @ weight) if theta else found


def _weights(weight: np.ndarray, cell: Cell, worlds: int, rng: np.random.Generator) -> np.ndarray:
    """What each meeting is worth in each world: the share `fake` at random is worth nothing, or harms, by a coin."""
    if not cell.fake:
        return weight[:, None]
    shape = (len(weight), worlds)
    fake, harm = rng.random(shape) < cell.fake, rng.random(shape) < 0.5
    return weight[:, None] * np.where(fake, np.where(harm, -1.0, 0.0), 1.0)


def _frost(skeleton: Skeleton, rule: HistoryRule, worlds: int, rng: np.random.Generator) -> np.ndarray:
    """worlds x dyads x months: what fades by half in the half-life, and the shock of the calendar year."""
    keep = 0.5 ** (1 / rule.thaw_half_life)
    before = int(8 * rule.thaw_half_life)
    noise = rng.standard_normal((worlds, skeleton.dyads, skeleton.months + before))
    fading = signal.lfilter([np.sqrt(1 - keep**2)], [1, -keep], noise, axis=2)[:, :, before:]
    year = (skeleton.origin + np.arange(skeleton.months)) // 12
    shock = rng.standard_normal((worlds, 1, int(year[-1] - year[0]) + 1))[:, :, year - year[0]]
    return rule.thaw_sd * fading + rule.year_sd * shock


def _by_cell(skeleton: Skeleton, values: np.ndarray) -> np.ndarray:
    """Sums of the segments of each cell: cells x worlds."""
    order = np.argsort(skeleton.cell, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(skeleton.cell[order]) > 0])
    return np.add.reduceat(values[order], first, axis=0)


def _in_window(skeleton: Skeleton, values: np.ndarray) -> np.ndarray:
    """Sums over the 36 months of each annual row."""
    total = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(_by_cell(skeleton, values), axis=0)])
    found = total[skeleton.window + WINDOW] - total[skeleton.window]
    return np.where(np.abs(found) < 1e-9, 0.0, found)


def _redrawn(
    skeleton: Skeleton, cell: Cell, frost: np.ndarray, broke: np.ndarray, rng: np.random.Generator
) -> tuple[Meetings, ...]:
    """The meetings of every world with covered ones on new covered days of their dyad, drawn as the cell says."""
    if cell.meetings == "uniform":
        return tuple(redraw(skeleton.world, rng) for _ in range(broke.shape[1]))
    if cell.meetings == "thaw":
        pull = -frost
    else:
        count = broke.T.reshape(-1, skeleton.dyads, skeleton.months)
        total = np.concatenate([np.zeros((*count.shape[:2], 1)), np.cumsum(count, axis=2)], axis=2)
        pull = np.zeros_like(count)
        # the 36 months before a month had no dispute; unknown in the first ones
        pull[:, :, WINDOW:] = total[:, :, WINDOW:-1] - total[:, :, : -WINDOW - 1] == 0
    return tuple(_pulled(skeleton, cell.pull * p, rng) for p in pull)


def _pulled(skeleton: Skeleton, pull: np.ndarray, rng: np.random.Generator) -> Meetings:
    """One redraw in which a covered day has the log odds `pull` (dyads x months); days of other months have 0."""
    pieces, world = skeleton.pieces, skeleton.world
    at = pieces.month - skeleton.origin
    inside = (at >= 0) & (at < skeleton.months)
    odds = np.where(inside, pull[pieces.dyad, np.clip(at, 0, skeleton.months - 1)], 0.0)
    order = np.argsort(pieces.dyad, kind="stable")
    running = np.r_[0.0, np.cumsum((pieces.length * np.exp(odds))[order])]
    cut = np.searchsorted(pieces.dyad[order], np.arange(skeleton.dyads + 1))
    dyad = world.meetings.dyad[world.free]
    low, high = running[cut[dyad]], running[cut[dyad + 1]]
    ticket = low + rng.random(len(dyad)) * (high - low)
    place = np.clip(np.searchsorted(running, ticket, side="right") - 1, cut[dyad], cut[dyad + 1] - 1)
    piece = order[place]
    pair, day = world.meetings.pair.copy(), world.meetings.last_day.copy()
    pair[world.free] = pieces.pair[piece]
    day[world.free] = pieces.first_day[piece] + rng.integers(0, pieces.length[piece])
    return replace(world.meetings, pair=pair, last_day=day)
