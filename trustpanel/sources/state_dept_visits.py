"""One row is a visit of a foreign leader to the United States, in the words of the Office of the Historian.

Unit: the record; its number is unique over all files. Traps handled: text after child elements such as <em> is kept,
white space is normalised, six records have no description. The President is not in the record, one record can name two
visitors, and a visit need not be a meeting: all three are for the coded files and the tables, not for this reader.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.state_dept import TripRecord, trip_records

COLUMNS = {
    "record": "string",
    "start_date": "date32",
    "end_date": "date32",
    "visitor": "string",
    "country_id": "string",
    "description": "string",
}
FACTS = (Fact(name="state_dept_visits_records", key=("record",), columns=COLUMNS),)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError` naming file and record."""
    rows = [_visit(record) for record in trip_records(raw, "visit")]
    return {"state_dept_visits_records": pd.DataFrame(rows, columns=list(COLUMNS))}


def _visit(record: TripRecord) -> dict[str, object]:
    start, end = record.dates()
    return {
        "record": record.id,
        "start_date": start,
        "end_date": end,
        "visitor": record.text("visitor"),
        "country_id": record.attribute("from", "id"),
        "description": record.text("description", may_be_empty=True),
    }


READER = Reader(source="state_dept_visits", facts=FACTS, read=read)
