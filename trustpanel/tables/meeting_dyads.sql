with weights as (
    select
        max(try_cast(value as double)) filter (where choice = 'weight_bilateral') as bilateral,
        max(try_cast(value as double)) filter (where choice = 'weight_sideline') as sideline
    from choices
)

-- persons of no member state (the Pope, Arafat) are in meeting_participants and form no dyad of states
select
    m.meeting_id,
    a.ccode as ccode_a,
    b.ccode as ccode_b,
    a.person_id as person_a,
    b.person_id as person_b,
    a.leader_id as leader_a,
    b.leader_id as leader_b,
    m.start_date,
    m.end_date,
    m.kind,
    m.format,
    true as documented,
    case when m.kind in ('sideline', 'funeral_talk') then w.sideline else w.bilateral end as weight
from meetings as m
inner join meeting_participants as a on m.meeting_id = a.meeting_id
inner join meeting_participants as b on m.meeting_id = b.meeting_id and a.ccode < b.ccode
cross join weights as w
