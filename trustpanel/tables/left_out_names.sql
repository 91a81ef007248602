select 'troopdata' as source, 'host of US troops' as left_out_as, country_name as left_out_name, "rows" as left_out_rows,
    null as left_out_tiv, 'a territory, several states in one row, or the United States themselves: no state' as left_out_because
from facts.us_troops_left_out

union all

select 'troopdata', 'participant in an exercise', country_name, "rows", null,
    'no state code in the file: also small states that are members of the system'
from facts.joint_exercises_left_out

union all

select 'sipri_transfers', role, name, "rows", tiv,
    'an armed group or part of a state, an organisation, or unknown: no state'
from facts.sipri_left_out
