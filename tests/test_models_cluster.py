"""Errors clustered by what a test declares: statsmodels, the bootstrap by its definition, and what is testable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from test_models_hypothesis import edit, folder, load  # noqa: F401

from trustpanel.errors import AnalysisError
from trustpanel.models.errors_wild import WEBB, wild_cluster
from trustpanel.models.fitting import fit_model
from trustpanel.models.hypothesis import FrameRequest
from trustpanel.models.hypothesis_run import ESTIMATORS, prepare
from trustpanel.models.model import Model

OWN = 'cluster = "break_leader"\neffects = ["year"]'


def deaths(*, bonded_deaths: int = 14, seed: int = 3) -> pd.DataFrame:
    """36 deaths that end one to six pairs each, with a shock of the death on every pair that it ends."""
    rng = np.random.default_rng(seed)
    ended = rng.integers(1, 7, size=36)
    death = np.repeat(np.arange(36), ended)
    n = len(death)
    frame = pd.DataFrame(
        {
            "ccode_a": rng.integers(2, 30, size=n),
            "ccode_b": rng.integers(40, 90, size=n),
            "year": 1950 + death % 7,
            "break_leader": [f"leader {d}" for d in death],
            "at_risk": True,
            "left_weak_link": (death < bonded_deaths) & (rng.random(n) < 0.8),
            "right_either": rng.normal(size=n),
            "peace_3y": rng.normal(size=36)[death] + rng.normal(size=n),
        }
    ).assign(leader_a=[f"a{i}" for i in range(n)], leader_b="b")
    return prepare(frame, FrameRequest(None, (), "a_table", None, False, ()))


def declared(folder: Path) -> Model:  # noqa: F811
    edit(folder, 'effects = ["dyad", "year"]', OWN)
    return replace(load(folder)["H21"].tests[0].model, grain="annual")


def test_the_covariance_is_that_of_statsmodels(folder: Path) -> None:  # noqa: F811
    model = declared(folder)
    frame = deaths()
    fit = fit_model(frame, model).fit
    x = frame[["left_weak_link", "right_either"]].astype(float)
    dummies = pd.get_dummies(frame["year"], drop_first=True, dtype=float)
    groups = pd.factorize(frame["break_leader"])[0]
    truth = sm.OLS(frame["peace_3y"], sm.add_constant(pd.concat([x, dummies], axis=1))).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    assert fit.beta == pytest.approx(truth.params[["left_weak_link", "right_either"]].to_numpy(), rel=1e-10)
    assert np.sqrt(np.diag(fit.cov)) == pytest.approx(truth.bse[["left_weak_link", "right_either"]], rel=1e-10)
    assert fit.df == 35
    by_dyad = fit_model(frame, replace(model, cluster=None)).fit
    assert not np.allclose(np.diag(by_dyad.cov), np.diag(fit.cov), rtol=0.05)


def test_the_bootstrap_refits_by_death(folder: Path) -> None:  # noqa: F811
    model = declared(folder)
    fit = fit_model(deaths(), model).fit
    draws, seed = 199, 7
    found = wild_cluster(fit, np.array([1.0, 0.0]), weights="webb", draws=draws, seed=seed)
    signs = np.concatenate([-WEBB, WEBB])[np.random.default_rng(seed).integers(0, 6, size=(draws, 36))]
    whole = np.column_stack([fit.x, fit.basis])
    null = whole[:, 1:]
    kept = null @ np.linalg.lstsq(null, fit.y_inside, rcond=None)[0]

    def t(y: np.ndarray) -> float:
        beta = np.linalg.lstsq(whole, y, rcond=None)[0]
        scores = whole * (y - whole @ beta)[:, None]
        by_death = np.array([scores[fit.cluster == g].sum(axis=0) for g in range(36)])
        bread = np.linalg.inv(whole.T @ whole)
        return float(abs(beta[0]) / np.sqrt((bread @ by_death.T @ by_death @ bread)[0, 0]))

    own = t(fit.y_inside)
    redrawn = [t(kept + s[fit.cluster] * (fit.y_inside - kept)) for s in signs]
    assert found.p == pytest.approx((1 + sum(r >= own for r in redrawn)) / (draws + 1), abs=1e-12)


@pytest.mark.parametrize(("bonded", "status"), [(14, "estimated"), (6, "not_testable_here")])
def test_a_bond_in_fewer_than_ten_deaths_is_not_testable(folder: Path, bonded: int, status: str) -> None:  # noqa: F811
    model = declared(folder)
    estimate = ESTIMATORS["linear"](deaths(bonded_deaths=bonded), model, load(folder)["H21"].core)
    assert estimate.status == status
    assert estimate.facts is not None
    assert estimate.facts.clusters == 36
    assert estimate.parameters["both_left"].main.errors == "wild cluster bootstrap alone"
    assert estimate.errors["clusters"] == "clustered by break_leader"
    if bonded == 6:
        assert "break_leader off the commonest value: both_left (6)" in str(estimate.reason)


def test_dyad_effects_and_another_cluster_exclude_each_other(folder: Path) -> None:  # noqa: F811
    edit(folder, 'effects = ["dyad", "year"]', 'cluster = "break_leader"\neffects = ["dyad"]')
    with pytest.raises(AnalysisError, match="dyad effects and another cluster"):
        load(folder)
