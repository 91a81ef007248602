-- one agreement in two sources: same two states and day (nuclear assistance: year), types that can be one, one to one
-- the first parties count: a code that takes over later (260, then 255) makes no agreement of three
with first_parties as (
    select agreement_key, ccode
    from agreement_record_parties
    qualify party_from = min(party_from) over (partition by agreement_key)
),

dyads as (
    select agreement_key, min(ccode) as ccode_a, max(ccode) as ccode_b
    from first_parties
    group by agreement_key
    having count(*) = 2
),

-- a double stands for its first record
candidates as (
    select
        r.source, r.source_standing, r.agreement_key, r.agreement_type, r.signed_date, r.signed_latest,
        r.signed_precision, d.ccode_a, d.ccode_b,
        list_filter(
            string_split_regex(upper(r.title), '[^A-Z0-9]+'),
            lambda word: length(word) >= 4 and word not in (
                'AGREEMENT', 'AMENDMENT', 'BETWEEN', 'CONCERNING', 'CONSTITUTING', 'CONVENTION', 'COOPERATION',
                'ESTABLISHMENT', 'EXCHANGE', 'FEDERAL', 'FROM', 'GOVERNMENT', 'GOVERNMENTS', 'KINGDOM', 'LETTERS', 'NOTES',
                'OTHER', 'PEOPLE', 'PROTOCOL', 'REGARDING', 'RELATING', 'RELATIVE', 'REPUBLIC', 'SIGNED', 'SOCIALIST',
                'SOVIET', 'STATES', 'THEIR', 'TREATY', 'UNION', 'UNITED', 'WITH'
            )
        ) as words
    from agreement_records as r
    inner join dyads as d on r.agreement_key = d.agreement_key
    -- a record without doubles stands for itself; a shortened headnote may point to a record that points on
    left join (select distinct agreement_key from agreement_doubles) as b on r.agreement_key = b.agreement_key
    where r.signed_date is not null and b.agreement_key is null
),

-- how well two types fit: 1 the same thing, 2 and 3 under another heading
fits (one, other, rank) as (
    select t.agreement_type, t.agreement_type, 1
    from (select distinct agreement_type from agreement_records) as t
    union all
    select p.one, p.other, 1
    from (
        select a.t as one, b.t as other
        from (values ('alliance'), ('non_aggression'), ('neutrality'), ('consultation')) as a (t),
            (values ('alliance'), ('non_aggression'), ('neutrality'), ('consultation')) as b (t)
        where a.t <> b.t
    ) as p
    union all
    select a.t, b.t, b.rank
    from (values ('alliance'), ('non_aggression'), ('neutrality'), ('consultation')) as a (t),
        (
            values ('friendship', 2), ('peace', 3), ('recognition', 3), ('dispute_settlement', 3),
                ('defence_cooperation', 3), ('confidence_building', 3), ('arms_control', 3), ('boundary', 4),
                ('military_assistance', 4)
        ) as b (t, rank)
    union all
    values
        ('defence_cooperation', 'military_assistance', 2),
        ('arms_control', 'confidence_building', 2),
        ('arms_control', 'peace', 3),
        ('confidence_building', 'peace', 3),
        ('arms_control', 'friendship', 3),
        ('peace', 'friendship', 3),
        ('water', 'boundary', 2),
        ('water', 'territorial', 2),
        ('water', 'resources', 2),
        ('water', 'environment', 2),
        ('water', 'transport', 3),
        ('water', 'dispute_settlement', 3),
        ('water', 'institution', 3),
        ('territorial', 'boundary', 1),
        ('territorial', 'peace', 3),
        ('territorial', 'recognition', 3),
        ('territorial', 'friendship', 3),
        ('territorial', 'dispute_settlement', 3),
        ('boundary', 'peace', 3),
        ('boundary', 'recognition', 3),
        ('boundary', 'friendship', 3),
        ('boundary', 'dispute_settlement', 3),
        ('boundary', 'arms_control', 3),
        ('resources', 'boundary', 3),
        ('resources', 'territorial', 3),
        ('resources', 'environment', 2),
        ('resources', 'dispute_settlement', 3),
        ('environment', 'transport', 3),
        ('environment', 'boundary', 3),
        ('environment', 'territorial', 3),
        ('environment', 'health', 3)
),

compatible as (
    select one, other, rank from fits
    union
    select other, one, rank from fits
),

pairs as (
    select
        x.agreement_key as key_a,
        y.agreement_key as key_b,
        x.source as source_a,
        y.source as source_b,
        c.rank,
        x.signed_precision = 'day' and y.signed_precision = 'day' as by_day
    from candidates as x
    inner join candidates as y
        on x.ccode_a = y.ccode_a and x.ccode_b = y.ccode_b and x.source_standing < y.source_standing
        and x.signed_date <= y.signed_latest and y.signed_date <= x.signed_latest
        -- DCAD leaves out what is a defence pact: of one day, it is another agreement
        and not (x.source = 'atop51' and y.source = 'dcad')
    inner join compatible as c on x.agreement_type = c.one and y.agreement_type = c.other
    where
        (
            (x.signed_precision = 'day' and y.signed_precision = 'day')
            or (x.source = 'nca' and x.agreement_type = 'nuclear_cooperation' and c.rank = 1)
        )
        -- under another heading the titles, where both have one, must share a word
        and (c.rank < 3 or coalesce(list_has_any(x.words, y.words), true))
),

-- of one day the best fitting decides; nuclear assistance is known to the year: there may be only one agreement in it
chosen as (
    select *
    from pairs
    qualify
        rank = min(rank) over (partition by key_a, source_b)
        and rank = min(rank) over (partition by key_b, source_a)
)

select key_a, key_b, source_a, source_b, rank, by_day
from chosen
qualify
    count(*) over (partition by key_a, source_b) = 1
    and count(*) over (partition by key_b, source_a) = 1
