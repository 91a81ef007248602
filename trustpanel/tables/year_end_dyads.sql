-- a year that the leader data do not reach to its end has no 31 December yet
select a.ccode as ccode_a, b.ccode as ccode_b, y.year
from calendar_years as y
inner join states as a on make_date(y.year, 12, 31) between a.start_date and a.end_date
inner join states as b on make_date(y.year, 12, 31) between b.start_date and b.end_date and a.ccode < b.ccode
where month(y.last_day) = 12 and day(y.last_day) = 31
