"""Each row of `isard_democracy` and `isard_gdp_population` is one state of the Correlates of War system in one year.

Democracy, GDP and population by state-year as compiled in the isard package (V-Dem, Polity, simulated GDP).
Traps handled: only the files with Correlates of War codes are read, and of the simulated series only the means;
polity2 ends in 2020, GDP and population in 2019, polyarchy in 2025: later rows hold nulls.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rda

FACTS = (
    Fact(
        name="isard_democracy",
        key=("ccode", "year"),
        columns={
            "ccode": "int16",
            "year": "int16",
            "polity2": "int8",
            "polyarchy": "float64",
            "unified_democracy": "float64",
        },
    ),
    Fact(
        name="isard_gdp_population",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", "gdp_per_head": "float32"},
    ),
)
DEMOCRACY = {
    "ccode": "ccode",
    "year": "year",
    "polity2": "polity2",
    "v2x_polyarchy": "polyarchy",
    "aeuds": "unified_democracy",
}
ECONOMY = {"ccode": "ccode", "year": "year", "mrgdppc": "gdp_per_head"}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The two isard facts; raises `RawFileError`."""
    return {
        "isard_democracy": read_rda(raw.path("cw_democracy.rda"), DEMOCRACY).rename(columns=DEMOCRACY),
        "isard_gdp_population": read_rda(raw.path("cw_gdppop.rda"), ECONOMY).rename(columns=ECONOMY),
    }


READER = Reader(source="isard", facts=FACTS, read=read)
