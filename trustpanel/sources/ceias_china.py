"""One row is a Chinese leader's travel to one country in one year, and how many trips the list has of it.

CEIAS, WHO | WHERE | WHEN 1.1, sheet Dataset, 1949-2020. Unit of the source: leader x country x year.
Traps handled: the list knows years only, so a row is never given a day; two trips of a leader to the same country in
one year stand as two equal rows and are counted; the host is not named, so nobody is said to have been met.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.delimited import whole
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.workbook import read_sheet

KEY = ("leader_name_raw", "country_name", "year")
FACTS = (
    Fact(
        name="ceias_china_travel",
        key=KEY,
        columns={"leader_name_raw": "string", "country_name": "string", "year": "int16", "office_raw": "string",
                 "trips": "int8"},
    ),
)  # fmt: skip
FILE = "WHO-WHERE-WHEN-dataset-v.1.1.xlsx"


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError`."""
    path = raw.path(FILE)
    text = read_sheet(path, "Dataset", ["Year", "Name", "Level", "Country"], repeats=7)
    rows = pd.DataFrame(
        {
            "leader_name_raw": text["Name"],
            "country_name": text["Country"],
            "year": whole(text, "Year", path),
            "office_raw": text["Level"],
        }
    )
    counted = rows.groupby(list(KEY), sort=True)
    return {"ceias_china_travel": counted.agg(office_raw=("office_raw", "first"), trips=("year", "size")).reset_index()}


READER = Reader(source="ceias_china", facts=FACTS, read=read)
