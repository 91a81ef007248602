"""Two results are equal within tolerance, or every difference is named with its path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = "(absent)"


@dataclass(frozen=True)
class Difference:
    """One place where two results differ."""

    path: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected!r}, found {self.found!r}"


def differences(expected: Any, found: Any, *, rtol: float = 1e-8, atol: float = 1e-12) -> list[Difference]:
    """Every difference between two result trees, in reading order; empty if they are equal.

    Reals agree within `rtol`, or `atol` near 0; whole numbers, truth values, texts, nulls and lengths agree exactly.
    """
    return list(_walk(expected, found, "$", rtol, atol))


def _walk(expected: Any, found: Any, path: str, rtol: float, atol: float) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in dict.fromkeys([*expected, *found]):
            if key in expected and key in found:
                yield from _walk(expected[key], found[key], f"{path}.{key}", rtol, atol)
            else:
                yield Difference(f"{path}.{key}", expected.get(key, ABSENT), found.get(key, ABSENT))
    elif isinstance(expected, (list, tuple)) and isinstance(found, (list, tuple)):
        if len(expected) != len(found):
            yield Difference(f"{path}.length", len(expected), len(found))
        for i, (a, b) in enumerate(zip(expected, found, strict=False)):
            yield from _walk(a, b, f"{path}[{i}]", rtol, atol)
    elif not _equal(expected, found, rtol, atol):
        yield Difference(path, expected, found)


def _equal(a: Any, b: Any, rtol: float, atol: float) -> bool:
    if _is_real(a) and _is_real(b):
        if isinstance(a, int) and isinstance(b, int):
            return a == b
        return math.isclose(a, b, rel_tol=rtol, abs_tol=atol) or (math.isnan(a) and math.isnan(b))
    return type(a) is type(b) and bool(a == b)


def _is_real(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
