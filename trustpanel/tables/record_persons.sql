with named as (
    select source, record, raw_name, ccode, role, all_talked, note
    from coded.record_mentions
),

mentions as (
    -- the visitor, unless the text was coded person by person
    select t.source, t.record, t.traveller_raw as raw_name, t.traveller_ccode as ccode, 'visitor' as role, t.all_talked as joint, null::varchar as mention_kind
    from record_texts as t
    anti join named as n on t.source = n.source and t.record = n.record and n.role = 'visitor'
    where t.source = 'state_dept_visits'

    union all

    select source, record, '[host leader]', 2::smallint, 'host', all_talked, null from record_texts
    where source = 'state_dept_visits'

    union all

    select source, record, traveller_raw, traveller_ccode, 'traveller', all_talked, null from record_texts
    where source in ('state_dept_travels', 'colt_south_america')

    union all

    -- China's leader is the host at home and the traveller abroad; who was met is coded in record_mentions
    select
        source, record, traveller_raw, traveller_ccode,
        case when host_ccode = 710 then 'host' else 'traveller' end,
        all_talked, null
    from record_texts
    where source = 'china_vitae'

    union all

    -- the sitting president is the host or traveller of his own records already
    select
        n.source, n.record, n.raw_name, n.ccode, n.role,
        coalesce(n.all_talked, false),
        nullif(regexp_extract(coalesce(n.note, ''), 'kind=([a-z_]+)', 1), '')
    from named as n
    inner join record_texts as t on n.source = t.source and n.record = t.record
    where n.ccode is distinct from 2 or n.source not in ('state_dept_visits', 'state_dept_travels')

    union all

    select
        'colt_south_america', c.record, coalesce(c.host_name_raw, '[host leader]'), t.host_ccode, 'counterpart', false,
        case when c.multilateral_event is null then 'working_visit' else 'multilateral_bilateral' end
    from facts.colt_trips as c
    inner join record_texts as t on t.source = 'colt_south_america' and c.record = t.record
    -- a record coded person by person takes neither of its two columns
    anti join named as n on n.source = 'colt_south_america' and c.record = n.record
    where c.met_host

    union all

    select
        'colt_south_america', c.record, n.raw_name, null::smallint,
        case when count(*) over (partition by n.record) > s.value::integer then 'present' else 'counterpart' end,
        false, 'multilateral_bilateral'
    from facts.colt_nonhost as n
    inner join choices as s on s.choice = 'longest_list_met'
    inner join facts.colt_trips as c on n.record = c.record
    anti join named as k on k.source = 'colt_south_america' and n.record = k.record
    where c.met_nonhost
),

resolved as (
    select
        m.source,
        m.record,
        m.raw_name,
        coalesce(m.ccode, any_value(a.ccode)) as person_ccode,
        any_value(m.role) as role,
        bool_or(m.joint) as joint,
        any_value(m.mention_kind) as mention_kind,
        any_value(a.person_id) as alias_person,
        any_value(t.start_date) as start_date,
        any_value(t.end_date) as end_date
    from mentions as m
    inner join record_texts as t on m.source = t.source and m.record = t.record
    -- no alias for the name on that date: unresolved, kept and counted
    left join coded.aliases as a
        on m.source = a.source and m.raw_name = a.raw_name
        and (m.ccode is not distinct from a.ccode or (m.ccode is null and m.source = 'colt_south_america'))
        and t.start_date between coalesce(a.from_date, date '1800-01-01') and coalesce(a.to_date, date '9999-12-31')
    group by m.source, m.record, m.raw_name, m.ccode
),

-- the unnamed host is whoever holds office on the first day of the meeting
identified as (
    select
        r.*,
        case when r.raw_name = '[host leader]' then e.person_id else r.alias_person end as person_id
    from resolved as r
    left join effective_leaders as e
        on r.raw_name = '[host leader]' and r.person_ccode = e.ccode and r.start_date between e.start_date and e.end_date
),

in_office as (
    select
        i.source,
        i.record,
        i.raw_name,
        i.person_ccode,
        arg_min(e.leader_id, e.start_date) as leader_id,
        arg_min(e.ccode, e.start_date) as office_ccode
    from identified as i
    inner join effective_leaders as e
        on i.person_id = e.person_id and i.start_date <= e.end_date and i.end_date >= e.start_date
        and (i.person_ccode is null or i.person_ccode = e.ccode)
    group by all
),

-- states for which the leader files name nobody on those days: whether the person led cannot be said
unknown as (
    select i.source, i.record, i.raw_name, i.person_ccode
    from identified as i
    where i.person_ccode is not null and not exists (
        select 1 from effective_leaders as e
        where e.ccode = i.person_ccode and e.leader_id is not null
            and i.start_date <= e.end_date and i.end_date >= e.start_date
    )
)

select
    i.source,
    i.record,
    i.raw_name,
    coalesce(i.person_ccode, 0)::smallint as name_ccode,
    i.role,
    i.joint,
    i.mention_kind,
    i.person_id,
    o.leader_id,
    case when i.person_id is not null then coalesce(o.office_ccode, i.person_ccode) end::smallint as person_ccode,
    case
        when i.person_id is null then 'unresolved'
        when o.leader_id is not null then 'effective_leader'
        when u.source is not null then 'leader_unknown'
        else 'other_person'
    end as resolution
from identified as i
-- nobody's effective leader on the days of the meeting: another person
left join in_office as o
    on i.source = o.source and i.record = o.record and i.raw_name = o.raw_name
    and i.person_ccode is not distinct from o.person_ccode
left join unknown as u
    on i.source = u.source and i.record = u.record and i.raw_name = u.raw_name and i.person_ccode = u.person_ccode
