"""Peace-years, spells and their shapes, held against a plain loop over each dyad, scipy's splines and known cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import CubicSpline

import trustpanel as tp
from trustpanel.codebook.load import codebook
from trustpanel.errors import PanelError, UnknownNameError
from trustpanel.store.panel_shapes import INNER_KNOTS, knots

DYAD = ["ccode_a", "ccode_b"]


def one_by_one(ongoing: list[bool], onset: list[bool]) -> list[tuple[int, int, bool, int, int]]:
    """What each year of a dyad knows of the years before it: a clock that ticks once a year of membership."""
    rows, peace, since_onset, entry, spell, spells = [], 0, 0, True, 0, 0
    for runs, begins in zip(ongoing, onset, strict=True):
        rows.append((peace, since_onset, entry, spell, spells))
        spells += runs and not spell
        spell = spell + 1 if runs else 0
        peace = 0 if runs else peace + 1
        since_onset = 0 if begins else since_onset + 1
        entry = entry and not runs
    return rows


@pytest.fixture(scope="module")
def since(store) -> pd.DataFrame:
    return store.execute("select * from dyad_dispute_years order by ccode_a, ccode_b, year").df()


def recounted(frame: pd.DataFrame, ongoing: str, onset: str) -> np.ndarray:
    places = frame.groupby(DYAD, sort=False).indices.values()
    runs, begins = frame[ongoing].to_numpy(dtype=bool), frame[onset].to_numpy(dtype=bool)
    return np.array([row for at in places for row in one_by_one(runs[at].tolist(), begins[at].tolist())])


def test_every_dyad_year_of_disputes_against_a_plain_loop(since):
    columns = [
        *("peace_years", "peace_years_onset", "peace_since_entry"),
        *("dispute_spell_years", "dispute_spells_before"),
    ]
    assert len(since) > 900_000
    np.testing.assert_array_equal(
        since[columns].to_numpy(dtype=int), recounted(since, "dispute_ongoing", "dispute_onset")
    )


def test_every_dyad_year_of_wars_against_a_plain_loop(store):
    frame = store.execute("select * from dyad_war_years order by ccode_a, ccode_b, year").df()
    columns = ["war_peace_years", "war_peace_years_onset", "war_peace_since_entry"]
    counted = recounted(frame, "war_ongoing", "war_onset")[:, :3]
    np.testing.assert_array_equal(frame[columns].to_numpy(dtype=int), counted)
    assert (frame.year.min(), frame.year.max()) == (1816, 2003)
    assert (int(frame.war_onset.sum()), int(frame.war_ongoing.sum())) == (374, 947)


def years(store, pair: tuple[int, int], columns: str, span: tuple[int, int], *, table="dyad_dispute_years") -> list:
    return store.execute(
        f"select year, {columns} from {table} where ccode_a = {pair[0]} and ccode_b = {pair[1]}"
        f" and year between {span[0]} and {span[1]} order by year"
    ).fetchall()


def test_ongoing_and_onset_part_in_the_war_of_iran_and_iraq(store):
    # dispute 2115 runs from 24 October 1979 to 20 August 1988; two others begin in 1989
    columns = "peace_years, peace_years_onset, dispute_spell_years"
    found = {year: row for year, *row in years(store, (630, 645), columns, (1979, 1991))}
    assert found[1979] == [3, 4, 0]
    assert found[1980] == [0, 0, 1]
    assert found[1988] == [0, 8, 9], "no year of peace, eight without a new dispute"
    assert found[1990] == [0, 0, 11]
    assert found[1991] == [1, 1, 0]


def test_a_dyad_that_comes_back_goes_on_where_it_stood(store):
    columns = "peace_years, years_since_dispute, dispute_spells_before"
    assert years(store, (255, 290), columns, (1938, 1992)) == [
        (1938, 16, 17, 2), (1939, 17, 18, 2), (1990, 0, 51, 3), (1991, 1, 52, 3), (1992, 2, 53, 3),
    ]  # fmt: skip


def test_the_first_year_is_a_start_and_no_dispute(store):
    first = years(store, (2, 365), "peace_years, peace_since_entry, dispute_spells_before", (1816, 1818))
    assert first == [(1816, 0, True, 0), (1817, 1, True, 0), (1818, 2, True, 0)]
    columns = "war_ongoing, war_peace_years, war_peace_since_entry"
    # the war of 1948 ended on 7 January 1949
    assert years(store, (651, 666), columns, (1948, 1951), table="dyad_war_years") == [
        (1948, True, 0, True), (1949, True, 0, False), (1950, False, 0, False), (1951, False, 1, False),
    ]  # fmt: skip


def test_after_the_data_nothing_is_known(built):
    asked = ["peace_years:cubic", "peace_years:spline", "war_peace_years", "dispute_spell_years", "peace_since_entry"]
    frame = tp.panel("state_dyad_year", asked, (2003, 2016), where={"ccode_a": 2, "ccode_b": 365}).to_pandas()
    frame = frame.set_index("year")
    assert frame.loc[2015:].drop(columns=DYAD).isna().all(axis=None)
    assert frame.loc[:2014].drop(columns=[*DYAD, "war_peace_years"]).notna().all(axis=None)
    assert frame.war_peace_years.notna().tolist() == [True] + [False] * 13


# ------------------------------------------------------------------------------------------------ shapes


@pytest.fixture(scope="module")
def shapes(built) -> pd.DataFrame:
    asked = ["peace_years:cubic", "peace_years:spline"]
    frame = tp.panel("state_dyad_year", asked, (1816, 2014), where={"ccode_a": 2}).to_pandas()
    return frame.astype(float)


def test_square_and_cube_are_plain_powers(shapes):
    t = shapes.peace_years
    assert t.max() == 198
    assert (shapes.peace_years_square == t * t).all()
    assert (shapes.peace_years_cube == t * t * t).all()


def test_the_spline_spans_the_natural_cubic_splines_of_its_knots(shapes):
    by_year = shapes.drop_duplicates("peace_years").sort_values("peace_years")
    t = by_year.peace_years.to_numpy()
    ours = np.column_stack([np.ones(len(t)), t, by_year.filter(like="spline").to_numpy()])
    at = [0, 1, 4, 7, 198]
    assert knots(codebook().variables["peace_years"]) == tuple(at) == (0, *INNER_KNOTS, 198)
    # the cardinal splines of scipy: 1 at one knot, 0 at the others, straight at both ends
    theirs = CubicSpline(at, np.eye(5), bc_type="natural")(t)
    back, _, rank, _ = np.linalg.lstsq(ours, theirs, rcond=None)
    assert rank == np.linalg.matrix_rank(theirs) == 5
    np.testing.assert_allclose(ours @ back, theirs, atol=1e-8)


def test_the_spline_by_hand(shapes):
    by_year = shapes.drop_duplicates("peace_years").set_index("peace_years").filter(like="spline")
    span = 198.0**2
    np.testing.assert_allclose(by_year.loc[0], [0, 0, 0])
    np.testing.assert_allclose(by_year.loc[1] * span, [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(by_year.loc[5] * span, [125, 64, 1], atol=1e-9)
    beyond = [10**3 - 3**3 * 198 / 191, 9**3 - 3**3 * 197 / 191, 6**3 - 3**3 * 194 / 191]
    np.testing.assert_allclose(by_year.loc[10] * span, beyond, rtol=1e-12)


def test_unknown_stays_unknown_and_sides_lags_and_combinations_take_shapes(built):
    asked = ["peace_years:spline:lag", "gdp_per_head:weak_link:cubic", "cinc:cubic", "polyarchy"]
    frame = tp.panel("state_dyad_year", asked, (1816, 1817), where={"ccode_a": 2, "ccode_b": 365}).to_pandas()
    assert frame[[f"peace_years_lag_spline_{n}" for n in (1, 2, 3)]].isna().all(axis=1).tolist() == [True, False]
    np.testing.assert_allclose(frame.cinc_b_cube.astype(float), frame.cinc_b.astype(float) ** 3)
    least = frame.gdp_per_head_weak_link.astype(float)
    np.testing.assert_allclose(frame.gdp_per_head_weak_link_square.astype(float), least**2)
    turned = tp.panel(
        "state_dyad_year", ["cinc:cubic"], 1816, where={"ccode_a": 365, "ccode_b": 2}, directed=True
    ).to_pandas()
    assert turned.cinc_a_square.tolist() == frame.cinc_b_square[:1].tolist()


def test_shapes_that_do_not_fit_are_refused(built):
    for name, words in (
        ("dispute_onset:cubic", "of type bool"),
        ("cinc:spline", "does not fit cinc"),
        ("years_since_dispute:spline", "range that begins at 0"),
        ("peace_years:cubic:spline", "one shape at most"),
        ("year:cubic", "column of the unit itself"),
    ):
        with pytest.raises(PanelError, match=words):
            tp.panel("state_dyad_year", [name])
    with pytest.raises(UnknownNameError, match="cubic"):
        tp.panel("state_dyad_year", ["peace_years:cubics"])
