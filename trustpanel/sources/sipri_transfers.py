"""Each row of `sipri_arms_transfers` is the volume of major arms that one state delivered to another in a year.

SIPRI Arms Transfers Database as tabulated by 360info, 1950-2021. `tiv` is the Trend Indicator Value in millions, a
volume, not a price; 0 is less than half a million. The file does not say whether an absent pair and year is none or
unknown. Traps handled: armed groups (marked * in the file) carry the code of the state that they fight (the Viet Minh
that of France), and Northern Cyprus that of Cyprus: they, organisations (**) and unknown parties are left out and
counted by name in `sipri_left_out`. Serbia and Micronesia have no code in the file and are given 345 and 987. West
Germany has no rows at all: before 1991 its transfers are unknown, not none. Some states stand there before they enter
the state system (Rhodesia, the Gulf states).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.delimited import read_delimited, whole
from trustpanel.sources.fact import NEXT_STEP, Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="sipri_arms_transfers",
        key=("supplier_ccode", "recipient_ccode", "year"),
        columns={"supplier_ccode": "int16", "recipient_ccode": "int16", "year": "int16", "tiv": "int16"},
    ),
    Fact(
        name="sipri_left_out",
        key=("role", "name"),
        columns={"role": "string", "name": "string", "rows": "int16", "tiv": "int32"},
    ),
)
FILE = "sipri-exports-processed.csv"
ROLES = ("supplier", "recipient")
STATES_WITHOUT_CODE = {"Serbia": 345, "Micronesia": 987}
OTHERS_WITHOUT_CODE = (
    "Aruba", "Biafra", "Katanga", "Palestine", "Unknown recipient(s)", "Unknown supplier(s)", "Western Sahara",
)  # fmt: skip
NO_STATE_WITH_CODE = ("Northern Cyprus",)
MARK = "*"


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The transfers between states, and what was left out; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_delimited(path, [*ROLES, "year", "value", *(f"{role}_cown" for role in ROLES)])
    rows = pd.DataFrame({"year": whole(frame, "year", path), "tiv": whole(frame, "value", path)})
    left_out = []
    for role in ROLES:
        rows[f"{role}_ccode"] = _codes(frame, role, path)
        out = rows[rows[f"{role}_ccode"].isna()].assign(name=frame[role])
        left_out.append(out.groupby("name")["tiv"].agg(rows="size", tiv="sum").reset_index().assign(role=role))
    kept = rows[rows[[f"{role}_ccode" for role in ROLES]].notna().all(axis=1)]
    return {"sipri_arms_transfers": kept, "sipri_left_out": pd.concat(left_out)}


def _codes(frame: pd.DataFrame, role: str, path: Path) -> pd.Series:
    """The state code of one side; null where it is no state."""
    names, column = frame[role], f"{role}_cown"
    codes = whole(frame.assign(**{column: frame[column].mask(frame[column].eq("NA"), "")}), column, path, blank=True)
    codes = codes.fillna(names.map(STATES_WITHOUT_CODE).astype("Int64"))
    no_state = names.str.endswith(MARK) | names.isin(NO_STATE_WITH_CODE)
    odd = codes.isna() & ~no_state & ~names.isin(OTHERS_WITHOUT_CODE)
    if odd.any():
        line = odd.index[odd][0]
        raise RawFileError(
            f"a {role} without a state code that the reader does not know",
            file=path.name,
            row=f"line {line}",
            expected="a Correlates of War code, a name that ends in *, or one that the reader lists",
            found=names[line],
            next_step=NEXT_STEP,
        )
    return codes.mask(no_state)


READER = Reader(source="sipri_transfers", facts=FACTS, read=read)
