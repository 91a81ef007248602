"""Full membership of states in the organisations that `mia_delegation` scores, as spells of years.

Correlates of War Intergovernmental Organizations 3.0, files state_year_format3 and igo_year_format3, 1816-2014.
`igo_members`: one state's unbroken run of full membership; `igo_years`: the years for which the list knows who the
members were. Traps handled: 1 alone is full membership; 2 (associate), 3 (observer), 0 (none), -1 (the organisation
does not exist) and -9 (missing) are not. -9 always fills a whole year of an organisation (ECCAS 1981-84 and 2012-14,
GEF 1991-93, ICAO 2014, SELA 1975): that year is absent from `igo_years`, and nobody's membership is known in it. The
list ends in 2014: a spell that ends there goes on or not, unknown. Only members of the state system count, so the size
of an organisation is the number of its states. The list has Austria in the ECSC from 1955 to 1958, which it never was.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.mia_igo import SCORED
from trustpanel.sources.rda import read_rda
from trustpanel.sources.spells import spells

FACTS = (
    Fact(
        name="igo_members",
        key=("igo", "ccode", "year_from"),
        columns={"igo": "int16", "ccode": "int16", "year_from": "int16", "year_to": "int16"},
    ),
    Fact(
        name="igo_years",
        key=("igo", "year_from"),
        columns={"igo": "int16", "igo_name": "string", "year_from": "int16", "year_to": "int16"},
    ),
)
STATES, ORGANISATIONS = "state_year_format3.rda", "igo_year_format3.rda"
FULL, MISSING, NO_ORGANISATION = 1, -9, -1
MEANINGS = (0, FULL, 2, 3, MISSING, NO_ORGANISATION)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """Members and known years of the scored organisations; raises `RawFileError`."""
    listed = read_rda(raw.path(ORGANISATIONS), ["ionum", "ioname"]).drop_duplicates()
    listed = listed[listed["ionum"].isin(SCORED)]
    path = raw.path(STATES)
    columns = {str(name).lower(): int(igo) for igo, name in zip(listed["ionum"], listed["ioname"], strict=True)}
    frame = read_rda(path, ["ccode", "year", *columns])
    _known_values(frame, list(columns), path)
    long = frame.rename(columns=columns).melt(["ccode", "year"], var_name="igo", value_name="membership")
    long["igo"] = long["igo"].astype("int64")
    known = _known_years(long, path)
    years = spells(known, ["igo"])
    names = dict(zip(listed["ionum"].astype("int64"), listed["ioname"], strict=True))
    return {
        "igo_members": spells(long[long["membership"] == FULL], ["igo", "ccode"]),
        "igo_years": years.assign(igo_name=years["igo"].map(names)),
    }


def _known_values(frame: pd.DataFrame, columns: list[str], path: Path) -> None:
    for column in columns:
        odd = frame[~frame[column].isin(MEANINGS)]
        if not odd.empty:
            raise RawFileError(
                f"a membership of {column} that the codebook does not have",
                file=path.name,
                row=odd.iloc[0][["ccode", "year"]].to_dict(),
                expected=f"one of {MEANINGS}",
                found=odd.iloc[0][column],
                next_step=NEXT_STEP,
            )


def _known_years(long: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Organisation and year where the organisation exists and no membership is missing."""
    there = long[long["membership"] != NO_ORGANISATION]
    missing = there.assign(missing=there["membership"] == MISSING).groupby(["igo", "year"])["missing"]
    mixed = missing.any() & ~missing.all()
    if mixed.any():
        raise RawFileError(
            "the membership of some states, not of all, is missing",
            file=path.name,
            row=dict(zip(("igo", "year"), mixed.index[mixed][0], strict=True)),
            expected=f"{MISSING} for every state of the year, or for none",
            found=f"{int(mixed.sum())} such years of organisations",
            next_step=NEXT_STEP,
        )
    return missing.any()[lambda v: ~v].reset_index()[["igo", "year"]]


READER = Reader(source="igo_v3", facts=FACTS, read=read)
