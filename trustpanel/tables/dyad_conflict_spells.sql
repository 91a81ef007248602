-- the dyads and years of dyad_conflict_months, cut where a state enters or leaves the system
with stretches as (
    select
        d.ccode_a,
        d.ccode_b,
        d.year,
        greatest(s.start_date, y.first_day) as first_day,
        least(s.end_date, y.last_day) as final_day
    from (select distinct ccode_a, ccode_b, year from dyad_conflict_months) as d
    inner join calendar_years as y on d.year = y.year
    inner join state_dyad_spells as s
        on d.ccode_a = s.ccode_a and d.ccode_b = s.ccode_b and s.start_date <= y.last_day and s.end_date >= y.first_day
),

conflicts as (
    select 'dispute' as conflict, ccode_a, ccode_b, start_date, end_date, start_precision, end_precision, null::tinyint as level
    from disputes
    union all
    select 'incident', ccode_a, ccode_b, start_date, end_date, start_precision, end_precision, incident_hostility
    from dispute_incidents
    union all
    -- a dispute of which the list of incidents says nothing: what happened on its days is not known
    select 'untold', ccode_a, ccode_b, start_date, end_date, start_precision, end_precision, null
    from disputes as d
    where not exists (
        select 1 from dispute_incidents as i
        where i.dispute_id = d.dispute_id and i.ccode_a = d.ccode_a and i.ccode_b = d.ccode_b
    )
    union all
    select 'war', ccode_a, ccode_b, start_date, end_date, start_precision, end_precision, null
    from wars
    union all
    select 'crisis', ccode_a, ccode_b, start_date, end_date, start_precision, end_precision, null
    from crises
),

-- the latest first day and the earliest last day that a known month or year allows: between them it surely ran, and
-- between the published days it may have run
spans as (
    select
        *,
        case start_precision
            when 'day' then start_date when 'month' then last_day(start_date) else make_date(year(start_date), 12, 31)
        end as latest_start,
        case end_precision
            when 'day' then end_date when 'month' then date_trunc('month', end_date)::date else make_date(year(end_date), 1, 1)
        end as earliest_end
    from conflicts
),

changes as (
    select
        ccode_a,
        ccode_b,
        unnest([
            start_date, latest_start, latest_start + 1, earliest_end, earliest_end + 1, end_date + 1, start_date + 1
        ]) as day
    from spans
),

cuts as (
    select ccode_a, ccode_b, year, final_day, first_day as start_date
    from stretches
    union
    select t.ccode_a, t.ccode_b, t.year, t.final_day, c.day
    from stretches as t
    inner join changes as c
        on t.ccode_a = c.ccode_a and t.ccode_b = c.ccode_b and c.day > t.first_day and c.day <= t.final_day
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
        c.conflict,
        count(*) filter (where c.start_date = s.start_date and c.latest_start = c.start_date) as begun,
        count(*) filter (where c.start_date < c.latest_start and s.start_date <= c.latest_start) as perhaps_begun,
        count(*) filter (where s.start_date between c.latest_start and c.earliest_end) as running,
        count(*) filter (where s.start_date not between c.latest_start and c.earliest_end) as perhaps_running,
        max(c.level) filter (where s.start_date between c.latest_start and c.earliest_end) as level,
        max(c.level) filter (where s.start_date not between c.latest_start and c.earliest_end) as perhaps_level
    from spells as s
    inner join spans as c
        on s.ccode_a = c.ccode_a and s.ccode_b = c.ccode_b and s.start_date between c.start_date and c.end_date
    group by s.ccode_a, s.ccode_b, s.start_date, c.conflict
),

-- a spell without a conflict of a kind counts 0 of it
filled as (
    select
        s.ccode_a,
        s.ccode_b,
        s.start_date,
        s.end_date,
        s.year,
        k.conflict,
        case when coalesce(c.perhaps_begun, 0) = 0 then coalesce(c.begun, 0) end as begun,
        case when coalesce(c.perhaps_running, 0) = 0 then coalesce(c.running, 0) end as running,
        case when coalesce(c.perhaps_level, 0) <= coalesce(c.level, 0) then coalesce(c.level, 0) end as level,
        bool_or(c.conflict = 'untold') over (partition by s.ccode_a, s.ccode_b, s.start_date) is not true as told
    from spells as s
    cross join (values ('dispute'), ('incident'), ('untold'), ('war'), ('crisis')) as k (conflict)
    left join counted as c
        on s.ccode_a = c.ccode_a and s.ccode_b = c.ccode_b and s.start_date = c.start_date and k.conflict = c.conflict
)

select
    ccode_a,
    ccode_b,
    start_date,
    end_date,
    year,
    max(begun) filter (where conflict = 'dispute' and year <= 2014)::tinyint as disputes_begun_day,
    max(running) filter (where conflict = 'dispute' and year <= 2014)::tinyint as disputes_running_day,
    max(begun) filter (where conflict = 'incident' and told and year between 1992 and 2014)::tinyint as incidents_begun_day,
    max(running) filter (where conflict = 'incident' and told and year between 1992 and 2014)::tinyint as incidents_running_day,
    max(level) filter (where conflict = 'incident' and told and year between 1992 and 2014)::tinyint as incident_level_day,
    max(begun) filter (where conflict = 'war' and year <= 2003)::tinyint as wars_begun_day,
    max(running) filter (where conflict = 'war' and year <= 2003)::tinyint as wars_running_day,
    max(begun) filter (where conflict = 'crisis' and year between 1919 and 2020)::tinyint as crises_begun_day,
    max(running) filter (where conflict = 'crisis' and year between 1919 and 2020)::tinyint as crises_running_day
from filled
group by ccode_a, ccode_b, start_date, end_date, year
