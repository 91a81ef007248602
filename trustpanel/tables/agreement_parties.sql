with parties as (
    select
        'atop-' || atop_id as agreement_id,
        ccode,
        min(start_date) as party_from,
        case when not bool_or(end_precision = 'open') then max(end_date) end as party_until
    from facts.atop51_members
    group by atop_id, ccode

    union all

    -- two rows (DCAD 1625, 1847) name one state twice; they have one known party
    select distinct 'dcad-' || right(d.dcad_id, 4), x.ccode, d.signed_date, null::date
    from facts.dcad_agreements as d, unnest([d.ccode_a, d.ccode_b]) as x (ccode)
)

-- a party that is in no list of states (code 8152 in alliance 1320) falls away here; join_counts counts it
select p.agreement_id, p.ccode, p.party_from, p.party_until
from parties as p
where p.ccode in (select ccode from states)
