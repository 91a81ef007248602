select
    concat_ws('|', x.leader_id, y.leader_id, x.ccode, y.ccode) as leader_dyad_id,
    greatest(x.start_date, y.start_date, c.covered_start) as covered_start,
    least(x.end_date, y.end_date, c.covered_end) as covered_end,
    x.ccode as ccode_a,
    y.ccode as ccode_b,
    a.person_id as person_a,
    b.person_id as person_b
from leader_states as x
inner join leader_states as y on x.ccode < y.ccode and x.start_date <= y.end_date and x.end_date >= y.start_date
-- pairs of dyads without coverage, and their days outside it, form no row
inner join covered_dyads as c
    on c.coverage_kind = 'searched' and x.ccode = c.ccode_a and y.ccode = c.ccode_b
    and greatest(x.start_date, y.start_date) <= c.covered_end and least(x.end_date, y.end_date) >= c.covered_start
inner join leaders as a on x.leader_id = a.leader_id
inner join leaders as b on y.leader_id = b.leader_id and a.person_id <> b.person_id
