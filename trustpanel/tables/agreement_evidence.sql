-- each phase of an alliance is a record of its own
with phases as (
    select
        'atop-' || atop_id as agreement_key,
        atop_id || '/' || phase as record,
        min(start_date) as start_date,
        arg_min(start_precision, start_date) as start_precision
    from facts.atop51_members
    group by atop_id, phase
)

select
    g.agreement_id,
    g.source,
    coalesce(f.record, g.record) as record,
    r.agreement_type as record_type,
    coalesce(f.start_date, r.signed_date) as record_signed_date,
    coalesce(f.start_precision, r.signed_precision) as record_signed_precision
from agreement_groups as g
inner join agreement_records as r on g.agreement_key = r.agreement_key
-- other sources have no phases: their record stands as it is
left join phases as f on g.agreement_key = f.agreement_key
