with settings as (
    select
        max(try_cast(value as double)) filter (where choice = 'half_life_months') as half_life,
        max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month,
        max(try_cast(value as integer)) filter (where choice = 'left_censor_years') as censor_years
    from choices
),

-- a day's stock is that of the end of the day before: what changes on a day counts from the next
changes as (
    select c.ccode_a, c.ccode_b, null as line_a, null as line_b, unnest([
        c.covered_start + 1, c.covered_end + 2, (c.covered_start + to_years(s.censor_years))::date + 1
    ]) as day
    from covered_dyads as c
    cross join settings as s
    where c.coverage_kind = 'searched'
    union all
    select null, null, m.line_a, m.line_b, unnest([
        m.end_date + 1, m.end_date + 2 + floor(2 * s.half_life * s.days_per_month)::integer
    ])
    from stock_meetings as m
    cross join settings as s
),

cuts as (
    select leader_dyad_id, year, overlap_start as start_date
    from stock_pair_years
    union
    select p.leader_dyad_id, p.year, c.day
    from stock_pair_years as p
    inner join changes as c
        on p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b and c.day > p.overlap_start and c.day <= p.overlap_end
    union
    select p.leader_dyad_id, p.year, c.day
    from stock_pair_years as p
    inner join changes as c
        on p.line_a = c.line_a and p.line_b = c.line_b and c.day > p.overlap_start and c.day <= p.overlap_end
),

spells as (
    select
        p.*,
        c.start_date,
        coalesce(lead(c.start_date) over (partition by c.leader_dyad_id, c.year order by c.start_date) - 1, p.overlap_end) as end_date
    from cuts as c
    inner join stock_pair_years as p on c.leader_dyad_id = p.leader_dyad_id and c.year = p.year
),

-- no covered stretch on the day before: covered is false and every stock empty
observed as (
    select
        p.*,
        c.covered_start is not null as covered_searched,
        coalesce(p.pair_start >= c.covered_start or p.start_date - 1 >= c.covered_start + to_years(s.censor_years), false) as contact_known,
        coalesce(p.joint_start >= c.covered_start or p.start_date - 1 >= c.covered_start + to_years(s.censor_years), false) as state_known
    from spells as p
    cross join settings as s
    left join covered_dyads as c
        on c.coverage_kind = 'searched' and p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b
        and p.start_date - 1 between c.covered_start and c.covered_end
),

aged as (
    select
        o.leader_dyad_id,
        o.start_date,
        t.weight,
        t.start_date as met_on,
        t.valence_ab,
        t.valence_ba,
        t.by_leaders and t.person_a = o.person_a and t.person_b = o.person_b as own,
        t.by_leaders and (t.person_a <> o.person_a or t.person_b <> o.person_b) as others,
        not t.by_leaders as lesser,
        (o.start_date - 1 - t.end_date) / s.days_per_month as months,
        s.half_life
    from observed as o
    inner join stock_meetings as t on o.line_a = t.line_a and o.line_b = t.line_b and t.end_date < o.start_date
    cross join settings as s
    where o.covered_searched
),

-- in one order, so that rounding gives the same digits in every build
summed as (
    select
        leader_dyad_id,
        start_date,
        sum(weight * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where own) as contact_36,
        sum(weight * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where others) as state_36,
        sum(weight * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where lesser) as lesser_36,
        sum(weight * pow(0.5, months / 12) order by months, weight, valence_ab, valence_ba) filter (where own) as contact_12,
        sum(weight * pow(0.5, months / 12) order by months, weight, valence_ab, valence_ba) filter (where others) as state_12,
        sum(weight * pow(0.5, months / 24) order by months, weight, valence_ab, valence_ba) filter (where own) as contact_24,
        sum(weight * pow(0.5, months / 24) order by months, weight, valence_ab, valence_ba) filter (where others) as state_24,
        sum(weight * pow(0.5, months / 60) order by months, weight, valence_ab, valence_ba) filter (where own) as contact_60,
        sum(weight * pow(0.5, months / 60) order by months, weight, valence_ab, valence_ba) filter (where others) as state_60,
        sum(weight) filter (where own) as contact_all,
        sum(weight) filter (where others) as state_all,
        sum(weight * (valence_ab + valence_ba) / 2 * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where own) as bond_36,
        sum(weight * (valence_ab - valence_ba) * pow(0.5, months / half_life) order by months, weight, valence_ab, valence_ba) filter (where own) as asymmetry_36,
        count(*) filter (where own and months <= 2 * half_life and (valence_ab + valence_ba) is null) as uncoded,
        count(*) filter (where own) as meetings,
        min(months) filter (where own) as since,
        min(met_on) filter (where own) as first_met
    from aged
    group by leader_dyad_id, start_date
)

select
    o.leader_dyad_id,
    o.start_date,
    o.end_date,
    o.year,
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
    case when o.contact_known and coalesce(s.uncoded, 0) = 0 then round(coalesce(s.bond_36, 0), 12) end as bond_stock,
    case when o.contact_known and coalesce(s.uncoded, 0) = 0 then round(coalesce(s.asymmetry_36, 0), 12) end as bond_asymmetry,
    case when o.contact_known then coalesce(s.meetings, 0)::smallint end as contact_meetings,
    case when o.contact_known then s.since end as months_since_contact,
    case when o.contact_known then s.first_met end as first_contact_date
from observed as o
-- no meeting at all of the two states: stocks of 0 where covered
left join summed as s on o.leader_dyad_id = s.leader_dyad_id and o.start_date = s.start_date
