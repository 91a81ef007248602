with opinion as (
    select
        least(p.public_ccode, p.target_ccode) as ccode_a,
        greatest(p.public_ccode, p.target_ccode) as ccode_b,
        p.year,
        max(p.favourable_share) filter (where p.public_ccode < p.target_ccode) as favourability_ab,
        max(p.favourable_share) filter (where p.public_ccode > p.target_ccode) as favourability_ba
    from coded.pew_favourability as p
    -- shares that are demonstrably of another question are declared and left out
    left join coded.opinion_left_out as o on p.target_ccode = o.target_ccode and p.year = o.year
    where o.target_ccode is null
    group by all
),

-- left joins: a dyad-year of which one part is known stays; opinion and flows of dyads that do not exist that year
-- fall away; join_counts counts them
known as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        o.favourability_ab,
        o.favourability_ba,
        a.social_trust as social_trust_a,
        a.social_trust_year as social_trust_year_a,
        b.social_trust as social_trust_b,
        b.social_trust_year as social_trust_year_b,
        (t.imports_a_from_b::double + t.imports_b_from_a) / nullif(a.total_trade, 0) as trade_dependence_ab,
        (t.imports_a_from_b::double + t.imports_b_from_a) / nullif(b.total_trade, 0) as trade_dependence_ba
    from state_dyad_years as y
    left join opinion as o on y.ccode_a = o.ccode_a and y.ccode_b = o.ccode_b and y.year = o.year
    left join state_society_years as a on y.ccode_a = a.ccode and y.year = a.year
    left join state_society_years as b on y.ccode_b = b.ccode and y.year = b.year
    left join facts.cow_trade_dyadic_flows as t on y.ccode_a = t.ccode_a and y.ccode_b = t.ccode_b and y.year = t.year
)

select
    ccode_a,
    ccode_b,
    year,
    favourability_ab,
    favourability_ba,
    case when favourability_ab is not null and favourability_ba is not null
        then least(favourability_ab, favourability_ba) end as favourability_weak_link,
    social_trust_a,
    social_trust_year_a,
    social_trust_b,
    social_trust_year_b,
    case when social_trust_a is not null and social_trust_b is not null
        then least(social_trust_a, social_trust_b) end as social_trust_weak_link,
    trade_dependence_ab,
    trade_dependence_ba,
    case when trade_dependence_ab is not null and trade_dependence_ba is not null
        then least(trade_dependence_ab, trade_dependence_ba) end as trade_dependence_weak_link
from known
where
    favourability_ab is not null
    or favourability_ba is not null
    or (social_trust_a is not null and social_trust_b is not null)
    or trade_dependence_ab is not null
    or trade_dependence_ba is not null
