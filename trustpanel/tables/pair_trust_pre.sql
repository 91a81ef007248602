with prior as (
    select value::double as belief from choices where choice = 'belief_prior'
)

-- left joins: no row on 31 December of the year before the pair leaves the columns missing, except where the table says
-- what no row means for two members of the system: no agreement, a belief that is still the prior
select
    p.leader_a,
    p.leader_b,
    p.background_year,
    d.discretion_parts as discretion_parts_pre,
    d.discretion_parts_known as discretion_parts_known_pre,
    d.discretion_share as discretion_share_pre,
    d.imposed_hierarchy as imposed_hierarchy_pre,
    e.us_troops_hosted_log as us_troops_hosted_log_pre,
    e.joint_exercises as joint_exercises_pre,
    e.delegated_authority as delegated_authority_pre,
    e.joint_water_bodies as joint_water_bodies_pre,
    o.arms_control_leeway as arms_control_leeway_pre,
    o.nuclear_leeway as nuclear_leeway_pre,
    o.water_leeway as water_leeway_pre,
    o.oversight_leeway_parts as oversight_leeway_parts_pre,
    o.oversight_parts_known as oversight_parts_known_pre,
    r.dca_framework_share as dca_framework_share_pre,
    r.treaty_framework_share as treaty_framework_share_pre,
    r.settlement_procedural_share as settlement_procedural_share_pre,
    r.alliance_formality as alliance_formality_pre,
    r.rules_framework_parts as rules_framework_parts_pre,
    r.rules_parts_known as rules_parts_known_pre,
    h.alliance_against_either as alliance_against_either_pre,
    h.arms_race as arms_race_pre,
    h.hedges as hedges_pre,
    h.hedges_known as hedges_known_pre,
    h.hedge_removed_ab or h.hedge_removed_ba as hedge_removed_pre,
    c.convergence_count as convergence_count_pre,
    c.convergence_known as convergence_known_pre,
    c.convergence_security_count as convergence_security_count_pre,
    c.convergence_security_known as convergence_security_known_pre,
    case when p.background_year between 1920 and 1999 and y.year is not null
        then (coalesce(a.political_agreements, 0) - coalesce(w.agreements_by_pair, 0))::smallint end
        as political_agreements_pre,
    case when p.background_year between 1920 and 1999 and y.year is not null
        then (coalesce(a.agreements_survived, 0) - coalesce(w.agreements_by_pair_survived, 0))::smallint end
        as agreements_survived_pre,
    case when p.background_year between 1919 and 1999 and y.year is not null
        then coalesce(b.belief_weak_link, q.belief) end
        as belief_weak_link_pre,
    s.trade_dependence_weak_link as trade_dependence_weak_link_pre,
    s.social_trust_weak_link as social_trust_weak_link_pre
from pair_background as p
inner join leader_dyads as l on p.leader_a = l.leader_a and p.leader_b = l.leader_b and p.leader_dyad_id = l.leader_dyad_id
cross join prior as q
-- a new state, or none any more, has no 31 December to read
left join year_end_dyads as y
    on l.ccode_a = y.ccode_a and l.ccode_b = y.ccode_b and p.background_year = y.year
left join trust_discretion as d
    on l.ccode_a = d.ccode_a and l.ccode_b = d.ccode_b and p.background_year = d.year
left join trust_discretion_parts as e
    on l.ccode_a = e.ccode_a and l.ccode_b = e.ccode_b and p.background_year = e.year
left join trust_oversight as o
    on l.ccode_a = o.ccode_a and l.ccode_b = o.ccode_b and p.background_year = o.year
left join trust_rules as r
    on l.ccode_a = r.ccode_a and l.ccode_b = r.ccode_b and p.background_year = r.year
left join trust_hedging as h
    on l.ccode_a = h.ccode_a and l.ccode_b = h.ccode_b and p.background_year = h.year
left join trust_convergence as c
    on l.ccode_a = c.ccode_a and l.ccode_b = c.ccode_b and p.background_year = c.year
left join agreement_stocks as a
    on l.ccode_a = a.ccode_a and l.ccode_b = a.ccode_b and p.background_year = a.year
-- what the same two persons signed in earlier terms is theirs, not their states'
left join pair_agreements as w on p.leader_dyad_id = w.leader_dyad_id and w.year = p.background_year + 1
left join state_beliefs as b
    on l.ccode_a = b.ccode_a and l.ccode_b = b.ccode_b and p.background_year = b.year
left join society_dyad_years as s
    on l.ccode_a = s.ccode_a and l.ccode_b = s.ccode_b and p.background_year = s.year
