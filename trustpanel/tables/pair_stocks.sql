with settings as (
    select
        max(try_cast(value as double)) filter (where choice = 'half_life_months') as half_life,
        max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month,
        max(try_cast(value as integer)) filter (where choice = 'left_censor_years') as censor_years
    from choices
),

pair_months as (
    select
        p.*,
        m.month::date as month,
        m.month::date - 1 as as_of,
        greatest(p.overlap_start, m.month::date) as month_start,
        least(p.overlap_end, last_day(m.month::date)) as month_end
    from stock_pair_years as p,
        unnest(generate_series(date_trunc('month', p.overlap_start)::date, p.overlap_end, interval 1 month)) as m (month)
),

-- no covered stretch on the day: covered is false and every stock empty
observed as (
    select
        m.leader_dyad_id, m.month, m.as_of, m.month_start, m.month_end,
        m.person_a, m.person_b, m.line_a, m.line_b,
        c.covered_start is not null as covered_searched,
        coalesce(m.pair_start >= c.covered_start or m.as_of >= c.covered_start + to_years(s.censor_years), false) as contact_known,
        coalesce(m.joint_start >= c.covered_start or m.as_of >= c.covered_start + to_years(s.censor_years), false) as state_known,
        coalesce(c.covered_end >= last_day(m.month) + interval 12 month, false) as lead_known
    from pair_months as m
    cross join settings as s
    left join covered_dyads as c
        on c.coverage_kind = 'searched' and m.ccode_a = c.ccode_a and m.ccode_b = c.ccode_b
        and m.as_of between c.covered_start and c.covered_end
),

aged as (
    select
        o.leader_dyad_id,
        o.month,
        t.weight,
        t.start_date,
        t.valence_ab,
        t.valence_ba,
        t.by_leaders and t.person_a = o.person_a and t.person_b = o.person_b as own,
        t.by_leaders and (t.person_a <> o.person_a or t.person_b <> o.person_b) as others,
        not t.by_leaders as lesser,
        t.end_date <= o.as_of as past,
        t.start_date > last_day(o.month) and t.start_date <= last_day(o.month) + interval 12 month as ahead,
        (o.as_of - t.end_date) / s.days_per_month as months,
        s.half_life
    from observed as o
    inner join stock_meetings as t on o.line_a = t.line_a and o.line_b = t.line_b
    cross join settings as s
    where o.covered_searched and t.start_date <= last_day(o.month) + interval 12 month
),

-- in one order, so that rounding gives the same digits in every build
summed as (
    select
        leader_dyad_id,
        month,
        sum(weight * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where own and past) as contact_36,
        sum(weight * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where others and past) as state_36,
        sum(weight * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where lesser and past) as lesser_36,
        sum(weight * pow(0.5, months / 12) order by months, weight, valence_ab, valence_ba) filter (where own and past) as contact_12,
        sum(weight * pow(0.5, months / 12) order by months, weight, valence_ab, valence_ba) filter (where others and past) as state_12,
        sum(weight * pow(0.5, months / 24) order by months, weight, valence_ab, valence_ba) filter (where own and past) as contact_24,
        sum(weight * pow(0.5, months / 24) order by months, weight, valence_ab, valence_ba) filter (where others and past) as state_24,
        sum(weight * pow(0.5, months / 60) order by months, weight, valence_ab, valence_ba) filter (where own and past) as contact_60,
        sum(weight * pow(0.5, months / 60) order by months, weight, valence_ab, valence_ba) filter (where others and past) as state_60,
        sum(weight) filter (where own and past) as contact_all,
        sum(weight) filter (where others and past) as state_all,
        sum(weight) filter (where own and past and months <= 12) as contact_bin_1,
        sum(weight) filter (where own and past and months > 12 and months <= 36) as contact_bin_2,
        sum(weight) filter (where own and past and months > 36 and months <= 120) as contact_bin_3,
        sum(weight) filter (where own and past and months > 120) as contact_bin_4,
        sum(weight) filter (where others and past and months <= 12) as state_bin_1,
        sum(weight) filter (where others and past and months > 12 and months <= 36) as state_bin_2,
        sum(weight) filter (where others and past and months > 36 and months <= 120) as state_bin_3,
        sum(weight) filter (where others and past and months > 120) as state_bin_4,
        sum(weight * (valence_ab + valence_ba) / 2 * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where own and past) as bond_36,
        sum(weight * (valence_ab - valence_ba) * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where own and past) as asymmetry_36,
        count(*) filter (where own and past and months <= 2 * half_life and (valence_ab + valence_ba) is null) as uncoded,
        count(*) filter (where own and past) as meetings,
        min(months) filter (where own and past) as since,
        min(start_date) filter (where own and past) as first_met,
        sum(weight) filter (where own and ahead) as ahead_12
    from aged
    group by leader_dyad_id, month
)

select
    o.leader_dyad_id,
    o.month,
    o.as_of,
    o.month_start,
    o.month_end,
    o.covered_searched,
    o.contact_known,
    o.state_known,
    -- a covered pair that never met has a stock of 0; an uncovered one has none
    case when o.contact_known then round(coalesce(s.contact_36, 0), 12) end as contact_stock,
    case when o.state_known then round(coalesce(s.state_36, 0), 12) end as state_stock,
    case when o.state_known then round(coalesce(s.lesser_36, 0), 12) end as other_stock,
    case when o.contact_known then round(coalesce(s.contact_12, 0), 12) end as contact_stock_12,
    case when o.state_known then round(coalesce(s.state_12, 0), 12) end as state_stock_12,
    case when o.contact_known then round(coalesce(s.contact_24, 0), 12) end as contact_stock_24,
    case when o.state_known then round(coalesce(s.state_24, 0), 12) end as state_stock_24,
    case when o.contact_known then round(coalesce(s.contact_60, 0), 12) end as contact_stock_60,
    case when o.state_known then round(coalesce(s.state_60, 0), 12) end as state_stock_60,
    case when o.contact_known then coalesce(s.contact_all, 0) end as contact_stock_none,
    case when o.state_known then coalesce(s.state_all, 0) end as state_stock_none,
    case when o.contact_known then coalesce(s.contact_bin_1, 0) end as contact_0_12,
    case when o.contact_known then coalesce(s.contact_bin_2, 0) end as contact_13_36,
    case when o.contact_known then coalesce(s.contact_bin_3, 0) end as contact_37_120,
    case when o.contact_known then coalesce(s.contact_bin_4, 0) end as contact_over_120,
    case when o.state_known then coalesce(s.state_bin_1, 0) end as state_0_12,
    case when o.state_known then coalesce(s.state_bin_2, 0) end as state_13_36,
    case when o.state_known then coalesce(s.state_bin_3, 0) end as state_37_120,
    case when o.state_known then coalesce(s.state_bin_4, 0) end as state_over_120,
    case when o.contact_known and coalesce(s.uncoded, 0) = 0 then round(coalesce(s.bond_36, 0), 12) end as bond_stock,
    case when o.contact_known and coalesce(s.uncoded, 0) = 0 then round(coalesce(s.asymmetry_36, 0), 12) end as bond_asymmetry,
    case when o.contact_known then coalesce(s.meetings, 0)::smallint end as contact_meetings,
    case when o.contact_known then s.since end as months_since_contact,
    case when o.contact_known then s.first_met end as first_contact_date,
    case when o.covered_searched and o.lead_known then coalesce(s.ahead_12, 0) end as contact_lead_12
from observed as o
-- no meeting at all of the two states: stocks of 0 where covered
left join summed as s on o.leader_dyad_id = s.leader_dyad_id and o.month = s.month
