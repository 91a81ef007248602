"""The state-level and dispositional hypotheses: what their files say, and the rows and variation that their frames have."""

from __future__ import annotations

import numpy as np
import pytest
from declared import frame_of, hypotheses

from trustpanel.models.frames import numbers
from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.hypothesis_run import select_test_rows
from trustpanel.models.rows import dyad_codes, select_rows

# rows and dyads of the main test, and the dyads within which its own term varies
MAIN = {
    "H18": (3325, 205, "convergence", 43),
    "H19": (1333, 96, "framework", 15),
    "H20": (8428, 497, "removed", 16),
    "H22": (8121, 496, "fades", 174),
    "H23": (6065, 419, "costly", 92),
    "H24": (6497, 437, "both_nuclear", 6),
    "H25": (2665, 115, "reform", 69),
    "H26": (2676, 115, "support", 84),
    "H27": (5777, 423, "identity", 423),
    "H29": (6985, 433, "alike", 300),
    "H32": (8428, 497, "brake", 244),
}
SIGNS = {
    "H18": ("0", "+", "+", "."),
    "H19": (".", "+", ".", "."),
    "H20": (".", "+", "+", "."),
    "H22": (".", ".", ".", "-"),
    "H23": ("+", "+", "+, cheap = 0", "."),
    "H24": ("0", "+", "+", "0"),
    "H25": ("0", "+", "+", "0"),
    "H26": ("0", "+", ".", "+"),
    "H27": (".", "±", ".", "."),
    "H28": ("0", "+", ".", "."),
    "H29": ("+", "0", ".", "."),
    "H32": (".", "+", ".", "."),
}


@pytest.fixture(scope="module")
def declared() -> dict[str, Hypothesis]:
    return hypotheses()


@pytest.mark.parametrize("key", SIGNS)
def test_the_files_carry_the_signs_of_the_design(declared, key):
    h = declared[key]
    assert tuple(sign for _, sign in h.sign) == SIGNS[key]
    version = 2 if key in ("H25", "H26") else 1
    assert (h.role, h.version, h.expected) == ("exploratory", version, "-" if key == "H22" else "+")


def test_opinion_without_leaders_stays_untestable(declared):
    h = declared["H28"]
    assert h.tests == ()
    assert "12 the leaders had not met" in str(h.untestable)
    assert "before 2002" in str(h.needs)


@pytest.mark.parametrize("key", MAIN)
def test_the_main_test_has_the_declared_rows_and_variation(store, declared, key):
    rows, dyads, term, varying = MAIN[key]
    h = declared[key]
    kept = select_rows(*select_test_rows(h.tests[0], frame_of(store, h))).frame
    column = next(t.column for t in h.tests[0].model.terms if t.name == term)
    values, code = numbers(kept, column), dyad_codes(kept)
    spread = [np.ptp(values[code == c]) for c in range(code.max() + 1)]
    assert (len(kept), code.max() + 1, sum(s > 0 for s in spread)) == (rows, dyads, varying)


def test_the_few_numbers_of_the_untestable_one_are_those_of_the_store(store):
    found = store.execute(
        """
        with favour as (
            select s.ccode_a, s.ccode_b, s.year, x.side, x.favour
            from society_dyad_years as s,
                unnest([{'side': 'ab', 'favour': favourability_ab}, {'side': 'ba', 'favour': favourability_ba}]) as u (x)
            where x.favour is not null
        ),

        change as (
            select *, favour - lag(favour) over side_years as rise, year - lag(year) over side_years as gap
            from favour
            window side_years as (partition by ccode_a, ccode_b, side order by year)
        )

        select
            count(*),
            count(distinct (p.ccode_a, p.ccode_b)),
            count(p.contact_stock),
            count(distinct (p.ccode_a, p.ccode_b)) filter (where p.contact_stock is not null),
            count(*) filter (where p.contact_stock = 0)
        from panel as p
        inner join change as c on p.ccode_a = c.ccode_a and p.ccode_b = c.ccode_b and p.year - 1 = c.year
        where p.at_risk and p.peace_3y is not null and c.rise is not null and c.gap <= 3"""
    ).fetchall()
    assert found == [(124, 27, 64, 10, 12)]
