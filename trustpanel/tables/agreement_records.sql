-- an alliance over all its phases and members; a start or end is as precise as the member that sets it
with alliances as (
    select
        'atop51' as source,
        atop_id::varchar as record,
        'atop-' || atop_id as agreement_key,
        case
            when bool_or(defense) then 'defense'
            when bool_or(offense) then 'offense'
            when bool_or(neutral) then 'neutral'
            when bool_or(nonagg) then 'nonagg'
            when bool_or(consul) then 'consul'
            else 'none'
        end as source_code,
        concat_ws(
            ';',
            case when bool_or(defense) then 'defense' end,
            case when bool_or(offense) then 'offense' end,
            case when bool_or(neutral) then 'neutrality' end,
            case when bool_or(nonagg) then 'nonaggression' end,
            case when bool_or(consul) then 'consultation' end
        ) as own_topic,
        null as instrument,
        null as title,
        min(start_date) as signed_date,
        arg_min(start_precision, start_date) as signed_precision,
        null::date as in_force_date,
        null as in_force_precision,
        case when not bool_or(end_precision = 'open') then max(end_date) end as ended_date,
        case when bool_or(end_precision = 'open') then 'open' else arg_max(end_precision, end_date) end
            as ended_precision,
        case when bool_or(end_precision = 'open') then 'in_force' else 'ended' end as ended_status,
        bool_and(bilateral) as bilateral,
        'signed' as consent
    from facts.atop51_members
    group by atop_id
),

defence as (
    select
        'dcad', dcad_id, 'dcad-' || right(dcad_id, 4), coalesce(category, 'none'),
        concat_ws(';', type, category), null, null,
        signed_date, signed_precision, in_force_date, in_force_precision,
        case when terminated = 'yes' then make_date(end_year_estimate, 12, 31) end,
        case terminated when 'yes' then 'year' when 'no' then 'open' end,
        case terminated when 'yes' then 'ended' when 'no' then 'in_force' else 'unknown' end,
        true,
        case
            when signature_reported = 'no' then 'doubted'
            when coding_confidence in ('high', 'medium') or (select o.value from choices as o where o.choice = 'dcad_confidence') = 'any'
                then 'signed'
            else 'doubted'
        end
    from facts.dcad_agreements
),

arms_control as (
    select
        'vaynman_aad', a.record, 'vaynman-' || a.record, a.record, null, null, a.title,
        make_date(a.year, 1, 1), 'year', null, null, null, null, 'not_recorded',
        case when count(p.ccode) > 0 then count(p.ccode) = 2 end,
        'signed'
    from coded.arms_control_agreements as a
    -- no parties are coded for most agreements of more than two: it stands without
    left join coded.arms_control_parties as p on a.record = p.record
    group by a.record, a.year, a.title
),

nuclear as (
    select
        'nca', record::varchar, 'nca-' || record, nca_type::varchar, null, null, null,
        make_date(year, 1, 1), 'year', null, null, null, null, 'not_recorded', true, 'signed'
    from facts.nca_agreements
),

water as (
    select
        'tfdd', record::varchar, 'tfdd-' || record, coalesce(document_type, 'none'), null,
        regexp_extract(
            lower(title), '(treaty|convention|protocol|exchange of notes|memorandum|declaration|accord|agreement)', 1
        ),
        title, signed_date, signed_precision, null, null, null, null, 'not_recorded', parties_kind = 'bilateral',
        'signed'
    from facts.tfdd_treaties
),

-- an attempt that brought an agreement: the agreement is dated by the month (or year) in which the attempt ended
claims as (
    select
        'icow', a.record, 'icow-' || a.record, a.issue || '/' || a.agreement_scope,
        concat_ws(': ', a.issue || ', ' || replace(a.agreement_scope, '_', ' '), c.claim_name), null, null,
        case a.end_precision
            when 'month' then date_trunc('month', a.end_date)::date
            when 'year' then date_trunc('year', a.end_date)::date
        end,
        case when a.end_date is not null then a.end_precision end,
        null, null, null, null,
        case when a.ratification_failed then 'never_in_force' else 'not_recorded' end,
        case when a.method not in ('multilateral_negotiation', 'peace_conference') then true end,
        case when a.binding then 'award' else 'signed' end
    from facts.icow_attempts as a
    -- an attempt at a claim that is not listed would go without the name of the claim
    left join facts.icow_claims as c on a.claim_dyad = c.claim_dyad
    where a.agreement
),

borders as (
    select
        'ibad', record || '/' || year, 'ibad-' || record || '-' || year, kind, null, null, agreement_name,
        make_date(year, 1, 1), 'year', null, null, null, null, 'not_recorded',
        case when kind <> 'postwar_conference' then true end,
        case when kind in ('force', 'decree', 'plebiscite', 'arbitration', 'adjudication') then 'award' else 'signed' end
    from facts.ibad_attempts
    where agreement
),

-- within some topics the headnote tells the type: by the patterns that political_treaties reads too
headnote_codes as (
    select t.treaty_id, arg_min(coalesce(s.source_code, s.topic), s.priority) as source_code
    from facts.wti_treaties as t
    inner join coded.treaty_scope as s
        on t.topic = s.topic and regexp_matches(upper(coalesce(t.headnote, '')), coalesce(s.pattern, ''))
    group by t.treaty_id
),

listed_treaties as (
    select
        'world_treaty_index', t.treaty_id, 'wti-' || t.treaty_id,
        case
            when topic in ('3TECH', '4RESOU', '4TECA', '7SCIEN', '8ENERG', '8ENVIR')
                and regexp_matches(headnote, 'ATOM|NUCLEAR|REACTOR|URANIUM')
                then 'nuclear'
            else coalesce(h.source_code, topic, 'none')
        end,
        null, instrument, headnote,
        signed_date, signed_precision, in_force_date, case when in_force_date is not null then 'day' end,
        null, null, 'not_recorded', true, 'signed'
    from facts.wti_treaties as t
    -- a topic that no pattern reads stands for itself
    left join headnote_codes as h on t.treaty_id = h.treaty_id
),

listed_agreements as (
    select
        'manytreaties_ggo', record, 'ggo-' || record, coalesce(subject, 'domain ' || coalesce(domain, 'none')), null,
        kind, title, signed_date, signed_precision, in_force_date, in_force_precision, end_date, end_precision,
        case when end_precision = 'open' then 'in_force' when end_date is not null then 'ended' else 'unknown' end,
        ambit = 'bilateral',
        'signed'
    from facts.ggo_agreements
),

added as (
    select
        'agreements_added', record, 'added-' || record, agreement_type, topic, instrument, title, signed_date,
        signed_precision, in_force_date, case when in_force_date is not null then 'day' end, ended_date,
        case when ended_date is not null then 'day' end, ended_status, true, 'signed'
    from coded.agreements_added
),

records as (
    from alliances
    union all from defence
    union all from arms_control
    union all from nuclear
    union all from water
    union all from claims
    union all from borders
    union all from listed_treaties
    union all from listed_agreements
    union all from added
)

-- a code that the map has not is counted in join_counts_agreements and stops the build; one that it leaves out
-- (no agreement between states) makes no record
select
    r.source,
    r.record,
    r.agreement_key,
    case r.source
        when 'atop51' then 1 when 'dcad' then 2 when 'vaynman_aad' then 3 when 'nca' then 4 when 'tfdd' then 5
        when 'icow' then 6 when 'ibad' then 7 when 'world_treaty_index' then 8 when 'manytreaties_ggo' then 9 else 10
    end as source_standing,
    coalesce(t.agreement_type, case when r.source = 'agreements_added' then r.source_code end) as agreement_type,
    coalesce(r.own_topic, t.topic) as topic,
    nullif(r.instrument, '') as instrument,
    r.title,
    r.signed_date,
    case
        when r.signed_precision = 'month' then last_day(r.signed_date)
        when r.signed_precision = 'year' then make_date(year(r.signed_date), 12, 31)
        else r.signed_date
    end as signed_latest,
    case when r.signed_date is not null then r.signed_precision end as signed_precision,
    r.in_force_date,
    r.in_force_precision,
    r.ended_date,
    r.ended_precision,
    r.ended_status,
    r.bilateral,
    r.consent
from records as r
left join coded.agreement_types as t on r.source = t.source and r.source_code = t.source_code
where coalesce(t.agreement_type, case when r.source = 'agreements_added' then r.source_code end) is not null
