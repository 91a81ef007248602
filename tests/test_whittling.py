"""One dispute for a dyad-year by declared rules: the published order, known cases, and what is refused without rules."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import trustpanel as tp
from trustpanel.errors import PanelError, UnknownNameError
from trustpanel.paths import PACKAGE
from trustpanel.store.panel_whittle import CLASSICAL, RULES

KEY = ["ccode_a", "ccode_b", "year"]


def left(*rules: str, pair: tuple[int, int], year: int) -> int:
    """The number of the dispute that the rules leave of the dyad-year."""
    where = {"ccode_a": pair[0], "ccode_b": pair[1]}
    frame = tp.panel("state_dyad_year", ["dispute_id"], year, where=where, whittle=rules or CLASSICAL).to_pandas()
    assert len(frame) == 1
    return int(frame.dispute_id[0])


@pytest.fixture(scope="module")
def whittled(built) -> pd.DataFrame:
    return tp.panel("state_dyad_year", ["dispute_id", "disputes_that_year"], whittle=CLASSICAL).to_pandas()


# ------------------------------------------------------------------------------------------------ the published order


def published(root: Path) -> tuple[pd.DataFrame, list[int]]:
    """The published disputes by dyad-year after each rule in pandas, and the dyad-years still with several."""
    import rdata

    with pytest.warns(UserWarning, match="Missing constructor"):
        frames = {
            name: rdata.read_rda(root / "peacesciencer" / f"{name}.rda")[name]
            for name in ("cow_mid_dirdisps", "cow_mid_disps")
        }
    rows = frames["cow_mid_dirdisps"].query("ccode1 < ccode2")[["dispnum", "ccode1", "ccode2", "year", "disponset"]]
    rows = rows.merge(frames["cow_mid_disps"], on="dispnum").rename(columns={"ccode1": "ccode_a", "ccode2": "ccode_b"})
    rows["fatality"] = rows.fatality.where(rows.fatality != -9, 0.5)
    several = [int((rows.groupby(KEY).size() > 1).sum())]
    for column in ("disponset", "fatality", "hostlev", "mindur", "maxdur", "recip", "-stmon"):
        value = -rows.stmon if column == "-stmon" else rows[column]
        rows = rows[value == value.groupby([rows[k] for k in KEY]).transform("max")]
        several.append(int((rows.groupby(KEY).size() > 1).sum()))
    return rows[[*KEY, "dispnum"]].astype(int), several


@pytest.mark.raw
def test_the_classical_order_gives_the_published_dispute_of_each_dyad_year(whittled: pd.DataFrame, raw_root: Path):
    theirs, several = published(raw_root)
    # the package's own article counts 498 at first, 12 disputes in 6 dyad-years after duration, 3 after reciprocation
    assert several == [498, 292, 145, 100, 7, 6, 3, 0]
    both = theirs.merge(whittled, on=KEY, how="outer", indicator=True)
    assert len(theirs) == 5117
    without = both[both._merge == "left_only"][[*KEY, "dispnum"]].astype(int).to_numpy().tolist()
    assert without == [[20, 365, 1918, 197], [20, 365, 1919, 197]], "Canada is no member before 1920"
    met = both[both._merge == "both"]
    other = met[met.dispnum != met.dispute_id]
    assert len(met) == 5115
    # Greece and Turkey: each new participation in dispute 4095 counts there as an onset of the year
    assert other[[*KEY, "dispnum", "dispute_id"]].astype(int).to_numpy().tolist() == [
        [350, 640, 1999, 4095, 4133],
        [350, 640, 2000, 4095, 4320],
    ]
    ours_only = both[(both._merge == "right_only") & both.dispute_id.notna()]
    assert len(ours_only) == 17, "years between two participations of one dispute"


def test_rows_neither_double_nor_fall_away(whittled: pd.DataFrame, store):
    assert len(whittled) == store.execute("select count(*) from state_dyad_years").fetchall()[0][0]
    assert not whittled.duplicated(KEY).any()
    wanted = "select count(*) from dyad_dispute_years where dispute_ongoing"
    assert int(whittled.dispute_id.notna().sum()) == store.execute(wanted).fetchall()[0][0] == 5132
    assert int((whittled.disputes_that_year > 1).sum()) == 498


# ------------------------------------------------------------------------------------------------ known cases


@pytest.mark.parametrize(
    ("pair", "year", "number"),
    [
        ((2, 200), 1903, 3301),  # begins in the year; two others run on from 1902
        ((365, 640), 1853, 57),  # the Crimean War, not a display of force
        ((750, 770), 1963, 1317),  # a use of force, not a threat
        ((100, 135), 1852, 1523),  # at least 110 days, not 63
        ((220, 325), 1860, 113),  # three onsets, two of them wars: the longer war
    ],
)
def test_known_cases_of_the_classical_order(built, pair, year, number):
    assert left(pair=pair, year=year) == number


def test_whittling_loses_cuba(built, store):
    assert left(pair=(2, 365), year=1962) == 2219
    in_october = store.execute(
        "select dispute_id from dispute_years inner join disputes using (dispute_id, ccode_a, ccode_b)"
        " where ccode_a = 2 and ccode_b = 365 and year = 1962 and date '1962-10-22' between start_date and end_date"
    ).fetchall()
    assert in_october == [(61,)], "of four disputes the one that is lost"


def test_whittling_loses_kargil_unless_hostility_comes_first(built):
    assert left(pair=(750, 770), year=1999) == 4223
    assert left("hostility", pair=(750, 770), year=1999) == 4007
    level = {"ccode_a": 750, "ccode_b": 770}
    kept = tp.panel("state_dyad_year", ["hostility"], 1999, where=level, whittle=CLASSICAL).to_pandas()
    assert kept.hostility.tolist() == [4], "dispute 4007 was a war, level 5"


def test_the_order_of_the_rules_is_theirs_who_name_them(built):
    # Russia and the Ottoman Empire 1853: fatality and duration agree, the start month does not
    assert left("start_month", "fatality", pair=(365, 640), year=1853) == 126
    assert left("fatality", "start_month", pair=(365, 640), year=1853) == 57


# ------------------------------------------------------------------------------------------------ each rule


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_keeps_what_it_prefers(built, store, rule):
    frame = tp.panel("state_dyad_year", ["dispute_id"], whittle=rule).to_pandas().dropna()
    assert len(frame) == 5132
    best = {
        "unique_onset": ("bool_or(y.dispute_begins)", "y.dispute_begins"),
        "fatality": ("max(coalesce(d.dispute_fatality, 0.5))", "coalesce(d.dispute_fatality, 0.5)"),
        "hostility": ("max(d.dispute_hostility)", "d.dispute_hostility"),
        "duration": ("max(d.dispute_min_days)", "d.dispute_min_days"),
        "reciprocation": ("bool_or(d.reciprocated)", "d.reciprocated"),
        "start_month": ("min(month(d.dispute_start_date))", "month(d.dispute_start_date)"),
        "fatality_of_the_two": ("max(coalesce(d.fatality, 0.5))", "coalesce(d.fatality, 0.5)"),
        "hostility_of_the_two": ("max(d.hostility)", "d.hostility"),
    }[rule]
    both = "dispute_years as y inner join disputes as d using (dispute_id, ccode_a, ccode_b)"
    wanted = store.execute(f"select ccode_a, ccode_b, year, {best[0]} as best from {both} group by all").df()
    values = store.execute(f"select ccode_a, ccode_b, year, dispute_id, {best[1]} as value from {both}").df()
    met = frame.astype(int).merge(values, on=[*KEY, "dispute_id"]).merge(wanted, on=KEY)
    assert len(met) == 5132
    assert (met.value == met.best).all()


def test_what_stays_tied_is_counted_and_goes_to_the_smallest_number(built):
    note = tp.panel("state_dyad_year", ["dispute_id"], whittle=CLASSICAL).notes[-1]
    assert "498 dyad-years" in note
    assert "; 0 of them are tied" in note
    half = tp.panel("state_dyad_year", ["dispute_id"], years=2005, whittle=CLASSICAL[:4])
    # Kyrgyzstan and Uzbekistan 2005: two fortifications of the border, a day each
    assert re.search(r": (\d+) dyad-years .*; 1 of them are tied", half.notes[-1])
    assert left(*CLASSICAL[:4], pair=(703, 704), year=2005) == 4428
    # Cyprus and Turkey 1965: two threats, a day each; the month decides at last
    assert left("unique_onset", "hostility", pair=(352, 640), year=1965) == 2171


def test_a_directed_pair_sees_the_dispute_from_its_own_side(built):
    asked = ["hostility_a", "hostility_b", "on_side_a_a", "disputes.start_date"]
    frame = tp.panel(
        "leader_dyad_year", asked, 1990, directed=True, where={"ccode_a": [645, 690], "ccode_b": [645, 690]},
        whittle="hostility",
    ).to_pandas()  # fmt: skip
    sides = frame.set_index("ccode_a")[["hostility_a", "hostility_b", "on_side_a_a"]]
    assert sides.loc[645].tolist() == [5, 4, True], "Iraq invades; Kuwait falls within two days"
    assert sides.loc[690].tolist() == [4, 5, False]
    assert frame.start_date.nunique() == 1


def test_a_lag_takes_the_dispute_left_of_the_year_before(built):
    where = {"ccode_a": 2, "ccode_b": 365}
    lagged = tp.panel("state_dyad_year", ["dispute_id:lag"], 1963, where=where, whittle=CLASSICAL).to_pandas()
    assert lagged.dispute_id_lag.tolist() == [2219]


def test_the_query_runs_as_it_stands(built, store):
    panel = tp.panel("state_dyad_year", ["dispute_id"], (1990, 1992), whittle=CLASSICAL)
    assert store.execute(panel.sql()).df().dispute_id.notna().sum() == panel.to_pandas().dispute_id.notna().sum() > 0
    assert panel.tables == ("state_dyad_years", "disputes", "dispute_years")


# ------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("name", ["hostility", "dispute_id", "dispute_begins", "disputes.start_date", "fatality_a"])
def test_without_rules_a_single_dispute_is_refused_and_the_way_named(built, name):
    with pytest.raises(PanelError, match="a dyad-year may hold several") as refused:
        tp.panel("state_dyad_year", [name])
    assert "whittle=" in str(refused.value)
    assert "dispute_onsets" in str(refused.value)


def test_rules_that_make_no_sense_are_refused(built):
    with pytest.raises(UnknownNameError, match="unique_onset"):
        tp.panel("state_dyad_year", ["hostility"], whittle="unique_onsets")
    for rules in ((), ("hostility", "hostility")):
        with pytest.raises(PanelError, match="each of its rules once"):
            tp.panel("state_dyad_year", ["hostility"], whittle=rules)
    for unit in ("state_dyad_month", "state_year", "leader_dyad_month"):
        with pytest.raises(PanelError, match="has no dyad-years"):
            tp.panel(unit, whittle="hostility")
    with pytest.raises(PanelError, match="no variable of a single dispute"):
        tp.panel("state_dyad_year", ["dispute_onset"], whittle="hostility")


def test_the_page_shows_every_rule_and_its_blocks_run(built, capsys):
    text = (PACKAGE.parent / "docs" / "how-to" / "disputes-and-peace-years.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text.split("## Time since")[0], re.MULTILINE))
    assert shown == {rule.name: rule.prefers for rule in RULES.values()}
    space: dict = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        exec(compile(block, "docs/how-to/disputes-and-peace-years.md", "exec"), space)
    assert space["classical"] == CLASSICAL
    assert space["lost"][["dispute_id", "disputes_that_year"]].astype(int).to_numpy().tolist() == [[2219, 4]]
    assert "peace_years_spline_3" in capsys.readouterr().out
