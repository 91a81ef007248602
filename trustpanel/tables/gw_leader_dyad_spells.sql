with shared as (
    select
        a.leader_id as leader_a,
        b.leader_id as leader_b,
        a.gwcode as gwcode_a,
        b.gwcode as gwcode_b,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        greatest(a.start_date, b.start_date, date '1870-01-01') as start_date,
        least(a.end_date, b.end_date) as end_date
    from gw_leader_states as a
    inner join leaders as la on a.leader_id = la.leader_id
    inner join gw_leader_states as b
        on a.gwcode < b.gwcode and a.start_date <= b.end_date and a.end_date >= b.start_date
    -- one person who leads two states is no pair
    inner join leaders as lb on b.leader_id = lb.leader_id and la.person_id <> lb.person_id
    where least(a.end_date, b.end_date) >= date '1870-01-01'
)

select
    leader_a,
    leader_b,
    gwcode_a,
    gwcode_b,
    ccode_a,
    ccode_b,
    start_date,
    end_date,
    coalesce(last_day(lag(end_date) over in_time) >= start_date, false)
    or coalesce(lead(start_date) over in_time <= last_day(end_date), false) as shares_a_month
from shared
window in_time as (partition by leader_a, leader_b, gwcode_a, gwcode_b order by start_date)
