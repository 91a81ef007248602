-- The file writes Germany as 255 in every year. While the Federal Republic (260) stood beside the GDR the value is
-- its own; 1990 knows both codes and has the value under both. All other codes pass unchanged.
with germany (ccode, first_year, last_year) as (
    values (255, 1816, 1945), (260, 1946, 1990), (255, 1990, 2020)
),

recoded as (
    select
        coalesce(a.ccode, s.ccode_a) as one,
        coalesce(b.ccode, s.ccode_b) as other,
        s.year,
        s.peace_scale
    from facts.peace_data_v30_scale as s
    left join germany as a on s.ccode_a = 255 and s.year between a.first_year and a.last_year
    left join germany as b on s.ccode_b = 255 and s.year between b.first_year and b.last_year
)

select
    least(one, other)::smallint as ccode_a,
    greatest(one, other)::smallint as ccode_b,
    year::smallint as year,
    peace_scale,
    case when peace_scale is not null then peace_scale not in (0, 0.25, 0.5, 0.75, 1) end as peace_in_transition
from recoded
