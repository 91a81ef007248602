"""What rival explanations are compared on: one outcome, named blocks of columns, and what every rival shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.design import COLLINEAR, TINY, Design
from trustpanel.models.frames import numbers
from trustpanel.models.within import demean, independent, residual, starts

LEAST_DYADS = 10
VARIES = 1e-9


@dataclass(frozen=True)
class Rivals:
    """Rows sorted by dyad. `y` is the raw outcome, `blocks` the columns (n x k) of each explanation by name.

    `controls`, period effects and dyad effects (if `absorb`) are in every rival; `scale` is the square root of the
    weights.
    """

    outcome: str
    y: np.ndarray
    blocks: Mapping[str, np.ndarray]
    controls: np.ndarray
    dyad: np.ndarray
    period: np.ndarray
    scale: np.ndarray
    absorb: bool

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def n_dyads(self) -> int:
        return int(self.dyad[-1]) + 1

    @property
    def models(self) -> dict[str, tuple[str, ...]]:
        """The rivals and the blocks in each: the controls alone, each block, and all blocks."""
        return {"controls": ()} | {name: (name,) for name in self.blocks} | {"both": tuple(self.blocks)}

    def columns(self, model: str) -> np.ndarray:
        """The block columns of one rival, n x k."""
        chosen = [self.blocks[name] for name in self.models[model]]
        return np.column_stack(chosen) if chosen else np.empty((self.n, 0))


@dataclass(frozen=True)
class Partialled:
    """Outcome and blocks less dyad effects, period effects and controls (Frisch, Waugh, Lovell).

    `basis` spans the shared columns within dyads, `total` is the outcome's sum of squares within dyads.
    """

    y: np.ndarray
    blocks: Mapping[str, np.ndarray]
    basis: np.ndarray
    total: float

    def columns(self, names: tuple[str, ...]) -> np.ndarray:
        return np.column_stack([self.blocks[n] for n in names]) if names else np.empty((len(self.y), 0))


def rivals_of(design: Design) -> Rivals:
    """The blocks of a design's terms as rivals; period effects are those of its years."""
    block = np.array([t.block for t in design.model.terms])
    shared = [j for j, name in enumerate(design.z_names) if name != "constant" and not name.startswith("year ")]
    return Rivals(
        outcome=design.model.outcome,
        y=design.model.orientation * design.y,
        blocks={str(name): design.x[:, block == name] for name in dict.fromkeys(block)},
        controls=design.z[:, shared],
        dyad=design.dyad,
        period=numbers(design.rows.frame, "year").astype(np.int64),
        scale=design.scale,
        absorb=design.absorb,
    )


def require_contest(rivals: Rivals, *, least: int = LEAST_DYADS) -> None:
    """Nothing if there are two blocks and each varies in at least `least` dyads, else NotEstimableError."""
    if len(rivals.blocks) < 2:
        raise AnalysisError(
            "a contest needs two blocks or more",
            found=", ".join(rivals.blocks),
            next_step="declare terms of a second block in the analysis",
        )
    if rivals.n_dyads < least:
        raise NotEstimableError("too few dyads for a contest", expected=f"at least {least}", found=rivals.n_dyads)
    first = starts(rivals.dyad)
    for name, x in rivals.blocks.items():
        spread = np.maximum.reduceat(x, first, axis=0) - np.minimum.reduceat(x, first, axis=0)
        varying = int((spread > VARIES).any(axis=1).sum())
        if varying < least:
            raise NotEstimableError(
                f"the block `{name}` varies in too few dyads for a contest", expected=f"at least {least}", found=varying
            )


def shared_columns(rivals: Rivals) -> np.ndarray:
    """Period dummies (all but the first; a constant in place of absorbed dyad effects) and controls, n x k."""
    levels = np.unique(rivals.period)
    dummies = (rivals.period[:, None] == levels[1:]).astype(float)
    constant = np.ones((rivals.n, 0 if rivals.absorb else 1))
    return np.column_stack([constant, dummies, rivals.controls])


def partial_out(rivals: Rivals) -> Partialled:
    """Every column less what all rivals share; NotEstimableError if a block or the outcome has nothing of its own."""
    inside = demean(shared_columns(rivals), rivals.dyad, rivals.scale, absorb=rivals.absorb)
    norm = np.linalg.norm(inside, axis=0)
    alive = norm > TINY * np.sqrt(rivals.n)
    basis = independent(inside[:, alive] / norm[alive], COLLINEAR)[1] if alive.any() else inside[:, :0]
    y_inside = demean(rivals.y[:, None], rivals.dyad, rivals.scale, absorb=rivals.absorb)
    blocks = {}
    for name, x in rivals.blocks.items():
        own = demean(x, rivals.dyad, rivals.scale, absorb=rivals.absorb)
        left = residual(own, basis)
        if (np.linalg.norm(left, axis=0) <= TINY * np.linalg.norm(x, axis=0)).any():
            raise NotEstimableError(
                f"a column of the block `{name}` is a sum of effects and controls", found=f"n = {rivals.n}"
            )
        blocks[name] = left
    centred = y_inside[:, 0] if rivals.absorb else y_inside[:, 0] - y_inside[:, 0].mean()
    total = float(centred @ centred)
    if total <= TINY:
        raise NotEstimableError(f"the outcome `{rivals.outcome}` does not vary", found=f"n = {rivals.n}")
    return Partialled(residual(y_inside, basis)[:, 0], blocks, basis, total)
