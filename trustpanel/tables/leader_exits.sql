with horizon as (
    select max(value::date) filter (where choice = 'leader_data_last_day') as last_known from choices
),

-- a leader who was killed: a successful attempt, and office lost on its day, soon before (sources date differently) or
-- after (Garfield lived for eleven weeks)
killed as (
    select distinct a.leader_id
    from assassination_attempts as a
    inner join leaders as l on a.leader_id = l.leader_id
    where
        a.attempt_outcome = 'died'
        and l.end_date between a.attempt_first_date - 7 and a.attempt_last_date + 90
),

-- a spell that ends with two changes of leader (codes of one state, Germany 1945) keeps the later one
left_office as (
    select leader_left as leader_id, arg_max(support_change, transition_date) as support_change
    from leader_transitions
    where leader_left is not null
    group by leader_left
),

-- Archigos tells no regular exits apart, and calls accidents natural deaths; what was checked, coded by hand or follows
-- from a rule says more
kinds as (
    select
        l.leader_id,
        coalesce(l.exit, c.exit_mode) as exit_mode,
        case
            when l.exit is null then c.exit_kind
            when l.exit = 'Regular' then r.regular_exit_kind
            when l.exit = 'Natural Death' and d.death_kind = 'accident' then 'accident'
            when l.exit = 'Natural Death' then 'natural_death'
            when l.exit = 'Retired Due to Ill Health' and i.verdict = 'contested' then 'ill_health_contested'
            when l.exit = 'Retired Due to Ill Health' then 'ill_health'
            when l.exit <> 'Irregular' then lower(l.exit)
            when l.exit_code like 'Assassination%' then 'assassination'
            when l.exit_code like 'Removed by Military%' then 'coup'
            when l.exit_code like 'Removed in Military Power Struggle%' then 'power_struggle'
            when l.exit_code like 'Removed by Other Government%' then 'removed_by_government'
            when l.exit_code like 'Popular Protest%' then 'protest'
            when l.exit_code like 'Removed by Rebels%' then 'rebels'
            else 'irregular'
        end as exit_kind,
        case when coalesce(l.exit, c.exit_mode) = 'Natural Death' then coalesce(d.anticipated, c.anticipated) end as exit_anticipated,
        case when l.exit is not null then 'archigos41' when c.leader_id is not null then 'coded' end as exit_source,
        case
            when l.exit = 'Regular' then r.regular_exit_basis
            when l.exit is not null then 'archigos41'
            when c.leader_id is not null then 'coded'
        end as exit_kind_source
    from leaders as l
    -- no row: no regular exit, or none of 1946-2015
    left join regular_exits as r on l.leader_id = r.leader_id
    -- no row: an exit up to 2015, or of a state that is no rival: not coded
    left join coded.exits_after_2015 as c on l.leader_id = c.leader_id
    -- no row: no natural death, or one before 1946, which was not checked
    left join coded.natural_deaths as d on l.leader_id = d.leader_id
    -- no row: no ill health, or before 1946
    left join coded.ill_health_exits as i on l.leader_id = i.leader_id
)

-- a spell that has not ended makes no row; no attempt: not killed, within the years of the source
select
    l.leader_id,
    l.ccode,
    year(l.end_date)::smallint as year,
    l.end_date as exit_date,
    e.exit_mode,
    e.exit_kind,
    e.exit_anticipated,
    e.exit_source,
    e.exit_kind_source,
    case when l.end_date between date '1875-01-01' and date '2003-12-31' then k.leader_id is not null end as exit_killed,
    t.support_change as exit_support_change
from leaders as l
cross join horizon as h
inner join kinds as e on l.leader_id = e.leader_id
left join killed as k on l.leader_id = k.leader_id
left join left_office as t on l.leader_id = t.leader_id
where l.end_precision not in ('open', 'censored')
