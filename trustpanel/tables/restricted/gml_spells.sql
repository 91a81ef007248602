-- disputes as spans: an unknown first or last day may be any of its month
with spans as (
    select
        ccode_a,
        ccode_b,
        start_date,
        end_date,
        case start_precision when 'day' then start_date else last_day(start_date) end as latest_start,
        case end_precision when 'day' then end_date else date_trunc('month', end_date)::date end as earliest_end
    from gml_disputes
),

changes as (
    select
        ccode_a,
        ccode_b,
        unnest([start_date, start_date + 1, latest_start, latest_start + 1, earliest_end, earliest_end + 1, end_date + 1]) as day
    from spans
),

-- the stretches of dyad_conflict_spells, cut further; disputes of other dyads fall away
cuts as (
    select ccode_a, ccode_b, year, end_date as final_day, start_date
    from dyad_conflict_spells
    where year <= 2010
    union
    select t.ccode_a, t.ccode_b, t.year, t.end_date, c.day
    from dyad_conflict_spells as t
    inner join changes as c
        on t.ccode_a = c.ccode_a and t.ccode_b = c.ccode_b and c.day > t.start_date and c.day <= t.end_date
    where t.year <= 2010
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
        count(*) filter (where c.start_date = s.start_date and c.latest_start = c.start_date) as begun,
        count(*) filter (where c.start_date < c.latest_start and s.start_date <= c.latest_start) as perhaps_begun,
        count(*) filter (where s.start_date between c.latest_start and c.earliest_end) as running,
        count(*) filter (where s.start_date not between c.latest_start and c.earliest_end) as perhaps_running
    from spells as s
    inner join spans as c
        on s.ccode_a = c.ccode_a and s.ccode_b = c.ccode_b and s.start_date between c.start_date and c.end_date
    group by s.ccode_a, s.ccode_b, s.start_date
)

-- no dispute: 0 within the window
select
    s.ccode_a,
    s.ccode_b,
    s.start_date,
    s.end_date,
    s.year,
    case when coalesce(c.perhaps_begun, 0) = 0 then coalesce(c.begun, 0) end::tinyint as gml_disputes_begun_day,
    case when coalesce(c.perhaps_running, 0) = 0 then coalesce(c.running, 0) end::tinyint as gml_disputes_running_day
from spells as s
left join counted as c on s.ccode_a = c.ccode_a and s.ccode_b = c.ccode_b and s.start_date = c.start_date
