with rival_years as (
    select ccode_a as ccode, year from dyad_rivalry_years where rival_tss and year between 1946 and 2020
    union
    select ccode_b as ccode, year from dyad_rivalry_years where rival_tss and year between 1946 and 2020
),

rival_leader_years as (
    select distinct l.leader_id, l.ccode, l.year
    from leader_years as l
    inner join rival_years as r on l.ccode = r.ccode and l.year = r.year
),

counted (join_name, allowed, consequence, found) as (
    select
        'term_limits: to states', 0, 'would be lost', s.ccode is not null
    from term_limits as t
    left join (select distinct ccode from states) as s on t.ccode = s.ccode
    union all
    select 'leader_terms: to leaders', 0, 'would be lost', l.leader_id is not null
    from leader_terms as t
    left join leaders as l on t.leader_id = l.leader_id
    union all
    select
        'leader_terms: first day to a rule in force for that office', 24,
        'no horizon until a rule is coded', r.ccode is not null
    from leader_terms as t
    inner join leaders as l on t.leader_id = l.leader_id
    left join term_limits as r
        on l.ccode = r.ccode and r.is_effective_office
        and greatest(t.term_start, l.start_date) between r.rule_from and coalesce(r.rule_to, t.term_end)
    where t.term_known_from = t.term_start
    union all
    select
        'leader_years of states in a rivalry of the list tss, 1946-2020: to a state with a coded rule', 45,
        'no row in leader_horizons', h.leader_id is not null
    from rival_leader_years as y
    left join leader_horizons as h on y.leader_id = h.leader_id and y.year = h.year
    union all
    select
        'leader_years of states in a rivalry of the list tss, 1946-2020: to a coded horizon', 1073,
        'no row, or uncoded: unknown', coalesce(h.horizon_standing <> 'uncoded', false)
    from rival_leader_years as y
    left join leader_horizons as h on y.leader_id = h.leader_id and y.year = h.year
)

select join_name, found, count(*) as counted, allowed, consequence
from counted
group by all
