with spells as (
    select leader_id, any_value(person_id) as person_id, any_value(ccode) as ccode, min(start_date) as first_day, max(end_date) as last_day
    from leaders
    where ccode in (select ccode from term_limits)
    group by leader_id
),

terms as (
    select t.*, s.person_id, s.ccode, s.last_day
    from leader_terms as t
    inner join spells as s on t.leader_id = s.leader_id
),

-- a year or more between the end due and the next start breaks a row of consecutive terms
breaks as (
    select
        leader_id,
        person_id,
        ccode,
        term_number,
        term_start,
        term_counts,
        coalesce(term_start > lag(term_end) over (partition by leader_id order by term_number) + 366, false) as breaks_row
    from terms
    where term_known_from = term_start
),

rows_of_terms as (
    select *, sum(breaks_row::int) over (partition by leader_id order by term_number) as term_row
    from breaks
),

edges as (
    select leader_id, first_day as day from spells
    union
    select s.leader_id, r.rule_from as day from spells as s inner join term_limits as r on s.ccode = r.ccode
    union
    select s.leader_id, r.rule_to + 1 as day from spells as s inner join term_limits as r on s.ccode = r.ccode
    union
    select leader_id, term_known_from as day from terms
    union
    select leader_id, term_start as day from terms
    union
    select leader_id, term_end as day from terms
),

stretches as (
    select
        s.leader_id,
        s.person_id,
        s.ccode,
        e.day as stretch_from,
        coalesce(lead(e.day) over (partition by s.leader_id order by e.day) - 1, s.last_day) as stretch_to
    from spells as s
    inner join edges as e on s.leader_id = e.leader_id and e.day between s.first_day and s.last_day
),

-- days without a rule in force that binds the effective leader, or without a coded term, keep their row: uncoded
held as (
    select
        h.leader_id,
        h.person_id,
        h.ccode,
        h.stretch_from,
        h.stretch_to,
        r.term_rule_id,
        case when r.exempt_person = h.person_id then 'none' else r.limit_kind end as limit_kind,
        r.term_years,
        r.max_terms,
        r.terms_count_from,
        max(t.term_number) as term_number,
        arg_max(t.term_end, (t.term_start, t.term_known_from)) as term_end,
        arg_max(coalesce(t.stated_horizon, date '1000-01-01'), (t.term_start, t.term_known_from)) as stated_horizon,
        arg_max(t.term_precision, (t.term_start, t.term_known_from)) as horizon_precision
    from stretches as h
    left join term_limits as r
        on h.ccode = r.ccode and r.is_effective_office
        and h.stretch_from between r.rule_from and coalesce(r.rule_to, h.stretch_from)
    left join terms as t on h.leader_id = t.leader_id and t.term_known_from <= h.stretch_from and t.term_start <= h.stretch_from
    group by all
),

counted as (
    select
        h.leader_id,
        h.stretch_from,
        count(t.term_number) filter (where t.term_counts) as terms_counted
    from held as h
    left join rows_of_terms as own on h.leader_id = own.leader_id and h.term_number = own.term_number
    left join rows_of_terms as t
        on t.ccode = h.ccode and t.term_start <= h.stretch_from
        and t.term_start >= coalesce(h.terms_count_from, t.term_start)
        and case
            when h.limit_kind in ('single_term', 'lifetime_terms') then t.person_id = h.person_id
            else t.leader_id = h.leader_id and t.term_row = own.term_row
        end
    group by h.leader_id, h.stretch_from
),

judged as (
    select
        h.*,
        greatest(h.max_terms - c.terms_counted, 0) as terms_left,
        case
            when h.limit_kind is null then 'uncoded'
            when h.limit_kind = 'no_rule_in_force' then 'no_rule'
            when h.limit_kind = 'none' then 'unlimited'
            when h.term_end is null then 'uncoded'
            when h.stretch_from < h.term_end and (h.term_years is not null or c.terms_counted >= h.max_terms) then 'limited'
            when c.terms_counted >= h.max_terms then 'overdue'
            else 'uncoded'
        end as horizon_standing
    from held as h
    inner join counted as c on h.leader_id = c.leader_id and h.stretch_from = c.stretch_from
)

select
    leader_id,
    stretch_from,
    stretch_to,
    term_rule_id as horizon_rule,
    horizon_standing,
    case when stretch_from < term_end then term_end end as scheduled_end,
    case when horizon_standing = 'limited' then terms_left::tinyint end as terms_left,
    case
        when horizon_standing <> 'limited' then null
        when stated_horizon > date '1000-01-01' then stated_horizon
        when terms_left = 0 then term_end
        else (term_end + to_years((terms_left * term_years)::int))::date
    end as horizon_date,
    case when horizon_standing = 'limited' then horizon_precision end as horizon_precision,
    case horizon_standing
        when 'limited' then terms_left = 0 and stated_horizon = date '1000-01-01'
        when 'overdue' then true
        when 'unlimited' then false
    end as lame_duck
from judged
where stretch_to >= date '1946-01-01'
