"""One row is an attempt on the life of a national leader, 1875-2003, with its date as far as known and what came of it.

Jones and Olken (2009), assassinations_data.dta, keyed by Archigos spell. The file has no value labels: the tens of
`result` say whether the leader died (1), survived (2) or was never reached (3, the 47 attempts that are not serious),
as the columns `success` and `serious` confirm row by row. Left out, since their meaning is not certain: the units of
`result`, the weapons, and the dead and wounded. Traps handled: an unknown day, month or second possible month leaves a
first and a last possible day and a coarser precision; two rows may describe attempts of one month (Mussolini 1923) and
stay two. Seven rows carry ids of an earlier Archigos that are absent or another leader's in 4.1: corrections name the
right ones. Birendra's death is dated January 2001, years after Archigos has him as effective leader, and stays so.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.cells import refuse
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.stata import read_stata

FACTS = (
    Fact(
        name="jones_olken_attempts",
        key=("record",),
        columns={"record": "int16", "leader_id": "string", "leader_name": "string", "first_date": "date32",
                 "last_date": "date32", "date_precision": "string", "outcome": "string", "solo": "bool"},
    ),
)  # fmt: skip
FILE = "assassinations_data.dta"
OUTCOME = {1: "died", 2: "survived", 3: "not_reached"}
RESULTS = (11, 12, 13, 19, 21, 22, 23, 24, 29, 31)
COLUMNS = ("obsid", "leadername", "year", "month1", "month2", "day", "result", "serious", "success", "solo")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The attempts, numbered as in the file; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_stata(path, COLUMNS)
    refuse(frame, "result", frame["result"].isin(RESULTS), f"one of {list(RESULTS)}", path.name)
    tens = frame["result"] // 10
    refuse(frame, "success", frame["success"].eq((tens == 1).astype(float)), "1 where result is 11-19", path.name)
    refuse(frame, "serious", frame["serious"].eq((tens < 3).astype(float)), "1 where result is below 30", path.name)
    refuse(frame, "solo", frame["solo"].isin([0, 1]) | frame["solo"].isna(), "0, 1 or blank", path.name)
    first, last, precision = _days(frame, path)
    attempts = pd.DataFrame(
        {
            "record": frame.index + 1,
            "leader_id": frame["obsid"].str.strip(),
            "leader_name": frame["leadername"].str.split().str.join(" "),
            "first_date": first,
            "last_date": last,
            "date_precision": precision,
            "outcome": tens.map(OUTCOME),
            "solo": frame["solo"].map({1: True, 0: False}),
        }
    )
    return {"jones_olken_attempts": attempts}


def _days(frame: pd.DataFrame, path: Path) -> tuple[pd.Series, pd.Series, pd.Series]:
    """First and last possible day, and how finely the day is known."""
    month, other, day = frame["month1"], frame["month2"], frame["day"]
    precision = pd.Series("day", index=frame.index).mask(day.isna(), "month")
    precision = precision.mask(day.isna() & other.notna(), "months").mask(month.isna(), "year")
    first = _date(frame["year"], month.fillna(1), day.fillna(1))
    end = _date(frame["year"], other.fillna(month).fillna(12), pd.Series(1, index=frame.index))
    last = first.where(day.notna(), end + pd.offsets.MonthEnd(0))
    odd = first.isna() | last.isna() | (last < first) | (day.notna() & month.isna())
    if odd.any():
        row = odd.index[odd][0]
        raise RawFileError(
            "a date that is not in the calendar",
            file=path.name,
            row=int(row) + 1,
            expected="year, month1, month2 and day of one day, month or year",
            found=frame.loc[row, ["year", "month1", "month2", "day"]].to_dict(),
            next_step=NEXT_STEP,
        )
    return first, last, precision


def _date(year: pd.Series, month: pd.Series, day: pd.Series) -> pd.Series:
    return pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}), errors="coerce")


READER = Reader(source="jones_olken", facts=FACTS, read=read)
