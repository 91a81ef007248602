with settings as (
    select max(try_cast(value as integer)) filter (where choice = 'opportunity_month') as month_number
    from choices
),

-- pairs in office on 1 January of t that both held office when the autumn of t-1 began
paired as (
    select
        p.ccode_a,
        p.ccode_b,
        p.year,
        p.leader_dyad_id,
        p.leader_a,
        p.leader_b,
        make_date(p.year - 1, s.month_number, 1) as autumn_start
    from panel as p
    cross join settings as s
    where p.leader_dyad_id is not null and p.pair_start <= make_date(p.year - 1, s.month_number, 1)
)

-- left joins: no speech in the source is no knowledge of one, and one side that surely stayed away settles the matter
select
    p.ccode_a,
    p.ccode_b,
    p.year,
    p.leader_a,
    p.leader_b,
    case
        when a.effective_leader_spoke is false or b.effective_leader_spoke is false then false
        when a.leader_id <> p.leader_a or b.leader_id <> p.leader_b then false
        else a.effective_leader_spoke and b.effective_leader_spoke
    end as un_week_both_last,
    case
        when x.effective_leader_spoke is false or y.effective_leader_spoke is false then false
        else x.effective_leader_spoke and y.effective_leader_spoke
    end as un_week_both_ahead,
    case when c.contact_known then coalesce(c.first_contact_date >= p.autumn_start, true) end as unmet_before_autumn,
    case when c.contact_known then coalesce(c.first_contact_date >= p.autumn_start, false) end as first_met_in_autumn
from paired as p
left join general_debate_speakers as a on p.ccode_a = a.ccode and p.year - 1 = a.year
left join general_debate_speakers as b on p.ccode_b = b.ccode and p.year - 1 = b.year
left join general_debate_speakers as x on p.ccode_a = x.ccode and p.year + 3 = x.year
left join general_debate_speakers as y on p.ccode_b = y.ccode and p.year + 3 = y.year
left join pair_stocks as c on p.leader_dyad_id = c.leader_dyad_id and make_date(p.year, 1, 1) = c.month
