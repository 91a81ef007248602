with breakthroughs as (
    select s.agreement_id, year(s.signed_latest) as year, s.ccode_a, s.ccode_b
    from agreement_signers as s
    inner join agreements as a on s.agreement_id = a.agreement_id
    where s.consent = 'signed' and list_has_any(string_split(a.all_types, ';'), ['arms_control', 'peace', 'recognition'])
        and year(s.signed_latest) between 1946 and 1999
),

counted (join_name, allowed, consequence, found) as (
    select
        'meetings of two effective leaders to meeting_outcomes', 4, 'a side was no member of the state system, or (known to the year) the two spells share no day: no row', o.meeting_id is not null
    from meeting_dyads as d
    left join meeting_outcomes as o on d.meeting_id = o.meeting_id and d.person_a = o.person_a and d.person_b = o.person_b
    where d.leader_a is not null and d.leader_b is not null
    union all
    select
        'meeting_stages of the time to meeting_outcomes', 36, 'a side was not the effective leader: not used', o.meeting_id is not null
    from meeting_stages as s
    left join meeting_outcomes as o on s.meeting_id = o.meeting_id and s.person_a = o.person_a and s.person_b = o.person_b
    where s.reading = 'of_the_time'
    union all
    select
        'panel rows in covered dyads to pair_last_meetings', 0, 'pair without a row: its last meeting is missing', l.year is not null
    from panel as p
    left join pair_last_meetings as l on p.leader_dyad_id = l.leader_dyad_id and p.year = l.year
    where p.covered_searched and p.leader_dyad_id is not null
    union all
    select
        'arms-control, peace and recognition agreements of 1946-1999 to dyad_breakthroughs', 355,
        'never rivals, never in a dispute and their leaders never met in a record, or no members: no row', b.year is not null
    from breakthroughs as a
    left join dyad_breakthroughs as b on a.ccode_a = b.ccode_a and a.ccode_b = b.ccode_b and a.year = b.year
)

select join_name, found, count(*) as counted, allowed, consequence
from counted
group by all
