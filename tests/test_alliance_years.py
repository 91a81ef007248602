"""Alliances expanded to dyad-years, against the official file, each difference named."""

import pandas as pd
import pytest

from trustpanel import paths
from trustpanel.sources.rda import read_rda

# why our expansion of the member file has more rows than the official dyad-year file
NO_STATE = {(220, 8152): range(1874, 1884)}
HANDED_OVER = {(255, 260): (1990,), (255, 265): (1990,), (678, 679): (1990,), (679, 680): (1990,)}
NEVER_TOGETHER = {(344, 345): (1992,), (345, 369): (1992,), (345, 705): (1992,)}


@pytest.mark.raw
def test_alliances_expand_to_the_official_dyad_years(raw_root):
    """136,665 dyad-years by phase and year; the official 136,648 are all among them, the other 17 are named here.

    Ten are of a code that is no state; in four a state and its successor share the day of the change (Germany on 3
    October, Yemen on 22 May 1990); in three Yugoslavia left a phase before the other came, in the same year.
    """
    file = raw_root / "peacesciencer" / "atop_alliance.rda"
    official = read_rda(file, ("ccode1", "ccode2", "year")).astype(int)
    official = {tuple(r) for r in official[official["ccode1"] < official["ccode2"]].to_numpy().tolist()}
    members = pd.read_parquet(paths.project().facts / "atop51_members.parquet").assign(
        first=lambda f: pd.to_datetime(f["start_date"]),
        last=lambda f: pd.to_datetime(f["end_date"]).fillna(pd.Timestamp("2018-12-31")),
    )[["atop_id", "phase", "ccode", "first", "last"]]
    pairs = members.merge(members, on=["atop_id", "phase"], suffixes=("_a", "_b")).query("ccode_a < ccode_b")
    ours, on_a_day = set(), set()
    for p in pairs.itertuples():
        first, last = max(p.first_a, p.first_b), min(p.last_a, p.last_b)
        years = {(p.ccode_a, p.ccode_b, year) for year in range(first.year, last.year + 1)}
        ours |= years
        on_a_day |= years if first <= last else set()
    assert (len(official), len(ours)) == (136648, 136665)
    assert official <= ours
    explained = {(*pair, year) for pair, years in (NO_STATE | HANDED_OVER | NEVER_TOGETHER).items() for year in years}
    assert ours - official == explained
    assert explained - on_a_day == {(*pair, year) for pair, years in NEVER_TOGETHER.items() for year in years}
