-- the days on which an agreement of two states counts, for each pair of codes that bears it: the one rule for stocks
-- a state and the one that carried it on are one line; a gap of more than a day ends the line, and a new one begins
with lines as (
    select b.ccode, b.bearer_ccode, s.start_date, s.end_date, s.membership_carried
    from state_bearers as b
    inner join states as s on b.bearer_ccode = s.ccode
),

breaks as (
    select
        *,
        coalesce(
            start_date - max(end_date) over (
                partition by ccode order by start_date rows between unbounded preceding and 1 preceding
            ) > 2,
            true
        ) as begins
    from lines
),

runs as (
    select *, count(*) filter (where begins) over (partition by ccode order by start_date) as run
    from breaks
),

spans as (
    select *, max(end_date) over (partition by ccode, run) as run_end
    from runs
),

-- the line that stood at signature or, if none did, the next one
borne as (
    select
        s.agreement_id,
        x.side,
        p.bearer_ccode,
        greatest(s.signed_latest, p.start_date) as bound_from,
        least(case when not p.membership_carried then p.end_date + 1 end, m.party_until) as bound_until
    from agreement_signers as s
    cross join unnest([{'side': 'a', 'ccode': s.ccode_a}, {'side': 'b', 'ccode': s.ccode_b}]) as u (x)
    inner join spans as p on x.ccode = p.ccode and p.run_end >= s.signed_date
    -- a state that bears it without being named as a party has no end of its own
    left join agreement_parties as m on s.agreement_id = m.agreement_id and p.bearer_ccode = m.ccode
    where not s.never_in_force
    qualify p.run = min(p.run) over (partition by s.agreement_id, x.side)
),

-- a war of a state that another carried on is a war of both
fought as (
    select
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        w.start_date,
        w.end_date
    from wars as w
    inner join state_bearers as a on w.ccode_a = a.ccode
    inner join state_bearers as b on w.ccode_b = b.ccode
),

dyads as (
    select
        s.agreement_id,
        s.agreement_class,
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        s.signed_latest,
        greatest(a.bound_from, b.bound_from) as bound_from,
        least(s.ended_date, a.bound_until, b.bound_until) as bound_until,
        case when a.bearer_ccode < b.bearer_ccode then s.signer_person_a else s.signer_person_b end as signer_person_a,
        case when a.bearer_ccode < b.bearer_ccode then s.signer_person_b else s.signer_person_a end as signer_person_b
    from agreement_signers as s
    inner join borne as a on s.agreement_id = a.agreement_id and a.side = 'a'
    inner join borne as b on s.agreement_id = b.agreement_id and b.side = 'b'
    where a.bearer_ccode <> b.bearer_ccode
),

disrupted as (
    select d.*, min(w.start_date) as war_date
    from dyads as d
    -- most never fight a war of the list after they have signed; a war that is over when it is signed ends nothing
    left join fought as w on d.ccode_a = w.ccode_a and d.ccode_b = w.ccode_b and w.end_date > d.signed_latest
    group by all
)

select
    agreement_id,
    ccode_a,
    ccode_b,
    agreement_class,
    signed_latest,
    bound_from,
    least(bound_until, war_date) as bound_until,
    signer_person_a,
    signer_person_b
from disrupted
where coalesce(bound_from < least(bound_until, war_date), true)
