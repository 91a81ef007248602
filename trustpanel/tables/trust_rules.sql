with settings as (
    select max(try_cast(value as integer)) filter (where choice = 'agreement_life_years') as life from choices
),

defence as (
    select ccode_a, ccode_b, year, avg((dca_type = 'general')::tinyint) as share
    from defence_agreement_years
    group by all
),

treaties as (
    select
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        y.year,
        count(*) as treaties,
        avg((t.treaty_scope = 'framework')::tinyint) as share
    from political_treaties as t
    inner join state_bearers as a on t.ccode_a = a.ccode
    inner join state_bearers as b on t.ccode_b = b.ccode
    inner join calendar_years as y
        on y.year between year(t.signed_date) and year(t.signed_date) + (select life from settings) - 1
        and y.year between 1920 and 1999
    group by all
),

settlements as (
    select
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        y.year,
        avg((i.agreement_scope in ('procedural', 'functional'))::tinyint) as share
    from facts.icow_attempts as i
    inner join state_bearers as a on i.ccode_a = a.ccode
    inner join state_bearers as b on i.ccode_b = b.ccode
    inner join calendar_years as y
        on y.year between year(i.end_date) and least(year(i.end_date) + (select life from settings) - 1, 2001)
    where i.agreement and i.agreement_scope is not null and not i.ratification_failed
    group by all
),

-- left joins: no agreement of a kind leaves its share missing
parts as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        d.share as dca_framework_share,
        t.share as treaty_framework_share,
        t.treaties as political_treaties_signed,
        s.share as settlement_procedural_share,
        f.alliance_formality,
        [d.share > 0.5, t.share > 0.5, s.share > 0.5] as framework
    from year_end_dyads as y
    left join defence as d on y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b and y.year = d.year
    left join treaties as t on y.ccode_a = t.ccode_a and y.ccode_b = t.ccode_b and y.year = t.year
    left join settlements as s on y.ccode_a = s.ccode_a and y.ccode_b = s.ccode_b and y.year = s.year
    left join alliance_level_years as f on y.ccode_a = f.ccode_a and y.ccode_b = f.ccode_b and y.year = f.year
)

select
    ccode_a,
    ccode_b,
    year,
    dca_framework_share,
    treaty_framework_share,
    political_treaties_signed,
    settlement_procedural_share,
    alliance_formality,
    case when list_count(framework) > 0 then list_count(list_filter(framework, lambda x: x)) end as rules_framework_parts,
    list_count(framework) as rules_parts_known
from parts
where list_count(framework) > 0 or alliance_formality is not null
