select
    leader_id,
    term as term_number,
    known_from as term_known_from,
    start_date as term_start,
    scheduled_end as term_end,
    date_precision as term_precision,
    counts as term_counts,
    stated_horizon,
    basis as term_basis,
    source as term_source,
    note
from coded.leader_terms
