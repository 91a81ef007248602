with scoped as (
    select t.treaty_id, arg_min(s.scope, s.priority) as scope
    from facts.wti_treaties as t
    inner join coded.treaty_scope as s
        on t.topic = s.topic and regexp_matches(upper(coalesce(t.headnote, '')), coalesce(s.pattern, ''))
    group by t.treaty_id
),

source_rows as (
    select 'US troops to dyads of 31 December' as join_name, y.year is not null as found, 388 as allowed,
        'years before or after membership of the system: no dyad' as consequence
    from facts.us_troops as t
    left join year_end_dyads as y
        on y.ccode_a = 2 and t.year = y.year
        and y.ccode_b in (select b.bearer_ccode from state_bearers as b where b.ccode = t.ccode)

    union all

    select 'exercise participants to states', s.ccode is not null, 3,
        'participants that are no member of the system on 31 December: not counted in joint_exercises'
    from facts.joint_exercises as e
    left join code_spells as g
        on e.gwcode = g.gwcode
        and make_date(e.year, 12, 31) between g.start_date and g.end_date
    left join states as s
        on coalesce(g.ccode, e.gwcode) = s.ccode and make_date(e.year, 12, 31) between s.start_date and s.end_date

    union all

    select 'scores of authority to organisations with known members', i.igo is not null, 6,
        'organisations that the list of members does not have: add nothing to delegated_authority'
    from facts.mia_delegation as d
    left join (select distinct igo from facts.igo_years) as i on d.igo = i.igo

    union all

    select 'defence agreements to dyads of 31 December at signature', y.year is not null, 6,
        'one state named twice, or signed before membership: not counted before both are members'
    from facts.dcad_agreements as d
    left join year_end_dyads as y
        on y.ccode_a in (select b.bearer_ccode from state_bearers as b where b.ccode = d.ccode_a)
        and y.ccode_b in (select b.bearer_ccode from state_bearers as b where b.ccode = d.ccode_b)
        and y.year = year(d.signed_date)

    union all

    select 'arms-control agreements to two parties', p.record is not null, 131,
        'agreements of many, of one, or of parties that the list does not name: no dyad'
    from coded.arms_control_agreements as a
    left join (
        select record from coded.arms_control_parties group by record having count(*) = 2
    ) as p on a.record = p.record

    union all

    select 'nuclear power agreements to dyads of 31 December at signature', y.year is not null, 0,
        'signed before membership of the system, or one state named twice: not counted before both are members'
    from facts.nca_agreements as n
    left join year_end_dyads as y
        on y.ccode_a in (select b.bearer_ccode from state_bearers as b where b.ccode = least(n.supplier_ccode, n.recipient_ccode))
        and y.ccode_b in (select b.bearer_ccode from state_bearers as b where b.ccode = greatest(n.supplier_ccode, n.recipient_ccode))
        and y.year = n.year
    where n.nca_type in (5, 6)

    union all

    select 'political treaties of the index to two states', p.treaty_id is not null, 488,
        'a party that is no state, or no member of the system that day, or the same treaty from another collection: not in political_treaties'
    from scoped as s
    left join political_treaties as p on s.treaty_id = p.treaty_id
    where s.scope in ('framework', 'sector')

    union all

    select 'agreements on claims to dyads of 31 December', y.year is not null, 13,
        'a party that is no member of the system, or the European Union: no dyad'
    from facts.icow_attempts as i
    left join year_end_dyads as y on i.ccode_a = y.ccode_a and i.ccode_b = y.ccode_b and year(i.end_date) = y.year
    where i.agreement and not i.ratification_failed

    union all

    select 'alliances to their institutionalisation', i.atop_id is not null, 45,
        'alliances that the older version does not have: no formality, no level of institutionalisation'
    from (select distinct atop_id from facts.atop51_members) as m
    left join facts.atop4_institutions as i on m.atop_id = i.atop_id

    union all

    select 'states named by an alliance to hedges', h.hedge_record is not null, 10,
        'the named state is a member of the alliance itself (Locarno): no hedge'
    from facts.atop51_members as m, unnest([m.threat_1, m.threat_2]) as x (threat)
    left join (select distinct hedge_record, hedger_ccode, target_ccode from hedges) as h
        on h.hedge_record = 'atop-' || m.atop_id and h.hedger_ccode = m.ccode and h.target_ccode = x.threat
    where x.threat > 0

    union all

    select 'arms transfers to dyads of 31 December', y.year is not null, 67,
        'a side that is no member of the system (Rhodesia, the Gulf states before 1971): no dyad'
    from facts.sipri_arms_transfers as t
    left join year_end_dyads as y
        on least(t.supplier_ccode, t.recipient_ccode) = y.ccode_a
        and greatest(t.supplier_ccode, t.recipient_ccode) = y.ccode_b and t.year = y.year
)

select join_name, found, count(*) as counted, allowed, consequence
from source_rows
group by all
