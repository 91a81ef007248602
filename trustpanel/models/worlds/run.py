"""Every declared cell run block by block, summed up as one report; a stopped run is taken up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trustpanel.models.estimate import LAYOUT, head_of, plain, to_text
from trustpanel.models.worlds.block import Block, Reference, make_reference, run_block
from trustpanel.models.worlds.history import DRAWN
from trustpanel.models.worlds.kept import Arrays, keep, kept
from trustpanel.models.worlds.skeleton import Skeleton
from trustpanel.models.worlds.spec import Cell, WorldsSpec
from trustpanel.models.worlds.summary import join_blocks, summarise_cell

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Worlds:
    """The report as JSON values."""

    result: dict[str, Any]

    def dumps(self) -> str:
        """The file's text; the same result gives the same bytes."""
        return to_text(self.result)


def run_worlds(
    spec: WorldsSpec,
    skeleton: Skeleton,
    *,
    worlds: int | None = None,
    folder: Path | None = None,
    progress: Tell | None = None,
) -> dict[str, Any]:
    """The cells of the main estimators and of the decision rule, as JSON values.

    `worlds` a cell in place of the declared number; with `folder`, finished blocks are kept there.
    """
    total = worlds or spec.worlds
    sizes = [min(spec.block, total - start) for start in range(0, total, spec.block)]
    found: dict[str, list[Block]] = {c.name: [] for c in spec.cells}
    done = 0
    for number, size in enumerate(sizes):
        reference: Reference | None = None
        for cell in spec.cells:
            file = None if folder is None else folder / f"{cell.name}-{_key(cell)}-{number}-{size}.npz"
            arrays = None if file is None else kept(file)
            if arrays is None:
                reference = reference or make_reference(skeleton, spec, number)
                arrays = _arrays(run_block(skeleton, spec, cell, reference, block=number, worlds=size))
                if file is not None:
                    keep(file, arrays)
            found[cell.name].append(_block(arrays))
            done += size
            if progress is not None:
                progress(done, total * len(spec.cells))
    return {
        "cells": [plain(_summary(skeleton, spec, cell, found[cell.name])) for cell in spec.cells],
        "grains": {name: _facts(skeleton, name) for name in skeleton.grains},
        "recorded_disputes": int(skeleton.recorded[0].sum()),
        "dyads": skeleton.dyads,
        "meetings": len(skeleton.world.free),
        "meetings_redrawn": int(skeleton.world.free.sum()),
        "fingerprint": fingerprint(skeleton, spec),
    }


def report_of(spec: WorldsSpec, parts: dict[str, Any], *, made: str) -> Worlds:
    """The whole report: the declaration's head, then the parts; `made` is the day of the run."""
    rule = {
        "seed": spec.seed,
        "worlds": parts["cells"][0]["worlds"],
        "wild_draws": spec.wild_draws,
        "permutation_draws": spec.permutation_draws,
        "band": spec.band,
        "level": spec.core.decision.level,
        "history": spec.history,
        "spec_sha256": spec.sha256,
        "core_sha256": spec.core.sha256,
    }
    return Worlds({"layout": LAYOUT, "id": "worlds", "made": made, **plain({**head_of(spec), **rule}), **parts})


def fingerprint(skeleton: Skeleton, spec: WorldsSpec) -> str:
    """A checksum of what all cells share: seed, draws, core model, what is drawn, and everything real in the worlds."""
    drawn = (spec.seed, spec.wild_draws, spec.permutation_draws, spec.history, spec.core.sha256, DRAWN, np.__version__)
    digest = hashlib.sha256(repr(drawn).encode())
    for g in skeleton.grains.values():
        for part in (g.fit.x, g.fit.basis, g.lead):
            digest.update(np.round(part, 9).tobytes())
    m = skeleton.world.meetings
    for values in (m.dyad, m.pair, m.last_day, m.weight, skeleton.pieces.first_day, skeleton.recorded):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _key(cell: Cell) -> str:
    """A checksum of what makes the cell's worlds, its words apart."""
    made = (cell.meetings, cell.theta, cell.delta, cell.fake, cell.pull)
    return hashlib.sha256(repr(made).encode()).hexdigest()[:8]


def _summary(skeleton: Skeleton, spec: WorldsSpec, cell: Cell, blocks: list[Block]) -> dict[str, Any]:
    return summarise_cell(skeleton, spec, cell, join_blocks(blocks))


def _facts(skeleton: Skeleton, name: str) -> dict[str, Any]:
    grain = skeleton.grains[name]
    recorded = {n: float(np.sqrt(c @ grain.fit.cov @ c)) for n, c in zip(grain.names, grain.contrasts, strict=True)}
    return {
        "n": len(grain.fit.dyad),
        "dyads": len(grain.first),
        "smallest_effect": grain.margin,
        "recorded_errors": plain(recorded),
    }


def _arrays(block: Block) -> Arrays:
    parts = {f"{kind}_{g}": v for kind in ("found", "truth") for g, v in getattr(block, kind).items()}
    return {**parts, "lead": block.lead, "verdict": block.verdict, "order": block.order}


def _block(arrays: Arrays) -> Block:
    parts = {
        kind: {k.removeprefix(f"{kind}_"): v for k, v in arrays.items() if k.startswith(f"{kind}_")}
        for kind in ("found", "truth")
    }
    return Block(parts["found"], parts["truth"], arrays["lead"], arrays["verdict"], arrays["order"])
