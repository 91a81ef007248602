-- political agreements of the two states by 31 December of the year before: which this pair signed, and which others did
with pairs as (
    select leader_dyad_id, year, leader_a, leader_b, ccode_a, ccode_b, make_date(year - 1, 12, 31) as as_of
    from leader_dyad_years
    where year between 1921 and 2000
),

borne as (
    select
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        s.*exclude (ccode_a, ccode_b)
    from agreement_signers as s
    inner join state_bearers as a on s.ccode_a = a.ccode
    inner join state_bearers as b on s.ccode_b = b.ccode
    where s.agreement_class = 'political'
)

select
    p.leader_dyad_id,
    p.year,
    count(*) filter (where g.own)::smallint as agreements_by_pair,
    count(*) filter (where not g.own)::smallint as agreements_by_others,
    count(*) filter (where g.own is null)::smallint as agreements_signer_unknown
from pairs as p
inner join (
    select
        b.*,
        x.leader_dyad_id,
        x.year,
        case when b.signer_a is null or b.signer_b is null then null
            else list_sort([b.signer_a, b.signer_b]) = list_sort([x.leader_a, x.leader_b])
        end as own
    from pairs as x
    inner join borne as b
        on x.ccode_a = b.ccode_a and x.ccode_b = b.ccode_b and b.signed_latest <= x.as_of
        and coalesce(b.ended_date > x.as_of, true)
) as g on p.leader_dyad_id = g.leader_dyad_id and p.year = g.year
group by p.leader_dyad_id, p.year
