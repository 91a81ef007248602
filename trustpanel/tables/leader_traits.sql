-- both facts have the same leaders, those with a LEAD number; join_counts counts leaders without a spell
select
    t.leader_id,
    t.education,
    t.military_service,
    t.combat,
    t.rebel,
    t.war_won,
    t.war_lost,
    t.rebellion_won,
    t.rebellion_lost,
    t.years_in_politics,
    w.theta1_mean as willingness_1,
    w.theta1_sd as willingness_1_sd,
    w.theta2_mean as willingness_2,
    w.theta2_sd as willingness_2_sd,
    w.theta3_mean as willingness_3,
    w.theta3_sd as willingness_3_sd,
    w.theta4_mean as willingness_4,
    w.theta4_sd as willingness_4_sd
from facts.lead_traits as t
inner join leaders as l on t.leader_id = l.leader_id
left join facts.lwuf_scores as w on t.leader_id = w.leader_id
