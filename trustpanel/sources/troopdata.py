"""US troops abroad by state and year, and the participants of multinational military exercises.

Two files of the troopdata package: troops 1950-2024, exercises 1980-2010; its undated list of bases is not read.
Traps handled. Troops: West Germany stands as 255 and is 260 for 1955-1990; "Vietnam", 816 in most years, is South
Vietnam, 817, to 1975; 679 before 1990 is the Yemen Arab Republic, 678; a state that the file names twice in a year has
troops under one of the names at most. Codes above 990 and Puerto Rico are no states, code 2 is home: they are left out
and counted in `us_troops_left_out`. Hosting of other powers is unobserved. Exercises: the codes are Gleditsch-Ward
codes, but for Vietnam (817 all through, here 816 after 1975) and Yemen (blank, here 678); participants without a code
are left out and counted in `joint_exercises_left_out`; a number that serves two exercises is told apart by the year in
which each began.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

LEFT_OUT = {"country_name": "string", "rows": "int16"}
FACTS = (
    Fact(
        name="us_troops",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", "troops": "int32"},
    ),
    Fact(name="us_troops_left_out", key=("code", "country_name"), columns={"code": "int16", **LEFT_OUT}),
    Fact(
        name="joint_exercises",
        key=("exercise", "year", "gwcode"),
        columns={"exercise": "int16", "year": "int16", "gwcode": "int16"},
    ),
    Fact(name="joint_exercises_left_out", key=("country_name",), columns=LEFT_OUT),
)
TROOPS, EXERCISES = "troopdata-rebuild-country-year.csv", "mme-v7-long.csv"
LAST_STATE, HOME, PUERTO_RICO = 990, 2, 6
# code in the file, first and last year, code of the state that is meant
TROOP_CODES = ((255, 1955, 1990, 260), (816, 1950, 1975, 817), (679, 1950, 1989, 678))
NORTH_AND_SOUTH, UNITED = (817, 1975), 816
YEMEN, YEMEN_GW = "Yemen", 678


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The four facts; raises `RawFileError`."""
    troops, no_states = _troops(raw.path(TROOPS))
    exercises, uncoded = _exercises(raw.path(EXERCISES))
    return {
        "us_troops": troops,
        "us_troops_left_out": no_states,
        "joint_exercises": exercises,
        "joint_exercises_left_out": uncoded,
    }


def _troops(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = read_delimited(path, ["countryname", "year", "ccode", "troops_ad"])
    rows = pd.DataFrame(
        {
            "country_name": frame["countryname"],
            "ccode": whole(frame, "ccode", path),
            "year": whole(frame, "year", path),
            "troops": whole(frame, "troops_ad", path),
        }
    )
    state = rows["ccode"].le(LAST_STATE) & ~rows["ccode"].isin([HOME, PUERTO_RICO])
    left_out = rows[~state].groupby(["ccode", "country_name"]).size().reset_index(name="rows")
    rows = rows[state].copy()
    for code, first, last, meant in TROOP_CODES:
        rows["ccode"] = rows["ccode"].mask(rows["ccode"].eq(code) & rows["year"].between(first, last), meant)
    twice = rows[rows["troops"].gt(0)].duplicated(["ccode", "year"], keep=False)
    if twice.any():
        line = twice.index[twice][0]
        raise RawFileError(
            "a state has troops under two names in one year",
            file=path.name,
            row=f"line {line}",
            expected="troops under one name, 0 under the other",
            found=rows.loc[line].to_dict(),
            next_step=NEXT_STEP,
        )
    troops = rows.groupby(["ccode", "year"])["troops"].max().reset_index()
    return troops, left_out.rename(columns={"ccode": "code"})


def _exercises(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = read_delimited(path, ["MMEID", "gwcode", "country", "s.year"], repeats=22)
    frame["MMEID"] = frame["MMEID"].str.removeprefix("mme")
    frame["gwcode"] = frame["gwcode"].mask(frame["gwcode"].eq("NA"), "")
    rows = pd.DataFrame(
        {
            "exercise": whole(frame, "MMEID", path),
            "year": whole(frame, "s.year", path),
            "gwcode": whole(frame, "gwcode", path, blank=True),
            "country_name": frame["country"],
        }
    )
    south, ended = NORTH_AND_SOUTH
    later = rows["gwcode"].eq(south).fillna(False) & rows["year"].gt(ended)
    rows["gwcode"] = rows["gwcode"].mask(later, UNITED)
    rows["gwcode"] = rows["gwcode"].mask(rows["gwcode"].isna() & rows["country_name"].eq(YEMEN), YEMEN_GW)
    coded = rows["gwcode"].notna()
    left_out = rows[~coded].groupby("country_name").size().reset_index(name="rows")
    return rows[coded].drop(columns="country_name").drop_duplicates(), left_out


READER = Reader(source="troopdata", facts=FACTS, read=read)
