with spans as (
    select value::integer as span from choices where choice = 'change_years'
),

-- the removal of a hedge as such, whatever came after it
removals as (
    select distinct
        least(hedger_ccode, target_ccode) as ccode_a, greatest(hedger_ccode, target_ccode) as ccode_b, removal_year
    from hedge_removals
),

removed_ahead as (
    select distinct p.ccode_a, p.ccode_b, p.year
    from dyad_outcomes as p
    cross join spans as s
    inner join removals as r
        on p.ccode_a = r.ccode_a and p.ccode_b = r.ccode_b
        and r.removal_year between p.year + 3 and p.year + 2 + s.span
)

-- left joins: every row of the outcomes stays; a day on which an indicator is not observed leaves it missing
select
    p.ccode_a,
    p.ccode_b,
    p.year,
    h.hedge_removed_ab or h.hedge_removed_ba as hedge_removed_earlier,
    h.hedges as hedges_earlier,
    case when a.hedges is not null then r.year is not null end as hedge_removed_ahead,
    c.convergence_count as convergence_count_ahead,
    u.rules_framework_parts as rules_framework_parts_ahead
from dyad_outcomes as p
cross join spans as s
left join trust_hedging as h on p.ccode_a = h.ccode_a and p.ccode_b = h.ccode_b and p.year - 2 = h.year
left join trust_hedging as a on p.ccode_a = a.ccode_a and p.ccode_b = a.ccode_b and p.year + 2 + s.span = a.year
left join removed_ahead as r on p.ccode_a = r.ccode_a and p.ccode_b = r.ccode_b and p.year = r.year
left join trust_convergence as c on p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b and p.year + 3 = c.year
left join trust_rules as u on p.ccode_a = u.ccode_a and p.ccode_b = u.ccode_b and p.year + 3 = u.year
