"""Each row of `cow_trade_dyadic_flows` is one undirected dyad in one year with its two flows of goods.

Correlates of War trade 4.0, in million US dollars of the year, 1870-2014; the raw file has each dyad twice.
Traps handled: a missing flow stays missing (it is not zero); rows with neither flow are dropped; the smoothed
columns, which are interpolated, are not read; both directions of a dyad must say the same.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rds, undirected

FACTS = (
    Fact(
        name="cow_trade_dyadic_flows",
        key=("ccode_a", "ccode_b", "year"),
        columns={
            "ccode_a": "int16",
            "ccode_b": "int16",
            "year": "int16",
            "imports_a_from_b": "float32",
            "imports_b_from_a": "float32",
        },
    ),
)
FILE = "cow_trade_ddy.rds"
# flow1 is what the first state imports from the second
NAMES = {"ccode1": "ccode_a", "ccode2": "ccode_b", "year": "year", "flow1": "imports_a", "flow2": "imports_b"}
FLOWS = {"imports_a": "imports_a_from_b", "imports_b": "imports_b_from_a"}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The trade fact, each dyad-year once, smaller state code first; raises `RawFileError`."""
    path = raw.path(FILE)
    flows = undirected(read_rds(path, NAMES).rename(columns=NAMES), ("ccode", "imports"), path)
    flows = flows.dropna(subset=list(FLOWS), how="all")
    return {"cow_trade_dyadic_flows": flows.rename(columns=FLOWS).reset_index(drop=True)}


READER = Reader(source="cow_trade_dyadic", facts=FACTS, read=read)
