-- both are members on at least one common day, end days included
with dyads as (
    select distinct s.ccode_a, s.ccode_b, y.year
    from state_dyad_spells as s
    inner join calendar_years as y on s.start_date <= y.last_day and s.end_date >= y.first_day
),

-- spells of no contiguity (class 0) overlap real ones in the file: only real ones are read, the closest wins
contiguity as (
    select c.ccode_a, c.ccode_b, y.year, min(c.contiguity_type) as contiguity_type
    from facts.peacesciencer_contiguity as c
    inner join calendar_years as y on c.start_date <= y.last_day and c.end_date >= y.first_day
    where c.contiguity_type between 1 and 5
    group by all
),

allied as (
    select
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        a.bilateral,
        a.defense or b.defense as defense,
        a.defense or b.defense or a.offense or b.offense or a.neutral or b.neutral
        or a.nonagg or b.nonagg or a.consul or b.consul as any_obligation,
        greatest(a.start_date, b.start_date) as start_date,
        least(coalesce(a.end_date, date '2018-12-31'), coalesce(b.end_date, date '2018-12-31')) as end_date,
        a.atop_id,
        a.intcom > 0 as integrated_command,
        a.subord > 0 as subordination,
        a.base > 0 as bases,
        a.contrib > 0 as contribution
    from facts.atop51_members as a
    inner join facts.atop51_members as b
        on a.atop_id = b.atop_id and a.phase = b.phase and a.ccode < b.ccode
        and a.start_date <= coalesce(b.end_date, date '2018-12-31')
        and b.start_date <= coalesce(a.end_date, date '2018-12-31')
),

alliance_years as (
    select
        p.ccode_a,
        p.ccode_b,
        y.year,
        bool_or(p.defense) as alliance_defense,
        bool_or(p.any_obligation) as alliance_any
    from allied as p
    inner join calendar_years as y on p.start_date <= y.last_day and p.end_date >= y.first_day
    group by all
),

-- each item over all alliances in force between the two on 31 December: present in one, else not known, else absent
provisions as (
    select
        p.ccode_a,
        p.ccode_b,
        y.year,
        bilateral_only,
        case when bool_or(p.integrated_command) then 1 when bool_or(p.integrated_command is null) then null else 0 end
            as integrated_command,
        case when bool_or(p.subordination) then 1 when bool_or(p.subordination is null) then null else 0 end
            as subordination,
        case when bool_or(p.bases) then 1 when bool_or(p.bases is null) then null else 0 end as bases,
        case when bool_or(p.contribution) then 1 when bool_or(p.contribution is null) then null else 0 end
            as contribution,
        bool_or(p.atop_id = 3180) as nato
    from allied as p
    inner join calendar_years as y on y.last_day between p.start_date and p.end_date
    cross join (values (false), (true)) as scope (bilateral_only)
    where p.bilateral or not bilateral_only
    group by all
),

-- NATO's integrated command stands in no treaty text: a declared override, read only by discretion_all_nato
nato_command as (
    select a.ccode as ccode_a, b.ccode as ccode_b, y.year
    from coded.nato_command as a
    inner join coded.nato_command as b on a.ccode < b.ccode
    inner join calendar_years as y
        on y.year between a.first_year and coalesce(a.last_year, 2018)
        and y.year between b.first_year and coalesce(b.last_year, 2018)
),

discretion as (
    select
        v.ccode_a,
        v.ccode_b,
        v.year,
        v.bilateral_only,
        v.integrated_command + v.subordination + v.bases + v.contribution as items,
        case when v.nato and n.year is not null then 1 else v.integrated_command end
        + v.subordination + v.bases + v.contribution as items_nato
    from provisions as v
    -- not both in the command structure: no override
    left join nato_command as n on v.ccode_a = n.ccode_a and v.ccode_b = n.ccode_b and v.year = n.year
),

defence_cooperation as (
    select
        ccode_a,
        ccode_b,
        year,
        count(*) filter (where dca_type = 'general') as dca_general,
        count(*) filter (where dca_type = 'sector') as dca_sector,
        count(*) filter (where dca_is_asymmetric) as dca_asymmetric
    from defence_agreement_years
    group by all
)

-- left joins: every dyad-year stays; where a source that is complete within its window has no row the value is zero,
-- elsewhere it is missing; rows of a source for dyads that do not exist that year fall away; join_counts counts them
select
    y.ccode_a,
    y.ccode_b,
    y.year,
    case when y.year <= 2016 then coalesce(c.contiguity_type, 0) end as contiguity_type,
    case when y.year <= 2016 then c.contiguity_type is not null end as contiguous,
    m.min_distance_km,
    a.major_power or b.major_power as major_power_either,
    case when y.year <= 2016 then c.contiguity_type is not null or a.major_power or b.major_power end
        as politically_relevant,
    i.joint_igos,
    t.imports_a_from_b + t.imports_b_from_a as trade,
    greatest(a.cinc, b.cinc) / nullif(a.cinc + b.cinc, 0) as capability_ratio,
    case when a.cinc is not null and b.cinc is not null then least(a.cinc, b.cinc) / nullif(greatest(a.cinc, b.cinc), 0) end
        as capability_proportion,
    a.cinc + b.cinc as combined_capability,
    a.nuclear_weapons and b.nuclear_weapons as both_nuclear,
    a.nuclear_weapons or b.nuclear_weapons as either_nuclear,
    case when a.polyarchy is not null and b.polyarchy is not null then least(a.polyarchy, b.polyarchy) end
        as joint_democracy,
    abs(a.ideal_point - b.ideal_point) as ideal_point_distance,
    case when y.year <= 2018 then coalesce(l.alliance_defense, false) end as alliance_defense,
    case when y.year <= 2018 then coalesce(l.alliance_any, false) end as alliance_any,
    case when y.year <= 2018 then case when d.year is null then 0 else d.items end end as discretion_all,
    case when y.year <= 2018 then case when e.year is null then 0 else e.items end end as discretion_bilateral,
    case when y.year <= 2018 then case when d.year is null then 0 else d.items_nato end end as discretion_all_nato,
    case when y.year between 1980 and 2010 then coalesce(f.dca_general, 0) end as dca_general,
    case when y.year between 1980 and 2010 then coalesce(f.dca_sector, 0) end as dca_sector,
    case when y.year between 1980 and 2010 then coalesce(f.dca_asymmetric, 0) end as dca_asymmetric
from dyads as y
inner join state_years as a on y.ccode_a = a.ccode and y.year = a.year
inner join state_years as b on y.ccode_b = b.ccode and y.year = b.year
left join contiguity as c on y.ccode_a = c.ccode_a and y.ccode_b = c.ccode_b and y.year = c.year
left join facts.peacesciencer_distance as m on y.ccode_a = m.ccode_a and y.ccode_b = m.ccode_b and y.year = m.year
left join facts.peacesciencer_igos as i on y.ccode_a = i.ccode_a and y.ccode_b = i.ccode_b and y.year = i.year
left join facts.cow_trade_dyadic_flows as t on y.ccode_a = t.ccode_a and y.ccode_b = t.ccode_b and y.year = t.year
left join alliance_years as l on y.ccode_a = l.ccode_a and y.ccode_b = l.ccode_b and y.year = l.year
left join discretion as d
    on y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b and y.year = d.year and not d.bilateral_only
left join discretion as e on y.ccode_a = e.ccode_a and y.ccode_b = e.ccode_b and y.year = e.year and e.bilateral_only
left join defence_cooperation as f on y.ccode_a = f.ccode_a and y.ccode_b = f.ccode_b and y.year = f.year
