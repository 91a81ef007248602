with scored as (
    select
        meeting_id,
        person_a,
        person_b,
        direction,
        case judgement when 'positive' then 1.0 when 'flat' then 0.0 when 'negative' then -1.0 end as score
    from bonding
    where bonding_item = 'valence' and not retrospective and judgement <> 'unknown'
),

sided as (
    select
        meeting_id,
        person_a,
        person_b,
        avg(score) filter (where direction in ('a_b', 'both')) as valence_ab,
        avg(score) filter (where direction in ('b_a', 'both')) as valence_ba,
        count(*)::smallint as valence_sources
    from scored
    group by meeting_id, person_a, person_b
)

select
    meeting_id,
    person_a,
    person_b,
    valence_ab,
    valence_ba,
    (valence_ab + valence_ba) / 2 as valence,
    valence_sources
from sided
