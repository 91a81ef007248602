with settings as (
    select max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month from choices
),

met as (
    select
        d.person_a,
        d.person_b,
        d.end_date,
        d.meeting_id,
        v.valence_class
    from meeting_dyads as d
    -- a meeting of two who form no pair (join_counts): valence unknown
    left join meeting_outcomes as v on d.meeting_id = v.meeting_id and d.person_a = v.person_a and d.person_b = v.person_b
    where d.documented and d.leader_a is not null and d.leader_b is not null
    -- of meetings that end on one day the last in order speaks
    qualify row_number() over (partition by d.person_a, d.person_b, d.end_date order by d.start_date desc, d.meeting_id desc) = 1
),

pairs as (
    select distinct y.leader_dyad_id, p.person_a, p.person_b
    from leader_dyad_years as y
    inner join leader_dyads as p on y.leader_a = p.leader_a and y.leader_b = p.leader_b
),

-- left: the two have not met
last_met as (
    select
        c.leader_dyad_id,
        year(c.month)::smallint as year,
        c.contact_known,
        c.contact_meetings,
        m.meeting_id,
        m.valence_class,
        (c.as_of - m.end_date) / s.days_per_month <= 36 as recent
    from pair_stocks as c
    cross join settings as s
    inner join pairs as p on c.leader_dyad_id = p.leader_dyad_id
    asof left join met as m on p.person_a = m.person_a and p.person_b = m.person_b and c.as_of >= m.end_date
    where month(c.month) = 1
)

select
    leader_dyad_id,
    year,
    case when contact_known then meeting_id end as last_meeting_id,
    case when contact_known then valence_class end as last_valence_class,
    case when contact_known then contact_meetings = 0 end as never_met,
    case when contact_known then coalesce(recent, false) end as met_36,
    case when contact_known then coalesce(recent and valence_class = 'positive', false) end as last_positive_36,
    case when contact_known then coalesce(recent and valence_class = 'flat', false) end as last_flat_36,
    case when contact_known then coalesce(recent and valence_class = 'negative', false) end as last_negative_36,
    case when contact_known then coalesce(recent and coalesce(valence_class = 'opposed', true), false) end as last_unclear_36
from last_met
