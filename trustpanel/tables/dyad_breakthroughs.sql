-- agreements between exactly two states that somebody signed; awards and doubted records are none
with signed as (
    select
        s.ccode_a,
        s.ccode_b,
        year(s.signed_latest) as year,
        bool_or(list_contains(string_split(a.all_types, ';'), 'arms_control')) as arms_control,
        bool_or(list_contains(string_split(a.all_types, ';'), 'peace')) as peace,
        bool_or(list_contains(string_split(a.all_types, ';'), 'recognition')) as recognition
    from agreement_signers as s
    inner join agreements as a on s.agreement_id = a.agreement_id
    where s.consent = 'signed' and year(s.signed_date) = year(s.signed_latest)
    group by all
),

-- left joins: no agreement of the two that year, or no place on the peace scale
known as (
    select
        o.ccode_a,
        o.ccode_b,
        o.year,
        case when o.year <= 2010 then coalesce(s.arms_control, false) end as arms_control_signed,
        case when o.year <= 1999 then coalesce(s.peace, false) end as peace_signed,
        case when o.year <= 1999 then coalesce(s.recognition, false) end as recognition_signed,
        floor(x.peace_scale * 4) > floor(z.peace_scale * 4) as peace_scale_rise
    from dyad_outcomes as o
    left join signed as s on o.ccode_a = s.ccode_a and o.ccode_b = s.ccode_b and o.year = s.year
    left join peace_scale as x on o.ccode_a = x.ccode_a and o.ccode_b = x.ccode_b and o.year = x.year
    left join peace_scale as z on o.ccode_a = z.ccode_a and o.ccode_b = z.ccode_b and o.year - 1 = z.year
),

judged as (
    select
        *,
        case when year <= 1999 then arms_control_signed or peace_signed or recognition_signed end as breakthrough_agreement,
        -- one that is known only if it happened would choose the rows by the outcome: both parts must be known
        case
            when year <= 1999 and peace_scale_rise is not null
                then arms_control_signed or peace_signed or recognition_signed or peace_scale_rise
        end as breakthrough
    from known
)

select
    j.ccode_a,
    j.ccode_b,
    j.year,
    any_value(j.arms_control_signed) as arms_control_signed,
    any_value(j.peace_signed) as peace_signed,
    any_value(j.recognition_signed) as recognition_signed,
    any_value(j.breakthrough_agreement) as breakthrough_agreement,
    any_value(j.peace_scale_rise) as peace_scale_rise,
    any_value(j.breakthrough) as breakthrough,
    case when count(n.breakthrough) filter (where n.year >= j.year) = 3 then bool_or(n.breakthrough) filter (where n.year >= j.year) end::tinyint
        as breakthrough_3y,
    case
        when count(n.breakthrough_agreement) filter (where n.year >= j.year) = 3
            then bool_or(n.breakthrough_agreement) filter (where n.year >= j.year)
    end::tinyint as breakthrough_agreement_3y,
    case when count(n.breakthrough) filter (where n.year < j.year) = 3 then bool_or(n.breakthrough) filter (where n.year < j.year) end::tinyint
        as breakthrough_last_3y
from judged as j
-- its own year is always among them
inner join judged as n on j.ccode_a = n.ccode_a and j.ccode_b = n.ccode_b and n.year between j.year - 3 and j.year + 2
group by j.ccode_a, j.ccode_b, j.year
