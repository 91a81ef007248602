with source_rows as (
    select 'opinion to state_dyad_years' as join_name, y.year is not null as found, 0 as allowed,
        'would be lost' as consequence
    from coded.pew_favourability as t
    left join state_dyad_years as y
        on least(t.public_ccode, t.target_ccode) = y.ccode_a and greatest(t.public_ccode, t.target_ccode) = y.ccode_b
        and t.year = y.year

    union all

    select 'opinion of the question asked' as join_name, o.target_ccode is null as found, 37 as allowed,
        'shares of another question (opinion_left_out): left out' as consequence
    from coded.pew_favourability as t
    left join coded.opinion_left_out as o on t.target_ccode = o.target_ccode and t.year = o.year

    union all

    select 'social trust to state names' as join_name, n.ccode is not null as found, 21 as allowed,
        'Hong Kong, Macao, Northern Ireland, Palestine, Puerto Rico: no states, left out' as consequence
    from facts.social_trust_surveys as t
    left join coded.state_names as n
        on n.source = 'social_trust' and t.country = n.raw_name
        and make_date(t.year_to, 12, 31)
        between coalesce(n.from_date, date '1800-01-01') and coalesce(n.to_date, date '9999-12-31')

    union all

    select 'social trust to state_years' as join_name, y.year is not null as found, 2 as allowed,
        'waves in Montenegro that ended before its membership: no state-year' as consequence
    from facts.social_trust_surveys as t
    inner join coded.state_names as n
        on n.source = 'social_trust' and t.country = n.raw_name
        and make_date(t.year_to, 12, 31)
        between coalesce(n.from_date, date '1800-01-01') and coalesce(n.to_date, date '9999-12-31')
    left join state_years as y on n.ccode = y.ccode and t.year_to = y.year

    union all

    select 'total trade to state_years' as join_name, y.year is not null as found, 518 as allowed,
        'years before membership, and West Germany 1960-89, whose totals stand under 255: no state-year' as consequence
    from facts.peacesciencer_total_trade as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'total trade that can be right' as join_name, s.total_trade is not null as found, 259 as allowed,
        'the published total cannot be right (flows far above it, total of a union, misprint): no total_trade' as consequence
    from facts.peacesciencer_total_trade as t
    inner join state_years as y on t.ccode = y.ccode and t.year = y.year
    left join state_society_years as s on t.ccode = s.ccode and t.year = s.year
    where t.imports is not null and t.exports is not null

    union all

    select 'both flows to a total on each side' as join_name,
        a.total_trade is not null and b.total_trade is not null as found, 68624 as allowed,
        'a side without a total: no trade dependence of that side' as consequence
    from facts.cow_trade_dyadic_flows as t
    left join state_society_years as a on t.ccode_a = a.ccode and t.year = a.year
    left join state_society_years as b on t.ccode_b = b.ccode and t.year = b.year
    where t.imports_a_from_b is not null and t.imports_b_from_a is not null

    union all

    select 'nuclear status to state_years' as join_name, y.year is not null as found, 0 as allowed,
        'would be lost' as consequence
    from facts.nuclear_status as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'traits to leaders' as join_name, l.leader_id is not null as found, 0 as allowed,
        'would be lost' as consequence
    from facts.lead_traits as t
    left join leaders as l on t.leader_id = l.leader_id

    union all

    select 'willingness to traits' as join_name, l.leader_id is not null as found, 0 as allowed,
        'would be lost' as consequence
    from facts.lwuf_scores as t
    left join facts.lead_traits as l on t.leader_id = l.leader_id
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
