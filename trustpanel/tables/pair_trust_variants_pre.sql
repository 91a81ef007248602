-- left joins: no row on 31 December of the year before the pair leaves the columns missing
select
    p.leader_a,
    p.leader_b,
    p.background_year,
    d.discretion_parts_bilateral as discretion_parts_bilateral_pre,
    d.discretion_parts_bilateral_known as discretion_parts_bilateral_known_pre,
    d.discretion_parts_nato as discretion_parts_nato_pre,
    d.discretion_parts_nato_known as discretion_parts_nato_known_pre,
    c.convergence_free_count as convergence_free_count_pre,
    c.convergence_free_known as convergence_free_known_pre
from pair_background as p
inner join leader_dyads as l on p.leader_a = l.leader_a and p.leader_b = l.leader_b and p.leader_dyad_id = l.leader_dyad_id
left join trust_discretion as d
    on l.ccode_a = d.ccode_a and l.ccode_b = d.ccode_b and p.background_year = d.year
left join trust_convergence as c
    on l.ccode_a = c.ccode_a and l.ccode_b = c.ccode_b and p.background_year = c.year
