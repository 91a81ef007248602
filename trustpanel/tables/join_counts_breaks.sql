with ended as (
    select b.left_office
    from pair_background as k
    inner join pair_breaks as b on k.leader_a = b.leader_a and k.leader_b = b.leader_b
    where k.at_risk or k.at_risk_any_list or k.at_risk_5y or k.at_risk_15y or k.politically_relevant_pre
),

counted (join_name, allowed, consequence, found) as (
    select
        'pairs in a risk set to the exit of one leader', 378,
        'still in office, a state that left the system, or both left on one day: no row in break_outcomes', left_office in ('a', 'b')
    from ended
    union all
    select
        'attempts on leaders since 1946 to a spell and a month', 7, 'no row in break_outcomes',
        attempt_match in ('in_office', 'other_spell') and attempt_precision in ('day', 'month')
    from assassination_attempts
    where attempt_first_date >= date '1946-01-01'
    union all
    select
        'break_outcomes to disputes of 12 months on both sides', 6833,
        'after 2013, or a state that was not a member throughout: no change of dispute', dispute_change_12 is not null
    from break_outcomes
    union all
    select
        'break_outcomes to contact six months before', 42992,
        'not covered, or the pair was not yet in office: bonded is not known', bonded is not null
    from break_outcomes
    union all
    select
        'dyad_opportunities to the speakers of t-1 on both sides', 54842,
        'no speech in the source, or a post that does not tell: not known whether both spoke', un_week_both_last is not null
    from dyad_opportunities
    where year between 1947 and 2025
    union all
    select 'dyad_act_years to agreements', 43764, 'after 1999: not known', costly_act_ab is not null
    from dyad_act_years
)

select join_name, found, count(*) as counted, allowed, consequence
from counted
group by all
