-- every dated change of a leader belongs to a state-year of the same file
with dated as (
    select
        ccode,
        year,
        count(*) filter (where support_changed) as with_change,
        count(*) filter (where not support_changed) as without_change
    from facts.chisols_changes
    where leader_changed
    group by ccode, year
)

-- no dated change: 0, since the source covers the state-year
select
    y.ccode,
    y.year,
    y.leader_transitions,
    coalesce(d.with_change, 0)::tinyint as transitions_with_support_change,
    coalesce(d.without_change, 0)::tinyint as transitions_without_support_change,
    y.support_changes,
    y.support_changes_brief,
    y.support_changes_minor,
    y.not_independent
from facts.chisols_state_years as y
left join dated as d on y.ccode = d.ccode and y.year = d.year
