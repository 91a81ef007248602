"""The peace scale of a dyad in a year: 0 severe rivalry, 0.25, 0.5, 0.75, 1 security community.

Peace Data 3.0 (no header: dyad number, year, value). Traps handled: a slip upstream lets one dyad run to the year
20202, so that its years after 2020 are dropped, and a later year of any other dyad is refused; '.' is null; the dyad
number is ccode x 1000 + ccode, turned where the larger code comes first. West Germany stands under 255, as in the file.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import NEXT_STEP, number, read_delimited, whole
from trustpanel.sources.fact import Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="peace_data_v30_scale",
        key=("ccode_a", "ccode_b", "year"),
        columns={"ccode_a": "int16", "ccode_b": "int16", "year": "int16", "peace_scale": "float64"},
    ),
)
LAST_YEAR = 2020
OVERRUNNING_DYAD = 520530


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError`."""
    path = raw.path("peacedatav30dyadyrmean.csv")
    text = read_delimited(path, ["dyad", "year", "value"], header=False)
    dyad, year = whole(text, "dyad", path), whole(text, "year", path)
    late = year > LAST_YEAR
    _refuse_other_late_years(text[late & (dyad != OVERRUNNING_DYAD)], path.name)
    first, second = dyad // 1000, dyad % 1000
    frame = pd.DataFrame(
        {
            "ccode_a": first.where(first < second, second),
            "ccode_b": second.where(first < second, first),
            "year": year,
            "peace_scale": number(text, "value", path, marks=(".",)),
        }
    )
    return {"peace_data_v30_scale": frame[~late]}


def _refuse_other_late_years(rows: pd.DataFrame, file: str) -> None:
    if not rows.empty:
        raise RawFileError(
            f"a dyad other than {OVERRUNNING_DYAD} has years after {LAST_YEAR}",
            file=file,
            row=f"line {rows.index[0]}",
            expected=f"years up to {LAST_YEAR}",
            found=rows.iloc[0].tolist(),
            next_step=NEXT_STEP,
        )


READER = Reader(source="peace_data_v30", facts=FACTS, read=read)
