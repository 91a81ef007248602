"""An invented grid and frame for the multiverse tests, importable by worker processes."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from trustpanel.models.multiverse import Specification, expand_grid, frame_fingerprint, run_multiverse
from trustpanel.models.multiverse_choice import LinearChoice
from trustpanel.models.multiverse_linear import LinearMultiverse

GRID = {
    "outcome": ["y0", "y1"],
    "risk": ["risk0", "risk1"],
    "half_life": ["x0", "x1"],
    "controls": [0, 2],
    "effects": ["both", "dyad"],
    "weights": [None, "w"],
    "errors": ["dyad", "robust"],
}


def make_frame(*, dyads: int = 30, years: int = 20, columns: int = 6, seed: int = 0) -> pd.DataFrame:
    """x0 acts on y0 with 0.3 and on nothing else; x3 acts on both outcomes; rows in no order."""
    rng = np.random.default_rng(seed)
    dyad, year = np.repeat(np.arange(dyads), years), np.tile(np.arange(1950, 1950 + years), dyads)
    frame = pd.DataFrame({"ccode_a": 2 + dyad // 5, "ccode_b": 100 + dyad, "year": year})
    x = rng.normal(size=(len(dyad), columns)) + rng.normal(size=(dyads, columns))[dyad]
    for j in range(columns):
        frame[f"x{j}"] = x[:, j]
    for k, effect in enumerate((0.3, 0.0)):
        frame[f"y{k}"] = effect * x[:, 0] + 0.2 * x[:, 3] + rng.normal(size=dyads)[dyad] + rng.normal(size=len(dyad))
    for k in range(2):
        frame[f"risk{k}"] = (rng.uniform(size=len(dyad)) < 0.9 - 0.2 * k).astype(int)
    frame.loc[rng.uniform(size=len(dyad)) < 0.05, "x4"] = np.nan
    frame["w"] = rng.uniform(0.2, 1.0, len(dyad))
    return frame.sample(frac=1.0, random_state=1).reset_index(drop=True)


def read(spec: Specification) -> LinearChoice:
    return LinearChoice(
        outcome=str(spec["outcome"]),
        terms=(str(spec["half_life"]), "x3"),
        contrast=((str(spec["half_life"]), 1.0),),
        controls=tuple(f"x{j}" for j in range(4, 4 + int(spec["controls"] or 0))),
        flags=(str(spec["risk"]),),
        effects=("dyad", "year") if spec["effects"] == "both" else ("dyad",),
        weights=None if spec["weights"] is None else str(spec["weights"]),
        errors=str(spec["errors"]),
    )


def run_and_die(path: Path, after: int) -> None:
    """Kills its own process once `after` specifications are on disk."""
    frame = make_frame()
    fit = LinearMultiverse(frame, read)

    def progress(done: int, _: int) -> None:
        if done >= after:
            os.kill(os.getpid(), signal.SIGKILL)

    key = frame_fingerprint(frame)
    run_multiverse(expand_grid(GRID), fit, fingerprint=key, group=fit.group, path=path, progress=progress)


if __name__ == "__main__":
    run_and_die(Path(sys.argv[1]), int(sys.argv[2]))
