"""The decision rule, declared before estimation, as a pure function of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trustpanel.models.spec_types import GRAINS

Bounds = tuple[float | None, float | None]
SCOPE = (
    "The sample is nearly a star on one state: no world-wide claim. The verdict speaks of carry-over of contact, not "
    "of state trust; Hoffman's indicators stand in the contest of explanations."
)


@dataclass(frozen=True)
class Evidence:
    """What the rule reads of one parameter on one grain.

    Its main intervals, and whether both main tests put it above 0 (None: unknown).
    """

    ci90: Bounds
    ci95: Bounds
    above_zero: bool | None


@dataclass(frozen=True)
class Condition:
    """One condition of one reading, the numbers it was judged by, and whether it holds (None: cannot be judged)."""

    reading: str
    condition: str
    grain: str
    value: Bounds | None
    holds: bool | None


@dataclass(frozen=True)
class Verdict:
    """`wheeler`, `carry_over`, `kydd` or `undecided`; `supported` lists every reading whose conditions all hold."""

    verdict: str
    supported: tuple[str, ...]
    order_identified: bool | None
    conditions: tuple[Condition, ...]
    reason: str
    scope: str
    notes: tuple[str, ...]


def decide(
    evidence: Mapping[str, Mapping[str, Evidence]],
    *,
    margins: Mapping[str, float],
    lead_p: Mapping[str, float | None],
    level: float,
    barred: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict of the frozen rule.

    `evidence[grain][parameter]` for theta, delta, theta_plus_delta; `margins[grain]` the smallest effect of interest;
    `lead_p[grain]` the p of the placebo lead; `barred[grain]` a reason why a grain cannot count (a block not testable
    there); `level` that of the placebo test.
    """
    conditions = tuple(c for grain in GRAINS for c in _conditions(grain, evidence.get(grain, {}), margins[grain]))
    readings = ("wheeler", "carry_over", "kydd")
    holds = {r: all(c.holds is True for c in conditions if c.reading == r) for r in readings}
    supported = tuple(r for r in readings if holds[r])
    barred = dict(barred or {})
    verdict, reason = _name(supported, barred)
    notes = []
    order = _order(lead_p, level)
    if order is False:
        notes.append(
            "Contact after the outcome window opens goes with the outcome too: "
            "the order of contact and peace is not identified."
        )
    if order is None:
        notes.append(
            "The placebo lead could not be estimated on both grains: the order of contact and peace is not tested."
        )
    return Verdict(verdict, supported, order, conditions, reason, SCOPE, tuple(notes))


def _conditions(grain: str, found: Mapping[str, Evidence], margin: float) -> list[Condition]:
    theta, delta, total = (found.get(name) for name in ("theta", "delta", "theta_plus_delta"))
    below = None if delta is None else delta.ci90[1] is not None and delta.ci90[1] < margin
    inside = None if delta is None else bool(below) and delta.ci90[0] is not None and delta.ci90[0] > -margin
    carried = (
        "theta: 95 % interval above 0 and every main test below 5 %",
        theta.ci95 if theta else None,
        theta.above_zero if theta else None,
    )
    ninety = delta.ci90 if delta else None
    rows = [
        (
            "wheeler",
            "delta: 95 % interval above 0 and every main test below 5 %",
            delta.ci95 if delta else None,
            delta.above_zero if delta else None,
        ),
        (
            "wheeler",
            "theta + delta: 95 % interval above 0 and every main test below 5 %",
            total.ci95 if total else None,
            total.above_zero if total else None,
        ),
        ("carry_over", *carried),
        ("carry_over", "delta: 90 % interval inside the smallest effect of interest or below", ninety, below),
        ("kydd", *carried),
        ("kydd", "delta: equivalent to 0 (90 % interval inside the smallest effect of interest)", ninety, inside),
    ]
    return [Condition(reading, text, grain, value, holds) for reading, text, value, holds in rows]


def _name(supported: tuple[str, ...], barred: Mapping[str, str]) -> tuple[str, str]:
    if barred:
        return "undecided", "; ".join(f"{grain}: {reason}" for grain, reason in barred.items())
    if not supported:
        return "undecided", "No reading has all its conditions on both grains."
    if "wheeler" in supported and len(supported) > 1:
        return (
            "undecided",
            "delta is above 0 and yet smaller than the smallest effect of interest: rival readings hold at once.",
        )
    if supported == ("carry_over", "kydd"):
        return (
            "kydd",
            "Earlier meetings carry over and delta is equivalent to 0; carry-over's weaker condition holds with it.",
        )
    return supported[0], "All conditions of this reading hold on both grains, and those of no rival reading."


def _order(lead_p: Mapping[str, float | None], level: float) -> bool | None:
    values = [lead_p.get(grain) for grain in GRAINS]
    if any(p is not None and p < level for p in values):
        return False
    return None if any(p is None for p in values) else True


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's step-down adjusted p-values, in the order given."""
    ordered = sorted(p_values, key=lambda name: (p_values[name], name))
    adjusted, running = {}, 0.0
    for rank, name in enumerate(ordered):
        running = max(running, min(1.0, (len(ordered) - rank) * p_values[name]))
        adjusted[name] = running
    return {name: adjusted[name] for name in p_values}
