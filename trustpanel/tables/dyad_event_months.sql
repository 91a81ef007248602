-- COPDAB dates from January 1948, before Israel was a state: months in which a state was no member make no row
with copdab as (
    select m.ccode_a, m.ccode_b, m.month, m.score_ab, m.score_ba, (m.score_ab + m.score_ba) / 2 as score
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
        coalesce(g.score_sum, 0) / c.covered_days as score,
        c.covered_days,
        coalesce(g.days_negative, 0) / c.covered_days as negative_share
    from (select distinct ccode_a, ccode_b from coded.gdelt_months) as d
    cross join coded.gdelt_covered_days as c
    left join coded.gdelt_months as g on d.ccode_a = g.ccode_a and d.ccode_b = g.ccode_b and c.month = g.month
),

-- sums of fractions in the order of months: in any order the last digit may differ between two builds
copdab_scored as (
    select
        *,
        round((score - avg(score order by month) over dyad) / nullif(stddev_samp(score order by month) over dyad, 0), 12) as std,
        round((score_ab - avg(score_ab order by month) over dyad) / nullif(stddev_samp(score_ab order by month) over dyad, 0), 12) as std_ab,
        round((score_ba - avg(score_ba order by month) over dyad) / nullif(stddev_samp(score_ba order by month) over dyad, 0), 12) as std_ba
    from copdab
    window dyad as (partition by ccode_a, ccode_b)
),

gdelt_scored as (
    select *, round((score - avg(score order by month) over dyad) / nullif(stddev_samp(score order by month) over dyad, 0), 12) as std
    from gdelt
    window dyad as (partition by ccode_a, ccode_b)
)

-- a month of one source only: the columns of the other are empty
select
    coalesce(c.ccode_a, g.ccode_a) as ccode_a,
    coalesce(c.ccode_b, g.ccode_b) as ccode_b,
    coalesce(c.month, g.month) as month,
    year(coalesce(c.month, g.month))::smallint as year,
    c.score as copdab_score,
    c.score_ab as copdab_score_ab,
    c.score_ba as copdab_score_ba,
    c.std as copdab_score_std,
    c.std_ab as copdab_score_std_ab,
    c.std_ba as copdab_score_std_ba,
    g.score as gdelt_score,
    g.std as gdelt_score_std,
    g.negative_share as gdelt_negative_share,
    g.covered_days as gdelt_covered_days
from copdab_scored as c
full join gdelt_scored as g on c.ccode_a = g.ccode_a and c.ccode_b = g.ccode_b and c.month = g.month
