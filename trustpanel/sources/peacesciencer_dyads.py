"""Facts about pairs of states that are not conflict: contiguity, minimum distance, shared organisations.

Files cow_contdir, cow_mindist, cow_igo_ndy. Contiguity stands in both directions, which must agree; the other two stand
once a dyad. Traps handled: contiguity is known by month, so a spell runs from the first day of its first month to the
last day of its last; type 0 (spells of no contiguity that the package added, some over real ones) is kept as 0.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.fact import Fact, RawFolder
from trustpanel.sources.rda import r_date, read_rda, undirected

FACTS = (
    Fact(
        name="peacesciencer_contiguity",
        key=("ccode_a", "ccode_b", "start_date"),
        columns={
            "ccode_a": "int16",
            "ccode_b": "int16",
            "contiguity_type": "int8",
            "start_date": "date32",
            "end_date": "date32",
        },
    ),
    Fact(
        name="peacesciencer_distance",
        key=("ccode_a", "ccode_b", "year"),
        columns={"ccode_a": "int16", "ccode_b": "int16", "year": "int16", "min_distance_km": "float32"},
    ),
    Fact(
        name="peacesciencer_igos",
        key=("ccode_a", "ccode_b", "year"),
        columns={"ccode_a": "int16", "ccode_b": "int16", "year": "int16", "joint_igos": "int16"},
    ),
)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The three facts about pairs of states, each dyad once; raises `RawFileError`."""
    return {
        "peacesciencer_contiguity": _contiguity(raw),
        "peacesciencer_distance": _dyad_years(raw, "cow_mindist.rda", "mindist", "min_distance_km"),
        "peacesciencer_igos": _dyad_years(raw, "cow_igo_ndy.rda", "dyadigos", "joint_igos"),
    }


def _contiguity(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("cow_contdir.rda")
    frame = read_rda(path, ["ccode1", "ccode2", "conttype", "stdate", "enddate"])
    frame = frame.set_axis(["ccode_a", "ccode_b", "contiguity_type", "start_date", "end_date"], axis=1)
    frame = undirected(frame, ("ccode",), path)
    frame["start_date"] = r_date(frame["start_date"])
    frame["end_date"] = r_date(frame["end_date"]) + pd.offsets.MonthEnd(0)
    return frame


def _dyad_years(raw: RawFolder, file: str, value: str, name: str) -> pd.DataFrame:
    path = raw.path(file)
    frame = read_rda(path, ["ccode1", "ccode2", "year", value]).set_axis(["ccode_a", "ccode_b", "year", name], axis=1)
    return undirected(frame, ("ccode",), path)
