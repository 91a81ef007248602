with raw_records as (
    select
        'state_dept_visits' as source,
        v.record,
        v.start_date as record_start,
        v.end_date as record_end,
        2::smallint as host_ccode,
        null::varchar as place,
        v.visitor as traveller_raw,
        s.ccode as traveller_ccode,
        v.description as text
    from facts.state_dept_visits_records as v
    -- a country id that is not in state_names leaves the code empty; join_counts counts it
    left join coded.state_names as s
        on s.source = 'state_dept_visits' and v.country_id = s.raw_name
        and v.start_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select
        'state_dept_travels' as source,
        t.record,
        t.start_date as record_start,
        t.end_date as record_end,
        s.ccode as host_ccode,
        t.locale as place,
        t.traveller as traveller_raw,
        2::smallint as traveller_ccode,
        t.remarks as text
    from facts.state_dept_travels_records as t
    left join coded.state_names as s
        on s.source = 'state_dept_travels' and t.country_id = s.raw_name
        and t.start_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select
        'colt_south_america' as source,
        c.record,
        c.start_date as record_start,
        coalesce(c.end_date, c.start_date) as record_end,
        h.ccode as host_ccode,
        c.city as place,
        c.leader_name_raw as traveller_raw,
        l.ccode as traveller_ccode,
        concat(
            'met_host=', case c.met_host when true then 'yes' when false then 'no' else '' end,
            '; met_nonhost=', case c.met_nonhost when true then 'yes' when false then 'no' else '' end,
            '; multilateral=', coalesce(c.multilateral_event, '')
        ) as text
    from facts.colt_trips as c
    left join coded.state_names as h
        on h.source = 'colt_south_america' and c.visited_iso3 = h.raw_name
        and c.start_date between coalesce(h.from_date, date '1800-01-01') and coalesce(h.to_date, date '9999-12-31')
    left join coded.state_names as l
        on l.source = 'colt_south_america' and c.leader_iso3 = l.raw_name
        and c.start_date between coalesce(l.from_date, date '1800-01-01') and coalesce(l.to_date, date '9999-12-31')

    union all

    select
        'china_vitae' as source,
        v.record,
        v.date as record_start,
        v.date as record_end,
        -- a place that needs a judgement of its own comes before its country or province
        case when w.raw_name is not null then w.ccode else s.ccode end as host_ccode,
        v.place,
        v.leader_name_raw as traveller_raw,
        710::smallint as traveller_ccode,
        c.listed as text
    from facts.china_vitae_engagements as v
    left join (
        select record, 'met ' || string_agg(concat(raw_name, ' (', raw_title, ')'), ', ' order by position) as listed
        from facts.china_vitae_counterparts
        group by record
    ) as c on v.record = c.record
    left join coded.state_names as w
        on w.source = 'china_vitae' and v.place = w.raw_name and v.place <> v.place_head
        and v.date between coalesce(w.from_date, date '1800-01-01') and coalesce(w.to_date, date '9999-12-31')
    -- 14 of these engagements name no place and two name a wrong one: no host; join_counts counts them
    left join coded.state_names as s
        on s.source = 'china_vitae' and v.place_head = s.raw_name
        and v.date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')
    -- engagements of the four leaders that list a counterpart, or that were coded by reading; the others tell of no meeting
    where v.top_leader and (
        v.form = 'met' or v.record in (select m.record from coded.record_mentions as m where m.source = 'china_vitae')
    )
),

-- a record without a day, or after the end of the leader data, cannot be placed in anybody's term; join_counts counts them
dated as (
    select r.*
    from raw_records as r
    inner join choices as c on c.choice = 'leader_data_last_day' and r.record_start <= c.value::date
),

texts as (
    select distinct source, coalesce(text, '') as text from dated
),

ruled as (
    select
        t.source,
        t.text,
        arg_min(k.kind, k.priority) as kind,
        arg_min(k.documented, k.priority) as documented
    from texts as t
    inner join coded.record_kinds as k on t.source = k.source and regexp_matches(t.text, k.pattern, 'i')
    group by t.source, t.text
),

judged as (
    select
        source,
        record,
        max(value) filter (where field = 'kind') as kind,
        max(value) filter (where field = 'documented')::boolean as documented,
        max(value) filter (where field = 'all_talked')::boolean as all_talked,
        max(value) filter (where field = 'start_date')::date as start_date,
        max(value) filter (where field = 'end_date')::date as end_date,
        max(value) filter (where field = 'date_precision') as date_precision
    from coded.record_codes
    group by source, record
),

joint as (
    select source, record, bool_or(all_talked) as all_talked
    from coded.record_mentions
    group by source, record
)

select
    d.source,
    d.record,
    d.record_start,
    d.record_end,
    coalesce(j.start_date, d.record_start) as start_date,
    coalesce(j.end_date, j.start_date, d.record_end) as end_date,
    case
        when j.start_date is not null then coalesce(j.date_precision, 'day')
        when d.record_start = d.record_end then 'day'
        else 'record'
    end as start_precision,
    d.host_ccode,
    d.place,
    d.traveller_raw,
    d.traveller_ccode,
    d.text,
    coalesce(j.kind, r.kind, 'other') as kind,
    coalesce(j.documented, r.documented, false) as documented,
    coalesce(j.all_talked, m.all_talked, false) as all_talked
from dated as d
-- no pattern matches: kind other, nothing documented; join_counts counts these
left join ruled as r on d.source = r.source and coalesce(d.text, '') = r.text
left join judged as j on d.source = j.source and d.record = j.record
left join joint as m on d.source = m.source and d.record = m.record
