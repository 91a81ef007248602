-- One row a spell of fighting: a participation, and its resumption after a truce where there was one.
with fighting as (
    select war_id, war_name, ccode, side, initiator, battle_deaths, start_date, end_date
    from facts.cow_mid5_wars
    union all
    select war_id, war_name, ccode, side, initiator, battle_deaths, resumed_date, resumed_end_date
    from facts.cow_mid5_wars
    where resumed_date is not null
),

-- Two spells on opposite sides that share a day. Opponents that never overlap make no row.
confrontations as (
    select
        a.war_id,
        a.war_name,
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        a.side as side_of_a,
        b.side as side_of_b,
        a.initiator as war_initiator_a,
        b.initiator as war_initiator_b,
        a.battle_deaths as battle_deaths_a,
        b.battle_deaths as battle_deaths_b,
        greatest(a.start_date, b.start_date) as first_day,
        least(a.end_date, b.end_date) as final_day
    from fighting as a
    inner join fighting as b
        on
            a.war_id = b.war_id
            and a.ccode < b.ccode
            and a.side <> b.side
            and a.start_date <= b.end_date
            and b.start_date <= a.end_date
),

-- A state that fought on both sides has its dead counted once for each side on which it faced this opponent.
by_side as (
    select
        war_id,
        war_name,
        ccode_a,
        ccode_b,
        side_of_a,
        side_of_b,
        battle_deaths_a,
        battle_deaths_b,
        bool_or(war_initiator_a) as war_initiator_a,
        bool_or(war_initiator_b) as war_initiator_b,
        min(first_day) as first_day,
        max(final_day) as final_day,
        count(*) as spells
    from confrontations
    group by all
)

select
    war_id::smallint as war_id,
    ccode_a::smallint as ccode_a,
    ccode_b::smallint as ccode_b,
    any_value(war_name) as war_name,
    min(first_day) as start_date,
    max(final_day) as end_date,
    'day' as start_precision,
    'day' as end_precision,
    sum(spells)::tinyint as war_spells,
    bool_or(war_initiator_a) as war_initiator_a,
    bool_or(war_initiator_b) as war_initiator_b,
    case when count(battle_deaths_a) = count(*) then sum(battle_deaths_a) end::integer as battle_deaths_a,
    case when count(battle_deaths_b) = count(*) then sum(battle_deaths_b) end::integer as battle_deaths_b
from by_side
group by war_id, ccode_a, ccode_b
