with spells as (
    select
        l.leader_id,
        l.person_id,
        coalesce(g.ccode, l.ccode) as ccode,
        greatest(l.start_date, coalesce(g.start_date, l.start_date)) as start_date,
        least(l.end_date, coalesce(g.end_date, l.end_date)) as end_date,
        l.start_precision
    from leaders as l
    -- no row: the leader's own code holds for the whole spell
    left join code_spells as g on l.gwcode = g.gwcode and l.start_date <= g.end_date and l.end_date >= g.start_date
),

-- a start known to the month or year is in doubt until that month or year is over
doubtful as (
    select
        *,
        case start_precision
            when 'month' then least(last_day(start_date), end_date)
            when 'year' then least(make_date(year(start_date), 12, 31), end_date)
        end as doubt_until,
        case start_precision
            when 'month' then date_trunc('month', start_date)::date
            when 'year' then date_trunc('year', start_date)::date
        end as doubt_from
    from spells
),

edges as (
    select ccode, start_date as day from doubtful
    union
    select ccode, end_date + 1 as day from doubtful
    union
    select ccode, doubt_until + 1 as day from doubtful where doubt_until is not null
    union
    select ccode, doubt_from as day from doubtful where doubt_from is not null
),

stretches as (
    select ccode, day as start_date, lead(day) over (partition by ccode order by day) - 1 as end_date
    from edges
),

held as (
    select
        s.ccode,
        s.start_date,
        s.end_date,
        arg_max(d.leader_id, (d.start_date, d.leader_id)) as last_comer,
        arg_max(d.person_id, (d.start_date, d.leader_id)) as last_person
    from stretches as s
    -- days on which nobody holds office form no row
    inner join doubtful as d on s.ccode = d.ccode and s.start_date between d.start_date and d.end_date
    group by all
),

doubt as (
    select distinct h.ccode, h.start_date
    from held as h
    inner join doubtful as d
        on h.ccode = d.ccode and d.doubt_from is not null and h.start_date between d.doubt_from and d.doubt_until
)

select
    h.ccode,
    h.start_date,
    h.end_date,
    case when d.ccode is null then h.last_comer end as leader_id,
    case when d.ccode is null then h.last_person end as person_id
from held as h
-- no row in doubt: the last comer counts
left join doubt as d on h.ccode = d.ccode and h.start_date = d.start_date
