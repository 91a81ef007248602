with state_ends (join_name, allowed, consequence, found) as (
    select
        'state_changes to polyarchy of t-1 and t-4', 1328, 'new states, and states that V-Dem does not code: no reform_3y',
        reform_3y is not null
    from state_changes
    union all
    select
        'state_changes to CHISOLS of t-1', 2525, 'after 2018, and states not yet in CHISOLS: no leader_change_last',
        leader_change_last is not null
    from state_changes
),

-- the years in which the source could speak
dyad_ends (join_name, allowed, consequence, found) as (
    select
        'dyad_exchanges to ideal points of t-1', 12724, 'a side has no votes in the General Assembly: no distance_last',
        distance_last is not null
    from dyad_exchanges
    where year between 1947 and 2024
    union all
    select
        'dyad_exchanges to ideal points of t-4', 5353, 'a new member, or none: no distance_closing_3y',
        distance_closing_3y is not null
    from dyad_exchanges
    where year between 1950 and 2024 and distance_last is not null
    union all
    select
        'dyad_exchanges to three years of agreements', 3422, 'two states of which one is new: no agreements_3y_log',
        agreements_3y_log is not null
    from dyad_exchanges
    where year <= 2000
    union all
    select
        'dyad_exchanges to acts of t-1', 1055, 'two states of which one is new: no acts of the year before',
        costly_act_last is not null
    from dyad_exchanges
    where year <= 2000
    union all
    select
        'trust_around to hedges of t-2', 2214, 'two states of which one is new: no hedge_removed_earlier',
        hedge_removed_earlier is not null
    from trust_around
    where year <= 2020
    union all
    select
        'trust_around to convergence of t+3', 1721, 'a state that is gone by then, or nothing observed: no placebo',
        convergence_count_ahead is not null
    from trust_around
    where year <= 2016
)

select join_name, found, count(*) as counted, allowed, consequence
from (select * from state_ends union all select * from dyad_ends) as e
group by all
