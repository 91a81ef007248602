"""Each row of `wti_treaties` is one listed bilateral treaty: parties as printed, day of signature, topic, instrument.

World Treaty Index, master list of bilateral treaties, 1900-2003, all rows with two parties, states or not: 61,365
listed, less 244 with one party only (240 unilateral acts) and 196 that say again all that is read here. Traps
handled: tab-separated, though named .csv; in 45 rows topic and instrument stand in each other's column; of two topics
(19 rows) the first is read, of the misspelt ones the evident one; a blank entry into force is null. Other doubles (one
treaty from several collections, parties in another order) are left to the table. There is no date of termination.
Signed is always a day; some are wrong by decades (a GDR treaty of 1910), and 1,160 treaties are in force before
they are signed: both stand as printed. Which state a party is says `data/coded/derived/wti_parties.csv`.
"""

from __future__ import annotations

import pandas as pd

from trustpanel.sources.cells import refuse
from trustpanel.sources.delimited import read_delimited
from trustpanel.sources.fact import Fact, RawFolder, Reader

FACTS = (
    Fact(
        name="wti_treaties",
        key=("treaty_id",),
        years={"in_force_date": (1900, 2033)},
        columns={
            "treaty_id": "string",
            "party_1": "string",
            "party_2": "string",
            "signed_date": "date32",
            "signed_precision": "string",
            "in_force_date": "date32",
            "topic": "string",
            "instrument": "string",
            "headnote": "string",
            "record_source": "string",
        },
    ),
)
FILE = "Treaties_Master_List_Treaties.csv"
NAMES = (
    "treaty_id", "party1", "party2", "Signed", "Force", "topic", "title", "headnote", "Source", "laterality",
)  # fmt: skip
LATERALITY = ("BILAT", "UNILAT")
TOPICS = (
    "1ALLY", "1AMITY", "1ARMCO", "1CHART", "1DISPU", "1ESTAB", "1HEAD", "1OCCUP", "1OPTC", "1PEACE", "1RECOG", "1REPAR",
    "1STATU", "1TERRI", "1TRUST", "2HEW", "2HUMAN", "2LABOR", "2NARK", "2REFUG", "2SANIT", "2SECUR", "2WOMEN", "3CLAIM",
    "3COMMO", "3CUSTO", "3ECON", "3INDUS", "3INVES", "3MOSTF", "3PATEN", "3PAYMT", "3PROD", "3TAXAT", "3TECH", "3TOUR",
    "3TRADE", "3TRAPA", "4AGRIC", "4AID", "4ATOM", "4EDUC", "4LOAN", "4MEDIC", "4MILIT", "4PCOR", "4RESOU", "4TECA",
    "4UNICE", "5AIR", "5LAND", "5TRANS", "5WATER", "6COMMU", "6MEDIA", "6POST", "6TELCO", "7CULT", "7EDUC", "7RELIG",
    "7SCIEN", "7SEMIN", "7SPACE", "8AGRIC", "8CATTL", "8ENERG", "8ENVIR", "8FISH", "8METAL", "8WATER", "8WOOD",
    "9ADMIN", "9BOUND", "9CITIZ", "9CONSU", "9LEGAL", "9MILIT", "9MILMI", "9PRIVI", "9VISAS", "9XTRAD",
)  # fmt: skip
TOPIC = {code: code for code in TOPICS} | {
    "": None,
    "8ENERGY": "8ENERG",
    "3INVEST": "3INVES",
    "9VISA": "9VISAS",
    "8CATTLE": "8CATTL",
    "3PATENT": "3PATEN",
    "4MILT": "4MILIT",
    "9MILT": "9MILIT",
    "9CUSTO": "3CUSTO",
    "3TERRI": "1TERRI",
    "7TOUR": "3TOUR",
    "5PAYMT": "3PAYMT",
    "AMITY": "1AMITY",
    "10OCCUP": "1OCCUP",
    "10PTC": "1OPTC",
}
INSTRUMENT = {
    "": None,
    "ACCORD": "accord",
    "ACT": "act",
    "AGREE": "agreement",
    "AGREEM": "agreement",
    "AGREEMENT": "agreement",
    "AIDE": "aide_memoire",
    "AMEND": "amendment",
    "APPLIC": "application",
    "ARMISTICE": "armistice",
    "ARRANG": "arrangement",
    "ARTICLE": "articles",
    "ARTICLES": "articles",
    "CHARTR": "charter",
    "COMMUN": "communique",
    "COMPRO": "compromis",
    "CONCOR": "concordat",
    "CONTRA": "contract",
    "CONVEN": "convention",
    "DECISN": "decision",
    "DECLAR": "declaration",
    "DENUNCIATION": "denunciation",
    "ECHAN": "exchange_of_notes",
    "EXCAHN": "exchange_of_notes",
    "EXCHAN": "exchange_of_notes",
    "FRAMEW": "framework",
    "INSTRU": "instrument",
    "LEASE": "lease",
    "LETTER": "letter",
    "MEMORA": "memorandum",
    "MINUTE": "minutes",
    "MODUS": "modus_vivendi",
    "NOTE": "note",
    "NOTICE": "notice",
    "ORDER": "order",
    "PACT": "pact",
    "PLAN": "plan",
    "PORTOC": "protocol",
    "PROGRA": "programme",
    "PROJE": "project",
    "PROTOC": "protocol",
    "RECORD": "record",
    "REGULA": "regulations",
    "RESOLU": "resolution",
    "STATEM": "statement",
    "STATUT": "statute",
    "SUPPLE": "supplement",
    "TREATY": "treaty",
    "TRMREF": "terms_of_reference",
    "UNDERS": "understanding",
}


def read(raw: RawFolder) -> dict[str, pd.DataFrame]:
    """The bilateral treaties; raises `RawFileError`."""
    frame = read_delimited(raw.path(FILE), NAMES, mark="\t")
    frame = frame.set_axis(frame.index - 2)
    frame = frame.apply(lambda column: column.str.replace(r"\s+", " ", regex=True).str.strip())
    refuse(frame, "laterality", frame["laterality"].isin(LATERALITY), f"one of {LATERALITY}", FILE)
    swapped = frame["topic"].isin(list(INSTRUMENT)) & (frame["topic"] != "")
    topic = frame["topic"].mask(swapped, frame["title"]).str.split("/").str[0]
    instrument = frame["title"].mask(swapped, frame["topic"])
    refuse(frame, "topic", topic.isin(list(TOPIC)), "a topic of the World Treaty Index", FILE)
    refuse(frame, "title", instrument.isin(list(INSTRUMENT)), "a kind of instrument", FILE)
    treaties = pd.DataFrame(
        {
            "treaty_id": frame["treaty_id"],
            "party_1": frame["party1"].mask(frame["party1"] == ""),
            "party_2": frame["party2"].mask(frame["party2"] == ""),
            "signed_date": _dates(frame, "Signed", blank=False),
            "signed_precision": "day",
            "in_force_date": _dates(frame, "Force", blank=True),
            "topic": topic.map(TOPIC),
            "instrument": instrument.map(INSTRUMENT),
            "headnote": _headnote(frame["headnote"]),
            "record_source": frame["Source"].mask(frame["Source"] == ""),
        }
    )
    treaties = treaties[(frame["laterality"] == "BILAT") & treaties[["party_1", "party_2"]].notna().all(axis=1)]
    said = [column for column in treaties.columns if column != "treaty_id"]
    return {"wti_treaties": treaties.sort_values("treaty_id").drop_duplicates(said)}


def _headnote(text: pd.Series) -> pd.Series:
    """The headnote in capitals, without the full stops at its end; empty is null."""
    capital = text.str.upper().str.rstrip(" .")
    return capital.mask(capital == "")


def _dates(frame: pd.DataFrame, column: str, *, blank: bool) -> pd.Series:
    dates = pd.to_datetime(frame[column], format="%Y-%m-%d", errors="coerce")
    fits = dates.notna() | ((frame[column] == "") if blank else False)
    refuse(frame, column, fits, "a day as YYYY-MM-DD" + (", or a blank" if blank else ""), FILE)
    return dates


READER = Reader(source="world_treaty_index", facts=FACTS, read=read)
