-- every year that the days of a dispute between the two touch, years between two participations included
select
    d.dispute_id,
    d.ccode_a,
    d.ccode_b,
    y.year,
    year(d.start_date) = y.year as dispute_begins,
    year(d.end_date) = y.year as dispute_ends,
    (count(*) over (partition by d.ccode_a, d.ccode_b, y.year))::tinyint as disputes_that_year
from disputes as d
inner join calendar_years as y on y.year between year(d.start_date) and year(d.end_date)
