"""What the doubt does to the claims of the core model: intervals that leave the plain estimate, claims that change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trustpanel.models.doubt_bounds import Bounds
from trustpanel.models.doubt_coding import CodingEntry
from trustpanel.models.doubt_weights import Weighted
from trustpanel.models.linear import Interval
from trustpanel.models.rubin import Pooled

HALF = 0.5


@dataclass(frozen=True)
class Reading:
    """One parameter under one doubt beside the plain one.

    `excludes`: its 95 % interval leaves the plain estimate out. Claims by clustered errors: `above` or `below` 0 (95 %
    interval), `small` (90 % interval within the smallest effect), else `open`.
    """

    part: str
    name: str
    grain: str
    coverage: str
    parameter: str
    excludes: bool
    claim_plain: str
    claim: str


@dataclass(frozen=True)
class Turn:
    """The first share below one half, if any, at which a placement of unknown meetings turns the parameter's sign."""

    parameter: str
    placement: str
    share: float


def claim_of(found: Interval | Pooled, smallest: float | None) -> str:
    """What the intervals say."""
    if found.ci95[0] > 0:
        return "above"
    if found.ci95[1] < 0:
        return "below"
    if smallest is not None and -smallest <= found.ci90[0] and found.ci90[1] <= smallest:
        return "small"
    return "open"


def read_doubt(
    coding: Iterable[CodingEntry], weighted: Iterable[Weighted], smallest: Mapping[str, float]
) -> tuple[Reading, ...]:
    """Every pooled, calibrated and weighted parameter that has a plain one."""
    found = []
    for e in coding:
        for name, p in e.parameters.items():
            if p.plain is not None:
                for part, value in (("pooled", p.pooled), ("calibrated", p.calibrated)):
                    found.append(
                        _read((part, e.world, e.grain, e.coverage), name, p.plain, value, smallest=smallest[e.grain])
                    )
    for w in weighted:
        for name, value in w.weighted.items():
            found.append(
                _read(("weighted", w.name, w.grain, w.coverage), name, w.plain[name], value, smallest=smallest[w.grain])
            )
    return tuple(found)


def turns_below_half(bounds: Bounds) -> tuple[Turn, ...]:
    """Every parameter and placement whose sign turns at a share below one half."""
    return tuple(
        Turn(name, placement, share)
        for name, held in bounds.turns.items()
        for placement, share in held.items()
        if share is not None and share < HALF
    )


def _read(
    where: tuple[str, str, str, str], parameter: str, plain: Interval, value: Interval | Pooled, *, smallest: float
) -> Reading:
    low, high = value.ci95
    claims = (claim_of(plain, smallest), claim_of(value, smallest))
    return Reading(*where, parameter, not low <= plain.estimate <= high, *claims)
