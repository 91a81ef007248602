with settings as (
    select max(try_cast(value as integer)) filter (where choice = 'agreement_life_years') as life from choices
),

-- two states each; the list has no end dates: a declared life
arms_control as (
    select
        least(p.bearer_ccode, q.bearer_ccode) as ccode_a,
        greatest(p.bearer_ccode, q.bearer_ccode) as ccode_b,
        y.year,
        count(distinct r.record) as agreements,
        avg(r.leeway) as leeway,
        min(r.leeway) as strictest
    from (
        select
            a.record,
            a.year,
            case a.info_type when 'none' then 3 when 'reporting' then 2 when 'observation' then 1 when 'verification' then 0 end
                as leeway,
            min(p.ccode) as first_party,
            max(p.ccode) as second_party
        from coded.arms_control_agreements as a
        -- an agreement of many, or without known parties, has no row in the list of parties
        inner join coded.arms_control_parties as p on a.record = p.record
        group by all
        having count(*) = 2
    ) as r
    inner join state_bearers as p on r.first_party = p.ccode
    inner join state_bearers as q on r.second_party = q.ccode
    inner join calendar_years as y
        on y.year between r.year and least(r.year + (select life from settings) - 1, 2010)
    group by all
),

-- power agreements only: the other types do not say whether enrichment and reprocessing are allowed
nuclear as (
    select
        s.bearer_ccode as supplier,
        r.bearer_ccode as recipient,
        y.year,
        avg((n.nca_type = 6)::tinyint) as unrestricted,
        count(*) as agreements
    from facts.nca_agreements as n
    inner join state_bearers as s on n.supplier_ccode = s.ccode
    inner join state_bearers as r on n.recipient_ccode = r.ccode
    inner join calendar_years as y
        on y.year between n.year and least(n.year + (select life from settings) - 1, 2003)
    where n.nca_type in (5, 6) and n.supplier_ccode <> n.recipient_ccode
    group by all
),

waters as (
    select
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        y.year,
        -- both items known: with one blank, only a yes of the other would be kept
        avg((not (w.water_monitoring or w.water_enforcement))::tinyint)
            filter (where w.water_monitoring is not null and w.water_enforcement is not null) as leeway
    from water_agreements as w
    inner join state_bearers as a on w.ccode_a = a.ccode
    inner join state_bearers as b on w.ccode_b = b.ccode
    inner join calendar_years as y on y.year between year(w.signed_date) and 2007
    group by all
),

-- left joins: no agreement of a kind leaves its columns missing, which is not leeway
parts as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        c.agreements as arms_control_agreements,
        c.leeway as arms_control_leeway,
        c.strictest as arms_control_leeway_least,
        ab.unrestricted as nuclear_leeway_ab,
        ba.unrestricted as nuclear_leeway_ba,
        (coalesce(ab.unrestricted * ab.agreements, 0) + coalesce(ba.unrestricted * ba.agreements, 0))
        / nullif(coalesce(ab.agreements, 0) + coalesce(ba.agreements, 0), 0) as nuclear_leeway,
        w.leeway as water_leeway,
        i.alliance_institution_level
    from year_end_dyads as y
    left join arms_control as c on y.ccode_a = c.ccode_a and y.ccode_b = c.ccode_b and y.year = c.year
    left join nuclear as ab on y.ccode_a = ab.supplier and y.ccode_b = ab.recipient and y.year = ab.year
    left join nuclear as ba on y.ccode_b = ba.supplier and y.ccode_a = ba.recipient and y.year = ba.year
    left join waters as w on y.ccode_a = w.ccode_a and y.ccode_b = w.ccode_b and y.year = w.year
    left join alliance_level_years as i on y.ccode_a = i.ccode_a and y.ccode_b = i.ccode_b and y.year = i.year
),

counted as (
    select
        *,
        [arms_control_leeway_least >= 2, nuclear_leeway > 0.5, water_leeway > 0.5] as lenient
    from parts
)

select
    ccode_a,
    ccode_b,
    year,
    arms_control_agreements,
    arms_control_leeway,
    arms_control_leeway_least,
    nuclear_leeway_ab,
    nuclear_leeway_ba,
    nuclear_leeway,
    water_leeway,
    alliance_institution_level,
    case when list_count(lenient) > 0 then list_count(list_filter(lenient, lambda x: x)) end as oversight_leeway_parts,
    list_count(lenient) as oversight_parts_known
from counted
where list_count(lenient) > 0 or alliance_institution_level is not null
