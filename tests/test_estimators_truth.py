"""Every entry of the registry of estimators equals what other programs and published tables say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from estimator_cases import CASES, STORED, TRUTH, data, fit_case
from linearmodels.datasets import mroz, wage_panel
from statsmodels.datasets import spector
from test_truth_models import assert_same, data_file, design, figures

from trustpanel.models.estimators.fit import Fit, Options
from trustpanel.models.estimators.registry import ESTIMATORS, estimate
from trustpanel.models.estimators.sample import Columns, Sample, sample_of
from trustpanel.models.logit import LogitFit

# Where no other program has the pair, the test that holds it against brute force or a closed form.
ELSEWHERE = {
    ("linear", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("linear", "wild"): "test_the_wild_bootstrap_is_that_of_refitting_everything",
    ("linear", "randomisation"): "test_randomisation_is_the_exact_test_of_fisher",
    ("linear_probability", "dyadic"): "test_a_linear_probability_model_is_the_linear_model",
    ("linear_probability", "wild"): "test_a_linear_probability_model_is_the_linear_model",
    ("linear_probability", "randomisation"): "test_randomisation_is_the_exact_test_of_fisher",
    ("logit", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("logit", "randomisation"): "test_randomisation_is_the_exact_test_of_fisher",
    ("effects_logit", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("conditional_logit", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("poisson", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("poisson", "randomisation"): "test_randomisation_is_the_exact_test_of_fisher",
    ("ordered_logit", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("gee", "robust"): "test_groups_as_clusters_and_robust_errors_of_estimating_equations_are_one",
    ("gee", "two_way"): "test_two_way_errors_are_one_way_errors_when_one_side_holds_the_other",
    ("gee", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("cox", "two_way"): "test_two_way_errors_are_one_way_errors_when_one_side_holds_the_other",
    ("cox", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("discrete_hazard", "two_way"): "test_two_way_errors_are_one_way_errors_when_one_side_holds_the_other",
    ("discrete_hazard", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("sun_abraham", "classical"): "test_sun_abraham_is_the_regression_written_out",
    ("sun_abraham", "robust"): "test_sun_abraham_is_the_regression_written_out",
    ("sun_abraham", "two_way"): "test_two_way_errors_are_one_way_errors_when_one_side_holds_the_other",
    ("sun_abraham", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
    ("callaway_santanna", "robust"): "test_units_as_clusters_and_robust_errors_of_callaway_santanna_are_one",
    ("two_stage_least_squares", "dyadic"): "test_dyadic_errors_are_the_double_sum_over_rows",
}


def told(fit: Fit, name: str, quantity: str) -> float:
    if quantity == "loglik":
        return float(fit.loglik)  # type: ignore[arg-type]
    if quantity == "extra":
        return fit.extra[name]
    if quantity == "ar":
        ends = [end for part in fit.sets["anderson_rubin"] for end in part if np.isfinite(end)]
        return ends[int(name.removeprefix("end "))]
    column = {"coef": fit.coef, "se": fit.se, "p": fit.p, "low": fit.ci_low, "high": fit.ci_high}[quantity]
    return float(column[fit.position(name)])


@pytest.mark.parametrize("case", CASES)
def test_a_fit_equals_other_programs_to_six_digits(case: str) -> None:
    stored = STORED[STORED["case"] == case]
    assert len(stored) >= 2, "a case without stored figures proves nothing"
    fit = fit_case(CASES[case])
    off = {
        (row.program, row.quantity, row.name): (told(fit, row.name, row.quantity), float(row.value))
        for row in stored.itertuples(index=False)
        if told(fit, row.name, row.quantity) != pytest.approx(float(row.value), rel=1e-6, abs=1e-9)
    }
    assert off == {}


def test_every_stored_figure_belongs_to_a_case() -> None:
    assert set(STORED["case"]) == set(CASES)


def test_every_estimator_is_held_against_another_program() -> None:
    programs = {name: set() for name in ESTIMATORS}
    for case, program in STORED[["case", "program"]].drop_duplicates().itertuples(index=False):
        programs[CASES[case].estimator].add(program)
    assert [name for name, found in programs.items() if not found] == []
    assert all(entry.truths and entry.source for entry in ESTIMATORS.values())


def test_every_estimator_under_every_error_has_a_truth() -> None:
    import test_estimators

    proved = {(case.estimator, case.options.errors) for name, case in CASES.items()}
    declared = {(name, kind) for name, entry in ESTIMATORS.items() for kind in entry.errors}
    assert proved <= declared
    assert declared - proved == set(ELSEWHERE)
    assert [test for test in ELSEWHERE.values() if not hasattr(test_estimators, test)] == []


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_the_truths_named_by_an_entry_are_those_stored(name: str) -> None:
    stored = " ".join(STORED.loc[[CASES[c].estimator == name for c in STORED["case"]], "program"].unique())
    words = {"R sandwich": "sandwich", "R survival clogit": "survival", "R survival coxph": "survival"}
    words |= {"R MASS polr": "MASS", "R ordinal clm": "ordinal", "R brglm2": "brglm2", "R AER ivreg": "AER"}
    words |= {
        "R Zelig relogit": "Zelig",
        "R geepack": "geepack",
        "pyfixest did2s": "pyfixest",
        "pyfixest lpdid": "pyfixest",
    }
    words |= {"R glm": "R 4", "R glm with dummies": "R 4", "R lm": "R 4"}
    inside = {"closed form", "brute force", "life table", "published models", "published tables"}
    missing = [t for t in ESTIMATORS[name].truths if t not in inside and words.get(t, t) not in stored]
    assert missing == []


def published(model: dict) -> LogitFit:
    path = data_file(model["data"])
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_stata(path, convert_categoricals=False)
    y, columns = design(frame, model["formula"])
    sample = Sample(y=y, x=columns.to_numpy(dtype=float), names=tuple(columns.columns))
    fit = estimate("logit", sample, Options(errors="classical"))
    return LogitFit(fit.names, fit.coef, fit.cov, float(fit.loglik), 0.0, fit.n)  # type: ignore[arg-type]


@pytest.mark.truth
@pytest.mark.parametrize(
    ("model", "decimals"),
    [(m, 6) for name in ("leader_year_initiation", "civil_conflict_onset") for m in figures(name)]
    + [(figures("alliance_performance")[1], 4)],
    ids=lambda m: m["name"] if isinstance(m, dict) else "",
)
def test_logits_of_the_field_are_reproduced(model: dict, decimals: int) -> None:
    found = published(model)
    assert_same(found, model, decimals=decimals)
    assert found.loglik == pytest.approx(model["loglik"], abs=1e-6)


def by_name(fit: Fit) -> dict[str, tuple[float, float]]:
    return {n: (float(b), float(s)) for n, b, s in zip(fit.names, fit.coef, fit.se, strict=True)}


def test_returns_to_schooling_by_two_stage_least_squares_as_in_the_textbook() -> None:
    """Wooldridge, Introductory Econometrics, example 15.5: educ 0.0614 (0.0314), exper 0.0442 (0.0134), n 428."""
    frame = mroz.load().dropna(subset=["lwage"])
    columns = Columns(
        outcome="lwage",
        terms=("exper", "expersq"),
        endogenous=("educ",),
        instruments=("motheduc", "fatheduc"),
        constant=True,
    )
    fit = estimate("two_stage_least_squares", sample_of(frame, columns), Options(errors="classical"))
    found = by_name(fit)
    assert fit.n == 428
    assert found["educ"] == pytest.approx((0.0614, 0.0314), abs=6e-5)
    assert found["exper"] == pytest.approx((0.0442, 0.0134), abs=6e-5)
    assert found["constant"] == pytest.approx((0.0481, 0.4003), abs=6e-5)
    assert fit.extra["effective_f"] == pytest.approx(55.40, abs=0.005)


def test_wages_within_workers_as_in_the_textbook() -> None:
    """Wooldridge, example 14.4: married 0.0467 (0.0183), union 0.0800 (0.0193), expersq -0.0052 (0.0007), n 4360."""
    frame = wage_panel.load()
    terms = ("expersq", "married", "union")
    columns = Columns(outcome="lwage", terms=terms, effects=("nr", "year"))
    fit = estimate("linear", sample_of(frame, columns), Options(errors="classical"))
    found = by_name(fit)
    assert fit.n == 4360
    assert found["married"] == pytest.approx((0.0467, 0.0183), abs=6e-5)
    assert found["union"] == pytest.approx((0.0800, 0.0193), abs=6e-5)
    assert found["expersq"] == pytest.approx((-0.0052, 0.0007), abs=6e-5)


def test_grades_under_a_teaching_programme_as_in_the_textbook() -> None:
    """Greene, Econometric Analysis, Spector and Mazzeo: 2.826 (1.263), 0.095 (0.142), 2.379 (1.065), logL -12.890."""
    frame = spector.load_pandas().data
    sample = sample_of(frame, Columns(outcome="GRADE", terms=("GPA", "TUCE", "PSI"), constant=True))
    fit = estimate("logit", sample, Options(errors="classical"))
    found = by_name(fit)
    assert found["GPA"] == pytest.approx((2.826, 1.263), abs=6e-4)
    assert found["TUCE"] == pytest.approx((0.095, 0.142), abs=6e-4)
    assert found["PSI"] == pytest.approx((2.379, 1.065), abs=6e-4)
    assert fit.loglik == pytest.approx(-12.890, abs=6e-4)


def test_the_data_sets_are_those_of_the_script(tmp_path, monkeypatch) -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("estimators_data", TRUTH / "estimators_data.py")
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    for name, seed in (("dyad_years", 11), ("spells", 12), ("staggered", 13)):
        made = getattr(module, name)(np.random.default_rng(seed))
        pd.testing.assert_frame_equal(made, data(name), check_dtype=False)


def test_two_way_errors_of_the_registry_use_the_smaller_number_of_clusters() -> None:
    """Against R without a factor the factor is known: 12 years, 607 rows, three columns."""
    bare = fit_case(CASES["linear two_way"])
    case = CASES["linear two_way"]
    full = fit_case(replace(case, options=replace(case.options, small_sample="nested")))
    assert full.se / bare.se == pytest.approx(np.full(3, np.sqrt(12 / 11 * 606 / 604)), rel=1e-12)
    assert full.df == 11
