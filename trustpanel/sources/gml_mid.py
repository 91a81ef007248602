"""Militarised disputes as Gibler, Miller and Little code them: participations with opponents' levels. Not shipped.

GML MID 2.2.1 as carried by the peacesciencer package (gml_part.rda, gml_dirdisp.rda), read where the user has them.
Traps handled: -9 is an unknown day, and an unknown level of deaths; the directed file repeats a dyad each year and in
both directions (levels are taken over all its years, and both directions must agree); nothing is reduced to one
dispute a year. A state may take part in a dispute several times. The data end in 2010.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rda, undirected

FACTS = (
    Fact(
        name="gml_participants",
        key=("dispute_id", "ccode", "spell"),
        columns={"dispute_id": "int16", "ccode": "int16", "spell": "int8", "on_side_a": "bool", "originator": "bool",
                 "start_year": "int16", "start_month": "int8", "start_day": "int8",
                 "end_year": "int16", "end_month": "int8", "end_day": "int8"},
    ),
    Fact(
        name="gml_dispute_dyads",
        key=("dispute_id", "ccode_a", "ccode_b"),
        columns={"dispute_id": "int16", "ccode_a": "int16", "ccode_b": "int16", "hostility_a": "int8",
                 "hostility_b": "int8", "fatality_a": "int8", "fatality_b": "int8", "reciprocated": "bool",
                 "ongoing_2010": "bool"},
    ),
)  # fmt: skip
PARTS, DYADS = "gml_part.rda", "gml_dirdisp.rda"
PART_NUMBERS = {
    "dispnum": "dispute_id", "ccode": "ccode", "styear": "start_year", "stmon": "start_month", "stday": "start_day",
    "endyear": "end_year", "endmon": "end_month", "endday": "end_day",
}  # fmt: skip
DYAD_NUMBERS = {
    "dispnum": "dispute_id", "ccode1": "ccode_a", "ccode2": "ccode_b", "year": "year", "hostlev1": "hostility_a",
    "hostlev2": "hostility_b", "fatality1": "fatality_a", "fatality2": "fatality_b", "recip": "reciprocated",
    "ongo2010": "ongoing_2010",
}  # fmt: skip
ADMITTED = {
    "start_month": range(1, 13), "end_month": range(1, 13), "start_day": (-9, *range(1, 32)),
    "end_day": (-9, *range(1, 32)), "sidea": (0, 1), "orig": (0, 1), "hostility_a": range(1, 6),
    "hostility_b": range(1, 6), "fatality_a": (-9, *range(7)), "fatality_b": (-9, *range(7)), "reciprocated": (0, 1),
    "ongoing_2010": (0, 1),
}  # fmt: skip


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The two facts; raises `RawFileError`."""
    return {"gml_participants": _participants(raw), "gml_dispute_dyads": _dyads(raw)}


def _participants(raw: RawFolder) -> pd.DataFrame:
    path = raw.path(PARTS)
    frame = read_rda(path, [*PART_NUMBERS, "sidea", "orig"]).rename(columns=PART_NUMBERS)
    _admit(frame, path)
    frame = frame.assign(
        on_side_a=frame["sidea"] == 1,
        originator=frame["orig"] == 1,
        start_day=frame["start_day"].mask(frame["start_day"] == -9),
        end_day=frame["end_day"].mask(frame["end_day"] == -9),
    )
    order = ["dispute_id", "ccode", "start_year", "start_month", "start_day", "on_side_a"]
    frame = frame.sort_values(order, kind="stable")
    return frame.assign(spell=frame.groupby(["dispute_id", "ccode"]).cumcount() + 1)


def _dyads(raw: RawFolder) -> pd.DataFrame:
    path = raw.path(DYADS)
    frame = read_rda(path, DYAD_NUMBERS).rename(columns=DYAD_NUMBERS)
    _admit(frame, path)
    frame = undirected(frame, ("ccode", "hostility", "fatality"), path)
    of_dyad = frame.groupby(["dispute_id", "ccode_a", "ccode_b"])
    highest = of_dyad[["hostility_a", "hostility_b", "fatality_a", "fatality_b", "reciprocated", "ongoing_2010"]].max()
    lowest = of_dyad[["fatality_a", "fatality_b"]].min()
    for column in lowest:
        highest[column] = highest[column].mask(lowest[column] == -9)
    highest[["reciprocated", "ongoing_2010"]] = highest[["reciprocated", "ongoing_2010"]] == 1
    return highest.reset_index()


def _admit(frame: pd.DataFrame, path: Path) -> None:
    for column, values in ADMITTED.items():
        bad = frame.index[~frame[column].isin(list(values))] if column in frame else frame.index[:0]
        if len(bad):
            raise RawFileError(
                f"a value of {column} that the codebook does not have",
                file=path.name,
                row=int(bad[0]) + 1,
                expected=f"one of {list(values)}",
                found=frame.loc[bad[0], column],
                next_step=NEXT_STEP,
            )


READER = Reader(source="gml_mid", facts=FACTS, read=read)
