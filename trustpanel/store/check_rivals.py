"""Coded meetings of rivals held against the leaders, the rivalries and the rule of evidence."""

from __future__ import annotations

import duckdb

from trustpanel.store.check_rules import Rule, hold

KINDS = (
    "summit",
    "state_visit",
    "official_visit",
    "working_visit",
    "mediated",
    "multilateral_bilateral",
    "sideline",
    "funeral_talk",
)

_IN_OFFICE = """exists (
    select 1 from effective_leaders as e
    where e.ccode = r.ccode_{side} and e.person_id = r.person_{side}
        and r.start_date <= e.end_date and r.end_date >= e.start_date
)"""

RULES = (
    Rule(
        "no source that was read",
        "r.source_1 is null or r.says_1 is null",
        "the address of a page that was opened, and what it says",
        "name the page, or leave the meeting out: nobody's memory is a source",
    ),
    Rule(
        "grade A without a second source",
        "r.grade not in ('A', 'B') or r.grade is null "
        "or (r.grade = 'A' and coalesce(r.source_2, r.source_1) = r.source_1)",
        "two independent pages for A, one for B",
        "name the second page, or set the grade to B",
    ),
    Rule(
        "states out of order",
        "r.ccode_a is null or r.ccode_b is null or r.ccode_a >= r.ccode_b",
        "two Correlates of War codes, the smaller one first",
        "swap the sides, persons and names included",
    ),
    Rule(
        "a date that is none",
        "r.start_date is null or r.end_date is null or r.start_date > r.end_date"
        " or r.date_precision is null or r.date_precision not in ('day', 'month', 'year')",
        "start_date <= end_date and a precision of day, month or year",
        "mend the dates",
    ),
    Rule(
        "unknown kind",
        f"r.kind is null or r.kind not in {KINDS}",
        ", ".join(KINDS),
        "choose one of them; letters, calls and planned meetings are none",
    ),
    Rule(
        "unknown person",
        "r.person_a not in (select person_id from persons) or r.person_b not in (select person_id from persons)"
        " or r.person_a is null or r.person_b is null",
        "persons of the leader files or of data/coded/persons.csv",
        "mend the id, or add the person to data/coded/persons.csv",
    ),
    Rule(
        "unknown rivalry",
        "(r.ccode_a, r.ccode_b) not in (select (ccode_a, ccode_b) from rivalries)"
        " and (r.ccode_a, r.ccode_b) not in (select (case_ccode_a, case_ccode_b) from cases"
        " where case_ccode_b is not null)"
        " and (r.ccode_a, r.ccode_b) not in (select (ccode_a, ccode_b) from coded.rival_coverage)",
        "the dyad of a rivalry on one of the lists, of a case, or one whose coverage is coded",
        "mend the codes",
    ),
    Rule(
        "a person not in office and no capacity",
        f"(not {_IN_OFFICE.format(side='a')} and r.office_a is null)"
        f" or (not {_IN_OFFICE.format(side='b')} and r.office_b is null)",
        "the effective leader of that state on that day, or the office in which the person met",
        "fill office_a or office_b",
    ),
    Rule(
        "a date outside both spells in office",
        f"not {_IN_OFFICE.format(side='a')} and not {_IN_OFFICE.format(side='b')} and r.note is null",
        "a day on which at least one of the two is the effective leader, or a note that says why not",
        "mend the date, or say in the note who these two were that day",
    ),
)


def check_rival_meetings(con: duckdb.DuckDBPyConnection) -> int:
    """The number of coded meetings, all of which keep every rule; raises `CodedError` with file, row and reason."""
    return hold(con, "rival_meetings", RULES, row="r.coding_id")
