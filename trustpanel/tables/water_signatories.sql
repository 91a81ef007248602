-- a signatory that is no state (a province, an organisation, a colony), or a name that stands for none that day, falls
-- away here; join_counts counts them
select distinct p.record as water_record, p.party as water_party, s.ccode
from facts.tfdd_parties as p
inner join facts.tfdd_treaties as t on p.record = t.record
inner join coded.state_names as s
    on s.source = 'tfdd' and p.party = s.raw_name
    and t.signed_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')
where s.ccode is not null
