"""Each row of `social_trust_surveys` is the share of a country's respondents in one survey wave who trust most people.

The question is whether most people can be trusted; shares are of those who answered, weighted, compiled by S. Gehrig
from six surveys, 1981-2021. Traps handled: the Global Preference Survey asks something else on another scale and is
not read; the years are those of the wave's fieldwork everywhere, given as one year or a range, not of the one country.
Surveys differ in level for one country. Countries stay named as in the file; `state_names` gives their codes by date:
Germany's first wave is West Germany, and Hong Kong, Macao, Northern Ireland, Palestine and Puerto Rico have none.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import number, read_delimited, whole, words
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="social_trust_surveys",
        key=("country", "survey", "wave"),
        columns={
            "country": "string",
            "survey": "string",
            "wave": "int16",
            "year_from": "int16",
            "year_to": "int16",
            "trust_share": "float32",
            "n": "int16",
        },
    ),
)
FILE = "df_trust.csv"
OTHER_SCALE = "GPS"
SURVEYS = ("Afrobarometer", "Arabbarometer", "Asianbarometer", "EVS", "Latinobarometro", "WVS", OTHER_SCALE)
YEARS = r"^(\d{4})(?:-(\d{4}))?$"


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The shares by country and wave; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_delimited(path, ["country.name", "wave", "survey", "n", "trust", "years"])
    words(frame, "survey", path, SURVEYS)
    frame = frame[frame["survey"] != OTHER_SCALE]
    years = frame["years"].str.extract(YEARS)
    share = number(frame, "trust", path)
    odd = years[0].isna() | ~share.between(0, 1)
    if odd.any():
        line = odd.index[odd][0]
        raise RawFileError(
            "years in no form that is known, or a share outside 0 to 1",
            file=path.name,
            row=f"line {line}",
            expected="YYYY or YYYY-YYYY, and a share",
            found=frame.loc[line, ["country.name", "years", "trust"]].tolist(),
            next_step=NEXT_STEP,
        )
    surveys = pd.DataFrame(
        {
            "country": frame["country.name"],
            "survey": frame["survey"],
            "wave": whole(frame, "wave", path),
            "year_from": years[0].astype("int64"),
            "year_to": years[1].fillna(years[0]).astype("int64"),
            "trust_share": share,
            "n": whole(frame, "n", path),
        }
    )
    return {"social_trust_surveys": surveys}


READER = Reader(source="social_trust", facts=FACTS, read=read)
