select
    d.meeting_id,
    d.person_a,
    d.person_b,
    la.state_line as line_a,
    lb.state_line as line_b,
    d.start_date,
    d.end_date,
    d.weight,
    d.leader_a is not null and d.leader_b is not null as by_leaders,
    v.valence_ab,
    v.valence_ba
from meeting_dyads as d
-- every member of the system has a line: no row is lost
inner join state_code_lines as la on d.ccode_a = la.ccode
inner join state_code_lines as lb on d.ccode_b = lb.ccode
-- no source of the time tells the valence: unknown
left join meeting_valence as v
    on d.meeting_id = v.meeting_id and d.person_a = v.person_a and d.person_b = v.person_b
where d.documented
