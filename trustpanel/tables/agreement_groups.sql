-- which records are one agreement: by rule, less the reviewed errors of the rule, and by reviewed decision
with recursive decided as (
    select key_a, key_b, same from coded.agreement_links
    union all
    select key_b, key_a, same from coded.agreement_links
),

pairs as (
    select agreement_key as key_a, double_of as key_b from agreement_doubles
    union
    select key_a, key_b from agreement_matches
    union
    select key_a, key_b from decided where same
),

edges as (
    select p.key_a, p.key_b
    from pairs as p
    anti join (select key_a, key_b from decided where not same) as e on p.key_a = e.key_a and p.key_b = e.key_b
),

both_ways as (
    select key_a, key_b from edges
    union
    select key_b, key_a from edges
),

reached as (
    select distinct key_a as agreement_key, key_a as other_key from both_ways
    union
    select r.agreement_key, b.key_b
    from reached as r
    inner join both_ways as b on r.other_key = b.key_a
),

known as (
    select agreement_key, count(*) as parties
    from agreement_record_parties
    group by agreement_key
),

-- the record of the source with the highest standing names the agreement
named as (
    select
        r.agreement_key,
        arg_min(o.agreement_key, (o.source_standing, length(o.record), o.record)) as agreement_id,
        bool_or(
            coalesce(k.parties, 0) > 1
            or o.source in ('atop51', 'dcad', 'vaynman_aad')
            or (o.source = 'tfdd' and not o.bilateral)
        ) as between_states
    from agreement_records as r
    -- a record that is the only one of its agreement reaches itself
    left join reached as c on r.agreement_key = c.agreement_key
    inner join agreement_records as o on coalesce(c.other_key, r.agreement_key) = o.agreement_key
    -- no known party: see between_states
    left join known as k on o.agreement_key = k.agreement_key
    group by r.agreement_key
)

-- a record that names fewer than two members of the state system, in a source that names all parties, is no agreement
-- between states; join_counts_agreements counts it
select r.source, r.record, r.agreement_key, n.agreement_id
from named as n
inner join agreement_records as r on n.agreement_key = r.agreement_key
where n.between_states
