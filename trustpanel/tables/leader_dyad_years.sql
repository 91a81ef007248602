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
    inner join leader_states as b
        on a.ccode < b.ccode and a.start_date <= b.end_date and a.end_date >= b.start_date
    -- one person who leads two states (Nasser, Saddam Hussein in Kuwait) is no pair
    inner join leaders as lb on b.leader_id = lb.leader_id and la.person_id <> lb.person_id
    where least(a.end_date, b.end_date) >= date '1870-01-01'
),

by_year as (
    select
        s.leader_a,
        s.leader_b,
        s.ccode_a,
        s.ccode_b,
        y.year,
        y.first_day,
        greatest(s.start_date, y.first_day) as first_shared,
        least(s.end_date, y.last_day) as last_shared
    from shared as s
    inner join calendar_years as y on y.year between year(s.start_date) and year(s.end_date)
)

select
    concat_ws('|', leader_a, leader_b, ccode_a, ccode_b) as leader_dyad_id,
    year,
    leader_a,
    leader_b,
    ccode_a,
    ccode_b,
    min(first_shared) as overlap_start,
    max(last_shared) as overlap_end,
    sum(last_shared - first_shared + 1)::smallint as overlap_days,
    min(first_shared) = first_day as in_office_1jan
from by_year
group by leader_a, leader_b, ccode_a, ccode_b, year, first_day
