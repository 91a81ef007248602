with days as (
    select distinct s.leader_id, m.month::date as month, greatest(m.month::date, s.start_date) as day
    from leader_states as s
    inner join range(timestamp '1946-01-01', timestamp '2027-01-01', interval 1 month) as m(month)
        on s.start_date <= last_day(m.month::date) and s.end_date >= m.month::date
),

first_days as (
    select leader_id, month, min(day) as day
    from days
    group by leader_id, month
)

-- leaders of states without a coded rule form no row
select
    d.leader_id,
    d.month,
    h.horizon_standing,
    h.horizon_date,
    ((h.horizon_date - d.day) / 365.25)::float as horizon_years,
    h.lame_duck
from first_days as d
inner join horizon_stretches as h on d.leader_id = h.leader_id and d.day between h.stretch_from and h.stretch_to
