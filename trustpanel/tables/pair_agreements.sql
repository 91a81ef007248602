-- political agreements of the two states by 31 December of the year before: which these two persons signed, and which
-- others did; who led another time, and signed then, signed
with pairs as (
    select y.leader_dyad_id, y.year, y.ccode_a, y.ccode_b, d.person_a, d.person_b, make_date(y.year - 1, 12, 31) as as_of
    from leader_dyad_years as y
    inner join leader_dyads as d on y.leader_dyad_id = d.leader_dyad_id
    where y.year between 1921 and 2000
),

in_office as (
    select e.ccode, y.year + 1 as year, e.person_id
    from calendar_years as y
    inner join effective_leaders as e on make_date(y.year, 12, 31) between e.start_date and e.end_date
),

signed as (
    select
        p.leader_dyad_id,
        p.year,
        case
            when g.signer_person_a is not null and g.signer_person_b is not null
                then list_sort([g.signer_person_a, g.signer_person_b]) = list_sort([p.person_a, p.person_b])
        end as own,
        g.signer_person_a is distinct from a.person_id and g.signer_person_b is distinct from b.person_id as signers_gone
    from pairs as p
    inner join agreements_in_force as g
        on p.ccode_a = g.ccode_a and p.ccode_b = g.ccode_b and g.bound_from <= p.as_of
        and coalesce(g.bound_until > p.as_of, true)
    -- a state without a known leader that day has no signer in office
    left join in_office as a on p.ccode_a = a.ccode and p.year = a.year
    left join in_office as b on p.ccode_b = b.ccode and p.year = b.year
    where g.agreement_class = 'political'
)

select
    leader_dyad_id,
    year,
    (count(*) filter (where own))::smallint as agreements_by_pair,
    (count(*) filter (where not own))::smallint as agreements_by_others,
    (count(*) filter (where own is null))::smallint as agreements_signer_unknown,
    (count(*) filter (where own and signers_gone))::smallint as agreements_by_pair_survived
from signed
group by leader_dyad_id, year
