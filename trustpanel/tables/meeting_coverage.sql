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
)

select ccode_a, ccode_b, min(start_date) as start_date, max(end_date) as end_date, channel, side, level, source
from dyads
group by ccode_a, ccode_b, channel, side, level, source
