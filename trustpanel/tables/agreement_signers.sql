-- agreements of two states signed since 1870, by whose leaders; an agreement dated to a month or year has signers only
-- where one leader held office throughout; one that only a doubted record of DCAD knows is left out
with first_parties as (
    -- a state that took another's place came later; the first parties may be dated after the signature (to the year)
    select p.agreement_id, p.ccode
    from agreement_parties as p
    inner join agreements as a on p.agreement_id = a.agreement_id
    qualify coalesce(p.party_from <= greatest(a.signed_latest, min(p.party_from) over (partition by p.agreement_id)), true)
),

dated as (
    select
        a.agreement_id,
        c.agreement_class,
        min(p.ccode) as ccode_a,
        max(p.ccode) as ccode_b,
        any_value(a.signed_date) as signed_date,
        any_value(a.signed_latest) as signed_latest,
        any_value(a.consent) as consent,
        any_value(a.ended_status = 'never_in_force') as never_in_force,
        any_value(least(a.ended_date, make_date(a.end_year_estimate, 12, 31))) as ended_date
    from agreements as a
    inner join agreement_classes as c on a.agreement_type = c.agreement_type
    inner join first_parties as p on a.agreement_id = p.agreement_id
    where a.bilateral and a.signed_latest >= date '1870-01-01' and a.consent <> 'doubted'
    group by a.agreement_id, c.agreement_class
    having count(distinct p.ccode) = 2
),

sides as (
    select d.agreement_id, x.side, x.ccode, d.signed_date, d.signed_latest
    from dated as d
    cross join unnest([{'side': 'a', 'ccode': d.ccode_a}, {'side': 'b', 'ccode': d.ccode_b}]) as u (x)
),

led as (
    select s.agreement_id, s.side, any_value(e.leader_id) as leader_id, any_value(e.person_id) as person_id
    from sides as s
    inner join effective_leaders as e
        on s.ccode = e.ccode and s.signed_date between e.start_date and e.end_date
        and s.signed_latest between e.start_date and e.end_date
    group by s.agreement_id, s.side
),

-- truces and terms of surrender: it can have been signed while the two were at war
fought as (
    select distinct d.agreement_id
    from dated as d
    inner join wars as w
        on d.ccode_a = w.ccode_a and d.ccode_b = w.ccode_b
        and d.signed_date <= w.end_date and d.signed_latest >= w.start_date
)

select
    d.agreement_id,
    d.agreement_class,
    d.ccode_a,
    d.ccode_b,
    d.signed_date,
    d.signed_latest,
    d.ended_date,
    d.never_in_force,
    d.consent,
    w.agreement_id is not null as signed_in_war,
    a.leader_id as signer_a,
    b.leader_id as signer_b,
    a.person_id as signer_person_a,
    b.person_id as signer_person_b
from dated as d
-- no one leader throughout, or nobody known in office: no signer
left join led as a on d.agreement_id = a.agreement_id and a.side = 'a'
left join led as b on d.agreement_id = b.agreement_id and b.side = 'b'
-- most are not signed in a war of the two
left join fought as w on d.agreement_id = w.agreement_id
