-- places of the conflict as Gleditsch-Ward codes, two at most: the parties of most agreements between states
with codes as (
    select
        p.*,
        coalesce(a.ccode, p.gwcode_1) as ccode_1,
        coalesce(b.ccode, p.gwcode_2) as ccode_2
    from facts.pax_agreements as p
    left join coded.gw_cow as a
        on p.gwcode_1 = a.gwcode
        and p.signed_date between a.start_date and coalesce(a.end_date, date '9999-12-31')
    left join coded.gw_cow as b
        on p.gwcode_2 = b.gwcode
        and p.signed_date between b.start_date and coalesce(b.end_date, date '9999-12-31')
)

select
    record::varchar as record,
    signed_date as pax_signed_date,
    agreement_type as pax_type,
    conflict_type as pax_conflict,
    least(ccode_1, ccode_2)::smallint as pax_ccode_a,
    case when ccode_1 <> ccode_2 then greatest(ccode_1, ccode_2) end::smallint as pax_ccode_b,
    stage as pax_stage,
    stage_sub as pax_stage_sub,
    stage_sub in ('FrAg', 'FrCons', 'FrcomOth', 'Prin', 'MultIss') as pax_framework,
    enforcement as pax_enforcement,
    mission as pax_mission,
    un_signatory as pax_un_signatory,
    other_signatory as pax_other_signatory
from codes
