"""The frames that the explorer reads, taken from the built store: what is known of each pair, and from when to when."""

from __future__ import annotations

import duckdb
import pandas as pd

from trustpanel.store.case_frames import WINDOWS
from trustpanel.store.explorer_pairs import DYADS, LEADER_PAIRS, POLITICAL

MEETINGS = """
    select d.meeting_id, d.ccode_a, d.ccode_b, d.person_a, d.person_b, d.leader_a, d.leader_b, m.start_date, m.end_date,
        m.date_precision, m.host_ccode, m.place, m.kind, m.format, m.n_persons, d.documented,
        a.capacity as capacity_a, b.capacity as capacity_b
    from meeting_dyads as d
    inner join meetings as m on d.meeting_id = m.meeting_id
    -- left joins: a person stays whose part in the meeting has no row of its own
    left join meeting_participants as a on d.meeting_id = a.meeting_id and d.person_a = a.person_id
    left join meeting_participants as b on d.meeting_id = b.meeting_id and d.person_b = b.person_id
    order by m.start_date, d.meeting_id, d.person_a, d.person_b
"""
EVIDENCE = """
    select meeting_id, source, record, record_start, record_end, evidence_grade, source_address, source_says,
        second_address, second_says, evidence_conflict, one_to_one, outcome_document
    from meeting_evidence order by meeting_id, source, record
"""
AGREEMENTS = f"""
    with political as ({POLITICAL}),
    told as (
        select agreement_id, string_agg(source || ' ' || record, '; ' order by source, record) as records
        from agreement_evidence group by agreement_id
    )
    select g.agreement_id, p.ccode as ccode_a, q.ccode as ccode_b, g.agreement_type,
        g.agreement_type in (select * from political) as political, coalesce(g.title, g.topic) as title,
        g.signed_date, g.signed_precision, g.in_force_date,
        coalesce(g.ended_date, make_date(g.end_year_estimate, 12, 31)) as end_date,
        g.ended_date is null and g.end_year_estimate is not null as end_estimated, g.ended_status, g.bilateral,
        t.records
    from agreements as g
    inner join agreement_parties as p on g.agreement_id = p.agreement_id
    inner join agreement_parties as q on g.agreement_id = q.agreement_id and p.ccode < q.ccode
    -- left join: an agreement stays that has no record of its own
    left join told as t on g.agreement_id = t.agreement_id
    order by p.ccode, q.ccode, coalesce(g.signed_date, g.in_force_date), g.agreement_id
"""
KNOWN = """
    select ccode_a, ccode_b, covered_start as start_date, covered_end as end_date, coverage_kind as level
    from covered_dyads where covered_start is not null
    union all
    select ccode_a, ccode_b, start_date, end_date, 'partial' from meeting_coverage where level <> 'none'
    order by all
"""
# unknown years have no row; a run is a stretch of years with the same values
INDICATORS = """
    with held as (
        select c.ccode_a, c.ccode_b, c.year, d.discretion_parts, d.discretion_parts_known,
            o.oversight_leeway_parts, o.oversight_parts_known, r.rules_framework_parts, r.rules_parts_known,
            c.discretion_side, c.oversight_side, c.rules_side
        from trust_convergence as c
        inner join trust_discretion as d on c.ccode_a = d.ccode_a and c.ccode_b = d.ccode_b and c.year = d.year
        -- left joins: no agreement that a source codes leaves oversight and rules unknown
        left join trust_oversight as o on c.ccode_a = o.ccode_a and c.ccode_b = o.ccode_b and c.year = o.year
        left join trust_rules as r on c.ccode_a = r.ccode_a and c.ccode_b = r.ccode_b and c.year = r.year
    ),
    packed as (
        select ccode_a, ccode_b, year, {
            'discretion_parts': discretion_parts, 'discretion_parts_known': discretion_parts_known,
            'oversight_leeway_parts': oversight_leeway_parts, 'oversight_parts_known': oversight_parts_known,
            'rules_framework_parts': rules_framework_parts, 'rules_parts_known': rules_parts_known,
            'discretion_side': discretion_side, 'oversight_side': oversight_side, 'rules_side': rules_side
        } as held
        from held
    ),
    numbered as (
        select *, year - row_number() over (partition by ccode_a, ccode_b, held order by year) as run from packed
    )
    select ccode_a, ccode_b, held.*, min(year) as start_year, max(year) as end_year
    from numbered group by ccode_a, ccode_b, held, run order by ccode_a, ccode_b, start_year
"""
STOCKS = """
    select s.leader_dyad_id, y.ccode_a, y.ccode_b, split_part(s.leader_dyad_id, '|', 1) as leader_a,
        split_part(s.leader_dyad_id, '|', 2) as leader_b, s.as_of, s.month_end,
        round(s.contact_stock, 3) as contact_stock, round(s.bond_stock, 3) as bond_stock,
        round(s.state_stock, 3) as state_stock, round(s.other_stock, 3) as other_stock
    from pair_stocks as s
    inner join stock_pair_years as y on s.leader_dyad_id = y.leader_dyad_id and year(s.month_start) = y.year
    order by y.ccode_a, y.ccode_b, s.as_of, s.leader_dyad_id
"""
QUERIES = {
    "states": "select ccode, state_abb, state_name, start_date, end_date from states order by ccode, start_date",
    "lines": "select ccode, ccode_after from state_lines order by ccode",
    "persons": "select person_id, name, full_name, office from persons order by person_id",
    "terms": "select leader_id, person_id, leader_name, ccode, start_date, end_date, start_precision, end_precision "
    "from leaders order by ccode, start_date, leader_id",
    "dyads": DYADS,
    "leader_pairs": LEADER_PAIRS,
    "meetings": MEETINGS,
    "evidence": EVIDENCE,
    "agreements": AGREEMENTS,
    "disputes": "select dispute_id, ccode_a, ccode_b, start_date, end_date, hostility from disputes order by all",
    "wars": "select war_id, ccode_a, ccode_b, war_name, start_date, end_date from wars order by all",
    "crises": "select crisis_id, ccode_a, ccode_b, crisis_name, start_date, end_date from crises order by all",
    "known": KNOWN,
    "indicators": INDICATORS,
    "stocks": STOCKS,
    "windows": WINDOWS,
    "meta": "select schema_version, package_version, facts_sha256 from meta",
}  # fmt: skip


def explorer_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The frames of the explorer by name; days as text `YYYY-MM-DD`, unknown as missing, no restricted table read."""
    return {name: _dated(con, query) for name, query in QUERIES.items()}


def _dated(con: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """Days go as text: they reach back before what a nanosecond stamp can hold, and the page reads text."""
    asked = con.sql(query)
    days = [n for n, t in zip(asked.columns, asked.types, strict=True) if str(t) == "DATE"]
    shown = ", ".join(f"{n}::varchar as {n}" for n in days)
    again = con.sql(f"select * replace ({shown}) from ({query.rstrip()})") if days else asked
    return again.to_arrow_table().to_pandas()
