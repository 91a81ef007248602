"""The decision rule, case by case."""

from __future__ import annotations

import pytest

from trustpanel.models.decision import Evidence, Verdict, decide, holm

MARGINS = {"annual": 0.05, "monthly": 0.05 / 36}
QUIET = {"annual": 0.5, "monthly": 0.5}


def evidence(low: float | None, high: float | None, *, above: bool | None = None) -> Evidence:
    """A 95 % interval; the 90 % one is a tenth of the width narrower on each side."""
    if low is None or high is None:
        return Evidence((low, high), (low, high), False if above is None else above)
    inner = 0.1 * (high - low)
    return Evidence((low + inner, high - inner), (low, high), low > 0 if above is None else above)


def verdict(theta: Evidence, delta: Evidence, total: Evidence, *, lead_p: dict | None = None, **barred: str) -> Verdict:
    """The same picture on both grains, the monthly one in units of a thirty-sixth."""

    def shrink(e: Evidence) -> Evidence:
        small = [tuple(None if v is None else v / 36 for v in bounds) for bounds in (e.ci90, e.ci95)]
        return Evidence(small[0], small[1], e.above_zero)

    annual = {"theta": theta, "delta": delta, "theta_plus_delta": total}
    monthly = {name: shrink(e) for name, e in annual.items()}
    return decide(
        {"annual": annual, "monthly": monthly}, margins=MARGINS, lead_p=lead_p or QUIET, level=0.05, barred=barred
    )


ABOVE, AROUND, BELOW = evidence(0.06, 0.20), evidence(-0.04, 0.04), evidence(-0.30, -0.10)
WIDE = evidence(-0.30, 0.30)


@pytest.mark.parametrize(
    ("theta", "delta", "total", "expected", "supported"),
    [
        (WIDE, ABOVE, ABOVE, "wheeler", ("wheeler",)),
        (BELOW, ABOVE, ABOVE, "wheeler", ("wheeler",)),
        (ABOVE, BELOW, WIDE, "carry_over", ("carry_over",)),
        (ABOVE, AROUND, ABOVE, "kydd", ("carry_over", "kydd")),
        (WIDE, AROUND, WIDE, "undecided", ()),
        (ABOVE, WIDE, ABOVE, "undecided", ()),
        (WIDE, WIDE, WIDE, "undecided", ()),
        (WIDE, ABOVE, WIDE, "undecided", ()),
        (BELOW, BELOW, BELOW, "undecided", ()),
        (ABOVE, evidence(0.01, 0.04), ABOVE, "undecided", ("wheeler", "carry_over", "kydd")),
        (ABOVE, evidence(None, -0.1), WIDE, "carry_over", ("carry_over",)),
        (ABOVE, evidence(-0.1, None), WIDE, "undecided", ()),
    ],
)
def test_cases(theta: Evidence, delta: Evidence, total: Evidence, expected: str, supported: tuple[str, ...]) -> None:
    found = verdict(theta, delta, total)
    assert (found.verdict, found.supported) == (expected, supported)
    assert len(found.conditions) == 12


def test_an_interval_above_zero_is_not_enough_if_a_main_test_does_not_reject() -> None:
    unsure = evidence(0.06, 0.20, above=False)
    assert verdict(WIDE, unsure, ABOVE).verdict == "undecided"
    unknown = Evidence(ABOVE.ci90, ABOVE.ci95, None)
    found = verdict(WIDE, unknown, ABOVE)
    assert found.verdict == "undecided"
    assert [c.holds for c in found.conditions if c.reading == "wheeler" and c.grain == "annual"] == [None, True]


def test_one_grain_alone_decides_nothing() -> None:
    annual = {"theta": WIDE, "delta": ABOVE, "theta_plus_delta": ABOVE}
    monthly = dict.fromkeys(annual, WIDE)
    both = decide({"annual": annual, "monthly": monthly}, margins=MARGINS, lead_p=QUIET, level=0.05)
    assert both.verdict == "undecided"
    missing = decide({"annual": annual, "monthly": {}}, margins=MARGINS, lead_p=QUIET, level=0.05)
    assert missing.verdict == "undecided"
    assert {c.holds for c in missing.conditions if c.grain == "monthly"} == {None}


def test_the_margin_is_strict() -> None:
    edge = Evidence((-0.05, 0.01), (-0.06, 0.02), False)
    found = decide(
        {grain: {"theta": ABOVE, "delta": edge, "theta_plus_delta": WIDE} for grain in MARGINS},
        margins=dict.fromkeys(MARGINS, 0.05),
        lead_p=QUIET,
        level=0.05,
    )
    assert found.supported == ("carry_over",), "the 90 % interval touches the margin: below it, but not inside"


def test_a_block_that_cannot_be_tested_bars_the_verdict() -> None:
    found = verdict(WIDE, ABOVE, ABOVE, monthly="too little variation within dyads: contact")
    assert found.verdict == "undecided"
    assert found.reason == "monthly: too little variation within dyads: contact"


def test_a_placebo_lead_that_matters_leaves_the_verdict_and_says_that_order_is_not_identified() -> None:
    found = verdict(WIDE, ABOVE, ABOVE, lead_p={"annual": 0.5, "monthly": 0.01})
    assert (found.verdict, found.order_identified) == ("wheeler", False)
    assert "not identified" in found.notes[0]
    assert verdict(WIDE, ABOVE, ABOVE).order_identified is True
    assert verdict(WIDE, ABOVE, ABOVE, lead_p={"annual": 0.5, "monthly": None}).order_identified is None


def test_holm_by_hand() -> None:
    """0.01 x 3 = 0.03; 0.02 x 2 = 0.04; 0.03 x 1 = 0.03, raised to 0.04 by the step before it; never above 1."""
    assert holm({"H1": 0.03, "H2": 0.01, "H4": 0.02}) == pytest.approx({"H1": 0.04, "H2": 0.03, "H4": 0.04})
    assert holm({"H1": 0.6, "H2": 0.7}) == pytest.approx({"H1": 1.0, "H2": 1.0})
    assert holm({}) == {}
