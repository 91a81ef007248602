"""Polychoric correlations against closed forms, one factor against a known one, scores by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from trustpanel.errors import NotEstimableError
from trustpanel.models.measurement import Factor, associations, one_factor, polychoric, scores

NAMES = ("discretion", "oversight", "rules", "hedging")
LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])


def world(rows: int, seed: int = 19850315) -> tuple[pd.DataFrame, np.ndarray]:
    """Four ordered indicators cut from variables that share one latent trust."""
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=rows)
    columns = {}
    for name, loading, cuts in zip(NAMES, LOADINGS, ([0], [-0.5, 0.8], [-1, 0, 1], [0.5]), strict=True):
        z = loading * trust + np.sqrt(1 - loading**2) * rng.normal(size=rows)
        columns[name] = np.digitize(z, cuts).astype(float)
    return pd.DataFrame(columns), trust


def test_two_halves_have_the_correlation_of_the_sine_rule() -> None:
    """Cut at the medians, P(both above) = 1/4 + arcsin(rho) / 2 pi: 400 of 1,200 give rho = sin(2 pi / 12) = 0.5."""
    x = np.repeat([0, 0, 1, 1], [400, 200, 200, 400])
    y = np.repeat([0, 1, 0, 1], [400, 200, 200, 400])
    assert polychoric(x, y) == pytest.approx(0.5, abs=1e-3)


def test_what_is_independent_correlates_by_nothing() -> None:
    x, y = np.repeat([0, 1, 2], 300), np.tile(np.repeat([0, 1], 150), 3)
    assert polychoric(x, y) == pytest.approx(0, abs=1e-3)


def test_one_factor_finds_the_loadings_of_an_invented_world() -> None:
    frame, _ = world(6000)
    pairs = associations(frame, NAMES)
    found = one_factor(pairs, NAMES)
    assert found.loadings == pytest.approx(LOADINGS, abs=0.05)
    assert pairs[0].polychoric == pytest.approx(0.56, abs=0.05)
    assert abs(pairs[0].rank) < pairs[0].polychoric
    common = LOADINGS.sum() ** 2
    assert found.omega == pytest.approx(common / (common + (1 - LOADINGS**2).sum()), abs=0.03)
    assert found.residual < 0.05


def test_scores_follow_the_latent_variable_and_know_their_error() -> None:
    frame, trust = world(6000)
    frame.loc[:1999, "discretion"] = np.nan
    told = scores(frame, one_factor(associations(frame, NAMES), NAMES))
    assert np.corrcoef(told.latent_trust, trust)[0, 1] > 0.75
    assert told.latent_trust_se[:2000].mean() > told.latent_trust_se[2000:].mean()
    inside = (np.abs(told.latent_trust - trust) < 1.96 * told.latent_trust_se).mean()
    assert 0.94 < inside < 0.96


def test_a_score_by_hand() -> None:
    """Half 0, half 1, loading 0.6: mean -+ 0.6 x 2 phi(0) = -+ 0.4787, variance 1 - 0.36 x 2 / pi."""
    frame = pd.DataFrame({"a": [0.0, 1.0, np.nan]})
    told = scores(frame, Factor(("a",), np.array([0.6]), alpha=1, omega=1, residual=0))
    assert told.latent_trust[1] == pytest.approx(0.6 * 2 * norm.pdf(0), rel=1e-6)
    assert told.latent_trust_se[1] == pytest.approx(np.sqrt(1 - 0.36 * 2 / np.pi), rel=1e-6)
    assert told.latent_trust[0] == pytest.approx(-told.latent_trust[1], rel=1e-9)
    assert told.iloc[2].isna().all()


def test_indicators_that_are_never_seen_together_make_no_factor() -> None:
    frame, _ = world(200)
    frame.loc[:99, "rules"] = np.nan
    frame.loc[100:, "oversight"] = np.nan
    with pytest.raises(NotEstimableError, match="oversight"):
        one_factor(associations(frame, NAMES), NAMES)


def test_two_indicators_make_no_factor() -> None:
    frame, _ = world(200)
    with pytest.raises(NotEstimableError, match="three or more"):
        one_factor(associations(frame, NAMES[:2]), NAMES[:2])
