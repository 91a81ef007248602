-- records of one source that are one agreement; only those between exactly two known states are compared
with dyads as (
    select agreement_key, min(ccode) as ccode_a, max(ccode) as ccode_b
    from agreement_record_parties
    group by agreement_key
    having count(*) = 2
),

between_two as (
    select r.source, r.record, r.agreement_key, d.ccode_a, d.ccode_b, r.signed_date, r.topic, r.title
    from agreement_records as r
    -- an agreement of more parties, or of unknown ones, has no double
    inner join dyads as d on r.agreement_key = d.agreement_key
),

-- listed by several publishers, the parties in another order: the same day and the same headnote
same_headnote as (
    select *, min(agreement_key) over (partition by ccode_a, ccode_b, signed_date, coalesce(title, record)) as first_key
    from between_two
    where source = 'world_treaty_index'
),

headnotes as (
    select
        n.*,
        t.topic as listed_topic,
        list(t.record_source) over (partition by n.first_key) as publishers,
        list_filter(
            string_split_regex(n.title, '[^A-Z0-9]+'),
            lambda word: word not in (
                '', 'OF', 'AND', 'THE', 'FOR', 'IN', 'ON', 'TO', 'A', 'AGREEMENT', 'CONCERNING', 'REGARDING', 'RELATING'
            )
        ) as words
    from same_headnote as n
    -- every record is one of the list
    inner join facts.wti_treaties as t on n.record = t.treaty_id
    qualify n.agreement_key = n.first_key
),

-- two publishers that shorten one headnote: same day and topic, all words (two at least) of one are in the other; the
-- topic may differ where the words are the same
shortened as (
    select x.agreement_key, y.agreement_key as other_key
    from headnotes as x
    inner join headnotes as y
        on x.ccode_a = y.ccode_a and x.ccode_b = y.ccode_b and x.signed_date = y.signed_date
        and not list_has_any(x.publishers, y.publishers)
        and x.agreement_key <> y.agreement_key
    where
        least(len(x.words), len(y.words)) > 1
        and (list_has_all(x.words, y.words) or list_has_all(y.words, x.words))
        and (
            x.listed_topic = y.listed_topic
            or (list_has_all(x.words, y.words) and list_has_all(y.words, x.words))
        )
    qualify count(*) over (partition by x.agreement_key) = 1 and count(*) over (partition by y.agreement_key) = 1
),

listed_twice as (
    select agreement_key, first_key as double_of, 'same headnote' as basis
    from same_headnote
    union all
    select other_key, agreement_key, 'shortened headnote'
    from shortened
    where agreement_key < other_key
),

-- a treaty in which both supply stands once in each direction; the first of one side is the first of the other
pledges as (
    select
        record,
        supplier_ccode < recipient_ccode as forth,
        least(supplier_ccode, recipient_ccode) as ccode_a,
        greatest(supplier_ccode, recipient_ccode) as ccode_b,
        year,
        nca_type,
        row_number() over (partition by supplier_ccode, recipient_ccode, year, nca_type order by record) as place
    from facts.nca_agreements
),

both_supply as (
    select 'nca-' || greatest(x.record, y.record), 'nca-' || least(x.record, y.record), 'both supply'
    from pledges as x
    inner join pledges as y
        on x.ccode_a = y.ccode_a and x.ccode_b = y.ccode_b and x.year = y.year and x.nca_type = y.nca_type
        and x.place = y.place and x.forth and not y.forth
),

-- one attempt that settles several claims of the two stands once in each
several_claims as (
    select
        'icow-' || record as agreement_key,
        min('icow-' || record) over (
            partition by ccode_a, ccode_b, start_date, end_date, method, nth order by record
        ) as double_of,
        'several claims'
    from (
        select *, row_number() over (
            partition by ccode_a, ccode_b, start_date, end_date, method, claim_dyad order by record
        ) as nth
        from facts.icow_attempts
        where agreement and end_date is not null
    )
),

-- one treaty that settles several stretches of a border stands once for each
several_stretches as (
    select
        agreement_key,
        min(agreement_key) over (partition by ccode_a, ccode_b, signed_date, coalesce(title, record)),
        'several stretches'
    from between_two
    where source = 'ibad'
)

select agreement_key, double_of, basis
from (
    from listed_twice
    union all from both_supply
    union all from several_claims
    union all from several_stretches
)
where agreement_key <> double_of
