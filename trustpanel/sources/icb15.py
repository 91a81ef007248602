"""International crises: crisis actors, crisis dyads by year; and the dispute-density list of rivalries.

ICB 15 (icb2v15, icbdy_v15) and Klein, Goertz and Diehl 2006 (kdg.csv). Traps handled: a byte-order mark; day codes
above 31 (66, 77, 88) and blanks are an unknown day; actor number 9999 (no crisis actor on that side) is null; a state
can be an actor of one crisis twice; isolated disputes stand in the rivalry file and are flagged; a rivalry is dated by
month, since some of its days are in no calendar (day 0, 31 September).
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.delimited import read_delimited, whole
from trustpanel.sources.fact import Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="icb15_actors",
        key=("actor_id",),
        columns={"actor_id": "int16", "crisis_id": "int16", "ccode": "int16", "crisis_name": "string",
                 "tension": "int8"},
    ),
    Fact(
        name="icb15_dyads",
        key=("crisis_id", "ccode_a", "ccode_b", "year", "dyad_spell_id"),
        columns={"crisis_id": "int16", "crisis_name": "string", "dyad_spell_id": "int16", "year": "int16",
                 "ccode_a": "int16", "ccode_b": "int16", "actor_a": "int16", "actor_b": "int16",
                 "start_year": "int16", "start_month": "int8", "start_day": "int8",
                 "end_year": "int16", "end_month": "int8", "end_day": "int8"},
    ),
    Fact(
        name="icb15_kgd",
        key=("rivalry_id",),
        columns={"rivalry_id": "int32", "ccode_a": "int16", "ccode_b": "int16", "start_year": "int16",
                 "end_year": "int16",
                 "isolated": "bool"},
    ),
)  # fmt: skip
DYAD_NUMBERS = {
    "crisno": "crisis_id", "crdynum": "dyad_spell_id", "year": "year", "statea": "ccode_a", "stateb": "ccode_b",
    "trgyrdy": "start_year", "trgmody": "start_month", "trmyrdy": "end_year", "trmmody": "end_month",
}  # fmt: skip
UNKNOWN_DAYS = (66, 77, 88)
NO_ACTOR = 9999


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The crisis facts and the rivalry fact; raises `RawFileError`."""
    return {"icb15_actors": _actors(raw), "icb15_dyads": _dyads(raw), "icb15_kgd": _kgd(raw)}


def _actors(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("icb2v15.csv")
    numbers = {"cracno": "actor_id", "crisno": "crisis_id", "cracid": "ccode", "outesr": "tension"}
    text = read_delimited(path, [*numbers, "crisname"], open_end=True)
    frame = pd.DataFrame({new: whole(text, old, path) for old, new in numbers.items()})
    return frame.assign(crisis_name=text["crisname"].str.split().str.join(" "))


def _dyads(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("icbdy_v15.csv")
    days = {"trgdady": "start_day", "trmdady": "end_day"}
    actors = {"actnuma": "actor_a", "actnumb": "actor_b"}
    text = read_delimited(path, [*DYAD_NUMBERS, *days, *actors, "crisname"], open_end=True)
    frame = pd.DataFrame({new: whole(text, old, path) for old, new in DYAD_NUMBERS.items()})
    for old, new in days.items():
        frame[new] = whole(text, old, path, missing=UNKNOWN_DAYS, blank=True)
    for old, new in actors.items():
        frame[new] = whole(text, old, path, missing=(NO_ACTOR,))
    return frame.assign(crisis_name=text["crisname"].str.split().str.join(" "))


def _kgd(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("kdg.csv")
    numbers = {"rivnumb": "rivalry_id", "rivala": "ccode_a", "rivalb": "ccode_b"}
    text = read_delimited(path, [*numbers, "beginr", "endr", "rivtyp2"])
    frame = pd.DataFrame({new: whole(text, old, path) for old, new in numbers.items()})
    for old, edge in (("beginr", "start"), ("endr", "end")):
        frame[f"{edge}_year"] = whole(text, old, path) // 10000
    return frame.assign(isolated=text["rivtyp2"].str.strip() == "ISOLATED")


READER = Reader(source="icb15", facts=FACTS, read=read)
