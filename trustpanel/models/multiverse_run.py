"""Every grid of the multiverse estimated and summed up, and the sensitivity of the main rows, as one result."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.estimate import LAYOUT, head_of, plain, to_text
from trustpanel.models.frames import Frames
from trustpanel.models.main_sensitivity import main_sensitivity
from trustpanel.models.multiverse import Multiverse, as_frame, frame_fingerprint, run_multiverse
from trustpanel.models.multiverse_columns import grid_frame
from trustpanel.models.multiverse_fit import fingerprint_of, grid_fit, require_rows
from trustpanel.models.multiverse_spec import Grid, MultiverseSpec
from trustpanel.models.multiverse_summary import summarise

CURVE = 400


@dataclass(frozen=True)
class MultiverseResult:
    """`result` as JSON values; `specifications`: one row a specification of every grid."""

    result: dict[str, Any]
    specifications: pd.DataFrame

    def dumps(self) -> str:
        """The file's text; the same result gives the same bytes."""
        return to_text(self.result)


def run_grids(
    spec: MultiverseSpec,
    frames: Frames,
    *,
    folder: Path | None = None,
    workers: int = 0,
    executor: Executor | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> MultiverseResult:
    """Every grid; with `folder`, finished specifications are kept there and a killed run is taken up.

    `workers` processes here, or an `executor` elsewhere: the same bytes.
    """
    grids, tables = [], []
    for grid in spec.grids:
        frame = grid_frame(frames, grid)
        require_rows(frame, grid)
        fit = grid_fit(spec, grid, frame)
        told = None if progress is None else (lambda done, of, name=grid.name: progress(name, done, of))
        found = run_multiverse(
            grid.specifications(),
            fit,
            fingerprint=fingerprint_of(spec, frame_fingerprint(frame)),
            group=fit.group,
            path=None if folder is None else folder / f"multiverse-{grid.name}.jsonl",
            workers=workers,
            executor=executor,
            progress=told,
        )
        grids.append(_grid_result(spec, grid, found))
        tables.append(as_frame(found).assign(grid=grid.name))
    result = {
        "layout": LAYOUT,
        "id": "multiverse",
        **head_of(spec),
        "level": spec.level,
        "spec_sha256": spec.sha256,
        "core_sha256": spec.core.sha256,
        "words": dict(spec.words),
        "grids": grids,
        "sensitivity": plain(main_sensitivity(spec.core, frames, times=spec.times, least=spec.least_dyads)),
    }
    return MultiverseResult(result, pd.concat(tables, ignore_index=True))


def _grid_result(spec: MultiverseSpec, grid: Grid, found: Multiverse) -> dict[str, Any]:
    parameters = {name: of_parameter(found, name) for name in spec.parameters}
    return {
        "name": grid.name,
        "label": grid.label,
        "grain": grid.grain,
        "estimator": grid.estimator,
        "unit": grid.unit,
        "outcomes": dict(grid.outcomes),
        "main": {name: values[0] for name, values in grid.choices},
        "parameters": {name: _summary(spec, part) for name, part in parameters.items()},
        "curve": _curve(spec, parameters[spec.parameters[0]]),
    }


def of_parameter(found: Multiverse, name: str) -> Multiverse:
    """The specifications of one parameter, that choice itself left out; reasons without the numbers of one fit."""
    held = [(s, r) for s, r in zip(found.specs, found.results, strict=True) if s["parameter"] == name]
    specs = tuple(replace(s, choices=tuple(c for c in s.choices if c[0] != "parameter")) for s, _ in held)
    return Multiverse(specs, tuple(replace(r, reason=_kind(r.reason)) for _, r in held), found.key)


def _kind(reason: str | None) -> str | None:
    return None if reason is None else re.split(r"\s+(?:expected|found|next): ", reason)[0]


def _summary(spec: MultiverseSpec, part: Multiverse) -> dict[str, Any]:
    try:
        return {"status": "estimated", **plain(summarise(part, level=spec.level))}
    except NotEstimableError as error:
        return {"status": "not_estimable", "reason": error.reason, "specifications": len(part.specs)}


def _curve(spec: MultiverseSpec, part: Multiverse) -> list[dict[str, Any]]:
    """The specifications in order of their estimates, thinned to evenly spaced places."""
    held = [(s, r) for s, r in zip(part.specs, part.results, strict=True) if r.estimate is not None]
    held.sort(key=lambda pair: (pair[1].estimate, pair[0].id))
    spread = np.linspace(0, max(len(held) - 1, 0), min(CURVE, len(held)))
    places = np.unique(np.round(spread).astype(int))
    rows = []
    for place in places:
        s, r = held[place]
        choices = dict(s.choices)
        rows.append(
            {"place": int(place), "id": s.id, "estimate": r.estimate, "low": r.low, "high": r.high, "p": r.p, **choices}
        )
    return rows
