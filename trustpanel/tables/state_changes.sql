with settings as (
    select
        max(try_cast(value as integer)) filter (where choice = 'change_years') as span,
        max(try_cast(value as double)) filter (where choice = 'reform_polyarchy') as polyarchy_step,
        max(try_cast(value as integer)) filter (where choice = 'reform_polity_points') as polity_step
    from choices
),

-- three years of outcome (t to t+2) lie between what is behind and what is ahead
spans as (
    select y.ccode, y.year, s.* from state_years as y cross join settings as s where y.year >= 1946
),

-- left joins: a span of which a year is not covered is unknown, also where another year has a change: known changes
-- without their like among the unchanged would select
turnover as (
    select
        y.ccode,
        y.year,
        count(c.year) filter (where c.year < y.year) = any_value(y.span) as known_behind,
        bool_or(c.leader_transitions > 0) filter (where c.year < y.year) as leader_behind,
        bool_or(c.support_changes + c.support_changes_brief > 0) filter (where c.year < y.year) as support_behind,
        bool_or(c.leader_transitions > 0) filter (where c.year = y.year - 1) as leader_last,
        bool_or(c.support_changes + c.support_changes_brief > 0) filter (where c.year = y.year - 1) as support_last,
        count(c.year) filter (where c.year > y.year + 2) = any_value(y.span) as known_ahead,
        bool_or(c.support_changes + c.support_changes_brief > 0) filter (where c.year > y.year + 2) as support_ahead
    from spans as y
    left join support_changes as c
        on y.ccode = c.ccode and c.year between y.year - y.span and y.year + 2 + y.span
    group by y.ccode, y.year
),

-- left joins: a state that is not coded at both ends of a span has no change that is known
institutions as (
    select
        y.ccode,
        y.year,
        y.polyarchy_step,
        y.polity_step,
        b.polyarchy - a.polyarchy as polyarchy_behind,
        b.polity2 - a.polity2 as polity_behind,
        d.polyarchy - c.polyarchy as polyarchy_ahead
    from spans as y
    left join state_years as a on y.ccode = a.ccode and y.year - 1 - y.span = a.year
    left join state_years as b on y.ccode = b.ccode and y.year - 1 = b.year
    left join state_years as c on y.ccode = c.ccode and y.year + 2 = c.year
    left join state_years as d on y.ccode = d.ccode and y.year + 2 + y.span = d.year
)

select
    t.ccode,
    t.year,
    case when t.known_behind then t.leader_behind end as leader_change_3y,
    case when t.known_behind then t.support_behind end as support_change_3y,
    t.leader_last as leader_change_last,
    t.support_last as support_change_last,
    -- the published index has three decimals
    round(abs(i.polyarchy_behind), 6) >= i.polyarchy_step as reform_3y,
    round(i.polyarchy_behind, 6) >= i.polyarchy_step as reform_upward_3y,
    abs(i.polity_behind) >= i.polity_step as reform_polity_3y,
    case when t.known_ahead then t.support_ahead end as support_change_ahead,
    round(abs(i.polyarchy_ahead), 6) >= i.polyarchy_step as reform_ahead
from turnover as t
inner join institutions as i on t.ccode = i.ccode and t.year = i.year
