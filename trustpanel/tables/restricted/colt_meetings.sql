-- COLT writes states as ISO letters: the South American list first, else that of the general debate
with codes as (
    select
        raw_name as iso3,
        ccode,
        coalesce(from_date, date '1800-01-01') as from_date,
        coalesce(to_date, date '9999-12-31') as to_date
    from coded.state_names as n
    where
        source = 'colt_south_america'
        or (
            source = 'ungdc_speakers' and raw_name not in (
                select k.raw_name from coded.state_names as k where k.source = 'colt_south_america'
            )
        )
),

trips as (
    select
        t.record,
        t.leader_name_raw,
        l.ccode as traveller_ccode,
        h.ccode as host_ccode,
        t.start_date,
        coalesce(t.end_date, t.start_date) as end_date,
        t.multilateral_event is not null as multilateral,
        t.met_host,
        t.met_nonhost,
        t.host_name_raw
    from facts.colt_world_trips as t
    -- letters of no state (organisations, territories) leave the code empty
    left join codes as l on t.leader_iso3 = l.iso3 and t.start_date between l.from_date and l.to_date
    left join codes as h on t.visited_iso3 = h.iso3 and t.start_date between h.from_date and h.to_date
    where t.start_date is not null
),

named as (
    select record, 0::smallint as position, 'traveller' as role, leader_name_raw as raw_name, traveller_ccode as ccode, start_date, end_date
    from trips
    union all
    select record, 0::smallint, 'host', coalesce(host_name_raw, '[host leader]'), host_ccode, start_date, end_date
    from trips
    where met_host
    union all
    select n.record, n.position, 'third', n.raw_name, null::smallint, t.start_date, t.end_date
    from facts.colt_world_nonhost as n
    inner join trips as t on n.record = t.record
    where t.met_nonhost
),

-- names without accents and signs; the text in brackets after a name is a country or an office
words as (
    select
        *,
        string_split(
            trim(regexp_replace(lower(strip_accents(regexp_replace(raw_name, '\(.*', ''))), '[^a-z]+', ' ', 'g')), ' '
        ) as raw_words
    from named
),

office as (
    select
        e.ccode,
        e.start_date,
        e.end_date,
        e.leader_id,
        e.person_id,
        string_split(
            trim(regexp_replace(lower(strip_accents(l.leader_name || ' ' || p.name)), '[^a-z]+', ' ', 'g')), ' '
        ) as name_words,
        string_split(
            trim(regexp_replace(lower(strip_accents(regexp_replace(l.leader_name, ' [IVX]+$', ''))), '[^a-z]+', ' ', 'g')), ' '
        ) as own_words
    from effective_leaders as e
    inner join leaders as l on e.leader_id = l.leader_id
    inner join persons as p on e.person_id = p.person_id
),

-- in office on a day of the trip, and the last word of the leader's name, or two of its words, stand in the raw name
candidates as (
    select
        w.record,
        w.role,
        w.position,
        o.person_id,
        any_value(o.leader_id order by o.start_date) as leader_id,
        any_value(o.ccode order by o.start_date) as ccode,
        max(len(list_intersect(w.raw_words, o.name_words))) as shared
    from words as w
    inner join office as o
        on w.start_date <= o.end_date and w.end_date >= o.start_date and (w.ccode = o.ccode or w.role = 'third')
    where
        (w.raw_name = '[host leader]' and w.start_date between o.start_date and o.end_date)
        or list_contains(w.raw_words, o.own_words[-1])
        or len(list_intersect(w.raw_words, o.name_words)) >= 2
    group by all
),

best as (
    select *
    from candidates
    qualify
        rank() over (partition by record, role, position order by shared desc) = 1
        and count(*) over (partition by record, role, position, shared) = 1
),

-- a committed alias of the South American part wins over the rule
aliased as (
    select w.record, w.role, w.position, any_value(a.person_id) as person_id, any_value(a.ccode) as ccode
    from words as w
    inner join coded.aliases as a
        on a.source = 'colt_south_america' and w.raw_name = a.raw_name and (w.ccode = a.ccode or w.role = 'third')
        and w.start_date between coalesce(a.from_date, date '1800-01-01') and coalesce(a.to_date, date '9999-12-31')
    group by w.record, w.role, w.position
    having count(distinct a.person_id) = 1
),

resolved as (
    select
        w.record,
        w.role,
        w.position,
        w.raw_name,
        coalesce(a.person_id, b.person_id) as person_id,
        b.person_id as person_by_name,
        coalesce(a.ccode, b.ccode, w.ccode) as ccode,
        case when a.person_id is not null then 'alias' when b.person_id is not null then 'name_in_office' else 'unresolved' end as resolution
    from words as w
    left join aliased as a on w.record = a.record and w.role = a.role and w.position = a.position
    left join best as b on w.record = b.record and w.role = b.role and w.position = b.position
),

-- an alias may name somebody who did not lead that day
led as (
    select r.record, r.role, r.position, arg_min(e.leader_id, e.start_date) as leader_id
    from resolved as r
    inner join trips as t on r.record = t.record
    inner join effective_leaders as e
        on r.person_id = e.person_id and r.ccode = e.ccode and t.start_date <= e.end_date and t.end_date >= e.start_date
    group by r.record, r.role, r.position
),

met as (
    select
        t.record,
        o.position,
        t.start_date,
        t.end_date,
        t.host_ccode,
        o.role = 'host' or count(*) over (partition by t.record, o.role) <= s.value::integer as documented,
        case when t.multilateral or o.role = 'third' then 'multilateral_bilateral' else 'working_visit' end as kind,
        r.ccode as traveller_ccode,
        r.person_id as traveller_person,
        lt.leader_id as traveller_leader,
        o.raw_name as counterpart_raw,
        o.ccode as counterpart_ccode,
        o.person_id as counterpart_person,
        o.person_by_name as counterpart_by_name,
        lo.leader_id as counterpart_leader,
        o.resolution as counterpart_resolution
    from trips as t
    inner join choices as s on s.choice = 'longest_list_met'
    inner join resolved as r on t.record = r.record and r.role = 'traveller'
    inner join resolved as o on t.record = o.record and o.role in ('host', 'third')
    left join led as lt on r.record = lt.record and r.role = lt.role and r.position = lt.position
    left join led as lo on o.record = lo.record and o.role = lo.role and o.position = lo.position
)

select
    m.record,
    m.position,
    m.start_date,
    m.end_date,
    m.host_ccode,
    m.kind,
    m.documented,
    m.traveller_ccode,
    m.traveller_person,
    m.traveller_leader,
    m.counterpart_raw,
    m.counterpart_ccode,
    m.counterpart_person,
    m.counterpart_by_name,
    m.counterpart_leader,
    m.counterpart_resolution,
    min(d.meeting_id) as known_meeting_id
from met as m
-- not known from a shipped source: a new meeting
left join meeting_dyads as d
    on least(m.traveller_person, m.counterpart_person) = least(d.person_a, d.person_b)
    and greatest(m.traveller_person, m.counterpart_person) = greatest(d.person_a, d.person_b)
    and m.start_date <= d.end_date + 2 and m.end_date >= d.start_date - 2
group by all
