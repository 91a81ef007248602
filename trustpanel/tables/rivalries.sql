-- The dispute-density list names no kinds and no end but the end of the last dispute: whether a rivalry was over can
-- be told only ten years later. In the two strategic lists an end in the list's last year means "still running".
with lists as (
    select
        list,
        rivalry_id,
        rivalry_name,
        ccode_a,
        ccode_b,
        start_year,
        end_year,
        case list when 'tss' then 2020 when 'td' then 2010 end as last_year_of_list,
        end_year is not null as end_is_known,
        kinds
    from facts.peacesciencer_rivalries
    union all
    select
        'kgd',
        rivalry_id,
        null,
        ccode_a,
        ccode_b,
        start_year,
        end_year,
        2001,
        end_year <= 2001 - 10,
        null
    from facts.icb15_kgd
    where not isolated
)

select
    list,
    rivalry_id::integer as rivalry_id,
    rivalry_name,
    ccode_a::smallint as ccode_a,
    ccode_b::smallint as ccode_b,
    start_year::smallint as start_year,
    end_year::smallint as end_year,
    last_year_of_list::smallint as last_year_of_list,
    end_is_known,
    kinds as rivalry_kinds
from lists
