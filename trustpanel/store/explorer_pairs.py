"""Every dyad and every pair of leaders in one row each, with counts that are missing where nothing could be known."""

from __future__ import annotations

from trustpanel.store.case_frames import WINDOWS

FIRST_DAY = "date '1870-01-01'"
POLITICAL = "select agreement_type from agreement_classes where agreement_class = 'political'"
# from when to when each list can know; outside it a count is missing, never 0
_ENDS = f"""
    ends as (
        select max(end_date) filter (what = 'agreements') as last_agreement,
            max(end_date) filter (what = 'militarised disputes') as last_dispute,
            max(start_date) filter (what = 'wars') as first_war, max(end_date) filter (what = 'wars') as last_war,
            max(start_date) filter (what = 'crises') as first_crisis,
            max(end_date) filter (what = 'crises') as last_crisis
        from ({WINDOWS})
    )
"""
_SIGNED = """
    signed as (
        select g.agreement_id, p.ccode as ccode_a, q.ccode as ccode_b,
            coalesce(g.signed_date, g.in_force_date) as begun,
            g.agreement_type in (select * from political) as political
        from agreements as g
        inner join agreement_parties as p on g.agreement_id = p.agreement_id
        inner join agreement_parties as q on g.agreement_id = q.agreement_id and p.ccode < q.ccode
    )
"""
DYADS = f"""
    with political as ({POLITICAL}), {_ENDS}, {_SIGNED},
    shared as (
        select ccode_a, ccode_b, min(start_date) as first_day, max(end_date) as last_day,
            sum(greatest(0, end_date - greatest(start_date, {FIRST_DAY}) + 1)) as days
        from state_dyad_spells group by all
    ),
    known as (
        select c.ccode_a, c.ccode_b,
            sum(greatest(
                0, least(c.covered_end, s.end_date) - greatest(c.covered_start, s.start_date, {FIRST_DAY}) + 1
            )) as days
        from covered_dyads as c inner join state_dyad_spells as s on c.ccode_a = s.ccode_a and c.ccode_b = s.ccode_b
        where c.coverage_kind = 'searched' and c.covered_start is not null group by all
    ),
    met as (
        select ccode_a, ccode_b, count(distinct meeting_id) as meetings,
            count(distinct meeting_id) filter (leader_a is not null and leader_b is not null) as leader_meetings
        from meeting_dyads where documented group by all
    ),
    agreed as (
        select ccode_a, ccode_b, count(*) as agreements, count(*) filter (political) as political
        from signed group by all
    ),
    disputed as (select ccode_a, ccode_b, count(*) as disputes from disputes group by all),
    fought as (select ccode_a, ccode_b, count(*) as wars from wars group by all),
    strained as (select ccode_a, ccode_b, count(*) as crises from crises group by all)
    -- left joins: every dyad of the system stays; 0 where a list could know and names none, else missing
    select s.ccode_a, s.ccode_b, s.first_day, s.last_day, s.days::integer as days,
        coalesce(k.days, 0)::integer as covered_days,
        coalesce(m.meetings, case when k.days > 0 then 0 end)::integer as meetings,
        coalesce(m.leader_meetings, case when k.days > 0 then 0 end)::integer as leader_meetings,
        coalesce(a.agreements, case when s.first_day <= last_agreement then 0 end)::integer as agreements,
        coalesce(a.political, case when s.first_day <= last_agreement then 0 end)::integer as political,
        coalesce(d.disputes, case when s.first_day <= last_dispute then 0 end)::integer as disputes,
        coalesce(w.wars, case when s.first_day <= last_war and s.last_day >= first_war then 0 end)::integer as wars,
        coalesce(c.crises, case when s.first_day <= last_crisis and s.last_day >= first_crisis then 0 end)::integer
            as crises
    from shared as s
    cross join ends
    left join known as k on s.ccode_a = k.ccode_a and s.ccode_b = k.ccode_b
    left join met as m on s.ccode_a = m.ccode_a and s.ccode_b = m.ccode_b
    left join agreed as a on s.ccode_a = a.ccode_a and s.ccode_b = a.ccode_b
    left join disputed as d on s.ccode_a = d.ccode_a and s.ccode_b = d.ccode_b
    left join fought as w on s.ccode_a = w.ccode_a and s.ccode_b = w.ccode_b
    left join strained as c on s.ccode_a = c.ccode_a and s.ccode_b = c.ccode_b
    order by s.ccode_a, s.ccode_b
"""
LEADER_PAIRS = f"""
    with political as ({POLITICAL}), {_ENDS}, {_SIGNED},
    pairs as (
        select p.*, la.state_line as line_a, lb.state_line as line_b
        from leader_dyads as p
        inner join state_code_lines as la on p.ccode_a = la.ccode
        inner join state_code_lines as lb on p.ccode_b = lb.ccode
    ),
    known as (
        select p.leader_dyad_id,
            sum(least(c.covered_end, p.pair_end) - greatest(c.covered_start, p.pair_start) + 1) as days
        from pairs as p
        inner join covered_dyads as c on c.coverage_kind = 'searched'
            and c.covered_start <= p.pair_end and c.covered_end >= p.pair_start
        inner join state_code_lines as la on c.ccode_a = la.ccode
        inner join state_code_lines as lb on c.ccode_b = lb.ccode
        where la.state_line = p.line_a and lb.state_line = p.line_b group by all
    ),
    met as (
        select least(leader_a, leader_b) as leader_1, greatest(leader_a, leader_b) as leader_2,
            count(distinct meeting_id) as meetings
        from meeting_dyads where documented and leader_a is not null and leader_b is not null group by all
    ),
    begun as (
        select la.state_line as line_a, lb.state_line as line_b, e.begun, e.political
        from (
            select ccode_a, ccode_b, begun, political from signed where political
            union all select ccode_a, ccode_b, start_date, false from disputes
        ) as e
        inner join state_code_lines as la on e.ccode_a = la.ccode
        inner join state_code_lines as lb on e.ccode_b = lb.ccode
    ),
    counted as (
        select p.leader_dyad_id, count(*) filter (b.political) as political,
            count(*) filter (not b.political) as disputes
        from pairs as p
        inner join begun as b
            on p.line_a = b.line_a and p.line_b = b.line_b and b.begun between p.pair_start and p.pair_end
        group by all
    )
    -- left joins: every pair of leaders stays, whether it met or not; missing where a list could not know
    select p.leader_a, p.leader_b, p.ccode_a, p.ccode_b, p.pair_start, p.pair_end, p.pair_days,
        coalesce(k.days, 0)::integer as covered_days,
        coalesce(m.meetings, case when k.days > 0 then 0 end)::integer as meetings,
        coalesce(nullif(c.political, 0), case when p.pair_start <= last_agreement then 0 end)::integer as political,
        coalesce(nullif(c.disputes, 0), case when p.pair_start <= last_dispute then 0 end)::integer as disputes
    from pairs as p
    cross join ends
    left join known as k on p.leader_dyad_id = k.leader_dyad_id
    left join met as m on least(p.leader_a, p.leader_b) = m.leader_1 and greatest(p.leader_a, p.leader_b) = m.leader_2
    left join counted as c on p.leader_dyad_id = c.leader_dyad_id
    order by p.ccode_a, p.ccode_b, p.pair_start, p.leader_a, p.leader_b
"""
