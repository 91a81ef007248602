select distinct meeting_id, source, record, record_start, record_end
from meeting_groups
