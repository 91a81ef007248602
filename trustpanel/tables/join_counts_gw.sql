with source_rows as (
    select 'Gleditsch-Ward state-years to Correlates of War codes' as join_name, ccode is not null as found, 2320 as allowed,
        'on the Gleditsch-Ward list alone: the row stays, without a Correlates of War code and what is held by it' as consequence
    from gw_state_years

    union all

    select 'Correlates of War state-years to Gleditsch-Ward codes', c.ccode is not null, 866,
        'on the Correlates of War list alone (microstates, other dates): in no panel by Gleditsch-Ward codes'
    from state_years as s
    inner join calendar_years as y on s.year = y.year
    left join (
        select distinct g.ccode, y.year
        from gw_cow_codes as g
        inner join calendar_years as y on g.start_date <= y.last_day and g.end_date >= y.first_day
        where g.ccode is not null
    ) as c on s.ccode = c.ccode and s.year = c.year

    union all

    select 'leaders to Gleditsch-Ward membership', s.leader_id is not null, 59,
        'leader of an entity that is not on the list in those years: no row in gw_leader_states'
    from leaders as l
    left join (select distinct leader_id from gw_leader_states) as s on l.leader_id = s.leader_id
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
