with settings as (
    select
        max(try_cast(value as integer)) filter (where choice = 'dispute_lookback_years') as lookback,
        max(try_cast(value as integer)) filter (where choice = 'dispute_lookback_short') as lookback_short,
        max(try_cast(value as integer)) filter (where choice = 'dispute_lookback_long') as lookback_long
    from choices
),

pairs as (
    select leader_a, leader_b, leader_dyad_id, ccode_a, ccode_b, pair_start, pair_end, (year(pair_start) - 1)::smallint as background_year
    from leader_dyads
    where pair_end >= date '1946-01-01'
),

-- the last year of each list beyond which nobody is known to be, or not to be, a rival
list_ends as (
    select
        max(last_year_of_list) filter (where list = 'tss') as tss,
        max(last_year_of_list) filter (where list = 'td') as td,
        max(last_year_of_list) filter (where list = 'kgd') as kgd
    from rivalries
),

rival as (
    select
        p.leader_a,
        p.leader_b,
        coalesce(bool_or(r.list = 'tss'), false) as tss,
        coalesce(bool_or(r.list = 'td'), false) as td,
        coalesce(bool_or(r.list = 'kgd'), false) as kgd,
        exists (
            select 1 from rivalries as u
            where u.ccode_a = p.ccode_a and u.ccode_b = p.ccode_b and u.list = 'kgd' and not u.end_is_known
                and p.background_year > u.end_year
        ) as kgd_unsettled
    from pairs as p
    -- not on any list that year: no rivals, within the years of the list
    left join rivalries as r
        on p.ccode_a = r.ccode_a and p.ccode_b = r.ccode_b
        and p.background_year between r.start_year and coalesce(r.end_year, r.last_year_of_list)
    group by p.leader_a, p.leader_b, p.ccode_a, p.ccode_b, p.background_year
),

dispute_end as (
    select max(year(end_date)) as last_year from disputes
),

fought as (
    select p.leader_a, p.leader_b, max(least(year(d.end_date), p.background_year)) as last_dispute_year
    from pairs as p
    inner join disputes as d
        on p.ccode_a = d.ccode_a and p.ccode_b = d.ccode_b and year(d.start_date) <= p.background_year
    group by p.leader_a, p.leader_b
),

first_year as (
    select ccode_a, ccode_b, min(year) as first_joint_year from state_dyad_years group by ccode_a, ccode_b
),

risk as (
    select
        p.*,
        case when p.background_year <= l.tss then r.tss end as rival_tss,
        case when p.background_year <= l.td then r.td end as rival_td,
        case when r.kgd then true when p.background_year <= l.kgd and not r.kgd_unsettled then false end as rival_kgd,
        case when r.tss or r.td or r.kgd then true when p.background_year <= l.kgd and not r.kgd_unsettled then false end as rival_any,
        case
            when p.background_year <= e.last_year
                then p.background_year - coalesce(f.last_dispute_year, y.first_joint_year)
        end as years_since,
        -- a dispute within the look-back is known even after the file ends; its absence is known only within the file
        f.last_dispute_year > p.background_year - s.lookback as fought_main,
        f.last_dispute_year > p.background_year - s.lookback_short as fought_short,
        f.last_dispute_year > p.background_year - s.lookback_long as fought_long,
        p.background_year <= e.last_year as disputes_known
    from pairs as p
    inner join rival as r on p.leader_a = r.leader_a and p.leader_b = r.leader_b
    cross join list_ends as l
    cross join dispute_end as e
    cross join settings as s
    -- never a dispute: not fought
    left join fought as f on p.leader_a = f.leader_a and p.leader_b = f.leader_b
    -- never members together: no first year
    left join first_year as y on p.ccode_a = y.ccode_a and p.ccode_b = y.ccode_b and y.first_joint_year <= p.background_year
)

select
    r.leader_a,
    r.leader_b,
    r.leader_dyad_id,
    r.pair_start,
    r.pair_end,
    r.background_year,
    r.rival_tss as rival_tss_pre,
    r.rival_td as rival_td_pre,
    r.rival_kgd as rival_kgd_pre,
    case when r.years_since >= 0 then r.years_since end::smallint as years_since_dispute_pre,
    coalesce(r.rival_tss, false) or coalesce(r.fought_main, false)
        or case when r.rival_tss is null or not r.disputes_known then null else false end as at_risk,
    coalesce(r.rival_any, false) or coalesce(r.fought_main, false)
        or case when r.rival_any is null or not r.disputes_known then null else false end as at_risk_any_list,
    coalesce(r.rival_tss, false) or coalesce(r.fought_short, false)
        or case when r.rival_tss is null or not r.disputes_known then null else false end as at_risk_5y,
    coalesce(r.rival_tss, false) or coalesce(r.fought_long, false)
        or case when r.rival_tss is null or not r.disputes_known then null else false end as at_risk_15y,
    d.politically_relevant as politically_relevant_pre,
    d.capability_ratio as capability_ratio_pre,
    d.joint_democracy as joint_democracy_pre,
    d.contiguous as contiguous_pre,
    d.major_power_either as major_power_pre,
    d.both_nuclear::tinyint + d.either_nuclear::tinyint as nuclear_pre,
    ln(1 + d.trade) as trade_log_pre,
    d.joint_igos as joint_igos_pre,
    d.ideal_point_distance as ideal_point_distance_pre,
    d.alliance_any as alliance_pre,
    d.discretion_all as discretion_all_pre,
    d.discretion_bilateral as discretion_bilateral_pre,
    d.dca_general as dca_general_pre,
    d.dca_sector as dca_sector_pre
from risk as r
-- not members together in that year: the controls are missing; join_counts counts these pairs
left join state_dyad_years as d
    on r.ccode_a = d.ccode_a and r.ccode_b = d.ccode_b and r.background_year = d.year
