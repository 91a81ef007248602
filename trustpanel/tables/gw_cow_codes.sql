with coded_spells as (
    select
        g.gwcode,
        coalesce(x.ccode, g.gwcode) as ccode,
        greatest(g.start_date, coalesce(x.start_date, g.start_date)) as start_date,
        least(g.end_date, coalesce(x.end_date, g.end_date)) as end_date
    from gw_states as g
    -- no row: the two lists use the same code
    left join code_spells as x on g.gwcode = x.gwcode and g.start_date <= x.end_date and g.end_date >= x.start_date
),

-- days on which the state is a member of both lists
in_both as (
    select
        c.gwcode,
        c.ccode,
        greatest(c.start_date, s.start_date) as start_date,
        least(c.end_date, s.end_date) as end_date
    from coded_spells as c
    inner join states as s on c.ccode = s.ccode and c.start_date <= s.end_date and c.end_date >= s.start_date
),

turns as (
    select gwcode, start_date as spell_start, end_date as spell_end, start_date as turn from gw_states
    union
    select g.gwcode, g.start_date, g.end_date, b.start_date
    from gw_states as g
    inner join in_both as b on g.gwcode = b.gwcode and b.start_date between g.start_date and g.end_date
    union
    select g.gwcode, g.start_date, g.end_date, b.end_date + 1
    from gw_states as g
    inner join in_both as b on g.gwcode = b.gwcode and b.end_date + 1 between g.start_date and g.end_date
),

stretches as (
    select
        gwcode,
        turn as start_date,
        coalesce(lead(turn) over (partition by gwcode, spell_start order by turn) - 1, spell_end) as end_date
    from turns
)

-- a stretch outside the Correlates of War list stays, without a code; join_counts counts the years
select s.gwcode, b.ccode, s.start_date, s.end_date
from stretches as s
left join in_both as b on s.gwcode = b.gwcode and s.start_date between b.start_date and b.end_date
