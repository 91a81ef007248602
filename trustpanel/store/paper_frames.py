"""The counts and frames that the paper takes from the built store."""

from __future__ import annotations

import duckdb
import pandas as pd

from trustpanel.store.coding_frames import GRADED_RIVAL_YEARS

RIVAL_PAIRS = """
    select distinct d.leader_a, d.leader_b, d.ccode_a, d.ccode_b, d.pair_start, d.pair_end, d.pair_days,
        coalesce(e.in_office, false) as in_office
    from leader_dyads as d
    inner join rivalries as r on r.list = 'tss' and d.ccode_a = r.ccode_a and d.ccode_b = r.ccode_b
        and year(d.pair_start) <= coalesce(r.end_year, r.last_year_of_list) and year(d.pair_end) >= r.start_year
    left join (
        select leader_a, leader_b, bool_or(in_office_1jan) as in_office from leader_dyad_years group by all
    ) as e on d.leader_a = e.leader_a and d.leader_b = e.leader_b
    where year(d.pair_start) between 1946 and 2015
"""
COUNTS = {
    "states": "select count(distinct ccode) from states",
    "leaders": "select count(*) from leaders",
    "leader_persons": "select count(distinct person_id) from leaders",
    "first_leader_year": "select year(min(start_date)) from leaders",
    "last_leader_day": "select strftime(max(greatest(start_date, coalesce(end_date, start_date))), '%-d %B %Y') "
    "from leaders",
    "leader_dyads": "select count(*) from leader_dyads",
    "leader_dyad_years": "select count(*) from leader_dyad_years",
    "meetings": "select count(*) from meetings",
    "meetings_of_two": "select count(distinct meeting_id) from meeting_dyads where documented",
    "meeting_evidence": "select count(*) from meeting_evidence",
    "meetings_coded": "select count(distinct meeting_id) from meeting_evidence where source = 'rival_meetings'",
    "meetings_coded_a": "select count(distinct meeting_id) from meeting_evidence where evidence_grade = 'A'",
    "meetings_third_soil": "select count(*) from meeting_dyads as d inner join meetings as m using (meeting_id) "
    "where d.documented and m.host_ccode not in (d.ccode_a, d.ccode_b)",
    "agreements": "select count(*) from agreements",
    "agreement_evidence": "select count(*) from agreement_evidence",
    "disputes": "select count(*) from (select distinct dispute_id from disputes)",
    "crises": "select count(*) from (select distinct crisis_id from crises)",
    "rivalries": "select count(*) from rivalries where list = 'tss' and coalesce(end_year, last_year_of_list) >= 1946",
    "bonding_judgements": "select count(*) from bonding",
    "bonding_unknown": "select count(*) from bonding where judgement = 'unknown'",
    "bonding_meetings": "select count(distinct meeting_id) from bonding",
    "valence_meetings": "select count(*) from meeting_valence",
    "signals": "select count(*) from signals",
    "cases": "select count(*) from cases",
    "term_limits": "select count(*) from term_limits",
    "deaths": "select count(distinct leader_id) from leader_exits "
    "where exit_kind = 'natural_death' and year(exit_date) >= 1946",
    "rival_pairs": f"select count(*) from ({RIVAL_PAIRS})",
    "rival_pair_days": f"select median(pair_days) from ({RIVAL_PAIRS})",
    "rival_pairs_short": f"select avg((pair_days < 1096)::int) from ({RIVAL_PAIRS})",
    "rival_pairs_never": f"select avg((not in_office)::int) from ({RIVAL_PAIRS})",
}
# one row a dyad and year of a strategic rivalry since 1946, with the best level of coverage and its meetings
STRIP = f"""{GRADED_RIVAL_YEARS.rstrip()},
    met as (
        select ccode_a, ccode_b, year(start_date) as year, count(distinct meeting_id) as meetings
        from meeting_dyads where documented group by all
    )
    select g.ccode_a, g.ccode_b, g.year, coalesce(g.best, 0) as level, coalesce(m.meetings, 0) as meetings
    from graded as g
    left join met as m using (ccode_a, ccode_b, year)
    order by all
"""
BY_YEAR = """
    select year(m.start_date) as year,
        count(distinct d.meeting_id) filter (where 2 in (d.ccode_a, d.ccode_b)) as with_us,
        count(distinct d.meeting_id) filter (where 2 not in (d.ccode_a, d.ccode_b) and not e.coded) as others_listed,
        count(distinct d.meeting_id) filter (where 2 not in (d.ccode_a, d.ccode_b) and e.coded) as others_coded
    from meeting_dyads as d
    inner join meetings as m on d.meeting_id = m.meeting_id
    inner join (
        select meeting_id, bool_and(source = 'rival_meetings') as coded from meeting_evidence group by meeting_id
    ) as e on d.meeting_id = e.meeting_id
    where d.documented and year(m.start_date) between 1946 and 2024
    group by 1 order by 1
"""


def paper_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """`counts` (name, value: text where it is a day), `strip` (dyad-years of rivals by coverage) and `by_year`."""
    counts = [(name, con.sql(query).fetchall()[0][0]) for name, query in COUNTS.items()]
    return {
        "counts": pd.DataFrame(counts, columns=["name", "value"]).astype({"value": object}),
        "strip": con.sql(STRIP).to_arrow_table().to_pandas(),
        "by_year": con.sql(BY_YEAR).to_arrow_table().to_pandas(),
    }
