-- politically relevant dyads of the year (those of 2016 go on, since both lists end there), and dyads that any list of
-- rivalries has had by then: once rivals, a dyad stays
with sampled as (
    select ccode_a, ccode_b, year, true as relevant, false as rival
    from state_dyad_years
    where politically_relevant
    union all
    select d.ccode_a, d.ccode_b, y.year, true, false
    from state_dyad_years as d
    inner join calendar_years as y on y.year between 2017 and 2020
    where d.politically_relevant and d.year = 2016
    union all
    select r.ccode_a, r.ccode_b, y.year, false, true
    from rivalries as r
    inner join calendar_years as y on y.year between greatest(r.start_year, 1816) and 2020
),

dyad_years as (
    select ccode_a, ccode_b, year, bool_or(relevant) as relevant, bool_or(rival) as rival
    from sampled
    group by all
),

-- months in which both are members of the system on a day
dyad_months as (
    select distinct
        d.ccode_a,
        d.ccode_b,
        m.month::date as month,
        d.year,
        case when d.relevant and d.rival then 'both' when d.rival then 'rival' else 'politically_relevant' end as sample
    from dyad_years as d
    inner join states as a on d.ccode_a = a.ccode
    inner join states as b on d.ccode_b = b.ccode,
        unnest(
            generate_series(
                date_trunc('month', greatest(a.start_date, b.start_date, make_date(d.year, 1, 1)))::date,
                least(a.end_date, b.end_date, make_date(d.year, 12, 31)),
                interval 1 month
            )
        ) as m (month)
),

-- every conflict as a span of months, with the level of an incident or, in the month in which it has ended, of a dispute;
-- an incident known to the year only may lie in any of its months
spans as (
    select 'dispute' as conflict, ccode_a, ccode_b, start_date, end_date, null::tinyint as level, 'day' as start_precision, 'day' as end_precision
    from disputes
    union all
    select 'ended', ccode_a, ccode_b, dispute_end_date, dispute_end_date, hostility, 'day', 'day'
    from disputes
    where ended_by_2014
    union all
    select 'incident', ccode_a, ccode_b, start_date, end_date, incident_hostility, start_precision, end_precision
    from dispute_incidents
    union all
    -- a dispute of which the list of incidents says nothing: what happened in its months is not known
    select 'untold', ccode_a, ccode_b, start_date, end_date, null, 'day', 'day'
    from disputes as d
    where not exists (
        select 1 from dispute_incidents as i
        where i.dispute_id = d.dispute_id and i.ccode_a = d.ccode_a and i.ccode_b = d.ccode_b
    )
    union all
    select 'war', ccode_a, ccode_b, start_date, end_date, null, 'day', 'day'
    from wars
    union all
    select 'crisis', ccode_a, ccode_b, start_date, end_date, null, 'day', 'day'
    from crises
),

touched as (
    select
        s.ccode_a,
        s.ccode_b,
        m.month::date as month,
        s.conflict,
        s.level,
        s.start_date >= m.month as begun,
        s.start_precision = 'year' as begun_undated,
        s.start_precision = 'year' or (s.end_precision = 'year' and s.start_date < m.month) as undated
    from spans as s,
        unnest(generate_series(date_trunc('month', s.start_date)::date, s.end_date, interval 1 month)) as m (month)
),

counted as (
    select
        ccode_a,
        ccode_b,
        month,
        count(*) filter (where conflict = 'dispute' and begun) as disputes_begun,
        count(*) filter (where conflict = 'dispute') as disputes_running,
        max(level) filter (where conflict = 'ended') as ended_dispute_level,
        count(*) filter (where conflict = 'incident' and begun) as incidents_begun,
        bool_or(begun_undated) as incident_begun_undated,
        bool_or(conflict = 'untold') as untold,
        max(level) filter (where conflict = 'incident' and not undated) as incident_level,
        max(level) filter (where conflict = 'incident' and undated) as undated_incident_level,
        count(*) filter (where conflict = 'war' and begun) as wars_begun,
        count(*) filter (where conflict = 'war') as wars_running,
        count(*) filter (where conflict = 'crisis' and begun) as crises_begun,
        count(*) filter (where conflict = 'crisis') as crises_running
    from touched
    group by ccode_a, ccode_b, month
)

-- no conflict in the month: 0 within the window of the source; conflicts of other dyads fall away, join_counts counts them
select
    d.ccode_a,
    d.ccode_b,
    d.month,
    d.year,
    d.sample as conflict_sample,
    case when d.year <= 2014 then coalesce(c.disputes_begun, 0) end::tinyint as disputes_begun,
    case when d.year <= 2014 then coalesce(c.disputes_running, 0) end::tinyint as disputes_running,
    case when d.year <= 2014 then c.ended_dispute_level end::tinyint as ended_dispute_level,
    case
        when d.year between 1992 and 2014 and not coalesce(c.incident_begun_undated or c.untold, false)
            then coalesce(c.incidents_begun, 0)
    end::tinyint as incidents_begun,
    case
        when d.year between 1992 and 2014 and not coalesce(c.untold, false)
            and coalesce(c.undated_incident_level, 0) <= coalesce(c.incident_level, 0)
            then coalesce(c.incident_level, 0)
    end::tinyint as incident_level,
    case when d.year <= 2003 then coalesce(c.wars_begun, 0) end::tinyint as wars_begun,
    case when d.year <= 2003 then coalesce(c.wars_running, 0) end::tinyint as wars_running,
    case when d.year between 1919 and 2020 then coalesce(c.crises_begun, 0) end::tinyint as crises_begun,
    case when d.year between 1919 and 2020 then coalesce(c.crises_running, 0) end::tinyint as crises_running
from dyad_months as d
left join counted as c on d.ccode_a = c.ccode_a and d.ccode_b = c.ccode_b and d.month = c.month
