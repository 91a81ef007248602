-- a phase without a level of its own may reach that of its alliance: where it could exceed the known ones nothing is said
with levels as (
    select
        a.ccode as ccode_a,
        b.ccode as ccode_b,
        y.year,
        max(i.phase_milinst) as institution,
        max(i.alliance_milinst) filter (where i.phase_milinst is null) as institution_possible,
        max(i.phase_formal) as formality,
        max(i.alliance_formal) filter (where i.phase_formal is null) as formality_possible
    from facts.atop51_members as a
    inner join facts.atop51_members as b on a.atop_id = b.atop_id and a.phase = b.phase and a.ccode < b.ccode
    inner join calendar_years as y
        on y.year <= 2016
        and y.last_day between greatest(a.start_date, b.start_date)
        and least(coalesce(a.end_date, date '2018-12-31'), coalesce(b.end_date, date '2018-12-31'))
    -- an alliance that the older version does not have is not coded; join_counts counts them
    inner join alliance_levels as i on a.atop_id = i.atop_id and a.phase = i.atop_phase
    group by all
)

select
    ccode_a,
    ccode_b,
    year,
    case when institution >= coalesce(institution_possible, 0) then institution end as alliance_institution_level,
    case when formality >= coalesce(formality_possible, 0) then formality end as alliance_formality
from levels
