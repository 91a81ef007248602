with membership as (
    select distinct s.ccode, y.year
    from states as s
    inner join calendar_years as y on s.start_date <= y.last_day and s.end_date >= y.first_day
),

major_years as (
    select distinct m.ccode, y.year
    from facts.peacesciencer_majors as m
    inner join calendar_years as y on m.start_date <= y.last_day and m.end_date >= y.first_day
)

-- left joins: a state-year that a source does not have stays, with nothing in that source's columns;
-- rows of a source for states that are no members that year fall away; join_counts counts them
select
    m.ccode,
    m.year,
    c.cinc,
    c.milex as military_expenditure_thousands,
    c.milper as military_personnel_thousands,
    c.tpop as population_thousands,
    c.milper / nullif(c.tpop, 0) as militarisation,
    g.gdp_per_head,
    d.polyarchy,
    d.polity2,
    d.unified_democracy,
    u.ideal_point,
    h.leader_ideology,
    case when m.year <= 2016 then j.ccode is not null end as major_power,
    n.nuclear_weapons,
    n.weapons_pursuit as nuclear_pursuit
from membership as m
left join facts.peacesciencer_capabilities as c on m.ccode = c.ccode and m.year = c.year
left join facts.isard_gdp_population as g on m.ccode = g.ccode and m.year = g.year
left join facts.isard_democracy as d on m.ccode = d.ccode and m.year = d.year
left join facts.un_ideal_points_scores as u on m.ccode = u.ccode and m.year = u.year
left join facts.herre_ideology_leaders as h on m.ccode = h.ccode and m.year = h.year
left join major_years as j on m.ccode = j.ccode and m.year = j.year
left join facts.nuclear_status as n on m.ccode = n.ccode and m.year = n.year
