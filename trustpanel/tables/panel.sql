with settings as (
    select max(try_cast(value as date)) filter (where choice = 'leader_data_last_day') as last_known from choices
),

paired as (
    select
        o.ccode_a,
        o.ccode_b,
        o.year,
        y.first_day,
        p.leader_a,
        p.leader_b,
        case when p.leader_a is not null then concat_ws('|', p.leader_a, p.leader_b, o.ccode_a, o.ccode_b) end as leader_dyad_id,
        p.person_a,
        p.person_b,
        p.pair_start,
        p.pair_end,
        la.start_date as start_a,
        lb.start_date as start_b
    from dyad_outcomes as o
    inner join calendar_years as y on o.year = y.year
    -- nobody known to be in office on one side: the row is kept without a pair
    left join leaders_on_new_year as na on o.ccode_a = na.ccode and o.year = na.year
    left join leaders_on_new_year as nb on o.ccode_b = nb.ccode and o.year = nb.year
    left join leader_dyads as p on na.leader_id = p.leader_a and nb.leader_id = p.leader_b
    left join leaders as la on p.leader_a = la.leader_id
    left join leaders as lb on p.leader_b = lb.leader_id
),

lead_contact as (
    select p.ccode_a, p.ccode_b, p.year, sum(m.weight) as weight
    from paired as p
    inner join meeting_dyads as m
        on p.person_a = m.person_a and p.person_b = m.person_b and m.documented
        and m.leader_a is not null and m.leader_b is not null and year(m.start_date) = p.year + 1
    group by p.ccode_a, p.ccode_b, p.year
),

ideology as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        case when a.leader_ideology in ('left', 'center', 'right') then a.leader_ideology end as ideology_a,
        case when b.leader_ideology in ('left', 'center', 'right') then b.leader_ideology end as ideology_b
    from paired as p
    left join state_years as a on p.ccode_a = a.ccode and p.year - 1 = a.year
    left join state_years as b on p.ccode_b = b.ccode and p.year - 1 = b.year
)

-- left joins: the row is kept; without a pair, a covered day or a background the values are missing
select
    p.ccode_a,
    p.ccode_b,
    p.year,
    p.leader_dyad_id,
    p.leader_a,
    p.leader_b,
    p.pair_start,
    p.pair_end,
    case
        when p.pair_end is not null and make_date(p.year + 2, 12, 31) <= s.last_known
            then (least(p.pair_end, make_date(p.year + 2, 12, 31)) - p.first_day + 1) / (make_date(p.year + 2, 12, 31) - p.first_day + 1)
    end as pair_share_of_window,
    p.first_day - p.pair_start < 365 as first_year,
    (p.first_day - p.pair_start) / 365.25 as joint_tenure_years,
    (p.first_day - p.start_a) / 365.25 as tenure_a_years,
    (p.first_day - p.start_b) / 365.25 as tenure_b_years,
    k.at_risk,
    k.at_risk_any_list,
    k.at_risk_5y,
    k.at_risk_15y,
    k.politically_relevant_pre,
    v.covered_start is not null as covered,
    w.covered_start is not null as covered_searched,
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
    case
        when p.person_a is not null and w.covered_start is not null and f.covered_start is not null then coalesce(n.weight, 0)
    end as contact_next_year,
    o.peace_3y,
    o.peace_any_3y,
    o.hostility_prior,
    o.hostility_open,
    o.hostility_fall,
    o.rivalry_end_tss,
    o.rivalry_end_td,
    o.rivalry_end_kgd,
    o.peace_step,
    o.crisis_free,
    o.tension_reduced,
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
    case
        when i.ideology_a = 'left' and i.ideology_b = 'left' then 1
        when i.ideology_a <> 'left' or i.ideology_b <> 'left' then 0
    end::tinyint as left_weak_link,
    case
        when i.ideology_a = 'right' or i.ideology_b = 'right' then 1
        when i.ideology_a <> 'right' and i.ideology_b <> 'right' then 0
    end::tinyint as right_either
from paired as p
cross join settings as s
left join pair_background as k on p.leader_a = k.leader_a and p.leader_b = k.leader_b
left join pair_stocks as c on p.leader_dyad_id = c.leader_dyad_id and p.first_day = c.month
left join covered_dyads as v
    on v.coverage_kind = 'official_list' and p.ccode_a = v.ccode_a and p.ccode_b = v.ccode_b
    and p.first_day - 1 between v.covered_start and v.covered_end
left join covered_dyads as w
    on w.coverage_kind = 'searched' and p.ccode_a = w.ccode_a and p.ccode_b = w.ccode_b
    and p.first_day - 1 between w.covered_start and w.covered_end
left join covered_dyads as f
    on f.coverage_kind = 'searched' and p.ccode_a = f.ccode_a and p.ccode_b = f.ccode_b
    and make_date(p.year + 1, 1, 1) >= f.covered_start and make_date(p.year + 1, 12, 31) <= f.covered_end
left join lead_contact as n on p.ccode_a = n.ccode_a and p.ccode_b = n.ccode_b and p.year = n.year
inner join dyad_outcomes as o on p.ccode_a = o.ccode_a and p.ccode_b = o.ccode_b and p.year = o.year
inner join ideology as i on p.ccode_a = i.ccode_a and p.ccode_b = i.ccode_b and p.year = i.year
