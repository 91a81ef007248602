"""One row is an engagement of a Chinese leader on one day; its named counterparts and its page entries stand beside it.

China Vitae, compiled by G. B. Walker (leaderdf.rds): Hu, Wen, Xi, Li Keqiang and three foreign ministers, 2003-2018.
Traps handled: one engagement stands once for each country and leader's page, so the record is named by its day and its
words and is kept once; the country is a match on the words and sometimes wrong, so it is kept apart as `country_match`
and says neither place nor counterpart; persons who only attended are not counterparts; a day can be the report's day.
"""

from __future__ import annotations

import hashlib
import re

import pandas as pd

from trustpanel.errors import RawFileError
from trustpanel.sources.fact import Fact, RawFolder, Reader
from trustpanel.sources.rda import NEXT_STEP, r_date, read_rds

FACTS = (
    Fact(
        name="china_vitae_engagements",
        key=("record",),
        columns={"record": "string", "date": "date32", "form": "string", "leader_name_raw": "string",
                 "top_leader": "bool", "place": "string", "place_head": "string"},
    ),
    Fact(
        name="china_vitae_counterparts",
        key=("record", "position"),
        columns={"record": "string", "position": "int16", "raw_name": "string", "raw_title": "string"},
    ),
    Fact(
        name="china_vitae_pages",
        key=("record", "page_leader", "country_match"),
        columns={"record": "string", "page_leader": "string", "country_match": "string"},
    ),
)  # fmt: skip
FILE = "leaderdf.rds"
TOP_LEADERS = ("Hu Jintao", "Xi Jinping", "Wen Jiabao", "Li Keqiang")
MET = re.compile(
    r"(?P<leader>.*?) ?(?:was in|travelled to) (?P<place>.*?) ?and met with the following: "
    r"(?P<persons>.*?)(?: Others Attending: .*)?"
)
TRAVELLED = re.compile(r"(?P<leader>.*?) ?travelled to (?P<place>.+?)(?: Others Attending: .*)?")
NOTE = re.compile(rf"(?P<leader>(?:{'|'.join(TOP_LEADERS)})\b)?.*\((?P<place>[^()]+)\)")
BLANKS = re.compile(r"[\s\u00a0\u200b]+")


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The three China Vitae facts; raises `RawFileError`."""
    path = raw.path(FILE)
    frame = read_rds(path, ["date", "country", "leader", "text"])
    entries = pd.DataFrame(
        {
            "date": r_date(frame["date"]).dt.date,
            "country_match": frame["country"].map(_text),
            "page_leader": frame["leader"].map(_text),
            "text": frame["text"].map(_text),
        }
    )
    _refuse_gaps(entries, path.name)
    entries["record"] = [record_name(d.isoformat(), t) for d, t in zip(entries["date"], entries["text"], strict=True)]
    once = entries.drop_duplicates("record")
    forms = [_form(t) for t in once["text"]]
    return {
        "china_vitae_engagements": _engagements(once, forms),
        "china_vitae_counterparts": _counterparts(once, forms),
        "china_vitae_pages": entries[["record", "page_leader", "country_match"]].reset_index(drop=True),
    }


def record_name(day: str, words: str) -> str:
    """The name of an engagement, made of its day and its words, so that it does not depend on the order of the file."""
    return f"{day}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def persons(listed: str) -> list[tuple[str, str]]:
    """Name and title of each person in `Name (Title) Name (Title)`; brackets within a title belong to it."""
    found, depth, name, title = [], 0, "", ""
    for sign in listed:
        if sign == ")" and depth == 1:
            found.append((name.strip(), title.strip()))
            depth, name, title = 0, "", ""
            continue
        if sign == "(" and depth == 0:
            depth = 1
            continue
        depth += {"(": 1, ")": -1}.get(sign, 0) if depth else 0
        name, title = (name, title + sign) if depth else (name + sign, title)
    if name.strip():
        found.append((name.strip(), title.strip()))
    return found


def _engagements(once: pd.DataFrame, forms: list[tuple[str, dict[str, str]]]) -> pd.DataFrame:
    leaders = [parts.get("leader") or None for _, parts in forms]
    places = [parts.get("place") or None for _, parts in forms]
    return pd.DataFrame(
        {
            "record": list(once["record"]),
            "date": list(once["date"]),
            "form": [form for form, _ in forms],
            "leader_name_raw": leaders,
            "top_leader": [name in TOP_LEADERS for name in leaders],
            "place": places,
            "place_head": [p.split(",")[0].strip() if p else None for p in places],
        }
    )


def _counterparts(once: pd.DataFrame, forms: list[tuple[str, dict[str, str]]]) -> pd.DataFrame:
    rows = [
        (record, position, name, title or None)
        for record, (_, parts) in zip(once["record"], forms, strict=True)
        for position, (name, title) in enumerate(persons(parts.get("persons", "")), start=1)
    ]
    return pd.DataFrame(rows, columns=["record", "position", "raw_name", "raw_title"])


def _form(words: str) -> tuple[str, dict[str, str]]:
    """`met`, `travelled` or `note` (free words, the place in brackets at the end) with the parts of the sentence."""
    for form, pattern in (("met", MET), ("travelled", TRAVELLED), ("note", NOTE)):
        match = pattern.fullmatch(words)
        if match:
            return form, {k: v.strip() for k, v in match.groupdict().items() if v}
    return "note", {}


def _text(value: object) -> str | None:
    """Text with white space reduced to single blanks; empty is None."""
    return None if pd.isna(value) else BLANKS.sub(" ", str(value)).strip() or None


def _refuse_gaps(entries: pd.DataFrame, file: str) -> None:
    gaps = entries.isna().any(axis=1)
    if gaps.any():
        first = int(gaps.to_numpy().nonzero()[0][0])
        raise RawFileError(
            "an engagement lacks its day, leader, country or words",
            file=file,
            row=first + 1,
            expected="four filled cells",
            found=entries.iloc[first].astype(str).to_dict(),
            next_step=NEXT_STEP,
        )


READER = Reader(source="china_vitae", facts=FACTS, read=read)
