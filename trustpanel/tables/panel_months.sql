with settings as (
    select max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month,
        max(try_cast(value as date)) filter (where choice = 'first_month') as first_month,
        max(try_cast(value as date)) filter (where choice = 'dispute_data_last_day') as last_day_of_disputes
    from choices
),

-- pairs in any declared risk set; politically relevant dyads are one of them
chosen as (
    select * from pair_background
    where at_risk or at_risk_any_list or at_risk_5y or at_risk_15y or politically_relevant_pre
),

pair_months as (
    select
        y.leader_dyad_id,
        m.month::date as month,
        y.ccode_a,
        y.ccode_b,
        y.leader_a,
        y.leader_b,
        greatest(y.overlap_start, m.month::date) as month_start,
        least(y.overlap_end, last_day(m.month::date)) as month_end,
        c.pair_start
    from leader_dyad_years as y
    inner join chosen as c on y.leader_a = c.leader_a and y.leader_b = c.leader_b
    cross join settings as s,
        unnest(generate_series(date_trunc('month', y.overlap_start)::date, y.overlap_end, interval 1 month)) as m (month)
    where m.month >= s.first_month and m.month <= s.last_day_of_disputes
),

begun as (
    select
        m.leader_dyad_id,
        m.month,
        bool_or(
            case when d.start_precision = 'day' then d.start_date between m.month_start and m.month_end
            else m.month_start = m.month and m.month_end = last_day(m.month) end
        ) as surely,
        bool_or(d.start_precision <> 'day') as on_unknown_day
    from pair_months as m
    inner join disputes as d
        on m.ccode_a = d.ccode_a and m.ccode_b = d.ccode_b and date_trunc('month', d.start_date) = m.month
    group by m.leader_dyad_id, m.month
)

select
    m.leader_dyad_id,
    m.month,
    year(m.month)::smallint as year,
    m.ccode_a,
    m.ccode_b,
    m.leader_a,
    m.leader_b,
    (m.month_end - m.month_start + 1)::smallint as exposure_days,
    (m.month_start - m.pair_start) / s.days_per_month as pair_months,
    m.month_start - m.pair_start < 365 as first_year,
    greatest(m.month - a.start_date, 0) / 365.25 as tenure_a_years,
    greatest(m.month - b.start_date, 0) / 365.25 as tenure_b_years,
    k.at_risk,
    k.at_risk_any_list,
    k.at_risk_5y,
    k.at_risk_15y,
    k.politically_relevant_pre,
    v.covered_start is not null as covered,
    coalesce(c.covered_searched, false) as covered_searched,
    case when d.surely then 1 when d.on_unknown_day then null else 0 end::tinyint as new_dispute,
    c.contact_stock,
    c.state_stock,
    c.other_stock,
    c.contact_stock_12,
    c.state_stock_12,
    c.contact_stock_24,
    c.state_stock_24,
    c.contact_stock_60,
    c.state_stock_60,
    c.contact_stock_none,
    c.state_stock_none,
    c.contact_0_12,
    c.contact_13_36,
    c.contact_37_120,
    c.contact_over_120,
    c.state_0_12,
    c.state_13_36,
    c.state_37_120,
    c.state_over_120,
    c.months_since_contact,
    c.bond_stock,
    c.bond_asymmetry,
    c.contact_lead_12,
    k.capability_ratio_pre,
    k.joint_democracy_pre,
    k.contiguous_pre,
    k.major_power_pre,
    k.nuclear_pre,
    k.trade_log_pre,
    k.joint_igos_pre,
    k.ideal_point_distance_pre,
    k.years_since_dispute_pre,
    k.discretion_all_pre,
    k.discretion_bilateral_pre,
    k.dca_general_pre,
    i.left_weak_link,
    i.right_either
from pair_months as m
cross join settings as s
inner join chosen as k on m.leader_a = k.leader_a and m.leader_b = k.leader_b
inner join leaders as a on m.leader_a = a.leader_id
inner join leaders as b on m.leader_b = b.leader_id
left join covered_dyads as v
    on v.coverage_kind = 'official_list' and m.ccode_a = v.ccode_a and m.ccode_b = v.ccode_b
    and m.month - 1 between v.covered_start and v.covered_end
-- not a covered dyad: every stock is missing
left join pair_stocks as c on m.leader_dyad_id = c.leader_dyad_id and m.month = c.month
-- no dispute begins in the month: 0
left join begun as d on m.leader_dyad_id = d.leader_dyad_id and m.month = d.month
-- the ideology of the leaders of 31 December before; a pair that began since has none yet
left join panel as i on m.ccode_a = i.ccode_a and m.ccode_b = i.ccode_b and year(m.month) = i.year and m.leader_a = i.leader_a and m.leader_b = i.leader_b
