with first_shared as (
    select ccode_a, ccode_b, min(start_date) as joint_start
    from state_dyad_spells
    group by ccode_a, ccode_b
)

select
    y.leader_dyad_id,
    y.year,
    y.ccode_a,
    y.ccode_b,
    p.person_a,
    p.person_b,
    la.state_line as line_a,
    lb.state_line as line_b,
    y.overlap_start,
    y.overlap_end,
    p.pair_start,
    f.joint_start
from leader_dyad_years as y
inner join leader_dyads as p on y.leader_a = p.leader_a and y.leader_b = p.leader_b
-- every member of the system has a line: no row is lost
inner join state_code_lines as la on y.ccode_a = la.ccode
inner join state_code_lines as lb on y.ccode_b = lb.ccode
-- two members share a day: each pair has one
inner join first_shared as f on y.ccode_a = f.ccode_a and y.ccode_b = f.ccode_b
-- pairs of dyads that no list covers have no stocks: their rows are made, empty, in the panels
where exists (
    select 1 from covered_dyads as c
    where c.coverage_kind = 'searched' and c.ccode_a = y.ccode_a and c.ccode_b = y.ccode_b
)
