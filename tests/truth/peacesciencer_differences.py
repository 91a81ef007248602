"""Where our counts differ from the package's, dyad by dyad, each with its cause.

    python -m tests.truth.peacesciencer_differences <folder of the package's .rda files>

needs the built store. It sets the rows behind each count of `peacesciencer_counts.py` beside those of `tp.panel`, puts
each row that only one side has under a cause by looking at the files, and writes `peacesciencer_differences.csv`: what,
cause, year, count (rows that we have and the package has not, negative the other way round). What the causes mean stands
in `peacesciencer_causes.toml`. A row without a cause is called unexplained, which the test refuses.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd

import trustpanel as tp
from tests.truth import peacesciencer_counts as truth
from tests.truth.peacesciencer_page import DIFFERENCES, LAST_OF_LEADERS, WHATS, ours


def differing(mine: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """The rows that only one side has; `sign` is 1 where they are ours."""
    theirs = theirs[list(mine.columns)].astype(mine.dtypes.to_dict())
    theirs = theirs[theirs.year.between(truth.FIRST, truth.LAST)]
    assert not theirs.duplicated().any()
    both = mine.merge(theirs, how="outer", on=list(mine.columns), indicator="side")
    both = both[both.side != "both"]
    return both.assign(sign=both.side.eq("left_only").map({True: 1, False: -1})).drop(columns="side")


def leader_cause(row: pd.Series, open_2014: set[str], by_year: set[tuple[int, int]] | None) -> str:
    if row.obsid in ("VEN-1999", "VEN-2012"):
        return "death_of_chavez"
    if row.obsid == "GNB-2009-2" and row.year == 2012:
        return "death_of_sanha"
    if row.obsid in open_2014 and row.year == LAST_OF_LEADERS:
        return "open_in_2014"
    if row.sign == 1 and row.obsid in ("GFR-1982", "YEM-1978") and row.year == 1990:
        return "one_code_a_year"
    by_table = by_year is not None and (row.code, row.year) not in by_year
    return "codes_by_year" if row.sign == 1 and by_table else "unexplained"


def leader_dyad_causes(rows: pd.DataFrame, leaders: dict[tuple, str], theirs: set, system: str) -> pd.Series:
    """Causes of pairs: those of their leaders, codes joined without the year, and shared days of non-members."""
    members, people = member_spells(system), tp.load("leaders", columns=["leader_id", "person_id"])
    ends = dict(zip(members.leader_id, zip(members.start, members.end, strict=True), strict=True))
    person = dict(zip(people.leader_id, people.person_id, strict=True))
    out = []
    for r in rows.itertuples():
        mine = [leaders.get((o, c, r.year, r.sign)) for o, c in ((r.obsid1, r.code1), (r.obsid2, r.code2))]
        chavez = {"VEN-1999", "VEN-2012"} & {r.obsid1, r.obsid2} and r.year in (2012, 2013)
        if chavez:
            out.append("death_of_chavez")
        elif any(mine):
            out.append(next(m for m in mine if m))
        elif r.sign == -1 and person[r.obsid1] == person[r.obsid2]:
            out.append("one_person_two_states")
        elif r.sign == -1 and not {(r.obsid1, r.code1, r.year), (r.obsid2, r.code2, r.year)} <= theirs:
            out.append("codes_of_other_years")
        elif r.sign == -1 and _apart(ends.get((r.obsid1, r.code1)), ends.get((r.obsid2, r.code2)), r.year):
            out.append("death_of_kaysone" if _after_kaysone(r, ends) else "no_shared_member_day")
        else:
            out.append("unexplained")
    return pd.Series(out, index=rows.index, dtype=object)


def _after_kaysone(row: Any, ends: dict[tuple, tuple]) -> bool:
    """Whether the pair is that of Kaysone of Laos with a leader who began between the two dates of his death."""
    others = [(o, c) for o, c in ((row.obsid1, row.code1), (row.obsid2, row.code2)) if o != "LAO-1975"]
    starts = ends[others[0]][0] if len(others) == 1 and others[0] in ends else ()
    return any(pd.Timestamp(1992, 11, 21) < start <= pd.Timestamp(1992, 11, 25) for start in starts)


def _apart(a: tuple | None, b: tuple | None, year: int) -> bool:
    """Whether no day of the year lies in a spell of each, both inside membership."""
    first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    return a is not None and b is not None and not any(
        max(s1, s2, first) <= min(e1, e2, last) for s1, e1 in zip(*a, strict=True) for s2, e2 in zip(*b, strict=True)
    )  # fmt: skip


def member_spells(system: str) -> pd.DataFrame:
    """Leaders' spells inside membership, gathered by leader and code: leader_id is that pair."""
    table, code = ("leader_states", "ccode") if system == "cow" else ("gw_leader_states", "gwcode")
    frame = tp.load(table)
    grouped = frame.groupby(["leader_id", code]).agg(start=("start_date", tuple), end=("end_date", tuple)).reset_index()
    return grouped.assign(leader_id=list(zip(grouped.leader_id, grouped[code].astype(int), strict=True)))


def relevance_cause(row: pd.Series, spells: pd.DataFrame) -> str:
    """Of the first month of the year with a record the package keeps one: false if a real spell holds that month too."""
    mine = spells[(spells.ccode1 == row.code1) & (spells.ccode2 == row.code2)]
    mine = mine[(mine.styear <= row.year) & (mine.endyear >= row.year)]
    none, real = mine[mine.conttype == 0], mine[mine.conttype > 0]
    if row.sign != 1 or none.empty or real.empty:
        return "unexplained"
    first = max(mine.stdate.min(), truth.first_day(row.year))
    held = ((real.stdate <= first) & (real.enddate >= first)).any()
    return "false_contiguity_spell" if held else "contiguous_later_in_year"


def alliance_cause(row: pd.Series, what: str, listed: dict[tuple[int, int, int], set[str]]) -> str:
    """Allies of one treaty without the pledge between the two, as the package's directed file has it."""
    pledges = listed.get((row.code1, row.code2, row.year))
    if row.sign != 1 or pledges is None:
        return "unexplained"
    absent = "atop_defense" not in pledges if what == "alliance_defense" else not pledges
    return "pledge_to_another_ally" if absent else "unexplained"


def pledges_of(folder: Path) -> dict[tuple[int, int, int], set[str]]:
    """The pledges of the package's alliance file by dyad-year, in either direction; an empty set where it has a row."""
    file = truth.undirected(truth.frame(folder, "atop_alliance"))
    columns = [c for c in file if c.startswith("atop_")]
    held = file.groupby(["code1", "code2", "year"])[columns].max()
    return {key: {c for c, v in zip(columns, row, strict=True) if v == 1} for key, *row in held.itertuples()}


def dispute_cause(row: pd.Series, what: str, file: pd.DataFrame) -> str:
    """Several rows of one dispute for one dyad: we count one stretch with one beginning, the package each return."""
    mine = file[(file.ccode1 == row.code1) & (file.ccode2 == row.code2)]
    for _, one in mine.groupby("dispnum"):
        years = one.year
        if (
            what == "dispute_ongoing"
            and row.sign == 1
            and years.min() < row.year < years.max()
            and row.year not in set(years)
        ):
            return "years_between_in_dispute"
        if what == "dispute_onset" and row.sign == -1 and one.disponset.gt(0).sum() > 1 and years.min() < row.year:
            return "return_is_no_onset"
    return "unexplained"


def rival_cause(row: pd.Series, what: str) -> str:
    dyad = (row.code1, row.code2)
    if what == "rival_tss" and row.year > 2020 and row.sign == -1:
        return "every_dyad_after_2020"
    if dyad == (305, 345) and row.sign == -1 and row.year in (1919, 1920):
        return "austria_after_the_empire"
    corrected = {(255, 300), (411, 481), (438, 481), (663, 678), (670, 678), (680, 698), (678, 680)}
    return "corrected_code_of_a_rival" if dyad in corrected and row.year <= 2020 else "unexplained"


def leader_rows_causes(folder: Path, system: str, rows: pd.DataFrame) -> list[str]:
    """Causes of leader-years."""
    archigos = truth.frame(folder, "archigos")
    still = archigos.exit.eq("Still in Office") & truth.year_of(archigos.enddate).eq(2014)
    table = truth.codes_by_year(folder).dropna()
    listed = set(zip(table.ccode.astype(int), table.year, strict=True)) if system == "cow" else None
    return [leader_cause(r, set(archigos.obsid[still]), listed) for r in rows.itertuples()]


def dyad_row_causes(folder: Path, what: str, rows: pd.DataFrame) -> list[str]:
    """Causes of what is true of a dyad-year."""
    if what == "politically_relevant":
        spells = truth.frame(folder, "cow_contdir").astype({"ccode1": int, "ccode2": int})
        spells["styear"], spells["endyear"] = truth.year_of(spells.stdate), truth.year_of(spells.enddate)
        return [relevance_cause(r, spells) for r in rows.itertuples()]
    if what.startswith("dispute"):
        mids = truth.frame(folder, "cow_mid_dirdisps").astype({"ccode1": int, "ccode2": int, "year": int})
        return [dispute_cause(r, what, mids) for r in rows.itertuples()]
    if what.startswith("alliance"):
        pledges = pledges_of(folder)
        return [alliance_cause(r, what, pledges) for r in rows.itertuples()]
    return [rival_cause(r, what) if what.startswith("rival") else "unexplained" for r in rows.itertuples()]


def classified(folder: Path) -> pd.DataFrame:
    """Every differing row with its cause: what, cause, year, count, summed by year."""
    theirs, out, leaders = truth.everything(folder), [], {}
    for what in WHATS:
        rows = differing(ours(what), theirs[what])
        system = what.rsplit("_", 1)[-1]
        if what.startswith("leader_years"):
            rows["cause"] = leader_rows_causes(folder, system, rows)
            leaders[system] = {(r.obsid, r.code, r.year, r.sign): r.cause for r in rows.itertuples()}
        elif what.startswith("leader_dyad_years"):
            years = theirs[f"leader_years_{system}"]
            held = set(zip(years.obsid, years.code, years.year, strict=True))
            rows["cause"] = leader_dyad_causes(rows, leaders[system], held, system)
        else:
            rows["cause"] = dyad_row_causes(folder, what, rows)
        out.append(rows.assign(what=what))
    every = pd.concat(out)
    print(every[every.cause.eq("unexplained")].to_string())
    summed = every.groupby(["what", "cause", "year"], as_index=False).sign.sum()
    summed = summed.rename(columns={"sign": "count"}).astype({"year": int, "count": int})
    return summed[summed["count"] != 0]


if __name__ == "__main__":
    classified(Path(sys.argv[1])).to_csv(DIFFERENCES, index=False)
