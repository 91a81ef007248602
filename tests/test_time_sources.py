"""Facts about months, changes of support and attempts on leaders: known rows, counts, traps, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from asked import fact
from at_hand import absent
from damage import file_of, files_of, swap
from world_build import World

from trustpanel import paths
from trustpanel.errors import RawFileError
from trustpanel.sources.coded import coded_file
from trustpanel.sources.fact import RawFolder
from trustpanel.sources.facts import PLUGS, READERS, read_source, reader

ROWS = {
    "copdab_months": 4 * 372,
    "chisols_state_years": 11338,
    "chisols_changes": 2642 + 2,
    "chisols_minor_changes": 426,
    "jones_olken_attempts": 298,
}


@pytest.mark.parametrize(("name", "rows"), sorted(ROWS.items()))
def test_facts_have_the_rows_of_their_file(name: str, rows: int) -> None:
    assert len(fact(name)) == rows


def test_copdab_has_every_month_of_four_dyads_from_1948_to_1978() -> None:
    months = fact("copdab_months")
    of_dyad = months.groupby(["ccode_a", "ccode_b"]).month.agg(["min", "max", "nunique"])
    assert list(of_dyad.index) == [(2, 220), (2, 365), (2, 666), (651, 666)]
    assert {(str(r["min"]), str(r["max"]), r["nunique"]) for _, r in of_dyad.iterrows()} == {
        ("1948-01-01", "1978-12-01", 372)
    }
    first = months[(months.ccode_a == 651) & (months.month.astype(str) == "1948-01-01")].iloc[0]
    assert (first.score_ab, first.score_ba) == (-65.5, -102.0)


def test_support_and_leaders_change_apart_as_the_manual_counts_them() -> None:
    years = fact("chisols_state_years")
    since = years[(years.year >= 1946) & (years.leader_transitions > 0)]
    assert (len(since), (since.support_changes > 0).sum(), (since.support_changes == 0).sum()) == (1694, 826, 868)
    assert (years.year.min(), years.year.max(), years.not_independent.sum()) == (1919, 2018, 162)
    occupied = fact("chisols_changes").query("not leader_changed")
    assert sorted(zip(occupied.ccode, occupied.change_date.astype(str), strict=True)) == [
        (260, "1955-05-05"),
        (305, "1955-07-27"),
    ]


def test_attempts_are_as_many_as_the_authors_count() -> None:
    attempts = fact("jones_olken_attempts")
    assert attempts.outcome.value_counts().to_dict() == {"survived": 192, "died": 59, "not_reached": 47}
    late = attempts[attempts.first_date.astype(str) >= "1946-01-01"]
    assert (len(late), (late.outcome != "not_reached").sum(), (late.outcome == "died").sum()) == (150, 130, 30)
    assert attempts.date_precision.value_counts().to_dict() == {"day": 269, "month": 22, "year": 5, "months": 2}
    chiang = attempts[attempts.leader_id == "CHN-1928"].query("date_precision == 'months'").iloc[0]
    assert (str(chiang.first_date), str(chiang.last_date)) == ("1929-08-01", "1929-09-30")


def test_gdelt_is_small_and_keeps_to_the_days_that_the_source_covers() -> None:
    file = coded_file(paths.project().coded, "gdelt_months")
    assert file.stat().st_size < 1_500_000
    months = pd.read_csv(file)
    with coded_file(paths.project().coded, "gdelt_covered_days").open(encoding="utf-8") as handle:
        covered = {row["month"]: int(row["covered_days"]) for row in csv.DictReader(handle)}
    assert (len(months), len(months.groupby(["ccode_a", "ccode_b"])), len(covered)) == (43114, 642, 74)
    assert sum(covered.values()) == 2149
    assert (months.days_reported <= months.month.map(covered)).all()
    assert (months.days_negative <= months.days_reported).all()


@pytest.mark.raw
def test_gdelt_repeats_the_monthly_sums(raw_root: Path) -> None:
    file = raw_root / "gdelt_monthly" / "gdelt_monthly_dyad_derived.parquet"
    if not file.is_file():
        absent("the monthly sums are not at hand")
    sums = pd.read_parquet(file, filters=[("iso1", "==", "IRN"), ("iso2", "==", "USA")]).set_index("month")
    ours = pd.read_csv(coded_file(paths.project().coded, "gdelt_months")).query("ccode_a == 2 and ccode_b == 630")
    assert len(ours) == len(sums) == 74
    for row in ours.itertuples():
        assert row.score_sum == pytest.approx(sums.score_sum[row.month[:7]], abs=0.06)
        assert row.days_negative == sums.days_negative[row.month[:7]]


def test_sources_that_may_not_be_passed_on_are_no_shipped_facts() -> None:
    for source in ("mie", "gml_mid"):
        assert source in PLUGS
        assert source not in READERS
        for promised in reader(source).facts:
            assert not (paths.project().facts / f"{promised.name}.parquet").exists()


def read_invented(source: str, world: World) -> dict[str, pd.DataFrame]:
    """What a reader makes of the invented world's files."""
    return {n: t.to_pandas() for n, t in files_of(world.raw, source)[0].read().items()}


def test_unknown_days_and_deaths_are_missing(invented_world: World) -> None:
    acts = read_invented("mie", invented_world)["mie_events"]
    assert acts.start_day.isna().tolist() == [False, True]
    read = read_invented("gml_mid", invented_world)
    assert len(read["gml_participants"]) == 4
    assert read["gml_participants"].start_day.isna().sum() == 2
    assert read["gml_dispute_dyads"].fatality_b.isna().tolist() == [False, True]


def test_a_brief_change_of_support_is_among_the_dated_ones(invented_world: World) -> None:
    read = read_invented("chisols", invented_world)
    dunmar = read["chisols_changes"].query("ccode == 770")
    assert dunmar.support_changed.tolist() == [False, True]
    counts = read["chisols_state_years"].query("ccode == 770").iloc[0]
    assert (counts.support_changes, counts.support_changes_brief) == (0, 1)
    assert len(read["chisols_minor_changes"]) == 1


BAD = {
    "a month that is skipped": ("copdab", "exCopdab.rda", swap("\n6301,", "\n6302,"), "follows"),
    "month 13": ("copdab", "exCopdab.rda", swap("\n6301,", "\n6213,"), "YYMM"),
    "no score": ("copdab", "exCopdab.rda", swap("6212,-3,", "6212,,"), "eg2is"),
    "a column less": ("copdab", "exCopdab.rda", swap("us2fra", "us2fr"), "us2fra"),
    "a count without dates": ("chisols", "chisolsstyr5_0.zip", swap("2,1960,0,", "2,1960,1,"), "totalldrtrans"),
    "a change flagged without a day": ("chisols", "chisolsstyr5_0.zip", swap("1,1961,1,20", "1,,,"), "solschange1"),
    "a change of another day": ("chisols", "chisolsstyr5_0.zip", swap("1,1961,1,20", "1,1961,1,21"), "solschday1"),
    "31 February": ("chisols", "chisolsstyr5_0.zip", swap("1974,2,1,", "1974,2,31,"), "calendar"),
    "a flag of 3": ("chisols", "chisolsstyr5_0.zip", swap("2,1960,0,0,0,0,0", "2,1960,0,0,0,0,3"), "nonindep"),
    "an unknown result": ("jones_olken", "assassinations_data.dta", swap(",24,", ",25,"), "result"),
    "a death that is no success": ("jones_olken", "assassinations_data.dta", swap(",11,1,1", ",11,1,0"), "success"),
    "30 February": ("jones_olken", "assassinations_data.dta", swap("1968,5,.,3", "1968,2,.,30"), "calendar"),
    "a day without a month": ("jones_olken", "assassinations_data.dta", swap("1910,.,.,.", "1910,.,.,4"), "calendar"),
    "an unknown action": ("mie", "mie-1.0.csv", swap("1,16,4,", "1,21,4,"), "action"),
    "a level against its action": ("mie", "mie-1.0.csv", swap("1,16,4,", "1,16,3,"), "level"),
    "a state against itself": ("mie", "mie-1.0.csv", swap("3002,1,365,2,", "3002,1,365,365,"), "two states"),
    "day 32": ("mie", "mie-1.0.csv", swap("9,-9,1983,9", "9,32,1983,9"), "stday"),
    "month 14": ("gml_mid", "gml_part.rda", swap("1983,9,-9", "1983,14,-9"), "start_month"),
    "level 6": ("gml_mid", "gml_dirdisp.rda", swap("1965,5,5", "1965,6,5"), "hostility_a"),
    "directions that disagree": ("gml_mid", "gml_dirdisp.rda", swap("1983,4,2", "1983,3,2"), "disagree"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_refused_by_file_and_place(invented_world: World, case: str) -> None:
    source, name, change, word = BAD[case]
    with pytest.raises(RawFileError) as refusal:
        file_of(invented_world.raw, source, name).after_text(change)
    assert word in str(refusal.value)
    assert name in str(refusal.value)
    assert refusal.value.next_step


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "chisolsstyr5_0.zip"
    file.write_bytes(b"no archive")
    with pytest.raises(RawFileError, match="table of state-years"):
        read_source(reader("chisols"), RawFolder("chisols", {file.name: file}), [])
