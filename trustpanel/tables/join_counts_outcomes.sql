-- Outcome tables: what the joins behind disputes, incidents, wars, crises, rivalries and the peace scale lost.
with dispute_states as (
    select p.dispute_id, p.ccode, bool_or(d.dispute_id is not null) as found
    from facts.cow_mid5_participants as p
    left join disputes as d on p.dispute_id = d.dispute_id and p.ccode in (d.ccode_a, d.ccode_b)
    group by all
),

war_states as (
    select p.war_id, p.ccode, bool_or(w.war_id is not null) as found
    from facts.cow_mid5_wars as p
    left join wars as w on p.war_id = w.war_id and p.ccode in (w.ccode_a, w.ccode_b)
    group by all
),

dyads_by_first_day as (
    select 'disputes' as of_table, ccode_a, ccode_b, start_date from disputes
    union all
    select 'wars', ccode_a, ccode_b, start_date from wars
    union all
    select 'crises', ccode_a, ccode_b, start_date from crises
),

members_on_first_day as (
    select
        d.of_table,
        exists (
            select 1 from states as s
            where s.ccode = d.ccode_a and d.start_date between s.start_date and s.end_date
        )
        and exists (
            select 1 from states as s
            where s.ccode = d.ccode_b and d.start_date between s.start_date and s.end_date
        ) as found
    from dyads_by_first_day as d
),

rivals as (
    select
        exists (
            select 1 from states as s
            where
                s.ccode = r.ccode_a
                and year(s.start_date) <= coalesce(r.end_year, r.last_year_of_list)
                and year(s.end_date) >= r.start_year
        )
        and exists (
            select 1 from states as s
            where
                s.ccode = r.ccode_b
                and year(s.start_date) <= coalesce(r.end_year, r.last_year_of_list)
                and year(s.end_date) >= r.start_year
        ) as found
    from rivalries as r
    where coalesce(r.end_year, r.last_year_of_list) >= 1816
),

scaled as (
    select
        exists (
            select 1 from states as s
            where s.ccode = p.ccode_a and p.year between year(s.start_date) and year(s.end_date)
        )
        and exists (
            select 1 from states as s
            where s.ccode = p.ccode_b and p.year between year(s.start_date) and year(s.end_date)
        ) as found
    from peace_scale as p
),

counted (join_name, allowed, consequence, found) as (
    select 'disputes: states of a dispute to an opponent', 0, 'a state without opponent would make no row', found
    from dispute_states
    union all
    select
        'disputes: dyads to the published dyadic file', 0, 'comparison only',
        exists (
            select 1 from facts.peacesciencer_mid_dyads as m
            where m.dispute_id = d.dispute_id and m.ccode_a = d.ccode_a and m.ccode_b = d.ccode_b
        )
    from disputes as d
    union all
    select
        'disputes: published dyad-years to ours', 0, 'comparison only',
        exists (
            select 1 from disputes as d
            where
                d.dispute_id = m.dispute_id and d.ccode_a = m.ccode_a and d.ccode_b = m.ccode_b
                and m.year between year(d.start_date) and year(d.end_date)
        )
    from facts.peacesciencer_mid_dyads as m
    union all
    select
        'disputes: our dyad-years to the published ones', 18, 'years between two participations of one dispute; kept',
        exists (
            select 1 from facts.peacesciencer_mid_dyads as m
            where m.dispute_id = d.dispute_id and m.ccode_a = d.ccode_a and m.ccode_b = d.ccode_b and m.year = d.year
        )
    from dispute_years as d
    union all
    select
        'dispute_years: to dyad-years of members', 3, 'no such dyad-year; counted nowhere by year',
        exists (
            select 1 from state_dyad_years as y
            where y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b and y.year = d.year
        )
    from dispute_years as d
    union all
    select 'disputes: both states members on the first day', 15, 'kept; no dyad-year meets them that day', found
    from members_on_first_day where of_table = 'disputes'
    union all
    select
        'dispute_incidents: incidents to opponents', 1, 'no participant in the file (incident 4269010); no row',
        exists (select 1 from dispute_incidents as d where d.incident_id = i.incident_id)
    from facts.cow_mid5_incidents as i
    union all
    select
        'dispute_incidents: dyads to their dispute', 0, 'kept without a dispute dyad',
        exists (
            select 1 from disputes as d
            where d.dispute_id = i.dispute_id and d.ccode_a = i.ccode_a and d.ccode_b = i.ccode_b
        )
    from dispute_incidents as i
    union all
    select 'wars: states of a war to an opponent', 0, 'a state without opponent would make no row', found
    from war_states
    union all
    select
        'wars: dyads to the published dyadic file', 2, 'second spell of France in 1944-45, absent there; kept',
        exists (
            select 1 from facts.peacesciencer_wars as p
            where p.war_id = w.war_id and p.ccode_a = w.ccode_a and p.ccode_b = w.ccode_b
        )
    from wars as w
    union all
    select
        'wars: published dyad-years to ours', 0, 'comparison only',
        exists (
            select 1 from wars as w
            where
                w.war_id = p.war_id and w.ccode_a = p.ccode_a and w.ccode_b = p.ccode_b
                and p.year between year(w.start_date) and year(w.end_date)
        )
    from facts.peacesciencer_wars as p
    union all
    select
        'dyad_war_years: years of wars to dyad-years of members', 1, 'no such dyad-year; counted nowhere by year',
        exists (
            select 1 from state_dyad_years as y
            where y.ccode_a = w.ccode_a and y.ccode_b = w.ccode_b and y.year = c.year
        )
    from wars as w
    inner join calendar_years as c on c.year between year(w.start_date) and year(w.end_date)
    union all
    select 'wars: both states members on the first day', 3, 'kept; no dyad-year meets them that day', found
    from members_on_first_day where of_table = 'wars'
    union all
    select
        'crises: crises to dyads', 47, 'no dyad in the source; no row',
        exists (select 1 from crises as c where c.crisis_id = a.crisis_id)
    from (select distinct crisis_id from facts.icb15_actors) as a
    union all
    select
        'crises: actor numbers to actors', 0, 'tension code missing',
        exists (
            select 1 from facts.icb15_actors as a
            where a.actor_id = d.actor and a.crisis_id = d.crisis_id and a.ccode = d.ccode
        )
    from (
        select crisis_id, actor_a as actor, ccode_a as ccode from facts.icb15_dyads where actor_a is not null
        union all
        select crisis_id, actor_b, ccode_b from facts.icb15_dyads where actor_b is not null
    ) as d
    union all
    select 'crises: both states members on the first day', 29, 'kept; no dyad-year meets them that day', found
    from members_on_first_day where of_table = 'crises'
    union all
    select 'rivalries since 1816: both states members at some time in it', 16, 'kept; no dyad-year meets them', found
    from rivals
    union all
    select
        'rivalry_risk_years: known ends on the list tss since 1946', 3, 'no such dyad-year, or begun in that very year; never at risk',
        exists (
            select 1 from rivalry_risk_years as y
            where y.ccode_a = r.ccode_a and y.ccode_b = r.ccode_b and y.year = r.end_year and y.rivalry_ends_tss
        )
    from rivalries as r
    where r.list = 'tss' and r.end_is_known and r.end_year >= 1946
    union all
    select 'peace_scale: both states members in the year', 903, 'occupied, not yet or no longer members; kept', found
    from scaled
)

select join_name, found, count(*) as counted, allowed, consequence
from counted
group by all
