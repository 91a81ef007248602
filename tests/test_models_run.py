"""The whole run on an invented world: layout, sameness, and the reasons that replace numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from models_world import Truth, make_world

from trustpanel.errors import AnalysisError
from trustpanel.models.estimate import Result, plain
from trustpanel.models.frames import Frames
from trustpanel.models.run import ESTIMATORS, run, run_family
from trustpanel.models.spec import load_specs
from trustpanel.paths import project

SPECS = load_specs(project().analyses)


def quick(**changes: Any) -> tuple:
    """The three specifications with fewer bootstrap draws, all on one core."""
    core = SPECS["H3"].core
    core = replace(core, errors=replace(core.errors, wild_draws=399), **changes)
    return tuple(replace(spec, core=core) for spec in SPECS.values())


@pytest.fixture(scope="module")
def frames() -> Frames:
    return make_world(seed=7, dyads=13, first=1977, last=1994, truth=Truth(theta=0.05))


@pytest.fixture(scope="module")
def results(frames: Frames) -> dict[str, Result]:
    return run_family(quick(), frames, draws=39)


@pytest.fixture(scope="module")
def data(results: dict[str, Result]) -> dict[str, Any]:
    return json.loads(results["H3"].dumps())


def numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from numbers_in(part)
    elif isinstance(value, float):
        yield value


def test_every_estimator_of_a_specification_exists() -> None:
    assert {spec.core.estimator for spec in SPECS.values()} <= set(ESTIMATORS)


def test_only_the_owner_carries_the_core_and_only_the_primary_the_verdict(results: dict[str, Result]) -> None:
    assert {name: r.grains is not None for name, r in results.items()} == {"H1": False, "H2": False, "H3": True}
    assert {name: r.verdict is not None for name, r in results.items()} == {"H1": False, "H2": False, "H3": True}


def test_each_hypothesis_reads_its_own_parameter_off_the_core(results: dict[str, Result]) -> None:
    for grain in ("annual", "monthly"):
        main = results["H3"].grains[grain].main.parameters
        assert results["H1"].own[grain] is main["theta_plus_delta"]
        assert results["H2"].own[grain] is main["theta"]
        assert results["H3"].own[grain] is main["delta"]
        assert main["theta_plus_delta"].estimate == pytest.approx(main["theta"].estimate + main["delta"].estimate)


def test_holm_is_over_the_two_secondary_hypotheses(results: dict[str, Result]) -> None:
    found = results["H3"].holm
    assert found["family"] == ["H1", "H2"]
    p = {h: results[h].own["annual"].main.p for h in ("H1", "H2")}
    assert min(found["annual"].values()) == pytest.approx(min(1.0, 2 * min(p.values())))


def test_the_main_errors_of_a_star_are_bootstrap_and_randomisation(data: dict[str, Any]) -> None:
    main = data["grains"]["annual"]["main"]
    assert main["star_state"] == 2
    assert main["errors"]["dyadic"].startswith("not estimable: dyadic-robust errors: one state")
    for parameter in main["parameters"].values():
        assert parameter["main"]["errors"] == "randomisation + wild cluster bootstrap"
        assert parameter["main"]["ci95"] == parameter["wild"]["ci95"]
        assert parameter["main"]["p"] == max(parameter["wild"]["p"], parameter["permutation"]["p"])
        assert parameter["mde"] == pytest.approx(2.8015852 * parameter["se"], rel=1e-6)
        assert parameter["powered"] == (parameter["mde"] <= 0.05)
        assert parameter["permutation"]["draws"] == 39


def test_every_declared_variant_is_there_once_on_its_grains(data: dict[str, Any]) -> None:
    for grain in ("annual", "monthly"):
        declared = [v.name for v in SPECS["H3"].core.variants if grain in v.grains]
        assert [v["name"] for v in data["grains"][grain]["variants"]] == declared
        assert all(v["reason"] for v in data["grains"][grain]["variants"] if v["status"] != "estimated")


def test_a_constant_added_block_is_a_reason_and_not_a_number(data: dict[str, Any]) -> None:
    other = next(v for v in data["grains"]["annual"]["variants"] if v["name"] == "other_stock")
    assert other["status"] == "not_estimable"
    assert "`other_stock` does not vary within dyads" in other["reason"]
    assert other["parameters"] == {}


def test_an_added_block_stands_beside_the_core_on_the_same_rows(data: dict[str, Any]) -> None:
    annual = data["grains"]["annual"]
    block = next(v for v in annual["variants"] if v["name"] == "discretion_atop")
    main = annual["main"]["parameters"]["delta"]["estimate"]
    assert block["same_rows"]["delta"]["estimate"] == pytest.approx(main, rel=1e-9), "no row is lost here"
    assert block["parameters"]["delta"]["estimate"] != pytest.approx(main, rel=1e-6)
    assert block["parameters"]["discretion_all_pre"]["equivalence"] is None, "another unit than weighted meetings"


def test_the_placebo_lead_stands_beside_the_main_row(data: dict[str, Any]) -> None:
    lead = data["grains"]["annual"]["placebo_lead"]
    assert set(lead["parameters"]) == {"theta", "delta", "theta_plus_delta", "lead"}
    assert lead["parameters"]["lead"]["wild"]["draws"] == 399
    assert set(lead["same_rows"]) == {"theta", "delta", "theta_plus_delta"}


def test_lag_bins_that_hardly_vary_are_left_out_by_name(data: dict[str, Any]) -> None:
    lags = data["grains"]["annual"]["lag_bins"]
    assert "contact_over_120" in lags["notes"][0]
    assert "delta_over_120" not in lags["parameters"]
    assert "delta_mean" in lags["parameters"]
    assert "delta_0_12" not in lags["parameters"], "other pairs' youngest meetings hardly vary on 31 December"
    assert "delta" not in data["grains"]["annual"]["agrees_in_sign"], "a mean without the youngest bin has no say"
    monthly = data["grains"]["monthly"]
    sign = (monthly["lag_bins"]["parameters"]["theta_plus_delta_mean"]["estimate"] > 0) == (
        monthly["main"]["parameters"]["theta_plus_delta"]["estimate"] > 0
    )
    assert monthly["agrees_in_sign"]["theta_plus_delta"] is sign


def test_the_hazard_as_a_logit_is_monthly_only(data: dict[str, Any]) -> None:
    assert data["grains"]["annual"]["logit"] is None
    logit = data["grains"]["monthly"]["logit"]
    assert logit["status"] == "estimated"
    linear = data["grains"]["monthly"]["main"]["parameters"]
    assert set(logit["parameters"]) == set(linear)
    assert logit["n"] <= data["grains"]["monthly"]["main"]["n"]


def test_numbers_have_twelve_digits_and_missing_is_null(data: dict[str, Any]) -> None:
    assert all(float(f"{x:.12g}") == x for x in numbers_in(data))
    assert plain({"a": np.float64("nan"), "b": (1, np.True_), "c": np.int64(3)}) == {"a": None, "b": [1, True], "c": 3}


def test_same_inputs_give_the_same_bytes_whatever_the_order_of_rows(frames: Frames) -> None:
    bare = quick(variants=())
    shuffled = replace(
        frames,
        panel=frames.panel.sample(frac=1, random_state=2),
        panel_months=frames.panel_months.sample(frac=1, random_state=3),
    )
    first = {k: r.dumps() for k, r in run_family(bare, frames, draws=9).items()}
    assert first == {k: r.dumps() for k, r in run_family(bare, frames, draws=9).items()}
    assert first == {k: r.dumps() for k, r in run_family(bare, shuffled, draws=9).items()}


def test_one_hypothesis_alone_is_the_same_but_for_holm(frames: Frames, results: dict[str, Result]) -> None:
    spec = next(s for s in quick(variants=()) if s.id == "H1")
    alone = run(spec, frames, draws=39)
    assert alone.own == results["H1"].own
    assert alone.holm["family"] == ["H1"]


def test_wrong_stocks_leave_the_bootstrap_and_bar_the_claim(frames: Frames) -> None:
    """The frame's stocks are not those of the meetings: no reference distribution, so nothing may be called above 0."""
    wrong = replace(frames, dyad_meetings=frames.dyad_meetings.assign(weight=frames.dyad_meetings["weight"] * 2))
    result = run_family(quick(variants=()), wrong, draws=9)["H3"]
    main = result.grains["annual"].main
    assert main.errors["randomisation"].startswith("not estimable: randomisation: the contact stock")
    assert main.parameters["delta"].permutation is None
    assert main.parameters["delta"].main.above_zero is None
    assert result.verdict.verdict == "undecided"


def test_an_empty_sample_is_a_result_with_a_reason(frames: Frames) -> None:
    empty = replace(frames, panel=frames.panel.assign(covered=False))
    results = run_family(quick(variants=()), empty, draws=9)
    main = results["H3"].grains["annual"].main
    assert main.status == "not_estimable"
    assert "covered false" in main.reason
    assert results["H3"].own["annual"] is None
    assert results["H1"].finding == "not_estimable"
    assert results["H3"].verdict.verdict == "undecided"
    assert json.loads(results["H3"].dumps())["grains"]["annual"]["main"]["parameters"] == {}


def test_a_missing_column_stops_the_run(frames: Frames) -> None:
    with pytest.raises(AnalysisError, match=r"`annual panel` lacks columns[\s\S]*joint_igos_pre"):
        run_family(quick(), replace(frames, panel=frames.panel.drop(columns="joint_igos_pre")), draws=9)


def test_dyads_without_a_hub_have_dyadic_robust_main_errors() -> None:
    """A chain of 40 states: no state in more than 2 of 39 dyads, more than 30 states vary."""
    chain = make_world(seed=9, dyads=40, first=1988, last=1994, star=False)
    result = run_family(quick(variants=()), chain, draws=9)["H3"]
    main = result.grains["annual"].main
    assert main.errors["dyadic"] == "estimated"
    delta = main.parameters["delta"]
    assert delta.main.errors == "dyadic-robust"
    assert delta.main.ci95 == delta.dyadic.ci95
    assert delta.dyadic.se != pytest.approx(delta.se, rel=1e-3)
