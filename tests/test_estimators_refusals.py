"""What an estimator cannot tell is refused by name, never dropped silently."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from estimator_cases import CASES, EVENTS, TIMES, data, dyads, rows_of

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.fit import Options
from trustpanel.models.estimators.registry import ESTIMATORS, RESAMPLED, SANDWICH, estimate
from trustpanel.models.estimators.sample import Columns, Sample, sample_of

D = data("dyad_years")
PLAIN = Options(errors="classical")
FIRST = {case.estimator: case for case in reversed(CASES.values())}
EVERY = (*SANDWICH, *RESAMPLED, "bias_reduced")


def first(name: str) -> tuple[pd.DataFrame, Columns, Options]:
    """A case of the estimator that works: frame, columns, options with the first errors it knows."""
    case = FIRST[name]
    return rows_of(case), case.columns, case.options


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_errors_that_an_estimator_does_not_define_are_refused(name: str) -> None:
    frame, columns, options = first(name)
    sample = sample_of(frame, columns)
    for kind in (*EVERY, "jackknife"):
        if kind not in ESTIMATORS[name].errors:
            with pytest.raises(AnalysisError, match=rf"`{kind}` errors are not defined for `{name}`"):
                estimate(name, sample, replace(options, errors=kind))


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_a_constant_outcome_is_not_estimable(name: str) -> None:
    frame, columns, options = first(name)
    flat = frame.assign(**{columns.outcome: 0 if name in ("cox", "discrete_hazard") else 1})
    with pytest.raises(NotEstimableError, match=r"constant"):
        estimate(name, sample_of(flat, columns), options)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_an_empty_sample_is_not_estimable(name: str) -> None:
    frame, columns, _ = first(name)
    with pytest.raises(NotEstimableError, match="no row is left"):
        sample_of(frame.assign(**{columns.outcome: np.nan}), columns)
    with pytest.raises(NotEstimableError, match="empty"):
        estimate(
            name,
            Sample(y=np.empty(0), x=np.empty((0, 0)), names=()),
            PLAIN if "classical" in ESTIMATORS[name].errors else Options(),
        )


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_an_unknown_column_is_named(name: str) -> None:
    frame, columns, _ = first(name)
    with pytest.raises(AnalysisError, match=r"lacks columns[\s\S]*summit_magic"):
        sample_of(frame, replace(columns, terms=("summit_magic",)))
    with pytest.raises(AnalysisError, match=r"lacks columns[\s\S]*summit_magic"):
        sample_of(frame, replace(columns, clusters=("summit_magic",)))


CLUSTERED = [name for name, entry in ESTIMATORS.items() if "cluster" in entry.errors]


@pytest.mark.parametrize("name", CLUSTERED)
def test_one_cluster_and_few_clusters_are_not_estimable(name: str) -> None:
    frame, columns, options = first(name)
    options = replace(options, errors="cluster", cluster=())
    unit = columns.groups or "row"
    frame = frame.assign(row=np.arange(len(frame)), world=1)
    for groups, clusters in ((1, "world"), (4, "few")):
        frame["few"] = frame[unit] % 4
        with pytest.raises(NotEstimableError, match=rf"too few clusters of `{clusters}`[\s\S]*found: {groups}"):
            estimate(name, sample_of(frame, replace(columns, clusters=(clusters,))), options)


def test_few_clusters_are_warned_of() -> None:
    fit = estimate("linear", sample_of(D, replace(dyads("y"), clusters=("year",))), Options())
    assert any("12 clusters of year" in w for w in fit.warnings)


COLLINEAR = [
    n for n in ESTIMATORS if n not in ("callaway_santanna", "two_stage_effects", "local_projections", "sun_abraham")
]


@pytest.mark.parametrize("name", COLLINEAR)
def test_a_collinear_column_is_refused_or_dropped_by_name(name: str) -> None:
    frame, columns, options = first(name)
    frame = frame.assign(twice=2 * frame["x1"] - frame["x2"])
    wide = replace(columns, terms=(*columns.terms, "twice"))
    with pytest.raises(NotEstimableError, match=r"`(twice|x1|x2)` cannot be told apart: collinear"):
        estimate(name, sample_of(frame, wide), options)
    fit = estimate(name, sample_of(frame, wide), replace(options, focus=("x1", "x2")))
    assert fit.dropped_columns == (("twice", "collinear with other columns"),)
    whole = estimate(name, sample_of(frame, columns), replace(options, focus=("x1", "x2")))
    assert fit.coef == pytest.approx(whole.coef, rel=1e-8)


def test_a_column_that_the_effects_hold_is_refused() -> None:
    frame = D.assign(own=D["dyad"] % 7)
    columns = replace(dyads("y", constant=False, effects=("dyad", "year")), terms=("x1", "own"))
    with pytest.raises(NotEstimableError, match="`own` cannot be told apart: no variation left by the effects"):
        estimate("linear", sample_of(frame, columns), Options())


def separated() -> pd.DataFrame:
    """A column that is 1 only where the outcome is 1 (quasi-complete)."""
    rng = np.random.default_rng(3)
    frame = D.assign(perfect=np.where((D["yb"] == 1) & (rng.uniform(size=len(D)) < 0.4), 1.0, 0.0))
    frame["none"] = np.where((D["yc"] == 0) & (rng.uniform(size=len(D)) < 0.4), 1.0, 0.0)
    return frame.assign(top=np.where((D["yo"] == 3) & (rng.uniform(size=len(D)) < 0.8), 1.0, 0.0))


SEPARATED = {
    "logit": dyads("yb"),
    "effects_logit": dyads("yb", constant=False, effects=("dyad",)),
    "conditional_logit": dyads("yb", constant=False, groups="dyad"),
    "rare_events_logit": dyads("yb"),
    "poisson": dyads("yc"),
    "ordered_logit": dyads("yo", constant=False),
    "gee": dyads("yb", groups="dyad", time="year"),
}


@pytest.mark.parametrize("name", SEPARATED)
def test_separation_is_not_estimable(name: str) -> None:
    column = {"poisson": "none", "ordered_logit": "top"}.get(name, "perfect")
    columns = replace(SEPARATED[name], terms=("x1", column))
    with pytest.raises(NotEstimableError, match=r"separate|no maximum"):
        estimate(name, sample_of(separated(), columns), replace(PLAIN, family="logit"))


@pytest.mark.parametrize("name", ["logit", "effects_logit", "conditional_logit", "poisson", "ordered_logit"])
def test_separation_by_the_only_column_is_not_estimable(name: str) -> None:
    column = {"poisson": "none", "ordered_logit": "top"}.get(name, "perfect")
    columns = replace(SEPARATED[name], terms=(column,))
    with pytest.raises(NotEstimableError, match=r"separate|no maximum"):
        estimate(name, sample_of(separated(), columns), PLAIN)


def test_complete_separation_of_a_logit_names_the_column() -> None:
    columns = replace(dyads("yb"), terms=("x2", "same"))
    with pytest.raises(NotEstimableError, match=r"largest: `(same|constant)`[\s\S]*firth_logit"):
        estimate("logit", sample_of(D.assign(same=D["yb"]), columns), PLAIN)


def test_a_hazard_that_a_column_orders_perfectly_is_not_estimable() -> None:
    frame = data("spells")
    frame = frame.assign(entry=0, early=-frame["exit"].astype(float), event=1)
    with pytest.raises(NotEstimableError, match="no maximum"):
        estimate("cox", sample_of(frame, replace(TIMES, terms=("early",))), PLAIN)


def test_spells_that_all_ended_are_estimable() -> None:
    frame = data("spells").assign(event=1)
    for name in ("cox", "discrete_hazard"):
        assert np.isfinite(estimate(name, sample_of(frame, TIMES), PLAIN).se).all()


def test_an_unknown_estimator_or_choice_is_refused() -> None:
    sample = sample_of(D, dyads("y"))
    with pytest.raises(AnalysisError, match=r"no such estimator[\s\S]*conditional_logit"):
        estimate("magic", sample, Options())
    with pytest.raises(AnalysisError, match="unknown small-sample rule"):
        estimate("linear", sample, Options(small_sample="generous"))
    with pytest.raises(AnalysisError, match=r"cluster name\(s\)[\s\S]*summit"):
        estimate("linear", sample, Options(cluster=("summit",)))
    with pytest.raises(AnalysisError, match="focus names columns"):
        estimate("linear", sample, Options(focus=("summit",)))
    with pytest.raises(AnalysisError, match="level"):
        estimate("linear", sample, Options(level=95))
    with pytest.raises(AnalysisError, match="2 cluster name"):
        estimate("linear", sample_of(D, replace(dyads("y"), clusters=("dyad",))), Options(errors="two_way"))
    with pytest.raises(AnalysisError, match="two states"):
        estimate("linear", replace(sample, states=None), Options(errors="dyadic"))
    with pytest.raises(AnalysisError, match="redraw"):
        estimate("linear", sample, Options(errors="randomisation", focus=("x1",)))


def test_dyadic_errors_are_refused_in_a_star_and_with_few_states() -> None:
    star = sample_of(D.assign(a=0), dyads("y"))
    with pytest.raises(NotEstimableError, match="one state is in too many rows"):
        estimate("linear", star, Options(errors="dyadic"))
    with pytest.raises(NotEstimableError, match="too few states"):
        estimate("linear", sample_of(D, dyads("y")), Options(errors="dyadic", dyadic_states_min=37))


def test_a_cluster_that_cuts_a_group_is_refused() -> None:
    sample = sample_of(D, replace(dyads("yb", constant=False, groups="dyad"), clusters=("year",)))
    for name in ("conditional_logit", "gee"):
        with pytest.raises(NotEstimableError, match="cuts through a group"):
            estimate(name, sample, Options(family="logit"))


def test_the_wild_bootstrap_needs_five_clusters() -> None:
    frame = D[D["dyad"] < 4]
    with pytest.raises(NotEstimableError, match=r"wild bootstrap[\s\S]*at least 5"):
        estimate("linear", sample_of(frame, dyads("y")), Options(errors="wild", wild_draws=99))


def test_bad_values_are_refused() -> None:
    sample = sample_of(D, dyads("y"))
    with pytest.raises(AnalysisError, match="short or not finite"):
        estimate("linear", replace(sample, y=np.where(sample.y > 0, np.nan, sample.y)), Options())
    with pytest.raises(AnalysisError, match="not all above 0"):
        estimate("linear", replace(sample, weights=np.zeros(sample.n)), Options())
    with pytest.raises(AnalysisError, match="neither 0 nor 1"):
        estimate("logit", sample_of(D, dyads("yc")), PLAIN)
    with pytest.raises(AnalysisError, match="below 0"):
        estimate("poisson", sample, PLAIN)
    with pytest.raises(AnalysisError, match="not numeric"):
        sample_of(D.assign(x1="many"), dyads("y"))
    with pytest.raises(AnalysisError, match="entry < exit"):
        estimate("cox", sample_of(data("spells").assign(entry=99), TIMES), PLAIN)
    with pytest.raises(AnalysisError, match="whole periods"):
        estimate("discrete_hazard", sample_of(data("spells").assign(entry=0.5), TIMES), PLAIN)


def test_event_studies_check_their_panel() -> None:
    frame = data("staggered")
    with pytest.raises(AnalysisError, match="two rows at one time"):
        estimate("sun_abraham", sample_of(pd.concat([frame, frame.tail(1)]), EVENTS), Options())
    moved = frame.assign(start=np.where((frame["unit"] == 1) & (frame["time"] > 5), 7, frame["start"]))
    with pytest.raises(AnalysisError, match="two starts"):
        estimate("sun_abraham", sample_of(moved, EVENTS), Options())
    with pytest.raises(AnalysisError, match="units, times and starts"):
        estimate("sun_abraham", sample_of(frame, replace(EVENTS, start=None)), Options())
    with pytest.raises(AnalysisError, match="reference"):
        estimate("sun_abraham", sample_of(frame, EVENTS), Options(reference=2))
    with pytest.raises(NotEstimableError, match="no treated or no untreated"):
        estimate("callaway_santanna", sample_of(frame.assign(start=np.nan), EVENTS), Options())


def test_instruments_are_checked() -> None:
    iv = dyads("y", endogenous=("d",), instruments=("z1",))
    with pytest.raises(AnalysisError, match="one endogenous column"):
        estimate("two_stage_least_squares", sample_of(D, dyads("y")), Options())
    frame = D.assign(again=D["x1"] + 1)
    with pytest.raises(NotEstimableError, match=r"instrument has no variation of its own[\s\S]*again"):
        estimate("two_stage_least_squares", sample_of(frame, replace(iv, instruments=("z1", "again"))), Options())


def test_levels_without_variation_are_counted() -> None:
    sample = sample_of(D, dyads("yb", constant=False, effects=("dyad",)))
    still = D.groupby("dyad")["yb"].transform("nunique") == 1
    fit = estimate("effects_logit", sample, PLAIN)
    assert dict(fit.dropped_rows) == {"outcome never varies within dyad": int(still.sum())}
    none = D.groupby("dyad")["yc"].transform("sum") == 0
    counted = estimate("poisson", sample_of(D, dyads("yc", constant=False, effects=("dyad", "year"))), PLAIN)
    assert dict(counted.dropped_rows) == {"no event within dyad": int(none.sum())}
    assert counted.n == len(D) - none.sum()


def test_a_single_row_of_an_effect_is_counted() -> None:
    frame = D[(D["dyad"] > 0) | (D["year"] == D.loc[D["dyad"] == 0, "year"].min())]
    fit = estimate("linear", sample_of(frame, dyads("y", constant=False, effects=("dyad", "year"))), Options())
    assert dict(fit.dropped_rows) == {"only row of its dyad": 1}


def test_a_fit_without_constant_and_effects_says_so() -> None:
    fit = estimate("linear", sample_of(D, dyads("y", constant=False)), Options())
    assert "neither a constant nor effects are in the fit" in fit.warnings
    assert not any("constant" in w for w in estimate("linear", sample_of(D, dyads("y")), Options()).warnings)


def test_dummies_that_would_not_fit_into_memory_are_refused(monkeypatch) -> None:
    monkeypatch.setattr("trustpanel.models.estimators.resampling.CELLS", 1000)
    monkeypatch.setattr("trustpanel.models.estimators.hazard.CELLS", 1000)
    sample = sample_of(D, dyads("y", constant=False, effects=("dyad", "year")))
    with pytest.raises(NotEstimableError, match=r"607 x 12"):
        estimate("linear", sample, Options(errors="wild", wild_draws=99))
    with pytest.raises(NotEstimableError, match=r"too many periods[\s\S]*spline"):
        estimate("discrete_hazard", sample_of(data("spells"), TIMES), PLAIN)
    fit = estimate("discrete_hazard", sample_of(data("spells"), TIMES), replace(PLAIN, baseline="spline"))
    assert fit.names[:3] == ("x1", "x2", "constant")
