"""The frames on which doubt rests: meetings with what tells of them, checks of coding, all pair-years at risk."""

from __future__ import annotations

import duckdb
import pandas as pd

from trustpanel.store.contest_frames import contest_frames

MEETINGS = """
    with told as (
        select meeting_id, bool_or(source <> 'rival_meetings') as listed,
            min(evidence_grade) filter (where source = 'rival_meetings') as grade
        from meeting_evidence group by meeting_id
    )
    select
        a.state_line as ccode_a, b.state_line as ccode_b, d.person_a, d.person_b, d.leader_a, d.leader_b,
        d.start_date, d.end_date, d.weight, c.covered_start is not null as covered,
        d.kind, t.listed, t.grade, m.date_precision, v.valence_ab, v.valence_ba, d.meeting_id
    from meeting_dyads as d
    inner join state_code_lines as a on d.ccode_a = a.ccode
    inner join state_code_lines as b on d.ccode_b = b.ccode
    inner join meetings as m on d.meeting_id = m.meeting_id
    inner join told as t on d.meeting_id = t.meeting_id
    left join meeting_valence as v
        on d.meeting_id = v.meeting_id and d.person_a = v.person_a and d.person_b = v.person_b
    left join covered_dyads as c
        on c.coverage_kind = 'searched' and d.ccode_a = c.ccode_a and d.ccode_b = c.ccode_b
        and d.end_date between c.covered_start and c.covered_end
    where d.documented
    order by all
"""
# searched: of the days on which talks on third soil were looked for at all, at least half were searched in full
LEVELS = """
    with looked as (
        select ccode_a, ccode_b,
            sum(end_date - start_date + 1) filter (where level = 'searched') as searched_days,
            sum(end_date - start_date + 1) as days
        from meeting_coverage where source = 'rival_coverage' and channel = 'third_soil' and side = 'a'
        group by ccode_a, ccode_b
    )
    select a.state_line as ccode_a, b.state_line as ccode_b, bool_or(c.coverage_kind = 'official_list') as listed,
        coalesce(sum(k.searched_days), 0) * 2 >= sum(k.days) is true as searched
    from covered_dyads as c
    inner join state_code_lines as a on c.ccode_a = a.ccode
    inner join state_code_lines as b on c.ccode_b = b.ccode
    -- never looked for beside the lists: not searched
    left join looked as k on c.ccode_a = k.ccode_a and c.ccode_b = k.ccode_b
    group by a.state_line, b.state_line
    order by a.state_line, b.state_line
"""
PAIR_YEARS = """
    select
        a.state_line as ccode_a, b.state_line as ccode_b, p.* exclude (ccode_a, ccode_b),
        d.person_a, d.person_b, g.alliance_pre, ln(1 + s.min_distance_km) as distance_log,
        ln(1 + p.joint_tenure_years) as joint_tenure_log,
        o.un_week_both_last, c.covered_start is not null as year_covered
    from panel as p
    inner join state_code_lines as a on p.ccode_a = a.ccode
    inner join state_code_lines as b on p.ccode_b = b.ccode
    inner join leader_dyads as d on p.leader_a = d.leader_a and p.leader_b = d.leader_b
    -- left joins: no row leaves the column missing
    left join pair_background as g on p.leader_a = g.leader_a and p.leader_b = g.leader_b
    left join state_dyad_years as s
        on p.ccode_a = s.ccode_a and p.ccode_b = s.ccode_b and s.year = g.background_year
    left join dyad_opportunities as o on p.ccode_a = o.ccode_a and p.ccode_b = o.ccode_b and p.year = o.year
    left join covered_dyads as c
        on c.coverage_kind = 'searched' and p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b
        and make_date(p.year, 1, 1) >= c.covered_start and make_date(p.year, 12, 31) <= c.covered_end
    where p.at_risk and p.leader_dyad_id is not null
    order by all
"""
# of every pair, the codes of the day and the year in which its background is read
BACKGROUND = """
    select g.leader_a, g.leader_b, d.ccode_a, d.ccode_b, g.background_year,
        g.alliance_pre, ln(1 + s.min_distance_km) as distance_log
    from pair_background as g
    inner join leader_dyads as d on g.leader_a = d.leader_a and g.leader_b = d.leader_b
        and g.leader_dyad_id = d.leader_dyad_id
    -- no members together in that year: no distance
    left join state_dyad_years as s
        on d.ccode_a = s.ccode_a and d.ccode_b = s.ccode_b and s.year = g.background_year
    order by g.leader_a, g.leader_b
"""
# pairs at risk without a covered piece stand beside the covered pieces, so that every row finds its two persons
SPELLS = """
    with pieces as (
        select leader_dyad_id, covered_start, covered_end, ccode_a, ccode_b, person_a, person_b from pair_spells
        union all
        select distinct y.leader_dyad_id, null as covered_start, null as covered_end, y.ccode_a, y.ccode_b,
            d.person_a, d.person_b
        from (
            select leader_dyad_id, leader_a, leader_b, ccode_a, ccode_b from panel where at_risk
            union
            select leader_dyad_id, leader_a, leader_b, ccode_a, ccode_b from panel_months where at_risk
        ) as y
        inner join leader_dyads as d on y.leader_a = d.leader_a and y.leader_b = d.leader_b
        where y.leader_dyad_id not in (select leader_dyad_id from pair_spells)
    )
    select a.state_line as ccode_a, b.state_line as ccode_b, p.* exclude (ccode_a, ccode_b)
    from pieces as p
    inner join state_code_lines as a on p.ccode_a = a.ccode
    inner join state_code_lines as b on p.ccode_b = b.ccode
    order by all
"""


def doubt_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The four analysis frames, their meetings with what tells of them, and beside them:

    `checks` (the table coding_checks), `levels` (a covered dyad: listed, searched), `pair_years` (the pair of 1 January
    in every dyad at risk, covered or not), `background` (a pair: codes and year of its background).
    """
    queries = {
        "dyad_meetings": MEETINGS,
        "pair_spells": SPELLS,
        "checks": "select * from coding_checks order by check_name, check_stratum",
        "levels": LEVELS,
        "pair_years": PAIR_YEARS,
        "background": BACKGROUND,
    }
    return contest_frames(con) | {name: con.sql(query).to_arrow_table().to_pandas() for name, query in queries.items()}
