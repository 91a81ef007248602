-- one day with both codes settles the pair; without such a day each side speaks for itself
select
    s.gwcode_a,
    s.gwcode_b,
    coalesce(
        arg_max(s.ccode_a, s.end_date) filter (where s.ccode_a is not null and s.ccode_b is not null),
        arg_max(s.ccode_a, s.end_date) filter (where s.ccode_a is not null)
    ) as ccode_a,
    coalesce(
        arg_max(s.ccode_b, s.end_date) filter (where s.ccode_a is not null and s.ccode_b is not null),
        arg_max(s.ccode_b, s.end_date) filter (where s.ccode_b is not null)
    ) as ccode_b,
    y.year
from gw_state_dyad_spells as s
inner join calendar_years as y on s.start_date <= y.last_day and s.end_date >= y.first_day
group by s.gwcode_a, s.gwcode_b, y.year
