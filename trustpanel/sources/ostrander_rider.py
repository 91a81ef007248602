"""One row is a leg of a US president's travel abroad, with the Correlates of War code that the authors gave it.

Ostrander and Rider 2018, base travel data, 1906-2017, made from the same official list as `state_dept_travels`.
Traps handled: the code is `NA`, `Na` or empty for the Vatican and the Palestinian Authority; the codes follow the
authors' own usage (Taiwan 710, Kosovo 347); a stay's last day follows from its duration, days of arrival and departure
counted; trips as president-elect are legs like others; the type of trip has no published meaning and is not read.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import NEXT_STEP, number, whole
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.workbook import read_sheet

FACTS = (
    Fact(
        name="ostrander_rider_legs",
        key=("record",),
        columns={"record": "string", "president": "string", "country_name": "string", "ccode": "int16",
                 "start_date": "date32", "end_date": "date32",},
    ),
)  # fmt: skip
FILE = "Ostrander_Rider_2018_Base_Travel_Data.xlsx"
NO_CODE = ("NA", "Na", "")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError`. A record is the row of the sheet."""
    path = raw.path(FILE)
    columns = ["President", "Country", "COWCode", "Duration", "StartDate"]
    text = read_sheet(path, "Sheet1", columns)
    start = pd.to_datetime(text["StartDate"], format="%Y-%m-%d", errors="coerce")
    if start.isna().any():
        line = start.index[start.isna()][0]
        raise RawFileError(
            "a leg has no first day",
            file=path.name,
            row=f"line {line}",
            expected="a day",
            found=text.loc[line, "StartDate"],
            next_step=NEXT_STEP,
        )
    days = whole(text, "Duration", path).astype("int64")
    legs = pd.DataFrame(
        {
            "record": text.index.astype(str),
            "president": text["President"],
            "country_name": text["Country"],
            "ccode": number(text, "COWCode", path, marks=NO_CODE),
            "start_date": start,
            "end_date": start + pd.to_timedelta(days - 1, unit="D"),
        }
    )
    return {"ostrander_rider_legs": legs.reset_index(drop=True)}


READER = Reader(source="ostrander_rider", facts=FACTS, read=read)
