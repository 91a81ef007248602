select distinct
    'atop-' || atop_id as agreement_id,
    'atop51' as source,
    atop_id || '/' || phase as record
from facts.atop51_members

union all

select
    'dcad-' || right(dcad_id, 4) as agreement_id,
    'dcad' as source,
    dcad_id as record
from facts.dcad_agreements
