"""Each row of `cow_trade_dyadic_flows` is one undirected dyad in one year with its two flows of goods.

Correlates of War trade 4.0, in million US dollars of the year, 1870-2014; the raw file has each dyad twice.
Traps handled: a missing flow stays missing (it is not zero); rows with neither flow are dropped; the smoothed
columns, which are interpolated, are not read; both directions of a dyad must say the same.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import Fact, RawFolder, Reader, require_columns
from trustpanel.sources.rda import NEXT_STEP, undirected

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
    frame = _rds(path)
    require_columns(frame, NAMES, path.name)
    flows = undirected(frame[list(NAMES)].rename(columns=NAMES), ("ccode", "imports"), path)
    flows = flows.dropna(subset=list(FLOWS), how="all")
    return {"cow_trade_dyadic_flows": flows.rename(columns=FLOWS).reset_index(drop=True)}


def _rds(path: Path) -> pd.DataFrame:
    import rdata  # loaded late: only `make facts` needs it

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Missing constructor for R class")
            frame = rdata.read_rds(path)
    except Exception as error:  # noqa: BLE001  a damaged file fails in many ways inside the parser
        frame, found = None, f"{type(error).__name__}: {str(error)[:200]}"
    else:
        found = type(frame).__name__
    if not isinstance(frame, pd.DataFrame):
        raise RawFileError(
            "the R data file cannot be read",
            file=path.name,
            expected="an .rds file with one data frame",
            found=found,
            next_step=NEXT_STEP,
        )
    return frame


READER = Reader(source="cow_trade_dyadic", facts=FACTS, read=read)
