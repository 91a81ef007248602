with lists as (
    select * from coded.coverage_lists
),

member as (
    select ccode, min(start_date) as start_date, max(end_date) as end_date from states group by ccode
),

-- one list covers the travel of one state (or of a group) to every other; it says nothing before both states exist
dyads as (
    select
        least(l.traveller_ccode, o.ccode)::smallint as ccode_a,
        greatest(l.traveller_ccode, o.ccode)::smallint as ccode_b,
        l.start_date,
        l.end_date,
        case
            when l.channel = 'at_other' and l.traveller_ccode < o.ccode then 'in_b'
            when l.channel = 'at_other' then 'in_a'
            when l.channel = 'at_home' and l.traveller_ccode < o.ccode then 'in_a'
            when l.channel = 'at_home' then 'in_b'
            else l.channel
        end as channel,
        case
            when l.channel = 'at_home' then case when l.traveller_ccode < o.ccode then 'b' else 'a' end
            else case when l.traveller_ccode < o.ccode then 'a' else 'b' end
        end as side,
        l.level,
        l.source
    from lists as l
    inner join member as o on l.traveller_ccode <> o.ccode
),

-- a search aims at both sides' travel at once; side talks at multilateral meetings stay partial even then
searches as (
    select
        r.ccode_a,
        r.ccode_b,
        r.from_date as start_date,
        r.to_date as end_date,
        c.channel,
        s.side,
        case when c.channel = 'multilateral_side' and r.level = 'searched' then 'partial' else r.level end as level,
        'rival_coverage' as source
    from coded.rival_coverage as r
    cross join (values ('in_a'), ('in_b'), ('third_soil'), ('multilateral_side')) as c (channel)
    cross join (values ('a'), ('b')) as s (side)
)

select ccode_a, ccode_b, min(start_date) as start_date, max(end_date) as end_date, channel, side, level, source
from dyads
group by ccode_a, ccode_b, channel, side, level, source
union all
select ccode_a, ccode_b, start_date, end_date, channel, side, level, source
from searches
