select
    case_id,
    title as case_title,
    ccode_a as case_ccode_a,
    ccode_b as case_ccode_b,
    start_date,
    end_date,
    persons as case_persons,
    expected_coding,
    wheeler_reading,
    keating_reading,
    disagreement,
    trap
from coded.cases
