"""One row is one spell of an effective leader, 1921 to 2021-03-02: start day known, end known to the month.

Source: REIGN leader list, March 2021. Unit: leader spell. State codes are Correlates of War codes.
Traps: no end day and no exit mode; an empty end means in office on 2021-03-02; the 144 rows of San Marino name captains
regent, often two at once, with -99 for all else: they are no leaders and are dropped; one id stands at three Icelandic
spells, so id and start date are the key; the file's own order is kept in `source_row`, because rows are sorted by state
and only mostly by time; remarks (not read) hold bytes that are not UTF-8.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FILE = "leaderlist_3_21.csv"
PLACEHOLDER = -99
UNREADABLE = "\ufffd"
NEEDED = ("ccode", "leadid", "leader", "sdate", "smonth", "syear", "emonth", "eyear", "birthyear", "gender")
TEXT = ("leadid", "leader")
MAY_BE_BLANK = ("emonth", "eyear", "birthyear")
FACTS = (
    Fact(
        name="reign_leaders",
        key=("reign_id", "start_date"),
        years={"birth_year": (1840, 2003)},
        columns={
            "reign_id": "string",
            "leader_name": "string",
            "ccode": "int16",
            "start_date": "date32",
            "end_year": "int16",
            "end_month": "int8",
            "birth_year": "int16",
            "source_row": "int16",
        },
    ),
)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """Every REIGN spell that names a leader; end year and month are null while the leader is in office."""
    path = raw.path(FILE)
    text = read_delimited(path, NEEDED, errors="replace")
    rows = pd.DataFrame({c: whole(text, c, path, blank=c in MAY_BE_BLANK) for c in NEEDED if c not in TEXT})
    rows = rows.assign(**{c: text[c] for c in TEXT}, source_row=range(1, len(rows) + 1))
    rows = rows[rows["gender"] != PLACEHOLDER]
    spells = pd.DataFrame(
        {
            "reign_id": rows["leadid"].map(_text),
            "leader_name": rows["leader"].map(_text),
            "ccode": rows["ccode"],
            "start_date": _starts(rows, path),
            "end_year": rows["eyear"],
            "end_month": rows["emonth"],
            "birth_year": rows["birthyear"].where(rows["birthyear"] > 0),
            "source_row": rows["source_row"],
        }
    )
    _refuse(spells, spells["leader_name"].str.contains(UNREADABLE), "a leader's name is not UTF-8", path)
    half = spells["end_year"].isna() != spells["end_month"].isna()
    _refuse(spells, half, "an end has a year or a month but not both", path)
    return {"reign_leaders": spells}


def _text(value: str) -> str | None:
    return " ".join(value.split()) or None


def _starts(rows: pd.DataFrame, path: Path) -> pd.Series:
    parts = rows[["syear", "smonth", "sdate"]].set_axis(["year", "month", "day"], axis=1)
    starts = pd.to_datetime(parts, errors="coerce")
    _refuse(rows, starts.isna(), "a start is not a date", path)
    return starts


def _refuse(rows: pd.DataFrame, bad: pd.Series, message: str, path: Path) -> None:
    if bad.any():
        first = rows[bad].iloc[0]
        raise RawFileError(
            message,
            file=path,
            row=int(first["source_row"]),
            expected="the form described in the REIGN codebook",
            found=first.dropna().to_dict(),
            next_step=NEXT_STEP,
        )


READER = Reader(source="reign", facts=FACTS, read=read)
