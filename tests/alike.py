"""Two JSON documents are alike: the same keys, lists and words, and numbers within a tolerance."""

from __future__ import annotations

import pytest


def alike(mine, theirs, where: str, *, rel: float, absolute: float) -> None:
    """Fails with the path of the first place that differs."""
    if isinstance(theirs, dict):
        assert mine.keys() == theirs.keys(), where
        for key, value in theirs.items():
            alike(mine[key], value, f"{where}.{key}", rel=rel, absolute=absolute)
    elif isinstance(theirs, list):
        assert len(mine) == len(theirs), where
        for i, value in enumerate(theirs):
            alike(mine[i], value, f"{where}.{i}", rel=rel, absolute=absolute)
    elif isinstance(theirs, float):
        assert mine == pytest.approx(theirs, rel=rel, abs=absolute), where
    else:
        assert mine == theirs, where
