with records as (
    select
        g.agreement_id,
        r.*,
        case r.signed_precision when 'day' then 1 when 'month' then 2 when 'year' then 3 when 'uncertain' then 4 end
            as signed_rank,
        case r.in_force_precision when 'day' then 1 when 'month' then 2 when 'year' then 3 when 'uncertain' then 4 end
            as in_force_rank,
        case r.ended_status when 'not_recorded' then 3 when 'unknown' then 2 else 1 end as ended_rank
    from agreement_groups as g
    inner join agreement_records as r on g.agreement_key = r.agreement_key
),

-- what one record says, by the order in which it is asked
ranked as (
    select
        *,
        row_number() over (partition by agreement_id order by source_standing, length(record), record) as by_standing,
        row_number() over (
            partition by agreement_id order by signed_rank nulls last, source_standing, signed_date, record
        ) as by_signature,
        row_number() over (
            partition by agreement_id order by in_force_rank nulls last, source_standing, in_force_date, record
        ) as by_entry,
        row_number() over (
            partition by agreement_id order by ended_rank, source_standing, ended_date nulls last, record
        ) as by_end
    from records
),

merged as (
    select
        agreement_id,
        any_value(agreement_type) filter (where by_standing = 1) as agreement_type,
        array_to_string(list_sort(list_distinct(list(agreement_type))), ';') as all_types,
        any_value(topic) filter (where by_standing = 1) as topic,
        arg_min(instrument, by_standing) as instrument,
        -- IBAD's short names come last
        arg_min(title, by_standing + case when source = 'ibad' then 100 else 0 end) as title,
        any_value(signed_date) filter (where by_signature = 1) as signed_date,
        any_value(signed_precision) filter (where by_signature = 1) as signed_precision,
        any_value(signed_latest) filter (where by_signature = 1) as signed_latest,
        any_value(in_force_date) filter (where by_entry = 1) as in_force_date,
        any_value(in_force_precision) filter (where by_entry = 1) as in_force_precision,
        any_value(ended_date) filter (where by_end = 1) as ended_date,
        any_value(ended_precision) filter (where by_end = 1) as ended_precision,
        any_value(ended_status) filter (where by_end = 1) as ended_status,
        arg_min(bilateral, by_standing) as bilateral,
        arg_min(consent, case consent when 'signed' then 1 when 'award' then 2 else 3 end) as consent,
        any_value(source) filter (where by_standing = 1) as source,
        count(distinct source) as sources_known
    from ranked
    group by agreement_id
),

parties as (
    select agreement_id, count(*) > 1 as parties_listed
    from agreement_parties
    group by agreement_id
)

select
    m.agreement_id,
    coalesce(o.agreement_type, m.agreement_type) as agreement_type,
    case
        when o.agreement_type is null then m.all_types
        else array_to_string(list_sort(list_distinct(list_append(string_split(m.all_types, ';'), o.agreement_type))), ';')
    end as all_types,
    m.topic,
    m.instrument,
    m.title,
    m.signed_date,
    m.signed_precision,
    m.signed_latest,
    m.in_force_date,
    m.in_force_precision,
    m.ended_date,
    m.ended_precision,
    case when m.ended_status = 'never_in_force' and m.in_force_date is not null then 'unknown' else m.ended_status end
        as ended_status,
    d.end_year_estimate,
    m.bilateral,
    m.consent,
    coalesce(p.parties_listed, false) as parties_listed,
    m.source,
    m.sources_known
from merged as m
-- most agreements are what their records say
left join coded.agreement_overrides as o on m.agreement_id = o.agreement_id
-- an agreement of which no party is known is not listed with parties
left join parties as p on m.agreement_id = p.agreement_id
-- only defence cooperation agreements have an estimate of their end
left join (
    select g.agreement_id, max(d.end_year_estimate) as end_year_estimate
    from facts.dcad_agreements as d
    inner join agreement_groups as g on g.source = 'dcad' and d.dcad_id = g.record
    group by g.agreement_id
) as d on m.agreement_id = d.agreement_id
