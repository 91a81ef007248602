-- Agreements: what the joins from records to types, states, agreements and design items lost.
with listed as (
    select 'vaynman_aad' as source, record from coded.arms_control_agreements
    union all
    select 'nca', record::varchar from facts.nca_agreements
    union all
    select 'tfdd', record::varchar from facts.tfdd_treaties
    union all
    select 'icow', record from facts.icow_attempts where agreement
    union all
    select 'ibad', record || '/' || year from facts.ibad_attempts where agreement
    union all
    select 'world_treaty_index', treaty_id from facts.wti_treaties
    union all
    select 'manytreaties_ggo', record from facts.ggo_agreements
    union all
    select 'agreements_added', record from coded.agreements_added
    union all
    select 'dcad', dcad_id from facts.dcad_agreements
    union all
    select distinct 'atop51', atop_id::varchar from facts.atop51_members
),

allowed_types (source, allowed) as (
    values ('vaynman_aad', 14), ('tfdd', 29), ('world_treaty_index', 4)
),

allowed_agreements (source, allowed) as (
    values ('nca', 4), ('tfdd', 46), ('icow', 15), ('ibad', 508), ('world_treaty_index', 14417), ('manytreaties_ggo', 250)
),

treaty_parties as (
    select treaty_id, signed_date, unnest([party_1, party_2]) as party_code from facts.wti_treaties
),

source_rows as (
    select
        'agreement records to types: ' || l.source as join_name,
        r.record is not null as found,
        coalesce(a.allowed, 0) as allowed,
        'no record: the source says that it is no treaty, or it is an act of one side' as consequence
    from listed as l
    left join agreement_records as r on l.source = r.source and l.record = r.record
    left join allowed_types as a on l.source = a.source

    union all

    select
        'agreement records to agreements: ' || r.source, g.record is not null, coalesce(a.allowed, 0),
        'fewer than two parties are known to have been members of the state system when it was signed: no agreement between states'
    from agreement_records as r
    left join agreement_groups as g on r.source = g.source and r.record = g.record
    left join allowed_agreements as a on r.source = a.source

    union all

    select 'agreement parties to codes: world_treaty_index', p.ccode is not null, 13282,
        'an organisation, a territory, or a code that is ambiguous: no party'
    from treaty_parties as t
    left join coded.wti_parties as p
        on t.party_code = p.party_code and p.ccode is not null
        and t.signed_date between coalesce(p.from_date, date '1800-01-01') and coalesce(p.to_date, date '9999-12-31')

    union all

    select 'agreement parties to codes: tfdd', s.ccode is not null, 74,
        'an organisation, a territory, or an agreement without a date: no party'
    from facts.tfdd_parties as p
    inner join facts.tfdd_treaties as t on p.record = t.record
    left join coded.state_names as s
        on s.source = 'tfdd' and p.party = s.raw_name and s.ccode is not null
        and t.signed_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'agreement parties to codes: manytreaties_ggo', s.ccode is not null, 387,
        'a territory, or an agreement without a date: no party'
    from facts.ggo_members as m
    inner join facts.ggo_agreements as g on m.record = g.record
    left join coded.state_names as s
        on s.source = 'manytreaties_ggo' and m.iso3 = s.raw_name and s.ccode is not null
        and coalesce(g.signed_date, g.in_force_date)
        between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'reviewed links to agreement records', r.agreement_key is not null, 0, 'the decision would be without effect'
    from (select key_a as agreement_key from coded.agreement_links union all select key_b from coded.agreement_links) as l
    left join agreement_records as r on l.agreement_key = r.agreement_key

    union all

    select 'declared types to agreements', g.agreement_id is not null, 0, 'the decision would be without effect'
    from coded.agreement_overrides as o
    left join agreements as g on o.agreement_id = g.agreement_id

    union all

    select 'design items to dimensions and meanings', d.item is not null and v.item is not null, 0, 'would be lost'
    from agreement_items as i
    left join coded.design_items as d on i.item = d.item
    left join coded.design_values as v on i.item = v.item and i.design_value = v.design_value

    union all

    select
        'design items to agreements: ' || i.source, g.agreement_key is not null,
        case i.source
            when 'atop4_alliance' then 4
            when 'vaynman_aad' then 28
            when 'tfdd' then 171
            when 'icow' then 15
            else 0
        end,
        'the record makes no agreement between states, or version 5.1 has not the alliance'
    from agreement_items as i
    left join agreement_groups as g on i.agreement_key = g.agreement_key

    union all

    select
        'agreements of two states to their first parties', s.agreement_id is not null, 19,
        'more or fewer than two states known at signature: no signers, no stock, no act'
    from agreements as a
    left join agreement_signers as s on a.agreement_id = s.agreement_id
    where a.bilateral and a.signed_latest >= date '1870-01-01' and a.consent <> 'doubted'

    union all

    select
        'agreements of two states to leaders in office', signer_a is not null and signer_b is not null, 1192,
        'nobody known in office on one side, or the day is not known and leaders changed: counted as signer unknown'
    from agreement_signers
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
