with source_rows as (
    select 'China Vitae places to state names' as join_name, host_ccode is not null as found, 16 as allowed,
        'the engagement has no host state' as consequence
    from record_texts
    where source = 'china_vitae'

    union all

    select 'China Vitae leaders to persons', person_id is not null, 0, 'the engagement has no traveller'
    from record_persons
    where source = 'china_vitae' and role in ('host', 'traveller')

    union all

    select 'CEIAS countries to state names', s.raw_name is not null, 1, 'Palestine: no member of the state system, left out'
    from facts.ceias_china_travel as c
    left join coded.state_names as s
        on s.source = 'ceias_china' and c.country_name = s.raw_name
        and make_date(c.year, 7, 1) between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'CEIAS leaders to persons', a.person_id is not null, 0, 'the traveller is nobody'
    from facts.ceias_china_travel as c
    left join coded.aliases as a on a.source = 'ceias_china' and c.leader_name_raw = a.raw_name

    union all

    select 'general debate speakers to state names', s.raw_name is not null, 159,
        'bodies that are no state (Palestine, the Holy See, the European Union, the Arab League), and Byelorussia and Ukraine before 1991: left out'
    from facts.ungdc_speakers_speakers as g
    left join coded.state_names as s
        on s.source = 'ungdc_speakers' and g.iso3_raw = s.raw_name
        and make_date(g.year, 9, 20) between coalesce(s.from_date, date '1800-01-01') and coalesce(s.to_date, date '9999-12-31')

    union all

    select 'heads in the general debate to effective leaders', leader_id is not null, 799,
        'ceremonial head, state without leader data then, or another spelling: effective_leader_spoke missing'
    from general_debate_speakers
    where head_spoke

    union all

    select 'Ostrander-Rider legs to official trips', trip_record is not null, 6, 'kept as no_trip: days that the authors mistyped, and one audience filed under Italy'
    from us_travel_validation

    union all

    select 'official trips to Ostrander-Rider legs', v.trip_record is not null, 9, 'trips that the authors lack or date otherwise'
    from record_texts as t
    left join (select distinct trip_record from us_travel_validation) as v on t.record = v.trip_record
    where t.source = 'state_dept_travels' and t.record_start <= date '2017-05-20'
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
