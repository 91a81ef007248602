with settings as (
    select
        max(try_cast(value as double)) filter (where choice = 'belief_prior') as prior,
        max(try_cast(value as double)) filter (where choice = 'belief_half_life_months') as half_life,
        max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month,
        max(try_cast(value as double)) filter (where choice = 'trust_threshold') as threshold
    from choices
),

-- the acts of a state are remembered of the one that carried it on
remembered as (
    select
        least(s.bearer_ccode, r.bearer_ccode) as ccode_a,
        greatest(s.bearer_ccode, r.bearer_ccode) as ccode_b,
        s.bearer_ccode < r.bearer_ccode as by_a,
        a.known_date,
        case when a.hostile then ln(1 - a.act_cost) else -ln(1 - a.act_cost) end as evidence
    from belief_acts as a
    inner join state_bearers as s on a.sender_ccode = s.ccode
    inner join state_bearers as r on a.receiver_ccode = r.ccode
    where a.act_counts
),

evidence as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        sum(m.evidence * pow(0.5, (y.as_of - m.known_date) / g.days_per_month / g.half_life))
            filter (where not m.by_a) as of_b,
        sum(m.evidence * pow(0.5, (y.as_of - m.known_date) / g.days_per_month / g.half_life))
            filter (where m.by_a) as of_a,
        count(*) as acts
    from (select *, make_date(year, 12, 31) as as_of from year_end_dyads where year between 1919 and 1999) as y
    inner join remembered as m
        on m.ccode_a = y.ccode_a and m.ccode_b = y.ccode_b and m.known_date <= y.as_of
    cross join settings as g
    group by y.ccode_a, y.ccode_b, y.year
),

held as (
    select
        e.*,
        g.threshold,
        1 / (1 + exp(-ln(g.prior / (1 - g.prior)) - coalesce(e.of_b, 0))) as belief_ab,
        1 / (1 + exp(-ln(g.prior / (1 - g.prior)) - coalesce(e.of_a, 0))) as belief_ba
    from evidence as e
    cross join settings as g
)

select
    ccode_a,
    ccode_b,
    year,
    round(belief_ab, 12) as belief_ab,
    round(belief_ba, 12) as belief_ba,
    round(least(belief_ab, belief_ba), 12) as belief_weak_link,
    least(belief_ab, belief_ba) > threshold as both_over_threshold,
    acts::smallint as belief_acts_known
from held
