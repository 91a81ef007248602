with settings as (
    select max(try_cast(value as double)) filter (where choice = 'costly_act') as costly
    from choices
),

acts as (
    select
        least(b.sender_ccode, b.receiver_ccode) as ccode_a,
        greatest(b.sender_ccode, b.receiver_ccode) as ccode_b,
        year(b.known_date) as year,
        coalesce(bool_or(b.act_cost >= s.costly) filter (where not b.hostile), false) as costly_act,
        coalesce(bool_or(b.sender_ccode < b.receiver_ccode) filter (where b.hostile), false) as hostile_ab,
        coalesce(bool_or(b.sender_ccode > b.receiver_ccode) filter (where b.hostile), false) as hostile_ba
    from belief_acts as b
    cross join settings as s
    group by all
)

-- left join: two states without an act have done none, within the windows of agreements and disputes
select
    p.ccode_a,
    p.ccode_b,
    p.year,
    case when p.year <= 1999 then coalesce(a.costly_act, false) end::tinyint as costly_act_ab,
    case when p.year <= 1999 then coalesce(a.costly_act, false) end::tinyint as costly_act_ba,
    case when p.year <= 2014 then coalesce(a.hostile_ab, false) end::tinyint as hostile_act_ab,
    case when p.year <= 2014 then coalesce(a.hostile_ba, false) end::tinyint as hostile_act_ba
from dyad_outcomes as p
left join acts as a on p.ccode_a = a.ccode_a and p.ccode_b = a.ccode_b and p.year = a.year
