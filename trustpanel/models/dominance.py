"""General dominance: the share of the fit that each block earns, averaged over the orders of entry (Shapley)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.draws import resampled_counts
from trustpanel.models.rivals import Rivals, shared_columns
from trustpanel.models.within import demean, starts

TINY = 1e-10
MEMORY = 20_000_000


@dataclass(frozen=True)
class Dominance:
    """A block's Shapley value in units of the within-dyad R2, its share of what all players add, and intervals.

    Intervals are percentiles over bootstrap samples of dyads.
    """

    block: str
    r2: float
    r2_ci95: tuple[float, float]
    share: float
    share_ci95: tuple[float, float]
    draws: int
    seed: int


def shapley(players: tuple[str, ...], value: Callable[[frozenset[str]], np.ndarray | float]) -> dict[str, np.ndarray]:
    """{player: average of what it adds over all orders}; `value` of a coalition is a number or an array of draws."""
    known = {
        frozenset(c): np.asarray(value(frozenset(c)), dtype=float)
        for size in range(len(players) + 1)
        for c in combinations(players, size)
    }
    found = {}
    for player in players:
        others = [p for p in players if p != player]
        parts = [
            (known[frozenset(c) | {player}] - known[frozenset(c)]) / (len(players) * comb(len(others), size))
            for size in range(len(others) + 1)
            for c in combinations(others, size)
        ]
        found[player] = np.sum(parts, axis=0)
    return found


def dominance(rivals: Rivals, *, draws: int = 499, seed: int = 0, controls: bool = False) -> tuple[Dominance, ...]:
    """Shapley shares of the within-dyad fit by block, all sets of blocks fitted anew in every bootstrap sample.

    Period effects are always in the model; so are the controls unless `controls` makes them a player of their own.
    """
    names, grams = _grams(rivals)
    players = (*(("controls",) if controls and "controls" in names else ()), *rivals.blocks)
    counts = np.vstack([np.ones(len(grams)), resampled_counts(len(grams), draws=draws, seed=seed)])
    moments = _weighted(grams, counts)
    total = moments[:, -1, -1]
    if not rivals.absorb:
        total = total - moments[:, 0, -1] ** 2 / moments[:, 0, 0]
    left = _less(moments, np.array([n not in (*players, "outcome") for n in names]))
    own = [n for n in names if n in (*players, "outcome")]

    def explained(coalition: frozenset[str]) -> np.ndarray:
        return _explained(left, np.flatnonzero([n in coalition for n in own])) / total

    values = shapley(players, explained)
    whole = np.sum(list(values.values()), axis=0)
    if whole[0] <= TINY:
        raise NotEstimableError("the blocks explain nothing of the outcome: no shares", found=f"R2 {whole[0]:.3g}")
    found = []
    for name in players:
        share = values[name] / np.where(whole > TINY, whole, np.nan)
        found.append(
            Dominance(
                block=name,
                r2=float(values[name][0]),
                r2_ci95=_interval(values[name][1:]),
                share=float(share[0]),
                share_ci95=_interval(share[1:]),
                draws=draws,
                seed=seed,
            )
        )
    return tuple(found)


def _interval(drawn: np.ndarray) -> tuple[float, float]:
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def _grams(rivals: Rivals) -> tuple[list[str], np.ndarray]:
    """What each column is (shared, controls, a block, outcome) and the cross products within each dyad."""
    shared = shared_columns(rivals)
    k = rivals.controls.shape[1]
    names = ["shared"] * (shared.shape[1] - k) + ["controls"] * k
    columns = [shared]
    for name, x in rivals.blocks.items():
        names += [name] * x.shape[1]
        columns.append(x)
    whole = np.column_stack([*columns, rivals.y])
    inside = demean(whole, rivals.dyad, rivals.scale, absorb=rivals.absorb)
    norm = np.linalg.norm(inside, axis=0)
    inside = inside / np.where(norm > 0, norm, 1.0)
    first = [*starts(rivals.dyad), rivals.n]
    grams = np.stack([inside[a:b].T @ inside[a:b] for a, b in pairwise(first)])
    return [*names, "outcome"], grams


def _weighted(grams: np.ndarray, counts: np.ndarray) -> np.ndarray:
    groups, k, _ = grams.shape
    flat = grams.reshape(groups, -1)
    step = max(1, MEMORY // len(counts))
    pieces = [counts @ flat[:, i : i + step] for i in range(0, flat.shape[1], step)]
    return np.concatenate(pieces, axis=1).reshape(len(counts), k, k)


def _less(moments: np.ndarray, always: np.ndarray) -> np.ndarray:
    """Cross products of the other columns less what the columns in every model explain, a matrix a draw.

    Columns that a draw makes collinear are dropped by the pseudo-inverse.
    """
    if not always.any():
        return moments
    inner, mixed = moments[:, always][:, :, always], moments[:, always][:, :, ~always]
    fitted = np.einsum("dja,djb->dab", mixed, _inverse(inner) @ mixed)
    return moments[:, ~always][:, :, ~always] - fitted


def _explained(moments: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Sum of squares of the outcome (the last column) that the chosen columns explain, one number a draw."""
    if not len(chosen):
        return np.zeros(len(moments))
    cross = moments[:, chosen, -1]
    return np.einsum("dj,djk,dk->d", cross, _inverse(moments[:, chosen[:, None], chosen]), cross)


def _inverse(gram: np.ndarray) -> np.ndarray:
    size = np.sqrt(np.maximum(np.einsum("djj->dj", gram), TINY))
    scale = size[:, :, None] * size[:, None, :]
    return np.linalg.pinv(gram / scale, rcond=1e-9, hermitian=True) / scale
