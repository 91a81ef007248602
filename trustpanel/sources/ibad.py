"""Each row of `ibad_attempts` is one year of one attempt to settle the border of two states, with what came of it.

International Border Agreements Dataset 1.0 (Owsiak, Cuttner and Buck), attempts, 1479-2001. Traps handled: only
pairs that share a border; an attempt of several years has a row for each, numbered in the decimals (62, 62.4), and a
number may stand for two years; attempts and agreements are in one table, so that `agreement` says whether the year
brought one, while `agreement_year` and `agreement_name` may tell of a later or an earlier one; text is partly latin-1;
30 rows are of two kinds; the one row that repeats is read once. State codes name the states that the border divides in
the end, not those of the year (West Germany, 260, in 1809): membership has to be asked for. Left out for want of a sure
meaning: `internal`, `settle`, third parties and colonial powers.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.cells import refuse, whole_numbers, words
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.stata import read_stata

FACTS = (
    Fact(
        name="ibad_attempts",
        key=("record", "year"),
        columns={
            "record": "string",
            "year": "int16",
            "ccode_a": "int16",
            "ccode_b": "int16",
            "kind": "string",
            "kind_2": "string",
            "goes_on": "bool",
            "colonial": "bool",
            "agreement": "bool",
            "agreement_year": "int16",
            "agreement_name": "string",
        },
    ),
)
FILE = "IBAD_settlement_attempt_year.dta"
KINDS = {
    "negotiation": "negotiation",
    "mediation": "mediation",
    "arbitration": "arbitration",
    "adjudication": "adjudication",
    "postwarconference": "postwar_conference",
    "plebiscite": "plebiscite",
    "independence": "independence",
    "internaldecreeadmin": "decree",
    "force": "force",
}
YES_NO: dict[int | None, bool] = {0: False, 1: True}
OPEN_YES_NO: dict[int | None, bool | None] = {0: False, 1: True, None: None}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The years of border settlement attempts, smaller state code first; raises `RawFileError`."""
    names = ["id", "statea", "stateb", "intstartyear", "intendyear", *KINDS, "ongoing", "colonial", "agreement"]
    frame = read_stata(raw.path(FILE), [*names, "agreementyear", "agreementname"], repeats=1)
    refuse(frame, "intendyear", frame["intendyear"] == frame["intstartyear"], "the year in which the row begins", FILE)
    number = pd.to_numeric(frame["id"], errors="coerce")
    refuse(frame, "id", number.notna(), "a number", FILE)
    codes = pd.DataFrame({c: whole_numbers(frame, c, FILE) for c in ("statea", "stateb")})
    kinds = pd.DataFrame({name: words(frame, c, YES_NO, FILE).astype(bool) for c, name in KINDS.items()})
    refuse(frame, "negotiation", kinds.sum(axis=1).isin([1, 2]), "one or two kinds of attempt", FILE)
    which = [list(kinds.columns[row]) for row in kinds.to_numpy()]
    for column in ("colonial", "agreement"):
        frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
    attempts = pd.DataFrame(
        {
            "record": number.map("{:.6f}".format).str.replace(r"\.?0+$", "", regex=True),
            "year": whole_numbers(frame, "intendyear", FILE),
            "ccode_a": codes.min(axis=1),
            "ccode_b": codes.max(axis=1),
            "kind": [k[0] for k in which],
            "kind_2": [k[1] if len(k) > 1 else None for k in which],
            "goes_on": words(frame, "ongoing", YES_NO, FILE),
            "colonial": words(frame, "colonial", OPEN_YES_NO, FILE),
            "agreement": words(frame, "agreement", OPEN_YES_NO, FILE),
            "agreement_year": whole_numbers(frame, "agreementyear", FILE, blank=True),
            "agreement_name": [" ".join(str(v).split()) or None for v in frame["agreementname"]],
        }
    )
    return {"ibad_attempts": attempts.drop_duplicates()}


READER = Reader(source="ibad", facts=FACTS, read=read)
