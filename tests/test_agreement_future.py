"""What is signed, begun or found out later changes no earlier stock of agreements, pair's share of it, or belief."""

from __future__ import annotations

import pytest
from cut_store import CUT, cut_store, differing, rounded

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
    "agreement_classes",
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
REBUILT = (
    "water_signatories",
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
    """The tables rebuilt from what was known by the end of the year CUT."""
    with cut_store(built, facts=KNOWN, coded=CODED, read=READ, rebuilt=REBUILT) as con:
        yield con


@pytest.mark.parametrize(
    ("table", "last"), [("agreement_stocks", CUT), ("pair_agreements", CUT + 1), ("state_beliefs", CUT)]
)
def test_the_future_changes_no_earlier_row(cut, table, last):
    """A pair's row of 1986 tells of 31 December 1985."""
    held = rounded(cut, table)
    whole = f"select {held} from whole.{table} where year <= {last}"
    known = f"select {held} from {table} where year <= {last}"
    assert cut.execute(f"select count(*) from ({known})").fetchall()[0][0] > 5000
    assert differing(cut, whole, known) == []
