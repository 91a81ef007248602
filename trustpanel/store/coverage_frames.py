"""The frames that the page on coverage reads: for which dyads and years each indicator of trust is known."""

from __future__ import annotations

import duckdb
import pandas as pd

# indicator: table: columns, in the order in which the page shows them
INDICATORS: dict[str, dict[str, tuple[str, ...]]] = {
    "Discretion": {
        "state_dyad_years": ("discretion_all",),
        "trust_discretion_parts": (
            "us_troops_hosted", "delegated_authority", "defence_commissions", "joint_water_bodies", "joint_exercises",
        ),
        "trust_discretion": ("imposed_hierarchy",),
    },
    "Oversight": {
        "trust_oversight": ("arms_control_leeway", "nuclear_leeway", "water_leeway", "alliance_institution_level"),
    },
    "Rules": {
        "trust_rules": (
            "dca_framework_share", "treaty_framework_share", "settlement_procedural_share", "alliance_formality",
        ),
    },
    "Hedging": {"trust_hedging": ("alliance_against_either", "arms_race", "arms_supplied_ab", "arms_supplied_ba")},
    "Society": {
        "society_dyad_years": (
            "favourability_ab", "favourability_ba", "social_trust_weak_link", "trade_dependence_weak_link",
        ),
        "state_dyad_years": ("joint_igos", "ideal_point_distance"),
    },
}  # fmt: skip
MASKS = """
    select (year // 10 * 10) || 's' as decade, count(*) as dyad_years,
        count(*) filter (where convergence_known = 1) as one_known,
        count(*) filter (where convergence_known = 2) as two_known,
        count(*) filter (where convergence_known = 3) as three_known,
        count(*) filter (where convergence_known = 3 and convergence_count = 3) as three_of_three,
        count(*) filter (where convergence_security_known = 3) as security_three_known
    from trust_convergence group by 1 order by 1
"""
SOURCES = (
    "select variable, string_agg(distinct source, ', ' order by source) as sources from coverage group by variable"
)
ALL = "select year, count(*) as dyads from year_end_dyads group by year order by year"


def coverage_frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """`variables` (one row each), `by_year` (indicator, variable, year, known, dyads), and `masks` by decade.

    Rows are dyads of 31 December; a variable is known where it is not missing.
    """
    parts = [
        _of_table(con, indicator, table, columns)
        for indicator, tables in INDICATORS.items()
        for table, columns in tables.items()
    ]
    by_year = pd.concat([years for years, _ in parts], ignore_index=True)
    variables = pd.concat([rows for _, rows in parts], ignore_index=True)
    sources = con.sql(SOURCES).to_arrow_table().to_pandas()
    dyads = con.sql(ALL).to_arrow_table().to_pandas()
    return {
        "variables": variables.merge(sources, on="variable", how="left"),
        "by_year": by_year.merge(dyads, on="year", how="left"),
        "masks": con.sql(MASKS).to_arrow_table().to_pandas(),
    }


def _of_table(
    con: duckdb.DuckDBPyConnection, indicator: str, table: str, columns: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Known dyads by year, and one row of totals, for each of `columns`."""
    held = f"select t.* from {table} as t semi join year_end_dyads as y using (ccode_a, ccode_b, year)"
    counts = ", ".join(f"count({c}) as {c}" for c in columns)
    wide = con.sql(f"select year, {counts} from ({held}) group by year order by year").to_arrow_table().to_pandas()
    years = wide.melt("year", var_name="variable", value_name="known")
    rows = []
    for column in columns:
        dyads = con.sql(
            f"select count(*) from (select distinct ccode_a, ccode_b from ({held}) where {column} is not null)"
        ).fetchall()[0][0]
        known = wide.loc[wide[column] > 0, "year"]
        rows.append(
            {
                "indicator": indicator,
                "variable": column,
                "first_year": int(known.min()) if len(known) else pd.NA,
                "last_year": int(known.max()) if len(known) else pd.NA,
                "dyads": int(dyads),
                "dyad_years": int(wide[column].sum()),
            }
        )
    return years[years["known"] > 0].assign(indicator=indicator), pd.DataFrame(rows)
