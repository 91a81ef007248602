select
    source,
    variable,
    start_year::smallint as start_year,
    end_year::smallint as end_year,
    scope
from run.windows
