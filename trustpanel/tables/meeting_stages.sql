with readings (reading) as (
    values ('of_the_time'), ('any_source')
),

sided as (
    select b.meeting_id, b.person_a, b.person_b, b.bonding_item, r.reading, d.side, b.judgement = 'yes' as yes
    from bonding as b
    inner join readings as r on not b.retrospective or r.reading = 'any_source'
    cross join unnest(['a_b', 'b_a']) as d (side)
    where b.judgement in ('yes', 'no') and b.direction in (d.side, 'both')
),

-- sources that disagree leave the side unknown
judged as (
    select
        meeting_id,
        person_a,
        person_b,
        bonding_item,
        reading,
        case when bool_and(yes) filter (where side = 'a_b') then true when not bool_or(yes) filter (where side = 'a_b') then false end as stage_ab,
        case when bool_and(yes) filter (where side = 'b_a') then true when not bool_or(yes) filter (where side = 'b_a') then false end as stage_ba,
        count(*)::smallint as stage_judgements
    from sided
    group by meeting_id, person_a, person_b, bonding_item, reading
)

select
    meeting_id,
    person_a,
    person_b,
    bonding_item,
    reading,
    stage_ab,
    stage_ba,
    stage_ab and stage_ba as stage_both,
    stage_ab or stage_ba as stage_either,
    stage_judgements
from judged
