-- the older version has one row an alliance, the highest over its phases: it is a phase's own level where no
-- provision of the phase is below the highest of all phases (always so with one phase), and where it is 0
with phases as (
    select
        atop_id,
        phase,
        max(milcon) as milcon,
        max(intcom) as intcom,
        max(subord) as subord,
        max(organ1) as organ1,
        max(base) as base,
        max(contrib) as contrib
    from facts.atop51_members
    group by atop_id, phase
),

compared as (
    select
        atop_id,
        phase,
        milcon is not distinct from max(milcon) over alliance
        and intcom is not distinct from max(intcom) over alliance
        and subord is not distinct from max(subord) over alliance
        and organ1 is not distinct from max(organ1) over alliance
        and base is not distinct from max(base) over alliance
        and contrib is not distinct from max(contrib) over alliance as fullest
    from phases
    window alliance as (partition by atop_id)
)

-- an alliance that the older version does not have falls away; join_counts counts them
select
    c.atop_id,
    c.phase as atop_phase,
    case when c.fullest or i.milinst = 0 then i.milinst end as phase_milinst,
    i.milinst as alliance_milinst,
    case when c.fullest or i.formal = 0 then i.formal end as phase_formal,
    i.formal as alliance_formal
from compared as c
inner join facts.atop4_institutions as i on c.atop_id = i.atop_id
