"""Whittling: one dispute for each dyad-year that holds several, by rules that a user names, in the order named.

Nothing is whittled unless it is asked for. Each rule keeps, of the disputes that the rules before it left of a
dyad-year, those that stand first in its order; what is still tied after the last rule goes to the smallest dispute
number. Published levels, durations and reciprocation are facts of a dispute's end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from trustpanel.codebook.schema import Codebook
from trustpanel.codebook.words import known
from trustpanel.errors import PanelError
from trustpanel.paths import project
from trustpanel.store.connect import open_store
from trustpanel.store.panel_conditions import Values, year_condition
from trustpanel.store.panel_names import DISPUTES, UNITS_OF_DYAD_YEARS, YEARS_OF_DISPUTES
from trustpanel.store.panel_units import Unit


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what it prefers, and the order in SQL (y: dispute_years, d: disputes), best first."""

    name: str
    prefers: str
    order: tuple[str, ...]


RULES = {
    rule.name: rule
    for rule in (
        Rule("unique_onset", "a dispute that begins in the year to one that runs on", ("y.dispute_begins desc",)),
        Rule(
            "fatality",
            "the highest fatality level of the whole dispute; an unknown level stands between 0 and 1",
            ("coalesce(d.dispute_fatality, 0.5) desc",),
        ),
        Rule("hostility", "the highest hostility level of the whole dispute", ("d.dispute_hostility desc",)),
        Rule(
            "duration",
            "the longest whole dispute, by its least and then by its greatest duration",
            ("d.dispute_min_days desc", "d.dispute_max_days desc"),
        ),
        Rule("reciprocation", "a reciprocated dispute", ("d.reciprocated desc",)),
        Rule("start_month", "the earliest month of the calendar in which it began", ("month(d.dispute_start_date)",)),
        Rule(
            "fatality_of_the_two",
            "the highest fatality level of the two sides themselves; an unknown level stands between 0 and 1",
            ("coalesce(d.fatality, 0.5) desc",),
        ),
        Rule("hostility_of_the_two", "the highest hostility level of the two sides themselves", ("d.hostility desc",)),
    )
}
CLASSICAL = ("unique_onset", "fatality", "hostility", "duration", "reciprocation", "start_month")


@dataclass(frozen=True)
class Whittling:
    """The rules of one panel, in order."""

    rules: tuple[Rule, ...]

    @property
    def order(self) -> str:
        """The whole order in SQL, without the dispute number that ends it."""
        return ", ".join(part for rule in self.rules for part in rule.order)

    def book(self, book: Codebook) -> Codebook:
        """`book` as the whittled panel sees it: one dispute by dyad-year, with what the year adds."""
        disputes, years = book.tables[DISPUTES], book.tables[YEARS_OF_DISPUTES]
        one = replace(
            disputes,
            key=("ccode_a", "ccode_b", "year"),
            columns=tuple(dict.fromkeys((*years.columns, *disputes.columns))),
        )
        return replace(book, tables={**book.tables, DISPUTES: one})

    def relation(self, book: Codebook) -> str:
        """The select that yields the dispute left of each dyad-year."""
        years, disputes = book.tables[YEARS_OF_DISPUTES].columns, book.tables[DISPUTES].columns
        columns = [f'y."{c}"' for c in years] + [f'd."{c}"' for c in disputes if c not in years]
        return (
            f"(select * from (select {', '.join(columns)},"
            f" row_number() over ({_OF_A_DYAD_YEAR} order by {self.order}, y.dispute_id) as whittled"
            f" from {_BOTH}) as ranked where whittled = 1)"
        )

    def note(self, years: Any) -> str:
        """What the rules leave and what they leave tied, counted in the store for the years of the panel."""
        values = Values()
        condition = year_condition(years, values)
        counts = (
            "select count(*), count(*) filter (where firsts > 1) from ("
            " select ccode_a, ccode_b, year, count(*) filter (where place = 1) as firsts from ("
            f" select y.ccode_a, y.ccode_b, y.year, rank() over ({_OF_A_DYAD_YEAR} order by {self.order}) as place"
            f" from {_BOTH} where y.disputes_that_year > 1) as ranked"
            f" where {condition} group by ccode_a, ccode_b, year) as dyad_years"
        )
        with open_store(project()) as con:
            several, tied = con.execute(counts, values.bound).fetchall()[0]
        return (
            f"whittled by {', '.join(rule.name for rule in self.rules)}: {several} dyad-years of the dispute data in"
            f" these years hold several disputes; {tied} of them are tied after the last rule and keep the smallest"
            " dispute number"
        )


_BOTH = (
    f"{YEARS_OF_DISPUTES} as y inner join {DISPUTES} as d"
    " on y.dispute_id = d.dispute_id and y.ccode_a = d.ccode_a and y.ccode_b = d.ccode_b"
)
_OF_A_DYAD_YEAR = "partition by y.ccode_a, y.ccode_b, y.year"


def whittling(rules: Iterable[str] | None, unit: Unit) -> Whittling | None:
    """The rules named; None without any. Raises `UnknownNameError`, or `PanelError` where they make no sense."""
    if rules is None:
        return None
    names = [rules] if isinstance(rules, str) else list(rules)
    for name in names:
        known(name, RULES, "whittling rule")
    if not names or len(set(names)) != len(names):
        raise PanelError(
            "whittling takes each of its rules once, and at least one",
            expected=f"a selection of {list(RULES)}, in your order",
            found=names,
            next_step=f"the classical order is whittle={CLASSICAL}",
        )
    if unit.name not in UNITS_OF_DYAD_YEARS:
        raise PanelError(
            f"{unit.name} has no dyad-years: there is nothing to whittle",
            expected=f"one of the units {UNITS_OF_DYAD_YEARS}",
            next_step="choose one of them, or leave whittle out",
        )
    return Whittling(tuple(RULES[name] for name in names))


def refuse_unused() -> None:
    """Raises `PanelError`: rules were named, and nothing that they decide was asked for."""
    raise PanelError(
        "whittling leaves one dispute of a dyad-year, but no variable of a single dispute is asked for",
        expected="a variable of disputes or dispute_years, such as dispute_id, hostility or dispute_begins",
        next_step="ask for one, or leave whittle out: dispute_onset, dispute_onsets, dispute_ongoing and"
        " dispute_level_ended speak of all disputes of the dyad-year",
    )
