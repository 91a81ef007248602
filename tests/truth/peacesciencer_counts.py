"""Yearly counts by the documented rules of the R package peacesciencer, made from the data files that it ships.

    python tests/truth/peacesciencer_counts.py <folder of the package's .rda files>

writes `peacesciencer_counts.csv` beside this file: year, what, count. Nothing of trustpanel is read or imported, so that
the counts are a second opinion. The rules are those that the package (1.2.9) documents for create_stateyears,
create_dyadyears, create_leaderyears, create_leaderdyadyears, add_contiguity (first relation of the year), add_cow_majors,
filter_prd, add_cow_mids, add_atop_alliance and add_strategic_rivalries, re-told here in pandas and not copied. Lists of
members are carried to LAST, as the package carries them to the last concluded year. The Gleditsch-Ward list is the
`gw_states` of the package; its newer functions take a list with microstates from another package.
"""

from __future__ import annotations

import itertools
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import rdata

FIRST, LAST = 1816, 2024
OUT = Path(__file__).with_name("peacesciencer_counts.csv")
MEMBERS_END = {"cow": 2016, "gw": 2017}
# abbreviations that differ between the two lists, as the package pairs them
SAME_ABBREVIATION = {"HSD": "HSG", "SER": "YUG", "RUM": "ROM", "FJI": "FIJ"}


def frame(folder: Path, name: str) -> pd.DataFrame:
    """One data frame of the package, named like its file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rdata.read_rda(folder / f"{name}.rda")[name].reset_index(drop=True)


def days(values: pd.Series) -> pd.Series:
    """R's days since 1970 as whole numbers."""
    return values.astype("int64")


def day_of(year: pd.Series, month: pd.Series, day: pd.Series) -> pd.Series:
    dates = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}))
    return (dates - pd.Timestamp("1970-01-01")).dt.days


def year_of(day: pd.Series) -> pd.Series:
    return (pd.Timestamp("1970-01-01") + pd.to_timedelta(day, unit="D")).dt.year


def first_day(year: int) -> int:
    return (pd.Timestamp(year, 1, 1) - pd.Timestamp("1970-01-01")).days


def states(folder: Path, system: str) -> pd.DataFrame:
    """Spells of membership: code, abb, start, end (days), styear, endyear; open spells carried to LAST."""
    if system == "cow":
        raw = frame(folder, "cow_states")
        start = day_of(raw.styear, raw.stmonth, raw.stday)
        end = day_of(raw.endyear, raw.endmonth, raw.endday)
        out = pd.DataFrame({"code": raw.ccode, "abb": raw.stateabb, "start": start, "end": end})
    else:
        raw = frame(folder, "gw_states")
        out = pd.DataFrame({"code": raw.gwcode, "abb": raw.stateabb, "start": raw.startdate, "end": raw.enddate})
    out = out.astype({"code": int, "start": int, "end": int})
    out["styear"], out["endyear"] = year_of(out.start), year_of(out.end)
    running = out.endyear == MEMBERS_END[system]
    out.loc[running, "endyear"] = LAST
    out.loc[running, "end"] = first_day(LAST + 1) - 1
    return out


def by_year(spells: pd.DataFrame) -> pd.DataFrame:
    """A row for each year that a spell touches."""
    years = [range(a, b + 1) for a, b in zip(spells.styear, spells.endyear, strict=True)]
    return spells.assign(year=years).explode("year").astype({"year": int})


def state_years(folder: Path, system: str) -> pd.DataFrame:
    return by_year(states(folder, system))[["code", "year"]].drop_duplicates()


def dyad_years(folder: Path, system: str) -> pd.DataFrame:
    """Pairs whose years meet, less those that share no day; each once, smaller code first."""
    spells = by_year(states(folder, system))
    both = spells.merge(spells, on="year", suffixes=("1", "2"))
    both = both[both.code1 < both.code2]
    same_day = (both.start1 <= both.end2) & (both.start2 <= both.end1)
    return both[same_day][["code1", "code2", "year"]].drop_duplicates()


def codes_by_year(folder: Path) -> pd.DataFrame:
    """The package's table of the two codes by year: gwcode, ccode, year."""
    gw, cow = states(folder, "gw"), states(folder, "cow")
    gw["abb"] = gw.abb.replace(SAME_ABBREVIATION)
    both = by_year(gw).merge(by_year(cow), on=["abb", "year"], suffixes=("", "_cow"))
    # by day within the year: a code counts if a single day of the year is on both lists under one abbreviation
    both = both[(both.start <= both.end_cow) & (both.start_cow <= both.end)]
    begin = both.year.map(first_day)
    until = (both.year + 1).map(first_day) - 1
    low = pd.concat([both.start, both.start_cow, begin], axis=1).max(axis=1)
    high = pd.concat([both.end, both.end_cow, until], axis=1).min(axis=1)
    both = both[low <= high]
    table = both.groupby(["code", "year"], as_index=False).code_cow.max()
    table = table.rename(columns={"code": "gwcode", "code_cow": "ccode"})
    listed = by_year(gw)[["code", "year"]].drop_duplicates().rename(columns={"code": "gwcode"})
    table = listed.merge(table, how="left", on=["gwcode", "year"])
    table.loc[(table.gwcode == 260) & (table.year >= 1991), "ccode"] = 255
    table.loc[(table.gwcode == 678) & table.year.between(1926, 1989), "ccode"] = 678
    return table


def leader_days_by_year(folder: Path) -> pd.DataFrame:
    """Leaders of Archigos by year with their days in office: obsid, gwcode, year, low, high."""
    raw = frame(folder, "archigos")
    out = pd.DataFrame({"obsid": raw.obsid, "gwcode": raw.gwcode, "start": raw.startdate, "end": raw.enddate})
    out = out.astype({"gwcode": int, "start": int, "end": int})
    out["styear"], out["endyear"] = year_of(out.start), year_of(out.end)
    out = by_year(out)
    out["low"] = np.maximum(out.start, out.year.map(first_day))
    out["high"] = np.minimum(out.end, (out.year + 1).map(first_day) - 1)
    return out


def leader_years(folder: Path, system: str) -> pd.DataFrame:
    """Leaders by year with at least one day on which their state is a member: obsid, code, year."""
    office = leader_days_by_year(folder)
    if system == "gw":
        office["code"] = office.gwcode
    else:
        office = office.merge(codes_by_year(folder), how="left", on=["gwcode", "year"])
        office.loc[(office.gwcode == 600) & office.year.between(1905, 1912), "ccode"] = 600
        office.loc[(office.gwcode == 670) & office.year.between(1927, 1932), "ccode"] = 670
        office = office.dropna(subset="ccode").rename(columns={"ccode": "code"}).astype({"code": int})
    members = office.merge(states(folder, system)[["code", "start", "end"]], on="code", suffixes=("", "_member"))
    members = members[(members.low <= members.end_member) & (members.high >= members.start_member)]
    return members[["obsid", "code", "year", "low", "high"]].drop_duplicates()


def leader_dyad_years(folder: Path, system: str) -> pd.DataFrame:
    """Pairs of leaders who are both leader-years and share a day in office that year.

    Pairs of one state, told by the first three letters of the identifier, are left out; the codes are joined by
    leader and not by year, as the package's script does, so that a leader with two codes has both in every year.
    """
    rows = leader_years(folder, system)
    office = leader_days_by_year(folder)[["obsid", "year", "low", "high"]]
    active = rows[["obsid", "year"]].drop_duplicates().merge(office, on=["obsid", "year"])
    codes = rows[["obsid", "code"]].drop_duplicates()
    out = []
    for year, now in active[active.year.between(1870, 2015)].groupby("year"):
        low, high, ids = now.low.to_numpy(), now.high.to_numpy(), now.obsid.to_numpy(dtype=object)
        state = np.array([i[:3] for i in ids])
        meets = (np.maximum.outer(low, low) <= np.minimum.outer(high, high)) & (state[:, None] != state[None, :])
        first, second = np.nonzero(meets)
        out.append(pd.DataFrame({"obsid1": ids[first], "obsid2": ids[second], "year": year}))
    pairs = pd.concat(out)
    for n in ("1", "2"):
        pairs = pairs.merge(codes.rename(columns={"obsid": f"obsid{n}", "code": f"code{n}"}), on=f"obsid{n}")
    return pairs[pairs.code1 < pairs.code2]


def politically_relevant(folder: Path) -> pd.DataFrame:
    """Dyad-years contiguous in the first month of the year that has a record, or with a major power, to 2016."""
    spells = frame(folder, "cow_contdir")
    months = []
    for place, row in enumerate(spells.itertuples()):
        start, end = (np.datetime64("1970-01-01") + np.timedelta64(int(d), "D") for d in (row.stdate, row.enddate))
        span = np.arange(start.astype("datetime64[M]"), end.astype("datetime64[M]") + 1)
        months.append(pd.DataFrame({"code1": int(row.ccode1), "code2": int(row.ccode2), "month": span,
                                    "type": row.conttype, "place": place}))  # fmt: skip
    table = pd.concat(months)
    table["year"] = table.month.dt.year
    table = table.sort_values(["month", "place"]).drop_duplicates(["code1", "code2", "year"])
    rows = dyad_years(folder, "cow").merge(table, how="left", on=["code1", "code2", "year"])
    majors = frame(folder, "cow_majors").rename(columns={"ccode": "code"}).astype({"code": int})
    majors = by_year(majors.astype({"styear": int, "endyear": int}))
    major = set(zip(majors.code, majors.year, strict=True))
    power = [(a, y) in major or (b, y) in major for a, b, y in zip(rows.code1, rows.code2, rows.year, strict=True)]
    relevant = rows.type.fillna(0).ge(1) | pd.Series(power, index=rows.index)
    return rows[relevant & (rows.year <= 2016)][["code1", "code2", "year"]]


def undirected(raw: pd.DataFrame) -> pd.DataFrame:
    codes = raw[["ccode1", "ccode2"]].astype(int)
    return raw.assign(code1=codes.min(axis=1), code2=codes.max(axis=1), year=raw.year.astype(int))


def of_dyads(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    key = ["code1", "code2", "year"]
    return dyad_years(folder, "cow").merge(rows[key].drop_duplicates(), on=key)


def disputes(folder: Path, what: str) -> pd.DataFrame:
    """Dyad-years in which a dispute runs or (of several the new one is kept) begins."""
    raw = undirected(frame(folder, "cow_mid_dirdisps"))
    return of_dyads(raw[raw[what].eq(1)], folder)


def allied(folder: Path, columns: list[str]) -> pd.DataFrame:
    """Dyad-years with one of the obligations in either direction."""
    raw = undirected(frame(folder, "atop_alliance"))
    return of_dyads(raw[raw[columns].eq(1).any(axis=1) & raw.year.le(2018)], folder)


def rivals(folder: Path, name: str) -> pd.DataFrame:
    """Dyad-years of rivals; Austria-Hungary's go to Austria from 1919; after 2020 every dyad of the newer list."""
    raw = frame(folder, name).rename(columns={"start": "styear", "end": "endyear"})
    raw = raw[["ccode1", "ccode2", "styear", "endyear"]].astype(int)
    raw = by_year(raw)
    for side in ("ccode1", "ccode2"):
        raw.loc[(raw[side] == 300) & (raw.year >= 1919), side] = 305
    rows = of_dyads(undirected(raw), folder)
    if name == "td_rivalries":
        return rows
    every = dyad_years(folder, "cow")
    return pd.concat([rows[rows.year <= 2020], every[every.year > 2020]])


def everything(folder: Path) -> dict[str, pd.DataFrame]:
    """The rows behind each count."""
    pledges = [f"atop_{p}" for p in ("defense", "offense", "neutral", "nonagg", "consul")]
    return {
        **{f"state_years_{s}": state_years(folder, s) for s in ("cow", "gw")},
        **{f"dyad_years_{s}": dyad_years(folder, s) for s in ("cow", "gw")},
        **{f"leader_years_{s}": leader_years(folder, s) for s in ("cow", "gw")},
        **{f"leader_dyad_years_{s}": leader_dyad_years(folder, s) for s in ("cow", "gw")},
        "politically_relevant": politically_relevant(folder),
        "dispute_onset": disputes(folder, "disponset"),
        "dispute_ongoing": disputes(folder, "dispongoing"),
        "alliance_defense": allied(folder, ["atop_defense"]),
        "alliance_any": allied(folder, pledges),
        "rival_tss": rivals(folder, "tss_rivalries"),
        "rival_td": rivals(folder, "td_rivalries"),
    }


def counted(folder: Path) -> pd.DataFrame:
    """Year, what, count; 0 where there is no row, leaders to 2015."""
    rows = everything(folder)
    counts = [
        (year, what, count) for what, table in rows.items() for year, count in table.groupby("year").size().items()
    ]
    counts += [(year, f"{what}_directed", 2 * count) for year, what, count in counts if what.startswith("dyad_years")]
    known = {(year, what): count for year, what, count in counts if FIRST <= year <= LAST}
    table = pd.DataFrame(
        [
            (y, w, known.get((y, w), 0))
            for w, y in itertools.product(sorted({w for _, w in known}), range(FIRST, LAST + 1))
        ],
        columns=["year", "what", "count"],
    )
    leaders = table.what.str.startswith("leader")
    return table[~leaders | table.year.le(2015)].reset_index(drop=True)


if __name__ == "__main__":
    counted(Path(sys.argv[1])).to_csv(OUT, index=False)
