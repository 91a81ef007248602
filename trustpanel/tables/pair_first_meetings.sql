-- the pieces of a pair's joint time in office, each with the first meeting as known on its first day
with pieces as (
    select
        leader_dyad_id,
        year,
        contact_known,
        min(first_contact_date) over (partition by leader_dyad_id) as first_contact_date
    from pair_stock_spells
)

select
    leader_dyad_id,
    year,
    -- a meeting after the year is no meeting yet
    case when bool_and(contact_known) then coalesce(any_value(year(first_contact_date)) <= year, false) end as met_by_year_end
from pieces
group by leader_dyad_id, year
