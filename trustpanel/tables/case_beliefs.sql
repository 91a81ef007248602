with settings as (
    select
        max(try_cast(value as double)) filter (where choice = 'belief_prior') as prior,
        max(try_cast(value as double)) filter (where choice = 'belief_half_life_months') as half_life,
        max(try_cast(value as double)) filter (where choice = 'days_per_month') as days_per_month,
        max(try_cast(value as double)) filter (where choice = 'trust_threshold') as threshold
    from choices
),

-- after each signal of a case: every signal of the same sender to the same receiver in that case up to that day
updated as (
    select
        s.signal_case_id as case_id,
        s.sender_ccode,
        s.receiver_ccode,
        s.known_date,
        ln(g.prior / (1 - g.prior)) + coalesce(sum(
            case when p.hostile then ln(1 - p.act_cost) else -ln(1 - p.act_cost) end
            * pow(0.5, (s.known_date - p.known_date) / g.days_per_month / g.half_life)
        ), 0) as log_odds,
        count(*) as signals_so_far,
        any_value(g.threshold) as threshold
    from (select distinct signal_case_id, sender_ccode, receiver_ccode, known_date from signals) as s
    cross join settings as g
    inner join signals as p
        on s.signal_case_id = p.signal_case_id and s.sender_ccode = p.sender_ccode and s.receiver_ccode = p.receiver_ccode
        and p.known_date <= s.known_date
    group by s.signal_case_id, s.sender_ccode, s.receiver_ccode, s.known_date, g.prior
)

select
    case_id,
    sender_ccode,
    receiver_ccode,
    known_date,
    signals_so_far::smallint as signals_so_far,
    1 / (1 + exp(-log_odds)) as case_belief,
    1 / (1 + exp(-log_odds)) > threshold as belief_over_threshold
from updated
