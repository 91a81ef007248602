with settings as (
    select value::double as costly from choices where choice = 'costly_act'
),

-- left join: two states without a row have signed nothing that year, within the window of agreement_stocks
flows as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        coalesce(s.political_agreements_new + s.functional_agreements_new, 0) as signed
    from year_end_dyads as y
    left join agreement_stocks as s on y.ccode_a = s.ccode_a and y.ccode_b = s.ccode_b and y.year = s.year
    where y.year between 1920 and 1999
),

-- a window of which a year is unknown is unknown
signed as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        case when count(*) filter (where f.year < p.year) = 3 then sum(f.signed) filter (where f.year < p.year) end as behind,
        case when count(*) filter (where f.year >= p.year) = 3 then sum(f.signed) filter (where f.year >= p.year) end as ahead
    from dyad_outcomes as p
    inner join flows as f
        on p.ccode_a = f.ccode_a and p.ccode_b = f.ccode_b and f.year between p.year - 3 and p.year + 2
    group by p.ccode_a, p.ccode_b, p.year
),

-- agreements are acts of both sides: their cost is the same in both directions
acts as (
    select
        least(sender_ccode, receiver_ccode) as ccode_a,
        greatest(sender_ccode, receiver_ccode) as ccode_b,
        year(known_date) as year,
        max(act_cost) filter (where not hostile) as costliest,
        bool_or(hostile) as hostile
    from belief_acts
    group by all
),

-- left join: two states of 31 December without an act have sent none, within the window of state_beliefs
act_years as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        coalesce(a.costliest >= s.costly, false) as costly,
        coalesce(a.costliest < s.costly, false) as cheap,
        coalesce(a.hostile, false) as hostile
    from year_end_dyads as y
    cross join settings as s
    left join acts as a on y.ccode_a = a.ccode_a and y.ccode_b = a.ccode_b and y.year = a.year
    where y.year between 1919 and 1999
)

-- left joins: every row of the outcomes stays; what is not known at both ends of a span is missing
select
    p.ccode_a,
    p.ccode_b,
    p.year,
    l.ideal_point_distance as distance_last,
    e.ideal_point_distance - l.ideal_point_distance as distance_closing_3y,
    l.ideal_point_distance - n.ideal_point_distance as distance_closing_next,
    ln(1 + s.behind) as agreements_3y_log,
    ln(1 + s.ahead) as agreements_next_log,
    b.costly as costly_act_last,
    b.cheap as cheap_act_last,
    b.hostile as hostile_act_last,
    f.costly as costly_act_ahead
from dyad_outcomes as p
left join state_dyad_years as e on p.ccode_a = e.ccode_a and p.ccode_b = e.ccode_b and p.year - 4 = e.year
left join state_dyad_years as l on p.ccode_a = l.ccode_a and p.ccode_b = l.ccode_b and p.year - 1 = l.year
left join state_dyad_years as n on p.ccode_a = n.ccode_a and p.ccode_b = n.ccode_b and p.year + 2 = n.year
left join signed as s on p.ccode_a = s.ccode_a and p.ccode_b = s.ccode_b and p.year = s.year
left join act_years as b on p.ccode_a = b.ccode_a and p.ccode_b = b.ccode_b and p.year - 1 = b.year
left join act_years as f on p.ccode_a = f.ccode_a and p.ccode_b = f.ccode_b and p.year + 3 = f.year
