"""Militarised disputes with their participants and incidents, and the participants of inter-state wars (CoW).

MID 5.0 (MIDA, MIDB, MIDI, MIDIP) and Inter-State War 4.0. Traps handled: -9 is null (days, months, fatalities); in the
war file -8 (no second spell) and -9 are null; a state can take part in one dispute several times, and on both sides:
each participation is one row, numbered in order of time as `spell`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import NEXT_STEP, among, read_delimited, whole
from trustpanel.sources.fact import Fact, RawFolder, Reader

SPELL = {
    "start_year": "int16",
    "start_month": "int8",
    "start_day": "int8",
    "end_year": "int16",
    "end_month": "int8",
    "end_day": "int8",
}
FACTS = (
    Fact(
        name="cow_mid5_disputes",
        key=("dispute_id",),
        columns={"dispute_id": "int16", **SPELL, "fatality": "int8", "hostility": "int8",
                 "min_days": "int16", "max_days": "int16", "reciprocated": "bool", "ongoing_2014": "bool"},
    ),
    Fact(
        name="cow_mid5_participants",
        key=("dispute_id", "ccode", "spell"),
        columns={"dispute_id": "int16", "ccode": "int16", "spell": "int8", **SPELL, "on_side_a": "bool",
                 "fatality": "int8", "hostility": "int8", "originator": "bool"},
    ),
    Fact(
        name="cow_mid5_incidents",
        key=("incident_id",),
        columns={"dispute_id": "int16", "incident_id": "int32", **SPELL, "fatality": "int8",
                 "hostility": "int8"},
    ),
    Fact(
        name="cow_mid5_incident_participants",
        key=("incident_id", "ccode"),
        columns={"dispute_id": "int16", "incident_id": "int32", "ccode": "int16", **SPELL,
                 "on_incident_side_a": "bool", "on_side_a": "bool", "fatality": "int8", "hostility": "int8"},
    ),
    Fact(
        name="cow_mid5_wars",
        key=("war_id", "ccode", "side"),
        columns={"war_id": "int16", "war_name": "string", "ccode": "int16", "side": "int8", "start_date": "date32",
                 "end_date": "date32", "resumed_date": "date32", "resumed_end_date": "date32", "initiator": "bool",
                 "battle_deaths": "int32"},
    ),
)  # fmt: skip
MID_NAMES = {
    "dispnum": "dispute_id", "incidnum": "incident_id", "ccode": "ccode", "styear": "start_year",
    "stmon": "start_month", "stday": "start_day", "endyear": "end_year", "endmon": "end_month", "endday": "end_day",
    "fatality": "fatality", "hostlev": "hostility", "mindur": "min_days", "maxdur": "max_days",
    "recip": "reciprocated", "ongo2014": "ongoing_2014", "sidea": "on_side_a", "insidea": "on_incident_side_a",
    "orig": "originator",
}  # fmt: skip
MID_FILES = {
    "cow_mid5_disputes": "MIDA 5.0.csv",
    "cow_mid5_participants": "MIDB 5.0.csv",
    "cow_mid5_incidents": "MIDI 5.0.csv",
    "cow_mid5_incident_participants": "MIDIP 5.0.csv",
}
LEVELS = {"fatality": range(7), "hostlev": range(1, 6)}
NUMBERED = "cow_mid5_participants"


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The four dispute facts and the war fact; raises `RawFileError`."""
    facts = {fact.name: _mid(raw.path(MID_FILES[fact.name]), fact) for fact in FACTS if fact.name in MID_FILES}
    order = ["dispute_id", "ccode", "start_year", "start_month", "start_day"]
    people = facts[NUMBERED].sort_values(order, kind="stable")
    facts[NUMBERED] = people.assign(spell=people.groupby(["dispute_id", "ccode"]).cumcount() + 1)
    facts["cow_mid5_wars"] = _wars(raw.path("Inter-StateWarData_v4.0.csv"))
    return facts


def _mid(path: Path, fact: Fact) -> pd.DataFrame:
    """The fact's columns of one MID file, -9 null."""
    names = {old: new for old, new in MID_NAMES.items() if new in fact.columns}
    text = read_delimited(path, list(names))
    for old, values in LEVELS.items():
        if old in text:
            among(text, old, path, (-9, *values))
    return pd.DataFrame({new: whole(text, old, path, missing=(-9,)) for old, new in names.items()})


def _wars(path: Path) -> pd.DataFrame:
    dates = [f"{edge}{part}{n}" for n in (1, 2) for edge in ("Start", "End") for part in ("Year", "Month", "Day")]
    numbers = ["WarNum", "ccode", "BatDeath", *dates]
    text = read_delimited(path, [*numbers, "Side", "Initiator", "WarName"], open_end=True)
    table = pd.DataFrame({c: whole(text, c, path, missing=(-8, -9)) for c in numbers})
    return pd.DataFrame(
        {
            "war_id": table["WarNum"],
            "war_name": text["WarName"].str.strip(),
            "ccode": table["ccode"],
            "side": among(text, "Side", path, (1, 2)),
            "start_date": _days(table, "Start", 1, path),
            "end_date": _days(table, "End", 1, path),
            "resumed_date": _days(table, "Start", 2, path),
            "resumed_end_date": _days(table, "End", 2, path),
            "initiator": among(text, "Initiator", path, (1, 2)) == 1,
            "battle_deaths": table["BatDeath"],
        }
    )


def _days(table: pd.DataFrame, edge: str, spell: int, path: Path) -> pd.Series:
    """The dates of one edge of the first or second spell; null only where the whole second date is absent."""
    parts = pd.DataFrame({part: table[f"{edge}{part}{spell}"] for part in ("Year", "Month", "Day")})
    days = pd.to_datetime(parts.astype("Float64"), errors="coerce")
    absent = parts.isna().all(axis=1) & (spell == 2)
    wrong = days.isna() & ~absent
    if wrong.any():
        line = wrong.index[wrong][0]
        raise RawFileError(
            f"the {edge.lower()} of spell {spell} is not a day",
            file=path.name,
            row=f"line {line}",
            expected="year, month and day of one day",
            found=parts.loc[line].tolist(),
            next_step=NEXT_STEP,
        )
    return days


READER = Reader(source="cow_mid5", facts=FACTS, read=read)
