with last_year as (
    select max(try_cast(value as date)) filter (where choice = 'dispute_data_last_day') as last_day from choices
),

running as (
    select ccode_a, ccode_b, year, count(*) filter (where dispute_begins) as onsets
    from dispute_years
    group by ccode_a, ccode_b, year
),

-- the level is a fact of the end of the whole dispute: it is put in the year in which it became known
ended as (
    select ccode_a, ccode_b, year(dispute_end_date) as year, max(hostility) as level
    from disputes
    where ended_by_2014
    group by all
),

-- left joins: every dyad-year stays; the dispute file is complete within its window, so that no row is no dispute
dyad_years as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        coalesce(r.onsets, 0) as onsets,
        r.year is not null as ongoing,
        e.level,
        row_number() over (partition by y.ccode_a, y.ccode_b order by y.year) as place
    from state_dyad_years as y
    inner join last_year as l on y.year <= year(l.last_day)
    left join running as r on y.ccode_a = r.ccode_a and y.ccode_b = r.ccode_b and y.year = r.year
    left join ended as e on y.ccode_a = e.ccode_a and y.ccode_b = e.ccode_b and y.year = e.year
),

spells as (
    select
        *,
        ongoing and not coalesce(lag(ongoing) over (partition by ccode_a, ccode_b order by year), false) as spell_begins
    from dyad_years
),

with_past as (
    select
        *,
        max(place) filter (where not ongoing) over earlier as quiet_place,
        count(*) filter (where spell_begins) over earlier as spells_before,
        max(place) filter (where ongoing) over earlier as ongoing_place,
        max(place) filter (where onsets > 0) over earlier as onset_place,
        max(year) filter (where ongoing) over earlier as ongoing_year
    from spells
    window earlier as (
        partition by ccode_a, ccode_b order by year rows between unbounded preceding and 1 preceding
    )
)

select
    ccode_a,
    ccode_b,
    year,
    onsets > 0 as dispute_onset,
    onsets::tinyint as dispute_onsets,
    ongoing as dispute_ongoing,
    level::tinyint as dispute_level_ended,
    (place - 1 - coalesce(ongoing_place, 0))::smallint as peace_years,
    (place - 1 - coalesce(onset_place, 0))::smallint as peace_years_onset,
    ongoing_place is null as peace_since_entry,
    (place - 1 - coalesce(quiet_place, 0))::smallint as dispute_spell_years,
    spells_before::smallint as dispute_spells_before,
    (year - ongoing_year)::smallint as years_since_dispute
from with_past
