with legs as (
    select
        o.record,
        o.president,
        o.country_name,
        a.person_id,
        o.ccode as published_ccode,
        o.start_date,
        o.end_date
    from facts.ostrander_rider_legs as o
    left join coded.aliases as a on a.source = 'ostrander_rider' and o.president = a.raw_name
),

stays as (
    select t.record, p.person_id, t.host_ccode, t.record_start, t.record_end, f.country_name
    from record_texts as t
    inner join record_persons as p on t.source = p.source and t.record = p.record and p.role = 'traveller'
    inner join facts.state_dept_travels_records as f on t.record = f.record
    where t.source = 'state_dept_travels'
),

candidates as (
    select
        l.record,
        s.record as trip_record,
        s.host_ccode,
        abs(l.start_date - s.record_start) as days_apart,
        case
            when l.published_ccode is not distinct from s.host_ccode then 'same_code'
            when l.published_ccode is null or s.host_ccode is null then 'code_on_one_side'
            else 'other_code'
        end as leg_match,
        len(list_intersect(
            string_split(regexp_replace(lower(l.country_name), '[^a-z]+', ' ', 'g'), ' '),
            string_split(regexp_replace(lower(s.country_name), '[^a-z]+', ' ', 'g'), ' ')
        )) > 0 as same_name
    from legs as l
    inner join stays as s
        on l.person_id = s.person_id and l.start_date <= s.record_end and l.end_date >= s.record_start
),

-- a leg shares its first or last day with the stays around it: another code counts only if the names share a word
nearest as (
    select
        record,
        first(trip_record order by leg_match <> 'same_code', days_apart, trip_record) as trip_record,
        first(host_ccode order by leg_match <> 'same_code', days_apart, trip_record) as host_ccode,
        first(days_apart order by leg_match <> 'same_code', days_apart, trip_record) as days_apart,
        first(leg_match order by leg_match <> 'same_code', days_apart, trip_record) as leg_match
    from candidates
    where leg_match = 'same_code' or same_name
    group by record
)

select
    l.record,
    l.person_id,
    l.country_name,
    l.start_date,
    l.end_date,
    l.published_ccode,
    n.trip_record,
    n.host_ccode as trip_host_ccode,
    n.days_apart::smallint as days_apart,
    coalesce(n.leg_match, 'no_trip') as leg_match
from legs as l
-- no stay of this president in that state on those days: kept as no_trip
left join nearest as n on l.record = n.record
