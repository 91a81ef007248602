-- two records of one source in one agreement: the greater value; an alliance of version 4 that version 5.1 has not falls
-- away, as do records that make no agreement between states: join_counts_agreements counts them
select
    g.agreement_id,
    i.item,
    i.source,
    any_value(d.design_dimension) as design_dimension,
    max(i.design_value)::tinyint as design_value,
    arg_max(v.meaning, i.design_value) as design_meaning
from agreement_items as i
inner join agreement_groups as g on i.agreement_key = g.agreement_key
inner join coded.design_items as d on i.item = d.item
inner join coded.design_values as v on i.item = v.item and i.design_value = v.design_value
group by g.agreement_id, i.item, i.source
