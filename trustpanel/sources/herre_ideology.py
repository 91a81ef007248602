"""Each row of `herre_ideology_leaders` is the economic ideology of the leader in office on 31 December of a year.

Herre, Global Leader Ideology, 1945-2020, by Correlates of War code; the columns on the leader, not on the head
of government. Traps handled: no ideology (`none`), no information and no leader coded (`not_applicable`) stay three
different values; an ideology of another name is refused.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader, require_columns

FACTS = (
    Fact(
        name="herre_ideology_leaders",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", "leader_ideology": "string"},
    ),
)
FILE = "global_leader_ideologies.csv"
IDEOLOGY = {
    "rightist": "right",
    "leftist": "left",
    "centrist": "center",
    "none": "none",
    "no information": "no_information",
    "not applicable": "not_applicable",
}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The leaders' ideologies; raises `RawFileError`."""
    try:
        # `none` and `n/a` are values here, so nothing but an empty cell is read as missing
        frame = pd.read_csv(raw.path(FILE), encoding="utf-8", dtype=str, keep_default_na=False)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise RawFileError(
            "the file is not UTF-8 CSV", file=FILE, found=str(error)[:200], next_step=NEXT_STEP
        ) from error
    require_columns(frame, ("country_code_cow", "year", "leader", "leader_ideology"), FILE)
    unknown = frame[~frame["leader_ideology"].isin(list(IDEOLOGY))]
    if not unknown.empty:
        raise RawFileError(
            "an ideology that the reader does not know",
            file=FILE,
            row=int(unknown.index[0]) + 2,
            expected=sorted(IDEOLOGY),
            found=unknown["leader_ideology"].iloc[0],
            next_step=NEXT_STEP,
        )
    ideology = frame["leader_ideology"].map(IDEOLOGY)
    name = frame["leader"].str.split().str.join(" ")
    leaders = pd.DataFrame(
        {
            "ccode": frame["country_code_cow"],
            "year": frame["year"],
            "leader_name_raw": name.mask((name == "") | (ideology == "not_applicable")),
            "leader_ideology": ideology,
        }
    )
    return {"herre_ideology_leaders": leaders}


READER = Reader(source="herre_ideology", facts=FACTS, read=read)
