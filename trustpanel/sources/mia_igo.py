"""Each row of `mia_delegation` is a run of years in which one organisation's delegation and pooling stay the same.

Measure of International Authority, 76 organisations, 1950-2019, as compiled in the panel of May 2024. `mia_code` is
the organisation's code in the panel, `igo` the Correlates of War code under which its members stand in `igo_members`.
Traps handled: names are often missing and end in 2014, so the key is the code; the scores of a successor reach back to
its predecessor, which is another organisation in the Correlates of War list (the EU, 1830, is the ECSC, 1585, to 1957
and the EEC, 1653, to 1992), so `igo` follows the list by year. `igo` is null where the list has no members to give:
1831 and 5550, which the list does not have, the OECS before 1981, and 1750 of 1967-76, whose number is that of the
European Payments Union (1950-58) in the list. 1751, of 1993 on, is the list's East African Community, 4120. Delegation
is to the organisation, not to another state, and nearly every dyad shares a body of UN kind: whoever uses the scores
restricts the number of members. The panel's own counts of members double some states and are not read.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rds
from trustpanel.sources.spells import spells

FACTS = (
    Fact(
        name="mia_delegation",
        key=("mia_code", "year_from"),
        columns={
            "mia_code": "int16",
            "igo": "int16",
            "year_from": "int16",
            "year_to": "int16",
            "delegation": "float32",
            "pooling": "float32",
        },
    ),
)
FILE = "data_May2024.RDS"
# codes of the panel that are the list's own in all years
SAME = (
    270, 330, 470, 650, 750, 810, 840, 871, 1050, 1090, 1230, 1240, 1370, 1390, 1500, 1520, 1650, 1670, 1720, 1790,
    1840, 1900, 1990, 2230, 2250, 2370, 2400, 2500, 2572, 2700, 2702, 2830, 2860, 2880, 3100, 3160, 3250, 3390, 3450,
    3590, 3670, 3700, 3770, 3800, 3840, 3850, 3900, 3940, 4170, 4190, 4200, 4240, 4260, 4400, 4410, 4420, 4430, 4530,
    4550, 4560, 4570, 4580,
)  # fmt: skip
LATEST = 9999
# code of the panel: (last year, code of the list) in order of years; 0 is none
BY_YEAR = {
    880: ((1972, 912), (LATEST, 880)),
    990: ((1990, 3812), (LATEST, 990)),
    1170: ((1993, 4030), (LATEST, 1170)),
    1260: ((1993, 940), (LATEST, 1260)),
    1750: ((LATEST, 0),),
    1751: ((LATEST, 4120),),
    1830: ((1957, 1585), (1992, 1653), (LATEST, 1830)),
    1831: ((LATEST, 0),),
    3430: ((1979, 3428), (LATEST, 3430)),
    3750: ((1960, 3762), (LATEST, 3750)),
    3760: ((2001, 3760), (LATEST, 3761)),
    3830: ((1980, 0), (LATEST, 3830)),
    4250: ((1991, 4251), (LATEST, 4250)),
    5550: ((LATEST, 0),),
}
SCORED = frozenset(SAME) | {igo for steps in BY_YEAR.values() for _, igo in steps if igo}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The spells of constant scores; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_rds(path, ["cow_igocode", "year", "delegation", "pooling"])
    _scores_are_whole(frame, path)
    rows = frame.rename(columns={"cow_igocode": "mia_code"}).astype("float64")
    # the same score stands with nine digits in one year and six in the next
    rows[["delegation", "pooling"]] = rows[["delegation", "pooling"]].round(6)
    rows["igo"] = [list_code(int(c), int(y)) for c, y in zip(rows["mia_code"], rows["year"], strict=True)]
    out = spells(rows, ["mia_code"], ["igo", "delegation", "pooling"])
    return {"mia_delegation": out.assign(igo=out["igo"].astype("Int64").mask(out["igo"] == 0))}


def list_code(mia_code: int, year: int) -> int:
    """The code of the organisation's members in the Correlates of War list that year; 0 if it has none."""
    if mia_code in BY_YEAR:
        return next(igo for last, igo in BY_YEAR[mia_code] if year <= last)
    return mia_code


def _scores_are_whole(frame: pd.DataFrame, path: Path) -> None:
    known = [*SAME, *BY_YEAR]
    odd = ~frame["cow_igocode"].isin(known) | frame["year"].isna()
    for score in ("delegation", "pooling"):
        odd |= ~pd.to_numeric(frame[score], errors="coerce").between(0, 1)
    if odd.any():
        row = frame[odd].iloc[0]
        raise RawFileError(
            "an organisation that the reader does not know, or a score outside its range",
            file=path.name,
            row=int(frame.index[odd][0]) + 1,
            expected="a code of mia_igo.SAME or BY_YEAR, a year, scores from 0 to 1",
            found=row.to_dict(),
            next_step=NEXT_STEP,
        )


READER = Reader(source="mia_igo", facts=FACTS, read=read)
