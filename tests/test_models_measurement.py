"""Polychoric correlations against closed forms, one factor against a known one, scores by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm, spearmanr

from trustpanel.errors import NotEstimableError
from trustpanel.models.measurement import Association, Factor, Least, associations, one_factor, scores
from trustpanel.models.polychoric import polychoric, polychorics, ranks

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


def test_indicators_that_are_never_seen_together_are_told_through_the_others() -> None:
    frame, _ = world(8000)
    frame.loc[:3999, "rules"] = np.nan
    frame.loc[4000:, "oversight"] = np.nan
    pairs = associations(frame, NAMES)
    lost = next(p for p in pairs if (p.first, p.second) == ("oversight", "rules"))
    assert (lost.rows, lost.known) == (0, False)
    assert one_factor(pairs, NAMES).loadings == pytest.approx(LOADINGS, abs=0.08)


def given(indicators: tuple[str, ...], known: dict[tuple[str, str], float]) -> tuple[Association, ...]:
    """Pairs with these polychoric correlations, all others unknown."""
    return tuple(
        Association(a, b, 100, 100, (2, 2), rank=float("nan"), polychoric=known.get((a, b), float("nan")))
        for a, b in combinations(indicators, 2)
    )


def test_an_indicator_in_one_pair_only_makes_no_factor() -> None:
    known = {("a", "b"): 0.5, ("a", "c"): 0.5, ("b", "c"): 0.5, ("a", "d"): 0.5}
    with pytest.raises(NotEstimableError, match="found: d"):
        one_factor(given(tuple("abcd"), known), tuple("abcd"))


def test_a_ring_of_four_does_not_fix_the_loadings() -> None:
    """a x 2 and c x 2, b / 2 and d / 2 give the same four products."""
    known = {("a", "b"): 0.2, ("b", "c"): 0.2, ("c", "d"): 0.2, ("a", "d"): 0.2}
    with pytest.raises(NotEstimableError, match="odd ring"):
        one_factor(given(tuple("abcd"), known), tuple("abcd"))


def test_two_groups_without_a_pair_between_them_have_no_common_sign() -> None:
    known = {pair: 0.3 for group in ("abc", "def") for pair in combinations(group, 2)}
    with pytest.raises(NotEstimableError, match="hang together"):
        one_factor(given(tuple("abcdef"), known), tuple("abcdef"))


def test_loadings_of_three_by_hand() -> None:
    """0.48 = 0.8 x 0.6, 0.4 = 0.8 x 0.5, -0.3 = 0.6 x -0.5: the third turned round gives two negative pairs."""
    found = one_factor(given(tuple("abc"), {("a", "b"): 0.48, ("a", "c"): -0.4, ("b", "c"): -0.3}), tuple("abc"))
    assert found.loadings == pytest.approx([0.8, 0.6, -0.5], abs=1e-6)
    assert found.alpha == pytest.approx(3 * (-0.22 / 3) / (1 + 2 * (-0.22 / 3)))
    assert found.residual == pytest.approx(0, abs=1e-6)


def test_least_residuals_are_those_of_statsmodels_on_a_complete_matrix() -> None:
    """Principal axes, iterated to the end, minimise the same sum; maximum likelihood agrees where one factor fits."""
    from statsmodels.multivariate.factor import Factor as Reference

    exact = np.outer(LOADINGS, LOADINGS)
    np.fill_diagonal(exact, 1)
    noisy = exact + np.array(
        [[0, 0.1, -0.05, 0.02], [0.1, 0, 0.03, -0.08], [-0.05, 0.03, 0, 0.06], [0.02, -0.08, 0.06, 0]]
    )
    axes = Reference(corr=noisy, n_factor=1, method="pa").fit(maxiter=5000, tol=1e-12)
    likely = Reference(corr=exact, n_factor=1, method="ml", nobs=500).fit()
    for matrix, reference in ((noisy, axes), (exact, likely)):
        pairs = given(NAMES, {(NAMES[i], NAMES[j]): matrix[i, j] for i, j in combinations(range(4), 2)})
        loadings = reference.loadings[:, 0] * np.sign(reference.loadings[0, 0])
        assert one_factor(pairs, NAMES).loadings == pytest.approx(loadings, abs=1e-4)


def test_an_empty_cell_is_at_the_edge_and_no_correlation() -> None:
    """At (340, 6990 / 0, 69) every correlation near 1 is as likely: the likelihood has no top inside."""
    assert polychorics(np.array([[[340, 6990], [0, 69]], [[6990, 340], [69, 0]]])) == pytest.approx([0.999, -0.999])
    frame = pd.DataFrame({"a": np.repeat([0, 0, 1], [340, 6990, 69]), "b": np.repeat([0, 1, 1], [340, 6990, 69])})
    assert not associations(frame, ("a", "b"))[0].known


def test_correlations_of_tables_are_those_of_the_libraries() -> None:
    """Spearman's with ties of scipy; Olsson's likelihood with the bivariate normal of scipy, searched on a grid."""
    rng = np.random.default_rng(7)
    x = rng.integers(0, 3, 400)
    y = np.clip(x + rng.integers(-1, 3, 400), 0, 3)
    counts = pd.crosstab(x, y).to_numpy()
    assert ranks(counts[None])[0] == pytest.approx(spearmanr(x, y).statistic, rel=1e-12)
    cuts = [np.clip(norm.ppf(np.append(0, counts.sum(axis=k).cumsum() / 400)), -9, 9) for k in (1, 0)]
    corners = np.array([[a, b] for a in cuts[0] for b in cuts[1]])

    def likelihood(rho: float) -> float:
        below = multivariate_normal(mean=[0, 0], cov=[[1, rho], [rho, 1]]).cdf(corners).reshape(4, 5)
        return float((counts * np.log(np.maximum(np.diff(np.diff(below, axis=0), axis=1), 1e-15))).sum())

    found = polychoric(x, y)
    assert all(likelihood(found) > likelihood(found + step) for step in (-0.003, 0.003))


def test_rows_of_one_dyad_are_one_cluster() -> None:
    """4 dyads of 25 rows: enough rows, too few dyads; with 4 asked for, the second category of b is in one dyad only."""
    frame = pd.DataFrame({"a": np.tile([0, 1], 50), "b": [0] * 75 + [0, 1, 1, 0, 1] * 5})
    dyads = np.repeat([0, 1, 2, 3], 25)
    pair = associations(frame, ("a", "b"), dyads)[0]
    assert (pair.rows, pair.clusters, pair.levels) == (100, 4, (2, 2))
    assert pair.known
    assert np.isnan(associations(frame, ("a", "b"), dyads, Least(100, 5, 1))[0].polychoric)
    assert np.isnan(associations(frame, ("a", "b"), dyads, Least(100, 4, 2))[0].polychoric)


def test_two_indicators_make_no_factor() -> None:
    frame, _ = world(200)
    with pytest.raises(NotEstimableError, match="three or more"):
        one_factor(associations(frame, NAMES[:2]), NAMES[:2])
