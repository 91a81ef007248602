"""Facts about institutions, troops, arms, opinion and leaders' pasts: known rows, counts, and the traps of each source."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from asked import fact
from at_hand import absent
from damage import files_of
from world_build import World

from trustpanel import paths
from trustpanel.sources import pax
from trustpanel.sources.coded import coded_file
from trustpanel.sources.fact import RawFolder
from trustpanel.sources.facts import READERS, read_source
from trustpanel.sources.mia_igo import BY_YEAR, SAME, list_code
from trustpanel.sources.spells import spells

ROWS = {
    "atop4_institutions": 745,
    "mia_delegation": 277,
    "igo_members": 5862,
    "igo_years": 85,
    "us_troops": 12082,
    "us_troops_left_out": 33,
    "joint_exercises": 13457,
    "joint_exercises_left_out": 19,
    "sipri_arms_transfers": 20755,
    "sipri_left_out": 71,
    "social_trust_surveys": 1080 - 76,
    "nuclear_status": 8086,
    "lead_traits": 3409 - 479,
    "lwuf_scores": 3409 - 479,
    "grh_arms_races": 71,
}
GERMANY, WEST_GERMANY, EAST_GERMANY = 255, 260, 265


def one(name: str, **where: object) -> pd.Series:
    """The single row of a fact with these values."""
    frame = fact(name)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]


@pytest.mark.parametrize(("name", "rows"), sorted(ROWS.items()))
def test_facts_have_the_rows_of_their_file(name: str, rows: int) -> None:
    assert len(fact(name)) == rows


def test_nato_is_highly_institutionalised_and_in_force() -> None:
    nato = one("atop4_institutions", atop_id=3180)
    assert (nato.milinst, nato.formal, nato.milorg, nato.end_precision) == (2, 2, True, "open")
    assert str(nato.start_date) == "1949-04-04"
    assert pd.isna(nato.end_date)


def test_blanks_of_the_alliances_are_missing_and_not_none() -> None:
    frame = fact("atop4_institutions")
    counts = frame.milinst.value_counts(dropna=False).to_dict()
    assert [counts[v] for v in (0, 1, 2)] == [507, 143, 89]
    assert frame.milinst.isna().sum() == 6
    assert frame.milorg.isna().sum() == 13
    assert frame.formal.isna().sum() == 13, "a blank formal organisation makes formal unknown"
    assert frame.end_precision.value_counts().to_dict() == {"day": 398, "open": 334, "month": 13}


def test_the_european_union_is_the_community_of_its_time() -> None:
    frame = fact("mia_delegation")
    union = frame[frame.mia_code == 1830].set_index("year_from")
    assert union.year_to.max() == 2019
    assert {int(y): int(i) for y, i in union.igo.items()}[1952] == 1585
    assert [int(union.igo[y]) for y in (1953, 1958, 1987, 1993, 2009)] == [1585, 1653, 1653, 1830, 1830]
    members = fact("igo_members")
    six = members[(members.igo == 1653) & members.year_from.le(1958) & members.year_to.ge(1958)]
    assert sorted(six.ccode) == [210, 211, 212, 220, WEST_GERMANY, 325]


def test_scores_of_one_organisation_follow_each_other_without_a_gap_or_an_overlap() -> None:
    for _, runs in fact("mia_delegation").groupby("mia_code"):
        assert (runs.year_from.iloc[1:].to_numpy() == runs.year_to.iloc[:-1].to_numpy() + 1).all()
    assert fact("mia_delegation")[["delegation", "pooling"]].notna().all(axis=None)


def test_a_code_that_is_another_organisation_in_the_list_finds_no_members() -> None:
    frame = fact("mia_delegation")
    assert frame[frame.igo.isna()].mia_code.unique().tolist() == [1750, 1831, 3830, 5550]
    assert list_code(3760, 2001) == 3760
    assert list_code(3760, 2002) == 3761
    assert 1750 not in set(fact("igo_members").igo)
    assert len(SAME) + len(BY_YEAR) == 76
    assert set(fact("igo_years").igo) == set(frame.igo.dropna())


def test_only_full_members_of_known_years_are_members() -> None:
    members, years = fact("igo_members"), fact("igo_years")
    assert max(members.year_to) == 2014
    for igo in (1390, 3762):  # observer of the Council of Europe, associate of the OEEC
        assert not (members.igo.eq(igo) & members.ccode.eq(2)).any()
    assert not years[(years.igo == 1500) & years.year_from.lt(1985)].size, "members of ECCAS are unknown before 1985"
    assert years[years.igo == 1500].year_to.tolist() == [2011]
    nato = members[(members.igo == 3700) & members.year_from.le(1981) & members.year_to.ge(1981)]
    assert len(nato) == 15
    germany = members[(members.igo == 3700) & members.ccode.isin([GERMANY, WEST_GERMANY, EAST_GERMANY])]
    assert germany[["ccode", "year_from", "year_to"]].to_numpy().tolist() == [[255, 1990, 2014], [260, 1955, 1989]]


def test_troops_stand_under_the_state_that_hosted_them() -> None:
    assert one("us_troops", ccode=WEST_GERMANY, year=1955).troops == 269260
    assert one("us_troops", ccode=WEST_GERMANY, year=1990).troops == 227586
    assert one("us_troops", ccode=GERMANY, year=1991).troops == 203423
    assert one("us_troops", ccode=817, year=1968).troops == 537377
    assert one("us_troops", ccode=678, year=1978).troops == 21
    frame = fact("us_troops")
    assert not frame[(frame.ccode == GERMANY) & frame.year.between(1955, 1990)].size
    assert frame[frame.ccode == 816].year.min() == 1976


def test_a_state_named_twice_keeps_the_troops_and_territories_are_counted_apart() -> None:
    assert one("us_troops", ccode=316, year=2024).troops == 16
    left_out = fact("us_troops_left_out")
    assert not {2, 6} & set(fact("us_troops").ccode)
    assert max(fact("us_troops").ccode) == 990
    # 29 rows are the second name of a state and year, three are Yemen beside the Yemen Arab Republic
    assert left_out.rows.sum() == 13135 - len(fact("us_troops")) - 29 - 3


def test_exercises_have_the_codes_of_their_list_and_the_year_in_which_they_began() -> None:
    frame = fact("joint_exercises")
    assert (frame.year.min(), frame.year.max()) == (1980, 2010)
    assert 817 not in set(frame.gwcode)
    assert frame[frame.gwcode == 678].year.tolist() == [1998, 2002, 2005, 2007, 2010]
    assert fact("joint_exercises_left_out").rows.sum() == 341 - 5
    assert frame[frame.exercise == 1592].year.unique().tolist() == [1997]
    assert sorted(frame[frame.exercise == 3457].year.unique()) == [1996], (
        "the other exercise of this number has no codes"
    )


def test_arms_for_those_who_fight_a_state_are_not_arms_for_it() -> None:
    left_out = fact("sipri_left_out").set_index("name")
    assert {"Viet Minh (France)*", "PKK (Turkey)*", "Northern Cyprus", "NATO**"} <= set(left_out.index)
    frame = fact("sipri_arms_transfers")
    assert not frame[(frame.recipient_ccode == 352) & (frame.supplier_ccode == 317) & (frame.year == 1998)].size
    assert one("sipri_arms_transfers", supplier_ccode=365, recipient_ccode=645, year=1982).tiv == 1846
    assert frame[frame.recipient_ccode == 345].year.min() == 1951
    assert frame[frame.recipient_ccode == 345].year.max() == 2021
    both = fact("sipri_left_out").rows.sum() - (21324 - len(frame))
    assert both == 58, "rows in which neither side is a state stand under both names"


def test_west_germany_is_absent_from_the_arms_file() -> None:
    frame = fact("sipri_arms_transfers")
    either = frame[
        frame.supplier_ccode.isin([GERMANY, WEST_GERMANY]) | frame.recipient_ccode.isin([GERMANY, WEST_GERMANY])
    ]
    assert either.year.min() == 1991


def test_trust_is_a_share_and_of_one_question() -> None:
    frame = fact("social_trust_surveys")
    assert "GPS" not in set(frame.survey)
    assert frame.trust_share.between(0, 1).all()
    first = one("social_trust_surveys", country="Germany", survey="EVS", wave=1)
    assert (first.year_from, first.year_to) == (1981, 1983)


def test_every_surveyed_country_has_a_code_or_is_no_state() -> None:
    with (paths.project().coded / "state_names.csv").open(newline="", encoding="utf-8") as handle:
        names = {row["raw_name"] for row in csv.DictReader(handle) if row["source"] == "social_trust"}
    without = {"Hong Kong SAR China", "Macao SAR China", "Northern Ireland", "Palestinian Territories", "Puerto Rico"}
    assert set(fact("social_trust_surveys").country) - names == without
    assert names <= set(fact("social_trust_surveys").country)


def test_nuclear_status_ends_in_2001() -> None:
    frame = fact("nuclear_status")
    assert frame.year.max() == 2001
    armed = frame[frame.nuclear_weapons].groupby("ccode").year.min().to_dict()
    assert armed == {2: 1945, 200: 1952, 220: 1960, 365: 1949, 560: 1979, 666: 1967, 710: 1964, 750: 1987, 770: 1987}
    assert not one("nuclear_status", ccode=770, year=1997).nuclear_test


def test_leaders_without_a_number_in_lead_have_no_row() -> None:
    traits, scores = fact("lead_traits"), fact("lwuf_scores")
    assert set(traits.leader_id) == set(scores.leader_id)
    leaders = fact("archigos41_leaders").set_index("leader_id").start_date
    assert str(max(leaders[traits.leader_id])) == "2001-12-25"
    assert traits.combat.isna().sum() == 51
    assert not any("health" in column for column in traits)
    castro = one("lead_traits", leader_id="CUB-1959")
    assert (castro.rebel, castro.rebellion_won) == (True, True)


def test_arms_races_have_the_smaller_code_first() -> None:
    races = fact("grh_arms_races")
    assert (races.ccode_a < races.ccode_b).all()
    assert (races.year_from.min(), races.year_to.max()) == (1854, 1984)
    assert one("grh_arms_races", ccode_a=2, ccode_b=365).year_to == 1981


def test_opinion_is_that_of_another_state() -> None:
    frame = pd.read_csv(coded_file(paths.project().coded, "pew_favourability"))
    assert len(frame) == 2656 - 619 - 26 - 48
    assert not (frame.public_ccode == frame.target_ccode).any()
    assert frame.favourable_share.between(0, 1).all()
    assert not frame.duplicated(["public_ccode", "target_ccode", "year"]).any()


@pytest.mark.raw
def test_opinion_is_that_of_the_table_it_was_made_from(raw_root: Path) -> None:
    file = raw_root / "pew_opinion" / "pew_favorability_country_year_derived.csv"
    if not file.is_file():
        absent("the table has no address of its own")
    made = pd.read_csv(file)
    made = made[(made.origin_iso3 == "RUS") & (made.target == "USA")].set_index("year").pct_favorable_all
    ours = pd.read_csv(coded_file(paths.project().coded, "pew_favourability"))
    ours = ours[(ours.public_ccode == 365) & (ours.target_ccode == 2)].set_index("year").favourable_share
    assert (made / 100 - ours).abs().max() < 0.0001
    assert len(made) == len(ours)


def test_spells_end_with_a_gap_and_with_a_change() -> None:
    years = pd.DataFrame({"k": [1, 1, 1, 1, 2], "v": [5, 5, 6, 6, 6], "year": [1951, 1950, 1952, 1954, 1955]})
    assert spells(years, ["k"], ["v"]).to_numpy().tolist() == [
        [1, 5, 1950, 1951],
        [1, 6, 1952, 1952],
        [1, 6, 1954, 1954],
        [2, 6, 1955, 1955],
    ]


def test_peace_agreements_are_read_but_never_shipped(invented_world: World) -> None:
    frame = files_of(invented_world.raw, "pax")[0].read()["pax_agreements"]
    assert frame.column("record").to_pylist() == [1, 2, 3], "agreements within a state are left out"
    assert frame.column("gwcode_2").to_pylist() == [770, 2, None]
    assert "pax" not in READERS
    assert not (paths.project().facts / "pax_agreements.parquet").exists()


@pytest.mark.raw
def test_peace_agreements_of_states(raw_root: Path) -> None:
    file = raw_root / "pax" / pax.FILE
    if not file.is_file():
        absent("PA-X is supplied by the user")
    frame = read_source(pax.READER, RawFolder("pax", {pax.FILE: file}), [])["pax_agreements"].to_pandas()
    assert frame.agreement_type.value_counts().to_dict() == {"inter_intra": 278, "inter": 94}
    assert (frame.agreement_type.eq("inter") & frame.gwcode_1.notna() & frame.gwcode_2.notna()).sum() == 86
