-- left joins: every dyad whose discretion is observable stays; no agreement leaves oversight and rules undefined
with sides as (
    select
        d.ccode_a,
        d.ccode_b,
        d.year,
        d.discretion_parts > 0 as discretion_side,
        d.discretion_parts > 0 and not d.imposed_hierarchy as discretion_free_side,
        d.security_discretion_parts > 0 as discretion_security_side,
        2 * o.oversight_leeway_parts > o.oversight_parts_known as oversight_side,
        list_bool_and([o.arms_control_leeway_least >= 2, o.nuclear_leeway > 0.5]) as oversight_security_side,
        2 * r.rules_framework_parts > r.rules_parts_known as rules_side,
        list_bool_and([r.dca_framework_share > 0.5, r.treaty_framework_share > 0.5]) as rules_security_side
    from trust_discretion as d
    left join trust_oversight as o on d.ccode_a = o.ccode_a and d.ccode_b = o.ccode_b and d.year = o.year
    left join trust_rules as r on d.ccode_a = r.ccode_a and d.ccode_b = r.ccode_b and d.year = r.year
)

select
    ccode_a,
    ccode_b,
    year,
    discretion_side,
    oversight_side,
    rules_side,
    list_count(list_filter([discretion_side, oversight_side, rules_side], lambda x: x)) as convergence_count,
    list_count([discretion_side, oversight_side, rules_side]) as convergence_known,
    case when list_count([discretion_free_side, oversight_side, rules_side]) > 0
        then list_count(list_filter([discretion_free_side, oversight_side, rules_side], lambda x: x)) end
        as convergence_free_count,
    list_count([discretion_free_side, oversight_side, rules_side]) as convergence_free_known,
    case when list_count([discretion_security_side, oversight_security_side, rules_security_side]) > 0
        then list_count(
            list_filter([discretion_security_side, oversight_security_side, rules_security_side], lambda x: x)
        ) end as convergence_security_count,
    list_count([discretion_security_side, oversight_security_side, rules_security_side]) as convergence_security_known
from sides
