"""What is known of leaders before they took office, their willingness to use force, and arms races.

Files LEAD (Ellis, Horowitz and Stam), lwuf (Carter and Smith), leader_codes, grh_arms_races. Traps handled: LEAD and
lwuf have a row for every Archigos spell, but know only the 2,930 that have a LEAD number in leader_codes, the last of
them in office from December 2001: the other rows are empty and left out. A cell that is missing among the known is
null. `education`: 0 primary, 1 secondary, 2 university, 3 graduate. Health is left out: it is never missing where much
else is, so that 0 cannot be told from not known. lwuf gives the mean and standard deviation of four models' scores, 1
to 4, whose scales differ. Arms races stand once, smaller code first, 1854-1984.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder
from trustpanel.sources.rda import read_rda

YES_NO = {
    "milservice": "military_service",
    "combat": "combat",
    "rebel": "rebel",
    "warwin": "war_won",
    "warloss": "war_lost",
    "rebelwin": "rebellion_won",
    "rebelloss": "rebellion_lost",
}
THETA = tuple(f"theta{model}_{part}" for model in range(1, 5) for part in ("mean", "sd"))
FACTS = (
    Fact(
        name="lead_traits",
        key=("leader_id",),
        columns={
            "leader_id": "string",
            "education": "int8",
            **dict.fromkeys(YES_NO.values(), "bool"),
            "years_in_politics": "int8",
        },
    ),
    Fact(name="lwuf_scores", key=("leader_id",), columns={"leader_id": "string", **dict.fromkeys(THETA, "float32")}),
    Fact(
        name="grh_arms_races",
        key=("race_id",),
        columns={
            "race_id": "int16",
            "ccode_a": "int16",
            "ccode_b": "int16",
            "year_from": "int16",
            "year_to": "int16",
        },
    ),
)
EDUCATION = (0, 1, 2, 3)


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The three facts; raises `RawFileError`."""
    codes = read_rda(raw.path("leader_codes.rda"), ["obsid", "leaderid"])
    known = set(codes.loc[codes["leaderid"].notna(), "obsid"])
    return {
        "lead_traits": _traits(raw.path("LEAD.rda"), known),
        "lwuf_scores": _scores(raw.path("lwuf.rda"), known),
        "grh_arms_races": _races(raw.path("grh_arms_races.rda")),
    }


def _traits(path: Path, known: set[str]) -> pd.DataFrame:
    frame = _of_known(read_rda(path, ["obsid", "leveledu", "yrsexper", *YES_NO]), known, path)
    for column, allowed in {"leveledu": EDUCATION, **dict.fromkeys(YES_NO, (0, 1))}.items():
        odd = frame[frame[column].notna() & ~frame[column].isin(allowed)]
        if not odd.empty:
            raise RawFileError(
                f"a value of {column} that the codebook does not have",
                file=path.name,
                row=odd.iloc[0]["obsid"],
                expected=f"one of {allowed}",
                found=odd.iloc[0][column],
                next_step=NEXT_STEP,
            )
    names = {"obsid": "leader_id", "leveledu": "education", "yrsexper": "years_in_politics"}
    return frame.rename(columns={**names, **YES_NO})


def _scores(path: Path, known: set[str]) -> pd.DataFrame:
    return _of_known(read_rda(path, ["obsid", *THETA]), known, path).rename(columns={"obsid": "leader_id"})


def _of_known(frame: pd.DataFrame, known: set[str], path: Path) -> pd.DataFrame:
    """The rows of leaders with a LEAD number; refuses values for one without."""
    listed = frame["obsid"].isin(known)
    odd = frame[~listed & frame.drop(columns="obsid").notna().any(axis=1)]
    if not odd.empty:
        raise RawFileError(
            "values for a leader who has no LEAD number",
            file=path.name,
            row=odd.iloc[0]["obsid"],
            expected="an empty row, or a number in leader_codes.rda",
            found=odd.iloc[0].dropna().to_dict(),
            next_step=NEXT_STEP,
        )
    return frame[listed]


def _races(path: Path) -> pd.DataFrame:
    frame = read_rda(path, ["race_id", "ccode1", "ccode2", "styear", "endyear"])
    codes = frame[["ccode1", "ccode2"]]
    return pd.DataFrame(
        {
            "race_id": frame["race_id"],
            "ccode_a": codes.min(axis=1),
            "ccode_b": codes.max(axis=1),
            "year_from": frame["styear"],
            "year_to": frame["endyear"],
        }
    )
