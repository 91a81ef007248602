"""Each row of `atop4_institutions` is one alliance: how far it is institutionalised, as Leeds and Anac coded it.

Alliance Treaty Obligations and Provisions 4.01, alliance level, 1815-2016. `milinst`: 0 none, 1 moderate, 2 high
military institutionalisation; `hinst` and `minst` say the same as two flags (2 is hinst, 1 is minst); `milorg`: the
treaty sets up a military organisation; `pubtreat`: a public treaty; `formal`: 0 neither, 1 either, 2 both of a public
treaty and a formal organisation. Traps handled: an end year of 0 means in force at the end of 2016 (`end_date` null,
`end_precision` open); a day that is not known is the first, or the last, of its month; a blank is null, never 0.
`formal` is null where the formal organisation is blank, for there the file counts the blank as none. This is an older
version than `atop51`: only the alliance id joins them, never phases or exit years; the members stand there.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import among, read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FLAGS = ("hinst", "minst", "milorg", "pubtreat")
SCALES = {"milinst": (0, 1, 2), "formal": (0, 1, 2)}
FACTS = (
    Fact(
        name="atop4_institutions",
        key=("atop_id",),
        columns={
            "atop_id": "int16",
            "start_date": "date32",
            "start_precision": "string",
            "end_date": "date32",
            "end_precision": "string",
            "milinst": "int8",
            **dict.fromkeys(FLAGS, "bool"),
            "formal": "int8",
        },
    ),
)
FILE = "atop-alliance-level.csv"
BEGIN, END = ("begyr", "begmo", "begday"), ("endyr", "endmo", "endday")
BLANK = ("", "NA")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The alliances; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_delimited(path, ["atopid", *BEGIN, *END, *FLAGS, *SCALES, "formorg"])
    dates = frame[[*BEGIN, *END]].replace("NA", "")
    open_ended = whole(dates, "endyr", path) == 0
    start = _dates(dates, BEGIN, path)
    end = _dates(dates[~open_ended], END, path).reindex(frame.index)
    unknown = dates["endday"].eq("")
    out = pd.DataFrame(
        {
            "atop_id": whole(frame, "atopid", path),
            "start_date": start,
            "start_precision": dates["begday"].eq("").map({True: "month", False: "day"}),
            "end_date": end.where(~unknown, end + pd.offsets.MonthEnd(0)),
            "end_precision": unknown.map({True: "month", False: "day"}).mask(open_ended, "open"),
            **{column: among(frame, column, path, (0, 1), marks=BLANK) for column in FLAGS},
            **{column: among(frame, column, path, values, marks=BLANK) for column, values in SCALES.items()},
        }
    )
    _parts_agree(out, path)
    out["formal"] = out["formal"].mask(frame["formorg"].isin(BLANK))
    return {"atop4_institutions": out}


def _dates(frame: pd.DataFrame, columns: tuple[str, str, str], path: Path) -> pd.Series:
    """Days; one that is not known is the first of its month."""
    year, month, day = (whole(frame, c, path, blank=c == columns[2]) for c in columns)
    dates = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day.fillna(1)}), errors="coerce")
    if dates.isna().any():
        line = dates.index[dates.isna()][0]
        raise RawFileError(
            "a date that is not in the calendar",
            file=path.name,
            row=f"line {line}",
            expected=f"{', '.join(columns)} of one day, or a blank day",
            found=frame.loc[line, list(columns)].tolist(),
            next_step=NEXT_STEP,
        )
    return dates


def _parts_agree(frame: pd.DataFrame, path: Path) -> None:
    """The scale is made of its two flags; a flag that is blank contradicts nothing."""
    odd = (frame["hinst"].notna() & frame["hinst"].ne((frame["milinst"] == 2).astype("Int64"))) | (
        frame["minst"].notna() & frame["minst"].ne((frame["milinst"] == 1).astype("Int64"))
    )
    if odd.fillna(False).any():
        line = odd.index[odd.fillna(False)][0]
        raise RawFileError(
            "milinst is not what hinst and minst say",
            file=path.name,
            row=f"line {line}",
            expected="2 with hinst, 1 with minst, 0 with neither",
            found=frame.loc[line, ["atop_id", "milinst", "hinst", "minst"]].to_dict(),
            next_step=NEXT_STEP,
        )


READER = Reader(source="atop4_alliance", facts=FACTS, read=read)
