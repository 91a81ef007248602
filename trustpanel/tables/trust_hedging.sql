with settings as (
    select max(try_cast(value as integer)) filter (where choice = 'hedge_removal_years') as span from choices
),

hedge_years as (
    select distinct h.hedge, h.hedger_ccode, h.target_ccode, y.year
    from hedges as h
    inner join calendar_years as y on make_date(y.year, 12, 31) between h.start_date and h.end_date
),

-- what goes on under another code quarrels on
quarrels as (
    select distinct
        least(a.bearer_ccode, b.bearer_ccode) as ccode_a,
        greatest(a.bearer_ccode, b.bearer_ccode) as ccode_b,
        year(d.start_date) as year
    from disputes as d
    inner join state_bearers as a on d.ccode_a = a.ccode
    inner join state_bearers as b on d.ccode_b = b.ccode
),

-- a removal holds until the two begin a militarised dispute
standing as (
    select
        r.hedge,
        r.hedger_ccode,
        r.target_ccode,
        r.removal_year,
        coalesce(min(d.year) - 1, 9999) as last_year
    from hedge_removals as r
    left join quarrels as d
        on least(r.hedger_ccode, r.target_ccode) = d.ccode_a and greatest(r.hedger_ccode, r.target_ccode) = d.ccode_b
        and d.year > r.removal_year
    group by all
),

removed as (
    select
        r.hedger_ccode,
        r.target_ccode,
        y.year,
        max(r.removal_year) filter (where r.hedge = 'alliance') as alliance_year,
        max(r.removal_year) filter (where r.hedge = 'arms_race') as race_year
    from standing as r
    inner join calendar_years as y on y.year between r.removal_year and r.last_year
    group by all
),

suppliers as (select distinct supplier_ccode as ccode, year from facts.sipri_arms_transfers),

recipients as (select distinct recipient_ccode as ccode, year from facts.sipri_arms_transfers),

-- left joins: every dyad of 31 December stays. No transfer listed is none where the supplier delivers to, or the
-- recipient receives from, somebody else that year, and not known otherwise; the file has no Germany before 1991
parts as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year,
        y.year < 1991 and (y.ccode_a in (255, 260) or y.ccode_b in (255, 260)) as unlisted,
        case when y.year <= 2018 then hab.year is not null end as against_ab,
        case when y.year <= 2018 then hba.year is not null end as against_ba,
        case when y.year between 1854 and 1984 then race.year is not null end as race,
        case
            when tab.tiv is not null then tab.tiv
            when (sa.year is not null or rb.year is not null) and not unlisted then 0
        end as tiv_ab,
        tab.tiv is not null as listed_ab,
        case
            when tba.tiv is not null then tba.tiv
            when (sb.year is not null or ra.year is not null) and not unlisted then 0
        end as tiv_ba,
        tba.tiv is not null as listed_ba,
        gab.alliance_year as alliance_ab,
        gba.alliance_year as alliance_ba,
        gab.race_year as race_removed
    from year_end_dyads as y
    left join hedge_years as hab
        on y.ccode_a = hab.hedger_ccode and y.ccode_b = hab.target_ccode and y.year = hab.year
        and hab.hedge = 'alliance'
    left join hedge_years as hba
        on y.ccode_b = hba.hedger_ccode and y.ccode_a = hba.target_ccode and y.year = hba.year
        and hba.hedge = 'alliance'
    left join hedge_years as race
        on y.ccode_a = race.hedger_ccode and y.ccode_b = race.target_ccode and y.year = race.year
        and race.hedge = 'arms_race'
    left join facts.sipri_arms_transfers as tab
        on y.ccode_a = tab.supplier_ccode and y.ccode_b = tab.recipient_ccode and y.year = tab.year
    left join facts.sipri_arms_transfers as tba
        on y.ccode_b = tba.supplier_ccode and y.ccode_a = tba.recipient_ccode and y.year = tba.year
    left join suppliers as sa on y.ccode_a = sa.ccode and y.year = sa.year
    left join suppliers as sb on y.ccode_b = sb.ccode and y.year = sb.year
    left join recipients as ra on y.ccode_a = ra.ccode and y.year = ra.year
    left join recipients as rb on y.ccode_b = rb.ccode and y.year = rb.year
    left join removed as gab
        on y.ccode_a = gab.hedger_ccode and y.ccode_b = gab.target_ccode and y.year = gab.year
    left join removed as gba
        on y.ccode_b = gba.hedger_ccode and y.ccode_a = gba.target_ccode and y.year = gba.year
    where y.year <= 2021
),

-- arms races are known from 1854 to 1984: their end from 1855 on, five years back from 1859
spans as (
    select
        p.*,
        case when p.year between 1821 and 2018 then coalesce(p.year - p.alliance_ab < s.span, false) end as gone_ab,
        case when p.year between 1821 and 2018 then coalesce(p.year - p.alliance_ba < s.span, false) end as gone_ba,
        case when p.year between 1859 and 1984 then coalesce(p.year - p.race_removed < s.span, false) end as race_gone
    from parts as p
    cross join settings as s
)

select
    ccode_a,
    ccode_b,
    year,
    against_ab as alliance_against_ab,
    against_ba as alliance_against_ba,
    against_ab or against_ba as alliance_against_either,
    race as arms_race,
    case when year <= 2018 then list_count(list_filter([against_ab, against_ba, race], lambda x: x)) end as hedges,
    case when year <= 2018 then list_count([against_ab, against_ba, race]) end as hedges_known,
    gone_ab as alliance_hedge_removed_ab,
    gone_ba as alliance_hedge_removed_ba,
    race_gone as arms_race_removed,
    gone_ab or coalesce(race_gone, false) as hedge_removed_ab,
    gone_ba or coalesce(race_gone, false) as hedge_removed_ba,
    case when year <= 2018 then greatest(alliance_ab, alliance_ba, race_removed) end as last_hedge_removed_year,
    case when tiv_ab is not null then listed_ab end as arms_supplied_ab,
    case when tiv_ba is not null then listed_ba end as arms_supplied_ba,
    ln(1 + tiv_ab) as arms_supplied_log_ab,
    ln(1 + tiv_ba) as arms_supplied_log_ba
from spans
where year <= 2018 or tiv_ab is not null or tiv_ba is not null
