"""Finished blocks on disk: a file a block, whole or not there, so that a stopped run is taken up where it was."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

Arrays = dict[str, np.ndarray]


def keep(path: Path, arrays: Arrays) -> None:
    """The arrays are at `path`, written aside and moved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    with aside.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


def kept(path: Path) -> Arrays | None:
    """The arrays of a finished block, None if it has not been run."""
    if not path.is_file():
        return None
    with np.load(path) as file:
        return {name: file[name] for name in file.files}
