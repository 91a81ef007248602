"""Each row of `pax_agreements` is one peace agreement between states, or between states about a conflict within one.

PA-X Peace Agreements Database, version 10, agreements signed from 15 February 1990 to 27 December 2025. The terms
forbid passing on a substantial part: nothing that this reader yields is shipped. Only the agreement types Inter and
InterIntra are read (372 of 2,257; the others are agreements within a state). Traps handled: the codes are
Gleditsch-Ward codes of the places of the conflict, two at most, which are the parties of most Inter agreements and
need not be those of an InterIntra one; an agreement of more than two states names two of them or none. Earlier
agreements are unobserved, not absent. `enforcement`: a mechanism of enforcement; `mission`: an international mission
or force; `un_signatory` and `other_signatory`: the UN, or another outside state or body, signed.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import among, read_delimited, whole, words
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

ITEMS = {"ImE": "enforcement", "ImPK": "mission", "ImUN": "un_signatory", "ImOth": "other_signatory"}
FACTS = (
    Fact(
        name="pax_agreements",
        key=("record",),
        columns={
            "record": "int16",
            "signed_date": "date32",
            "agreement_type": "string",
            "conflict_type": "string",
            "gwcode_1": "int16",
            "gwcode_2": "int16",
            "stage": "string",
            "stage_sub": "string",
            **dict.fromkeys(ITEMS.values(), "bool"),
        },
    ),
)
FILE = "pax_all_agreements_v10.csv"
TYPES = {"Inter": "inter", "InterIntra": "inter_intra"}
WITHIN_STATES = ("Intra", "IntraLocal")
CONFLICTS = {
    "Government": "government",
    "Territory": "territory",
    "Government/territory": "government_territory",
    "Inter-group": "inter_group",
    "Other": "other",
}
STAGES = {
    "Pre": ("Proc", "Prin", "Conf", "PreMix", "PreOth"),
    "SubPar": ("MultIss", "Iss", "FrparOth"),
    "SubComp": ("FrAg", "FrCons", "FrcomOth"),
    "Cea": ("Ceas", "Rel", "CeaMix"),
    "Imp": ("ImpMod", "ExtSub", "ExtPar", "ImpOth"),
    "Ren": ("Repre", "Reimp", "Resub", "Reoth"),
    "Oth": ("Other",),
}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The agreements; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_delimited(path, ["AgtId", "Dat", "Agtp", "Contp", "Loc1GWNO", "Loc2GWNO", "Stage", "StageSub", *ITEMS])
    kinds = words(frame, "Agtp", path, (*TYPES, *WITHIN_STATES))
    frame = frame[kinds.isin(list(TYPES))]
    words(frame, "Stage", path, STAGES)
    words(frame, "StageSub", path, [sub for subs in STAGES.values() for sub in subs])
    agreements = pd.DataFrame(
        {
            "record": whole(frame, "AgtId", path),
            "signed_date": _days(frame, path),
            "agreement_type": frame["Agtp"].map(TYPES),
            "conflict_type": words(frame, "Contp", path, CONFLICTS).map(CONFLICTS),
            "gwcode_1": whole(frame, "Loc1GWNO", path, blank=True),
            "gwcode_2": whole(frame, "Loc2GWNO", path, blank=True),
            "stage": frame["Stage"],
            "stage_sub": frame["StageSub"],
            **{name: among(frame, column, path, (0, 1)) for column, name in ITEMS.items()},
        }
    )
    return {"pax_agreements": agreements}


def _days(frame: pd.DataFrame, path: Path) -> pd.Series:
    dates = pd.to_datetime(frame["Dat"], format="%Y-%m-%d", errors="coerce")
    if dates.isna().any():
        line = dates.index[dates.isna()][0]
        raise RawFileError(
            "a date that is not in the calendar",
            file=path.name,
            row=f"line {line}",
            expected="year-month-day",
            found=frame.loc[line, "Dat"],
            next_step=NEXT_STEP,
        )
    return dates


READER = Reader(source="pax", facts=FACTS, read=read)
