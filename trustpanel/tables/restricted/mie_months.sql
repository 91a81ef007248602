-- acts by month; one that runs on counts in each of its months
with touched as (
    select m.month::date as month, i.*, i.start_date >= m.month as begun
    from mie_incidents as i,
        unnest(generate_series(date_trunc('month', i.start_date)::date, i.end_date, interval 1 month)) as m (month)
),

counted as (
    select
        ccode_a,
        ccode_b,
        month,
        count(*) filter (where begun and mie_actor = 'a') as acts_ab,
        count(*) filter (where begun and mie_actor = 'b') as acts_ba,
        max(mie_level) filter (where mie_actor = 'a') as level_ab,
        max(mie_level) filter (where mie_actor = 'b') as level_ba
    from touched
    group by ccode_a, ccode_b, month
)

-- acts of other dyads than those of dyad_conflict_months fall away; no act: 0 within the window
select
    d.ccode_a,
    d.ccode_b,
    d.month,
    d.year,
    coalesce(c.acts_ab, 0)::smallint as mie_acts_ab,
    coalesce(c.acts_ba, 0)::smallint as mie_acts_ba,
    coalesce(c.level_ab, 0)::tinyint as mie_level_ab,
    coalesce(c.level_ba, 0)::tinyint as mie_level_ba,
    coalesce(greatest(c.level_ab, c.level_ba), 0)::tinyint as mie_level_month
from dyad_conflict_months as d
left join counted as c on d.ccode_a = c.ccode_a and d.ccode_b = c.ccode_b and d.month = c.month
where d.year <= 2014
