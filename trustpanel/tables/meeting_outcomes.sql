with settings as (
    select max(try_cast(value as date)) filter (where choice = 'dispute_data_last_day') as last_of_disputes from choices
),

-- a meeting known to the month spans it: outcomes begin after its last possible day
met as (
    select
        d.*,
        p.leader_dyad_id,
        p.pair_start,
        la.state_line as line_a,
        lb.state_line as line_b,
        (d.end_date + interval 12 month)::date as to_12,
        (d.end_date + interval 36 month)::date as to_36,
        (d.start_date - interval 36 month)::date as from_36
    from meeting_dyads as d
    inner join leader_dyads as p on d.leader_a = p.leader_a and d.leader_b = p.leader_b
    -- every member of the system has a line: no row is lost
    inner join state_code_lines as la on d.ccode_a = la.ccode
    inner join state_code_lines as lb on d.ccode_b = lb.ccode
    where d.documented and d.leader_a is not null and d.leader_b is not null
),

-- what is still possible of an event dated to a month or year: its first and its last day
disputed as (
    select
        la.state_line as line_a,
        lb.state_line as line_b,
        d.dispute_id,
        d.start_date as first_day,
        case d.start_precision
            when 'day' then d.start_date when 'month' then last_day(d.start_date) else make_date(year(d.start_date), 12, 31)
        end as last_day
    from disputes as d
    inner join state_code_lines as la on d.ccode_a = la.ccode
    inner join state_code_lines as lb on d.ccode_b = lb.ccode
),

disputes_near as (
    select
        m.meeting_id,
        m.person_a,
        m.person_b,
        bool_or(d.first_day > m.end_date and d.last_day <= m.to_12) as surely_12,
        bool_or(d.last_day > m.end_date and d.first_day <= m.to_12) as perhaps_12,
        bool_or(d.first_day > m.end_date and d.last_day <= m.to_36) as surely_36,
        bool_or(d.last_day > m.end_date and d.first_day <= m.to_36) as perhaps_36,
        bool_or(d.first_day >= m.from_36 and d.last_day < m.start_date) as surely_before,
        bool_or(d.last_day >= m.from_36 and d.first_day < m.start_date) as perhaps_before
    from met as m
    inner join disputed as d on m.line_a = d.line_a and m.line_b = d.line_b and d.last_day >= m.from_36 and d.first_day <= m.to_36
    group by m.meeting_id, m.person_a, m.person_b
),

-- a dispute that runs in the window without incident data could have reached any level
levels_after as (
    select
        m.meeting_id,
        m.person_a,
        m.person_b,
        max(i.incident_hostility) filter (where i.start_date > m.end_date and i.start_date <= m.to_36) as level,
        bool_or(i.dispute_id is null) as without_incidents
    from met as m
    inner join disputes as d on d.end_date > m.end_date and d.start_date <= m.to_36
    inner join state_code_lines as la on d.ccode_a = la.ccode and m.line_a = la.state_line
    inner join state_code_lines as lb on d.ccode_b = lb.ccode and m.line_b = lb.state_line
    left join dispute_incidents as i on d.dispute_id = i.dispute_id and d.ccode_a = i.ccode_a and d.ccode_b = i.ccode_b
    group by m.meeting_id, m.person_a, m.person_b
),

agreed as (
    select m.meeting_id, m.person_a, m.person_b,
        bool_or(s.signed_date > m.end_date and s.signed_latest <= m.to_36) as surely_36,
        bool_or(s.signed_latest > m.end_date and s.signed_date <= m.to_36) as perhaps_36,
        bool_or(s.signed_date >= m.from_36 and s.signed_latest < m.start_date) as surely_before,
        bool_or(s.signed_latest >= m.from_36 and s.signed_date < m.start_date) as perhaps_before
    from met as m
    inner join agreement_signers as s on s.signed_latest >= m.from_36 and s.signed_date <= m.to_36 and s.consent = 'signed'
    inner join state_code_lines as la on s.ccode_a = la.ccode and m.line_a = la.state_line
    inner join state_code_lines as lb on s.ccode_b = lb.ccode and m.line_b = lb.state_line
    inner join agreements as a
        on s.agreement_id = a.agreement_id
        and list_has_any(string_split(a.all_types, ';'), ['arms_control', 'peace', 'recognition'])
    group by m.meeting_id, m.person_a, m.person_b
),

-- stages so far: told of this meeting or of an earlier one of the same two; the ritual is of the meeting alone
staged as (
    select
        m.meeting_id,
        m.person_a,
        m.person_b,
        (count(s.stage_both) filter (where s.meeting_id = m.meeting_id and s.ritual))::tinyint as ritual_known,
        (count(*) filter (where s.meeting_id = m.meeting_id and s.ritual and s.stage_both))::tinyint as ritual_ingredients,
        max(s.stage_ab) filter (where s.bonding_item = 'sensibility') as sensibility_ab,
        max(s.stage_ba) filter (where s.bonding_item = 'sensibility') as sensibility_ba,
        max(s.stage_ab) filter (where s.bonding_item = 'index') as index_ab,
        max(s.stage_ba) filter (where s.bonding_item = 'index') as index_ba,
        max(s.stage_ab) filter (where s.bonding_item = 'interests_identified') as interests_ab,
        max(s.stage_ba) filter (where s.bonding_item = 'interests_identified') as interests_ba,
        max(s.stage_ab) filter (where s.bonding_item = 'humanisation') as humanised_ab,
        max(s.stage_ba) filter (where s.bonding_item = 'humanisation') as humanised_ba,
        max(s.stage_either) filter (where s.bonding_item = 'fake_or_asymmetric' and s.meeting_id = m.meeting_id) as fake_either,
        max(s.stage_either) filter (where s.bonding_item = 'suspension' and s.meeting_id = m.meeting_id) as suspended_either
    from met as m
    inner join met as e on m.person_a = e.person_a and m.person_b = e.person_b and e.end_date <= m.end_date
    inner join (
        select *, bonding_item in ('co_presence', 'common_focus', 'common_mood', 'barrier_to_outsiders') as ritual
        from meeting_stages
        where reading = 'of_the_time'
    ) as s on e.meeting_id = s.meeting_id and e.person_a = s.person_a and e.person_b = s.person_b
    group by m.meeting_id, m.person_a, m.person_b
),

ordered as (
    select meeting_id, person_a, person_b,
        row_number() over (partition by person_a, person_b order by start_date, end_date, meeting_id) as place
    from met
),

-- both members on the last day of the window
lasting as (
    select m.meeting_id, m.person_a, m.person_b, bool_or(m.to_12 between y.start_date and y.end_date) as to_12, bool_or(m.to_36 between y.start_date and y.end_date) as to_36
    from met as m
    inner join state_code_lines as la on m.line_a = la.state_line
    inner join state_code_lines as lb on m.line_b = lb.state_line
    inner join state_dyad_spells as y on la.ccode = y.ccode_a and lb.ccode = y.ccode_b
    group by m.meeting_id, m.person_a, m.person_b
)

select
    m.meeting_id,
    m.ccode_a,
    m.ccode_b,
    m.person_a,
    m.person_b,
    m.leader_a,
    m.leader_b,
    year(m.start_date)::smallint as year,
    m.start_date,
    m.end_date,
    k.at_risk,
    v.covered_start is not null as meeting_covered,
    case when o.place > 1 then false when w.covered_start is not null then true end as first_of_pair,
    t.sensibility_ab,
    t.sensibility_ba,
    t.index_ab,
    t.index_ba,
    t.interests_ab,
    t.interests_ba,
    t.humanised_ab,
    t.humanised_ba,
    case when t.ritual_known > 0 then t.ritual_ingredients end as ritual_ingredients,
    coalesce(t.ritual_known, 0)::tinyint as ritual_known,
    l.valence_ab,
    l.valence_ba,
    l.valence,
    case
        when least(l.valence_ab, l.valence_ba) >= 0 and greatest(l.valence_ab, l.valence_ba) > 0 and l.valence is not null then 'positive'
        when l.valence_ab = 0 and l.valence_ba = 0 then 'flat'
        when greatest(l.valence_ab, l.valence_ba) <= 0 and least(l.valence_ab, l.valence_ba) < 0 and l.valence is not null then 'negative'
        when l.valence is not null then 'opposed'
    end as valence_class,
    t.fake_either,
    t.suspended_either,
    case when m.start_date > s.last_of_disputes then null when n.surely_before then 1 when n.perhaps_before then null else 0 end::tinyint as dispute_before_meeting_36,
    case when not coalesce(z.to_12, false) or m.to_12 > s.last_of_disputes then null when n.surely_12 then 1 when n.perhaps_12 then null else 0 end::tinyint
        as dispute_after_meeting_12,
    case when not coalesce(z.to_36, false) or m.to_36 > s.last_of_disputes then null when n.surely_36 then 1 when n.perhaps_36 then null else 0 end::tinyint
        as dispute_after_meeting_36,
    case
        when coalesce(z.to_36, false) and m.start_date >= date '1992-01-01' and m.to_36 <= s.last_of_disputes and not coalesce(h.without_incidents, false)
            then coalesce(h.level, 0)
    end::tinyint as incident_level_after_36,
    case when m.from_36 < date '1920-01-01' or year(m.start_date) > 1999 then null when g.surely_before then 1 when g.perhaps_before then null else 0 end::tinyint
        as agreement_before_36,
    case
        when not coalesce(z.to_36, false) or m.end_date < date '1920-01-01' or year(m.to_36) > 1999 then null
        when g.surely_36 then 1 when g.perhaps_36 then null else 0
    end::tinyint as agreement_after_36
from met as m
cross join settings as s
inner join ordered as o on m.meeting_id = o.meeting_id and m.person_a = o.person_a and m.person_b = o.person_b
-- left joins: the meeting stays; no background before 1946, no coverage, nothing told, no dispute and no agreement near it
left join pair_background as k on m.leader_a = k.leader_a and m.leader_b = k.leader_b
left join covered_dyads as v
    on v.coverage_kind = 'official_list' and m.ccode_a = v.ccode_a and m.ccode_b = v.ccode_b and m.start_date between v.covered_start and v.covered_end
left join covered_dyads as w
    on w.coverage_kind = 'searched' and m.ccode_a = w.ccode_a and m.ccode_b = w.ccode_b
    and m.pair_start >= w.covered_start and m.start_date between w.covered_start and w.covered_end
left join staged as t on m.meeting_id = t.meeting_id and m.person_a = t.person_a and m.person_b = t.person_b
left join meeting_valence as l on m.meeting_id = l.meeting_id and m.person_a = l.person_a and m.person_b = l.person_b
left join disputes_near as n on m.meeting_id = n.meeting_id and m.person_a = n.person_a and m.person_b = n.person_b
left join levels_after as h on m.meeting_id = h.meeting_id and m.person_a = h.person_a and m.person_b = h.person_b
left join agreed as g on m.meeting_id = g.meeting_id and m.person_a = g.person_a and m.person_b = g.person_b
left join lasting as z on m.meeting_id = z.meeting_id and m.person_a = z.person_a and m.person_b = z.person_b
