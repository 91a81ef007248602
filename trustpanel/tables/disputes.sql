-- Every participation as a spell of days: an unknown first day opens, an unknown last day closes its month.
with participations as (
    select
        dispute_id,
        ccode,
        on_side_a,
        originator,
        hostility,
        fatality,
        make_date(start_year, start_month, coalesce(start_day, 1)) as first_day,
        case
            when end_day is null then last_day(make_date(end_year, end_month, 1))
            else make_date(end_year, end_month, end_day)
        end as final_day,
        start_day is null as first_day_unknown,
        end_day is null as final_day_unknown
    from facts.cow_mid5_participants
),

-- Two participations on opposite sides that share a day. Unmatched participations (opponents that never
-- overlap) make no row; the join count "participants with an opponent" counts them.
confrontations as (
    select
        a.dispute_id,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        a.on_side_a as side_a_was_a,
        a.originator as originator_a,
        b.originator as originator_b,
        a.hostility as hostility_a,
        b.hostility as hostility_b,
        a.fatality as fatality_a,
        b.fatality as fatality_b,
        greatest(a.first_day, b.first_day) as first_day,
        least(a.final_day, b.final_day) as final_day,
        (a.first_day_unknown and last_day(a.first_day) = last_day(greatest(a.first_day, b.first_day)))
        or (b.first_day_unknown and last_day(b.first_day) = last_day(greatest(a.first_day, b.first_day)))
            as first_day_unknown,
        (a.final_day_unknown and last_day(a.final_day) = last_day(least(a.final_day, b.final_day)))
        or (b.final_day_unknown and last_day(b.final_day) = last_day(least(a.final_day, b.final_day)))
            as final_day_unknown
    from participations as a
    inner join participations as b
        on
            a.dispute_id = b.dispute_id
            and a.ccode < b.ccode
            and a.on_side_a <> b.on_side_a
            and a.first_day <= b.final_day
            and b.first_day <= a.final_day
),

-- One row a dyad: the first to the last day on which the two faced each other, gaps between spells included.
dyads as (
    select
        dispute_id,
        ccode_a,
        ccode_b,
        min(first_day) as start_date,
        max(final_day) as end_date,
        first(first_day_unknown order by first_day, first_day_unknown) as first_day_unknown,
        first(final_day_unknown order by final_day desc, final_day_unknown) as final_day_unknown,
        count(*) as dispute_spells,
        case when bool_and(side_a_was_a) then true when not bool_or(side_a_was_a) then false end as on_side_a_a,
        bool_or(originator_a) as originator_a,
        bool_or(originator_b) as originator_b,
        max(hostility_a) as hostility_a,
        max(hostility_b) as hostility_b,
        case when count(fatality_a) = count(*) then max(fatality_a) end as fatality_a,
        case when count(fatality_b) = count(*) then max(fatality_b) end as fatality_b
    from confrontations
    group by all
)

-- Every participant's dispute stands in the dispute file, so that this join loses nothing.
select
    d.dispute_id::smallint as dispute_id,
    d.ccode_a::smallint as ccode_a,
    d.ccode_b::smallint as ccode_b,
    d.start_date,
    d.end_date,
    case when d.first_day_unknown then 'month' else 'day' end as start_precision,
    case when d.final_day_unknown then 'month' else 'day' end as end_precision,
    d.dispute_spells::tinyint as dispute_spells,
    least(d.start_date, make_date(m.start_year, m.start_month, coalesce(m.start_day, 1))) as dispute_start_date,
    greatest(
        d.end_date,
        case
            when m.end_day is null then last_day(make_date(m.end_year, m.end_month, 1))
            else make_date(m.end_year, m.end_month, m.end_day)
        end
    ) as dispute_end_date,
    not m.ongoing_2014 as ended_by_2014,
    d.on_side_a_a,
    d.originator_a,
    d.originator_b,
    m.reciprocated,
    m.hostility as dispute_hostility,
    m.fatality as dispute_fatality,
    m.min_days as dispute_min_days,
    m.max_days as dispute_max_days,
    greatest(d.hostility_a, d.hostility_b)::tinyint as hostility,
    d.hostility_a::tinyint as hostility_a,
    d.hostility_b::tinyint as hostility_b,
    case
        when d.fatality_a is not null and d.fatality_b is not null then greatest(d.fatality_a, d.fatality_b)
    end::tinyint as fatality,
    d.fatality_a::tinyint as fatality_a,
    d.fatality_b::tinyint as fatality_b
from dyads as d
inner join facts.cow_mid5_disputes as m on d.dispute_id = m.dispute_id
