with named as (
    select case_id, unnest(string_split(meeting_ids, ' ')) as meeting_ref
    from coded.cases
    where meeting_ids is not null
)

select n.case_id, n.meeting_ref, coalesce(e.meeting_id, m.meeting_id) as meeting_id
from named as n
-- a named meeting that the store does not hold keeps its row without an id, and join_counts counts it
left join meeting_evidence as e on e.source = 'rival_meetings' and n.meeting_ref = 'coding:' || e.record
left join meetings as m on n.meeting_ref = m.meeting_id
