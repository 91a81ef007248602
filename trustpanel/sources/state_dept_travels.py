"""One row is a US president's stay in one country, in the words of the Office of the Historian.

Unit: the record; its number is unique over all files. Traps handled: text after child elements such as <em> is kept,
white space is normalised, 21 records name no place. The country is the host, not the counterpart, who is only in the
remarks.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.state_dept import TripRecord, trip_records

COLUMNS = {
    "record": "string",
    "start_date": "date32",
    "end_date": "date32",
    "traveller": "string",
    "country_id": "string",
    "country_name": "string",
    "locale": "string",
    "remarks": "string",
}
FACTS = (Fact(name="state_dept_travels_records", key=("record",), columns=COLUMNS),)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError` naming file and record."""
    rows = [_trip(record) for record in trip_records(raw, "trip")]
    return {"state_dept_travels_records": pd.DataFrame(rows, columns=list(COLUMNS))}


def _trip(record: TripRecord) -> dict[str, object]:
    start, end = record.dates()
    return {
        "record": record.id,
        "start_date": start,
        "end_date": end,
        "traveller": record.text("name"),
        "country_id": record.attribute("country", "id"),
        "country_name": record.text("country"),
        "locale": record.text("locale", may_be_empty=True),
        "remarks": record.text("remarks", may_be_empty=True),
    }


READER = Reader(source="state_dept_travels", facts=FACTS, read=read)
