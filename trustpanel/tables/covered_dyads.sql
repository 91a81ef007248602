with known as (
    select 'official_list' as coverage_kind, * from meeting_coverage where level = 'official_list'
    union all
    select 'searched' as coverage_kind, * from meeting_coverage where level in ('official_list', 'searched')
),

both_sides as (
    select
        a.coverage_kind,
        a.ccode_a,
        a.ccode_b,
        greatest(a.start_date, b.start_date) as start_date,
        least(a.end_date, b.end_date) as end_date
    from known as a
    inner join known as b
        on a.coverage_kind = b.coverage_kind and a.ccode_a = b.ccode_a and a.ccode_b = b.ccode_b and a.channel = 'in_a' and b.channel = 'in_b'
        and a.start_date <= b.end_date and a.end_date >= b.start_date
),

reached as (
    select
        *,
        max(end_date) over (
            partition by coverage_kind, ccode_a, ccode_b order by start_date, end_date rows between unbounded preceding and 1 preceding
        ) as reached
    from both_sides
),

islands as (
    select
        *,
        count(*) filter (where reached is null or start_date > reached + 1)
            over (partition by coverage_kind, ccode_a, ccode_b order by start_date, end_date) as island
    from reached
)

select coverage_kind, ccode_a, ccode_b, min(start_date) as covered_start, max(end_date) as covered_end
from islands
group by coverage_kind, ccode_a, ccode_b, island
