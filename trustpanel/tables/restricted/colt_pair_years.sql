with settings as (
    select
        max(try_cast(value as double)) filter (where choice = 'half_life_months') as half_life,
        max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month,
        max(try_cast(value as integer)) filter (where choice = 'left_censor_years') as censor_years,
        max(try_cast(value as double)) filter (where choice = 'weight_bilateral') as bilateral
    from choices
),

-- COLT follows the states whose leaders it shows meeting others abroad, from the first such year to the last
followed as (
    select
        traveller_ccode as ccode,
        make_date(min(year(start_date)), 1, 1) as first_day,
        make_date(max(year(start_date)), 12, 31) as last_day
    from colt_meetings
    where traveller_ccode is not null
    group by traveller_ccode
),

-- only meetings that no shipped source knows; each traveller may report the same one, so one a pair and two days
added as (
    select
        case when traveller_ccode < counterpart_ccode then traveller_person else counterpart_person end as person_a,
        case when traveller_ccode < counterpart_ccode then counterpart_person else traveller_person end as person_b,
        start_date,
        end_date
    from colt_meetings
    where
        documented and known_meeting_id is null and traveller_leader is not null and counterpart_leader is not null
        and traveller_ccode <> counterpart_ccode
    qualify coalesce(
        start_date - lag(start_date) over (
            partition by least(traveller_person, counterpart_person), greatest(traveller_person, counterpart_person)
            order by start_date, record, position
        ) > 2,
        true
    )
),

met as (
    select person_a, person_b, end_date, weight, false as from_colt
    from meeting_dyads
    where documented and leader_a is not null and leader_b is not null
    union all
    select a.person_a, a.person_b, a.end_date, s.bilateral, true
    from added as a
    cross join settings as s
),

pair_years as (
    select
        y.leader_dyad_id,
        y.year,
        y.ccode_a,
        y.ccode_b,
        p.person_a,
        p.person_b,
        make_date(y.year - 1, 12, 31) as as_of,
        p.pair_start >= greatest(a.first_day, b.first_day)
        or make_date(y.year - 1, 12, 31) >= greatest(a.first_day, b.first_day) + to_years(s.censor_years) as contact_known
    from leader_dyad_years as y
    inner join leader_dyads as p on y.leader_a = p.leader_a and y.leader_b = p.leader_b
    inner join followed as a on y.ccode_a = a.ccode
    inner join followed as b on y.ccode_b = b.ccode
    cross join settings as s
    where make_date(y.year - 1, 12, 31) between greatest(a.first_day, b.first_day) and least(a.last_day, b.last_day)
),

summed as (
    select
        y.leader_dyad_id,
        y.year,
        sum(m.weight * pow(0.5, (y.as_of - m.end_date) / s.days_per_month / s.half_life)) as stock,
        count(*) filter (where m.from_colt) as from_colt
    from pair_years as y
    inner join met as m on y.person_a = m.person_a and y.person_b = m.person_b and m.end_date <= y.as_of
    cross join settings as s
    group by y.leader_dyad_id, y.year
)

-- no meeting of the two: a stock of 0, since COLT follows both sides that year
select
    y.leader_dyad_id,
    y.year,
    y.ccode_a,
    y.ccode_b,
    case when y.contact_known then round(coalesce(t.stock, 0), 12) end as contact_stock_colt,
    coalesce(t.from_colt, 0)::smallint as contact_meetings_colt
from pair_years as y
left join summed as t on y.leader_dyad_id = t.leader_dyad_id and y.year = t.year
