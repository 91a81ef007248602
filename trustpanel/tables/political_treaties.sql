-- the first pattern of the topic that matches decides
with scoped as (
    select t.treaty_id, t.party_1, t.party_2, t.signed_date, t.topic, t.headnote, arg_min(s.scope, s.priority) as scope
    from facts.wti_treaties as t
    inner join coded.treaty_scope as s
        on t.topic = s.topic and regexp_matches(upper(coalesce(t.headnote, '')), coalesce(s.pattern, ''))
    group by all
),

-- a party that is no state, or was no member of the system on the day of signature, falls away; join_counts counts them
parties as (
    select c.treaty_id, n.ccode
    from scoped as c, unnest([c.party_1, c.party_2]) as x (party)
    inner join coded.wti_parties as n
        on x.party = n.party_code
        and c.signed_date between coalesce(n.from_date, date '0001-01-01') and coalesce(n.to_date, date '9999-12-31')
    inner join states as s on n.ccode = s.ccode and c.signed_date between s.start_date and s.end_date
    where c.scope in ('framework', 'sector')
)

-- one treaty from several collections: same two states, day, topic and scope count once
select
    c.treaty_id,
    min(p.ccode) as ccode_a,
    max(p.ccode) as ccode_b,
    c.signed_date,
    c.topic as treaty_topic,
    c.scope as treaty_scope,
    c.headnote as treaty_title
from scoped as c
inner join parties as p on c.treaty_id = p.treaty_id
group by c.treaty_id, c.signed_date, c.topic, c.scope, c.headnote
having count(distinct p.ccode) = 2
qualify row_number() over (partition by min(p.ccode), max(p.ccode), c.signed_date, c.topic, c.scope order by c.treaty_id) = 1
