with merged as (
    select meeting_id, any_value(start_date) as start_date, any_value(end_date) as end_date
    from meeting_groups
    group by meeting_id
),

written as (
    select source, record, person_id, person_ccode as ccode, null::varchar as office
    from record_persons
    where role <> 'present'
    union all
    select 'rival_meetings', coding_id, person_a, ccode_a, office_a from coded.rival_meetings
    union all
    select 'rival_meetings', coding_id, person_b, ccode_b, office_b from coded.rival_meetings
),

named as (
    select
        g.meeting_id,
        w.person_id,
        max(w.ccode) as ccode,
        max(w.office) as office
    from meeting_groups as g
    inner join written as w
        on g.source = w.source and g.record = w.record and list_contains(string_split(g.participants, ' '), w.person_id)
    group by g.meeting_id, w.person_id
),

in_office as (
    select
        n.meeting_id,
        n.person_id,
        arg_min(e.leader_id, e.start_date) as leader_id,
        arg_min(e.ccode, e.start_date) as ccode
    from named as n
    inner join merged as m on n.meeting_id = m.meeting_id
    inner join effective_leaders as e
        on n.person_id = e.person_id and m.start_date <= e.end_date and m.end_date >= e.start_date
        and (n.ccode is null or n.ccode = e.ccode)
    group by n.meeting_id, n.person_id
)

select
    n.meeting_id,
    n.person_id,
    o.leader_id,
    coalesce(o.ccode, n.ccode)::smallint as ccode,
    case
        when o.leader_id is not null then 'effective_leader'
        else coalesce(n.office, p.office, 'not the effective leader that day')
    end as capacity
from named as n
-- not in office as effective leader: kept, with capacity
left join in_office as o on n.meeting_id = o.meeting_id and n.person_id = o.person_id
inner join persons as p on n.person_id = p.person_id
