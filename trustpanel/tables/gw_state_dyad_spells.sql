with both_listed as (
    select
        a.gwcode as gwcode_a,
        b.gwcode as gwcode_b,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        greatest(a.start_date, b.start_date) as start_date,
        least(a.end_date, b.end_date) as end_date
    from gw_cow_codes as a
    inner join gw_cow_codes as b
        on a.gwcode < b.gwcode and a.start_date <= b.end_date and a.end_date >= b.start_date
)

select
    gwcode_a,
    gwcode_b,
    ccode_a,
    ccode_b,
    start_date,
    end_date,
    coalesce(last_day(lag(end_date) over in_time) >= start_date, false)
    or coalesce(lead(start_date) over in_time <= last_day(end_date), false) as shares_a_month
from both_listed
window in_time as (partition by gwcode_a, gwcode_b order by start_date)
