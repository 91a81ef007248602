select event_id, series, name as event_name, start_date, end_date, date_precision, place, host_ccode, source, says
from coded.multilateral_events
