"""Every date of `data/coded/leader_extension.csv` stands in a row of the sources that the line names."""

from __future__ import annotations

import pandas as pd
import pytest

from trustpanel.paths import project

REIGN_ENDS = "2021-03-02"
FIRST_DAY = "2016-01-01"


def fact(name: str) -> pd.DataFrame:
    frame = pd.read_parquet(project().facts / f"{name}.parquet")
    for column in frame.columns:
        if column.endswith("_date"):
            frame[column] = frame[column].astype("string")
    return frame


def days_of(wikidata: pd.DataFrame, column: str) -> dict[str, set]:
    return {person: set(days.dropna()) for person, days in wikidata.groupby("person_qid")[column]}


@pytest.fixture(scope="module")
def spells() -> pd.DataFrame:
    return pd.read_csv(project().coded / "leader_extension.csv", dtype="string").fillna("")


@pytest.fixture(scope="module")
def archigos() -> pd.DataFrame:
    return fact("archigos41_leaders").set_index("leader_id")


@pytest.fixture(scope="module")
def reign() -> pd.DataFrame:
    return fact("reign_leaders").drop_duplicates("reign_id", keep=False).set_index("reign_id")


@pytest.fixture(scope="module")
def wikidata() -> pd.DataFrame:
    return fact("wikidata_leaders_terms")


def test_spells_of_a_state_do_not_overlap_and_run_forward(spells):
    for ccode, state in spells.sort_values("start_date").groupby("ccode"):
        ends = state["end_date"].where(state["end_date"] != "", "9999-12-31")
        assert (state["start_date"] <= ends).all(), ccode
        assert (ends.iloc[:-1].to_numpy() <= state["start_date"].iloc[1:].to_numpy()).all(), ccode
        assert (ends >= FIRST_DAY).all(), ccode


def test_every_open_archigos_spell_is_extended_or_ended_by_rotation(spells, archigos):
    still = set(archigos.index[archigos["exit"] == "Still in Office"]) | {"SAU-2015"}
    extended = set(spells.loc[spells["extends"] == "true", "leader_id"])
    assert still == extended | {"SAU-2015"}
    assert extended <= still


def test_ids_are_unique_and_new_ids_do_not_collide_with_archigos(spells, archigos):
    assert spells["leader_id"].is_unique
    added = spells[spells["extends"] == "false"]
    assert not set(added["leader_id"]) & set(archigos.index)


def test_an_extended_spell_keeps_person_name_and_start(spells, archigos):
    extended = spells[spells["extends"] == "true"].set_index("leader_id")
    old = archigos.loc[extended.index]
    assert (extended["person_id"] == old["person_id"]).all()
    assert (extended["leader_name"] == old["leader_name"]).all()
    assert (extended["start_date"] == old["start_date"]).all()


def test_a_person_item_belongs_to_one_person(spells):
    known = spells[spells["person_qid"] != ""]
    assert (known.groupby("person_qid")["person_id"].nunique() == 1).all()
    assert (known.groupby("person_id")["person_qid"].nunique() == 1).all()


def test_named_rows_exist_and_belong_to_the_state(spells, reign, wikidata):
    named = spells[spells["reign_id"] != ""]
    assert set(named["reign_id"]) <= set(reign.index)
    assert (reign.loc[named["reign_id"], "ccode"].astype(str).to_numpy() == named["ccode"].to_numpy()).all()
    assert set(spells.loc[spells["person_qid"] != "", "person_qid"]) <= set(wikidata["person_qid"])
    for source, column in (("reign", "reign_id"), ("wikidata_leaders", "person_qid")):
        assert (spells.loc[spells["source"].str.split("+").map(lambda s, x=source: x in s), column] != "").all()


def test_every_start_stands_in_a_named_row(spells, reign, wikidata):
    starts = days_of(wikidata, "start_date")
    ends = days_of(wikidata, "end_date")
    unsupported = []
    for _, state in spells.sort_values("start_date").groupby("ccode"):
        before = ""
        for row in state.itertuples():
            allowed = {reign.at[row.reign_id, "start_date"]} if row.reign_id else set()
            if "wikidata_leaders" in row.source:
                allowed |= starts[row.person_qid] | ends.get(before, set())
            in_office_before = row.start_precision == "truncated" and min(allowed) < row.start_date
            if row.extends == "false" and row.start_date not in allowed and not in_office_before:
                unsupported.append(row.leader_id)
            before = row.person_qid
    assert unsupported == []


def test_every_end_stands_in_a_named_row_or_is_the_start_of_the_next(spells, reign, wikidata):
    ends = days_of(wikidata, "end_date")
    unsupported = []
    for _, state in spells.sort_values("start_date").groupby("ccode"):
        nexts = [*state["start_date"].iloc[1:], ""]
        for row, following in zip(state.itertuples(), nexts, strict=True):
            allowed = {following} | ends.get(row.person_qid, set())
            if row.end_precision == "month":
                last = reign.loc[row.reign_id]
                allowed = {str((pd.Period(f"{last.end_year:.0f}-{last.end_month:.0f}", "M").end_time).date())}
            if row.end_precision == "censored":
                allowed |= {REIGN_ENDS}
            if row.end_precision == "open":
                allowed = {""}
            if row.end_date not in allowed or (row.end_date == "") != (row.end_precision == "open"):
                unsupported.append(row.leader_id)
    assert unsupported == []


def test_reign_ends_agree_to_the_month_unless_the_note_says_otherwise(spells, reign):
    named = spells[(spells["reign_id"] != "") & (spells["end_date"] != "") & (spells["end_date"] < REIGN_ENDS)]
    rows = reign.loc[named["reign_id"]]
    months = (rows["end_year"].astype(int) * 12 + rows["end_month"].astype(int)).to_numpy()
    coded = (named["end_date"].str[:4].astype(int) * 12 + named["end_date"].str[5:7].astype(int)).to_numpy()
    apart = pd.Series(coded - months, index=named["leader_id"].to_numpy())
    assert apart.abs().max() <= 1
