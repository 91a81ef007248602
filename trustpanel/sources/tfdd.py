"""Each row of `tfdd_treaties` is one agreement on shared water; with it the signatories.

Transboundary Freshwater Dispute Database, working master of 2018, agreements of 1820-2007. Traps handled: a row of the
sheet is a basin and country, folded here to the agreement; the country is that of the water, not of the signature
(Soviet waters stand as Moldova, one of 1906 between France and Britain as ten African states), so that the parties
are read from the list of signatories, as printed, a trailing form of state kept with its name (lists of conventions
name later members too); N.A. and -1 are null, not no; mechanisms against conflict are several; days before 1900 are
text; a year that was typed as a day falls into spring 1905 (29 agreements) and, like 1 January, is known to the
`year` only; of one agreement (235) the second row has its cells shifted and is left out. A date may be the entry into
force. Rights to water, works and uses are not read.
"""

from __future__ import annotations

import re

import pandas as pd

from trustpanel.sources.cells import refuse, whole_numbers, words
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.workbook import read_sheet

FACTS = (
    Fact(
        name="tfdd_treaties",
        key=("record",),
        columns={
            "record": "int16",
            "title": "string",
            "signed_date": "date32",
            "signed_precision": "string",
            "document_type": "string",
            "parties_kind": "string",
            "signatories": "string",
            "primary_record": "int16",
            "minor": "bool",
            "monitoring": "bool",
            "enforcement": "bool",
            "conflict_resolution": "string",
            "joint_management": "bool",
            "information_exchange": "bool",
            "consultations": "bool",
            "technical_cooperation": "bool",
        },
    ),
    Fact(name="tfdd_parties", key=("record", "party"), columns={"record": "int16", "party": "string"}),
)
FILE, SHEET = "TFDD.xlsx", "Treaty Database"
ITEMS = {
    "minor": "MinorAgreement",
    "monitoring": "Monitoring",
    "enforcement": "Enforcement",
    "joint_management": "JointMgmt",
    "information_exchange": "InfoExchange",
    "consultations": "Consultations",
    "technical_cooperation": "TechCoop",
}
NAMES = (
    "Entry ID", "CCODE", "2016Update ID", "Unified Primary 2016 Treaty ID", "DocumentName", "DateSigned", "Signatories",
    "DocType", "NumberParties", "Conflict Resolution Mechanism", *ITEMS.values(),
)  # fmt: skip
SHIFTED_ENTRY = "2740"
YES_NO = {"Y": True, "N": False, "N.A.": None, "": None}
DOCUMENT_TYPE = {
    "-1": None,
    "1": "not_a_treaty",
    "2": "semi_international",
    "3": "outside_criteria",
    "4": "primary",
    "5": "replacement",
    "6": "amendment",
    "7": "protocol",
    "8": "financial",
    "9": "text_missing",
    "10": "not_translated",
    "11": "not_coded",
}
PARTIES_KIND = {"1": "bilateral", "2": "multilateral", "": None}
MECHANISM = {
    "1": "commission",
    "2": "diplomatic_channels",
    "3": "arbitration",
    "4": "third_party",
    "5": "permanent_court",
}
# the days that the whole numbers 1900 to 2010 stand for in a workbook
TYPED_YEARS = (pd.Timestamp("1905-03-14"), pd.Timestamp("1905-07-02"))
EPOCH = pd.Timestamp("1899-12-30")
FORM_OF_STATE = re.compile(r"\bof$|^People's Republic$")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The agreements and their signatories; raises `RawFileError`."""
    cells = read_sheet(raw.path(FILE), SHEET, NAMES)
    cells = cells[cells["Entry ID"] != SHIFTED_ENTRY].mask(lambda frame: frame == "nan", "")
    frame = cells.set_axis(cells.index - 2)
    frame["record"] = whole_numbers(frame, "2016Update ID", FILE)
    treaties = frame.drop_duplicates("record")
    for column in (name for name in NAMES if name not in ("Entry ID", "CCODE", "Signatories")):
        first = frame["record"].map(treaties.set_index("record")[column])
        refuse(frame, column, frame[column] == first, "the same in all rows of one agreement", FILE)
    signed, precision = _signed(treaties)
    signatories = treaties["Signatories"].mask(treaties["Signatories"].isin(["", "N.A."]))
    out = {
        "record": treaties["record"],
        "title": treaties["DocumentName"].mask(treaties["DocumentName"] == ""),
        "signed_date": signed,
        "signed_precision": precision,
        "document_type": words(treaties, "DocType", DOCUMENT_TYPE, FILE),
        "parties_kind": words(treaties, "NumberParties", PARTIES_KIND, FILE),
        "signatories": signatories,
        "primary_record": whole_numbers(treaties, "Unified Primary 2016 Treaty ID", FILE).replace(0, pd.NA),
        "conflict_resolution": _mechanisms(treaties),
        **{name: words(treaties, column, YES_NO, FILE) for name, column in ITEMS.items()},
    }
    parties = pd.DataFrame({"record": treaties["record"], "party": signatories.map(_names, na_action="ignore")})
    refuse(frame, "CCODE", frame["CCODE"].str.fullmatch(r"[A-Z]{3}"), "three capital letters", FILE)
    return {
        "tfdd_treaties": pd.DataFrame(out),
        "tfdd_parties": parties.dropna().explode("party").dropna().drop_duplicates(),
    }


def _signed(treaties: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The day and its precision; a whole number that was formatted as a day is the year that was typed."""
    text = treaties["DateSigned"]
    old = pd.to_datetime(text, format="%m/%d/%Y", errors="coerce")
    day = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").fillna(old)
    refuse(treaties, "DateSigned", day.notna() | (text == ""), "a day, or a blank", FILE)
    typed = day.between(*TYPED_YEARS) & ~treaties["DocumentName"].str.contains("1905")
    year = (day - EPOCH).dt.days.where(typed)
    day = day.mask(typed, pd.to_datetime(year.astype("Int64").astype("string") + "-01-01", format="%Y-%m-%d"))
    new_year = (day.dt.month == 1) & (day.dt.day == 1)
    precision = pd.Series("day", index=treaties.index, dtype=object).mask(new_year, "year")
    return day, precision.mask(day.isna(), None)


def _mechanisms(treaties: pd.DataFrame) -> pd.Series:
    """The mechanisms against conflict joined by a plus, `none` where there is none, null where it is not coded."""
    text = treaties["Conflict Resolution Mechanism"]
    numbers = text.str.replace(" ", "").str.split(",")
    known = numbers.map(set(MECHANISM).issuperset) | text.isin(["", "-1", "0"])
    refuse(treaties, "Conflict Resolution Mechanism", known, "-1, 0, or numbers from 1 to 5", FILE)
    joined = numbers.map(lambda parts: "+".join(MECHANISM[p] for p in sorted(parts) if p in MECHANISM))
    return joined.mask(text == "0", "none").mask(text.isin(["", "-1"]), None)


def _names(signatories: str) -> list[str]:
    """The names in a list of signatories; `Germany, Federal Republic of` is one name."""
    names: list[str] = []
    for part in (p.strip() for p in re.split("[,;]", signatories)):
        if names and FORM_OF_STATE.search(part):
            names[-1] += f", {part}"
        elif part and part != "AF63":
            names.append(part)
    return names


READER = Reader(source="tfdd", facts=FACTS, read=read)
