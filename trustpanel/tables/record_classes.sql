with counterparts as (
    select
        source,
        record,
        count(*) as named,
        count(*) filter (where resolution = 'unresolved') as unresolved,
        count(*) filter (where resolution = 'effective_leader') as effective,
        any_value(raw_name) filter (where resolution = 'unresolved') as unresolved_name,
        any_value(raw_name) filter (where resolution = 'other_person') as other_name,
        any_value(raw_name) filter (where resolution = 'leader_unknown') as unknown_name
    from record_persons
    where role in ('visitor', 'counterpart')
    group by source, record
),

evidence as (
    select source, record, min(meeting_id) as meeting_id from meeting_evidence group by source, record
),

classed as (
    select
        t.source,
        t.record,
        t.kind,
        case
            when not t.documented then 'opportunity_only'
            when coalesce(c.named, 0) = 0 then 'opportunity_only'
            when c.unresolved = c.named then 'unresolved'
            when c.named > 1 then 'several_persons'
            when c.effective = 1 then 'effective_leader'
            else 'other_person'
        end as record_class,
        coalesce(c.named, 0) as named,
        coalesce(c.unresolved, 0) as unresolved,
        coalesce(c.effective, 0) as effective,
        c.unresolved_name,
        c.other_name,
        c.unknown_name,
        k.value as held,
        e.meeting_id
    from record_texts as t
    -- no counterpart named: opportunity only
    left join counterparts as c on t.source = c.source and t.record = c.record
    left join coded.record_codes as k on t.source = k.source and t.record = k.record and k.field = 'class'
    left join evidence as e on t.source = e.source and t.record = e.record
)

select
    source,
    record,
    record_class,
    case
        when held = 'not held' then 'cancelled or doubtful by the source''s own notes'
        when record_class = 'opportunity_only' then 'no talk with a leader documented: ' || kind
        when record_class = 'unresolved' then 'no person for the name ' || unresolved_name
        when effective = 0 and unknown_name is not null then 'the leader files name nobody for the state that day: ' || unknown_name
        when effective = 0 then 'not the effective leader that day: ' || coalesce(other_name, unresolved_name)
    end as reason,
    meeting_id,
    named::smallint as persons_named,
    unresolved::smallint as persons_unresolved
from classed
