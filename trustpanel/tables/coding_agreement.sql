-- a state that one list covers needs no search: dyads of the United States, and South American dyads after 1997, are left out
with dyad_years as (
    select distinct d.ccode_a, d.ccode_b, y.year
    from coded.rival_draw as d
    inner join calendar_years as y on y.year between greatest(d.start_year, 1946) and least(d.end_year, 2020)
    where d.ccode_a <> 2 and not (d.ccode_a between 100 and 165 and d.ccode_b between 100 and 165 and y.year > 1997)
),

searches as (
    select 'first' as pass, ccode_a, ccode_b, from_date, to_date, level from coded.rival_coverage_first
    union all
    select 'second' as pass, ccode_a, ccode_b, from_date, to_date, level from coded.rival_coverage_second
),

-- a year is as well searched as the weakest search that touches it; a year that one pass does not name is left out
year_levels as (
    select
        d.ccode_a,
        d.ccode_b,
        d.year,
        min(case s.level when 'searched' then 2 when 'partial' then 1 else 0 end) as level
    from dyad_years as d
    inner join searches as s
        on d.ccode_a = s.ccode_a and d.ccode_b = s.ccode_b and d.year between year(s.from_date) and year(s.to_date)
    group by d.ccode_a, d.ccode_b, d.year
    having count(distinct s.pass) = 2
),

scope as (
    select v.version, y.ccode_a, y.ccode_b, y.year
    from year_levels as y
    inner join (values ('searched_or_partial', 1), ('searched', 2)) as v (version, least_level) on y.level >= v.least_level
),

first_pass as (
    select coding_id, ccode_a, ccode_b, year(start_date) as year, person_a, person_b, start_date, end_date, date_precision, kind, grade
    from coded.rival_meetings_first
),

second_pass as (
    select coding_id, ccode_a, ccode_b, year(start_date) as year, person_a, person_b, start_date, end_date, date_precision, kind, grade
    from coded.rival_meetings_second
),

told as (
    select
        s.version,
        exists (select 1 from first_pass as f where f.ccode_a = s.ccode_a and f.ccode_b = s.ccode_b and f.year = s.year) as in_first,
        exists (select 1 from second_pass as m where m.ccode_a = s.ccode_a and m.ccode_b = s.ccode_b and m.year = s.year) as in_second
    from scope as s
),

cells as (
    select
        version,
        count(*)::double as n,
        count(*) filter (where in_first and in_second)::double as a,
        count(*) filter (where in_first and not in_second)::double as b,
        count(*) filter (where not in_first and in_second)::double as c,
        count(*) filter (where not in_first and not in_second)::double as d
    from told
    group by version
),

chance as (
    select *, (a + d) / n as observed, ((a + b) * (a + c) + (c + d) * (b + d)) / (n * n) as expected from cells
),

years_told as (
    select
        'dyad_years_' || version as unit,
        n as total,
        unnest([
            {'measure': 'both', 'counted': a, 'result': a / n},
            {'measure': 'only_first', 'counted': b, 'result': b / n},
            {'measure': 'only_second', 'counted': c, 'result': c / n},
            {'measure': 'neither', 'counted': d, 'result': d / n},
            {'measure': 'raw_agreement', 'counted': a + d, 'result': observed},
            {'measure': 'positive_agreement', 'counted': null, 'result': 2 * a / nullif(2 * a + b + c, 0)},
            {'measure': 'negative_agreement', 'counted': null, 'result': 2 * d / nullif(2 * d + b + c, 0)},
            {'measure': 'prevalence', 'counted': null, 'result': (2 * a + b + c) / (2 * n)},
            {'measure': 'kappa', 'counted': null, 'result': (observed - expected) / nullif(1 - expected, 0)}
        ]) as told
    from chance
),

-- the same meeting: same two persons, at most three days apart; one known to the month or year must overlap
candidates as (
    select
        f.coding_id as first_id,
        m.coding_id as second_id,
        f.ccode_a, f.ccode_b, f.year,
        abs(date_diff('day', f.start_date, m.start_date)) as days,
        f.date_precision = 'day' and m.date_precision = 'day' as both_days,
        f.kind = m.kind as same_kind,
        f.grade = m.grade as same_grade
    from first_pass as f
    inner join second_pass as m
        on f.ccode_a = m.ccode_a and f.ccode_b = m.ccode_b and f.person_a = m.person_a and f.person_b = m.person_b
        and f.start_date <= m.end_date + case when f.date_precision = 'day' and m.date_precision = 'day' then 3 else 0 end
        and m.start_date <= f.end_date + case when f.date_precision = 'day' and m.date_precision = 'day' then 3 else 0 end
),

matched as (
    select * from candidates
    qualify row_number() over (partition by first_id order by days, second_id) = 1
        and row_number() over (partition by second_id order by days, first_id) = 1
),

pairs as (
    select
        s.version,
        count(*)::double as n,
        count(*) filter (where p.both_days)::double as dated,
        count(*) filter (where p.both_days and p.days = 0)::double as same_day,
        count(*) filter (where p.both_days and p.days <= 3)::double as within_3_days,
        count(*) filter (where p.same_kind)::double as same_kind,
        count(*) filter (where p.same_grade)::double as same_grade
    from scope as s
    inner join matched as p using (ccode_a, ccode_b, year)
    group by s.version
),

meetings_told as (
    select s.version, 'first' as pass, count(*)::double as n
    from scope as s inner join first_pass as f using (ccode_a, ccode_b, year) group by s.version
    union all
    select s.version, 'second' as pass, count(*)::double as n
    from scope as s inner join second_pass as m using (ccode_a, ccode_b, year) group by s.version
),

-- all distinct meetings: those of either pass, a matched one counted once
distinct_meetings as (
    select p.*, f.n as in_first, m.n as in_second, f.n + m.n - p.n as total
    from pairs as p
    inner join meetings_told as f on p.version = f.version and f.pass = 'first'
    inner join meetings_told as m on p.version = m.version and m.pass = 'second'
),

meetings_compared as (
    select
        'meetings_' || version as unit,
        unnest([
            {'measure': 'both', 'counted': n, 'total': total},
            {'measure': 'only_first', 'counted': in_first - n, 'total': total},
            {'measure': 'only_second', 'counted': in_second - n, 'total': total},
            {'measure': 'same_day', 'counted': same_day, 'total': dated},
            {'measure': 'within_3_days', 'counted': within_3_days, 'total': dated},
            {'measure': 'same_kind', 'counted': same_kind, 'total': n},
            {'measure': 'same_grade', 'counted': same_grade, 'total': n}
        ]) as told
    from distinct_meetings
)

select
    told.measure::varchar as measure,
    unit::varchar as unit,
    told.counted::integer as agreement_count,
    total::integer as agreement_total,
    told.result::double as agreement_value
from years_told
union all
select told.measure, unit, told.counted::integer, told.total::integer, told.counted / nullif(told.total, 0)
from meetings_compared
