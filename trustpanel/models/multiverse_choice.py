"""What one specification of a linear multiverse estimates."""

from __future__ import annotations

from dataclasses import dataclass

from trustpanel.models.spec_types import TestableRule


@dataclass(frozen=True)
class LinearChoice:
    """What one specification estimates: `contrast` (term, weight) of the terms' coefficients, in the outcome's unit
    times `orientation`.

    `splines` enter as natural cubic splines with knots at these quantiles of the rows.
    Rows are those where every column of `flags` is 1, `year` lies in `years`, and every column used is known; `errors`
    is dyad (clustered), dyadic (Aronow, Samii and Assenova 2015) or robust (HC1). Dyadic errors are not estimable where
    one state is in more than `star_share_max` of the rows or a term varies for fewer than `states_min` states.
    Where `testable` is declared, terms that vary less than it asks make the specification not testable here.
    """

    outcome: str
    terms: tuple[str, ...]
    contrast: tuple[tuple[str, float], ...]
    controls: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    weights: str | None = None
    effects: tuple[str, ...] = ("dyad", "year")
    splines: tuple[str, ...] = ()
    spline_knots: tuple[float, ...] = (0.05, 0.275, 0.5, 0.725, 0.95)
    errors: str = "dyad"
    orientation: int = 1
    testable: TestableRule | None = None
    star_share_max: float = 0.25
    states_min: int = 30
