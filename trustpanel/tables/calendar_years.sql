with horizon as (
    select value::date as last_known from choices where choice = 'leader_data_last_day'
)

select
    y::smallint as year,
    make_date(y, 1, 1) as first_day,
    least(make_date(y, 12, 31), last_known) as last_day
from horizon, range(1816, year(last_known) + 1) as t (y)
