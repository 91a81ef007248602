select join_name, rows, matched, unmatched, allowed, consequence from join_counts_spine
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_outcomes
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_controls
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_other_sources
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_society
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_trust
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_agreements
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_time
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_gw
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_horizons
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_changes
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_meetings
union all
select join_name, rows, matched, unmatched, allowed, consequence from join_counts_breaks
