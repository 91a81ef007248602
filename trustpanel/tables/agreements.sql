-- one alliance over all its phases and members; a start or end is as precise as the member that sets it
with alliances as (
    select
        'atop-' || atop_id as agreement_id,
        'alliance' as agreement_type,
        concat_ws(
            ';',
            case when bool_or(defense) then 'defense' end,
            case when bool_or(offense) then 'offense' end,
            case when bool_or(neutral) then 'neutrality' end,
            case when bool_or(nonagg) then 'nonaggression' end,
            case when bool_or(consul) then 'consultation' end
        ) as topic,
        min(start_date) as signed_date,
        arg_min(start_precision, start_date) as signed_precision,
        null::date as in_force_date,
        null as in_force_precision,
        case when not bool_or(end_precision = 'open') then max(end_date) end as ended_date,
        case when bool_or(end_precision = 'open') then 'open' else arg_max(end_precision, end_date) end
            as ended_precision,
        null::integer as end_year_estimate,
        bool_and(bilateral) as bilateral,
        'atop51' as source
    from facts.atop51_members
    group by atop_id
),

defence_cooperation as (
    select
        'dcad-' || right(dcad_id, 4) as agreement_id,
        'defence_cooperation' as agreement_type,
        type || ';' || category as topic,
        signed_date,
        signed_precision,
        in_force_date,
        in_force_precision,
        case when terminated = 'yes' then make_date(end_year_estimate, 12, 31) end as ended_date,
        case terminated when 'yes' then 'year' when 'no' then 'open' end as ended_precision,
        end_year_estimate,
        true as bilateral,
        'dcad' as source
    from facts.dcad_agreements
)

select * from alliances
union all
select * from defence_cooperation
