-- one list covers the travel of one state to every other, on all days that it covers: members or not on that day
with dyads as (
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
    from coded.coverage_lists as l
    inner join (select distinct ccode from states) as o on l.traveller_ccode <> o.ccode
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

select ccode_a, ccode_b, start_date, end_date, channel, side, level, source
from dyads
union all
select ccode_a, ccode_b, start_date, end_date, channel, side, level, source
from searches
