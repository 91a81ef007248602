-- one row a stretch of days on which both are members, end days included: what a dyad-year and a dyad-month rest on
select
    a.ccode as ccode_a,
    b.ccode as ccode_b,
    greatest(a.start_date, b.start_date) as start_date,
    least(a.end_date, b.end_date) as end_date
from states as a
inner join states as b on a.ccode < b.ccode and a.start_date <= b.end_date and a.end_date >= b.start_date
