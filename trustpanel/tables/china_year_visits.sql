with travel as (
    select
        a.person_id,
        s.ccode,
        c.year,
        sum(c.trips) as trips,
        first(c.office_raw order by c.office_raw) as office_raw
    from facts.ceias_china_travel as c
    inner join coded.aliases as a on a.source = 'ceias_china' and c.leader_name_raw = a.raw_name
    -- Palestine is no member of the state system: left out, and counted
    inner join coded.state_names as s
        on s.source = 'ceias_china' and c.country_name = s.raw_name
        and make_date(c.year, 7, 1) between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')
    group by a.person_id, s.ccode, c.year
),

-- in office as China's effective leader on any day of the year: the trip itself can lie outside
in_office as (
    select t.person_id, t.ccode, t.year, count(*) > 0 as found
    from travel as t
    inner join effective_leaders as e
        on t.person_id = e.person_id and e.ccode = 710
        and e.start_date <= make_date(t.year, 12, 31) and e.end_date >= make_date(t.year, 1, 1)
    group by t.person_id, t.ccode, t.year
)

select
    t.person_id,
    t.ccode,
    t.year,
    t.trips::tinyint as trips,
    t.office_raw,
    coalesce(o.found, false) as effective_that_year
from travel as t
left join in_office as o on t.person_id = o.person_id and t.ccode = o.ccode and t.year = o.year
