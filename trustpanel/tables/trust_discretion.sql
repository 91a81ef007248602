with settings as (
    select
        max(try_cast(value as integer)) filter (where choice = 'us_troops_present') as troops,
        max(try_cast(value as double)) filter (where choice = 'delegated_authority_present') as delegated
    from choices
),

allied as (
    select
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        y.year,
        a.bilateral,
        (a.asymm or b.asymm) and (a.subord > 0 or b.subord > 0 or a.base > 0 or b.base > 0) as imposed
    from facts.atop51_members as a
    inner join facts.atop51_members as b on a.atop_id = b.atop_id and a.phase = b.phase and a.ccode < b.ccode
    inner join calendar_years as y
        on y.last_day between greatest(a.start_date, b.start_date)
        and least(coalesce(a.end_date, date '2018-12-31'), coalesce(b.end_date, date '2018-12-31'))
),

-- present in one alliance, else not known in one, else absent
hierarchy as (
    select
        ccode_a,
        ccode_b,
        year,
        case when bool_or(imposed) then true when bool_or(imposed is null) then null else false end as imposed,
        case
            when bool_or(imposed and bilateral) then true
            when bool_or(imposed is null and bilateral) then null
            else false
        end as imposed_bilateral
    from allied
    group by all
),

-- delegation by force that no treaty text tells: the hegemon with each state, and the states under it among themselves
bloc as (
    select hegemon_ccode, ccode, first_year, last_year from coded.hegemony
    union all
    select hegemon_ccode, hegemon_ccode, min(first_year), max(last_year) from coded.hegemony group by hegemon_ccode
),

declared as (
    select distinct a.ccode as ccode_a, b.ccode as ccode_b, y.year
    from bloc as a
    inner join bloc as b on a.hegemon_ccode = b.hegemon_ccode and a.ccode < b.ccode
    inner join calendar_years as y
        on y.year between greatest(a.first_year, b.first_year) and least(a.last_year, b.last_year)
),

-- left joins: every dyad of 31 December stays; a source without a row leaves its part not observable
parts as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        case when y.year <= 2018 then case when h.year is null then false else h.imposed end end as imposed,
        case when y.year <= 2018 then case when h.year is null then false else h.imposed_bilateral end end
            as imposed_bilateral,
        d.year is not null as declared,
        s.discretion_bilateral > 0 as bilateral,
        s.discretion_all_nato > 0 as nato,
        [
            s.discretion_all > 0,
            p.us_troops_hosted >= (select troops from settings),
            p.delegated_authority >= (select delegated from settings),
            p.defence_commissions > 0,
            p.joint_water_bodies > 0
        ] as present
    from year_end_dyads as y
    left join hierarchy as h on y.ccode_a = h.ccode_a and y.ccode_b = h.ccode_b and y.year = h.year
    left join declared as d on y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b and y.year = d.year
    left join state_dyad_years as s on y.ccode_a = s.ccode_a and y.ccode_b = s.ccode_b and y.year = s.year
    left join trust_discretion_parts as p on y.ccode_a = p.ccode_a and y.ccode_b = p.ccode_b and y.year = p.year
),

counted as (
    select
        *,
        list_count(present) as known,
        list_count(list_filter(present, lambda x: x)) as granted,
        -- the part of alliances alone is exchanged, in the count and in its mask
        list_count(list_filter([bilateral, present[2], present[3], present[4], present[5]], lambda x: x))
            as granted_bilateral,
        list_count([bilateral, present[2], present[3], present[4], present[5]]) as known_bilateral,
        list_count(list_filter([nato, present[2], present[3], present[4], present[5]], lambda x: x)) as granted_nato,
        list_count([nato, present[2], present[3], present[4], present[5]]) as known_nato,
        -- alliances, troops, defence commissions
        list_count([present[1], present[2], present[4]]) as security_known,
        list_count(list_filter([present[1], present[2], present[4]], lambda x: x)) as security_granted
    from parts
)

select
    ccode_a,
    ccode_b,
    year,
    case when declared then true else imposed end as imposed_hierarchy,
    imposed as imposed_hierarchy_text,
    imposed_bilateral as imposed_hierarchy_bilateral,
    granted as discretion_parts,
    known as discretion_parts_known,
    granted / known as discretion_share,
    case when known_bilateral > 0 then granted_bilateral end as discretion_parts_bilateral,
    known_bilateral as discretion_parts_bilateral_known,
    case when known_nato > 0 then granted_nato end as discretion_parts_nato,
    known_nato as discretion_parts_nato_known,
    case when security_known > 0 then security_granted end as security_discretion_parts
from counted
where known > 0
