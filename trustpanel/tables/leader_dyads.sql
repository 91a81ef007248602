with pairs as (
    select
        leader_a,
        leader_b,
        arg_min(ccode_a, overlap_start) as ccode_a,
        arg_min(ccode_b, overlap_start) as ccode_b,
        min(overlap_start) as pair_start,
        max(overlap_end) as pair_end,
        sum(overlap_days)::integer as pair_days
    from leader_dyad_years
    group by leader_a, leader_b
)

-- every spell of a pair has its leader: these joins lose nothing
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
