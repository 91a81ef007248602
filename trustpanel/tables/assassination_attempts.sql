with horizon as (
    select value::integer as days from choices where choice = 'transition_days'
),

-- the spell that the source names, and every other spell of that person at the head of the same state
candidates as (
    select
        a.record,
        l.leader_id,
        l.person_id,
        l.ccode,
        l.leader_id = a.leader_id as named,
        greatest(l.start_date - a.last_date, a.first_date - l.end_date, 0) as days_outside
    from facts.jones_olken_attempts as a
    inner join leaders as n on a.leader_id = n.leader_id
    inner join leaders as l on n.person_id = l.person_id and n.ccode = l.ccode
),

nearest as (
    select *
    from candidates
    qualify row_number() over (partition by record order by days_outside, not named, leader_id) = 1
)

-- an id that the leader files lack keeps its row without a leader; join_counts counts them
select
    a.record::varchar as record,
    n.ccode,
    case when n.days_outside <= h.days then n.leader_id end as leader_id,
    n.person_id,
    a.leader_id as leader_id_raw,
    a.leader_name as leader_name_raw,
    case
        when n.leader_id is null then 'no_leader'
        when n.days_outside > h.days then 'out_of_office'
        when n.days_outside > 0 then 'days_off'
        when n.named then 'in_office'
        else 'other_spell'
    end as attempt_match,
    a.first_date as attempt_first_date,
    a.last_date as attempt_last_date,
    a.date_precision as attempt_precision,
    a.outcome as attempt_outcome,
    a.outcome <> 'not_reached' as attempt_serious,
    a.solo as attempt_solo
from facts.jones_olken_attempts as a
cross join horizon as h
left join nearest as n on a.record = n.record
