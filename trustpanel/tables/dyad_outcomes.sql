with in_contention as (
    select ccode_a, ccode_b from rivalries
    union
    select ccode_a, ccode_b from disputes
    union
    select ccode_a, ccode_b from meeting_dyads where leader_a is not null and leader_b is not null
),

-- an outcome window that outlives the time in which the two are members together is not observed
dyad_years as (
    select
        d.ccode_a,
        d.ccode_b,
        d.year,
        y.first_day,
        exists (
            select 1 from state_dyad_spells as s
            where s.ccode_a = d.ccode_a and s.ccode_b = d.ccode_b
                and y.first_day between s.start_date and s.end_date and s.end_date >= make_date(d.year + 2, 12, 31)
        ) as members_throughout
    from state_dyad_years as d
    inner join calendar_years as y on d.year = y.year
    where d.year >= 1946 and (d.ccode_a, d.ccode_b) in (select (ccode_a, ccode_b) from in_contention)
),

fought as (
    select
        d.dispute_id,
        d.ccode_a,
        d.ccode_b,
        -- a level, a fact of the dispute's end, is known once the whole dispute is over, and never if it ran on past the file
        case when d.ended_by_2014 then d.dispute_end_date end as known_from,
        d.hostility,
        -- incidents are coded from 1992 on, yet not for every dispute: one without any keeps its published level
        year(d.start_date) >= 1992 and exists (
            select 1 from dispute_incidents as i
            where i.dispute_id = d.dispute_id and i.ccode_a = d.ccode_a and i.ccode_b = d.ccode_b
        ) as has_incidents
    from disputes as d
),

incident_years as (
    select dispute_id, ccode_a, ccode_b, year(start_date) as year, max(incident_hostility) as hostility
    from dispute_incidents
    group by all
),

war_years as (
    select w.ccode_a, w.ccode_b, y.year, year(w.start_date) = y.year as begins
    from wars as w
    inner join calendar_years as y on y.year between year(w.start_date) and year(w.end_date)
),

-- level of each dispute in each year as the outcome counts it
levels as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        y.dispute_begins as begins,
        d.known_from,
        d.has_incidents,
        d.hostility as published,
        case when d.has_incidents then i.hostility end as by_incident
    from dispute_years as y
    inner join fought as d on y.dispute_id = d.dispute_id and y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b
    -- a year without an incident inside a dispute that has incident data carries no level of its own
    left join incident_years as i
        on y.dispute_id = i.dispute_id and y.ccode_a = i.ccode_a and y.ccode_b = i.ccode_b and y.year = i.year
),

outcome_years as (
    select
        ccode_a,
        ccode_b,
        year,
        bool_or(begins) as dispute_begins,
        true as dispute_runs,
        max(case when has_incidents then by_incident else published end) as level
    from levels
    group by ccode_a, ccode_b, year
),

ahead as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        coalesce(bool_or(o.dispute_begins), false) as dispute_begins,
        coalesce(bool_or(o.dispute_runs), false) as dispute_runs,
        coalesce(max(o.level), 0) as level
    from dyad_years as p
    left join outcome_years as o
        on p.ccode_a = o.ccode_a and p.ccode_b = o.ccode_b and o.year between p.year and p.year + 2
    group by p.ccode_a, p.ccode_b, p.year
),

wars_ahead as (
    select p.ccode_a, p.ccode_b, p.year, bool_or(w.begins) as war_begins
    from dyad_years as p
    inner join war_years as w on p.ccode_a = w.ccode_a and p.ccode_b = w.ccode_b and w.year between p.year and p.year + 2
    group by p.ccode_a, p.ccode_b, p.year
),

-- only what was known on 31 December of t-1: incidents up to then, or the level of a dispute that had ended
behind as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        max(case when l.has_incidents then l.by_incident when l.known_from < p.first_day then l.published end) as level,
        bool_or(not l.has_incidents and coalesce(l.known_from >= p.first_day, true)) as open_dispute
    from dyad_years as p
    inner join levels as l
        on p.ccode_a = l.ccode_a and p.ccode_b = l.ccode_b and l.year between p.year - 3 and p.year - 1
    group by p.ccode_a, p.ccode_b, p.year
),

wars_behind as (
    select p.ccode_a, p.ccode_b, p.year
    from dyad_years as p
    inner join war_years as w
        on p.ccode_a = w.ccode_a and p.ccode_b = w.ccode_b and w.year between p.year - 3 and p.year - 1
    group by p.ccode_a, p.ccode_b, p.year
),

-- a missing level may lie anywhere between 1 and 5; only a known 5 settles the highest level without it
hostility as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        coalesce(b.open_dispute, false) as hostility_open,
        case
            when w.year is not null then 5
            when coalesce(b.open_dispute, false) and coalesce(b.level, 0) < 5 then null
            else coalesce(b.level, 0)
        end as hostility_prior
    from dyad_years as p
    left join behind as b on p.ccode_a = b.ccode_a and p.ccode_b = b.ccode_b and p.year = b.year
    left join wars_behind as w on p.ccode_a = w.ccode_a and p.ccode_b = w.ccode_b and p.year = w.year
),

rivalry_ends as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        r.list,
        case
            when bool_or(r.end_is_known and r.end_year between p.year and p.year + 2) then 1
            -- an end that the list only dates by the last dispute settles nothing
            when bool_or(not r.end_is_known and r.end_year <= p.year + 2) then null
            when p.year + 2 <= max(r.last_year_of_list) then 0
        end as ends
    from dyad_years as p
    inner join rivalries as r
        on p.ccode_a = r.ccode_a and p.ccode_b = r.ccode_b
        and r.start_year < p.year and p.year <= coalesce(r.end_year, r.last_year_of_list)
    group by p.ccode_a, p.ccode_b, p.year, r.list
),

rivalry_end as (
    select
        ccode_a,
        ccode_b,
        year,
        max(ends) filter (where list = 'tss') as tss,
        max(ends) filter (where list = 'td') as td,
        max(ends) filter (where list = 'kgd') as kgd
    from rivalry_ends
    group by ccode_a, ccode_b, year
),

crisis_ahead as (
    select p.ccode_a, p.ccode_b, p.year
    from dyad_years as p
    inner join crises as c
        on p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b and year(c.start_date) between p.year and p.year + 2
    group by p.ccode_a, p.ccode_b, p.year
),

crisis_behind as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        -- of the last crisis, known or not: arg_max would pass over one that is too recent to tell
        first(c.tension_recurred order by c.end_date desc, c.crisis_id desc) as recurred
    from dyad_years as p
    inner join crises as c
        on p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b and year(c.end_date) between p.year - 5 and p.year - 1
    group by p.ccode_a, p.ccode_b, p.year
)

-- left joins: the row is kept; what has no row in a complete file is 0 within the file's window, else missing
select
    p.ccode_a,
    p.ccode_b,
    p.year,
    case
        when p.members_throughout and p.year <= 2012
            then (not g.dispute_begins and not coalesce(w.war_begins, false))::tinyint
    end as peace_3y,
    case
        when p.members_throughout and p.year <= 2012 then (not g.dispute_runs and w.year is null)::tinyint
    end as peace_any_3y,
    case when p.year <= 2015 then h.hostility_prior end::tinyint as hostility_prior,
    case when p.year <= 2015 then h.hostility_open end as hostility_open,
    case
        when p.members_throughout and p.year <= 2012 and h.hostility_prior >= 2
            then h.hostility_prior - case when w.year is not null then 5 else g.level end
    end::tinyint as hostility_fall,
    r.tss::tinyint as rivalry_end_tss,
    r.td::tinyint as rivalry_end_td,
    r.kgd::tinyint as rivalry_end_kgd,
    case
        when z.peace_scale < 1 then (floor(x.peace_scale * 4) > floor(z.peace_scale * 4))::tinyint
    end as peace_step,
    case when p.year <= 2018 and p.members_throughout then (q.year is null)::tinyint end as crisis_free,
    (not u.recurred)::tinyint as tension_reduced
from dyad_years as p
inner join ahead as g on p.ccode_a = g.ccode_a and p.ccode_b = g.ccode_b and p.year = g.year
left join wars_ahead as w on p.ccode_a = w.ccode_a and p.ccode_b = w.ccode_b and p.year = w.year
inner join hostility as h on p.ccode_a = h.ccode_a and p.ccode_b = h.ccode_b and p.year = h.year
left join rivalry_end as r on p.ccode_a = r.ccode_a and p.ccode_b = r.ccode_b and p.year = r.year
left join peace_scale as z on p.ccode_a = z.ccode_a and p.ccode_b = z.ccode_b and p.year - 1 = z.year
left join peace_scale as x on p.ccode_a = x.ccode_a and p.ccode_b = x.ccode_b and p.year + 4 = x.year
left join crisis_ahead as q on p.ccode_a = q.ccode_a and p.ccode_b = q.ccode_b and p.year = q.year
left join crisis_behind as u on p.ccode_a = u.ccode_a and p.ccode_b = u.ccode_b and p.year = u.year
