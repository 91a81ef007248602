"""Facts about agreements, claims and borders: known rows, counts, and the traps of each source."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from asked import coded, fact
from world_build import WORLD, World, write_frame

from trustpanel import paths
from trustpanel.errors import RawFileError
from trustpanel.sources.fact import RawFolder
from trustpanel.sources.facts import read_source, reader
from trustpanel.sources.tfdd import _names

DAY = dt.date
CODED = paths.project().coded
ROWS = {
    "wti_treaties": 61365 - 244 - 196,
    "nca_agreements": 3152,
    "tfdd_treaties": 639,
    "tfdd_parties": 1962,
    "icow_attempts": 2005 - 318,
    "icow_claims": 416,
    "ibad_attempts": 2656 - 1,
    "ggo_agreements": 2671,
    "ggo_members": 9917,
}


def rows(name: str, **where: object) -> pd.DataFrame:
    """The rows of a committed fact with these values."""
    frame = fact(name)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


def one(name: str, **where: object) -> pd.Series:
    """The single row of a committed fact with these values; more rows or none fail the test."""
    found = rows(name, **where)
    assert len(found) == 1, found
    return found.iloc[0]


def state_of(table: list[dict[str, str]], name: str, day: str, column: str = "party_code") -> list[str]:
    """The state codes of a name on a day."""
    return [
        r["ccode"]
        for r in table
        if r[column] == name and (r["from_date"] or "0001") <= day <= (r["to_date"] or "9999") and r["ccode"]
    ]


@pytest.mark.parametrize(("name", "count"), sorted(ROWS.items()))
def test_facts_have_the_rows_of_their_file(name: str, count: int) -> None:
    assert len(fact(name)) == count


TREATIES = {
    "111763": ("FRANCE", "GERMW", DAY(1963, 1, 22), DAY(1963, 7, 2), "1ALLY", "treaty", "COOPERATION"),
    "113446": (
        "USA", "USSR", DAY(1972, 5, 26), DAY(1972, 10, 3), "1ARMCO", "agreement",
        "LIMITATION OF ANTIBALLISTIC MISSILE SYSTEMS",
    ),
    "112308": ("INDIA", "PAKIST", DAY(1972, 7, 2), DAY(1972, 8, 4), "1AMITY", "agreement", "BILATERAL RELATIONS"),
    "495787": (
        "GERMW", "GERME", DAY(1972, 12, 21), DAY(1973, 6, 21), "1RECOG", "treaty", "BASIS FOR MUTUAL RELATIONS",
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", TREATIES)
def test_known_treaties_are_read(number: str) -> None:
    row = one("wti_treaties", treaty_id=number)
    columns = ("party_1", "party_2", "signed_date", "in_force_date", "topic", "instrument", "headnote")
    assert tuple(row[c] for c in columns) == TREATIES[number]


def test_treaty_words_are_clean_and_doubles_of_several_collections_stay() -> None:
    treaties = fact("wti_treaties")
    assert treaties["topic"].str.fullmatch(r"[1-9][A-Z]{3,5}").sum() + treaties["topic"].isna().sum() == len(treaties)
    assert treaties["topic"].isna().sum() == 28
    assert set(treaties["signed_precision"]) == {"day"}
    assert (treaties["in_force_date"] < treaties["signed_date"]).sum() > 1000
    assert not treaties.duplicated([c for c in treaties.columns if c != "treaty_id"]).any()
    day = treaties[treaties["signed_date"] == DAY(1979, 3, 26)]
    assert len(day[day["headnote"].isin(["PEACE TREATY", "TREATY OF PEACE"])]) == 2


PARTIES = [
    ("GERMW", "1990-10-02", ["260"]),
    ("GERMW", "1990-10-03", ["255"]),
    ("GERMW", "1948-04-19", []),
    ("GERMU", "1971-09-07", ["260"]),
    ("GERMAN", "1938-09-30", ["255"]),
    ("GERMAN", "1977-05-16", []),
    ("GERMAN", "1989-01-26", ["260"]),
    ("GERMA", "1948-07-14", []),
    ("GERMA", "1995-06-30", ["255"]),
    ("congo", "1964-10-02", []),
    ("congo", "1975-03-02", ["484"]),
    ("CONGO", "2000-01-01", []),
    ("YEMEN", "1964-03-21", ["678"]),
    ("YEMENA", "1994-02-01", ["679"]),
    ("YEMES", "1989-01-19", ["680"]),
    ("VIETN", "1908-01-09", []),
    ("VIETN", "1955-07-08", ["816"]),
    ("VIETS", "1982-12-18", []),
    ("CZECHO", "1993-08-26", ["316"]),
    ("SLOVAK", "1939-03-23", []),
    ("RUSSIA", "1990-11-19", []),
    ("GERME", "1910-03-04", []),
    ("USSR", "1972-05-26", ["365"]),
]


@pytest.mark.parametrize(("code", "day", "states"), PARTIES)
def test_a_party_code_is_the_state_of_its_day_or_none(code: str, day: str, states: list[str]) -> None:
    assert state_of(coded("wti_parties"), code, day) == states


def test_no_name_stands_for_two_states_on_one_day() -> None:
    tables = [
        ("wti_parties", "party_code", None),
        ("state_names", "raw_name", "tfdd"),
        ("state_names", "raw_name", "manytreaties_ggo"),
    ]
    for name, column, source in tables:
        spells: dict[str, list[tuple[str, str]]] = {}
        for row in coded(name):
            if source in (None, row.get("source")):
                spells.setdefault(row[column], []).append((row["from_date"] or "0001", row["to_date"] or "9999"))
        assert spells
        for key, found in spells.items():
            found.sort()
            assert all(a[1] < b[0] for a, b in itertools.pairwise(found)), (name, key)


def test_most_treaties_are_of_two_known_states() -> None:
    known = {row["party_code"] for row in coded("wti_parties") if row["ccode"]}
    treaties = fact("wti_treaties")
    both = treaties["party_1"].isin(known) & treaties["party_2"].isin(known)
    assert 48_000 < both.sum() < 48_500


def test_arms_control_list_has_its_years_levels_and_bilateral_parties() -> None:
    listed = {row["record"]: row for row in coded("arms_control_agreements")}
    parties: dict[str, set[str]] = {}
    for row in coded("arms_control_parties"):
        parties.setdefault(row["record"], set()).add(row["ccode"])
    assert len(listed) == 225
    assert len(parties) == 94
    assert {len(states) for states in parties.values()} == {2}
    assert set(parties) <= set(listed)
    levels = {(row["info_level"], row["info_type"]) for row in listed.values()}
    assert levels == {("low", "none"), ("low", "reporting"), ("high", "observation"), ("high", "verification")}
    assert listed["1988.4"]["year"] == "1988"
    assert "INF" in listed["1988.4"]["title"]
    assert parties["1999.3"] == {"750", "770"}


def test_nuclear_pledges_are_directed_and_typed() -> None:
    assert rows("nca_agreements", supplier_ccode=2, recipient_ccode=750)["year"].tolist() == [1963, 1965, 1977]
    assert rows("nca_agreements", supplier_ccode=2, recipient_ccode=20, year=1987)["nca_type"].tolist() == [2, 2]
    types = fact("nca_agreements")["nca_type"].value_counts().sort_index().to_dict()
    assert types == {1: 1113, 2: 1208, 3: 142, 4: 145, 5: 269, 6: 266, 7: 9}
    assert fact("nca_agreements")["year"].between(1951, 2003).all()


def test_water_treaties_know_signatories_not_only_basins() -> None:
    indus = one("tfdd_treaties", record=235)
    assert (indus["signed_date"], indus["joint_management"]) == (DAY(1960, 9, 19), True)
    assert {"India", "Pakistan"} <= set(rows("tfdd_parties", record=235)["party"])
    colonial = one("tfdd_treaties", title=one("tfdd_treaties", record=41)["title"])
    assert set(rows("tfdd_parties", record=41)["party"]) == {"Great Britain", "France"}
    assert colonial["signed_date"] == DAY(1906, 10, 19)


def test_a_year_typed_as_a_day_is_a_year() -> None:
    typed = fact("tfdd_treaties").query("signed_precision == 'year'")
    assert len(typed) == 34
    assert one("tfdd_treaties", record=181)["signed_date"] == DAY(1955, 1, 1)
    assert one("tfdd_treaties", record=37)[["signed_date", "signed_precision"]].tolist() == [DAY(1905, 5, 15), "day"]
    days = fact("ggo_agreements")["signed_date"].dropna()
    assert not days[(days >= DAY(1905, 3, 14)) & (days <= DAY(1905, 7, 2))].size


def test_not_coded_is_null_and_never_no() -> None:
    treaties = fact("tfdd_treaties")
    assert treaties["monitoring"].value_counts(dropna=False).to_dict() == {False: 299, True: 138, None: 202}
    assert treaties["enforcement"].isna().sum() == 280
    assert (treaties["conflict_resolution"] == "none").sum() == 243
    assert treaties["conflict_resolution"].isna().sum() == 200


def test_a_form_of_state_stays_with_its_name() -> None:
    assert _names("Germany, Federal Republic of, Poland") == ["Germany, Federal Republic of", "Poland"]
    assert _names("Polish, People's Republic, Soviet Union") == ["Polish, People's Republic", "Soviet Union"]
    assert _names("Egypt, Libya, AF63") == ["Egypt", "Libya"]


def test_names_of_signatories_are_states_of_their_day() -> None:
    names = [row for row in coded("state_names") if row["source"] == "tfdd"]
    listed = set(fact("tfdd_parties")["party"])
    assert {row["raw_name"] for row in names} <= listed
    assert state_of(names, "Germany, Federal Republic of", "1980-10-16", "raw_name") == ["260"]
    assert state_of(names, "Germany", "1922-05-10", "raw_name") == ["255"]
    assert state_of(names, "Austria", "1862-06-24", "raw_name") == ["300"]
    assert state_of(names, "Vietnam", "1957-10-31", "raw_name") == ["817"]
    assert not state_of(names, "Congo", "1968-09-15", "raw_name")


def test_attempts_are_peaceful_and_complied_only_after_an_agreement() -> None:
    attempts = fact("icow_attempts")
    assert attempts["complied"].value_counts(dropna=False).to_dict() == {True: 713, False: 221, None: 753}
    assert attempts["agreement"].value_counts(dropna=False).to_dict() == {True: 934, False: 741, None: 12}
    assert (attempts["start_precision"] == "year").sum() == 85
    assert attempts["method"].value_counts()["bilateral_negotiation"] == 1155
    assert not (attempts["end_date"] < attempts["start_date"]).any()
    beagle = one("icow_attempts", record="16401-22")
    assert beagle[["ccode_a", "ccode_b", "challenger_ccode", "method"]].tolist() == [155, 160, 160, "mediation"]
    assert beagle[["start_date", "end_date"]].tolist() == [DAY(1983, 7, 1), DAY(1984, 11, 30)]
    assert beagle[["agreement_scope", "complied", "claim_ended"]].tolist() == ["whole_claim", True, "all"]
    for record in ("211002-1", "238201-7"):
        assert pd.isna(one("icow_attempts", record=record)["end_date"])


def test_claims_have_spells_and_readable_names() -> None:
    claims = fact("icow_claims")
    assert set(fact("icow_attempts")["claim_dyad"]) <= set(claims["claim_dyad"])
    assert (claims["end_precision"] == "open").sum() == 90
    assert not (claims["end_date"] < claims["start_date"]).any()
    falklands = one("icow_claims", claim_dyad=17001)
    assert falklands[["ccode_a", "ccode_b", "start_date", "end_precision"]].tolist() == [
        160, 200, DAY(1841, 1, 1), "open",
    ]  # fmt: skip
    assert "Quita Sueño-Roncador-Serraña" in set(claims["claim_name"])


def test_border_attempts_say_which_year_brought_an_agreement() -> None:
    attempts = fact("ibad_attempts")
    assert (attempts["agreement"] == True).sum() == 827  # noqa: E712  null is neither
    assert attempts["kind_2"].notna().sum() == 30
    assert (attempts["ccode_a"] < attempts["ccode_b"]).all()
    basic = one("ibad_attempts", ccode_a=260, ccode_b=265, year=1972)
    assert basic[["kind", "agreement", "agreement_name"]].tolist() == ["negotiation", True, "The Basic Treaty"]


def test_agreements_of_the_cube_have_one_to_twenty_states() -> None:
    size = fact("ggo_members").groupby("record").size()
    assert set(size.index) == set(fact("ggo_agreements")["record"])
    assert size.max() <= 20
    assert fact("ggo_members")["iso3"].str.fullmatch("[A-Z]{3}").all()
    ocean = one("ggo_agreements", record="RUS-USA_1973A#5")
    assert ocean[["signed_date", "end_date", "ambit"]].tolist() == [DAY(1973, 6, 19), DAY(1990, 1, 6), "bilateral"]
    assert set(rows("ggo_members", record="RUS-USA_1973A#5")["iso3"]) == {"RUS", "USA"}
    ended = fact("ggo_agreements")
    assert ended.loc[ended["end_precision"] == "open", "end_date"].isna().all()


def read(world: World, source: str, file: Path | None = None) -> dict[str, pd.DataFrame]:
    """The facts of an invented source, one of its files replaced by `file`."""
    files = {f.name: f for f in (world.raw / source).iterdir()}
    if file:
        files[file.name] = file
    return {n: t.to_pandas() for n, t in read_source(reader(source), RawFolder(source, files), []).items()}


def test_the_invented_sources_show_each_trap(invented_world: World) -> None:
    treaties = read(invented_world, "world_treaty_index")["wti_treaties"].set_index("treaty_id")
    assert list(treaties.index) == ["100001", "100003", "100004", "100005", "100006"]
    assert treaties.loc["100005", ["topic", "instrument"]].tolist() == ["3CUSTO", "protocol"]
    assert treaties.loc["100006", "topic"] == "9VISAS"
    water = read(invented_world, "tfdd")
    assert water["tfdd_parties"]["party"].tolist() == ["Cashva", "Dunmark, Republic of", "Aldermark", "Borsk"]
    assert water["tfdd_treaties"]["signed_date"].tolist() == [DAY(1960, 9, 19), DAY(1955, 1, 1), DAY(1868, 10, 17)]
    claims = read(invented_world, "icow")
    assert claims["icow_attempts"]["end_precision"].fillna("").tolist() == ["open", "", "month", "year"]
    assert claims["icow_claims"]["claim_name"].tolist() == ["Río de Elba", "Mere Bank"]
    assert read(invented_world, "ibad")["ibad_attempts"]["record"].tolist() == ["1", "1.1", "2"]
    cube = read(invented_world, "manytreaties_ggo")
    assert cube["ggo_agreements"]["record"].tolist() == [
        "ALD-BOR_1972A", "ALD-BOR_1973A#1", "ALD-BOR_1973A#2", "CAS-DUN_1905A",
    ]  # fmt: skip
    assert cube["ggo_agreements"]["signed_date"].isna().tolist() == [False, False, False, True]
    assert len(cube["ggo_members"]) == 8


def text(source: str, name: str, old: str, new: str, encoding: str = "utf-8") -> Callable[[World, Path], Path]:
    def damage(world: World, folder: Path) -> Path:
        whole = world.file(source, name).read_bytes().decode(encoding)
        assert old in whole
        (folder / name).write_bytes(whole.replace(old, new, 1).encode(encoding))
        return folder / name

    return damage


def cell(source: str, name: str, column: str, value: object) -> Callable[[World, Path], Path]:
    def damage(_world: World, folder: Path) -> Path:
        frame = pd.read_csv(WORLD / source / f"{name}.csv", keep_default_na=not name.endswith(".dta"))
        if value is None:
            del frame[column]
        else:
            frame[column] = frame[column].astype(object if isinstance(value, str) else "float64")
            frame.loc[0, column] = value
            frame[column] = frame[column].astype(str) if isinstance(value, str) else frame[column]
        write_frame(frame, folder / name)
        return folder / name

    return damage


WTI = "world_treaty_index", "Treaties_Master_List_Treaties.csv"
SETTLE, CLAIM = ("icow", "ICOWsettle.csv", "mac_roman"), ("icow", "ICOWclaimdy.csv", "mac_roman")
IBAD, NCA = ("ibad", "IBAD_settlement_attempt_year.dta"), ("nca", "nca_dataset.dta")
TFDD, GGO, LIST = ("tfdd", "TFDD.xlsx"), ("manytreaties_ggo", "agreements.rda"), ("manytreaties_ggo", "parties.rda")
BAD = {
    "an unknown topic": (text(*WTI, "4ATOM", "4ATUM"), ("row: 2", "topic", "4ATUM")),
    "an unknown instrument": (text(*WTI, "EXCHAN", "HANDSHAKE"), ("row: 5", "title", "HANDSHAKE")),
    "an unknown laterality": (text(*WTI, "BILAT", "TRILAT"), ("row: 2", "laterality", "TRILAT")),
    "month 13 of a treaty": (text(*WTI, "1966-10-02", "1966-13-02"), ("row: 5", "Signed", "1966-13-02")),
    "a treaty not signed": (text(*WTI, "\t1966-10-02\t", "\t\t"), ("row: 5", "Signed")),
    "no headnotes": (text(*WTI, "headnote", "footnote"), ("header", "headnote")),
    "an unknown type of pledge": (cell(*NCA, "nca_type", 8), ("row: 2", "nca_type", "8")),
    "no pledge": (cell(*NCA, "nca", 0), ("row: 2", "nca")),
    "a year out of the window": (cell(*NCA, "year", 2009), ("row: 2", "year", "1945-2003")),
    "no recipient": (cell(*NCA, "ccode2", None), ("header", "ccode2")),
    "an unknown method": (
        text("icow", SETTLE[1], "196106,1,1", "196106,11,1", SETTLE[2]),
        ("row: 2", "typesett", "11"),
    ),
    "month 17 of an attempt": (text("icow", SETTLE[1], "196103", "196117", SETTLE[2]), ("row: 2", "begsett", "196117")),
    "an attempt neither peaceful nor not": (
        text("icow", SETTLE[1], "196106,1,1,0,0", "196106,1,1,0,9", SETTLE[2]),
        ("row: 2", "midiss", "9"),
    ),
    "an unknown end of a claim": (text("icow", CLAIM[1], "197512,4,", "197512,12,", CLAIM[2]), ("row: 2", "resolved")),
    "no start of claims": (text("icow", CLAIM[1], "begclaim", "started", CLAIM[2]), ("header", "begclaim")),
    "an unknown kind of attempt": (cell(*IBAD, "mediation", 3), ("row: 2", "mediation", "3")),
    "an attempt of no kind": (cell(*IBAD, "mediation", 0), ("row: 2", "one or two kinds")),
    "an attempt over years": (cell(*IBAD, "intendyear", 1964), ("row: 2", "intendyear", "1964")),
    "an unknown answer": (cell(*TFDD, "Monitoring", "Perhaps"), ("TFDD.xlsx", "Monitoring", "Perhaps")),
    "rows of a treaty that disagree": (cell(*TFDD, "2016Update ID", 11), ("TFDD.xlsx", "the same")),
    "no signatories": (cell(*TFDD, "Signatories", None), ("TFDD.xlsx", "header", "Signatories")),
    "an unknown ambit": (cell(*GGO, "TypeAmbit", "Planetary"), ("agreements.rda", "TypeAmbit", "Planetary")),
    "a date in no form": (cell(*GGO, "Signature", "May 1972"), ("agreements.rda", "Signature", "May 1972")),
    "30 February": (cell(*GGO, "Signature", "1972-02-30"), ("agreements.rda", "Signature", "1972-02-30")),
    "no states": (cell(*LIST, "stateID", None), ("parties.rda", "header", "stateID")),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_by_row(invented_world: World, tmp_path: Path, case: str) -> None:
    damage, said = BAD[case]
    file = damage(invented_world, tmp_path)
    source = next(f.parent.name for f in invented_world.raw.rglob(file.name))
    with pytest.raises(RawFileError) as refusal:
        read(invented_world, source, file)
    told = str(refusal.value)
    assert not [word for word in (file.name, *said, "\n  next: ") if word not in told], told
