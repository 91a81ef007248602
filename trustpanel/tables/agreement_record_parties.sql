-- who is named as a party, as a code of the state list on the day of signature
with dated as (
    select source, record, agreement_key, coalesce(signed_date, in_force_date) as first_day,
        coalesce(signed_latest, in_force_date) as last_day
    from agreement_records
),

treaty_parties as (
    select 'world_treaty_index' as source, treaty_id as record, party_1 as party_code, signed_date
    from facts.wti_treaties
    union
    select 'world_treaty_index', treaty_id, party_2, signed_date
    from facts.wti_treaties
),

named as (
    select 'vaynman_aad' as source, record, ccode from coded.arms_control_parties
    union all
    select 'nca', record::varchar, supplier_ccode from facts.nca_agreements
    union
    select 'nca', record::varchar, recipient_ccode from facts.nca_agreements
    union all
    -- longer lists of signatories name later members too (and in one, 490, four for two): they are not read
    select 'tfdd', record, ccode
    from (select distinct water_record::varchar as record, ccode from water_signatories)
    qualify count(*) over (partition by record) = 2
    union all
    select 'icow', record, unnest([ccode_a, ccode_b]) from facts.icow_attempts where agreement
    union all
    select 'ibad', record || '/' || year, unnest([ccode_a, ccode_b]) from facts.ibad_attempts where agreement
    union all
    -- an organisation, and a code that is ambiguous that day, is no party
    select t.source, t.record, p.ccode
    from treaty_parties as t
    inner join coded.wti_parties as p
        on t.party_code = p.party_code
        and t.signed_date between coalesce(p.from_date, date '1800-01-01') and coalesce(p.to_date, date '9999-12-31')
    where p.ccode is not null
    union all
    select 'manytreaties_ggo', m.record, s.ccode
    from facts.ggo_members as m
    inner join facts.ggo_agreements as g on m.record = g.record
    -- a code that stands for no member of the state system that day is no party
    inner join coded.state_names as s
        on s.source = 'manytreaties_ggo' and m.iso3 = s.raw_name
        and coalesce(g.signed_date, g.in_force_date)
        between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')
    where s.ccode is not null
    union all
    select 'agreements_added', record, unnest([ccode_a, ccode_b]) from coded.agreements_added
),

-- a member of the state system on a day on which the agreement can have been signed; the others fall away
members as (
    select distinct d.source, d.record, d.agreement_key, n.ccode, d.first_day as party_from, null::date as party_until
    from named as n
    inner join dated as d on n.source = d.source and n.record = d.record
    inner join states as s on n.ccode = s.ccode and d.first_day <= s.end_date and d.last_day >= s.start_date
),

-- ATOP and DCAD name states of the list themselves; two rows (DCAD 1625, 1847) name one state twice
by_code as (
    select
        'atop51' as source, atop_id::varchar as record, 'atop-' || atop_id as agreement_key, ccode,
        min(start_date) as party_from,
        case when not bool_or(end_precision = 'open') then max(end_date) end as party_until
    from facts.atop51_members
    group by atop_id, ccode
    union all
    select distinct 'dcad', d.dcad_id, 'dcad-' || right(d.dcad_id, 4), x.ccode, d.signed_date, null::date
    from facts.dcad_agreements as d, unnest([d.ccode_a, d.ccode_b]) as x (ccode)
)

-- a party that is in no list of states (code 8152 in alliance 1320) falls away here; join_counts counts it
select source, record, agreement_key, ccode, party_from, party_until from members
union all
select source, record, agreement_key, ccode, party_from, party_until
from by_code
where ccode in (select ccode from states)
