"""One row is a dyad and month of 1948-78 with a score of what each state did to the other; plus is cooperative.

Series of Lebo and Moore (2003) from COPDAB as carried by the sTSD package (exCopdab.rda): Egypt and Israel, the United
States with the Soviet Union, France and Israel, in both directions. Traps handled: the month is YYMM (4801 is January
1948) and the series has no gap; weights are those of the article. Left out: the marks of three crises. A score of 0 is
kept as published: nothing tells a month without events from one whose events cancel out.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rda

FACTS = (
    Fact(
        name="copdab_months",
        key=("ccode_a", "ccode_b", "month"),
        columns={"ccode_a": "int16", "ccode_b": "int16", "month": "date32", "score_ab": "float64",
                 "score_ba": "float64"},
    ),
)  # fmt: skip
FILE = "exCopdab.rda"
DYADS = {
    (651, 666): ("eg2is", "is2eg"),
    (2, 365): ("us2ussr", "ussr2us"),
    (2, 220): ("us2fra", "fra2us"),
    (2, 666): ("us2is", "is2us"),
}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_rda(path, ["ym", *(c for pair in DYADS.values() for c in pair)])
    month = _months(frame["ym"], path)
    parts = []
    for (a, b), (ab, ba) in DYADS.items():
        for column in (ab, ba):
            _refuse(frame, column, pd.to_numeric(frame[column], errors="coerce").notna(), "a number", path)
        parts.append(
            pd.DataFrame({"ccode_a": a, "ccode_b": b, "month": month, "score_ab": frame[ab], "score_ba": frame[ba]})
        )
    return {"copdab_months": pd.concat(parts, ignore_index=True)}


def _months(ym: pd.Series, path: Path) -> pd.Series:
    """First days of months that follow each other without a gap."""
    numbers = pd.to_numeric(ym, errors="coerce")
    text = (
        "19" + (numbers // 100).astype("Int64").astype("string") + (numbers % 100).astype("Int64").map("{:02d}".format)
    )
    month = pd.to_datetime(text, format="%Y%m", errors="coerce")
    frame = pd.DataFrame({"ym": ym})
    _refuse(frame, "ym", month.notna(), "a year and month as YYMM", path)
    expected = pd.Series(pd.date_range(month.iloc[0], periods=len(month), freq="MS"))
    _refuse(frame, "ym", month == expected, "the month that follows the one before", path)
    return month


def _refuse(frame: pd.DataFrame, column: str, fits: pd.Series, expected: str, path: Path) -> None:
    bad = frame.index[~fits.fillna(False)]
    if len(bad):
        raise RawFileError(
            f"a value of {column} is not {expected}",
            file=path.name,
            row=int(bad[0]) + 1,
            expected=expected,
            found=frame.loc[bad[0], column],
            next_step=NEXT_STEP,
        )


READER = Reader(source="copdab", facts=FACTS, read=read)
