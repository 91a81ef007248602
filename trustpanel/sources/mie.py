"""One row is a militarised act of one state toward another with its days, action and level, 1816-2014. Not shipped.

Militarized Interstate Events 1.0 (mie-1.0.csv), read where the user has the file. Traps handled: -9 is an unknown day
(the month is always known) and becomes null; the first state acts on the second; deaths are a lower and an upper
estimate by side. The level follows from the action, and a file in which it does not is refused. The file has no
cooperation and ends in 2014; the First World War alone has a quarter of its rows.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import among, read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

NUMBERS = {
    "micnum": ("dispute_id", "int16"),
    "eventnum": ("event_id", "int16"),
    "ccode1": ("ccode_actor", "int16"),
    "ccode2": ("ccode_target", "int16"),
    "styear": ("start_year", "int16"),
    "endyear": ("end_year", "int16"),
    "fatalmin1": ("deaths_actor_low", "int32"),
    "fatalmax1": ("deaths_actor_high", "int32"),
    "fatalmin2": ("deaths_target_low", "int32"),
    "fatalmax2": ("deaths_target_high", "int32"),
}
MONTHS = {"stmon": "start_month", "endmon": "end_month"}
DAYS = {"stday": "start_day", "endday": "end_day"}
FACTS = (
    Fact(
        name="mie_events",
        key=("dispute_id", "event_id"),
        columns={
            **dict(NUMBERS.values()),
            **dict.fromkeys((*MONTHS.values(), *DAYS.values(), "action", "hostility"), "int8"),
        },
    ),
)
FILE = "mie-1.0.csv"
LEVEL = {**dict.fromkeys(range(1, 7), 2), **dict.fromkeys(range(7, 13), 3), **dict.fromkeys(range(13, 20), 4), 22: 5}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError`."""
    path = raw.path(FILE)
    text = read_delimited(path, [*NUMBERS, *MONTHS, *DAYS, "action", "hostlev"])
    events = pd.DataFrame({new: whole(text, old, path) for old, (new, _) in NUMBERS.items()})
    for old, new in MONTHS.items():
        events[new] = among(text, old, path, range(1, 13))
    for old, new in DAYS.items():
        events[new] = among(text, old, path, (-9, *range(1, 32))).replace(-9, pd.NA)
    events["action"] = among(text, "action", path, LEVEL)
    events["hostility"] = among(text, "hostlev", path, range(2, 6))
    odd = events.index[events["hostility"] != events["action"].map(LEVEL)]
    odd = odd.union(events.index[events["ccode_actor"] == events["ccode_target"]])
    if len(odd):
        raise RawFileError(
            "an act whose level does not follow from its action, or that a state does to itself",
            file=path.name,
            row=f"line {odd[0]}",
            expected="threats (action 1-6) level 2, displays (7-12) 3, force (13-19) 4, war (22) 5; two states",
            found=text.loc[odd[0]].to_dict(),
            next_step=NEXT_STEP,
        )
    return {"mie_events": events}


READER = Reader(source="mie", facts=FACTS, read=read)
