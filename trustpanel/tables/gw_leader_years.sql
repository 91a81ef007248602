-- start and end day both count; only days on which the leader's state is on the list
select
    s.leader_id,
    s.gwcode,
    arg_max(s.ccode, s.end_date) filter (where s.ccode is not null) as ccode,
    y.year,
    min(greatest(s.start_date, y.first_day)) as office_start,
    max(least(s.end_date, y.last_day)) as office_end,
    sum(least(s.end_date, y.last_day) - greatest(s.start_date, y.first_day) + 1)::smallint as office_days
from gw_leader_states as s
inner join calendar_years as y on s.start_date <= y.last_day and s.end_date >= y.first_day
group by s.leader_id, s.gwcode, y.year
