"""Each row of `nuclear_status` says of one state and year whether it had, pursued or explored nuclear weapons.

The indicators of v-CLEAR (Smith and Spaniel), state-years 1938-2001. Traps handled: the file ends in 2001, and later
status is missing, not none; `nuclear_test` is true from the first test on; India and Pakistan are armed from 1987,
before their tests of 1998, North Korea and Iran only pursue. `submarines` is true of five states (the United States
from 1954, Russia 1958, Britain 1963, France 1971, China 1974): by these years boats with nuclear power, with or
without missiles; it is no measure of a second strike by itself. The industrial indicators and the list of enrichment
plants, one row a plant, are not read.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rda

STATUS = ("nuclear_weapons", "weapons_pursuit", "weapons_exploration", "nuclear_test", "submarines")
FACTS = (
    Fact(
        name="nuclear_status",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", **dict.fromkeys(STATUS, "bool")},
    ),
)
FILE = "v_clear_df.rda"
LAST_YEAR = 2001


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The status by state and year; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_rda(path, ["ccode", "year", *STATUS])
    for column in STATUS:
        odd = ~frame[column].isin([True, False])
        if odd.any() or frame["year"].gt(LAST_YEAR).any():
            row = int((odd if odd.any() else frame["year"].gt(LAST_YEAR)).idxmax())
            raise RawFileError(
                f"{column} is neither true nor false, or a year lies after the last one",
                file=path.name,
                row=row + 1,
                expected=f"true or false, to {LAST_YEAR}",
                found=frame.loc[row, ["ccode", "year", column]].tolist(),
                next_step=NEXT_STEP,
            )
    return {"nuclear_status": frame}


READER = Reader(source="nuclear", facts=FACTS, read=read)
