"""What is signed, begun or found out later changes no earlier stock of agreements, pair's share of it, or belief."""

from __future__ import annotations

import duckdb
import pytest

from trustpanel.paths import CODEBOOK, TABLES, project
from trustpanel.sources.coded import declared, read_coded

CUT = 1985
# fact: the condition under which a row is known by the end of the year CUT
KNOWN = {
    "atop51_members": f"year(start_date) <= {CUT}",
    "dcad_agreements": f"year(signed_date) <= {CUT}",
    "ggo_agreements": f"year(signed_date) <= {CUT}",
    "ggo_members": "true",
    "ibad_attempts": f"year <= {CUT}",
    "icow_attempts": f"year(end_date) <= {CUT}",
    "icow_claims": "true",
    "nca_agreements": f"year <= {CUT}",
    "tfdd_parties": "true",
    "tfdd_treaties": f"year(signed_date) <= {CUT}",
    "wti_treaties": f"year(signed_date) <= {CUT}",
}
CODED = {
    "arms_control_agreements": f"year <= {CUT}",
    "agreements_added": f"year(signed_date) <= {CUT}",
}
READ = (
    "calendar_years",
    "choices",
    "effective_leaders",
    "leader_dyad_years",
    "leader_dyads",
    "leaders",
    "state_bearers",
    "states",
    "year_end_dyads",
)
BEGUN = ("disputes", "wars")
REBUILT = (
    "agreement_records",
    "agreement_record_parties",
    "agreement_doubles",
    "agreement_matches",
    "agreement_groups",
    "agreement_parties",
    "agreements",
    "agreement_signers",
    "agreements_in_force",
    "agreement_stocks",
    "pair_agreements",
    "belief_acts",
    "state_beliefs",
)


@pytest.fixture(scope="module")
def cut(built):
    """A database in which the tables are rebuilt from what was known by 31 December 1985."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"attach '{built.store}' as whole (read_only)")
        for name in ("facts", "coded"):
            con.execute(f"attach ':memory:' as {name}")
        for fact, known in KNOWN.items():
            file = project().facts / f"{fact}.parquet"
            con.execute(f"create view facts.{fact} as select * from read_parquet('{file}') where {known}")
        for name, table in read_coded(project().coded, declared(CODEBOOK / "coded.toml")).items():
            con.register("arriving", table)
            con.execute(f'create table coded."{name}" as select * from arriving where {CODED.get(name, "true")}')
            con.unregister("arriving")
        for name in (*READ, "agreement_classes"):
            con.execute(f"create view {name} as select * from whole.{name}")
        for name in BEGUN:
            con.execute(f"create view {name} as select * from whole.{name} where year(start_date) <= {CUT}")
        for name in REBUILT:
            con.execute(f"create table {name} as {(TABLES / f'{name}.sql').read_text(encoding='utf-8')}")
        yield con


@pytest.mark.parametrize(
    ("table", "last"), [("agreement_stocks", CUT), ("pair_agreements", CUT + 1), ("state_beliefs", CUT)]
)
def test_the_future_changes_no_earlier_row(cut, table, last):
    """A pair's row of 1986 tells of 31 December 1985."""
    columns = [row[0] for row in cut.execute(f"describe whole.{table}").fetchall()]
    floats = {r[0] for r in cut.execute(f"describe whole.{table}").fetchall() if r[1] in ("DOUBLE", "FLOAT")}
    held = ", ".join(f"round({c}, 9) as {c}" if c in floats else c for c in columns)
    whole = f"select {held} from whole.{table} where year <= {last}"
    known = f"select {held} from {table} where year <= {last}"
    assert cut.execute(f"select count(*) from ({known})").fetchall()[0][0] > 5000
    for one, other in ((whole, known), (known, whole)):
        assert cut.execute(f"({one}) except ({other}) limit 3").fetchall() == []
