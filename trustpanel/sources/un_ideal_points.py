"""Each row of `un_ideal_points_scores` is one state's ideal point in one session of the UN General Assembly.

Bailey, Strezhnev and Voeten, all votes, June 2024: sessions 1-78, that is 1946-2023 (year = session + 1945).
Traps handled: session 19 (1964) has no rows and none may appear; the nuclear votes are another scale and not read.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import number, read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="un_ideal_points_scores",
        key=("ccode", "year"),
        columns={"ccode": "int16", "year": "int16", "ideal_point": "float64"},
    ),
)
FILE = "IdealpointestimatesAll_Jun2024.csv"
BEFORE_FIRST_SESSION = 1945
SESSION_WITHOUT_VOTES = 19


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The ideal points by state and year; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_delimited(path, ("ccode", "session", "IdealPointAll"))
    session = whole(frame, "session", path)
    odd = frame[session == SESSION_WITHOUT_VOTES]
    if not odd.empty:
        raise RawFileError(
            "a score for a session that has no recorded votes",
            file=path.name,
            row=f"line {odd.index[0]}",
            expected=f"a session other than {SESSION_WITHOUT_VOTES}",
            found=odd.iloc[0][["ccode", "session"]].to_dict(),
            next_step=NEXT_STEP,
        )
    scores = pd.DataFrame(
        {
            "ccode": whole(frame, "ccode", path),
            "year": session + BEFORE_FIRST_SESSION,
            "ideal_point": number(frame, "IdealPointAll", path),
        }
    )
    return {"un_ideal_points_scores": scores}


READER = Reader(source="un_ideal_points", facts=FACTS, read=read)
