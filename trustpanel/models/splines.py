"""Natural cubic splines: linear beyond the outer knots."""

from __future__ import annotations

import numpy as np


def knots_at(values: np.ndarray, quantiles: tuple[float, ...]) -> np.ndarray:
    """The distinct quantiles of the values (ties merge knots: fewer knots, never a singular basis)."""
    return np.unique(np.quantile(values, quantiles))


def natural_cubic(values: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Basis (n x max(1, knots - 1)) without constant: the value itself, then one column for each inner piece.

    The truncated-power form of the restricted cubic spline, in units of the knot span squared; with fewer than three
    knots, linear.
    """
    columns = [values.astype(float)]
    if len(knots) >= 3:
        last, before = knots[-1], knots[-2]
        cube = lambda knot: np.clip(values - knot, 0.0, None) ** 3  # noqa: E731
        for knot in knots[:-2]:
            bend = (
                cube(knot)
                - cube(before) * (last - knot) / (last - before)
                + cube(last) * (before - knot) / (last - before)
            )
            columns.append(bend / (last - knots[0]) ** 2)
    return np.column_stack(columns)
