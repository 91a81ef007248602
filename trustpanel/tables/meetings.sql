with merged as (
    select
        meeting_id,
        any_value(start_date) as start_date,
        any_value(end_date) as end_date,
        any_value(start_precision) as date_precision,
        min(record_start) as record_start,
        max(record_end) as record_end,
        first(host_ccode order by host_ccode is null, source, record) as host_ccode,
        first(place order by place is null, source, record) as place,
        first(kind order by list_position(
            ['summit', 'state_visit', 'official_visit', 'official_working_visit', 'working_visit', 'mediated', 'multilateral_bilateral',
             'informal_visit', 'private_visit', 'sideline', 'funeral_talk'], kind
        ) nulls last, kind) as kind,
        count(distinct (source, record))::smallint as n_records
    from meeting_groups
    group by meeting_id
),

taking_part as (
    select meeting_id, count(*)::smallint as n_persons, count(leader_id)::smallint as n_leaders
    from meeting_participants
    group by meeting_id
)

select
    m.meeting_id,
    m.start_date,
    m.end_date,
    m.date_precision,
    m.record_start,
    m.record_end,
    m.host_ccode,
    m.place,
    m.kind,
    case when p.n_persons = 2 then 'bilateral' when p.n_persons = 3 then 'trilateral' else 'multilateral' end as format,
    p.n_persons,
    p.n_leaders,
    m.n_records
from merged as m
inner join taking_part as p on m.meeting_id = p.meeting_id
