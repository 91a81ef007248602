with lists as (
    select
        max(last_year_of_list) filter (where list = 'tss') as tss_last,
        max(last_year_of_list) filter (where list = 'td') as td_last,
        max(last_year_of_list) filter (where list = 'kgd') as kgd_last
    from rivalries
)

-- both end years count; a rivalry without an end runs to the last year of its list
select
    r.ccode_a,
    r.ccode_b,
    y.year,
    case when y.year <= any_value(l.tss_last) then bool_or(r.list = 'tss') end as rival_tss,
    case when y.year <= any_value(l.td_last) then bool_or(r.list = 'td') end as rival_td,
    case when y.year <= any_value(l.kgd_last) then bool_or(r.list = 'kgd') end as rival_kgd
from rivalries as r
cross join lists as l
inner join state_dyad_years as y
    on r.ccode_a = y.ccode_a and r.ccode_b = y.ccode_b
    and y.year between r.start_year and coalesce(r.end_year, r.last_year_of_list)
group by r.ccode_a, r.ccode_b, y.year
