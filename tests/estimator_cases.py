"""The fits that are held against other programs: estimator, data set, columns and options by case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd

from trustpanel.models.estimators.fit import Fit, Options
from trustpanel.models.estimators.registry import estimate
from trustpanel.models.estimators.sample import Columns, sample_of

TRUTH = Path(__file__).parent / "truth"
# what other programs say: case, program, name, quantity, value
STORED = pd.concat(pd.read_csv(TRUTH / f"estimators_{name}.csv", keep_default_na=False) for name in ("r", "python"))


@dataclass(frozen=True)
class Case:
    """One fit of the registry on one of the invented data sets; `rows` keeps part of it."""

    estimator: str
    data: str
    columns: Columns
    options: Options
    rows: str = "all"


@cache
def data(name: str) -> pd.DataFrame:
    return pd.read_csv(TRUTH / f"estimators_{name}.csv")


def rows_of(case: Case) -> pd.DataFrame:
    frame = data(case.data)
    if case.rows == "two years":
        frame = frame[frame["year"].isin([1995, 1996])]
        return frame[frame.groupby("dyad")["year"].transform("size") == 2]
    return frame


def fit_case(case: Case) -> Fit:
    return estimate(case.estimator, sample_of(rows_of(case), case.columns), case.options)


def dyads(outcome: str, *, constant: bool = True, effects: tuple[str, ...] = (), **more: object) -> Columns:
    base = Columns(outcome=outcome, terms=("x1", "x2"), clusters=("dyad", "year"), effects=effects, constant=constant)
    return replace(base, states=("a", "b"), **more)  # type: ignore[arg-type]


CASES: dict[str, Case] = {}


def add(
    name: str, estimator: str, columns: Columns, *kinds: str, source: str = "dyad_years", **choices: object
) -> None:
    """A case for each kind of errors, named `name kind`; two-way errors stand without a factor against R."""
    for kind in kinds:
        assert f"{name} {kind}" not in CASES, "two cases have one name"
        rows = str(choices.get("rows", "all"))
        rest = {k: v for k, v in choices.items() if k != "rows"}
        if kind == "two_way" and "small_sample" not in rest:
            rest["small_sample"] = "none"
        CASES[f"{name} {kind}"] = Case(estimator, source, columns, Options(errors=kind, **rest), rows)  # type: ignore[arg-type]


SANDWICH = ("classical", "robust", "cluster", "two_way")
add("linear", "linear", dyads("y"), *SANDWICH)
add("linear weighted", "linear", dyads("y", weights="w"), "cluster")
add("linear effects", "linear", dyads("y", constant=False, effects=("dyad", "year")), "classical", "robust", "cluster")
add("linear effects", "linear", dyads("y", constant=False, effects=("dyad", "year")), "two_way", small_sample="nested")
add("linear one effect", "linear", dyads("y", constant=False, effects=("dyad",)), "cluster")
add("linear weighted effects", "linear", dyads("y", constant=False, effects=("dyad", "year"), weights="w"), "cluster")
THREE = dyads("y", constant=False, effects=("leader", "year", "a"))
add("linear three effects", "linear", THREE, "classical", "cluster")
add(
    "linear_probability effects",
    "linear_probability",
    dyads("yb", constant=False, effects=("dyad", "year")),
    *SANDWICH[:3],
)
add("linear_probability", "linear_probability", dyads("yb"), *SANDWICH)
add("logit", "logit", dyads("yb"), *SANDWICH)
add("logit weighted", "logit", dyads("yb", weights="w"), "cluster")
add("poisson", "poisson", dyads("yc"), *SANDWICH)
add("poisson effects", "poisson", dyads("yc", constant=False, effects=("dyad", "year")), "classical", "cluster")
add(
    "poisson weighted effects", "poisson", dyads("yc", constant=False, effects=("dyad", "year"), weights="w"), "cluster"
)
add("effects_logit", "effects_logit", dyads("yb", constant=False, effects=("dyad",)), "classical", "robust", "cluster")
add("effects_logit", "effects_logit", dyads("yb", constant=False, effects=("dyad",)), "two_way", small_sample="nested")
add(
    "effects_logit two sets",
    "effects_logit",
    dyads("yb", constant=False, effects=("dyad", "year")),
    "classical",
    "cluster",
)
add("conditional_logit", "conditional_logit", dyads("yb", constant=False, groups="dyad"), "classical")
PAIRS = Columns(outcome="yb", terms=("x1", "x2"), groups="dyad", clusters=("a", "b"))
add("conditional_logit differences", "conditional_logit", PAIRS, *SANDWICH, rows="two years")
add("ordered_logit", "ordered_logit", dyads("yo", constant=False), *SANDWICH)
add("firth_logit", "firth_logit", dyads("rare"), "classical")
add("rare_events_logit", "rare_events_logit", dyads("rare"), "classical", "robust", "cluster")
for family, outcome in (("linear", "y"), ("logit", "yb"), ("poisson", "yc")):
    for correlation in ("independence", "exchangeable", "ar1"):
        known = dyads(outcome, groups="dyad", time="year")
        kinds = ("cluster", "classical")
        more = {"family": family, "correlation": correlation, "small_sample": "none"}
        add(f"gee {family} {correlation}", "gee", known, *kinds, **more)
TIMES = Columns(outcome="event", terms=("x1", "x2"), entry="entry", exit="exit", clusters=("cluster", "stratum"))
for ties in ("efron", "breslow"):
    add(f"cox {ties}", "cox", TIMES, "classical", source="spells", ties=ties)
    add(
        f"cox strata {ties}", "cox", replace(TIMES, groups="stratum"), "classical", "robust", source="spells", ties=ties
    )
    strata = replace(TIMES, groups="stratum")
    add(f"cox strata {ties}", "cox", strata, "cluster", source="spells", ties=ties, small_sample="none")
for link in ("logit", "cloglog"):
    kinds = ("classical", "cluster", "robust") if link == "logit" else ("classical",)
    add(f"discrete_hazard {link}", "discrete_hazard", TIMES, *kinds, source="spells", link=link)
EVENTS = Columns(outcome="y", groups="unit", time="time", start="start", clusters=("unit", "region"))
add("sun_abraham", "sun_abraham", EVENTS, "cluster", source="staggered", window=(-6, 8))
add(
    "two_stage_effects", "two_stage_effects", EVENTS, "cluster", source="staggered", window=(-7, 8), small_sample="none"
)
add("local_projections", "local_projections", EVENTS, "cluster", source="staggered", window=(-5, 6))
for control in ("never", "not_yet"):
    part = {"control": control, "window": (-6, 8), "small_sample": "none"}
    add(f"callaway_santanna {control}", "callaway_santanna", EVENTS, "cluster", source="staggered", **part)
IV = dyads("y", endogenous=("d",), instruments=("z1", "z2"))
add("iv", "two_stage_least_squares", IV, *SANDWICH)
ONE = replace(IV, constant=False, effects=("dyad", "year"), instruments=("z1",))
add("iv one instrument effects", "two_stage_least_squares", ONE, "cluster")
add("iv weak", "two_stage_least_squares", replace(IV, instruments=("weak",)), "classical")
for family, outcome in (("linear", "y"), ("logit", "yb")):
    known = dyads(outcome, groups="dyad", time="year")
    add(f"gee {family} independence", "gee", known, "bias_reduced", family=family, correlation="independence")
