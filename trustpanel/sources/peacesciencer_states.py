"""Facts about single states: membership of the system on two lists, major powers, capabilities, total trade.

Files cow_states, gw_states, cow_majors, cow_nmc, cow_trade_sy. Traps handled: membership spells that were open when the
list was made carry its last day (2016-12-31, Gleditsch-Ward 2017-12-31), as in the file; whoever extends them must say
so. The Gleditsch-Ward file holds no microstates, and so no mark of them. Total trade is in million US
dollars of the year, 1870-2014; a total that is missing stays missing, and some are wrong by orders of magnitude
(Poland 1960-63), which only the flows between states can show.
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
        name="peacesciencer_total_trade",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", "imports": "float32", "exports": "float32"},
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
        "peacesciencer_total_trade": _total_trade(raw),
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
    path = raw.path("gw_states.rda")
    frame = read_rda(path, ["gwcode", "stateabb", "statename", "startdate", "enddate"])
    dates = {"start_date": r_date(frame["startdate"]), "end_date": r_date(frame["enddate"])}
    return frame.rename(columns={"stateabb": "state_abb", "statename": "state_name"}).assign(**dates)


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


def _total_trade(raw: RawFolder) -> pd.DataFrame:
    frame = read_rda(raw.path("cow_trade_sy.rda"), ["ccode", "year", "imports", "exports"])
    return frame.dropna(subset=["imports", "exports"], how="all")
