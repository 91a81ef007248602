"""Absorbed effects: residuals of columns on any number of sets of dummies, and how many coefficients those hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from trustpanel.errors import NotEstimableError
from trustpanel.models.estimators.sample import Sample, keep_rows

TOLERANCE = 1e-12
STEPS = 5_000


@dataclass(frozen=True)
class Effects:
    """Sets of dummies in a fixed order (most levels first, then by name), whatever the order they came in."""

    names: tuple[str, ...]
    codes: tuple[np.ndarray, ...]
    dummies: tuple[sparse.csr_array, ...]


def plan_effects(effects: Mapping[str, np.ndarray]) -> Effects:
    """The sets ready for `absorb`; codes are 0, 1, 2 ... without gaps."""
    names = tuple(sorted(effects, key=lambda name: (-int(effects[name].max()) - 1, name)))
    codes = tuple(effects[name] for name in names)
    dummies = []
    for code in codes:
        n = len(code)
        dummies.append(sparse.csr_array((np.ones(n), (code, np.arange(n))), shape=(int(code.max()) + 1, n)))
    return Effects(names, codes, tuple(dummies))


def absorb(values: np.ndarray, effects: Effects, weights: np.ndarray | None = None) -> np.ndarray:
    """Residuals of n x k columns on all sets of dummies (weighted least squares), to a relative 1e-12.

    One set: exact means. More: conjugate gradients on the symmetric alternating projections (Correia 2017).
    """
    if not effects.names or not values.shape[1]:
        return values.astype(float)
    w = np.ones(len(values)) if weights is None else weights
    totals = [d @ w for d in effects.dummies]

    def demean(columns: np.ndarray, j: int) -> np.ndarray:
        means = (effects.dummies[j] @ (columns * w[:, None])) / totals[j][:, None]
        return np.asarray(columns - means[effects.codes[j]])

    order = [*range(len(effects.names)), *range(len(effects.names) - 2, -1, -1)]

    def sweep(columns: np.ndarray) -> np.ndarray:
        for j in order:
            columns = demean(columns, j)
        return columns

    start = demean(values.astype(float), 0)
    if len(effects.names) == 1:
        return demean(start, 0)
    return sweep(start - _conjugate(start, sweep, w))


def _conjugate(start: np.ndarray, sweep, w: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    """The part of the columns that lies in the span of the dummies, by conjugate gradients, column by column alike."""
    scale = np.sqrt((w[:, None] * start**2).sum(0))
    scale = np.where(scale > 0, scale, 1.0)
    found = np.zeros_like(start)
    left = start - sweep(start)
    direction, size = left.copy(), (w[:, None] * left**2).sum(0)
    for _ in range(STEPS):
        if (np.sqrt(size) <= TOLERANCE * scale).all():
            return found
        image = direction - sweep(direction)
        curve = (w[:, None] * direction * image).sum(0)
        step = np.divide(size, curve, out=np.zeros_like(size), where=curve > 0)
        found += step * direction
        left -= step * image
        after = (w[:, None] * left**2).sum(0)
        direction = left + np.divide(after, size, out=np.zeros_like(size), where=size > 0) * direction
        size = after
    raise NotEstimableError(
        "absorbing the effects did not converge", expected=f"at most {STEPS} steps", found=float(np.sqrt(size).max())
    )


def drop_singletons(sample: Sample) -> Sample:
    """The sample without rows that are the only one of an effect, again until none is left."""
    while True:
        alone = {name: np.bincount(code)[code] == 1 for name, code in sorted(sample.effects.items())}
        name = next((n for n, bad in alone.items() if bad.any()), None)
        if name is None:
            return sample
        sample = keep_rows(sample, ~alone[name], f"only row of its {name}")


def nested_in(effect: np.ndarray, cluster: np.ndarray) -> bool:
    """Every level of the effect lies in one cluster."""
    levels = int(effect.max()) + 1
    return len(np.unique(effect.astype(np.int64) * (int(cluster.max()) + 1) + cluster)) == levels


def count_effects(effects: Effects, clusters: tuple[np.ndarray, ...]) -> int:
    """Coefficients in the effects that are not nested in a cluster, the constant counted once.

    Exact for two sets; from the third on less the components it forms with its best match before (an upper bound).
    """
    if not effects.names:
        return 0
    free = [c for c in effects.codes if not any(nested_in(c, k) for k in clusters)]
    nested = len(free) < len(effects.codes)
    total, seen = (1 if nested else 0), list[np.ndarray]()
    for code in free:
        levels = int(code.max()) + 1
        joint = max((_components(code, other) for other in seen), default=1 if nested else 0)
        total += levels - joint
        seen.append(code)
    return total


def _components(one: np.ndarray, other: np.ndarray) -> int:
    a, b = int(one.max()) + 1, int(other.max()) + 1
    graph = sparse.coo_array((np.ones(len(one)), (one, a + other)), shape=(a + b, a + b))
    return int(connected_components(graph, directed=False)[0])
