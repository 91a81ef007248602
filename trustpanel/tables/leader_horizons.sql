with days as (
    select leader_id, year, min(office_start) as horizon_day
    from leader_years
    where year >= 1946
    group by leader_id, year
)

-- leaders of states without a coded rule form no row
select
    d.leader_id,
    d.year,
    d.horizon_day,
    h.horizon_rule,
    h.horizon_standing,
    h.scheduled_end,
    h.terms_left,
    h.horizon_date,
    ((h.horizon_date - d.horizon_day) / 365.25)::float as horizon_years,
    h.horizon_precision,
    h.lame_duck
from days as d
inner join horizon_stretches as h
    on d.leader_id = h.leader_id and d.horizon_day between h.stretch_from and h.stretch_to
