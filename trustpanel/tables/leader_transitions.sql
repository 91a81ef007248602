with horizon as (
    select value::integer as days from choices where choice = 'transition_days'
),

changes as (
    select
        c.*,
        c.support_changed as full_change,
        exists (
            select 1 from facts.chisols_minor_changes as m
            where c.ccode = m.ccode and c.change_date = m.change_date
        ) as minor_change
    from facts.chisols_changes as c
    where c.leader_changed
),

-- the source dates a change by the day on which the new leader takes office; the nearest spell that starts, or ends,
-- within the declared days, and each spell for its nearest change only
entries as (
    select c.ccode, c.year, c.position, l.leader_id
    from changes as c
    cross join horizon as h
    inner join leader_states as l on c.ccode = l.ccode and abs(l.start_date - c.change_date) <= h.days
    qualify
        row_number() over (
            partition by c.ccode, c.year, c.position order by abs(l.start_date - c.change_date), l.start_date, l.leader_id
        ) = 1
        and row_number() over (
            partition by l.leader_id
            order by abs(l.start_date - c.change_date), c.change_date, c.position
        ) = 1
),

-- nobody leaves by the change with which he enters, however short his time
exits as (
    select c.ccode, c.year, c.position, l.leader_id
    from changes as c
    cross join horizon as h
    left join entries as e on c.ccode = e.ccode and c.year = e.year and c.position = e.position
    inner join leader_states as l
        on c.ccode = l.ccode and abs(l.end_date - c.change_date) <= h.days and l.leader_id is distinct from e.leader_id
    qualify
        row_number() over (
            partition by c.ccode, c.year, c.position order by abs(l.end_date - c.change_date), l.end_date, l.leader_id
        ) = 1
        and row_number() over (
            partition by l.leader_id
            order by abs(l.end_date - c.change_date), c.change_date, c.position
        ) = 1
)

-- a change that fits no spell keeps its row with an empty leader; join_counts counts them
select
    c.ccode,
    c.year,
    c.position as transition_position,
    c.change_date as transition_date,
    case when c.full_change then 'full' when c.minor_change then 'minor' else 'none' end as support_change,
    x.leader_id as leader_left,
    e.leader_id as leader_entered
from changes as c
left join exits as x on c.ccode = x.ccode and c.year = x.year and c.position = x.position
left join entries as e on c.ccode = e.ccode and c.year = e.year and c.position = e.position
