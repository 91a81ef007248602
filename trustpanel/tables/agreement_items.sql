-- an alliance's design is that of its last phase; obligations may differ between members: any member's counts
with last_phase as (
    select *
    from facts.atop51_members
    qualify phase = max(phase) over (partition by atop_id)
),

alliance_items as (
    unpivot (
        select
            'atop-' || atop_id as agreement_key,
            max(defense::tinyint) as defense,
            max(offense::tinyint) as offense,
            max(neutral::tinyint) as neutrality,
            max(nonagg::tinyint) as nonaggression,
            max(consul::tinyint) as consultation,
            max(asymm::tinyint) as asymmetric_obligations,
            max(intcom) as integrated_command,
            max(subord) as subordination,
            max(base) as bases,
            max(contrib) as committed_contribution,
            max(milcon) as military_contact,
            max(organ1) as organisation
        from last_phase
        group by atop_id
    )
    on defense, offense, neutrality, nonaggression, consultation, asymmetric_obligations, integrated_command,
        subordination, bases, committed_contribution, military_contact, organisation
    into name item value design_value
),

institution_items as (
    unpivot (
        select
            'atop-' || atop_id as agreement_key,
            milinst as military_institution,
            milorg::tinyint as military_organisation,
            pubtreat::tinyint as public_treaty,
            formal as formality
        from facts.atop4_institutions
    )
    on military_institution, military_organisation, public_treaty, formality
    into name item value design_value
),

defence_items as (
    unpivot (
        select
            'dcad-' || right(dcad_id, 4) as agreement_key,
            (type = 'general')::tinyint as general_scope,
            (category = 'commission')::tinyint as defence_commission,
            asymmetry as asymmetry
        from facts.dcad_agreements
    )
    on general_scope, defence_commission, asymmetry
    into name item value design_value
),

arms_control_items as (
    unpivot (
        select
            'vaynman-' || record as agreement_key,
            (info_level = 'high')::tinyint as information_level,
            case info_type when 'none' then 0 when 'reporting' then 1 when 'observation' then 2 when 'verification' then 3 end
                ::tinyint as information_type
        from coded.arms_control_agreements
    )
    on information_level, information_type
    into name item value design_value
),

-- only agreements on power are said to prohibit enrichment and reprocessing or not
nuclear_items as (
    select
        'nca-' || record as agreement_key,
        'unrestricted_nuclear_power' as item,
        (nca_type = 6)::tinyint as design_value
    from facts.nca_agreements
    where nca_type in (5, 6)
),

water_items as (
    unpivot (
        select
            'tfdd-' || record as agreement_key,
            monitoring::tinyint as monitoring,
            enforcement::tinyint as enforcement,
            joint_management::tinyint as joint_management,
            information_exchange::tinyint as information_exchange,
            consultations::tinyint as consultations,
            case
                when conflict_resolution = 'none' then 0
                when regexp_matches(conflict_resolution, 'arbitration|third_party|permanent_court') then 2
                when conflict_resolution is not null then 1
            end::tinyint as dispute_mechanism
        from facts.tfdd_treaties
    )
    on monitoring, enforcement, joint_management, information_exchange, consultations, dispute_mechanism
    into name item value design_value
),

claim_items as (
    select
        'icow-' || record as agreement_key,
        'settlement_scope' as item,
        case agreement_scope
            when 'procedural' then 0 when 'functional' then 1 when 'part_of_claim' then 2 when 'whole_claim' then 3
        end::tinyint as design_value
    from facts.icow_attempts
    where agreement
),

-- only treaties on security and relations in general are read for it: political_treaties says which
title_items as (
    select
        'wti-' || treaty_id as agreement_key,
        'framework_title' as item,
        (treaty_scope = 'framework')::tinyint as design_value
    from political_treaties
)

-- an item left blank by the source has no row here
select agreement_key, item, 'atop51' as source, design_value from alliance_items
union all
select agreement_key, item, 'atop4_alliance', design_value from institution_items
union all
select agreement_key, item, 'dcad', design_value from defence_items
union all
select agreement_key, item, 'vaynman_aad', design_value from arms_control_items
union all
select agreement_key, item, 'nca', design_value from nuclear_items
union all
select agreement_key, item, 'tfdd', design_value from water_items
union all
select agreement_key, item, 'icow', design_value from claim_items where design_value is not null
union all
select agreement_key, item, 'world_treaty_index', design_value from title_items
