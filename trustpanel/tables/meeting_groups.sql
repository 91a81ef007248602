with gap as (
    select value::integer as days from choices where choice = 'merge_gap_days'
),

documented as (
    select p.*, t.kind as record_kind, t.start_date, t.end_date, t.start_precision, t.record_start, t.record_end, t.host_ccode, t.place
    from record_persons as p
    inner join record_texts as t on p.source = t.source and p.record = t.record
    where t.documented and p.role <> 'present' and p.person_id is not null
),

centres as (
    select * from documented where role in ('host', 'traveller')
),

others as (
    select * from documented where role in ('visitor', 'counterpart')
),

-- each counterpart who met the traveller or host apart
pairs as (
    select
        o.source, o.record,
        list_sort([c.person_id, o.person_id]) as persons,
        coalesce(o.mention_kind, o.record_kind) as kind,
        o.start_date, o.end_date, o.start_precision, o.record_start, o.record_end, o.host_ccode, o.place
    from others as o
    inner join centres as c on o.source = c.source and o.record = c.record and o.person_id <> c.person_id
    where not o.joint
),

joint_sets as (
    select
        o.source, o.record,
        list_sort(list_distinct(list_append(list(o.person_id), any_value(c.person_id)))) as persons,
        any_value(o.record_kind) as kind,
        any_value(o.start_date) as start_date, any_value(o.end_date) as end_date, any_value(o.start_precision) as start_precision,
        any_value(o.record_start) as record_start, any_value(o.record_end) as record_end,
        any_value(o.host_ccode) as host_ccode, any_value(o.place) as place
    from others as o
    inner join centres as c on o.source = c.source and o.record = c.record
    where o.joint
    group by o.source, o.record
),

-- meetings that this project coded itself, person by person
coded_sets as (
    select
        'rival_meetings' as source, coding_id as record, list_sort([person_a, person_b]) as persons, kind,
        start_date, end_date, date_precision as start_precision, start_date as record_start, end_date as record_end, host_ccode, place
    from coded.rival_meetings
),

sets as (
    select * from pairs
    union all
    select * from joint_sets where len(persons) > 1
    union all
    select * from coded_sets
),

larger as (
    select distinct persons, start_date, end_date from joint_sets where len(persons) > 2
),

absorbed as (
    select
        s.source, s.record, s.persons, s.kind, s.start_date, s.end_date, s.start_precision, s.record_start, s.record_end, s.host_ccode, s.place,
        coalesce(first(l.persons order by len(l.persons) desc, l.persons), any_value(s.persons)) as met
    from sets as s
    -- no larger joint meeting of these persons then: the set stands for itself
    left join larger as l
        on s.start_precision in ('day', 'record') and len(s.persons) < len(l.persons) and list_has_all(l.persons, s.persons)
        and s.start_date <= l.end_date and s.end_date >= l.start_date
    group by all
),

distinct_sets as (
    select
        source, record, array_to_string(met, ' ') as participants,
        min(kind) as kind, min(start_date) as start_date, max(end_date) as end_date, min(start_precision) as start_precision,
        min(record_start) as record_start, max(record_end) as record_end, min(host_ccode) as host_ccode, min(place) as place,
        -- a meeting known only to the month or year may be any of several, or one more: it is merged with none
        case when min(start_precision) in ('day', 'record') then '' else record end as apart
    from absorbed
    group by source, record, met
),

-- ... except where another source gives the days of exactly one meeting of the same persons in that month
days_known as (
    select
        d.source,
        d.record,
        d.participants,
        min(q.start_date) as start_date,
        min(q.end_date) as end_date,
        min(q.start_precision) as start_precision
    from distinct_sets as d
    inner join distinct_sets as q
        on d.participants = q.participants and d.source <> q.source and q.apart = ''
        and q.start_date between d.start_date and d.end_date
    where d.apart <> ''
    group by d.source, d.record, d.participants
    having count(distinct q.start_date) = 1
),

settled as (
    select d.* replace (
        coalesce(k.start_date, d.start_date) as start_date,
        coalesce(k.end_date, d.end_date) as end_date,
        coalesce(k.start_precision, d.start_precision) as start_precision,
        case when k.source is null then d.apart else '' end as apart
    )
    from distinct_sets as d
    left join days_known as k on d.source = k.source and d.record = k.record and d.participants = k.participants
),

ordered as (
    select
        *,
        max(end_date) over (
            partition by participants, apart order by start_date, end_date, source, record rows between unbounded preceding and 1 preceding
        ) as reached
    from settled
),

islands as (
    select
        o.*,
        count(*) filter (where o.reached is null or o.start_date > o.reached + g.days)
            over (partition by o.participants, o.apart order by o.start_date, o.end_date, o.source, o.record) as island
    from ordered as o
    cross join gap as g
),

-- records that give the day decide; else the days on which every record of the meeting agrees; else all of them
placed as (
    select
        *,
        min(start_date) filter (where start_precision = 'day') over meeting as day_start,
        max(end_date) filter (where start_precision = 'day') over meeting as day_end,
        max(start_date) over meeting as latest_start,
        min(end_date) over meeting as earliest_end,
        min(start_date) over meeting as first_day,
        max(end_date) over meeting as last_day
    from islands
    window meeting as (partition by participants, apart, island)
),

dated as (
    select
        * exclude (start_date, end_date, start_precision),
        case when day_start is not null then day_start when latest_start <= earliest_end then latest_start else first_day end as start_date,
        case when day_start is not null then day_end when latest_start <= earliest_end then earliest_end else last_day end as end_date,
        case when day_start is not null then 'day' when apart <> '' then start_precision else 'record' end as start_precision
    from placed
),

named as (
    select
        *,
        case start_precision
            when 'month' then strftime(start_date, '%Y-%m')
            when 'year' then strftime(start_date, '%Y')
            else start_date::varchar
        end as when_known
    from dated
)

-- two meetings of the same persons that are both known to the same month only are numbered
select
    source,
    record,
    participants,
    concat(
        'm-', when_known, '-', replace(participants, ' ', '-'),
        case
            when apart <> '' and dense_rank() over same_month > 1 then '-' || dense_rank() over same_month
            else ''
        end
    ) as meeting_id,
    kind,
    start_date,
    end_date,
    start_precision,
    record_start,
    record_end,
    host_ccode,
    place
from named
window same_month as (partition by participants, when_known order by apart)
