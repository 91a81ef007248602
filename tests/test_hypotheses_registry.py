"""Declared tests by the estimators of the registry: the numbers of other programs, and what a file may not ask for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from estimator_cases import CASES, STORED, data
from test_models_hypothesis import REQUEST, edit, folder, invented, load  # noqa: F401

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.instruments import STRONG
from trustpanel.models.hypothesis import FrameRequest
from trustpanel.models.hypothesis_run import ESTIMATORS, prepare
from trustpanel.models.hypothesis_spec import EVERY_ROW
from trustpanel.models.model import Model
from trustpanel.models.roles import EVENTS
from trustpanel.models.spec import load_spec
from trustpanel.models.spec_types import Contrast, Roles, Sample, Term
from trustpanel.paths import project

DECLARED = load_spec(project().analyses, "H3").core
CORE = replace(DECLARED, errors=replace(DECLARED.errors, wild_draws=199))
YEARS = 30


def model(outcome: str, *columns: str, roles: Roles, effects: tuple[str, ...] = ()) -> Model:
    """A test of the columns on every row, clustered by dyad; the first column of instruments has the rest as controls."""
    terms = columns[:1] if roles.instruments or roles.unit else columns
    return Model(
        name="main",
        label="main",
        grain="annual",
        outcome=outcome,
        orientation=1,
        smallest_effect=None,
        terms=tuple(Term(c, c, "state") for c in terms),
        parameters=tuple(Contrast(c, ((c, 1.0),)) for c in terms),
        controls=columns[len(terms) :],
        splines=(),
        spline_knots=(),
        flags=(),
        dummies=(),
        effects=effects,
        sample=Sample(EVERY_ROW, EVERY_ROW, EVERY_ROW),
        weights=None,
        standardise=False,
        needs_leaders=False,
        testable=CORE.testable,
        roles=roles,
    )


def ready(name: str) -> pd.DataFrame:
    """A data set of the outside programs as rows of dyads: the states of a dyad, or the cluster of a spell or unit."""
    frame = data(name)
    if name == "dyad_years":
        return prepare(frame.assign(ccode_a=frame["a"] + 1, ccode_b=frame["b"] + 1), FRAME)
    code = frame["cluster"] if name == "spells" else frame["unit"]
    year = frame["time"] if name == "staggered" else np.arange(len(frame))
    return prepare(frame.assign(ccode_a=code + 1, ccode_b=code + 5001, year=year), FRAME)


FRAME = FrameRequest(None, (), "a_table", None, False, ())


def stored(case: str, quantity: str, name: str) -> float:
    rows = STORED[(STORED["case"] == case) & (STORED["quantity"] == quantity) & (STORED["name"] == name)]
    assert len(rows), (case, quantity, name)
    return float(rows["value"].iloc[0])


LIKELIHOODS = {
    "cox efron classical": ("cox", "event", Roles(entry="entry", exit="exit"), False),
    "discrete_hazard logit cluster": ("discrete_hazard", "event", Roles(entry="entry", exit="exit"), True),
    "ordered_logit cluster": ("ordered_logit", "yo", Roles(), True),
    "gee logit exchangeable cluster": ("gee", "yb", Roles(family="logit", correlation="exchangeable"), False),
}


@pytest.mark.parametrize("case", LIKELIHOODS)
def test_a_declared_test_has_the_coefficients_of_other_programs(case: str) -> None:
    name, outcome, roles, same_errors = LIKELIHOODS[case]
    found = ESTIMATORS[name](ready(CASES[case].data), model(outcome, "x1", "x2", roles=roles), CORE)
    assert found.status == "estimated"
    for term in ("x1", "x2"):
        assert found.parameters[term].estimate == pytest.approx(stored(case, "coef", term), rel=1e-6)
        if same_errors:
            assert found.parameters[term].se == pytest.approx(stored(case, "se", term), rel=1e-6)
    assert found.parameters["x1"].mde == pytest.approx(2.8015852 * found.parameters["x1"].se, rel=1e-6)
    assert found.parameters["x1"].main.errors == "clustered by dyad"
    if name in ("cox", "discrete_hazard"):
        assert f"{int(data('spells')['event'].sum()):,} ends in {len(data('spells')):,} rows" in found.notes[0]


@pytest.mark.parametrize(
    ("case", "instruments", "effects"),
    [("iv cluster", ("z1", "z2"), ()), ("iv one instrument effects cluster", ("z1",), ("dyad", "year"))],
)
def test_instruments_have_the_numbers_of_other_programs(case: str, instruments: tuple[str, ...], effects) -> None:
    declared = model("y", "d", "x1", "x2", roles=Roles(instruments=instruments), effects=effects)
    found = ESTIMATORS["two_stage_least_squares"](ready("dyad_years"), declared, CORE)
    own = found.parameters["d"]
    assert found.status == "estimated"
    assert own.estimate == pytest.approx(stored(case, "coef", "d"), rel=1e-6)
    assert own.se == pytest.approx(stored(case, "se", "d"), rel=1e-6)
    assert own.main.errors == "clustered by dyad"
    assert "effective F" in found.notes[0]


def test_a_weak_instrument_claims_nothing_and_shows_its_set() -> None:
    """The interval is the set of Anderson and Rubin, here written out: all b whose reduced form of y - b d is flat."""
    frame = ready("dyad_years")
    declared = model("y", "d", "x1", "x2", roles=Roles(instruments=("weak",)), effects=("dyad", "year"))
    found = ESTIMATORS["two_stage_least_squares"](frame, declared, CORE)
    own = found.parameters["d"]
    assert found.status == "weak_instrument"
    assert f"no claim below an effective F of {STRONG}" in str(found.reason)
    assert (own.main.errors, own.main.above_zero, own.main.below_zero) == ("Anderson-Rubin", None, None)
    for b in (end for end in own.main.ci95 if end is not None):
        flat = frame.assign(left=frame["y"] - b * frame["d"])
        reduced = ESTIMATORS["linear"](
            flat, model("left", "weak", "x1", "x2", roles=Roles(), effects=("dyad", "year")), CORE
        )
        assert reduced.parameters["weak"].p == pytest.approx(0.05, abs=2e-3)
    reduced = ESTIMATORS["linear"](frame, model("y", "weak", "x1", "x2", roles=Roles(), effects=("dyad", "year")), CORE)
    assert own.main.p == pytest.approx(reduced.parameters["weak"].p, rel=0.02)
    same = frame.groupby("dyad")["weak"].transform("first").where(frame["dyad"] > 4, frame["weak"])
    few = ESTIMATORS["two_stage_least_squares"](frame.assign(weak=same), declared, CORE)
    assert few.status == "not_testable_here"
    assert "the instrument weak varies in" in str(few.reason)


WINDOWS = {
    "sun_abraham": (-6, 8),
    "two_stage_effects": (-7, 8),
    "local_projections": (-5, 6),
    "callaway_santanna": (-6, 8),
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_study_has_the_numbers_of_other_programs(name: str) -> None:
    case = f"{name} not_yet cluster" if name == "callaway_santanna" else f"{name} cluster"
    roles = Roles(unit="pair", window=WINDOWS[name], control="not_yet" if name == "callaway_santanna" else None)
    frame = ready("staggered")
    frame["met"] = frame["time"] >= frame["start"].fillna(np.inf)
    found = ESTIMATORS[name](frame, model("y", "met", roles=roles), CORE)
    factor = 1.0 if name in ("sun_abraham", "local_projections") else np.sqrt(1 + 1 / (found.facts.clusters - 1))
    for event in ("event -3", "event +0", "event +4"):
        assert found.parameters[event].estimate == pytest.approx(stored(case, "coef", event), rel=1e-6)
        assert found.parameters[event].se == pytest.approx(factor * stored(case, "se", event), rel=1e-6)
    after = [stored(case, "coef", f"event +{h}") for h in range(WINDOWS[name][1] + 1)]
    assert min(after) < found.parameters["met"].estimate < max(after)
    if name == "local_projections":  # it has no average of its own
        assert found.parameters["met"].estimate == pytest.approx(np.mean(after), rel=1e-6)
    assert "event -1" not in found.parameters
    assert "together: chi2" in found.notes[0]


def test_the_event_is_dated_by_rows_outside_the_sample_too() -> None:
    """A unit whose event lies in a row without an outcome has it in that year, not in the next row's."""
    frame = ready("staggered")
    frame["met"] = frame["time"] >= frame["start"].fillna(np.inf)
    declared = model("y", "met", roles=Roles(unit="pair", window=(-3, 3)))
    holed = frame.assign(y=frame["y"].where(frame["time"] != frame["start"]))
    found = ESTIMATORS["two_stage_effects"](holed, declared, CORE)
    assert "event +0" not in found.parameters
    assert "event +1" in found.parameters


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("cox", "", "`exit` is absent"),
        ("cox", '[tests.roles]\nexit = "year"\nexits = "year"', "did you mean `exit`"),
        ("gee", '[tests.roles]\nfamily = "probit"', "roles.family"),
        ("linear", '[tests.roles]\nexit = "year"', "unknown field `exit`"),
        ("two_stage_least_squares", '[tests.roles]\ninstruments = ["year"]', "has one term"),
        ("logit", "", "has no dyad effects"),
    ],
)
def test_roles_that_do_not_fit_are_refused(folder: Path, name: str, more: str, words: str) -> None:  # noqa: F811
    edit(folder, 'estimator = "linear"', f'estimator = "{name}"')
    if words != "has no dyad effects":
        edit(folder, 'effects = ["dyad", "year"]', "effects = []")
    edit(folder, "[[tests.terms]]", f"{more}\n\n[[tests.terms]]")
    with pytest.raises(AnalysisError, match=words):
        load(folder)


def many(dyads: int, *, years: int = YEARS, **more: object) -> pd.DataFrame:
    return prepare(invented(0.3, dyads=dyads, years=years).assign(**more), REQUEST)


@pytest.mark.parametrize(
    ("dyads", "main", "dyadic"),
    [
        (40, "wild cluster bootstrap alone", "not estimable: dyadic-robust errors: one state is in too many rows"),
        (600, "dyadic-robust", None),
    ],
)
def test_the_errors_of_a_sample_are_those_of_the_declared_rule(folder: Path, dyads: int, main: str, dyadic) -> None:  # noqa: F811
    """A star of 40 dyads has no dyadic-robust errors; 600 dyads without a common state have, and no bootstrap."""
    frame = many(dyads, years=5)
    if dyadic:
        frame["ccode_a"] = 2
    found = ESTIMATORS["linear"](frame, replace(load(folder)["H21"].tests[0].model, grain="annual"), CORE)
    assert found.parameters["both_left"].main.errors == main
    assert ("dyadic" in found.errors) is bool(dyadic)
    if dyadic:
        assert "one state is in too many rows" in found.errors["dyadic"]
        assert found.errors["wild"] == "estimated"
    else:
        assert "clusters are many" in found.errors["wild"]


def test_too_few_clusters_have_no_errors(folder: Path) -> None:  # noqa: F811
    declared = replace(load(folder)["H21"].tests[0].model, grain="annual")
    for dyads, words in ((1, "fewer than two dyads"), (4, "too few clusters for any")):
        with pytest.raises(NotEstimableError, match=words):
            ESTIMATORS["linear"](many(dyads), declared, CORE)
    pooled = replace(declared, effects=(), cluster="sphere")
    for spheres, words in ((1, "fewer than two clusters"), (4, "too few clusters for any")):
        with pytest.raises(NotEstimableError, match=words):
            ESTIMATORS["linear"](many(40, sphere=np.arange(40 * YEARS) % spheres), pooled, CORE)
        with pytest.raises(NotEstimableError, match=r"fewer than two|too few clusters"):
            ESTIMATORS["logit"](many(40, sphere=np.arange(40 * YEARS) % spheres, peace_3y=coin), pooled, CORE)


def coin(frame: pd.DataFrame) -> pd.Series:
    return (frame["peace_3y"] > 0.6).astype(float)


REFUSALS = {
    "constant outcome": ({"peace_3y": 1.0}, NotEstimableError, "does not vary|constant"),
    "no row": ({"peace_3y": np.nan}, NotEstimableError, "fewer than two dyads are left"),
    "nobody at risk": ({"at_risk": False}, NotEstimableError, "at_risk false"),
    "collinear": ({"right_either": lambda f: ~f["left_weak_link"]}, NotEstimableError, "collinear"),
    "text": ({"left_weak_link": "yes"}, AnalysisError, "not numeric"),
}


@pytest.mark.parametrize("name", ["linear", "logit", "gee"])
@pytest.mark.parametrize("case", REFUSALS)
def test_what_a_test_cannot_tell_is_refused(folder: Path, name: str, case: str) -> None:  # noqa: F811
    values, kind, words = REFUSALS[case]
    declared = replace(load(folder)["H21"].tests[0].model, grain="annual", effects=(), roles=Roles(family="logit"))
    frame = many(30, **({"peace_3y": coin} if name != "linear" else {}) | values)
    with pytest.raises(kind, match=words):
        ESTIMATORS[name](frame, declared, CORE)


def test_separation_and_an_absent_column_are_named(folder: Path) -> None:  # noqa: F811
    declared = replace(load(folder)["H21"].tests[0].model, grain="annual", effects=())
    apart = many(30, peace_3y=coin, left_weak_link=lambda f: f["peace_3y"] == 1)
    with pytest.raises(NotEstimableError, match=r"separate|no maximum"):
        ESTIMATORS["logit"](apart, declared, CORE)
    for name in ("linear", "logit"):
        with pytest.raises(AnalysisError, match=r"lacks columns[\s\S]*left_weak_link"):
            ESTIMATORS[name](many(30).drop(columns="left_weak_link"), declared, CORE)
