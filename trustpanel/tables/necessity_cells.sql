with readings (reading) as (
    values ('of_the_time'), ('any_source')
),

-- the conditions that a reading calls necessary, and whether it asks for both sides or for one
conditions (bonding_item, both_sides) as (
    values ('sensibility', true), ('index', false), ('interests_identified', false), ('humanisation', false), ('suspension', false)
),

at_risk_meetings as (
    select * from meeting_outcomes where at_risk
),

-- told of this meeting or of an earlier one of the same two
told as (
    select
        m.meeting_id,
        m.person_a,
        m.person_b,
        s.reading,
        s.bonding_item,
        max(case when c.both_sides then s.stage_both else s.stage_either end) as held
    from at_risk_meetings as m
    inner join at_risk_meetings as e on m.person_a = e.person_a and m.person_b = e.person_b and e.end_date <= m.end_date
    inner join meeting_stages as s on e.meeting_id = s.meeting_id and e.person_a = s.person_a and e.person_b = s.person_b
    inner join conditions as c on s.bonding_item = c.bonding_item
    group by m.meeting_id, m.person_a, m.person_b, s.reading, s.bonding_item
),

meeting_rows (condition, reading, held, outcome_name, outcome, ccode_a, ccode_b) as (
    select c.bonding_item, r.reading, t.held, o.outcome_name, o.outcome, m.ccode_a, m.ccode_b
    from at_risk_meetings as m
    cross join conditions as c
    cross join readings as r
    -- nothing told: unknown
    left join told as t
        on m.meeting_id = t.meeting_id and m.person_a = t.person_a and m.person_b = t.person_b
        and r.reading = t.reading and c.bonding_item = t.bonding_item
    cross join lateral (
        select unnest(['agreement_after_36', 'no_dispute_after_36']) as outcome_name,
            unnest([m.agreement_after_36 = 1, m.dispute_after_meeting_36 = 0]) as outcome
    ) as o
),

-- whether the pair of 1 January had met by then, or by the end of the year, and a breakthrough in the year
contact_rows (condition, reading, held, outcome_name, outcome, ccode_a, ccode_b) as (
    select c.condition, 'of_the_time', c.held, 'breakthrough', b.breakthrough, p.ccode_a, p.ccode_b
    from panel as p
    inner join pair_last_meetings as l on p.leader_dyad_id = l.leader_dyad_id and p.year = l.year
    inner join dyad_breakthroughs as b on p.ccode_a = b.ccode_a and p.ccode_b = b.ccode_b and p.year = b.year
    cross join lateral (
        select unnest(['contact_before_year', 'contact_by_year_end']) as condition,
            unnest([
                not l.never_met,
                not l.never_met or exists (
                    select 1 from meeting_outcomes as m
                    where m.leader_a = p.leader_a and m.leader_b = p.leader_b and m.year = p.year
                )
            ]) as held
    ) as c
    where p.at_risk and p.covered
),

cells as (
    from meeting_rows
    union all
    from contact_rows
)

select
    condition as necessity_condition,
    reading,
    outcome_name as necessity_outcome,
    case when held then 'yes' when not held then 'no' else 'unknown' end as condition_state,
    count(*)::int as cell_rows,
    count(distinct (ccode_a, ccode_b))::int as cell_dyads,
    count(outcome)::int as cell_known,
    (count(*) filter (where outcome))::int as cell_present
from cells
group by all
