-- codes by date: a leader whose state changes code has a spell under each
with coded_spells as (
    select
        l.leader_id,
        coalesce(g.ccode, l.ccode) as ccode,
        greatest(l.start_date, coalesce(g.start_date, l.start_date)) as start_date,
        least(l.end_date, coalesce(g.end_date, l.end_date)) as end_date,
        l.start_precision
    from leaders as l
    -- no row: the leader's own code holds for the whole spell
    left join code_spells as g on l.gwcode = g.gwcode and l.start_date <= g.end_date and l.end_date >= g.start_date
)

-- leaders of entities outside the state system (Transvaal, Tibet, Zanzibar ...) fall away here; join_counts counts them
select
    c.leader_id,
    c.ccode,
    greatest(c.start_date, s.start_date) as start_date,
    least(c.end_date, s.end_date) as end_date,
    case when c.start_date >= s.start_date then c.start_precision else 'day' end as start_precision
from coded_spells as c
inner join states as s on c.ccode = s.ccode and c.start_date <= s.end_date and c.end_date >= s.start_date
