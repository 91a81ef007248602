select
    rule_id as term_rule_id,
    ccode,
    office as rule_office,
    effective_office as is_effective_office,
    valid_from as rule_from,
    valid_to as rule_to,
    limit_kind,
    term_years,
    max_terms,
    counts_from as terms_count_from,
    exempt_person,
    source_1 as rule_source,
    says_1 as rule_says,
    source_2 as second_rule_source,
    grade as evidence_grade,
    note
from coded.term_limits
