with coded_rows as (
    select *, regexp_extract(meeting_ref, '^coding:(.*)$', 1) as coding_id
    from coded.bonding
),

placed as (
    select b.*, coalesce(e.meeting_id, b.meeting_ref) as meeting_id
    from coded_rows as b
    -- a reference to the store's own id stands as it is
    left join meeting_evidence as e on e.source = 'rival_meetings' and e.record = b.coding_id and b.coding_id <> ''
)

select
    concat_ws('|', p.meeting_ref, p.item, p.direction, coalesce(p.source, '')) as judgement_id,
    p.meeting_id,
    p.ccode_a,
    p.ccode_b,
    p.person_a,
    p.person_b,
    p.item as bonding_item,
    p.direction,
    p.value as judgement,
    p.source as bonding_source,
    p.source_date as source_date_text,
    p.says,
    p.confidence,
    p.retrospective,
    p.note
from placed as p
-- judgements on meetings that the store does not hold, or with a person of no state (Arafat), fall away; join_counts counts them
inner join meetings as m on p.meeting_id = m.meeting_id
where p.ccode_a is not null and p.ccode_b is not null
