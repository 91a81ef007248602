-- the first 31 December on which the hedge is gone
with ended as (
    select hedge, hedger_ccode, target_ccode, year(end_date + interval 1 day)::smallint as removal_year
    from hedges
    where not hedge_goes_on
)

select distinct e.hedge, e.hedger_ccode, e.target_ccode, e.removal_year
from ended as e
-- a state that is gone by 31 December, or is not there yet, removes nothing and has nothing removed
inner join year_end_dyads as y
    on y.ccode_a = least(e.hedger_ccode, e.target_ccode) and y.ccode_b = greatest(e.hedger_ccode, e.target_ccode)
    and y.year = e.removal_year
where
    -- another of the same kind goes on: nothing is removed
    not exists (
        select 1 from hedges as h
        where h.hedge = e.hedge and h.hedger_ccode = e.hedger_ccode and h.target_ccode = e.target_ccode
            and make_date(e.removal_year, 12, 31) between h.start_date and h.end_date
    )
    -- ended by or in a war between the two: not a removal in trust
    and not exists (
        select 1 from wars as w
        where w.ccode_a = least(e.hedger_ccode, e.target_ccode) and w.ccode_b = greatest(e.hedger_ccode, e.target_ccode)
            and e.removal_year between year(w.start_date) and year(w.end_date) + 1
    )
    -- a militarised dispute between the two ran in the year: the hedge went, the enmity did not
    and not exists (
        select 1 from disputes as d
        inner join state_bearers as a on d.ccode_a = a.ccode
        inner join state_bearers as b on d.ccode_b = b.ccode
        where least(a.bearer_ccode, b.bearer_ccode) = least(e.hedger_ccode, e.target_ccode)
            and greatest(a.bearer_ccode, b.bearer_ccode) = greatest(e.hedger_ccode, e.target_ccode)
            and e.removal_year between year(d.start_date) and year(d.end_date)
    )
