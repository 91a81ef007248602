"""A block of worlds of one cell: histories drawn, both grains estimated, the verdict given in each."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trustpanel.models.permute import redraw
from trustpanel.models.stocks import Meetings, decayed_sums, plan, stocks
from trustpanel.models.worlds import fits
from trustpanel.models.worlds.history import Histories, draw_histories, set_levels
from trustpanel.models.worlds.skeleton import GrainFrame, Skeleton, first_day
from trustpanel.models.worlds.spec import Cell, WorldsSpec
from trustpanel.models.worlds.verdict import FIELDS, judge

VERDICTS = ("undecided", "wheeler", "carry_over", "kydd")
POOL, WILD, YEAR = 1, 2, 12
LEAD = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Reference:
    """What a block shares over its cells: redrawn terms and bootstrap multipliers by grain, one seed a block."""

    pools: dict[str, fits.Pool]
    every: dict[str, np.ndarray]


@dataclass(frozen=True)
class Block:
    """The worlds of one block.

    `found[grain]` is worlds x parameters x FIELDS, `truth[grain]` worlds x parameters: the terms' coefficients on what
    the outcome is on average; `lead` worlds x grains; `verdict` a place in VERDICTS; `order` 1, 0 or -1 (not known).
    """

    found: dict[str, np.ndarray]
    truth: dict[str, np.ndarray]
    lead: np.ndarray
    verdict: np.ndarray
    order: np.ndarray


def make_reference(skeleton: Skeleton, spec: WorldsSpec, block: int) -> Reference:
    """The block's reference sets."""
    rng = np.random.default_rng([spec.seed, POOL, block])
    drawn = [_stocks(skeleton, redraw(skeleton.world, rng)) for _ in range(spec.permutation_draws)]
    contact, state = (np.column_stack(part) for part in zip(*drawn, strict=True))
    weights = spec.core.errors.wild_weights
    return Reference(
        pools={n: fits.make_pool(g, contact[g.place], state[g.place]) for n, g in skeleton.grains.items()},
        every={
            n: fits.every_draw(weights, spec.wild_draws, len(g.first), spec.seed + WILD + block)
            for n, g in skeleton.grains.items()
        },
    )


def run_block(
    skeleton: Skeleton, spec: WorldsSpec, cell: Cell, reference: Reference, *, block: int, worlds: int
) -> Block:
    """The block's worlds; the same seed, cell and block give the same numbers."""
    levels = set_levels(skeleton, spec.history, cell)
    rng = np.random.default_rng([spec.seed, zlib.crc32(cell.name.encode()), block])
    histories = draw_histories(skeleton, spec.history, cell, levels, worlds=worlds, rng=rng)
    found, truth, leads = {}, {}, []
    columns = _columns(skeleton, histories)
    for name, grain in skeleton.grains.items():
        found[name], truth[name], lead = _grain(grain, histories, reference, columns=columns, no_effect=cell.no_effect)
        leads.append(lead)
    lead = np.column_stack(leads)
    given = [
        judge(skeleton, {n: v[w] for n, v in found.items()}, dict(zip(skeleton.grains, lead[w].tolist(), strict=True)))
        for w in range(worlds)
    ]
    return Block(
        found=found,
        truth=truth,
        lead=lead,
        verdict=np.array([VERDICTS.index(v.verdict) for v in given]),
        order=np.array([-1 if v.order_identified is None else int(v.order_identified) for v in given]),
    )


def _stocks(skeleton: Skeleton, meetings: Meetings) -> tuple[np.ndarray, np.ndarray]:
    return stocks(skeleton.world.rows, meetings, skeleton.core.half_life, skeleton.layout)


def _columns(skeleton: Skeleton, histories: Histories) -> list[np.ndarray]:
    """Contact, state and placebo lead of every row: once if meetings are as recorded, else for each world."""
    rows = skeleton.world.rows
    if histories.meetings is None:
        lead = np.concatenate([g.lead for g in skeleton.grains.values()])
        return [np.column_stack([*_stocks(skeleton, skeleton.world.meetings), lead])]
    n = len(skeleton.grains["annual"].place)
    month = (rows.day + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    opens = month + np.where(np.arange(len(month)) < n, YEAR, 1)
    ahead = [plan(rows.pair, first_day(m) - 1, int(rows.pair.max()) + 1) for m in (opens, opens + YEAR)]
    found = []
    for m in histories.meetings:
        known = m.pair <= int(rows.pair.max())
        kept = {"group": m.pair[known], "day": m.last_day[known], "weight": m.weight[known]}
        before, after = (decayed_sums(layout, half_life=None, **kept) for layout in ahead)
        found.append(np.column_stack([*_stocks(skeleton, m), after - before]))
    return found


def _grain(
    grain: GrainFrame, histories: Histories, reference: Reference, *, columns: list[np.ndarray], no_effect: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    outcomes = fits.clear(grain, histories.outcome[grain.grain])
    worlds, every = outcomes.y.shape[1], reference.every[grain.grain]
    found = np.full((worlds, len(grain.contrasts), len(FIELDS)), np.nan)
    lead = np.empty(worlds)
    for w, (exposure, plans) in enumerate(_plans(grain, columns, every, worlds)):
        xy = fits.products_with(grain, exposure.x, outcomes.y[:, [w]])[:, :, 0]
        basis_y = outcomes.basis[:, :, w]
        found[w, :, :7] = _world(grain, exposure, plans, xy, basis_y)
        third = fits.solve_world(exposure, xy).beta
        lead[w] = fits.wild_p(plans[-1], xy, basis_y, float(LEAD @ third))
    t = np.abs(found[:, :, 0] / found[:, :, 1]).T
    found[:, :, 7] = fits.permutation_p(grain, reference.pools[grain.grain], outcomes, t).T
    truth = np.zeros((worlds, len(grain.contrasts)))
    if not no_effect:
        exposure = next(_plans(grain, columns, every, 1))[0].take(2)
        mean = fits.clear(grain, histories.expected[grain.grain])
        xy = fits.products_with(grain, exposure.x, mean.y).sum(axis=0)
        truth = (np.stack(grain.contrasts) @ np.linalg.solve(exposure.gram, xy)).T
    return found, truth, lead


def _plans(
    grain: GrainFrame, columns: list[np.ndarray], every: np.ndarray, worlds: int
) -> Iterator[tuple[fits.Exposure, list[fits.WildPlan]]]:
    """For each world the terms with the lead, and the bootstrap plans of the parameters and of the lead."""
    held: tuple[fits.Exposure, list[fits.WildPlan]] | None = None
    for w in range(worlds):
        if held is None or len(columns) > 1:
            whole = fits.expose(grain, columns[w][grain.place])
            two = whole.take(2)
            held = (
                whole,
                [*(fits.plan_wild(two, c, every) for c in grain.contrasts), fits.plan_wild(whole, LEAD, every)],
            )
        yield held


def _world(
    grain: GrainFrame, exposure: fits.Exposure, plans: list[fits.WildPlan], xy: np.ndarray, basis_y: np.ndarray
) -> np.ndarray:
    """Parameters x (estimate, error clustered by dyad, bootstrap p, ends of its intervals)."""
    two, xy = exposure.take(2), xy[:, :2]
    solved = fits.solve_world(two, xy)
    cov = fits.clustered(grain, two, solved, grain.fit.factor)
    rows = []
    for c, planned in zip(grain.contrasts, plans[:-1], strict=True):
        estimate, se = float(c @ solved.beta), float(np.sqrt(c @ cov @ c))
        p, ends = fits.wild_intervals(planned, xy, basis_y, estimate, se)
        rows.append(np.r_[estimate, se, p, ends])
    return np.array(rows)
