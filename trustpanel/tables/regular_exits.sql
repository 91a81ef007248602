with regular as (
    select leader_id, ccode, start_date, end_date
    from leaders
    where exit = 'Regular' and end_date between date '1946-01-01' and date '2015-12-31'
),

-- what the rule in force said on 1 January of the year in which the leader left
new_years as (
    select r.leader_id, h.horizon_rule, h.scheduled_end, h.lame_duck
    from regular as r
    inner join horizon_stretches as h
        on r.leader_id = h.leader_id and make_date(year(r.end_date), 1, 1) between h.stretch_from and h.stretch_to
),

-- the last term that the rule allowed was due to end within 45 days of the exit
at_the_limit as (
    select n.leader_id, n.horizon_rule
    from new_years as n
    inner join regular as r on n.leader_id = r.leader_id
    where n.lame_duck and abs(n.scheduled_end - r.end_date) <= 45
),

-- the last lost election under a leader who had governed for 120 days (interims have not) and left within 250 days;
-- whom a limit barred did not lose, and whether it barred is unknown where no rule is coded for a president
lost as (
    select
        r.leader_id,
        max(b.election_date) as lost_election_date,
        arg_max(
            case when b.election_kind = 'legislative' then not coalesce(h.lame_duck, false) else not h.lame_duck end,
            b.election_date
        ) as was_free_to_stay
    from coded.reign_lost_elections as b
    inner join effective_leaders as e on b.ccode = e.ccode and b.election_date between e.start_date and e.end_date
    inner join regular as r
        on e.leader_id = r.leader_id and r.end_date between b.election_date and b.election_date + 250
        and b.election_date - r.start_date >= 120
    -- no row: no rule of the state is coded
    left join horizon_stretches as h
        on r.leader_id = h.leader_id and b.election_date between h.stretch_from and h.stretch_to
    group by r.leader_id
)

-- a page read wins over the rules, a limit over an election
select
    r.leader_id,
    r.ccode,
    year(r.end_date)::smallint as year,
    case
        when c.exit_kind is not null then c.exit_kind
        when t.leader_id is not null then 'term_limit'
        when b.was_free_to_stay then 'election'
    end as regular_exit_kind,
    case
        when c.exit_kind is not null then 'coded'
        when t.leader_id is not null then 'limit_rule'
        when b.was_free_to_stay then 'election_rule'
    end as regular_exit_basis,
    t.horizon_rule as ending_rule,
    b.lost_election_date,
    c.source_1 as exit_page,
    c.says_1 as exit_page_says,
    c.source_2 as second_exit_page,
    c.grade as exit_grade
from regular as r
left join coded.regular_exits as c on r.leader_id = c.leader_id
left join at_the_limit as t on r.leader_id = t.leader_id
left join lost as b on r.leader_id = b.leader_id
