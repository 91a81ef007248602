with horizon as (
    select value::date as last_known from choices where choice = 'leader_data_last_day'
),

exits as (
    select
        l.leader_id,
        l.end_date,
        l.end_precision,
        x.exit_killed,
        x.exit_support_change,
        x.exit_kind as detail,
        x.exit_anticipated as anticipated,
        case
            when x.exit_kind in ('assassination', 'accident') then x.exit_kind
            when x.exit_mode = 'Natural Death' then 'natural_death'
            when x.exit_mode = 'Retired Due to Ill Health' then 'ill_health'
            when x.exit_mode = 'Suicide' then 'suicide'
            when x.exit_mode = 'Regular' then 'regular'
            when x.exit_mode = 'Irregular' then 'irregular'
            when x.exit_mode = 'Foreign' then 'foreign'
            when x.exit_mode = 'Unknown' then 'unknown'
        end as kind
    from leaders as l
    -- a spell that has not ended has no exit
    left join leader_exits as x on l.leader_id = x.leader_id
),

ends as (
    select
        d.leader_a,
        d.leader_b,
        d.pair_end,
        a.end_date <= d.pair_end and a.end_precision not in ('open', 'censored') as a_left,
        b.end_date <= d.pair_end and b.end_precision not in ('open', 'censored') as b_left,
        a.kind as kind_a,
        b.kind as kind_b,
        a.exit_killed as killed_a,
        b.exit_killed as killed_b,
        a.exit_support_change as support_a,
        b.exit_support_change as support_b,
        a.detail as detail_a,
        b.detail as detail_b,
        a.anticipated as anticipated_a,
        b.anticipated as anticipated_b,
        d.pair_end >= h.last_known as running,
        (a.end_date <= d.pair_end and a.end_precision = 'censored') or (b.end_date <= d.pair_end and b.end_precision = 'censored') as lost_sight
    from leader_dyads as d
    inner join exits as a on d.leader_a = a.leader_id
    inner join exits as b on d.leader_b = b.leader_id
    cross join horizon as h
)

select
    leader_a,
    leader_b,
    pair_end,
    case when a_left and b_left then 'both' when a_left then 'a' when b_left then 'b' else 'none' end as left_office,
    case when a_left then kind_a end as break_kind_a,
    case when b_left then kind_b end as break_kind_b,
    case
        when a_left and b_left then 'both_left'
        when a_left then kind_a
        when b_left then kind_b
        when running then 'still_in_office'
        when lost_sight then 'not_observed'
        else 'state_left_system'
    end as break_kind,
    case when a_left then detail_a end as break_detail_a,
    case when b_left then detail_b end as break_detail_b,
    case when a_left then anticipated_a end as break_anticipated_a,
    case when b_left then anticipated_b end as break_anticipated_b,
    case when a_left then killed_a end as break_killed_a,
    case when b_left then killed_b end as break_killed_b,
    case when a_left then support_a end as break_support_a,
    case when b_left then support_b end as break_support_b
from ends
