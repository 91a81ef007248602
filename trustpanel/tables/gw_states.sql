with horizon as (
    select value::date as last_known from choices where choice = 'leader_data_last_day'
),

listed as (
    select *, end_date = max(end_date) over () as open_at_end
    from facts.peacesciencer_gw_states
)

select
    gwcode,
    state_abb as gw_state_abb,
    state_name as gw_state_name,
    start_date,
    case when open_at_end then last_known else end_date end as end_date,
    open_at_end as gw_membership_carried
from listed, horizon
