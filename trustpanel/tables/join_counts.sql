with parts as (
    select join_name, found, counted, allowed, consequence from join_counts_spine
    union all
    select join_name, found, counted, allowed, consequence from join_counts_outcomes
    union all
    select join_name, found, counted, allowed, consequence from join_counts_controls
    union all
    select join_name, found, counted, allowed, consequence from join_counts_other_sources
    union all
    select join_name, found, counted, allowed, consequence from join_counts_society
    union all
    select join_name, found, counted, allowed, consequence from join_counts_trust
    union all
    select join_name, found, counted, allowed, consequence from join_counts_agreements
    union all
    select join_name, found, counted, allowed, consequence from join_counts_time
    union all
    select join_name, found, counted, allowed, consequence from join_counts_gw
    union all
    select join_name, found, counted, allowed, consequence from join_counts_horizons
    union all
    select join_name, found, counted, allowed, consequence from join_counts_changes
    union all
    select join_name, found, counted, allowed, consequence from join_counts_meetings
    union all
    select join_name, found, counted, allowed, consequence from join_counts_breaks
)

-- one allowance and one consequence a join: another pair would be a second row of its key
select
    join_name,
    sum(counted)::bigint as rows,
    coalesce(sum(counted) filter (where found), 0)::bigint as matched,
    coalesce(sum(counted) filter (where not found), 0)::bigint as unmatched,
    allowed::bigint as allowed,
    consequence
from parts
group by join_name, allowed, consequence
