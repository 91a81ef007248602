"""Facts about single states: membership of the system (two lists), major powers, capabilities; and leader codes.

Files cow_states, gw_states, cow_majors, cow_nmc, leader_codes. Trap handled: membership spells that were open when a
list was made carry the list's last day (2016-12-31 and 2017-12-31), as in the file; whoever extends them must say so.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.fact import Fact, RawFolder
from trustpanel.sources.rda import calendar_date, r_date, read_rda

FACTS = (
    Fact(
        name="peacesciencer_states",
        key=("ccode", "start_date"),
        columns={
            "ccode": "int16",
            "state_abb": "string",
            "state_name": "string",
            "start_date": "date32",
            "end_date": "date32",
        },
    ),
    Fact(
        name="peacesciencer_gw_states",
        key=("gwcode", "start_date"),
        columns={
            "gwcode": "int16",
            "state_abb": "string",
            "state_name": "string",
            "start_date": "date32",
            "end_date": "date32",
        },
    ),
    Fact(
        name="peacesciencer_majors",
        key=("ccode", "start_date"),
        columns={"ccode": "int16", "start_date": "date32", "end_date": "date32"},
    ),
    Fact(
        name="peacesciencer_capabilities",
        key=("ccode", "year"),
        columns={
            "ccode": "int16",
            "year": "int16",
            "cinc": "float64",
            "milex": "float64",
            "milper": "float64",
            "tpop": "float64",
        },
    ),
    Fact(
        name="peacesciencer_leader_codes",
        key=("leader_id",),
        columns={"leader_id": "string", "archigos41_id": "string", "archigos29_id": "string", "lead_id": "string"},
    ),
)
START = ("styear", "stmonth", "stday")
END = ("endyear", "endmonth", "endday")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The five facts about single states; raises `RawFileError`."""
    return {
        "peacesciencer_states": _states(raw),
        "peacesciencer_gw_states": _gw_states(raw),
        "peacesciencer_majors": _majors(raw),
        "peacesciencer_capabilities": read_rda(
            raw.path("cow_nmc.rda"), ["ccode", "year", "cinc", "milex", "milper", "tpop"]
        ),
        "peacesciencer_leader_codes": read_rda(
            raw.path("leader_codes.rda"), ["obsid", "leadid", "leadid29", "leaderid"]
        ).set_axis(["leader_id", "archigos41_id", "archigos29_id", "lead_id"], axis=1),
    }


def _states(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("cow_states.rda")
    frame = read_rda(path, ["stateabb", "ccode", "statenme", *START, *END])
    return pd.DataFrame(
        {
            "ccode": frame["ccode"],
            "state_abb": frame["stateabb"],
            "state_name": frame["statenme"],
            "start_date": calendar_date(frame, *START, path),
            "end_date": calendar_date(frame, *END, path),
        }
    )


def _gw_states(raw: RawFolder) -> pd.DataFrame:
    frame = read_rda(raw.path("gw_states.rda"), ["gwcode", "stateabb", "statename", "startdate", "enddate"])
    return pd.DataFrame(
        {
            "gwcode": frame["gwcode"],
            "state_abb": frame["stateabb"],
            "state_name": frame["statename"],
            "start_date": r_date(frame["startdate"]),
            "end_date": r_date(frame["enddate"]),
        }
    )


def _majors(raw: RawFolder) -> pd.DataFrame:
    path = raw.path("cow_majors.rda")
    frame = read_rda(path, ["ccode", *START, *END])
    return pd.DataFrame(
        {
            "ccode": frame["ccode"],
            "start_date": calendar_date(frame, *START, path),
            "end_date": calendar_date(frame, *END, path),
        }
    )
