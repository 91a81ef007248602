"""Each row of `un_ideal_points_scores` is one state's ideal point in one session of the UN General Assembly.

Bailey, Strezhnev and Voeten, all votes, June 2024: sessions 1-78, that is 1946-2023 (year = session + 1945).
Traps handled: session 19 (1964) has no rows and none may appear; the nuclear votes are another scale and not read.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader, require_columns

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
    try:
        frame = pd.read_csv(raw.path(FILE), encoding="utf-8")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise RawFileError(
            "the file is not UTF-8 CSV", file=FILE, found=str(error)[:200], next_step=NEXT_STEP
        ) from error
    require_columns(frame, ("ccode", "session", "IdealPointAll"), FILE)
    session = pd.to_numeric(frame["session"], errors="coerce")
    odd = frame[(session == SESSION_WITHOUT_VOTES) | session.isna()]
    if not odd.empty:
        raise RawFileError(
            "a score for a session that has no recorded votes, or no number",
            file=FILE,
            row=int(odd.index[0]) + 2,
            expected="a number other than 19",
            found=odd.iloc[0][["ccode", "session"]].to_dict(),
            next_step=NEXT_STEP,
        )
    scores = pd.DataFrame(
        {
            "ccode": frame["ccode"],
            "year": session + BEFORE_FIRST_SESSION,
            "ideal_point": frame["IdealPointAll"],
        }
    )
    return {"un_ideal_points_scores": scores}


READER = Reader(source="un_ideal_points", facts=FACTS, read=read)
