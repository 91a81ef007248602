with settings as (
    select
        max(try_cast(value as integer)) filter (where choice = 'break_exposure_months') as exposure_months,
        max(try_cast(value as integer)) filter (where choice = 'bonded_months') as bonded_months,
        max(try_cast(value as integer)) filter (where choice = 'placebo_shift_months') as shift_months,
        max(try_cast(value as date)) filter (where choice = 'first_month') as first_month,
        max(try_cast(value as date)) filter (where choice = 'dispute_data_last_day') as last_day_of_disputes
    from choices
),

-- pairs in any declared risk set that one leader's exit ended; pairs that both left on one day have no leader who left
ended as (
    select
        k.leader_a, k.leader_b, k.leader_dyad_id, k.pair_start, k.pair_end, d.ccode_a, d.ccode_b,
        b.break_kind,
        case when b.left_office = 'a' then b.leader_a else b.leader_b end as break_leader,
        coalesce(b.break_anticipated_a, b.break_anticipated_b) as break_anticipated,
        coalesce(b.break_support_a, b.break_support_b) as break_support
    from pair_background as k
    inner join pair_breaks as b on k.leader_a = b.leader_a and k.leader_b = b.leader_b
    inner join leader_dyads as d on k.leader_a = d.leader_a and k.leader_b = d.leader_b
    where
        (k.at_risk or k.at_risk_any_list or k.at_risk_5y or k.at_risk_15y or k.politically_relevant_pre)
        and b.left_office in ('a', 'b')
),

-- attempts that fit no spell, and those known to the year or to two months, fall away: join_counts counts them
tried as (
    select
        k.leader_a, k.leader_b, k.leader_dyad_id, k.pair_start, k.pair_end, d.ccode_a, d.ccode_b,
        t.leader_id, t.record, t.attempt_outcome, t.attempt_first_date
    from assassination_attempts as t
    inner join leader_dyads as d
        on t.leader_id in (d.leader_a, d.leader_b) and t.attempt_first_date between d.pair_start and d.pair_end
    inner join pair_background as k on d.leader_a = k.leader_a and d.leader_b = k.leader_b
    where
        (k.at_risk or k.at_risk_any_list or k.at_risk_5y or k.at_risk_15y or k.politically_relevant_pre)
        and t.attempt_match in ('in_office', 'other_spell') and t.attempt_precision in ('day', 'month')
),

dated as (
    select
        leader_a, leader_b, leader_dyad_id, pair_start, pair_end, ccode_a, ccode_b,
        'break' as break_event,
        'break' as event_kind,
        date_trunc('month', pair_end)::date as event_month,
        break_kind, break_leader, break_anticipated, break_support, null as attempt_outcome
    from ended
    union all
    -- the same pairs at a day on which they lived on
    select
        e.leader_a, e.leader_b, e.leader_dyad_id, e.pair_start, e.pair_end, e.ccode_a, e.ccode_b,
        'two_years_earlier', 'two_years_earlier',
        (date_trunc('month', e.pair_end) - to_months(s.shift_months))::date,
        e.break_kind, e.break_leader, e.break_anticipated, e.break_support, null
    from ended as e
    cross join settings as s
    where e.pair_start < date_trunc('month', e.pair_end) - to_months(s.shift_months + s.exposure_months)
    union all
    select
        leader_a, leader_b, leader_dyad_id, pair_start, pair_end, ccode_a, ccode_b,
        'attempt ' || record, 'attempt', date_trunc('month', attempt_first_date)::date,
        null, leader_id, null, null, attempt_outcome
    from tried
),

events as (
    select d.*, (d.event_month - to_months(s.exposure_months))::date as exposure_month
    from dated as d
    inner join settings as s on d.event_month >= s.first_month
),

windows as (
    select
        e.leader_a,
        e.leader_b,
        e.break_event,
        w.months,
        (e.event_month - to_months(w.months))::date as first_day,
        (e.event_month + to_months(w.months + 1))::date - 1 as last_day,
        e.event_month,
        e.ccode_a,
        e.ccode_b
    from events as e
    cross join (values (12), (24), (36)) as w (months)
),

-- two states that are not both members all the time, or a window that runs past the disputes: not known
known as (
    select w.leader_a, w.leader_b, w.break_event, w.months, w.event_month, w.first_day, w.last_day, w.ccode_a, w.ccode_b
    from windows as w
    inner join settings as s on w.last_day <= s.last_day_of_disputes
    inner join state_dyad_spells as d
        on w.ccode_a = d.ccode_a and w.ccode_b = d.ccode_b and w.first_day >= d.start_date and w.last_day <= d.end_date
),

-- the month of the event counts on neither side; no dispute: 0
fought as (
    select
        k.leader_a,
        k.leader_b,
        k.break_event,
        k.months,
        coalesce(bool_or(d.start_date < k.event_month), false)::tinyint as before,
        coalesce(bool_or(d.start_date > last_day(k.event_month)), false)::tinyint as after
    from known as k
    left join disputes as d
        on k.ccode_a = d.ccode_a and k.ccode_b = d.ccode_b and d.start_date between k.first_day and k.last_day
    group by k.leader_a, k.leader_b, k.break_event, k.months
),

disputed as (
    select
        leader_a,
        leader_b,
        break_event,
        max(before) filter (where months = 12) as dispute_before_12,
        max(after) filter (where months = 12) as dispute_after_12,
        max(before) filter (where months = 24) as dispute_before_24,
        max(after) filter (where months = 24) as dispute_after_24,
        max(before) filter (where months = 36) as dispute_before_36,
        max(after) filter (where months = 36) as dispute_after_36
    from fought
    group by leader_a, leader_b, break_event
),

-- a level is known if every month of its side is
levels as (
    select
        e.leader_a,
        e.leader_b,
        e.break_event,
        case when count(m.incident_level) filter (where m.month < e.event_month) = 12
            then max(m.incident_level) filter (where m.month < e.event_month) end as level_before_12,
        case when count(m.incident_level) filter (where m.month > e.event_month) = 12
            then max(m.incident_level) filter (where m.month > e.event_month) end as level_after_12
    from events as e
    inner join dyad_conflict_months as m
        on e.ccode_a = m.ccode_a and e.ccode_b = m.ccode_b
        and m.month between e.event_month - interval 12 month and e.event_month + interval 12 month
    group by e.leader_a, e.leader_b, e.break_event
)

-- left joins: every event stays; without a covered exposure, a window or a background the values are missing
select
    e.leader_a,
    e.leader_b,
    e.break_event,
    e.ccode_a,
    e.ccode_b,
    year(e.event_month)::smallint as year,
    e.leader_dyad_id,
    e.event_kind,
    e.event_month as break_month,
    e.break_leader,
    e.break_kind,
    e.break_anticipated,
    e.break_support,
    e.event_kind = 'break' as broken,
    e.break_support = 'full' as support_broken,
    e.attempt_outcome as break_attempt,
    e.attempt_outcome = 'died' as attempt_killed,
    greatest(e.event_month - e.pair_start, 0) / 365.25 as pair_age_years,
    v.covered_start is not null as covered,
    coalesce(c.covered_searched, false) as covered_searched,
    c.contact_stock as contact_stock_before,
    c.state_stock as state_stock_before,
    case when c.contact_stock is not null then coalesce(c.months_since_contact <= s.bonded_months, false) end as bonded,
    f.dispute_before_12,
    f.dispute_after_12,
    f.dispute_after_12 - f.dispute_before_12 as dispute_change_12,
    f.dispute_before_24,
    f.dispute_after_24,
    f.dispute_after_24 - f.dispute_before_24 as dispute_change_24,
    f.dispute_before_36,
    f.dispute_after_36,
    f.dispute_after_36 - f.dispute_before_36 as dispute_change_36,
    i.level_before_12,
    i.level_after_12,
    i.level_after_12 - i.level_before_12 as level_change_12,
    k.at_risk,
    k.at_risk_any_list,
    k.at_risk_5y,
    k.at_risk_15y,
    k.politically_relevant_pre,
    k.capability_ratio_pre,
    k.joint_democracy_pre,
    k.contiguous_pre,
    k.major_power_pre,
    k.trade_log_pre,
    k.joint_igos_pre,
    k.ideal_point_distance_pre,
    k.years_since_dispute_pre,
    case when pa.polyarchy is not null and pb.polyarchy is not null then least(pa.polyarchy, pb.polyarchy) end
        as polyarchy_least_before,
    ln(1 + t.agreements_survived_pre) as embedded_log_pre,
    t.trade_dependence_weak_link_pre
from events as e
cross join settings as s
inner join pair_background as k on e.leader_a = k.leader_a and e.leader_b = k.leader_b
left join pair_stocks as c on e.leader_dyad_id = c.leader_dyad_id and e.exposure_month = c.month
left join covered_dyads as v
    on v.coverage_kind = 'official_list' and e.ccode_a = v.ccode_a and e.ccode_b = v.ccode_b
    and e.exposure_month - 1 between v.covered_start and v.covered_end
left join disputed as f on e.leader_a = f.leader_a and e.leader_b = f.leader_b and e.break_event = f.break_event
left join levels as i on e.leader_a = i.leader_a and e.leader_b = i.leader_b and e.break_event = i.break_event
left join pair_trust_pre as t on e.leader_a = t.leader_a and e.leader_b = t.leader_b
left join state_years as pa on e.ccode_a = pa.ccode and pa.year = year(e.event_month) - 1
left join state_years as pb on e.ccode_b = pb.ccode and pb.year = year(e.event_month) - 1
