"""Each row of `icow_attempts` is one peaceful attempt to settle a claim; each of `icow_claims` one claim of two states.

Issue Correlates of War 1.1, 1816-2001, settlement attempts and dyadic claims. Traps handled: regional (territory in
the Americas and Western Europe, rivers also in the Middle East, the sea around the Americas and Europe), so that a
pair without a claim here is no pair without one elsewhere; 318 militarised disputes among the attempts (`midiss`) are
left out; a month of 00 is not known: the start is then the first, the end the last day of the year (`year`); a blank
end or one of 200199 is open; two attempts end before they begin (211002-1, 238201-7), their end is null. Whether an
agreement was kept is read only where there is one. The European Union has the code 2220, and 2223 is no state. Names
are in Mac Roman. Left out: the claim ending coded 11, which the documentation lacks, and who the third party was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trustpanel.sources.cells import refuse, whole_numbers, words
from trustpanel.sources.delimited import read_delimited
from trustpanel.sources.fact import Fact, RawFolder, Reader

SPELL = {"start_date": "date32", "start_precision": "string", "end_date": "date32", "end_precision": "string"}
DYAD = {"ccode_a": "int16", "ccode_b": "int16", "challenger_ccode": "int16"}
FACTS = (
    Fact(
        name="icow_attempts",
        key=("record",),
        columns={
            "record": "string",
            "claim_dyad": "int32",
            "issue": "string",
            "region": "string",
            **DYAD,
            **SPELL,
            "method": "string",
            "bilateral": "bool",
            "binding": "bool",
            "scope": "string",
            "agreement": "bool",
            "agreement_scope": "string",
            "agreement_covers_scope": "bool",
            "ratification_failed": "bool",
            "complied": "bool",
            "claim_ended": "string",
        },
    ),
    Fact(
        name="icow_claims",
        key=("claim_dyad",),
        columns={
            "claim_dyad": "int32",
            "claim": "int16",
            "claim_name": "string",
            "issue": "string",
            "region": "string",
            **DYAD,
            **SPELL,
            "ended_by": "string",
            "salience": "float32",
        },
    ),
)
ATTEMPTS, CLAIMS = "ICOWsettle.csv", "ICOWclaimdy.csv"
YES_NO = {"0": False, "1": True}
AGREED = {**YES_NO, "": None}
ISSUE = {"1": "territory", "2": "river", "3": "sea"}
REGION = {"1": "americas", "2": "europe", "3": "africa", "4": "middle_east", "5": "asia_oceania"}
METHOD = {
    "1": "bilateral_negotiation",
    "2": "good_offices",
    "3": "inquiry_or_conciliation",
    "4": "mediation",
    "5": "arbitration",
    "6": "adjudication",
    "7": "other_third_party",
    "8": "multilateral_negotiation",
    "9": "peace_conference",
}
SCOPE = {"0": "functional", "1": "procedural", "2": "part_of_claim", "3": "whole_claim"}
CLAIM_ENDED = {"0": "no", "1": "most", "2": "all", "": None}
ENDED_BY = {
    "": None,
    "1": "dropped_by_challenger",
    "2": "renounced_by_challenger",
    "3": "third_party",
    "4": "bilateral",
    "5": "independence",
    "6": "actor_left_system",
    "7": "military_occupation",
    "8": "dropped_by_target",
    "9": "renounced_by_target",
    "10": "plebiscite",
    "11": None,
}
OF_AN_AGREEMENT: Mapping[str, tuple[str, Mapping[Any, Any]]] = {
    "agreement_scope": ("extentag", {**SCOPE, "": None}),
    "agreement_covers_scope": ("agreeall", AGREED),
    "ratification_failed": ("ratfail", AGREED),
    "complied": ("comply2", AGREED),
    "claim_ended": ("claimend", CLAIM_ENDED),
}
OPEN = "200199"


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The attempts and the claims, smaller state code first; raises `RawFileError`."""
    return {"icow_attempts": _attempts(raw), "icow_claims": _claims(raw)}


def _attempts(raw: RawFolder) -> pd.DataFrame:
    columns = ("midiss", "settnump", "begsett", "endsett", "typesett", "bilat", "binding3", "extentsa", "agree")
    frame = _table(raw, ATTEMPTS, (*columns, *(column for column, _ in OF_AN_AGREEMENT.values())))
    frame = frame[~words(frame, "midiss", YES_NO, ATTEMPTS).astype(bool)]
    whole_numbers(frame, "settnump", ATTEMPTS)
    start, start_precision = _dates(frame, "begsett", ATTEMPTS)
    end, end_precision = _dates(frame, "endsett", ATTEMPTS, last=True)
    before = end.notna() & (end < start)
    agreed = frame["agree"] == "1"
    out = {
        "record": frame["claimdy"] + "-" + frame["settnump"],
        **_who_and_what(frame, ATTEMPTS),
        "start_date": start,
        "start_precision": start_precision,
        "end_date": end.mask(before),
        "end_precision": end_precision.mask(before),
        "method": words(frame, "typesett", METHOD, ATTEMPTS),
        "bilateral": words(frame, "bilat", YES_NO, ATTEMPTS),
        "binding": words(frame, "binding3", YES_NO, ATTEMPTS),
        "scope": words(frame, "extentsa", SCOPE, ATTEMPTS),
        "agreement": words(frame, "agree", AGREED, ATTEMPTS),
    }
    for name, (column, meaning) in OF_AN_AGREEMENT.items():
        out[name] = words(frame, column, meaning, ATTEMPTS).where(agreed, None)
    return pd.DataFrame(out)


def _claims(raw: RawFolder) -> pd.DataFrame:
    frame = _table(raw, CLAIMS, ("claim", "name", "begclaim", "endclaim", "resolved", "icowsal"))
    start, start_precision = _dates(frame, "begclaim", CLAIMS)
    end, end_precision = _dates(frame, "endclaim", CLAIMS, last=True)
    return pd.DataFrame(
        {
            "claim": whole_numbers(frame, "claim", CLAIMS),
            "claim_name": frame["name"].str.split().str.join(" "),
            **_who_and_what(frame, CLAIMS),
            "start_date": start,
            "start_precision": start_precision,
            "end_date": end,
            "end_precision": end_precision,
            "ended_by": words(frame, "resolved", ENDED_BY, CLAIMS),
            "salience": frame["icowsal"],
        }
    )


def _table(raw: RawFolder, file: str, columns: tuple[str, ...]) -> pd.DataFrame:
    names = dict.fromkeys(("claimdy", "issue", "region", "chal", "tgt", *columns))
    frame = read_delimited(raw.path(file), list(names), encoding="mac_roman")
    return frame.apply(lambda column: column.str.strip()).set_axis(frame.index - 2)


def _who_and_what(frame: pd.DataFrame, file: str) -> dict[str, pd.Series]:
    codes = pd.DataFrame({c: whole_numbers(frame, c, file) for c in ("chal", "tgt")})
    return {
        "claim_dyad": whole_numbers(frame, "claimdy", file),
        "issue": words(frame, "issue", ISSUE, file),
        "region": words(frame, "region", REGION, file),
        "ccode_a": codes.min(axis=1),
        "ccode_b": codes.max(axis=1),
        "challenger_ccode": codes["chal"],
    }


def _dates(frame: pd.DataFrame, column: str, file: str, *, last: bool = False) -> tuple[pd.Series, pd.Series]:
    """The first day of the month (of the year, if the month is 00), or the last one; open is null."""
    text = frame[column]
    is_open = text.isin(["", OPEN]) if last else pd.Series(False, index=frame.index)
    unknown = text.str[4:] == "00"
    month = text.str[:4] + (text.str[4:].mask(unknown, "12" if last else "01"))
    days = pd.to_datetime(month.mask(is_open), format="%Y%m", errors="coerce")
    refuse(frame, column, days.notna() | is_open, "year and month as YYYYMM", file)
    precision = pd.Series("month", index=frame.index, dtype=object).mask(unknown, "year").mask(is_open, "open")
    return (days + pd.offsets.MonthEnd(0) if last else days), precision


READER = Reader(source="icow", facts=FACTS, read=read)
