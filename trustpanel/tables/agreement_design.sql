-- an alliance's design is that of its last phase; obligations may differ between members: any member's counts
with last_phase as (
    select *
    from facts.atop51_members
    qualify phase = max(phase) over (partition by atop_id)
),

alliance_items as (
    unpivot (
        select
            'atop-' || atop_id as agreement_id,
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

defence_items as (
    unpivot (
        select
            'dcad-' || right(dcad_id, 4) as agreement_id,
            (type = 'general')::tinyint as general_scope,
            (category = 'commission')::tinyint as defence_commission,
            asymmetry as asymmetry
        from facts.dcad_agreements
    )
    on general_scope, defence_commission, asymmetry
    into name item value design_value
),

dimensions as (
    select *
    from (
        values
            ('defense', 'obligation', 'not promised', 'promised'),
            ('offense', 'obligation', 'not promised', 'promised'),
            ('neutrality', 'obligation', 'not promised', 'promised'),
            ('nonaggression', 'obligation', 'not promised', 'promised'),
            ('consultation', 'obligation', 'not promised', 'promised'),
            ('asymmetric_obligations', 'asymmetry', 'same for all members', 'not the same for all members'),
            ('integrated_command', 'discretion', 'absent', 'present'),
            ('subordination', 'discretion', 'absent', 'present; grades as published'),
            ('bases', 'discretion', 'absent', 'present; kinds as published'),
            ('committed_contribution', 'discretion', 'absent', 'present'),
            ('military_contact', 'institution', 'absent', 'present; kinds as published'),
            ('organisation', 'institution', 'absent', 'present; kinds as published'),
            ('general_scope', 'rules', 'one sector of defence', 'framework or whole industry'),
            ('defence_commission', 'discretion', 'other category', 'standing consultation or commission'),
            ('asymmetry', 'asymmetry', 'no sign of it', 'possible (1) or certain (2)')
    ) as d (item, design_dimension, zero, other)
)

-- an item left blank by the source has no row here
select
    i.agreement_id,
    i.item,
    i.source,
    d.design_dimension,
    i.design_value,
    case when i.design_value = 0 then d.zero else d.other end as design_meaning
from (
    select *, 'atop51' as source from alliance_items
    union all
    select *, 'dcad' as source from defence_items
) as i
inner join dimensions as d on i.item = d.item
