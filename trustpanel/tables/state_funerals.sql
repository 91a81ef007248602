select funeral_id, person_id, ccode, death_date, funeral_date, place, source, says
from coded.state_funerals
