-- the grade of a judged row that was taken out since stands with the rows left out; one stands nowhere any more, and was one
-- of the 32 of grade B that the sample drew beside 8 of grade A
with graded as (
    select coding_id, grade from coded.rival_meetings
    union all
    select coding_id, grade from coded.rival_meetings_excluded
),

judged as (
    select c.coding_id, coalesce(g.grade, 'B') as grade, c."exists" = 'true' as sure
    from coded.rival_meetings_checked as c
    left join graded as g on c.coding_id = g.coding_id
),

sampled as (
    select documented, documented_right from coded.resolution_sample
    union all
    select documented, documented_right from coded.resolution_sample_3
),

existence as (
    select 'exists' as check_name, 'grade_' || lower(grade) as stratum, count(*) filter (where sure) as cases, count(*) as total
    from judged group by grade
    union all
    select 'exists' as check_name, 'listed' as stratum, count(*) filter (where documented_right) as cases, count(*) as total
    from sampled where documented
),

-- what searched rivalries tell is taken off those searched or in part, so that the two levels do not overlap
passes as (
    select
        case when unit = 'meetings_searched' then 'searched' else 'partial' end as stratum,
        sum(case when measure = 'both' then agreement_count else 0 end) as both_passes,
        sum(case when measure = 'only_first' then agreement_count else 0 end) as only_first,
        sum(case when measure = 'only_second' then agreement_count else 0 end) as only_second
    from (
        select unit, measure, agreement_count from coding_agreement where unit in ('meetings_searched', 'meetings_searched_or_partial')
        union all
        select 'meetings_searched_or_partial' as unit, measure, -agreement_count
        from coding_agreement where unit = 'meetings_searched'
    )
    group by stratum
),

recalled as (
    select 'recall_first' as check_name, stratum, both_passes as cases, both_passes + only_second as total from passes
    union all
    select 'recall_second' as check_name, stratum, both_passes as cases, both_passes + only_first as total from passes
),

dated as (
    select 'same_day' as check_name, 'coded' as stratum, agreement_count as cases, agreement_total as total
    from coding_agreement where unit = 'meetings_searched_or_partial' and measure = 'same_day'
),

-- meetings of the United States that a list of the other side's travel tells of: do its own lists and searches tell of them?
doubly_listed as (
    select
        d.meeting_id,
        case when m.kind in ('multilateral_bilateral', 'sideline', 'funeral_talk') then 'side_talk' else 'bilateral' end as stratum,
        bool_or(e.source in ('state_dept_visits', 'state_dept_travels', 'rival_meetings')) as told
    from meeting_dyads as d
    inner join meetings as m on d.meeting_id = m.meeting_id
    inner join meeting_evidence as e on d.meeting_id = e.meeting_id
    where d.ccode_a = 2 and d.leader_a is not null and d.leader_b is not null
    group by d.meeting_id, stratum
    having bool_or(e.source in ('colt_south_america', 'china_vitae'))
),

listed as (
    select 'recall_list' as check_name, stratum, count(*) filter (where told) as cases, count(*) as total
    from doubly_listed group by stratum
),

known as (
    select judgement_id, meeting_id, person_a, person_b, direction, judgement from bonding
    where bonding_item = 'valence' and not retrospective and judgement <> 'unknown'
),

-- a second source of the time on the same side of the same meeting, each of the two taken once as the first
seconded as (
    select a.judgement as first_judgement, b.judgement as second_judgement
    from known as a
    inner join known as b
        on a.meeting_id = b.meeting_id and a.person_a = b.person_a and a.person_b = b.person_b and a.judgement_id <> b.judgement_id
        and (a.direction = b.direction or a.direction = 'both' or b.direction = 'both')
),

pairs_of_words as (
    select f.judgement as first_judgement, s.judgement as second_judgement
    from (values ('positive'), ('flat'), ('negative')) as f (judgement)
    cross join (values ('positive'), ('flat'), ('negative')) as s (judgement)
),

valence as (
    select
        'valence_second' as check_name,
        w.first_judgement || '_' || w.second_judgement as stratum,
        count(*) filter (where s.second_judgement = w.second_judgement) as cases,
        count(s.first_judgement) as total
    from pairs_of_words as w
    left join seconded as s on w.first_judgement = s.first_judgement
    group by w.first_judgement, w.second_judgement
)

select check_name::varchar as check_name, stratum::varchar as check_stratum, cases::integer as check_cases, total::integer as check_total
from (
    select * from existence
    union all
    select * from recalled
    union all
    select * from dated
    union all
    select * from listed
    union all
    select * from valence
)
