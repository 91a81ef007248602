"""The counts that the page on the codings tells are those of the files and of the store; what rests on codings says so."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from trustpanel.codebook.load import codebook
from trustpanel.paths import PACKAGE

CODED = PACKAGE.parent / "data" / "coded"
RIVALS = """(
    select ccode_a as ccode, year from dyad_rivalry_years where rival_tss
    union select ccode_b, year from dyad_rivalry_years where rival_tss
)"""


def told(pattern: str) -> list[int]:
    """The numbers in the one sentence of the page that `pattern` fits, `#` standing for a number."""
    page = " ".join((CODED / "README.md").read_text(encoding="utf-8").split())
    (found,) = re.findall(pattern.replace("#", r"([\d,]+)"), page)
    return [int(n.replace(",", "")) for n in ([found] if isinstance(found, str) else found)]


def coded(name: str) -> pd.DataFrame:
    return pd.read_csv(CODED / f"{name}.csv", dtype=str, keep_default_na=False)


def test_regular_exits_are_counted(store):
    of_rivals = f"from regular_exits as e semi join {RIVALS} as r on e.ccode = r.ccode and e.year = r.year"
    counted = store.sql(f"select count(*), count(regular_exit_kind) {of_rivals}").fetchall()[0]
    assert told(r"Of the # exits in states then in a rivalry \(list tss\) #, by decade") == [*counted]
    decades = store.sql(
        f"select count(regular_exit_kind), count(*) {of_rivals} group by e.year // 10 order by e.year // 10"
    ).fetchall()
    assert told("from the 1940s: " + ", ".join(["# of #"] * len(decades)) + r"\.") == [n for d in decades for n in d]
    basis = dict(store.sql("select regular_exit_basis, count(*) from regular_exits group by all").fetchall())
    every, unknown = sum(basis.values()), basis.pop(None)
    said = "Of all # regular exits #: # by the rule on elections, # by the rule on limits, # by pages"
    parts = [basis["election_rule"], basis["limit_rule"], basis["coded"]]
    assert told(said) == [every, every - unknown, *parts]
    pages = coded("regular_exits")
    assert told(r"`regular_exits.csv`, # leaders, # from two pages") == [len(pages), (pages.source_2 != "").sum()]


def test_days_with_a_rule_on_terms_are_counted(store):
    days = """
        with of_rivals as (
            select ccode_a as ccode, year from dyad_rivalry_years where rival_tss and year between 1946 and 2020
            union all
            select ccode_b, year from dyad_rivalry_years where rival_tss and year between 1946 and 2020
        ),
        held as (
            select e.leader_id, greatest(e.start_date, make_date(r.year, 1, 1)) as first_day,
                least(e.end_date, make_date(r.year, 12, 31)) as last_day
            from effective_leaders as e
            inner join of_rivals as r on e.ccode = r.ccode
            where e.leader_id is not null and first_day <= last_day
        )
        select h.horizon_standing,
            sum(least(d.last_day, h.stretch_to) - greatest(d.first_day, h.stretch_from) + 1)
                / (select sum(last_day - first_day + 1) from held)
        from held as d
        inner join horizon_stretches as h
            on d.leader_id = h.leader_id and d.first_day <= h.stretch_to and d.last_day >= h.stretch_from
        group by h.horizon_standing
    """
    share = {name: float(part) for name, part in store.sql(days).fetchall()}
    kinds = [100 * share[name] for name in ("limited", "unlimited", "no_rule")]
    said = r"# % are coded: # % limited, # % unlimited, # % without a constitution in force \(# states have a rule\)"
    *percents, states = told(said)
    assert percents == pytest.approx([sum(kinds), *kinds], abs=0.5)
    assert states == coded("term_limits").ccode.nunique()


def test_files_are_counted(store):
    draw, exits, links = coded("rival_draw"), coded("exits_after_2015"), coded("agreement_links")
    searched = "list = 'tss' and coalesce(end_year, last_year_of_list) >= 1946 and start_year <= 2020"
    ((rivalries,),) = store.sql(f"select count(distinct rivalry_id) from rivalries where {searched}").fetchall()
    assert told("# of the # rivalries") == [draw.rivalry_id.nunique(), rivalries]
    assert told(r"All # of the rivals' leaders") == [len(exits)]
    assert told("never joined by rule: # pairs were decided") == [len(links)]
    assert told("# meetings are coded, on every item") == [coded("bonding").meeting_ref.nunique()]
    funerals = coded("state_funerals")
    counted = [len(funerals), (funerals.funeral_date != "").sum()]
    assert told(r"Of the # deaths of leaders in `state_funerals.csv`, # have the day") == counted
    assert told(r"multilateral calendar \(# events") == [len(coded("multilateral_events"))]
    deaths, ill = coded("natural_deaths").verdict.value_counts(), coded("ill_health_exits").verdict.value_counts()
    said = (
        "# are confirmed, ten were accidents .*?, five were no deaths in office, three had the wrong date, and of two"
    )
    assert told(said) == [deaths["confirmed"]]
    assert [deaths[v] for v in ("other_cause", "not_a_death", "wrong_date", "unclear")] == [10, 5, 3, 2]
    assert told("Of # exits, # are confirmed by one page") == [ill.sum(), ill["confirmed"]]


def test_the_blind_list_is_counted():
    blind = coded("derived/rival_recall_blind")
    true = blind[blind.took_place == "yes"]
    for found, persons, said in (
        (
            "found",
            "persons",
            r"in that month for # \(# within a month either side\), with the persons named for # \(two",
        ),
        ("found_after", "persons_after", r"since then it is # \(#\), # with the persons"),
    ):
        month, near = (true[found] == "month").sum(), true[found].isin(["month", "near"]).sum()
        assert told(said) == [month, near, ((true[found] == "month") & (true[persons] == "named")).sum()]
    false = blind[blind.took_place == "no"]
    assert told("Another, of # of the best-known meetings of adversaries since 1946 and # that never") == [
        len(true),
        len(false),
    ]
    assert not ((false.found == "month") & (false.persons == "named")).any()


def test_every_table_on_coded_meetings_names_this_project_among_its_sources():
    tables = codebook().tables
    reads = {name: set(re.findall(r"\b(?:from|join)\s+([a-z_.0-9]+)", t.sql or "")) for name, t in tables.items()}
    rest = {"coded.rival_meetings"}
    while more := {name for name, read in reads.items() if read & rest} - rest:
        rest |= more
    assert {"meetings", "pair_stocks", "panel", "panel_months"} <= rest
    assert sorted(name for name in rest & set(tables) if "trustpanel" not in tables[name].sources) == []
