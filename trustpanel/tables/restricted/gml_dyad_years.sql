with running as (
    select d.ccode_a, d.ccode_b, y.year, bool_or(year(d.start_date) = y.year) as onset
    from gml_disputes as d
    inner join calendar_years as y on y.year between year(d.start_date) and year(d.end_date)
    group by d.ccode_a, d.ccode_b, y.year
),

-- left join: every dyad-year stays; the file is complete to 2010, so that no row is no dispute
dyad_years as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        coalesce(r.onset, false) as onset,
        r.year is not null as ongoing,
        row_number() over (partition by y.ccode_a, y.ccode_b order by y.year) as place
    from state_dyad_years as y
    left join running as r on y.ccode_a = r.ccode_a and y.ccode_b = r.ccode_b and y.year = r.year
    where y.year <= 2010
),

with_past as (
    select
        *,
        max(place) filter (where ongoing) over earlier as ongoing_place,
        max(place) filter (where onset) over earlier as onset_place
    from dyad_years
    window earlier as (
        partition by ccode_a, ccode_b order by year rows between unbounded preceding and 1 preceding
    )
)

select
    ccode_a,
    ccode_b,
    year,
    onset as gml_onset,
    ongoing as gml_ongoing,
    (place - 1 - coalesce(ongoing_place, 0))::smallint as gml_peace_years,
    (place - 1 - coalesce(onset_place, 0))::smallint as gml_peace_years_onset,
    ongoing_place is null as gml_peace_since_entry
from with_past
