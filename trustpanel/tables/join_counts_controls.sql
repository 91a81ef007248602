with source_rows as (
    select 'capabilities to state_years' as join_name, y.ccode is not null as found, 0 as allowed,
        'would be lost' as consequence
    from facts.peacesciencer_capabilities as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'gdp_population to state_years', y.ccode is not null, 0,
        'would be lost'
    from facts.isard_gdp_population as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'democracy to state_years', y.ccode is not null, 0,
        'would be lost'
    from facts.isard_democracy as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'ideal_points to state_years', y.ccode is not null, 96,
        'UN members that were no members of the system (Ukraine and Belarus 1946-90 above all): no state-year'
    from facts.un_ideal_points_scores as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'leader_ideology to state_years', y.ccode is not null, 224,
        'country-years before membership of the system: no state-year'
    from facts.herre_ideology_leaders as t
    left join state_years as y on t.ccode = y.ccode and t.year = y.year

    union all

    select 'distance to state_dyad_years', y.year is not null, 0,
        'would be lost'
    from facts.peacesciencer_distance as t
    left join state_dyad_years as y on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and t.year = y.year

    union all

    select 'joint_igos to state_dyad_years', y.year is not null, 22,
        'both states are members in the year but never on the same day: no dyad-year'
    from facts.peacesciencer_igos as t
    left join state_dyad_years as y on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and t.year = y.year

    union all

    select 'trade to state_dyad_years', y.year is not null, 5,
        'both states are members in the year but never on the same day: no dyad-year'
    from facts.cow_trade_dyadic_flows as t
    left join state_dyad_years as y on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and t.year = y.year

    union all

    select 'contiguity years to state_dyad_years', y.year is not null, 0,
        'would be lost'
    from (
        select distinct c.ccode_a, c.ccode_b, k.year
        from facts.peacesciencer_contiguity as c
        inner join calendar_years as k on c.start_date <= k.last_day and c.end_date >= k.first_day
        where c.contiguity_type between 1 and 5
    ) as t
    left join state_dyad_years as y on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and t.year = y.year

    union all

    select 'alliance years to state_dyad_years', y.year is not null, 2898,
        'years in which an ally was no member of the system: no dyad-year'
    from (
        select distinct a.ccode as ccode_a, b.ccode as ccode_b, k.year
        from facts.atop51_members as a
        inner join facts.atop51_members as b on a.atop_id = b.atop_id and a.phase = b.phase and a.ccode < b.ccode
        inner join calendar_years as k
            on k.year <= 2018 and greatest(a.start_date, b.start_date) <= k.last_day
            and least(coalesce(a.end_date, date '2018-12-31'), coalesce(b.end_date, date '2018-12-31')) >= k.first_day
        where a.start_date <= coalesce(b.end_date, date '2018-12-31')
            and b.start_date <= coalesce(a.end_date, date '2018-12-31')
    ) as t
    left join state_dyad_years as y on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and t.year = y.year

    union all

    select 'defence agreements to a dyad at signature', y.year is not null, 6,
        'two rows that name one state twice, four signed before membership (316, 835): no dyad in the year of signature'
    from facts.dcad_agreements as t
    left join state_dyad_years as y
        on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and year(t.signed_date) = y.year

    union all

    select 'defence agreement years to state_dyad_years', y.year is not null, 98,
        'agreements of a state that has gone (260, 315) or was not yet a member, and of two rows that name one state twice: not counted in dca_*'
    from facts.dcad_agreements as t
    inner join calendar_years as k on k.year between year(t.signed_date) and t.end_year_estimate
    left join state_dyad_years as y on t.ccode_a = y.ccode_a and t.ccode_b = y.ccode_b and k.year = y.year

    union all

    select 'agreement parties to states', s.ccode is not null, 1,
        'member code 8152 (alliance 1320 of 1874) is no state of the list: no party row'
    from (
        select distinct 'atop-' || atop_id as agreement_id, ccode from facts.atop51_members
        union
        select distinct 'dcad-' || right(dcad_id, 4), unnest([ccode_a, ccode_b]) from facts.dcad_agreements
    ) as t
    left join (select distinct ccode from states) as s on t.ccode = s.ccode
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
