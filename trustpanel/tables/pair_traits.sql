-- only pairs of which both sides have a row in leader_traits: the traits of the others are unknown
select
    d.leader_a,
    d.leader_b,
    a.military_service and b.military_service as military_service_both,
    a.military_service or b.military_service as military_service_either,
    a.combat and b.combat as combat_both,
    a.combat or b.combat as combat_either,
    a.rebel and b.rebel as rebel_both,
    a.rebel or b.rebel as rebel_either,
    case when a.education is not null and b.education is not null then least(a.education, b.education) end as education_least,
    abs(a.education - b.education) as education_difference,
    case
        when a.years_in_politics is not null and b.years_in_politics is not null
            then least(a.years_in_politics, b.years_in_politics)
    end as years_in_politics_least,
    abs(a.years_in_politics - b.years_in_politics) as years_in_politics_difference,
    greatest(a.willingness_1, b.willingness_1) as willingness_1_greatest,
    abs(a.willingness_1 - b.willingness_1) as willingness_1_difference,
    greatest(a.willingness_2, b.willingness_2) as willingness_2_greatest,
    abs(a.willingness_2 - b.willingness_2) as willingness_2_difference,
    greatest(a.willingness_3, b.willingness_3) as willingness_3_greatest,
    abs(a.willingness_3 - b.willingness_3) as willingness_3_difference,
    greatest(a.willingness_4, b.willingness_4) as willingness_4_greatest,
    abs(a.willingness_4 - b.willingness_4) as willingness_4_difference,
    list_sum([
        (a.education = b.education)::tinyint,
        (a.military_service = b.military_service)::tinyint,
        (a.combat = b.combat)::tinyint,
        (a.rebel = b.rebel)::tinyint,
        (a.war_won = b.war_won)::tinyint,
        (a.war_lost = b.war_lost)::tinyint,
        (a.rebellion_won = b.rebellion_won)::tinyint,
        (a.rebellion_lost = b.rebellion_lost)::tinyint
    ]) as traits_alike,
    list_sum([
        (a.education is not null and b.education is not null)::tinyint,
        (a.military_service is not null and b.military_service is not null)::tinyint,
        (a.combat is not null and b.combat is not null)::tinyint,
        (a.rebel is not null and b.rebel is not null)::tinyint,
        (a.war_won is not null and b.war_won is not null)::tinyint,
        (a.war_lost is not null and b.war_lost is not null)::tinyint,
        (a.rebellion_won is not null and b.rebellion_won is not null)::tinyint,
        (a.rebellion_lost is not null and b.rebellion_lost is not null)::tinyint
    ]) as traits_known
from leader_dyads as d
inner join leader_traits as a on d.leader_a = a.leader_id
inner join leader_traits as b on d.leader_b = b.leader_id
