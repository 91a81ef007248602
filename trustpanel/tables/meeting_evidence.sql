select distinct
    g.meeting_id,
    g.source,
    g.record,
    g.record_start,
    g.record_end,
    r.grade as evidence_grade,
    coalesce(r.source_1, 'list') as source_address,
    r.source_2 as second_address
from meeting_groups as g
-- records of lists carry no grade
left join coded.rival_meetings as r on g.source = 'rival_meetings' and g.record = r.coding_id
