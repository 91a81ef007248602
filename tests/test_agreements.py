"""Records of one agreement are one agreement: known cases by name, what is kept apart, evidence, parties, ends."""

import pytest
from asked import coded, fact


def between(store, a, b, first, last):
    """Agreements of exactly these two states that were signed in these days: id -> evidence."""
    rows = store.execute(
        """select g.agreement_id, list(e.source || ':' || e.record order by e.source, e.record)
        from agreements as g inner join agreement_evidence as e on g.agreement_id = e.agreement_id
        where g.agreement_id in (select agreement_id from agreement_parties where ccode = ?)
        and g.agreement_id in (select agreement_id from agreement_parties where ccode = ?)
        and g.signed_date between ?::date and ?::date and g.bilateral
        group by g.agreement_id""",
        [a, b, first, last],
    ).fetchall()
    return {name: set(evidence) for name, evidence in rows}


WTI = "world_treaty_index:"
NAMED = {
    "Elysee": ((220, 260), "1963-01-22", "atop-3470", {"atop51:3470/0", WTI + "111763"}),
    "Moscow 1970": ((260, 365), "1970-08-12", "atop-3640", {"atop51:3640/0", WTI + "133717", WTI + "495367"}),
    "Warsaw 1970": ((260, 290), "1970-12-07", "atop-3655", {"atop51:3655/1", "atop51:3655/2", WTI + "111878"}),
    "Simla": (
        (750, 770), "1972-07-02", "atop-3705",
        {"atop51:3705/0", "vaynman_aad:1972.3", "ibad:180/1972", WTI + "112308"},
    ),
    "Basic Treaty": (
        (260, 265), "1972-12-21", "atop-3715",
        {"atop51:3715/0", "icow:25401-3", "icow:25602-3", "ibad:16/1972", WTI + "495787"},
    ),
    "Algiers": ((630, 645), "1975-03-01", "icow-172704-1", {"icow:172704-1", "icow:172705-1", "ibad:380/1975"}),
    "frontier of Iran and Iraq": (
        (630, 645), "1975-06-13", "tfdd-353",
        {"tfdd:353", WTI + "114903", "manytreaties_ggo:IRN-IRQ_1975A#1"},
    ),
    "Nkomati": ((541, 560), "1984-03-16", "atop-3955", {"atop51:3955/0", WTI + "122802"}),
    "INF": ((2, 365), "1987-12-08", "vaynman-1988.4", {"vaynman_aad:1988.4", WTI + "128521"}),
    "nuclear installations": (
        (750, 770), "1988-12-31", "vaynman-1988.1",
        {"vaynman_aad:1988.1", "agreements_added:1988-nuclear-installations"},
    ),
    "Guadalajara": ((140, 160), "1991-07-18", "nca-803", {"nca:803", WTI + "128627"}),
    "START": ((2, 365), "1991-07-31", "vaynman-1991.8", {"vaynman_aad:1991.8", "agreements_added:1991-start-1"}),
    "line of actual control 1993": (
        (710, 750), "1993-09-07", "atop-4507", {"atop51:4507/1", "atop51:4507/2", "vaynman_aad:1993.1"},
    ),
    "line of actual control 1996": (
        (710, 750), "1996-11-29", "vaynman-1996.3",
        {"vaynman_aad:1996.3", "agreements_added:1996-line-of-actual-control"},
    ),
    "Lahore": ((750, 770), "1999-02-21", "vaynman-1999.3", {"vaynman_aad:1999.3", "agreements_added:1999-lahore"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_a_known_agreement_is_one_with_all_its_records(store, name):
    pair, day, agreement, evidence = NAMED[name]
    assert between(store, *pair, day, day) == {agreement: evidence}


def test_two_agreements_of_one_day_stay_two(store):
    assert between(store, 2, 365, "1972-05-26", "1972-05-26") == {
        "vaynman-1972.4": {"vaynman_aad:1972.4", WTI + "113445"},
        "vaynman-1972.5": {"vaynman_aad:1972.5", WTI + "113446"},
        "wti-114735": {WTI + "114735"},
    }
    frameworks = between(store, 651, 666, "1978-09-17", "1978-09-17")
    assert set(frameworks) == {"wti-117853", "wti-117854"}


def test_the_peace_of_egypt_and_israel_is_one_and_its_side_agreements_are_others(store):
    found = between(store, 651, 666, "1979-03-26", "1979-03-26")
    treaty = {"atop51:3850/0", "vaynman_aad:1979.2", "ibad:335/1979", WTI + "117813", WTI + "117855", WTI + "735005"}
    assert found == {"atop-3850": treaty} | {f"wti-11785{n}": {f"{WTI}11785{n}"} for n in (6, 7, 8, 9)}


def test_jordan_and_israel_1994_has_five_sources_and_two_parties(store):
    found = between(store, 663, 666, "1994-10-26", "1994-10-26")
    assert {e.split(":")[0] for e in found["atop-4640"]} == {
        "atop51", "tfdd", "icow", "ibad", "world_treaty_index", "manytreaties_ggo"
    }  # fmt: skip
    parties = store.execute("select ccode from agreement_parties where agreement_id = 'atop-4640'").fetchall()
    assert {p for (p,) in parties} == {663, 666}


def test_vaynman_dates_inf_by_its_entry_into_force(store):
    rows = store.execute(
        """select source, record_signed_date::varchar, record_signed_precision from agreement_evidence
        where agreement_id = 'vaynman-1988.4' order by source"""
    ).fetchall()
    assert rows == [("vaynman_aad", "1988-01-01", "year"), ("world_treaty_index", "1987-12-08", "day")]


def test_agreements_of_many_stand_without_parties_that_nobody_coded(store):
    rows = store.execute(
        """select g.agreement_id, g.parties_listed, count(p.ccode) from agreements as g
        left join agreement_parties as p on g.agreement_id = p.agreement_id
        where g.agreement_id in ('vaynman-1967.1', 'vaynman-1975.2', 'tfdd-235') group by all order by 1"""
    ).fetchall()
    # the Indus waters: two states and a bank; Tlatelolco; Helsinki
    assert rows == [("tfdd-235", True, 2), ("vaynman-1967.1", False, 0), ("vaynman-1975.2", False, 0)]


@pytest.mark.parametrize(
    ("agreement", "status", "ended", "in_force"),
    [
        ("vaynman-1979.4", "never_in_force", None, None),  # SALT II
        ("vaynman-1991.8", "ended", "2009-12-05", "1994-12-05"),  # START
        ("atop-3180", "in_force", None, None),  # NATO: an exit year of 0
        ("atop-3285", "ended", "1991-07-01", None),  # Warsaw Pact
        ("wti-117853", "not_recorded", None, "1978-09-17"),  # Camp David
    ],
)
def test_what_is_known_of_the_end(store, agreement, status, ended, in_force):
    row = store.execute(
        "select ended_status, ended_date::varchar, in_force_date::varchar from agreements where agreement_id = ?",
        [agreement],
    ).fetchall()[0]
    assert row == (status, ended, in_force)


def test_no_evidence_is_doubled_and_every_record_is_in_its_source(store):
    total, distinct = store.execute(
        "select count(*), count(distinct (source, record)) from agreement_evidence"
    ).fetchall()[0]
    assert total == distinct
    records = {
        "atop51": {f"{r.atop_id}/{r.phase}" for r in fact("atop51_members").itertuples()},
        "dcad": set(fact("dcad_agreements")["dcad_id"]),
        "vaynman_aad": {r["record"] for r in coded("arms_control_agreements")},
        "nca": set(fact("nca_agreements")["record"].astype(str)),
        "tfdd": set(fact("tfdd_treaties")["record"].astype(str)),
        "icow": set(fact("icow_attempts").query("agreement == True")["record"]),
        "ibad": {f"{r.record}/{r.year}" for r in fact("ibad_attempts").itertuples() if r.agreement is True},
        "world_treaty_index": set(fact("wti_treaties")["treaty_id"]),
        "manytreaties_ggo": set(fact("ggo_agreements")["record"]),
        "agreements_added": {r["record"] for r in coded("agreements_added")},
    }
    found = store.execute("select source, list(record) from agreement_evidence group by source").fetchall()
    assert {source for source, _ in found} == set(records)
    for source, evidence in found:
        assert set(evidence) <= records[source], source
    evidence = dict(found)
    assert set(evidence["atop51"]) == records["atop51"]
    assert set(evidence["dcad"]) == records["dcad"]


def test_every_agreement_has_evidence_and_its_source_among_it(store):
    bare = store.execute(
        """select count(*) from agreements as g
        where not exists (select 1 from agreement_evidence as e where e.agreement_id = g.agreement_id and e.source = g.source)"""
    ).fetchall()[0]
    assert bare == (0,)


def test_present_ids_are_kept(store):
    ids = {i for (i,) in store.execute("select agreement_id from agreements").fetchall()}
    assert {f"atop-{i}" for i in fact("atop51_members")["atop_id"]} <= ids
    # security agreement of Australia and Indonesia 1995: ATOP has it too
    assert {f"dcad-{i[-4:]}" for i in fact("dcad_agreements")["dcad_id"]} - ids == {"dcad-1905"}


def test_no_treaty_of_the_index_is_left_twice(store):
    """Same two states, day and headnote; parties in another order; several publishers."""
    twice = store.execute(
        """with dyads as (
            select agreement_id, min(ccode) as a, max(ccode) as b from agreement_parties
            group by agreement_id having count(*) = 2
        )
        select count(*) from (
            select a, b, signed_date, title from agreements inner join dyads using (agreement_id)
            where source = 'world_treaty_index' and title is not null group by all having count(*) > 1
        )"""
    ).fetchall()[0]
    assert twice == (0,)
    doubles = dict(store.execute("select basis, count(*) from agreement_doubles group by basis").fetchall())
    assert (doubles["same headnote"], doubles["both supply"]) == (388, 995)


def test_different_headnotes_of_one_day_are_different_agreements(store):
    """Of records of one publisher, topic and day that differ in the headnote none fall together, but by a decision."""
    decided = {frozenset((r["key_a"], r["key_b"])) for r in coded("agreement_links") if r["same"] == "true"}
    rows = store.execute(
        """select x.agreement_key, y.agreement_key
        from agreement_groups as x
        inner join agreement_groups as y on x.agreement_id = y.agreement_id and x.agreement_key < y.agreement_key
        inner join agreement_records as r on x.agreement_key = r.agreement_key
        inner join agreement_records as s on y.agreement_key = s.agreement_key
        where r.source = 'world_treaty_index' and s.source = 'world_treaty_index' and r.title <> s.title"""
    ).fetchall()
    publisher = fact("wti_treaties").set_index("treaty_id")["record_source"]
    same = [p for p in rows if publisher[p[0][4:]] == publisher[p[1][4:]] and frozenset(p) not in decided]
    assert same == []


@pytest.mark.parametrize("source", ["atop51", "dcad", "vaynman_aad", "tfdd"])
def test_two_agreements_of_one_source_never_become_one(store, source):
    rows = store.execute(
        "select agreement_id from agreement_groups where source = ? group by agreement_id having count(*) > 1", [source]
    ).fetchall()
    assert rows == []


def test_days_of_one_agreement_agree(store):
    """Where all records of an agreement give a day, it is one day, but for two that were read."""
    rows = store.execute(
        """select g.agreement_id from agreement_groups as g
        inner join agreement_records as r on g.agreement_key = r.agreement_key
        where r.signed_precision = 'day' group by g.agreement_id having count(distinct r.signed_date) > 1 order by 1"""
    ).fetchall()
    # Sinai II, initialled three days earlier; India and Romania 1971, dated 30 and 31 August
    assert [i for (i,) in rows] == ["atop-3743", "nca-3101"]


def test_each_code_has_one_reviewed_line_and_a_known_type(store):
    lines = coded("agreement_types")
    keys = [(r["source"], r["source_code"]) for r in lines]
    assert len(keys) == len(set(keys)) == 499
    left_out = [r for r in lines if not r["agreement_type"]]
    assert len(left_out) == 17
    assert all(r["note"].startswith("left out: ") for r in left_out)
    unmatched = store.execute(
        "select join_name, unmatched from join_counts where join_name like 'agreement records to types%' and unmatched > 0"
    ).fetchall()
    assert dict(unmatched) == {
        "agreement records to types: vaynman_aad": 14,
        "agreement records to types: tfdd": 29,
        "agreement records to types: world_treaty_index": 4,
    }


def test_parties_are_members_of_the_system_when_they_sign(store):
    strange = store.execute(
        """select count(*) from agreement_parties as p
        inner join agreements as g on p.agreement_id = g.agreement_id
        where g.source not in ('atop51', 'dcad') and not exists (
            select 1 from states as s where s.ccode = p.ccode
            and coalesce(g.signed_latest, g.in_force_date) >= s.start_date and coalesce(g.signed_date, g.in_force_date) <= s.end_date
        )"""
    ).fetchall()[0]
    assert strange == (0,)
    # West and East Germany are 260 and 265, never 255, in the years between
    germans = store.execute(
        """select count(*) from agreement_parties as p inner join agreements as g on p.agreement_id = g.agreement_id
        where p.ccode = 255 and g.source <> 'atop51' and g.signed_date between date '1955-06-01' and date '1990-09-30'
        and g.signed_precision = 'day'"""
    ).fetchall()[0]
    assert germans == (0,)


@pytest.mark.parametrize(
    ("agreement", "item", "value", "meaning"),
    [
        ("vaynman-1999.3", "information_type", 2, "observation"),
        ("vaynman-1988.4", "information_level", 1, "high"),
        ("atop-3180", "military_institution", 2, "high"),
        ("atop-3715", "settlement_scope", 3, "the whole claim"),
        ("wti-117853", "framework_title", 1, "security or relations in general"),
        ("vaynman-1972.4", "framework_title", 0, "one field of security or relations"),
    ],
)
def test_design_of_known_agreements(store, agreement, item, value, meaning):
    row = store.execute(
        "select design_value, design_meaning from agreement_design where agreement_id = ? and item = ?",
        [agreement, item],
    ).fetchall()[0]
    assert row == (value, meaning)


def test_power_agreements_say_what_is_prohibited(store):
    counts = store.execute(
        """select design_value, count(*) from agreement_design where item = 'unrestricted_nuclear_power' group by 1"""
    ).fetchall()
    assert dict(counts) == {0: 212, 1: 175}
