-- acts as spans: an unknown first or last day may be any of its month
with acts as (
    select
        ccode_a,
        ccode_b,
        mie_actor,
        mie_level,
        start_date,
        end_date,
        case start_precision when 'day' then start_date else last_day(start_date) end as latest_start,
        case end_precision when 'day' then end_date else date_trunc('month', end_date)::date end as earliest_end
    from mie_incidents
),

changes as (
    select
        ccode_a,
        ccode_b,
        unnest([start_date, start_date + 1, latest_start, latest_start + 1, earliest_end, earliest_end + 1, end_date + 1]) as day
    from acts
),

-- the stretches of dyad_conflict_spells, cut further; acts of other dyads fall away
cuts as (
    select ccode_a, ccode_b, year, end_date as final_day, start_date
    from dyad_conflict_spells
    where year <= 2014
    union
    select t.ccode_a, t.ccode_b, t.year, t.end_date, c.day
    from dyad_conflict_spells as t
    inner join changes as c
        on t.ccode_a = c.ccode_a and t.ccode_b = c.ccode_b and c.day > t.start_date and c.day <= t.end_date
    where t.year <= 2014
),

spells as (
    select
        ccode_a,
        ccode_b,
        year,
        start_date,
        coalesce(lead(start_date) over (partition by ccode_a, ccode_b, final_day order by start_date) - 1, final_day) as end_date
    from cuts
),

-- nothing changes within a spell: its first day speaks for all its days
counted as (
    select
        s.ccode_a,
        s.ccode_b,
        s.start_date,
        a.mie_actor,
        count(*) filter (where a.start_date = s.start_date and a.latest_start = a.start_date) as begun,
        count(*) filter (where a.start_date < a.latest_start and s.start_date <= a.latest_start) as perhaps_begun,
        max(a.mie_level) filter (where s.start_date between a.latest_start and a.earliest_end) as level,
        max(a.mie_level) filter (where s.start_date not between a.latest_start and a.earliest_end) as perhaps_level
    from spells as s
    inner join acts as a
        on s.ccode_a = a.ccode_a and s.ccode_b = a.ccode_b and s.start_date between a.start_date and a.end_date
    group by s.ccode_a, s.ccode_b, s.start_date, a.mie_actor
),

-- no act: 0 within the window
filled as (
    select
        s.ccode_a,
        s.ccode_b,
        s.start_date,
        s.end_date,
        s.year,
        k.mie_actor,
        case when coalesce(c.perhaps_begun, 0) = 0 then coalesce(c.begun, 0) end as begun,
        case when coalesce(c.perhaps_level, 0) <= coalesce(c.level, 0) then coalesce(c.level, 0) end as level
    from spells as s
    cross join (values ('a'), ('b')) as k (mie_actor)
    left join counted as c
        on s.ccode_a = c.ccode_a and s.ccode_b = c.ccode_b and s.start_date = c.start_date and k.mie_actor = c.mie_actor
)

select
    ccode_a,
    ccode_b,
    start_date,
    end_date,
    year,
    max(begun) filter (where mie_actor = 'a')::smallint as mie_acts_ab_day,
    max(begun) filter (where mie_actor = 'b')::smallint as mie_acts_ba_day,
    max(level) filter (where mie_actor = 'a')::tinyint as mie_level_ab_day,
    max(level) filter (where mie_actor = 'b')::tinyint as mie_level_ba_day
from filled
group by ccode_a, ccode_b, start_date, end_date, year
