with source_rows as (
    select 'leaders to state membership' as join_name, s.leader_id is not null as found, 154 as allowed,
        'leader of an entity outside the state system, or before it joined: no pair, no row in leader_states' as consequence
    from leaders as l
    left join (select distinct leader_id from leader_states) as s on l.leader_id = s.leader_id

    union all

    select 'spells after 2015 to REIGN rows', r.reign_id is not null, 0, 'a coded spell that names a REIGN row which is not there'
    from coded.leader_extension as x
    left join (select distinct reign_id from facts.reign_leaders) as r on x.reign_id = r.reign_id
    where x.reign_id is not null

    union all

    select 'spells after 2015 to Wikidata terms', w.person_qid is not null, 0, 'a coded spell that names a Wikidata person without a term'
    from coded.leader_extension as x
    left join (select distinct person_qid from facts.wikidata_leaders_terms) as w on x.person_qid = w.person_qid
    where x.person_qid is not null

    union all

    select 'visit countries to state names', s.raw_name is not null, 0, 'the record has no state'
    from facts.state_dept_visits_records as v
    left join coded.state_names as s
        on s.source = 'state_dept_visits' and v.country_id = s.raw_name
        and v.start_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'trip hosts to state names', s.raw_name is not null, 0, 'the record has no host state'
    from facts.state_dept_travels_records as t
    left join coded.state_names as s
        on s.source = 'state_dept_travels' and t.country_id = s.raw_name
        and t.start_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'COLT hosts to state names', s.raw_name is not null, 1, 'no code for the place visited: the record has no host state'
    from facts.colt_trips as c
    left join coded.state_names as s
        on s.source = 'colt_south_america' and c.visited_iso3 = s.raw_name
        and c.start_date between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'raw records to record_texts', t.record is not null, 78,
        'a trip without a day, or after the end of the leader data: no meeting can be placed in a term'
    from (
        select 'state_dept_visits' as source, record from facts.state_dept_visits_records
        union all
        select 'state_dept_travels', record from facts.state_dept_travels_records
        union all
        select 'colt_south_america', record from facts.colt_trips
    ) as r
    left join record_texts as t on r.source = t.source and r.record = t.record

    union all

    select 'record names to persons', person_id is not null, 85, 'unresolved: in record_persons with that resolution, in no meeting'
    from record_persons

    union all

    select 'meeting persons to leaders in office', leader_id is not null, 2475, 'kept with capacity; counts in other_stock only'
    from meeting_participants

    union all

    select 'coded mentions to records', t.record is not null, 35, 'a coded mention of a record that is not there'
    from coded.record_mentions as m
    left join record_texts as t on m.source = t.source and m.record = t.record

    union all

    select 'coded record codes to records', t.record is not null, 11, 'a coding of a record that is not there'
    from (select distinct source, record from coded.record_codes) as m
    left join record_texts as t on m.source = t.source and m.record = t.record

    union all

    select 'dyad-years of the panel to a pair on 1 January', leader_dyad_id is not null, 2384,
        'nobody known in office on one side on 1 January: the row is kept, every pair variable missing'
    from panel

    union all

    select 'pairs to controls of the year before', d.year is not null, 16561, 'not members together in that year: controls missing'
    from pair_background as k
    inner join leader_dyads as p on k.leader_a = p.leader_a and k.leader_b = p.leader_b
    left join state_dyad_years as d on p.ccode_a = d.ccode_a and p.ccode_b = d.ccode_b and k.background_year = d.year

    union all

    select 'panel rows in covered dyads to stocks', c.month is not null, 0, 'pair without a stock row: stocks missing'
    from panel as p
    left join pair_stocks as c on p.leader_dyad_id = c.leader_dyad_id and make_date(p.year, 1, 1) = c.month
    where p.covered_searched and p.leader_dyad_id is not null

    union all

    select 'bonding judgements to meetings', b.judgement_id is not null, 21, 'a judgement with a person of no state (Arafat), or on a meeting that the store does not hold'
    from coded.bonding as c
    left join bonding as b
        on concat_ws('|', c.meeting_ref, c.item, c.direction, coalesce(c.source, '')) = b.judgement_id

    union all

    select 'meetings named by cases to meetings', meeting_id is not null, 0, 'the case report says that it is not in the store'
    from case_meetings

    union all

    select 'coded meetings of rivals to meetings', e.record is not null, 0, 'a coded meeting that made none'
    from coded.rival_meetings as c
    left join meeting_evidence as e on e.source = 'rival_meetings' and e.record = c.coding_id

    union all

    select 'COLT trips with a kind rule', t.kind is not null, 0, 'kind other, nothing documented' from record_texts as t
    where t.source = 'colt_south_america'
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
