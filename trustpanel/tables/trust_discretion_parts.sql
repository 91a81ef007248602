with settings as (
    select
        max(try_cast(value as integer)) filter (where choice = 'igo_small_members') as small,
        max(try_cast(value as double)) filter (where choice = 'igo_small_share') as small_share
    from choices
),

troops as (
    select b.bearer_ccode as ccode_b, t.year, max(t.troops) as troops
    from facts.us_troops as t
    inner join state_bearers as b on t.ccode = b.ccode
    group by all
),

-- the codes of the exercises are Gleditsch-Ward codes
exercise_states as (
    select distinct e.exercise, e.year, coalesce(g.ccode, e.gwcode) as ccode
    from facts.joint_exercises as e
    -- no row: the two lists use the same code
    left join code_spells as g
        on e.gwcode = g.gwcode
        and make_date(e.year, 12, 31) between g.start_date and g.end_date
),

exercises as (
    select a.ccode as ccode_a, b.ccode as ccode_b, a.year, count(*) as exercises
    from exercise_states as a
    inner join exercise_states as b on a.exercise = b.exercise and a.year = b.year and a.ccode < b.ccode
    group by all
),

system as (
    select y.year, count(*) as states
    from calendar_years as y
    inner join states as s on make_date(y.year, 12, 31) between s.start_date and s.end_date
    group by y.year
),

-- organisations of few, year by year
small as (
    select m.igo, y.year
    from facts.igo_members as m
    inner join system as y on y.year between m.year_from and m.year_to
    group by m.igo, y.year, y.states
    having count(*) < (select least(s.small, s.small_share * y.states) from settings as s)
),

-- a state that goes on under another code joined when its first code did
members as (
    select m.igo, m.ccode, m.year_from, m.year_to, coalesce(b.year_from, m.year_from) as joined
    from facts.igo_members as m
    left join state_lines as l on m.ccode = l.ccode_after
    left join facts.igo_members as b
        on l.ccode = b.ccode and m.igo = b.igo and m.year_from between b.year_from and b.year_to + 1
    -- open to the whole world by its treaty: no organisation of few, however few founded it
    anti join coded.open_organisations as o on m.igo = o.igo
),

delegated as (
    select
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        y.year,
        sum(d.delegation::double) as delegation,
        sum(d.pooling::double) as pooling,
        count(*) as organisations
    from members as a
    inner join members as b
        on a.igo = b.igo and a.ccode < b.ccode and a.year_from <= b.year_to and b.year_from <= a.year_to
    -- of few when the later of the two joined: what it grows into takes nothing from what they granted
    inner join small as s on a.igo = s.igo and s.year = greatest(a.joined, b.joined)
    inner join calendar_years as y
        on y.year between greatest(a.year_from, b.year_from) and least(a.year_to, b.year_to)
    -- an organisation without a score that year adds nothing; join_counts counts them
    inner join facts.mia_delegation as d on a.igo = d.igo and y.year between d.year_from and d.year_to
    group by all
),

commissions as (
    select ccode_a, ccode_b, year, count(*) as commissions
    from defence_agreement_years
    where dca_is_commission
    group by all
),

-- known from the first agreement of the two on; agreements without a known end count until the source ends
waters as (
    select
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        y.year,
        count(distinct w.water_chain) filter (where w.water_joint_management) as joint_bodies
    from water_agreements as w
    inner join state_bearers as a on w.ccode_a = a.ccode
    inner join state_bearers as b on w.ccode_b = b.ccode
    inner join calendar_years as y on y.year between year(w.signed_date) and 2007
    where w.water_joint_management is not null
    group by all
)

-- left joins: every dyad of 31 December stays; no row of a source that is complete within its window is 0
select
    y.ccode_a,
    y.ccode_b,
    y.year,
    case when y.ccode_a = 2 then t.troops end as us_troops_hosted,
    case when y.ccode_a = 2 then ln(1 + t.troops) end as us_troops_hosted_log,
    case when y.year between 1980 and 2010 then coalesce(e.exercises, 0) end as joint_exercises,
    case when y.year between 1950 and 2014 then coalesce(d.delegation, 0) end as delegated_authority,
    case when y.year between 1950 and 2014 then coalesce(d.pooling, 0) end as pooled_authority,
    case when y.year between 1950 and 2014 then coalesce(d.organisations, 0) end as scored_organisations,
    case when y.year between 1980 and 2010 then coalesce(c.commissions, 0) end as defence_commissions,
    w.joint_bodies as joint_water_bodies
from year_end_dyads as y
left join troops as t on y.ccode_b = t.ccode_b and y.year = t.year
left join exercises as e on y.ccode_a = e.ccode_a and y.ccode_b = e.ccode_b and y.year = e.year
left join delegated as d on y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b and y.year = d.year
left join commissions as c on y.ccode_a = c.ccode_a and y.ccode_b = c.ccode_b and y.year = c.year
left join waters as w on y.ccode_a = w.ccode_a and y.ccode_b = w.ccode_b and y.year = w.year
where
    y.year between 1950 and 2014
    or w.joint_bodies is not null
    or (y.ccode_a = 2 and t.troops is not null)
