"""Known cases and counting rules of the state-years, dyad-years and agreements, each worked out outside the package."""

import pytest
from asked import one


def dyad(store, a, b, year, column):
    """One value of a dyad-year."""
    return one(
        store, f"select {column} from state_dyad_years where ccode_a = ? and ccode_b = ? and year = ?", a, b, year
    )[0]


@pytest.mark.parametrize(
    ("year", "counts"),
    [
        (1816, (253, 60, 124, 36)),
        (1914, (990, 96, 378, 61)),
        (1941, (1483, 97, 378, 68)),
        (1962, (6786, 308, 823, 191)),
        (1991, (15576, 514, 1641, 291)),
        (2016, (18915, 556, 1811, 316)),
    ],
)
def test_dyads_of_a_year_are_those_counted_from_the_published_lists(store, year, counts):
    """All, contiguous, relevant, bordering: members with a common day, classes 1-5, major powers, by a double loop."""
    found = one(
        store,
        """select count(*), count(*) filter (where contiguous), count(*) filter (where politically_relevant),
        count(*) filter (where contiguity_type = 1) from state_dyad_years where year = ?""",
        year,
    )
    assert found == counts


@pytest.mark.parametrize(
    ("a", "b", "year", "contiguity_type"),
    [
        (2, 20, 1950, 1),  # United States and Canada
        (365, 700, 1950, 1),  # Russia and Afghanistan: a spell of no contiguity 1919-2016 overlaps the real one
        (365, 700, 1992, 0),
        (2, 365, 1958, 0),  # Alaska becomes a state in 1959
        (2, 365, 1985, 2),
        (2, 220, 1950, 0),
        (255, 325, 1940, 1),  # Germany and Italy after Austria's end; here too a spell of none overlaps
    ],
)
def test_a_real_spell_of_contiguity_wins(store, a, b, year, contiguity_type):
    assert dyad(store, a, b, year, "contiguity_type") == contiguity_type


def test_contiguity_and_relevance_end_with_the_list(store):
    found = one(
        store,
        """select count(*) filter (where contiguity_type is null), count(contiguous), count(politically_relevant),
        count(major_power_either) from state_dyad_years where year = 2017""",
    )
    assert found[0] > 18000
    assert found[1:] == (0, 0, 0)


@pytest.mark.parametrize(
    ("alliance", "value"),
    [("atop-3180", 0), ("atop-3285", 1)],  # NATO; Warsaw Pact
)
def test_integrated_command_is_coded_for_the_warsaw_pact_only(store, alliance, value):
    found = one(
        store,
        "select design_value from agreement_design where agreement_id = ? and item = 'integrated_command'",
        alliance,
    )
    assert found == (value,)


@pytest.mark.parametrize(
    ("pair", "year", "expected"),
    [
        ((2, 20), 1950, (0, 0)),  # before the command structure
        ((2, 220), 1960, (1, 2)),  # bases; France within the command
        ((2, 220), 1970, (1, 1)),  # France outside it
        ((2, 220), 2010, (2, 3)),  # France back in it; a second item from another pact
        ((2, 395), 1970, (1, 1)),  # Iceland has no forces: never an override
        ((310, 365), 1970, (1, 1)),  # Hungary and the Soviet Union: the Warsaw Pact's own command
        ((260, 365), 1970, (0, 0)),
    ],
)
def test_natos_command_is_an_override_beside_the_treaty_text(store, pair, year, expected):
    columns = ("discretion_all", "discretion_all_nato")
    assert tuple(dyad(store, *pair, year, column) for column in columns) == expected


def test_the_override_never_takes_away(store):
    found = one(
        store,
        """select count(*), count(*) filter (where discretion_all_nato - discretion_all not in (0, 1)),
        min(year) filter (where discretion_all_nato > discretion_all)
        from state_dyad_years where discretion_all is not null""",
    )
    assert found[0] > 900000
    assert found[1:] == (0, 1951)


def test_an_exit_year_of_zero_is_in_force(store):
    assert dyad(store, 2, 20, 2018, "alliance_defense") is True
    assert one(store, "select ended_date, ended_precision from agreements where agreement_id = 'atop-3180'") == (
        None,
        "open",
    )
    ended = one(store, "select ended_date, ended_precision from agreements where agreement_id = 'atop-3285'")
    assert (str(ended[0]), ended[1]) == ("1991-07-01", "day")
    assert dyad(store, 310, 365, 1990, "alliance_defense") is True
    assert dyad(store, 310, 365, 1992, "alliance_defense") is False


@pytest.mark.parametrize(
    ("year", "column", "counts"),
    [
        (1914, "discretion_all", {0: 984, 1: 3, 2: 3}),
        (1914, "discretion_bilateral", {0: 987, 1: 3}),
        (1965, "discretion_all", {0: 7326, 1: 314, 2: 85, 3: 23, None: 2}),
        (1990, "discretion_bilateral", {0: 13512, 1: 6, 3: 1, None: 3}),
        (2018, "discretion_all", {0: 15304, 1: 1631, 2: 1914, 3: 63, None: 3}),
    ],
)
def test_discretion_counts_items_in_force_on_the_last_day(store, year, column, counts):
    """Counted from the raw member file by a loop over phases, members and items."""
    found = store.execute(
        f"select {column}, count(*) from state_dyad_years where year = ? group by 1", [year]
    ).fetchall()
    assert dict(found) == counts


@pytest.mark.parametrize(
    ("year", "general", "sector"), [(1980, 3, 1), (1985, 14, 11), (2005, 485, 136), (2010, 643, 170)]
)
def test_defence_agreements_in_force(store, year, general, sector):
    """High and medium confidence, not reported unsigned, first to estimated last year; a correction may add one."""
    found = one(store, "select sum(dca_general), sum(dca_sector) from state_dyad_years where year = ?", year)
    assert found[0] in (general, general + 1)
    assert found[1] == sector


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        ("contiguity_type", 1816, 2016),
        ("min_distance_km", 1886, 2019),
        ("joint_igos", 1816, 2014),
        ("trade", 1870, 2014),
        ("capability_ratio", 1816, 2022),
        ("ideal_point_distance", 1946, 2023),
        ("alliance_any", 1816, 2018),
        ("discretion_all", 1816, 2018),
        ("dca_general", 1980, 2010),
        ("dca_sector", 1980, 2010),
    ],
)
def test_values_stand_within_their_window_and_up_to_its_ends(store, column, first, last):
    found = one(store, f"select min(year), max(year) from state_dyad_years where {column} is not null")
    assert found == (first, last)


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        ("cinc", 1816, 2022),
        ("gdp_per_head", 1816, 2019),
        ("polity2", 1816, 2020),
        ("ideal_point", 1946, 2023),
        ("leader_ideology", 1945, 2020),
        ("major_power", 1816, 2016),
    ],
)
def test_state_values_stand_within_their_window_and_up_to_its_ends(store, column, first, last):
    found = one(store, f"select min(year), max(year) from state_years where {column} is not null")
    assert found == (first, last)


def test_the_general_assembly_of_1964_has_no_scores(store):
    assert one(store, "select count(ideal_point) from state_years where year = 1964") == (0,)
    assert one(store, "select count(ideal_point) from state_years where year = 1963")[0] > 100
    assert dyad(store, 2, 365, 1964, "ideal_point_distance") is None


def test_a_missing_flow_is_not_zero_trade(store):
    assert dyad(store, 2, 20, 1921, "trade") == pytest.approx(335 + 443)
    assert dyad(store, 220, 260, 1965, "trade") is None
    assert dyad(store, 2, 20, 2015, "trade") is None


def test_weak_links_need_both_sides(store):
    found = one(
        store,
        """select count(*) from state_dyad_years as d
        inner join state_years as a on d.ccode_a = a.ccode and d.year = a.year
        inner join state_years as b on d.ccode_b = b.ccode and d.year = b.year
        where (a.polyarchy is null or b.polyarchy is null) and d.joint_democracy is not null""",
    )
    assert found == (0,)
    assert dyad(store, 2, 20, 1950, "capability_ratio") == pytest.approx(0.957565, abs=1e-6)


def test_ideologies_keep_their_different_kinds_of_absence(store):
    found = dict(store.execute("select leader_ideology, count(*) from state_years group by 1").fetchall())
    assert {"none", "no_information", "not_applicable", "left", "right", "center"} <= set(found)
    assert one(store, "select leader_ideology from state_years where ccode = 2 and year = 1985") == ("right",)


def test_every_agreement_has_evidence_and_its_alliances_have_parties(store):
    found = dict(store.execute("select source, count(*) from agreements group by 1").fetchall())
    assert (found["atop51"], found["dcad"]) == (789, 1870)  # one of DCAD is known to ATOP too
    bare = one(
        store, "select count(*) from agreements where agreement_id not in (select agreement_id from agreement_evidence)"
    )
    assert bare == (0,)
    unnamed = one(
        store,
        """select count(*) from agreements where source in ('atop51', 'dcad')
        and agreement_id not in (select agreement_id from agreement_parties)""",
    )
    assert unnamed == (0,)
    assert one(store, "select count(*) from agreement_evidence where source in ('atop51', 'dcad')") == (849 + 1871,)
    nato = one(
        store,
        "select count(*), min(party_from), count(party_until) from agreement_parties where agreement_id = 'atop-3180'",
    )
    assert (nato[0], str(nato[1]), nato[2]) == (30, "1949-04-04", 1)  # West Germany's code ends in 1990
