-- what a state entered into goes on for the state that carried it on; an agreement whose row names one state twice, and
-- the one with itself of a state that united two, fall away; join_counts counts the agreements without a dyad
select
    d.dcad_id,
    least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
    greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
    y.year,
    d.type as dca_type,
    d.asymmetry = 2 as dca_is_asymmetric,
    list_contains([d.category, d.category_2, d.category_3], 'commission') as dca_is_commission
from facts.dcad_agreements as d
inner join state_bearers as a on d.ccode_a = a.ccode
inner join state_bearers as b on d.ccode_b = b.ccode and a.bearer_ccode <> b.bearer_ccode
inner join calendar_years as y on y.year between year(d.signed_date) and d.end_year_estimate
where
    d.signature_reported is distinct from 'no'
    and (
        d.coding_confidence in ('high', 'medium')
        or (select value from choices where choice = 'dcad_confidence') = 'any'
    )
