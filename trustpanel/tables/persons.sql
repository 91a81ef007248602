with named as (
    select
        person_id,
        first(person_name order by start_date) as name,
        first(birth_year order by start_date) as birth_year,
        first(full_name order by full_name is null, start_date) as full_name
    from facts.archigos41_leaders
    group by person_id
),

later as (
    select
        x.person_id,
        first(x.leader_name order by x.start_date) as name,
        try_cast(right(x.person_id, 4) as smallint) as birth_year
    from coded.leader_extension as x
    anti join named as n on x.person_id = n.person_id
    group by x.person_id
),

others as (
    select p.person_id, p.name, p.birth_year, p.office
    from coded.persons as p
    anti join named as n on p.person_id = n.person_id
    anti join later as l on p.person_id = l.person_id
)

select person_id, name, full_name, birth_year, null::varchar as office from named
union all
select person_id, name, null::varchar as full_name, birth_year, null::varchar as office from later
union all
select person_id, name, null::varchar as full_name, birth_year, office from others
