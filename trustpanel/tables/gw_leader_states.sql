-- leaders of states that are not on the list, or not yet, fall away here; join_counts counts them
select
    l.leader_id,
    c.gwcode,
    c.ccode,
    greatest(l.start_date, c.start_date) as start_date,
    least(l.end_date, c.end_date) as end_date
from leaders as l
inner join gw_cow_codes as c
    on l.start_date <= c.end_date and l.end_date >= c.start_date
    and (l.gwcode = c.gwcode or (l.gwcode is null and l.ccode = c.ccode))
