with shared as (
    select
        a.leader_id as leader_a,
        b.leader_id as leader_b,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        greatest(a.start_date, b.start_date, date '1870-01-01') as start_date,
        least(a.end_date, b.end_date) as end_date
    from leader_states as a
    inner join leaders as la on a.leader_id = la.leader_id
    -- every pair of spells with a common day, handover days and end days included
    inner join leader_states as b
        on a.ccode < b.ccode and a.start_date <= b.end_date and a.end_date >= b.start_date
    -- one person who leads two states (Nasser, Saddam Hussein in Kuwait) is no pair
    inner join leaders as lb on b.leader_id = lb.leader_id and la.person_id <> lb.person_id
    where least(a.end_date, b.end_date) >= date '1870-01-01'
),

pairs as (
    select
        leader_a,
        leader_b,
        arg_min(ccode_a, start_date) as ccode_a,
        arg_min(ccode_b, start_date) as ccode_b,
        min(start_date) as pair_start,
        max(end_date) as pair_end,
        sum(end_date - start_date + 1)::integer as pair_days
    from shared
    group by leader_a, leader_b
)

select
    p.leader_a,
    p.leader_b,
    p.ccode_a,
    p.ccode_b,
    concat_ws('|', p.leader_a, p.leader_b, p.ccode_a, p.ccode_b) as leader_dyad_id,
    a.person_id as person_a,
    b.person_id as person_b,
    p.pair_start,
    p.pair_end,
    p.pair_days
from pairs as p
inner join leaders as a on p.leader_a = a.leader_id
inner join leaders as b on p.leader_b = b.leader_id
