with measured as (
    select
        y.ccode_a,
        y.ccode_b,
        y.year // 10 * 10 as first_year,
        unnest([
            {'variable': 'favourability_ab or _ba', 'known': s.favourability_ab is not null or s.favourability_ba is not null},
            {'variable': 'favourability_weak_link', 'known': s.favourability_weak_link is not null},
            {'variable': 'social_trust_weak_link', 'known': s.social_trust_weak_link is not null},
            {'variable': 'trade_dependence_weak_link', 'known': s.trade_dependence_weak_link is not null},
            {'variable': 'joint_igos', 'known': y.joint_igos is not null},
            {'variable': 'ideal_point_distance', 'known': y.ideal_point_distance is not null},
            {'variable': 'both_nuclear', 'known': y.both_nuclear is not null},
            {'variable': 'combined_capability', 'known': y.combined_capability is not null}
        ]) as part
    from state_dyad_years as y
    -- no row: nothing of the society is known of that dyad-year
    left join society_dyad_years as s on y.ccode_a = s.ccode_a and y.ccode_b = s.ccode_b and y.year = s.year
)

select
    part.variable as variable,
    first_year::smallint as decade,
    count(distinct (ccode_a, ccode_b)) filter (where part.known) as dyads_known,
    count(*) filter (where part.known) as dyad_years_known,
    count(*) as dyad_years_all
from measured
group by part.variable, first_year
