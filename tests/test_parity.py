"""Yearly counts beside those of the R package peacesciencer: every difference has a cause, every cause is still there."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

from tests.truth import peacesciencer_page as parity

# cases that one can look up: what, cause, year, rows that ours has and the package has not
KNOWN = [
    ("leader_years_cow", "one_code_a_year", 1990, 2),
    ("leader_years_cow", "codes_by_year", 1953, 1),
    ("leader_years_gw", "open_in_2014", 2015, 3),
    ("leader_dyad_years_cow", "one_person_two_states", 1958, -1),
    # Greece and Italy with Yugoslavia, Russia with Afghanistan
    ("politically_relevant", "false_contiguity_spell", 1920, 3),
    ("dispute_onset", "return_is_no_onset", 2014, -6),
    ("rival_td", "austria_after_the_empire", 1920, -1),
]


@pytest.fixture(scope="module")
def mine(built) -> pd.Series:
    return parity.our_counts()


@pytest.fixture(scope="module")
def differences() -> pd.DataFrame:
    return pd.read_csv(parity.DIFFERENCES)


@pytest.fixture(scope="module")
def causes() -> dict:
    return tomllib.loads(parity.CAUSES.read_text(encoding="utf-8"))


def test_every_difference_is_explained_and_every_explained_one_is_there(mine, differences):
    explained = differences.groupby(["what", "year"])["count"].sum()
    table = pd.concat({"ours": mine, "theirs": parity.their_counts(), "explained": explained}, axis=1).fillna(0)
    odd = table[table.ours - table.theirs != table.explained]
    assert odd.empty, odd.head(20)
    assert len(table) > 3_400
    assert (table.ours > 0).groupby("what").any().all()


def test_a_directed_panel_has_each_pair_twice(mine):
    for system in parity.CODES:
        pairs, directed = mine[f"dyad_years_{system}"], mine[f"dyad_years_{system}_directed"]
        assert directed.equals(2 * pairs)


def test_causes_are_told_and_used(differences, causes):
    assert set(differences.cause) == set(causes["cause"])
    assert "unexplained" not in set(differences.cause)
    assert not differences.duplicated(["what", "cause", "year"]).any()
    assert all(entry["text"] and entry["choice"] for entry in causes["cause"].values())
    sums = differences.groupby(["what", "cause"])["count"].sum()
    assert sums["politically_relevant", "false_contiguity_spell"] == 262


@pytest.mark.parametrize(("what", "cause", "year", "count"), KNOWN)
def test_known_differences(differences, what, cause, year, count):
    rows = differences[differences.what.eq(what) & differences.cause.eq(cause) & differences.year.eq(year)]
    assert rows["count"].tolist() == [count]


def test_documented_numbers_of_rows_are_met(causes):
    counts = parity.their_counts()
    for entry in causes["published"]:
        of_what = counts[entry["what"]]
        assert of_what[of_what.index <= entry["last_year"]].sum() + entry["same_year_no_day"] == entry["rows"]


def test_the_page_is_what_the_counts_say(mine):
    page = parity.PAGE.read_text(encoding="utf-8")
    assert parity.written(page, mine) == page
    assert "| all |" in page


@pytest.mark.raw
def test_the_counts_and_causes_come_from_the_files_of_the_package(raw_root, built, differences):
    from tests.truth import peacesciencer_counts as truth
    from tests.truth import peacesciencer_differences

    folder = raw_root / "peacesciencer"
    pd.testing.assert_frame_equal(truth.counted(folder), pd.read_csv(truth.OUT))
    again = peacesciencer_differences.classified(folder).reset_index(drop=True)
    pd.testing.assert_frame_equal(again, differences)
