with coded_speakers as (
    select
        g.record,
        g.year,
        g.session,
        g.speaker_raw,
        g.post_raw,
        lower(g.post_raw) as post,
        -- a row whose code is another state's is set right by its code and name together
        case when x.raw_name is not null then x.ccode else s.ccode end as ccode
    from facts.ungdc_speakers_speakers as g
    left join coded.state_names as x
        on x.source = 'ungdc_speakers' and concat(g.iso3_raw, ' ', g.country_name) = x.raw_name
        and make_date(g.year, 9, 20) between coalesce(x.from_date, date '1800-01-01') and coalesce(x.to_date, date '9999-12-31')
    -- bodies that are no state, and members of the organisation that are not in the state system, have no code; counted
    left join coded.state_names as s
        on s.source = 'ungdc_speakers' and g.iso3_raw = s.raw_name
        and make_date(g.year, 9, 20) between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')
),

posts as (
    select
        *,
        case
            when post is null or regexp_full_match(post, '(prince|chairman|delegation|chairman of the (military|united).*)') then null
            else regexp_matches(
                post,
                '^(his majesty |her majesty |acting |interim |transitional |transition |first executive |constitutional |federal |state |executive |sovereign |first vice-president and )*'
                || '(first prime minister|prime mi?nister|president|premier|chancellor|king|queen|emperor|sultan|amir|emir|taoiseach|prince and head of state'
                || '|head of (the )?(state|gover|federal|military)|commander in chief, head of state|chief advisor of the interim government'
                || '|c(h)?airman of the (presidency|presidential council|council of ministers|council of state|transitional|revolutionary|supreme))'
            )
            and not regexp_matches(
                post,
                'president of the (european|general assembly|national assembly|senate|parliament|commission)'
                || '|prime minister.s (office|council)|representative|crown prince|envoy'
            )
        end as head_spoke
    from coded_speakers
    where ccode is not null
),

-- the leaders in office in the months of the debate, whose name stands in the name of a head who spoke
named as (
    select
        p.record,
        arg_min(l.leader_id, e.start_date) as leader_id
    from posts as p
    inner join effective_leaders as e
        on p.ccode = e.ccode and e.start_date <= make_date(p.year, 12, 31) and e.end_date >= make_date(p.year, 9, 1)
    inner join leaders as l on e.leader_id = l.leader_id
    cross join lateral (
        select
            list_filter(string_split(trim(regexp_replace(lower(strip_accents(l.leader_name)), '[^a-z]+', ' ', 'g')), ' '), lambda w: len(w) > 2) as words,
            string_split(trim(regexp_replace(lower(strip_accents(p.speaker_raw)), '[^a-z]+', ' ', 'g')), ' ') as spoken
    ) as n
    -- family names that half a country shares decide nothing alone
    where p.head_spoke and (
        list_contains(n.spoken, n.words[-1])
        or len(list_intersect(n.words, n.spoken)) >= 2
        or (p.ccode not between 710 and 740 and p.ccode not between 811 and 817 and len(list_filter(n.words, lambda w: len(w) > 3 and list_contains(n.spoken, w))) > 0)
    )
    group by p.record
),

per_state as (
    select
        p.ccode,
        p.year,
        min(p.session) as session,
        first(p.speaker_raw order by n.leader_id is null, coalesce(p.head_spoke, false) desc, p.post_raw is null, p.record) as speaker_raw,
        first(p.post_raw order by n.leader_id is null, coalesce(p.head_spoke, false) desc, p.post_raw is null, p.record) as post_raw,
        count(*) as speakers,
        case when bool_or(p.head_spoke) then true when count(p.head_spoke) = count(*) then false end as head_spoke,
        first(n.leader_id order by n.leader_id) filter (where n.leader_id is not null) as leader_id
    from posts as p
    -- a head whose name is no effective leader's: another head, or another spelling
    left join named as n on p.record = n.record
    group by p.ccode, p.year
)

select
    p.ccode,
    p.year,
    p.session,
    p.speaker_raw,
    p.post_raw,
    p.speakers::smallint as speakers,
    p.head_spoke,
    case when p.leader_id is not null then true when not p.head_spoke then false end as effective_leader_spoke,
    p.leader_id
from per_state as p
-- a state that was no member of the state system in the months of the debate is left out, and counted
where exists (
    select 1 from states as s
    where s.ccode = p.ccode and s.start_date <= make_date(p.year, 12, 31) and s.end_date >= make_date(p.year, 9, 1)
)
