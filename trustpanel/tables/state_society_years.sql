with settings as (
    select
        max(try_cast(value as integer)) filter (where choice = 'social_trust_max_age') as max_age,
        max(try_cast(value as double)) filter (where choice = 'trade_contradiction') as contradiction
    from choices
),

-- countries that were no states on the last day of the wave fall away; join_counts counts them
surveys as (
    select n.ccode, t.year_to as survey_year, t.survey, t.trust_share, t.n
    from facts.social_trust_surveys as t
    inner join coded.state_names as n
        on n.source = 'social_trust' and t.country = n.raw_name
        and make_date(t.year_to, 12, 31)
        between coalesce(n.from_date, date '1800-01-01') and coalesce(n.to_date, date '9999-12-31')
    where n.ccode is not null
),

waves as (
    select
        ccode,
        survey_year,
        sum(trust_share::double * n) / sum(n) as trust_share,
        string_agg(distinct survey, '+' order by survey) as survey
    from surveys
    group by ccode, survey_year
),

last_wave as (
    select y.ccode, y.year, max(w.survey_year) as survey_year
    from state_years as y
    cross join settings as s
    inner join waves as w on y.ccode = w.ccode and w.survey_year between y.year - s.max_age and y.year
    where y.year <= 2021
    group by y.ccode, y.year
),

flows as (
    select ccode_a as ccode, year, coalesce(imports_a_from_b, 0) + coalesce(imports_b_from_a, 0) as flow
    from facts.cow_trade_dyadic_flows
    union all
    select ccode_b, year, coalesce(imports_a_from_b, 0) + coalesce(imports_b_from_a, 0)
    from facts.cow_trade_dyadic_flows
),

recorded as (
    select ccode, year, sum(flow::double) as recorded from flows group by ccode, year
),

-- wrong totals, for which nothing is said: far below the sum of the recorded flows (Poland 1960-63); that of a union of
-- two states under the code of the smaller one (Luxembourg 1960-96); misprints, declared
published as (
    select
        t.ccode,
        t.year,
        t.imports::double + t.exports as total,
        coalesce(r.recorded, 0) as recorded,
        count(*) over (partition by t.year, t.imports, t.exports) > 1 as shared
    from facts.peacesciencer_total_trade as t
    -- no recorded flow: nothing contradicts the total
    left join recorded as r on t.ccode = r.ccode and t.year = r.year
    -- the declared misprints fall away
    left join coded.total_trade_left_out as o on t.ccode = o.ccode and t.year = o.year
    where t.imports is not null and t.exports is not null and o.ccode is null
),

totals as (
    select p.ccode, p.year, greatest(p.total, p.recorded) as total_trade
    from published as p
    cross join settings as s
    where p.recorded <= s.contradiction * p.total and not (p.shared and p.recorded < p.total / 2)
)

-- left joins: a state-year of which one part is known stays, with nothing in the other; the rest is no row
select
    y.ccode,
    y.year,
    w.trust_share as social_trust,
    w.survey_year as social_trust_year,
    w.survey as social_trust_survey,
    t.total_trade
from state_years as y
left join last_wave as l on y.ccode = l.ccode and y.year = l.year
left join waves as w on l.ccode = w.ccode and l.survey_year = w.survey_year
left join totals as t on y.ccode = t.ccode and y.year = t.year
where w.trust_share is not null or t.total_trade is not null
