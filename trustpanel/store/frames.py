"""The frames that models and report read, taken from the built store."""

from __future__ import annotations

import duckdb
import pandas as pd


# A state that goes on under another code (West Germany, North Yemen) is one state here, so that its dyad keeps its
# effect and its meetings; the store's own tables keep both codes.
def _by_line(table: str, rows: str) -> str:
    return f"""
        select a.state_line as ccode_a, b.state_line as ccode_b, t.* exclude (ccode_a, ccode_b)
        from {table} as t
        inner join state_code_lines as a on t.ccode_a = a.ccode
        inner join state_code_lines as b on t.ccode_b = b.ccode
        where {rows}
        order by all
    """


MEETINGS = """
    select
        a.state_line as ccode_a, b.state_line as ccode_b, d.person_a, d.person_b, d.leader_a, d.leader_b,
        d.start_date, d.end_date, d.weight, c.covered_start is not null as covered
    from meeting_dyads as d
    inner join state_code_lines as a on d.ccode_a = a.ccode
    inner join state_code_lines as b on d.ccode_b = b.ccode
    left join covered_dyads as c
        on c.coverage_kind = 'searched' and d.ccode_a = c.ccode_a and d.ccode_b = c.ccode_b
        and d.end_date between c.covered_start and c.covered_end
    where d.documented
    order by all
"""


def analysis_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The four frames of `trustpanel.models.frames.Frames` by name.

    Rows of `panel` and `panel_months` that neither a list nor a search covers carry no bonding variable and are left
    out; the page on names counts them by decade.
    """
    covered = "t.covered or t.covered_searched"
    queries = {
        "panel": _by_line("panel", covered),
        "panel_months": _by_line("panel_months", covered),
        "dyad_meetings": MEETINGS,
        "pair_spells": _by_line("pair_spells", "true"),
    }
    return {name: con.sql(query).to_arrow_table().to_pandas() for name, query in queries.items()}


def state_names(con: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """Name of each state by Correlates of War code."""
    return dict(con.sql("select ccode, max_by(state_name, start_date) from states group by ccode").fetchall())


def matching_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """Frames for the page on names: `rates`, `unmatched`, `join_counts`, `coverage_by_decade`."""
    rates = """
        select
            c.source,
            case
                when year(t.record_start) < 1946 then 'before 1946'
                else (year(t.record_start) // 10 * 10) || 's'
            end as period,
            count(*) as records,
            count(*) filter (where c.record_class = 'effective_leader') as effective_leader,
            count(*) filter (where c.record_class = 'other_person') as other_person,
            count(*) filter (where c.record_class = 'several_persons') as several_persons,
            count(*) filter (where c.record_class = 'opportunity_only') as opportunity_only,
            count(*) filter (where c.record_class = 'unresolved') as unresolved
        from record_classes as c
        inner join record_texts as t on c.source = t.source and c.record = t.record
        group by 1, 2
        order by 1, min(t.record_start)
    """
    unmatched = """
        select p.source, p.record, t.record_start as start_date, p.raw_name,
            case when t.documented then 'talk documented, ' else 'no talk documented, ' end
            || 'the name stands for nobody in data/coded/aliases.csv' as reason
        from record_persons as p
        inner join record_texts as t on p.source = t.source and p.record = t.record
        where p.resolution = 'unresolved'
        order by all
    """
    decades = """
        select (year // 10 * 10) || 's' as decade, count(*) as dyad_years, count(*) filter (where covered) as covered,
            count(*) filter (where covered_searched) as covered_searched,
            count(*) filter (where at_risk) as at_risk, count(*) filter (where at_risk and covered) as at_risk_covered,
            count(contact_stock) filter (where at_risk) as at_risk_with_stock
        from panel group by 1 order by 1
    """
    return {
        "rates": con.sql(rates).to_arrow_table().to_pandas(),
        "unmatched": con.sql(unmatched).to_arrow_table().to_pandas(),
        "join_counts": con.sql("select * from join_counts order by join_name").to_arrow_table().to_pandas(),
        "coverage_by_decade": con.sql(decades).to_arrow_table().to_pandas(),
    }
