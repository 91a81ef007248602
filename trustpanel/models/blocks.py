"""Blocks compared: what the interpersonal and the state block add to the controls and to each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trustpanel.models.design import Design
from trustpanel.models.linear import Fit, solve, wald


@dataclass(frozen=True)
class BlockFit:
    """Share of the within-dyad variation that a model explains."""

    model: str
    r2_within: float
    n: int


@dataclass(frozen=True)
class Encompassing:
    """Wald test, clustered by dyad, that a block adds nothing once the other is in."""

    null: str
    block: str
    f: float
    df: int
    p: float


def compare_blocks(design: Design, fit: Fit) -> tuple[tuple[BlockFit, ...], tuple[Encompassing, ...]]:
    """Fits with the controls, each block, and both on the same rows; each block tested given the other."""
    block = np.array([t.block for t in design.model.terms])
    total = float(fit.resid @ fit.resid) / (1 - fit.r2_within)
    chosen = {"controls": np.zeros(len(block), bool)}
    chosen |= {name: block == name for name in dict.fromkeys(block)}
    chosen["both"] = np.ones(len(block), bool)
    fits = []
    for name, columns in chosen.items():
        resid = solve(fit.x[:, columns], fit.y)[1]
        fits.append(BlockFit(str(name), 1 - float(resid @ resid) / total, design.n))
    tests = []
    for name in dict.fromkeys(block):
        f, rank, p = wald(fit, np.eye(len(block))[block == name])
        others = " and ".join(str(b) for b in dict.fromkeys(block) if b != name)
        tests.append(Encompassing(f"{others} encompasses {name}", str(name), f, rank, p))
    return tuple(fits), tuple(tests)
