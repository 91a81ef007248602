-- what is dated to the month or year only is known by its last day, so that no act teaches before it was done
with disputes_begun as (
    select
        dispute_id::varchar as record,
        ccode_a,
        ccode_b,
        case when start_precision = 'day' then start_date else last_day(start_date) end as known_date,
        coalesce(on_side_a_a, true) as by_a,
        coalesce(not on_side_a_a, true) as by_b,
        'dispute_started' as act_kind
    from disputes
),

wars_begun as (
    select
        war_id::varchar,
        ccode_a,
        ccode_b,
        case when start_precision = 'day' then start_date else last_day(start_date) end,
        war_initiator_a,
        war_initiator_b,
        'war_started'
    from wars
),

-- an agreement counts once, by the costliest of the types that its records give it; types that cost nothing (trade,
-- culture, loans) are no acts, nor are awards that nobody signed and what the two signed while they were at war
signed as (
    select
        s.agreement_id,
        s.ccode_a,
        s.ccode_b,
        s.signed_latest,
        true,
        true,
        arg_max(c.act_kind, (c.cost, c.act_kind))
    from agreement_signers as s
    inner join agreements as g on s.agreement_id = g.agreement_id
    cross join unnest(string_split(g.all_types, ';')) as t (agreement_type)
    inner join coded.act_costs as c on c.act_kind = 'agreement_' || t.agreement_type
    where s.consent = 'signed' and not s.signed_in_war
    group by s.agreement_id, s.ccode_a, s.ccode_b, s.signed_latest
),

acts as (
    select * from disputes_begun
    union all
    select * from wars_begun
    union all
    select * from signed
),

directed as (
    select
        x.sender as sender_ccode,
        x.receiver as receiver_ccode,
        a.known_date,
        a.act_kind,
        a.record,
        c.cost as act_cost,
        c.hostile
    from acts as a
    inner join coded.act_costs as c on a.act_kind = c.act_kind
    cross join unnest([
        {'sender': a.ccode_a, 'receiver': a.ccode_b, 'by': a.by_a},
        {'sender': a.ccode_b, 'receiver': a.ccode_a, 'by': a.by_b}
    ]) as u (x)
    where x.by
)

select
    *,
    row_number() over (
        partition by sender_ccode, receiver_ccode, year(known_date), hostile
        order by act_cost desc, known_date, act_kind, record
    ) = 1 as act_counts
from directed
