-- of the stretches that touch the year, the last one with a code speaks for it
select
    c.gwcode,
    arg_max(c.ccode, c.end_date) filter (where c.ccode is not null) as ccode,
    y.year
from gw_cow_codes as c
inner join calendar_years as y on c.start_date <= y.last_day and c.end_date >= y.first_day
group by c.gwcode, y.year
