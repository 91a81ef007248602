with settings as (
    select max(value::integer) as life from choices where choice = 'agreement_life_years'
),

-- who leads on the last day of the year; nobody known, or a handover in doubt, is nobody
in_office as (
    select e.ccode, y.year, e.person_id
    from calendar_years as y
    inner join effective_leaders as e on make_date(y.year, 12, 31) between e.start_date and e.end_date
),

held as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        g.agreement_class = 'political' as political,
        g.signed_latest,
        year(g.signed_latest) > y.year - s.life as recent,
        g.signer_person_a is not null and g.signer_person_b is not null as signers_known,
        g.signer_person_a is distinct from a.person_id and g.signer_person_b is distinct from b.person_id as signers_gone
    from (select *, make_date(year, 12, 31) as as_of from year_end_dyads where year between 1920 and 1999) as y
    inner join agreements_in_force as g
        on g.ccode_a = y.ccode_a and g.ccode_b = y.ccode_b and g.bound_from <= y.as_of
        and coalesce(g.bound_until > y.as_of, true)
    cross join settings as s
    -- a state without a known leader that day has no signer in office
    left join in_office as a on y.ccode_a = a.ccode and y.year = a.year
    left join in_office as b on y.ccode_b = b.ccode and y.year = b.year
)

-- dyad-years of the window without a row have signed nothing that is still in force
select
    ccode_a,
    ccode_b,
    year,
    (count(*) filter (where political))::smallint as political_agreements,
    (count(*) filter (where not political))::smallint as functional_agreements,
    (count(*) filter (where political and year(signed_latest) = year))::smallint as political_agreements_new,
    (count(*) filter (where not political and year(signed_latest) = year))::smallint as functional_agreements_new,
    (count(*) filter (where political and recent))::smallint as political_agreements_20y,
    year - year(min(signed_latest) filter (where political)) as oldest_agreement_years,
    (count(*) filter (where political and signers_known and signers_gone))::smallint as agreements_survived,
    case
        when count(*) filter (where political and signers_known) > 0
            then count(*) filter (where political and signers_known and signers_gone)
                / count(*) filter (where political and signers_known)
    end as agreements_survived_share
from held
group by ccode_a, ccode_b, year
