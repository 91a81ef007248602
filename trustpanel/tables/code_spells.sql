-- codes by date: the crosswalk row where there is one, the Gleditsch-Ward code itself outside it
with edges as (
    select gwcode, date '1816-01-01' as day from coded.gw_cow
    union
    select gwcode, start_date from coded.gw_cow
    union
    select gwcode, end_date + 1 from coded.gw_cow where end_date is not null
),

stretches as (
    select
        e.gwcode,
        e.day as start_date,
        coalesce(lead(e.day) over (partition by e.gwcode order by e.day) - 1, c.value::date) as end_date
    from edges as e
    inner join choices as c on c.choice = 'leader_data_last_day'
)

select s.gwcode, coalesce(g.ccode, s.gwcode) as ccode, s.start_date, s.end_date
from stretches as s
-- no crosswalk row on those days: the two lists use the same code
left join coded.gw_cow as g
    on s.gwcode = g.gwcode and s.start_date between g.start_date and coalesce(g.end_date, s.start_date)
