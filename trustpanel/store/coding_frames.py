"""The frames that the page on coding reads, taken from the built store."""

from __future__ import annotations

import duckdb
import pandas as pd

BY_SOURCE = """
    with told as (
        select meeting_id, count(distinct source) as sources from meeting_evidence group by meeting_id
    )
    select e.source, count(distinct e.meeting_id) as meetings,
        count(distinct e.meeting_id) filter (where m.n_leaders >= 2) as two_leaders,
        count(distinct e.meeting_id) filter (where m.date_precision = 'day') as to_the_day,
        count(distinct e.meeting_id) filter (where t.sources = 1) as only_source
    from meeting_evidence as e
    inner join meetings as m on e.meeting_id = m.meeting_id
    inner join told as t on e.meeting_id = t.meeting_id
    group by e.source order by e.source
"""
BY_GRADE = """
    with coded as (
        select meeting_id, min(evidence_grade) as grade, bool_or(source <> 'rival_meetings') as listed
        from meeting_evidence group by meeting_id having bool_or(source = 'rival_meetings')
    )
    select c.grade, count(*) as meetings, count(*) filter (where m.date_precision = 'day') as to_the_day,
        count(*) filter (where not c.listed) as beyond_lists
    from coded as c inner join meetings as m on c.meeting_id = m.meeting_id group by c.grade order by c.grade
"""
AGREEMENT = """
    select measure,
        max(coalesce(agreement_count, agreement_value)) filter (where not partial) as both_searched,
        max(coalesce(agreement_count, agreement_value)) filter (where partial) as searched_or_partial
    from (
        select
            case when unit like 'dyad%' then 'dyad-years: ' else 'meetings: ' end || replace(measure, '_', ' ')
                as measure,
            unit like '%_or_partial' as partial,
            case when measure in ('both', 'only_first', 'only_second', 'neither') then agreement_count end
                as agreement_count,
            agreement_value
        from coding_agreement
    )
    group by measure order by measure
"""
# a dyad and year of a strategic rivalry since 1946, with the best level of coverage
GRADED_RIVAL_YEARS = """
    with rival_years as (
        select distinct r.ccode_a, r.ccode_b, d.year
        from rivalries as r
        inner join state_dyad_years as d on r.ccode_a = d.ccode_a and r.ccode_b = d.ccode_b
            and d.year between greatest(r.start_year, 1946) and coalesce(r.end_year, r.last_year_of_list)
        where r.list = 'tss'
    ),
    graded as (
        select y.ccode_a, y.ccode_b, y.year,
            max(case c.level when 'official_list' then 3 when 'searched' then 2 when 'partial' then 1
                else 0 end) as best
        from rival_years as y
        left join meeting_coverage as c on y.ccode_a = c.ccode_a and y.ccode_b = c.ccode_b
            and c.channel in ('in_a', 'in_b')
            and make_date(y.year, 7, 1) between c.start_date and c.end_date
        group by all
    )
"""
RIVAL_COVERAGE = f"""{GRADED_RIVAL_YEARS}    select (year // 10 * 10) || 's' as decade, count(*) as rival_dyad_years,
        count(*) filter (where best = 3) as official_list,
        count(*) filter (where best = 2) as searched, count(*) filter (where best = 1) as partial,
        count(*) filter (where coalesce(best, 0) = 0) as none
    from graded group by 1 order by 1
"""
QUERIES = {
    "meetings_by_source": BY_SOURCE,
    "meetings_by_grade": BY_GRADE,
    "agreement": AGREEMENT,
    "rival_coverage": RIVAL_COVERAGE,
}


def coding_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """Meetings by source and grade, agreement of the two passes, coverage of rival dyad-years by decade."""
    return {name: con.sql(query).to_arrow_table().to_pandas() for name, query in QUERIES.items()}
