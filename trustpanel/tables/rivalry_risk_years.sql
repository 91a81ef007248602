-- a rivalry stands on 1 January of t if it began before t and has not ended: the first year at risk follows its start
with at_risk as (
    select
        r.ccode_a,
        r.ccode_b,
        y.year,
        r.rivalry_id,
        y.year - r.start_year as years_at_risk,
        r.end_is_known and r.end_year = y.year as ends
    from rivalries as r
    -- inner: a year in which one of the two is no member is not at risk (join_counts)
    inner join state_dyad_years as y
        on r.ccode_a = y.ccode_a and r.ccode_b = y.ccode_b
        and r.start_year < y.year and y.year <= coalesce(r.end_year, r.last_year_of_list)
    where r.list = 'tss' and y.year >= 1946
)

select
    ccode_a,
    ccode_b,
    year,
    rivalry_id as rivalry_id_tss,
    (years_at_risk - 1)::smallint as rivalry_entry_tss,
    years_at_risk::smallint as rivalry_exit_tss,
    ln(years_at_risk) as rivalry_age_log_tss,
    ends as rivalry_ends_tss
from at_risk
