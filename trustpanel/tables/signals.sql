select
    s.signal_id,
    s.case_id as signal_case_id,
    s.sender_ccode,
    s.receiver_ccode,
    -- known to the month or year only: known by its last day
    case s.date_precision
        when 'month' then last_day(s.start_date)
        when 'year' then make_date(year(s.start_date), 12, 31)
        else s.start_date
    end as known_date,
    s.date_precision,
    s.act as signal_act,
    s.hostile,
    s.cost_class,
    c.cost as act_cost,
    s.grade as evidence_grade,
    s.note
from coded.signals as s
inner join coded.act_costs as c
    on c.act_kind = case when s.hostile then 'hostile_signal_' else 'signal_' end || s.cost_class
