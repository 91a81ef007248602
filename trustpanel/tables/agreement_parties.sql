-- the parties are those of the record of highest standing that names at least two, else of any that names one
with sized as (
    select
        p.*,
        g.agreement_id,
        r.source_standing,
        count(*) over (partition by p.agreement_key) > 1 as names_two
    from agreement_record_parties as p
    inner join agreement_groups as g on p.agreement_key = g.agreement_key
    inner join agreement_records as r on p.agreement_key = r.agreement_key
)

select agreement_id, ccode, party_from, party_until
from sized
qualify
    agreement_key = first_value(agreement_key) over (
        partition by agreement_id order by names_two desc, source_standing, length(record), record
    )
