"""Changes of leaders and of the coalition that keeps them in power, 1919-2018, by state and year and by day.

CHISOLS 5.0 (the CSV inside chisolsstyr5_0.zip). `chisols_state_years` says for which states and years the source speaks
and how often leaders and support changed; `chisols_changes` has every dated change; `chisols_minor_changes` the
changes of part of the coalition (a junior partner, a splinter), which need no change of leader. Traps handled: a
change of support that lasted under 30 days is counted apart, but stands among the dated changes; two changes (West
Germany and Austria, 1955) come with the end of occupation and without a new leader; up to seven leaders a year. The
counts must agree with the dates, else the file is refused. Left out: regime types, which other sources date better.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import among, parse_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="chisols_state_years",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", "leader_transitions": "int8", "support_changes": "int8",
                 "support_changes_brief": "int8", "support_changes_minor": "int8", "not_independent": "bool"},
    ),
    Fact(
        name="chisols_changes",
        key=("ccode", "year", "position"),
        columns={"ccode": "int16", "year": "int16", "position": "int8", "change_date": "date32",
                 "leader_changed": "bool", "support_changed": "bool"},
    ),
    Fact(
        name="chisols_minor_changes",
        key=("ccode", "year", "position"),
        columns={"ccode": "int16", "year": "int16", "position": "int8", "change_date": "date32"},
    ),
)  # fmt: skip
FILE = "chisolsstyr5_0.zip"
MEMBER = "CHISOLSstyr5_0/CHISOLSstyr5_0.csv"
COUNTS = {
    "totalldrtrans": "leader_transitions",
    "solschange": "support_changes",
    "solschange30": "support_changes_brief",
    "solsminchange": "support_changes_minor",
}
PLACES = range(1, 8)
STEMS = ("leaderch", "solsch", "solsminch")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The three facts; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = _table(path)
    years = pd.DataFrame({"ccode": whole(frame, "ccode", path), "year": whole(frame, "year", path)})
    for old, new in COUNTS.items():
        years[new] = among(frame, old, path, range(8))
    years["not_independent"] = among(frame, "nonindep", path, (0, 1)) == 1
    changes, minor = [], []
    for place in PLACES:
        dates = {stem: _dates(frame, stem, place, path) for stem in STEMS}
        flags = {s: among(frame, f"{s}{place}", path, (0, 1)) == 1 for s in ("solschange", "solsminch")}
        _agree(frame, flags["solschange"], dates["solsch"], f"solschange{place}", path)
        _agree(frame, flags["solsminch"], dates["solsminch"], f"solsminch{place}", path)
        both = dates["leaderch"].notna() & dates["solsch"].notna()
        _agree(frame, dates["leaderch"].where(both), dates["solsch"].where(both), f"solschday{place}", path)
        here = years[["ccode", "year"]].assign(position=place)
        changes.append(
            here.assign(
                change_date=dates["leaderch"].fillna(dates["solsch"]),
                leader_changed=dates["leaderch"].notna(),
                support_changed=flags["solschange"],
            )
        )
        minor.append(here.assign(change_date=dates["solsminch"]))
    dated = pd.concat(changes).dropna(subset=["change_date"])
    lesser = pd.concat(minor).dropna(subset=["change_date"])
    support = years["support_changes"] + years["support_changes_brief"]
    _count(frame, years["leader_transitions"], dated[dated["leader_changed"]], "totalldrtrans", path)
    _count(frame, support, dated[dated["support_changed"]], "solschange", path)
    _count(frame, years["support_changes_minor"], lesser, "solsminchange", path)
    return {"chisols_state_years": years, "chisols_changes": dated, "chisols_minor_changes": lesser}


def _table(path: Path) -> pd.DataFrame:
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(MEMBER).decode("utf-8-sig")
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError, ValueError) as error:
        raise RawFileError(
            "the archive does not hold the table of state-years",
            file=path.name,
            expected=MEMBER,
            found=str(error)[:200],
            next_step=NEXT_STEP,
        ) from error
    dates = [f"{stem}{part}{place}" for stem in STEMS for part in ("yr", "mo", "day") for place in PLACES]
    flags = [f"{stem}{place}" for stem in ("solschange", "solsminch") for place in PLACES]
    names = dict.fromkeys(("ccode", "year", *COUNTS, "nonindep", *dates, *flags))
    return parse_delimited(text, path.name, list(names))


def _dates(frame: pd.DataFrame, stem: str, place: int, path: Path) -> pd.Series:
    """Days of the year of the row; null where the three cells are empty."""
    year, month, day = (frame[f"{stem}{part}{place}"].str.strip() for part in ("yr", "mo", "day"))
    text = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    empty = (year + month + day) == ""
    dates = pd.to_datetime(text.mask(empty), format="%Y-%m-%d", errors="coerce")
    odd = (dates.isna() & ~empty) | (~empty & (year != frame["year"]))
    if odd.any():
        line = odd.index[odd][0]
        raise RawFileError(
            "a date that is not in the calendar, or not of the year of its row",
            file=path.name,
            row=f"line {line}",
            expected=f"{stem}yr{place}, {stem}mo{place} and {stem}day{place} of one day, or blanks",
            found=text[line],
            next_step=NEXT_STEP,
        )
    return dates


def _agree(frame: pd.DataFrame, first: pd.Series, dates: pd.Series, column: str, path: Path) -> None:
    """A flag goes with a date, and two dates of one change are the same day."""
    fits = first.eq(dates.notna()) if first.dtype == "boolean" else first.eq(dates) | (first.isna() & dates.isna())
    _refuse(frame, fits, column, "a flag and days that agree", path)


def _count(frame: pd.DataFrame, counts: pd.Series, dated: pd.DataFrame, column: str, path: Path) -> None:
    found = dated.groupby(dated.index).size().reindex(frame.index, fill_value=0)
    _refuse(frame, counts.eq(found), column, "as many changes as the row has dates", path)


def _refuse(frame: pd.DataFrame, fits: pd.Series, column: str, expected: str, path: Path) -> None:
    bad = fits.index[~fits.fillna(False).astype(bool)]
    if len(bad):
        raise RawFileError(
            f"{column} contradicts the other columns of its row",
            file=path.name,
            row=f"line {bad[0]}",
            expected=expected,
            found=frame.loc[bad[0], [c for c in frame if c == column or c in COUNTS]].to_dict(),
            next_step=NEXT_STEP,
        )


READER = Reader(source="chisols", facts=FACTS, read=read)
