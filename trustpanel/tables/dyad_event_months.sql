-- COPDAB dates from January 1948, before Israel was a state: months in which a state was no member make no row
with copdab as (
    select
        m.ccode_a,
        m.ccode_b,
        m.month,
        'copdab' as source,
        (m.score_ab + m.score_ba) / 2 as score,
        m.score_ab,
        m.score_ba,
        null::tinyint as covered_days,
        null::double as negative_share
    from facts.copdab_months as m
    where
        exists (
            select 1 from states as s
            where s.ccode = m.ccode_a and s.start_date <= last_day(m.month) and s.end_date >= m.month
        )
        and exists (
            select 1 from states as s
            where s.ccode = m.ccode_b and s.start_date <= last_day(m.month) and s.end_date >= m.month
        )
),

-- a dyad of the derived file without a row in a month: every daily score was 0, nothing was reported
gdelt as (
    select
        d.ccode_a,
        d.ccode_b,
        c.month,
        'gdelt_monthly' as source,
        coalesce(g.score_sum, 0) / c.covered_days as score,
        null::double as score_ab,
        null::double as score_ba,
        c.covered_days,
        coalesce(g.days_negative, 0) / c.covered_days as negative_share
    from (select distinct ccode_a, ccode_b from coded.gdelt_months) as d
    cross join coded.gdelt_covered_days as c
    left join coded.gdelt_months as g on d.ccode_a = g.ccode_a and d.ccode_b = g.ccode_b and c.month = g.month
),

scored as (
    select * from copdab
    union all
    select * from gdelt
)

select
    ccode_a,
    ccode_b,
    month,
    year(month)::smallint as year,
    source,
    score as event_score,
    score_ab as event_score_ab,
    score_ba as event_score_ba,
    round(
        (score - avg(score) over (partition by source, ccode_a, ccode_b))
        / nullif(stddev_samp(score) over (partition by source, ccode_a, ccode_b), 0),
        12
    ) as event_score_std,
    negative_share as event_negative_share,
    covered_days as event_covered_days
from scored
