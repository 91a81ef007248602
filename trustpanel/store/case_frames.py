"""The frames that the case report reads, taken from the built store."""

from __future__ import annotations

import duckdb
import pandas as pd

CASES = """
    with named as (
        select case_id, string_agg(coalesce(meeting_id, meeting_ref), ' ' order by meeting_ref) as meeting_ids,
            bool_or(meeting_id is not null) as held
        from case_meetings group by case_id
    ),
    events as (
        select ccode_a, ccode_b, start_date, end_date from crises
        union all
        select ccode_a, ccode_b, start_date, end_date from disputes
    )
    select c.case_id, c.case_title as title, c.case_ccode_a as ccode_a, c.case_ccode_b as ccode_b,
        c.start_date, c.end_date,
        c.case_persons as persons, c.expected_coding, c.wheeler_reading, c.keating_reading, c.disagreement,
            c.trap, n.meeting_ids,
        coalesce(n.held, exists (
            select 1 from events as e where e.ccode_a = c.case_ccode_a and e.ccode_b = c.case_ccode_b
                and e.start_date <= c.end_date and e.end_date >= c.start_date
        )) as in_store
    from cases as c left join named as n on c.case_id = n.case_id order by c.start_date, c.case_id
"""
MEETINGS = """
    select d.meeting_id, d.ccode_a, d.ccode_b, m.start_date, m.end_date, m.date_precision, m.place,
        m.host_ccode, m.kind,
        d.person_a, d.person_b, a.name as name_a, b.name as name_b, d.leader_a, d.leader_b, e.sources, e.grade
    from meeting_dyads as d
    inner join meetings as m on d.meeting_id = m.meeting_id
    inner join persons as a on d.person_a = a.person_id
    inner join persons as b on d.person_b = b.person_id
    inner join (
        select meeting_id, string_agg(distinct source, ', ' order by source) as sources, min(evidence_grade) as grade
        from meeting_evidence group by meeting_id
    ) as e on d.meeting_id = e.meeting_id
    order by m.start_date, d.meeting_id
"""
AGREEMENTS = """
    select g.agreement_id, g.agreement_type, p.ccode as ccode_a, q.ccode as ccode_b, g.signed_date,
        g.in_force_date as start_date,
        coalesce(g.ended_date, make_date(g.end_year_estimate, 12, 31)) as end_date, coalesce(g.title, g.topic) as title
    from agreements as g
    inner join agreement_parties as p on g.agreement_id = p.agreement_id
    inner join agreement_parties as q on g.agreement_id = q.agreement_id and p.ccode < q.ccode
    -- the case pages show how the two states stand to each other, not their traffic
    where g.agreement_type in (select agreement_type from agreement_classes where agreement_class = 'political')
    order by g.agreement_id, p.ccode, q.ccode
"""
BONDING = """
    select b.meeting_id as meeting_ref, b.ccode_a, b.ccode_b, m.start_date as meeting_date, b.person_a, b.person_b,
        b.bonding_item as item, b.direction, b.judgement as value, b.bonding_source as source,
        b.source_date_text as source_date, b.says, b.confidence, b.retrospective, b.note
    from bonding as b inner join meetings as m on b.meeting_id = m.meeting_id order by b.judgement_id
"""
# of the political agreements it is alliances that decide how far back and on the data look
WINDOWS = """
    select w.what, make_date(c.start_year, 1, 1) as start_date, make_date(c.end_year, 12, 31) as end_date
    from (
        values ('militarised disputes', 'cow_mid5', 'dispute_id'), ('wars', 'cow_mid5', 'war_name'),
            ('crises', 'icb15', 'crisis_id'), ('agreements', 'atop51', 'agreement_type')
    ) as w (what, source, variable)
    inner join coverage as c on w.source = c.source and w.variable = c.variable
    order by w.what
"""
QUERIES = {
    "cases": CASES,
    "meetings": MEETINGS,
    "terms": "select ccode, leader_id, leader_name, start_date, end_date from leaders order by ccode, start_date",
    "disputes": "select dispute_id, ccode_a, ccode_b, start_date, end_date, hostility from disputes order by all",
    "wars": "select war_id, war_name, ccode_a, ccode_b, start_date, end_date from wars order by all",
    "crises": "select crisis_id, crisis_name, ccode_a, ccode_b, start_date, end_date from crises order by all",
    "agreements": AGREEMENTS,
    "bonding": BONDING,
    "coverage": "select ccode_a, ccode_b, start_date, end_date, level from meeting_coverage order by all",
    "windows": WINDOWS,
}
DATES = ("start_date", "end_date", "signed_date", "meeting_date")


def case_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The frames of the case report by name; dates as datetime64."""
    frames = {name: con.sql(query).to_arrow_table().to_pandas() for name, query in QUERIES.items()}
    for frame in frames.values():
        for column in DATES:
            if column in frame:
                frame[column] = pd.to_datetime(frame[column])
    return frames
