-- Every state's part in an incident as a spell of days: an unknown day, or month, opens and closes its month, or year.
with participations as (
    select
        dispute_id,
        incident_id,
        ccode,
        on_incident_side_a,
        hostility,
        fatality,
        make_date(start_year, coalesce(start_month, 1), coalesce(start_day, 1)) as first_day,
        case
            when end_month is null then make_date(end_year, 12, 31)
            when end_day is null then last_day(make_date(end_year, end_month, 1))
            else make_date(end_year, end_month, end_day)
        end as final_day,
        case when start_month is null then 'year' when start_day is null then 'month' else 'day' end
            as start_precision,
        case when end_month is null then 'year' when end_day is null then 'month' else 'day' end as end_precision
    from facts.cow_mid5_incident_participants
),

-- Opponents are the states on opposite sides of the incident itself. An incident with one side only makes no row.
opponents as (
    select
        a.dispute_id,
        a.incident_id,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        a.hostility as hostility_a,
        b.hostility as hostility_b,
        a.fatality as fatality_a,
        b.fatality as fatality_b,
        greatest(a.first_day, b.first_day) as first_day,
        least(a.final_day, b.final_day) as final_day,
        case
            when 'year' in (a.start_precision, b.start_precision) then 'year'
            when a.start_precision = 'month' and last_day(a.first_day) >= last_day(b.first_day) then 'month'
            when b.start_precision = 'month' and last_day(b.first_day) >= last_day(a.first_day) then 'month'
            else 'day'
        end as start_precision,
        case
            when 'year' in (a.end_precision, b.end_precision) then 'year'
            when a.end_precision = 'month' and last_day(a.final_day) <= last_day(b.final_day) then 'month'
            when b.end_precision = 'month' and last_day(b.final_day) <= last_day(a.final_day) then 'month'
            else 'day'
        end as end_precision
    from participations as a
    inner join participations as b
        on
            a.incident_id = b.incident_id
            and a.ccode < b.ccode
            and a.on_incident_side_a <> b.on_incident_side_a
)

-- The incident's own days stand in only where the opponents' days contradict each other (one incident); every
-- incident of the participant file stands in the incident file, so that this join loses nothing.
select
    o.dispute_id::smallint as dispute_id,
    o.incident_id::integer as incident_id,
    o.ccode_a::smallint as ccode_a,
    o.ccode_b::smallint as ccode_b,
    case
        when o.first_day <= o.final_day then o.first_day
        else make_date(i.start_year, coalesce(i.start_month, 1), coalesce(i.start_day, 1))
    end as start_date,
    case
        when o.first_day <= o.final_day then o.final_day
        when i.end_month is null then make_date(i.end_year, 12, 31)
        when i.end_day is null then last_day(make_date(i.end_year, i.end_month, 1))
        else make_date(i.end_year, i.end_month, i.end_day)
    end as end_date,
    case
        when o.first_day <= o.final_day then o.start_precision
        when i.start_month is null then 'year'
        when i.start_day is null then 'month'
        else 'day'
    end as start_precision,
    case
        when o.first_day <= o.final_day then o.end_precision
        when i.end_month is null then 'year'
        when i.end_day is null then 'month'
        else 'day'
    end as end_precision,
    greatest(o.hostility_a, o.hostility_b)::tinyint as incident_hostility,
    o.hostility_a::tinyint as incident_hostility_a,
    o.hostility_b::tinyint as incident_hostility_b,
    case
        when o.fatality_a is not null and o.fatality_b is not null then greatest(o.fatality_a, o.fatality_b)
    end::tinyint as incident_fatality
from opponents as o
inner join facts.cow_mid5_incidents as i on o.incident_id = i.incident_id
