-- the codes are those of the Correlates of War; an unknown day opens, or closes, its month
select
    dispute_id as mie_dispute_id,
    event_id as mie_event_id,
    least(ccode_actor, ccode_target)::smallint as ccode_a,
    greatest(ccode_actor, ccode_target)::smallint as ccode_b,
    case when ccode_actor < ccode_target then 'a' else 'b' end as mie_actor,
    make_date(start_year, start_month, coalesce(start_day, 1)) as start_date,
    case
        when end_day is null then last_day(make_date(end_year, end_month, 1))
        else make_date(end_year, end_month, end_day)
    end as end_date,
    case when start_day is null then 'month' else 'day' end as start_precision,
    case when end_day is null then 'month' else 'day' end as end_precision,
    action as mie_action,
    hostility as mie_level,
    deaths_actor_low as mie_deaths_actor_low,
    deaths_actor_high as mie_deaths_actor_high,
    deaths_target_low as mie_deaths_target_low,
    deaths_target_high as mie_deaths_target_high
from facts.mie_events
