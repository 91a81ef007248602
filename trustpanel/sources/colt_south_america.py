"""`colt_trips`: one row a leader and country visited; `colt_nonhost`: one row a third-country head met on such a trip.

Country and Organization Leader Travel (COLT): the South American sheet (`colt_south_america`, xlsx) or the
world-wide file that a user supplies (`colt`, xlsx or csv) with the same 76 columns.
Traps handled: rows that the PE-Latam project added hold numbers where COLT holds text; dates come as ISO days, ISO
times, Excel days and US days; an end before its start becomes null; lists of persons are
split at semicolons outside parentheses; a multilateral event without a name is kept as `(not named)`.
The sheet of cancelled trips is never read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import read_delimited
from trustpanel.sources.fact import Fact, RawFolder, Reader, require_columns, require_once

HEADER = (
    "TripID", "LeaderID", "LeaderCountryOrIGO", "LeaderCountryISO", "LeaderRegion", "LeaderSubregion",
    "PriorityLeader", "LeaderRole", "LeaderTitle", "LeaderSurname", "LeaderFullName", "Exiled", "CountryVisited",
    "CountryVisitedISO", "RegionVisited", "SubRegionVisited", "CityVisited", "DisputedTerritory", "SemiAutoTerritory",
    "TripYear", "TripStartDate", "TripEndDate", "TripDuration", "SubHOGSTravelWithHOGS", "CotravelHOGS",
    "MetHostHoGS", "HostHOGSName", "SubHOGSmetHostSubHOGS", "HostSubHOGSName", "AttendedMultilatEvent",
    "NameMultilatEvent", "AttendedMultilatMinisterialEvent", "NameMultilatMinisterialEvent", "MetNonhostHOGS",
    "NonhostHOGSNames", "PublicAddress", "SignedAgreement", "CulturalSiteOrCeremony", "BusinessLeaderOrForum",
    "MetIGOLeader", "IGOLeaderName", "Notes", "Confidence(1-5)", *(f"SourceLink{i}" for i in range(1, 34)),
)  # fmt: skip

FACTS = (
    Fact(
        name="colt_trips",
        key=("record",),
        years={"start_date": (1948, 2026), "end_date": (1948, 2026)},
        columns={
            "record": "string",
            "leader_name_raw": "string",
            "leader_iso3": "string",
            "visited_iso3": "string",
            "city": "string",
            "start_date": "date32",
            "end_date": "date32",
            "met_host": "bool",
            "host_name_raw": "string",
            "multilateral_event": "string",
            "met_nonhost": "bool",
            "confidence": "int8",
            "source_link": "string",
        },
    ),
    Fact(
        name="colt_nonhost",
        key=("record", "position"),
        columns={"record": "string", "position": "int16", "raw_name": "string"},
    ),
)

NEXT_STEP = "correct the cell in the raw file, or check that this is COLT's 76-column table"
DATE_FORMS = (
    (re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"), "%Y-%m-%d"),
    (re.compile(r"(\d{1,2}/\d{1,2}/\d{4})(?: \d{1,2}:\d\d(?::\d\d)?)?"), "%m/%d/%Y"),
)
EXCEL_DAY = re.compile(r"(\d{5})(?:\.0)?")
LIST_MARK = re.compile(r";(?![^(]*\))")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The two COLT facts from whichever single COLT table the folder holds; raises `RawFileError`."""
    path = _only_table(raw)
    table = _table(path)
    trips = _trips(table, path)
    return {"colt_trips": trips, "colt_nonhost": _nonhost(table, trips["record"])}


def _only_table(raw: RawFolder) -> Path:
    tables = [*raw.named(".xlsx"), *raw.named(".csv")]
    if len(tables) != 1:
        raise RawFileError(
            f"source {raw.source} needs exactly one COLT table",
            file=raw.source,
            expected="one .xlsx or .csv",
            found=[p.name for p in tables],
            next_step="leave only the COLT table in the folder of this source",
        )
    return tables[0]


def _table(path: Path) -> pd.DataFrame:
    """Every cell as normalised text or None, header verified; of a workbook, the first sheet with the header."""
    try:
        frame = read_delimited(path, HEADER) if path.suffix == ".csv" else _sheet(path)
    except (BadZipFile, ValueError, KeyError, OSError, ParseError, zlib.error) as error:
        raise RawFileError(
            "the COLT table cannot be opened",
            file=path.name,
            expected="an .xlsx workbook or a UTF-8 comma-separated .csv",
            found=str(error)[:200],
            next_step="save the table again in one of these forms",
        ) from error
    table = pd.DataFrame({c: pd.Series([_text(v) for v in frame[c]], index=frame.index, dtype=object) for c in HEADER})
    table = table[table.notna().any(axis=1)]
    require_once(table, HEADER, path.name)
    return table


def _sheet(path: Path) -> pd.DataFrame:
    """The first sheet that has the header; else the widest one, so that the refusal names what is absent."""
    with pd.ExcelFile(path) as book:
        heads = {str(s): _head(book, str(s)) for s in book.sheet_names}
        sheet = next(
            (s for s, names in heads.items() if set(names) >= set(HEADER)), max(heads, key=lambda s: len(heads[s]))
        )
        cells = pd.read_excel(book, sheet_name=sheet, dtype=object, keep_default_na=False, header=None).iloc[1:]
    frame = cells.set_axis(heads[sheet], axis=1).set_axis(pd.RangeIndex(2, len(cells) + 2), axis=0)
    require_columns(frame, HEADER, path.name)
    return frame


def _head(book: pd.ExcelFile, sheet: str) -> list[str]:
    """The names of the columns, read as a row, since a name that stands twice would be changed."""
    first = pd.read_excel(book, sheet_name=sheet, dtype=object, keep_default_na=False, header=None, nrows=1)
    return [_text(name) or "" for row in first.to_numpy() for name in row]


def _text(value: object) -> str | None:
    """Text with white space (no-break and zero-width too) reduced to single blanks; empty is None."""
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT:
        return None
    return re.sub(r"[\s\u00a0\u200b\ufeff]+", " ", str(value)).strip() or None


def _trips(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    start = _dates(table, "TripStartDate", path)
    end = _dates(table, "TripEndDate", path)
    event = table["NameMultilatEvent"]
    unnamed = event.isna() & _yes(table, "AttendedMultilatEvent", path).eq(True)
    return pd.DataFrame(
        {
            "record": table["TripID"],
            "leader_name_raw": table["LeaderFullName"],
            "leader_iso3": table["LeaderCountryISO"],
            "visited_iso3": table["CountryVisitedISO"],
            "city": table["CityVisited"],
            "start_date": start,
            "end_date": end.mask(end < start),
            "met_host": _yes(table, "MetHostHoGS", path),
            "host_name_raw": table["HostHOGSName"],
            "multilateral_event": event.mask(unnamed, "(not named)"),
            "met_nonhost": _yes(table, "MetNonhostHOGS", path),
            "confidence": _confidence(table, path),
            "source_link": table["SourceLink1"],
        }
    )


def _nonhost(table: pd.DataFrame, record: pd.Series) -> pd.DataFrame:
    names = [(r, LIST_MARK.split(n)) for r, n in zip(record, table["NonhostHOGSNames"], strict=True) if n is not None]
    rows = [(r, i, _text(n)) for r, parts in names for i, n in enumerate(parts, start=1) if _text(n)]
    return pd.DataFrame(rows, columns=["record", "position", "raw_name"])


def _yes(table: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """Yes is True, No is False, blank is null; anything else is refused."""
    meaning = {"yes": True, "no": False, "true": True, "false": False}
    return _coded(table, column, meaning, path)


def _confidence(table: pd.DataFrame, path: Path) -> pd.Series:
    meaning = {f"{i}{zero}": i for i in range(1, 6) for zero in ("", ".0")}
    return _coded(table, "Confidence(1-5)", meaning, path)


def _coded(table: pd.DataFrame, column: str, meaning: Mapping[str, object], path: Path) -> pd.Series:
    """Each cell's meaning as an object column, blanks null."""
    cells = [None if v is None else _known(meaning.get(v.lower()), v, table, column, path) for v in table[column]]
    return pd.Series(cells, index=table.index, dtype=object)


def _dates(table: pd.DataFrame, column: str, path: Path) -> pd.Series:
    parsed = {v: _known(_day(v), v, table, column, path) for v in table[column].dropna().unique()}
    return pd.to_datetime(table[column].map(lambda v: parsed.get(v, pd.NaT)))


def _day(value: str) -> pd.Timestamp | None:
    """The day that the text names, or None if it is in no known form."""
    for form, pattern in DATE_FORMS:
        match = form.fullmatch(value)
        if match:
            day = pd.to_datetime(match[1], format=pattern, errors="coerce")
            return None if pd.isna(day) else day
    match = EXCEL_DAY.fullmatch(value)
    return pd.Timestamp("1899-12-30") + pd.Timedelta(days=int(match[1])) if match else None


def _known(meaning: object, value: str, table: pd.DataFrame, column: str, path: Path) -> object:
    """`meaning`, unless it is None: then a refusal that names the first row with this value."""
    if meaning is None:
        line = table.index[table[column] == value][0]
        raise RawFileError(
            f"a value of {column} is in no known form",
            file=path.name,
            row=f"line {line}, TripID {table.loc[line, 'TripID']}",
            expected="a form that the reader knows",
            found=value,
            next_step=NEXT_STEP,
        )
    return meaning


READER = Reader(source="colt_south_america", facts=FACTS, read=read)
