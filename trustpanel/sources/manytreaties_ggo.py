"""Each row of `ggo_agreements` is one agreement on environment, trade or health; of `ggo_members`, one state in it.

manytreaties 1.0.0, the GGO element of its lists of agreements and parties, 1351-2023, only agreements whose list
of parties names 1 to 20 states. Traps handled: the files hold R lists of frames; one treaty id may stand for several
agreements (`record` then counts them, and a party belongs to the agreement of its title, else of its only date, else to
all of the id if its lists name two states only, else to none); organisations among the parties are left out, and states
are ISO3 codes, Russia for the Soviet Union, Georgia for Abkhazia; a date marked ? or ~ is `uncertain`, one without day
or month has that precision, one that no calendar has is null; 9999-12-31 is `open`; a day in spring 1905 is a year
typed as a number in most of the ten agreements that have one, and is null. There is hardly any security in it, and the
treaty id alone is no source of parties (it was made from titles).
"""

from __future__ import annotations

import calendar
import datetime
import re

import pandas as pd

from trustpanel.sources.cells import refuse
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.rda import read_rda

FACTS = (
    Fact(
        name="ggo_agreements",
        key=("record",),
        years={"in_force_date": (1351, 2024), "end_date": (1351, 2071)},
        columns={
            "record": "string",
            "title": "string",
            "signed_date": "date32",
            "signed_precision": "string",
            "in_force_date": "date32",
            "in_force_precision": "string",
            "end_date": "date32",
            "end_precision": "string",
            "domain": "string",
            "kind": "string",
            "ambit": "string",
            "subject": "string",
        },
    ),
    Fact(name="ggo_members", key=("record", "iso3"), columns={"record": "string", "iso3": "string"}),
)
AGREEMENTS, PARTIES, ELEMENT = "agreements.rda", "parties.rda", "GGO"
MOST_PARTIES = 20
DOMAINS = (
    "Environment", "Trade", "Health", "Human Rights", "Security", "Labour", "Trade,Environment",
)  # fmt: skip
KINDS = ("Agreement", "Amendment", "Protocol", "MOU", "Resolution", "Regulation", "Report", "Extending")
AMBITS = ("Bilateral", "Multilateral", "Regional", "External", "Trilateral", "Interministerial", "Interregional")
WORDS = {"TypeDomain": DOMAINS, "TypeAgree": KINDS, "TypeAmbit": AMBITS}
DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~]?)")
# dates in no form that has one meaning
ODD_DATES = (
    "0014-022005", "1964-XX-16", "2010-XX-XX-", "1981-09..1981-10", "1972-06-31?", "1976-06-31",
)  # fmt: skip
STILL_IN_FORCE = "9999-12-31"
TYPED_YEARS = ("1905-03-14", "1905-07-02")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The agreements of at most 20 listed states, and these states; raises `RawFileError`."""
    columns = ("treatyID", "Title", "Begin", "Signature", "Force", "End", "TypeSubject", *WORDS)
    agreements = read_rda(raw.path(AGREEMENTS), columns, element=ELEMENT).astype(object)
    agreements = agreements.where(agreements.notna(), None)
    for column, allowed in WORDS.items():
        refuse(agreements, column, agreements[column].isin([*allowed, None]), allowed, AGREEMENTS)
    agreements = agreements.sort_values(["treatyID", "Begin", "Title"])
    doubled = agreements["treatyID"].duplicated(keep=False)
    count = (agreements.groupby("treatyID").cumcount() + 1).astype(str)
    agreements["record"] = agreements["treatyID"].mask(doubled, agreements["treatyID"] + "#" + count)
    members = _members(raw, agreements)
    size = members.groupby("record")["iso3"].size()
    kept = set(size.index[size <= MOST_PARTIES])
    agreements = agreements[agreements["record"].isin(kept)].sort_index()
    signed, signed_precision = _dates(agreements, "Signature")
    in_force, in_force_precision = _dates(agreements, "Force")
    end, end_precision = _dates(agreements, "End", last=True)
    out = {
        "record": agreements["record"],
        "title": agreements["Title"].str.split().str.join(" "),
        "signed_date": signed,
        "signed_precision": signed_precision,
        "in_force_date": in_force,
        "in_force_precision": in_force_precision,
        "end_date": end,
        "end_precision": end_precision,
        "domain": agreements["TypeDomain"].str.lower(),
        "kind": agreements["TypeAgree"].str.lower(),
        "ambit": agreements["TypeAmbit"].str.lower(),
        "subject": agreements["TypeSubject"],
    }
    return {"ggo_agreements": pd.DataFrame(out), "ggo_members": members[members["record"].isin(kept)]}


def _members(raw: RawFolder, agreements: pd.DataFrame) -> pd.DataFrame:
    """State and record of every party that one agreement can be found for, each once."""
    columns = ("stateID", "treatyID", "Title", "Begin")
    parties = read_rda(raw.path(PARTIES), columns, element=ELEMENT, repeats=1001).astype(object)
    parties = parties[parties["stateID"].astype(str).str.fullmatch("[A-Z]{3}")]
    found = pd.Series(None, index=parties.index, dtype=object)
    for key in (["treatyID"], ["treatyID", "Title"], ["treatyID", "Begin"]):
        one = agreements.drop_duplicates(key, keep=False).set_index(key)["record"]
        wanted = pd.Series(list(parties[key].itertuples(index=False, name=None)), index=parties.index, dtype=object)
        single = wanted.map(lambda k: k[0]) if len(key) == 1 else wanted
        found = found.fillna(single.map(dict(one.items())))
    members = pd.DataFrame({"record": found, "iso3": parties["stateID"]}).dropna()
    pairs = parties.groupby("treatyID")["stateID"].agg(set).loc[lambda states: states.map(len) == 2]
    alone = agreements[~agreements["record"].isin(members["record"]) & agreements["treatyID"].isin(pairs.index)]
    both = pd.DataFrame({"record": alone["record"], "iso3": alone["treatyID"].map(pairs)}).explode("iso3")
    return pd.concat([members, both]).drop_duplicates()


def _dates(frame: pd.DataFrame, column: str, *, last: bool = False) -> tuple[pd.Series, pd.Series]:
    """The first possible day, or the last one, and the precision with which it is known."""
    text = frame[column].where(~frame[column].isin(ODD_DATES), None)
    text = text.where(~text.between(*TYPED_YEARS).fillna(False), None)
    parts = {row: DATE.fullmatch(value) for row, value in text.items() if value is not None}
    fits = pd.Series([text[row] is None or parts[row] is not None for row in frame.index], index=frame.index)
    refuse(frame, column, fits, "a date as YYYY, YYYY-MM or YYYY-MM-DD", AGREEMENTS)
    days, precisions = (
        pd.Series(None, index=frame.index, dtype=object),
        pd.Series(None, index=frame.index, dtype=object),
    )
    for row, part in parts.items():
        if part is None or text[row] == STILL_IN_FORCE:
            precisions[row] = "open"
            continue
        year, month, day, mark = part.groups()
        days[row] = _day(int(year), int(month or 0), int(day or 0), last=last)
        precisions[row] = "uncertain" if mark else "day" if day else "month" if month else "year"
    refuse(frame, column, days.notna() | text.isna() | (precisions == "open"), "a day of the calendar", AGREEMENTS)
    return days, precisions


def _day(year: int, month: int, day: int, *, last: bool) -> datetime.date | None:
    """The day; the first or last of the month or year where day or month are 0; null if no calendar has it."""
    month = month or (12 if last else 1)
    try:
        return datetime.date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except ValueError:
        return None


READER = Reader(source="manytreaties_ggo", facts=FACTS, read=read)
