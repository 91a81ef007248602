"""Each row of `herre_ideology_leaders` is the economic ideology of the leader in office on 31 December of a year.

Herre, Global Leader Ideology, 1945-2020, by Correlates of War code; the columns on the leader, not on the head
of government. Traps handled: no ideology (`none`), no information and no leader coded (`not_applicable`) stay three
different values; an ideology of another name is refused.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.delimited import read_delimited, whole, words
from trustpanel.sources.fact import Fact, RawFolder, Reader

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
    path = raw.path(FILE)
    frame = read_delimited(path, ("country_code_cow", "year", "leader_ideology"))
    leaders = pd.DataFrame(
        {
            "ccode": whole(frame, "country_code_cow", path),
            "year": whole(frame, "year", path),
            "leader_ideology": words(frame, "leader_ideology", path, IDEOLOGY).map(IDEOLOGY),
        }
    )
    return {"herre_ideology_leaders": leaders}


READER = Reader(source="herre_ideology", facts=FACTS, read=read)
