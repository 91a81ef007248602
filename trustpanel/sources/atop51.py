"""Each row of `atop51_members` is one state's membership of one phase of one alliance, with the phase's provisions.

Alliance Treaty Obligations and Provisions 5.1, member level, 1815-2018. Traps handled: an exit year of 0 means in
force at the end of 2018 (`end_date` null, `end_precision` open); where the day is not known the entry is put on the
first and the exit on the last day of the month (`month`); a blank provision is null, not absent. `threat_1` and
`threat_2` are the states that the treaty names as the ones it is directed against: 0 none, null where the source is
blank. Their codes are those of the treaty's time: a pact of 1948 against Germany has 255, in years in which only 260
and 265 are states. One member code (8152, in alliance 1320 of 1874) is no Correlates of War state and is kept as it
is.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import among, read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

OBLIGATIONS = ("defense", "offense", "neutral", "nonagg", "consul")
YES_NO = {"bilat": "bilateral", "asymm": "asymm", **{o: o for o in OBLIGATIONS}}
# the provisions keep their published numbers: only 0 (absent) has a meaning that is certain for all of them
PROVISIONS = ("conwtin", "milcon", "intcom", "subord", "organ1", "base", "contrib")
THREATS = {"statthr1": "threat_1", "statthr2": "threat_2"}
FACTS = (
    Fact(
        name="atop51_members",
        key=("atop_id", "phase", "ccode", "start_date"),
        columns={
            "atop_id": "int16",
            "phase": "int8",
            "ccode": "int16",
            "start_date": "date32",
            "start_precision": "string",
            "end_date": "date32",
            "end_precision": "string",
            **{name: "bool" for name in YES_NO.values()},
            **{name: "int8" for name in PROVISIONS},
            **{name: "int16" for name in THREATS.values()},
        },
    ),
)
FILE = "atop5_1m.csv"
IDS = ("atopid", "phase", "member")
ENTRY, EXIT = ("yrent", "moent", "dayent"), ("yrexit", "moexit", "dayexit")
MAY_BE_BLANK = {"dayent", "dayexit", *PROVISIONS, *THREATS}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The alliance memberships; raises `RawFileError`."""
    path = raw.path(FILE)
    text = read_delimited(path, (*IDS, *ENTRY, *EXIT, *YES_NO, *PROVISIONS, *THREATS))
    frame = pd.DataFrame({c: whole(text, c, path, blank=c in MAY_BE_BLANK) for c in text if c not in YES_NO})
    in_force = frame["yrexit"] == 0
    start = _dates(frame, ENTRY, frame.index)
    end = _dates(frame, EXIT, frame.index[~in_force], last_of_month=True)
    out = {
        "atop_id": frame["atopid"],
        "phase": frame["phase"],
        "ccode": frame["member"],
        "start_date": start,
        "start_precision": frame["dayent"].map(lambda day: "month" if pd.isna(day) else "day"),
        "end_date": end,
        "end_precision": frame["dayexit"].map(lambda day: "month" if pd.isna(day) else "day").mask(in_force, "open"),
    }
    out |= {name: among(text, column, path, (0, 1)) == 1 for column, name in YES_NO.items()}
    out |= {column: frame[column] for column in PROVISIONS}
    out |= {name: frame[column] for column, name in THREATS.items()}
    return {"atop51_members": pd.DataFrame(out)}


def _dates(
    frame: pd.DataFrame, columns: tuple[str, str, str], rows: pd.Index, *, last_of_month: bool = False
) -> pd.Series:
    """Dates of `rows` (others null); a day that is not known is the first, or the last, of its month."""
    year, month, day = (frame.loc[rows, c] for c in columns)
    dates = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day.fillna(1)}), errors="coerce")
    if dates.isna().any():
        row = dates.index[dates.isna()][0]
        raise RawFileError(
            "a date that is not in the calendar",
            file=FILE,
            row=f"line {row}",
            expected="year, month and day, or a blank day",
            found=frame.loc[row, ["atopid", "member", *columns]].to_dict(),
            next_step=NEXT_STEP,
        )
    if last_of_month:
        dates = dates.where(day.notna(), dates + pd.offsets.MonthEnd(0))
    return dates.reindex(frame.index)


READER = Reader(source="atop51", facts=FACTS, read=read)
