"""Shapes of time: a variable of a panel with its square and cube, or with the basis of a natural cubic spline.

A shape is written after the name of the variable (`peace_years:cubic`, `peace_years:spline`) and stands for several
columns. Powers are plain powers in the variable's own unit. The spline is cubic between the first and the last of its
knots and straight beyond them: the first and last are the ends of the variable's declared range, never of a sample, so
that a column means the same in every panel; the knots between are those of Beck, Katz and Tucker (1998).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trustpanel.codebook.schema import Variable
from trustpanel.errors import PanelError

if TYPE_CHECKING:
    from trustpanel.store.panel_columns import Column

INNER_KNOTS = (1, 4, 7)
YEARS = ("years", "dyad-years")


def shaped(columns: list[Column], shape: str, combination: str) -> list[Column]:
    """Each column followed by those that the shape adds; raises `PanelError` if it does not fit."""
    if not shape:
        return columns
    return [each for column in columns for each in (column, *_added(column, shape, combination))]


def knots(variable: Variable) -> tuple[float, ...]:
    """The five knots of the variable's spline; raises `PanelError` if it does not count years from 0 on."""
    low, high = variable.range or (None, None)
    if variable.unit not in YEARS or low != 0 or high is None or high <= INNER_KNOTS[-1]:
        raise PanelError(
            f"a spline with knots at {INNER_KNOTS} years does not fit {variable.name}",
            expected="a variable that counts years, with a declared range that begins at 0",
            found=f"unit {variable.unit!r}, range {variable.range}",
            next_step=f"take {variable.name}:cubic, or make a basis of your own from the column",
        )
    return (low, *INNER_KNOTS, high)


def _added(column: Column, shape: str, combination: str) -> list[Column]:
    if not column.type.startswith(("int", "float")):
        raise PanelError(
            f"{shape} does not fit {column.name}, which is of type {column.type}",
            expected="a variable that is a number",
            found=column.type,
        )
    if shape == "cubic":
        return [_shape(column, "square", 2), _shape(column, "cube", 3)]
    if combination == "ratio":
        raise PanelError("a share is no number of years: it has no spline", found=column.name)
    return [_spline(column, place, knots(column.variable)) for place in range(3)]


def _shape(column: Column, word: str, power: int) -> Column:
    def sql(value: str) -> str:
        return " * ".join([f"({value})::double"] * power)

    return replace(
        column,
        name=f"{column.name}_{word}",
        expression=sql(column.expression),
        mirrored=sql(column.mirrored),
        label=f"{column.label}, {word}",
        type="float64",
    )


def _spline(column: Column, place: int, at: tuple[float, ...]) -> Column:
    """One of the three columns: truncated cubes, made straight beyond the last knot, over the squared span."""
    own, before, last = at[place], at[-2], at[-1]
    weights = ((1.0, own), (-(last - own) / (last - before), before), ((before - own) / (last - before), last))

    def sql(value: str) -> str:
        beyond = [f"greatest(({value})::double - {k!r}, 0)" for _, k in weights]
        # products and quoted weights: the engines read powers and decimal numbers to different last digits
        cubes = " + ".join(f"'{w!r}'::double * ({b} * {b} * {b})" for (w, _), b in zip(weights, beyond, strict=True))
        # without the guard an unknown value would count as 0: greatest() passes over it
        return f"case when {value} is not null then ({cubes}) / {(last - at[0]) ** 2!r} end"

    names = ", ".join(f"{k:g}" for k in at)
    return replace(
        column,
        name=f"{column.name}_spline_{place + 1}",
        expression=sql(column.expression),
        mirrored=sql(column.mirrored),
        label=f"{column.label}, natural cubic spline with knots {names}, part {place + 1}",
        type="float64",
    )
