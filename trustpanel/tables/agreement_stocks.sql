-- an agreement of a state binds the state that carried it on; one that is not known to have ended counts as in force
with borne as (
    select
        s.agreement_id,
        s.agreement_class,
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        s.signed_latest,
        s.ended_date,
        s.signers_gone_date,
        s.signer_a is not null and s.signer_b is not null as signers_known
    from agreement_signers as s
    inner join state_bearers as a on s.ccode_a = a.ccode
    inner join state_bearers as b on s.ccode_b = b.ccode
),

counted as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        count(*) filter (where g.agreement_class = 'political') as political,
        count(*) filter (where g.agreement_class = 'functional') as functional,
        count(*) filter (where g.agreement_class = 'political' and year(g.signed_latest) = y.year) as political_flow,
        count(*) filter (where g.agreement_class = 'functional' and year(g.signed_latest) = y.year) as functional_flow,
        min(g.signed_latest) filter (where g.agreement_class = 'political') as oldest,
        count(*) filter (where g.agreement_class = 'political' and g.signers_gone_date <= y.as_of) as survived,
        count(*) filter (where g.agreement_class = 'political' and g.signers_known) as political_signers_known
    from (select *, make_date(year, 12, 31) as as_of from year_end_dyads where year between 1920 and 1999) as y
    inner join borne as g
        on g.ccode_a = y.ccode_a and g.ccode_b = y.ccode_b and g.signed_latest <= y.as_of
        and coalesce(g.ended_date > y.as_of, true)
    group by y.ccode_a, y.ccode_b, y.year
)

-- dyad-years of the window without a row have signed nothing that is still in force
select
    ccode_a,
    ccode_b,
    year,
    political::smallint as political_agreements,
    functional::smallint as functional_agreements,
    political_flow::smallint as political_agreements_new,
    functional_flow::smallint as functional_agreements_new,
    year - year(oldest) as oldest_agreement_years,
    survived::smallint as agreements_survived,
    case when political_signers_known > 0 then survived / political_signers_known end as agreements_survived_share
from counted
