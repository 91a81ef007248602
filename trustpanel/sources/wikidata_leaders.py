"""One row is one dated Wikidata statement (person, office, term) that is open or ends on or after 2015-01-01.

Source: statements P35 (head of state) and P6 (head of government), compiled 2025-10-03. Unit: statement.
Traps: a person has several rows for one time in office (one a cabinet, one a rounding of the date); a date known to the
year is written 1 January, so such a day is called `year` here although a few are real; labels are Portuguese or
English; heads of state and of government, also of dependent territories and of fiction, stand side by side.
Not read: rows without a start (no date can be taken from them), rows whose end is 'unknown value' (neither open
nor dated), rows without an item, impossible dates, terms that ended before 2015, and persons of fiction.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.delimited import read_delimited, refuse, words
from trustpanel.sources.fact import Fact, RawFolder, Reader

FILE = "leaders_history.csv"
FIRST_END = pd.Timestamp("2015-01-01")
COMPILED = pd.Timestamp("2025-10-03")
FICTION = ("Q113227667", "Q107054330")  # Quentin Trembley, Phil Baker
ROLES = ("head_of_state", "head_of_government")
DAY = r"^\d{4}-\d{2}-\d{2}T00:00:00Z$"
# a year before our era or of five digits, and the address that stands for an unknown day, are no days of a term here
FORMS = r"|[+-]?\d{4,}-\d{2}-\d{2}T00:00:00Z|http://www\.wikidata\.org/\.well-known/genid/[0-9a-f]+"
FACTS = (
    Fact(
        name="wikidata_leaders_terms",
        key=("term_id",),
        years={"start_date": (1946, 2025), "end_date": (2015, 2025)},
        columns={
            "term_id": "string",
            "iso3": "string",
            "role": "string",
            "person_qid": "string",
            "person_label": "string",
            "start_date": "date32",
            "start_precision": "string",
            "end_date": "date32",
            "end_precision": "string",
        },
    ),
)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """Dated terms that reach 2015; precision is `day`, `year` (a 1 January) or, of an end, `open`."""
    path = raw.path(FILE)
    text = read_delimited(path, ("iso3", "role", "person", "person_qid", "start", "end"))
    words(text, "role", path, ROLES)
    for edge in ("start", "end"):
        refuse(
            text, edge, path, ~text[edge].str.fullmatch(FORMS), "a day and time of Wikidata, an unknown one or a blank"
        )
    rows = text.astype("string").mask(text == "")
    start, end = _day(rows["start"]), _day(rows["end"])
    for edge, day in (("start", start), ("end", end)):
        refuse(text, edge, path, day > COMPILED, f"a day to {COMPILED.date()}, when the file was compiled")
    usable = start.notna() & (end.notna() | rows["end"].isna()) & ~(end < start)
    reaches = end.isna() | (end >= FIRST_END)
    person = rows["person_qid"].str.fullmatch(r"Q\d+") & ~rows["person_qid"].isin(FICTION)
    keep = usable & reaches & person
    rows, start, end = rows[keep], start[keep], end[keep]
    terms = pd.DataFrame(
        {
            "term_id": rows["iso3"]
            + "|"
            + rows["role"]
            + "|"
            + rows["person_qid"]
            + "|"
            + start.dt.strftime("%Y-%m-%d")
            + "|"
            + end.dt.strftime("%Y-%m-%d").fillna("open"),
            "iso3": rows["iso3"],
            "role": rows["role"],
            "person_qid": rows["person_qid"],
            "person_label": rows["person"].map(lambda label: " ".join(label.split())),
            "start_date": start,
            "start_precision": _precision(start),
            "end_date": end,
            "end_precision": _precision(end),
        }
    )
    return {"wikidata_leaders_terms": terms.drop_duplicates()}


def _day(values: pd.Series) -> pd.Series:
    days = values.where(values.str.match(DAY).fillna(False)).str[:10]
    return pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")


def _precision(days: pd.Series) -> pd.Series:
    new_year = (days.dt.month == 1) & (days.dt.day == 1)
    return new_year.map({True: "year", False: "day"}).where(days.notna(), "open")


READER = Reader(source="wikidata_leaders", facts=FACTS, read=read)
