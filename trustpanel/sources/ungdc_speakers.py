"""One row is a speaker for a state or body in the general debate of one session of the UN General Assembly.

UN General Debate Corpus, speakers by session (Speakers_by_session.xlsx), sessions 1-79, 1946-2024.
Traps handled: the session gives the year, never the day of the speech; the post is empty for almost all rows before
1990 and stays null; a state can have two speakers in a session; white space, soft hyphens and letter case vary. The
country code of the file is kept as it stands: some rows carry another state's code, which the crosswalk sets right.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.delimited import whole
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.workbook import read_sheet

FACTS = (
    Fact(
        name="ungdc_speakers_speakers",
        key=("record",),
        columns={"record": "string", "year": "int16", "session": "int16", "iso3_raw": "string",
                 "country_name": "string", "speaker_raw": "string", "post_raw": "string"},
    ),
)  # fmt: skip
FILE = "Speakers_by_session.xlsx"
SHEET = "Sheet1"


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The one fact; raises `RawFileError`. A record is the session and the row of the sheet."""
    path = raw.path(FILE)
    columns = ["Year", "Session", "ISO Code", "Country", "Name of Person Speaking", "Post"]
    text = read_sheet(path, SHEET, columns, repeats=6)
    rows = pd.DataFrame(
        {
            "year": whole(text, "Year", path),
            "session": whole(text, "Session", path),
            "iso3_raw": _filled(text["ISO Code"].str.upper()),
            "country_name": _filled(text["Country"]),
            "speaker_raw": _filled(text["Name of Person Speaking"]),
            "post_raw": _filled(text["Post"]),
        }
    )
    record = [f"{session}-{line}" for session, line in zip(rows["session"], rows.index, strict=True)]
    return {"ungdc_speakers_speakers": rows.assign(record=record).reset_index(drop=True)}


def _filled(text: pd.Series) -> pd.Series:
    return text.where(text.ne(""), None)


READER = Reader(source="ungdc_speakers", facts=FACTS, read=read)
