"""What is signed, begun or delivered later changes no earlier row of the indicators of trust between states."""

from __future__ import annotations

import duckdb
import pytest

from trustpanel.paths import CODEBOOK, TABLES, project
from trustpanel.sources.coded import declared, read_coded

CUT = 1985
# fact: the condition under which a row is known by the end of the year CUT
KNOWN = {
    "atop51_members": f"year(start_date) <= {CUT}",
    "atop4_institutions": f"year(start_date) <= {CUT}",
    "dcad_agreements": f"year(signed_date) <= {CUT}",
    "grh_arms_races": "true",
    "icow_attempts": f"year(end_date) <= {CUT}",
    "igo_members": f"year_from <= {CUT}",
    "joint_exercises": f"year <= {CUT}",
    "mia_delegation": f"year_from <= {CUT}",
    "nca_agreements": f"year <= {CUT}",
    "sipri_arms_transfers": f"year <= {CUT}",
    "tfdd_parties": "true",
    "tfdd_treaties": f"year(signed_date) <= {CUT}",
    "us_troops": f"year <= {CUT}",
    "wti_treaties": f"year(signed_date) <= {CUT}",
}
READ = (
    "calendar_years",
    "choices",
    "state_bearers",
    "state_dyad_years",
    "state_lines",
    "states",
    "wars",
    "year_end_dyads",
)
REBUILT = (
    "water_agreements",
    "trust_discretion_parts",
    "trust_discretion",
    "trust_oversight",
    "political_treaties",
    "trust_rules",
    "hedges",
    "hedge_removals",
    "trust_hedging",
    "trust_convergence",
)


@pytest.fixture(scope="module")
def cut(built):
    """A database in which the indicators are rebuilt from what was known by 31 December 1985."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{built.store}' as whole (read_only)")
        for name in ("facts", "coded"):
            con.execute(f"attach ':memory:' as {name}")
        for fact, known in KNOWN.items():
            file = project().facts / f"{fact}.parquet"
            con.execute(f"create view facts.{fact} as select * from read_parquet('{file}') where {known}")
        for name, table in read_coded(project().coded, declared(CODEBOOK / "coded.toml")).items():
            con.register("arriving", table)
            rows = f"where year <= {CUT}" if name == "arms_control_agreements" else ""
            con.execute(f'create table coded."{name}" as select * from arriving {rows}')
            con.unregister("arriving")
        for name in READ:
            con.execute(f"create view {name} as select * from whole.{name}")
        for name in REBUILT:
            con.execute(f"create table {name} as {(TABLES / f'{name}.sql').read_text(encoding='utf-8')}")
        yield con


@pytest.mark.parametrize("table", [t for t in REBUILT if t.startswith("trust_")])
def test_the_future_changes_no_earlier_row(cut, table):
    columns = [row[0] for row in cut.execute(f"describe whole.{table}").fetchall()]
    floats = {r[0] for r in cut.execute(f"describe whole.{table}").fetchall() if r[1] in ("DOUBLE", "FLOAT")}
    held = ", ".join(f"round({c}, 9) as {c}" if c in floats else c for c in columns)
    whole = f"select {held} from whole.{table} where year <= {CUT}"
    known = f"select {held} from {table} where year <= {CUT}"
    assert cut.execute(f"select count(*) from ({known})").fetchall()[0][0] > 5000
    for one, other in ((whole, known), (known, whole)):
        assert cut.execute(f"({one}) except ({other}) limit 3").fetchall() == []
