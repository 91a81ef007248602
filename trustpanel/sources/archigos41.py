"""One row is one spell of an effective leader in office, 1840 to 2015, with the person who held it.

Source: Archigos 4.1 (Goemans, Gleditsch & Chiozza 2009). Unit: leader spell. State codes are Gleditsch-Ward codes.
Traps: text is partly latin-1; one leader code may cover two persons (birth years more than three years apart);
the full name stands only inside a redirected DBpedia address; birth years below zero are missing-value codes.
Errors of the source (a wrong end date, a wrong exit) are left as they are: corrections are data.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.stata import read_stata

FILE = "Archigos_4.1_stata14.dta"
SAME_PERSON_YEARS = 3
RAW_NAMES = {
    "obsid": "leader_id",
    "leadid": "leader_code",
    "leader": "leader_name",
    "dbpediauri": "full_name",
    "ccode": "gwcode",
    "startdate": "start_date",
    "enddate": "end_date",
    "entry": "entry",
    "exit": "exit",
    "exitcode": "exit_code",
    "yrborn": "birth_year",
    "gender": "gender",
    "posttenurefate": "post_tenure_fate",
}
FACTS = (
    Fact(
        name="archigos41_leaders",
        key=("leader_id",),
        years={"birth_year": (1740, 1997)},
        columns={
            "leader_id": "string",
            "person_id": "string",
            "person_name": "string",
            "leader_name": "string",
            "full_name": "string",
            "gwcode": "int16",
            "start_date": "date32",
            "end_date": "date32",
            "entry": "string",
            "exit": "string",
            "exit_code": "string",
            "birth_year": "int16",
            "gender": "string",
            "post_tenure_fate": "string",
        },
    ),
)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """Every Archigos spell; `person_id` is the same for all spells of one leader code and birth-year cluster."""
    path = raw.path(FILE)
    # _text undoes the latin-1 where it is wrong
    spells = read_stata(path, list(RAW_NAMES)).rename(columns=RAW_NAMES)
    for column in spells.columns:
        if column not in ("gwcode", "birth_year"):
            spells[column] = spells[column].map(_text)
    for column in ("start_date", "end_date"):
        spells[column] = _dates(spells[column], path)
    spells["full_name"] = spells["full_name"].map(_name_in_address)
    spells["birth_year"] = spells["birth_year"].where(spells["birth_year"] > 0).astype("Int64")
    return {"archigos41_leaders": _with_persons(spells)[list(FACTS[0].columns)]}


def slug(name: str) -> str:
    """`name` in lower-case ascii letters and digits joined by hyphens."""
    for letter, plain in (("ø", "o"), ("Ø", "O"), ("ł", "l"), ("Ł", "L"), ("ð", "d"), ("đ", "d")):
        name = name.replace(letter, plain)
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", "".join(letters).lower()).strip("-")


def _text(value: object) -> str | None:
    """Text with single blanks; UTF-8 that was read as latin-1 is put right; empty and NA are missing."""
    if not isinstance(value, str):
        return None
    with contextlib.suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
    value = " ".join(value.split())
    return None if value in ("", "NA") else value


def _dates(values: pd.Series, path: Path) -> pd.Series:
    dates = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce")
    if dates.isna().any():
        row = dates.index[dates.isna()][0]
        raise RawFileError(
            f"{values.name} is not a date",
            file=path,
            row=row,
            expected="YYYY-MM-DD",
            found=values[row],
            next_step=NEXT_STEP,
        )
    return dates


def _name_in_address(address: object) -> str | None:
    """The last part of a DBpedia address that a mail filter rewrote ('-XX' for a byte, '_' for '/')."""
    found = re.search(r"resource_(.+?)(?:&d=|$)", address) if isinstance(address, str) else None
    if not found:
        return None
    byte_marks = re.sub(r"-([0-9A-F]{2})", r"%\1", found.group(1))
    return " ".join(unquote(unquote(byte_marks)).replace("_", " ").split())


def _with_persons(spells: pd.DataFrame) -> pd.DataFrame:
    """Adds person_id and person_name, named after the earliest spell of the person."""
    spells = spells.sort_values(["start_date", "leader_id"])
    first_birth = spells.groupby("leader_code")["birth_year"].transform("first")
    other = (spells["birth_year"] - first_birth).abs() > SAME_PERSON_YEARS
    person = spells["leader_code"] + other.fillna(False).map({True: "|other", False: ""})
    spells["person_name"] = spells.groupby(person)["leader_name"].transform("first")
    birth = spells.groupby(person)["birth_year"].transform("first")
    years = birth.astype("string").fillna("na")
    spells["person_id"] = "p-" + spells["person_name"].map(slug) + "-" + years
    return spells


READER = Reader(source="archigos41", facts=FACTS, read=read)
