-- parties that a record names wrongly are declared by name
-- conventions of many states (wetlands of the world, nature in Africa) say nothing about two of them
with named as (
    select t.record, t.party
    from facts.tfdd_parties as t
    anti join coded.water_parties_left_out as o on t.record = o.record and t.party = o.party
),

small as (
    select record
    from named
    group by record
    having count(*) <= (select try_cast(value as integer) from choices where choice = 'water_signatories')
),

-- the country of a row of the source is that of the water: the parties are the signatories, who may have left since
parties as (
    select distinct t.record, n.ccode
    from named as t
    inner join small as s on t.record = s.record
    inner join facts.tfdd_treaties as f on t.record = f.record
    inner join water_signatories as n on t.record = n.water_record and t.party = n.water_party
    -- an agreement of two names two states: a longer list holds states of the basin that did not sign
    qualify f.parties_kind is distinct from 'bilateral' or count(distinct n.ccode) over (partition by t.record) = 2
)

select distinct
    f.record as water_record,
    least(a.ccode, b.ccode) as ccode_a,
    greatest(a.ccode, b.ccode) as ccode_b,
    f.signed_date,
    coalesce(f.primary_record, f.record) as water_chain,
    f.joint_management as water_joint_management,
    f.monitoring as water_monitoring,
    f.enforcement as water_enforcement
from facts.tfdd_treaties as f
inner join parties as a on f.record = a.record
inner join parties as b on f.record = b.record and a.ccode < b.ccode
where f.document_type is null or f.document_type not in ('not_a_treaty', 'semi_international', 'outside_criteria')
