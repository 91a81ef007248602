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
)

-- a spell that has not ended makes no row; no attempt: not killed, within the years of the source
select
    l.leader_id,
    l.ccode,
    year(l.end_date)::smallint as year,
    l.end_date as exit_date,
    l.exit as exit_mode,
    case when l.end_date between date '1875-01-01' and date '2003-12-31' then k.leader_id is not null end as exit_killed,
    t.support_change as exit_support_change
from leaders as l
cross join horizon as h
left join killed as k on l.leader_id = k.leader_id
left join left_office as t on l.leader_id = t.leader_id
where l.end_precision not in ('open', 'censored')
