-- The crisis file writes Germany as 260 and Yemen as 678 throughout; from the day of each unification the state
-- system has 255 and 679 in their place.
with dyad_years as (
    select
        *,
        make_date(start_year, start_month, coalesce(start_day, 1)) as first_day,
        case
            when end_day is null then last_day(make_date(end_year, end_month, 1))
            else make_date(end_year, end_month, end_day)
        end as final_day
    from facts.icb15_dyads
),

recoded as (
    select
        * exclude (ccode_a, ccode_b),
        case
            when ccode_a = 260 and first_day >= date '1990-10-03' then 255
            when ccode_a = 678 and first_day >= date '1990-05-22' then 679
            else ccode_a
        end as ccode_a,
        case
            when ccode_b = 260 and first_day >= date '1990-10-03' then 255
            when ccode_b = 678 and first_day >= date '1990-05-22' then 679
            else ccode_b
        end as ccode_b
    from dyad_years
),

-- Every actor number of the dyad file stands in the actor file; a side without a crisis actor (9999 in the file) has
-- no tension code of its own and leaves the dyad's to the other side.
with_tension as (
    select
        r.*,
        a.tension as tension_a,
        b.tension as tension_b,
        r.final_day = max(r.final_day) over (partition by r.crisis_id, r.ccode_a, r.ccode_b) as is_last_spell
    from recoded as r
    left join facts.icb15_actors as a on r.actor_a = a.actor_id
    left join facts.icb15_actors as b on r.actor_b = b.actor_id
)

-- One row a dyad: years of one spell and several spells of one crisis are joined into first and last day. The tension
-- code is that of the spell that ended last: an earlier one may count the later spell as the crisis that came back.
select
    crisis_id::smallint as crisis_id,
    least(ccode_a, ccode_b)::smallint as ccode_a,
    greatest(ccode_a, ccode_b)::smallint as ccode_b,
    min(crisis_name) as crisis_name,
    min(first_day) as start_date,
    max(final_day) as end_date,
    first(case when start_day is null then 'month' else 'day' end order by first_day, start_day nulls last)
        as start_precision,
    first(case when end_day is null then 'month' else 'day' end order by final_day desc, end_day nulls last)
        as end_precision,
    count(distinct (first_day, final_day))::tinyint as crisis_spells,
    count(actor_a) > 0 as crisis_actor_a,
    count(actor_b) > 0 as crisis_actor_b,
    case
        when bool_or(1 in (tension_a, tension_b)) filter (where is_last_spell) then true
        when bool_or(3 in (tension_a, tension_b)) filter (where is_last_spell) then null
        else false
    end as tension_recurred
from with_tension
group by crisis_id, least(ccode_a, ccode_b), greatest(ccode_a, ccode_b)
