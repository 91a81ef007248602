select s.ccode, coalesce(l.ccode_after, s.ccode) as state_line
from (select distinct ccode from states) as s
-- a state that goes on under no other code is its own line
left join state_lines as l on s.ccode = l.ccode
