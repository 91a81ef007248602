with conflicts as (
    select 'disputes: month of the first day to dyad_conflict_months' as join_name, ccode_a, ccode_b, start_date, 398 as allowed, 402 as allowed_by_day
    from disputes
    union all
    select 'dispute_incidents: month of the first day to dyad_conflict_months', ccode_a, ccode_b, start_date, 158, 159
    from dispute_incidents
    union all
    select 'wars: month of the first day to dyad_conflict_months', ccode_a, ccode_b, start_date, 65, 65
    from wars
    union all
    select 'crises: month of the first day to dyad_conflict_months', ccode_a, ccode_b, start_date, 95, 97
    from crises
),

rival_years as (
    select distinct unnest([ccode_a, ccode_b]) as ccode, year from dyad_rivalry_years where rival_tss
),

counted (join_name, allowed, consequence, found) as (
    select
        c.join_name, c.allowed, 'neither politically relevant nor rivals, or no members: no row', m.month is not null
    from conflicts as c
    left join dyad_conflict_months as m
        on c.ccode_a = m.ccode_a and c.ccode_b = m.ccode_b and date_trunc('month', c.start_date) = m.month
    union all
    select
        replace(c.join_name, 'month of the first day to dyad_conflict_months', 'first day to dyad_conflict_spells'),
        c.allowed_by_day,
        'neither politically relevant nor rivals, or no members on the day: no row', s.year is not null
    from conflicts as c
    left join dyad_conflict_spells as s
        on c.ccode_a = s.ccode_a and c.ccode_b = s.ccode_b and c.start_date between s.start_date and s.end_date
    union all
    select 'pair_stocks: first day of the month to pair_stock_spells', 0, 'would be lost', s.year is not null
    from pair_stocks as p
    left join pair_stock_spells as s
        on p.leader_dyad_id = s.leader_dyad_id and p.month_start between s.start_date and s.end_date
    union all
    select
        'copdab: months in which both states are members', 8, 'January to April 1948, before Israel: left out',
        e.month is not null
    from facts.copdab_months as c
    left join dyad_event_months as e
        on c.ccode_a = e.ccode_a and c.ccode_b = e.ccode_b and c.month = e.month and e.copdab_score is not null
    union all
    select
        'gdelt: months to the days that the source covers', 0, 'would be lost', c.month is not null
    from coded.gdelt_months as g
    left join coded.gdelt_covered_days as c on g.month = c.month
    union all
    select 'chisols: state-years to states', 0, 'would be lost', y.ccode is not null
    from facts.chisols_state_years as c
    left join (select distinct ccode from states) as y on c.ccode = y.ccode
    union all
    select 'chisols: changes of leader to the spell that begins', 50, 'no leader_entered', leader_entered is not null
    from leader_transitions
    union all
    select 'chisols: changes of leader to the spell that ends', 139, 'no leader_left', leader_left is not null
    from leader_transitions
    union all
    select
        'leaders: exits of 1919-2018 to a change of leader of chisols', 182, 'no exit_support_change',
        exit_support_change is not null
    from leader_exits
    where year between 1919 and 2018
    union all
    select 'assassination_attempts: to a leader in office', 3, 'Collins before his spell, Birendra after his: no leader_id', leader_id is not null
    from assassination_attempts
    union all
    select
        'assassination_attempts: deaths to an exit', 2, 'Carranza and Birendra had left office before: exit_killed is false',
        e.exit_killed is not null
    from assassination_attempts as a
    left join leader_exits as e on a.leader_id = e.leader_id and e.exit_killed
    where a.attempt_outcome = 'died'
    union all
    select 'leaders: natural deaths since 1946 to their check', 0, 'unchecked: no exit_anticipated', d.leader_id is not null
    from leaders as l
    left join coded.natural_deaths as d on l.leader_id = d.leader_id
    where l.exit = 'Natural Death' and l.end_date >= date '1946-01-01'
    union all
    select 'leaders: exits for ill health since 1946 to their check', 0, 'unchecked', i.leader_id is not null
    from leaders as l
    left join coded.ill_health_exits as i on l.leader_id = i.leader_id
    where l.exit = 'Retired Due to Ill Health' and l.end_date >= date '1946-01-01'
    union all
    select
        'leaders: exits after 2015 of states on a list of rivalries with years from 2010 on to their coding', 0, 'no exit_mode',
        exit_source is not null
    from leader_exits
    where year > 2015 and ccode in (
        select unnest([ccode_a, ccode_b]) from rivalries
        where least(coalesce(end_year, last_year_of_list), last_year_of_list) >= 2010
    )
    union all
    select
        'leaders: exits after 2015 to their coding', 261, 'a state on no such list: no exit_mode', exit_source is not null
    from leader_exits
    where year > 2015
    union all
    select
        'leaders: regular exits of 1946-2015 of states in a rivalry of the list tss that year to their kind', 9,
        'no exit_kind: no page read and no rule applies', r.regular_exit_kind is not null
    from regular_exits as r
    inner join rival_years as y on r.ccode = y.ccode and r.year = y.year
    union all
    select
        'leaders: regular exits of 1946-2015 to their kind', 739,
        'no exit_kind: no page read and no rule applies', regular_exit_kind is not null
    from regular_exits
    union all
    select
        'reign_lost_elections: to a leader who left after it', 60,
        'interims, leaders who stayed on or left otherwise, and states whose leader the two sources name differently',
        r.leader_id is not null
    from coded.reign_lost_elections as b
    left join regular_exits as r on b.ccode = r.ccode and b.election_date = r.lost_election_date
)

select join_name, found, count(*) as counted, allowed, consequence
from counted
group by all
