-- every participation as a spell of days: an unknown first day opens, an unknown last day closes its month
with participations as (
    select
        dispute_id,
        ccode,
        on_side_a,
        originator,
        make_date(start_year, start_month, coalesce(start_day, 1)) as first_day,
        case
            when end_day is null then last_day(make_date(end_year, end_month, 1))
            else make_date(end_year, end_month, end_day)
        end as final_day,
        start_day is null as first_day_unknown,
        end_day is null as final_day_unknown
    from facts.gml_participants
),

ends as (
    select dispute_id, max(final_day) as dispute_end
    from participations
    group by dispute_id
),

-- opponents are states on opposite sides that share a day, as in the table disputes
confrontations as (
    select
        a.dispute_id,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        a.originator as originator_a,
        b.originator as originator_b,
        greatest(a.first_day, b.first_day) as first_day,
        least(a.final_day, b.final_day) as final_day,
        (a.first_day_unknown and last_day(a.first_day) >= last_day(b.first_day))
        or (b.first_day_unknown and last_day(b.first_day) >= last_day(a.first_day)) as first_day_unknown,
        (a.final_day_unknown and last_day(a.final_day) <= last_day(b.final_day))
        or (b.final_day_unknown and last_day(b.final_day) <= last_day(a.final_day)) as final_day_unknown
    from participations as a
    inner join participations as b
        on a.dispute_id = b.dispute_id and a.ccode < b.ccode and a.on_side_a <> b.on_side_a
        and a.first_day <= b.final_day and b.first_day <= a.final_day
),

dyads as (
    select
        dispute_id,
        ccode_a,
        ccode_b,
        min(first_day) as start_date,
        max(final_day) as end_date,
        first(first_day_unknown order by first_day, first_day_unknown) as first_day_unknown,
        first(final_day_unknown order by final_day desc, final_day_unknown) as final_day_unknown,
        bool_or(originator_a) as originator_a,
        bool_or(originator_b) as originator_b
    from confrontations
    group by all
)

-- 3 dyads stand in no row of the directed file: their levels are missing
select
    d.dispute_id as gml_dispute_id,
    d.ccode_a,
    d.ccode_b,
    d.start_date,
    d.end_date,
    case when d.first_day_unknown then 'month' else 'day' end as start_precision,
    case when d.final_day_unknown then 'month' else 'day' end as end_precision,
    e.dispute_end as gml_dispute_end,
    not l.ongoing_2010 as gml_ended_by_2010,
    d.originator_a as gml_originator_a,
    d.originator_b as gml_originator_b,
    l.reciprocated as gml_reciprocated,
    greatest(l.hostility_a, l.hostility_b) as gml_hostility,
    l.hostility_a as gml_hostility_a,
    l.hostility_b as gml_hostility_b,
    case when l.fatality_a is not null and l.fatality_b is not null then greatest(l.fatality_a, l.fatality_b) end as gml_fatality
from dyads as d
inner join ends as e on d.dispute_id = e.dispute_id
left join facts.gml_dispute_dyads as l
    on d.dispute_id = l.dispute_id and d.ccode_a = l.ccode_a and d.ccode_b = l.ccode_b
