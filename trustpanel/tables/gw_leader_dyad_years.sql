-- one shared day with both codes settles the pair's; without such a day each side speaks for itself
select
    s.leader_a,
    s.leader_b,
    s.gwcode_a,
    s.gwcode_b,
    y.year,
    coalesce(
        arg_max(s.ccode_a, s.end_date) filter (where s.ccode_a is not null and s.ccode_b is not null),
        arg_max(s.ccode_a, s.end_date) filter (where s.ccode_a is not null)
    ) as ccode_a,
    coalesce(
        arg_max(s.ccode_b, s.end_date) filter (where s.ccode_a is not null and s.ccode_b is not null),
        arg_max(s.ccode_b, s.end_date) filter (where s.ccode_b is not null)
    ) as ccode_b,
    min(greatest(s.start_date, y.first_day)) as overlap_start,
    max(least(s.end_date, y.last_day)) as overlap_end,
    sum(least(s.end_date, y.last_day) - greatest(s.start_date, y.first_day) + 1)::smallint as overlap_days,
    min(greatest(s.start_date, y.first_day)) = y.first_day as in_office_1jan
from gw_leader_dyad_spells as s
inner join calendar_years as y on y.year between year(s.start_date) and year(s.end_date)
group by s.leader_a, s.leader_b, s.gwcode_a, s.gwcode_b, y.year, y.first_day
