-- a treaty of one state names another as its target; where the treaty names a code whose state goes on, or went before,
-- under another code (255 and 260), that state is meant too
with named as (
    select m.atop_id, m.phase, m.ccode as hedger, x.threat, m.start_date, m.end_date
    from facts.atop51_members as m, unnest([m.threat_1, m.threat_2]) as x (threat)
    where x.threat > 0
),

targets as (
    select ccode as threat, bearer_ccode as target from state_bearers
    union all
    select ccode_after, ccode from state_lines
),

against as (
    select distinct
        n.atop_id,
        n.hedger,
        t.target,
        n.start_date,
        coalesce(n.end_date, date '2018-12-31') as last_day,
        n.end_date is null as goes_on
    from named as n
    inner join targets as t on n.threat = t.threat
    -- a guarantee among members (Locarno) is no hedge of theirs
    where n.hedger <> t.target and not exists (
        select 1 from facts.atop51_members as o where o.atop_id = n.atop_id and o.phase = n.phase and o.ccode = t.target
    )
),

races as (
    select r.race_id, x.hedger, x.target, r.year_from, r.year_to
    from facts.grh_arms_races as r, unnest([
        {'hedger': r.ccode_a, 'target': r.ccode_b}, {'hedger': r.ccode_b, 'target': r.ccode_a}
    ]) as u (x)
)

select
    'alliance' as hedge,
    'atop-' || a.atop_id as hedge_record,
    a.hedger as hedger_ccode,
    a.target as target_ccode,
    a.start_date,
    a.last_day as end_date,
    a.goes_on as hedge_goes_on
from against as a
union all
select
    'arms_race',
    'grh-' || r.race_id,
    r.hedger,
    r.target,
    make_date(r.year_from, 1, 1),
    make_date(r.year_to, 12, 31),
    r.year_to >= 1984
from races as r
