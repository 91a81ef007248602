with horizon as (
    select value::date as last_known from choices where choice = 'leader_data_last_day'
),

extended as (
    select * from coded.leader_extension where extends
),

-- a spell that Archigos saw open keeps its id; its end comes from the extension, or it is carried to the horizon
archigos as (
    select
        a.leader_id,
        a.person_id,
        a.leader_name,
        coalesce(g.ccode, a.gwcode) as ccode,
        a.gwcode,
        a.start_date,
        case when e.leader_id is null then a.end_date else coalesce(e.end_date, h.last_known) end as end_date,
        'day' as start_precision,
        case when e.leader_id is null then 'day' else coalesce(e.end_precision, 'open') end as end_precision,
        a.entry,
        case when e.leader_id is null and a.exit <> 'Still in Office' then a.exit end as exit,
        case when e.leader_id is null and a.exit <> 'Still in Office' then a.exit_code end as exit_code,
        a.gender,
        case when e.leader_id is null then a.post_tenure_fate end as post_tenure_fate,
        case when e.leader_id is null then 'archigos41' else 'archigos41+' || e.source end as source
    from facts.archigos41_leaders as a
    cross join horizon as h
    -- no extension: the spell ended by 2015-12-31 and stays as Archigos has it
    left join extended as e on a.leader_id = e.leader_id
    -- no row: the two lists use the same code
    left join code_spells as g
        on a.gwcode = g.gwcode and a.start_date between g.start_date and g.end_date
),

later as (
    select
        leader_id,
        person_id,
        leader_name,
        ccode,
        null::smallint as gwcode,
        x.start_date,
        coalesce(x.end_date, h.last_known) as end_date,
        start_precision,
        coalesce(end_precision, 'open') as end_precision,
        null::varchar as entry,
        null::varchar as exit,
        null::varchar as exit_code,
        null::varchar as gender,
        null::varchar as post_tenure_fate,
        source
    from coded.leader_extension as x
    cross join horizon as h
    where not extends
)

select leader_id, person_id, leader_name, ccode, gwcode, start_date, end_date, start_precision, end_precision, entry, exit, exit_code, gender, post_tenure_fate, source
from archigos
union all
select leader_id, person_id, leader_name, ccode, gwcode, start_date, end_date, start_precision, end_precision, entry, exit, exit_code, gender, post_tenure_fate, source
from later
