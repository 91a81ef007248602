select distinct
    g.meeting_id,
    g.source,
    g.record,
    g.record_start,
    g.record_end,
    r.grade as evidence_grade,
    coalesce(r.source_1, c.source_link, 'list') as source_address,
    r.says_1 as source_says,
    r.source_2 as second_address,
    r.says_2 as second_says,
    r.conflict as evidence_conflict,
    r.one_to_one,
    r.outcome_document,
    c.confidence as source_confidence
from meeting_groups as g
-- records of lists carry no grade
left join coded.rival_meetings as r on g.source = 'rival_meetings' and g.record = r.coding_id
left join facts.colt_trips as c on g.source = 'colt_south_america' and g.record = c.record
