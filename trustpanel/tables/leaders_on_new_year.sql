with present as (
    select
        s.ccode,
        y.year,
        s.leader_id,
        l.end_date,
        s.start_date,
        case s.start_precision
            when 'month' then date_trunc('month', s.start_date) = date_trunc('month', y.first_day)
            when 'year' then year(s.start_date) = y.year
            else false
        end as in_doubt
    from leader_states as s
    inner join leaders as l on s.leader_id = l.leader_id
    inner join calendar_years as y
        on y.first_day between s.start_date and s.end_date
        or (s.start_precision = 'year' and year(s.start_date) = y.year)
        or (s.start_precision = 'month' and date_trunc('month', s.start_date) = y.first_day)
)

-- state-years with nobody in office on 1 January form no row
select
    ccode,
    year,
    case when not bool_or(in_doubt) then arg_max(leader_id, (end_date, start_date, leader_id)) end as leader_id
from present
group by ccode, year
