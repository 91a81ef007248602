"""Each row of `dcad_agreements` is one bilateral defence cooperation agreement signed in 1980-2010.

Defense Cooperation Agreement Dataset 1.0 (Kinne), one row an agreement, in latin-1. Traps handled: a day of signature
or entry into force that is not known is the first of its month or year, with `month` or `year` as precision; the
numeric codes below zero are codes, not years, and are not read, but for two that become words (`terminated`,
`signature_reported`); the end year is the source's estimate, never later than 2010. Three rows name one state twice
(0297, 1625, 1847) and are kept as they are; a correction names the other party of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import read_delimited
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="dcad_agreements",
        key=("dcad_id",),
        years={"in_force_date": (1980, 2013)},
        columns={
            "dcad_id": "string",
            "ccode_a": "int16",
            "ccode_b": "int16",
            "signed_date": "date32",
            "signed_precision": "string",
            "in_force_date": "date32",
            "in_force_precision": "string",
            "type": "string",
            "category": "string",
            "category_2": "string",
            "category_3": "string",
            "coding_confidence": "string",
            "asymmetry": "int8",
            "terminated": "string",
            "end_year_estimate": "int16",
            "signature_reported": "string",
        },
    ),
)
FILE = "DCAD-v1.0-main.csv"
NAMES = (
    "DCAid", "ccode1", "ccode2", "signDay", "signMonth", "signYear", "EIFDay", "EIFMonth", "EIFYear", "type",
    "category1", "category2", "category3", "categoryConf", "asymmetry", "terminated", "endYearEstimate",
    "factivaSign",
)  # fmt: skip
CATEGORY = {
    "DCA": "framework",
    "DIC": "industry",
    "PROCUREMENT": "procurement",
    "TREX": "training_exchange",
    "RESEARCH": "research",
    "COMMISSION": "commission",
    "": None,
}
MEANINGS: dict[str, Mapping[Any, Any]] = {
    "type": {"general": "general", "sector": "sector"},
    "category1": CATEGORY,
    "category2": CATEGORY,
    "category3": CATEGORY,
    "categoryConf": {"high": "high", "med": "medium", "low": "low", "atypical": "atypical"},
    "terminated": {"0": "no", "1": "yes", "-99": "unknown", "-88": "in_force_unknown"},
    "factivaSign": {"1": "yes", "0": "no", "-99": "unclear", "": None},
}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The defence agreements, smaller state code first; raises `RawFileError`."""
    frame = read_delimited(raw.path(FILE), NAMES, encoding="latin-1").apply(lambda column: column.str.strip())
    frame = frame.set_axis(frame.index - 2)
    codes = _codes(frame)
    signed, signed_precision = _dates(frame, "sign")
    in_force, in_force_precision = _dates(frame, "EIF")
    word = {column: _words(frame, column) for column in MEANINGS}
    agreements = pd.DataFrame(
        {
            "dcad_id": frame["DCAid"],
            "ccode_a": codes.min(axis=1),
            "ccode_b": codes.max(axis=1),
            "signed_date": signed,
            "signed_precision": signed_precision,
            "in_force_date": in_force,
            "in_force_precision": in_force_precision,
            "type": word["type"],
            "category": word["category1"],
            "category_2": word["category2"],
            "category_3": word["category3"],
            "coding_confidence": word["categoryConf"],
            "asymmetry": frame["asymmetry"],
            "terminated": word["terminated"],
            "end_year_estimate": frame["endYearEstimate"],
            "signature_reported": word["factivaSign"],
        }
    )
    return {"dcad_agreements": agreements}


def _codes(frame: pd.DataFrame) -> pd.DataFrame:
    codes = frame[["ccode1", "ccode2"]].apply(pd.to_numeric, errors="coerce")
    odd = frame.index[codes.isna().any(axis=1)]
    if len(odd):
        raise RawFileError(
            "a party has no state code",
            file=FILE,
            row=int(odd[0]) + 2,
            expected="two Correlates of War codes",
            found=frame.loc[odd[0], ["DCAid", "ccode1", "ccode2"]].to_dict(),
            next_step=NEXT_STEP,
        )
    return codes


def _words(frame: pd.DataFrame, column: str) -> pd.Series:
    meaning = MEANINGS[column]
    odd = frame.index[~frame[column].isin(list(meaning))]
    if len(odd):
        raise RawFileError(
            f"a value of {column} that the codebook does not have",
            file=FILE,
            row=int(odd[0]) + 2,
            expected=sorted(map(str, meaning)),
            found=frame.loc[odd[0], column],
            next_step=NEXT_STEP,
        )
    return frame[column].map(meaning)


def _dates(frame: pd.DataFrame, stem: str) -> tuple[pd.Series, pd.Series]:
    """The first possible day and the precision, both null where the year is blank."""
    year, month, day = (frame[f"{stem}{part}"] for part in ("Year", "Month", "Day"))
    text = year + "-" + month.replace("", "1").str.zfill(2) + "-" + day.replace("", "1").str.zfill(2)
    dates = pd.to_datetime(text.mask(year == ""), format="%Y-%m-%d", errors="coerce")
    odd = frame.index[dates.isna() & (year != "")]
    if len(odd):
        raise RawFileError(
            "a date that is not in the calendar",
            file=FILE,
            row=int(odd[0]) + 2,
            expected=f"{stem}Year, {stem}Month and {stem}Day of one day, or blanks",
            found=text[odd[0]],
            next_step=NEXT_STEP,
        )
    precision = pd.Series("day", index=frame.index).mask(day == "", "month").mask(month == "", "year")
    return dates, precision.mask(year == "")


READER = Reader(source="dcad", facts=FACTS, read=read)
