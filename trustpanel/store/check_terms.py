"""Coded term limits and terms held against the states, the leaders' spells and the rule of evidence."""

from __future__ import annotations

import duckdb

from trustpanel.store.check_rules import Rule, hold

KINDS = (
    "none",
    "no_immediate_reelection",
    "single_term",
    "consecutive_terms",
    "lifetime_terms",
    "no_rule_in_force",
)

LIMIT_RULES = (
    Rule(
        "no source that was read",
        "r.source_1 is null or r.says_1 is null or r.read_date is null or (r.source_2 is null) <> (r.says_2 is null)",
        "the address of a page that was opened, the day, and what it says",
        "name the page, or leave the rule out: nobody's memory is a source",
    ),
    Rule(
        "a grade that the sources do not bear",
        "r.grade is null or r.grade <> case when r.source_2 is null then 'B' else 'A' end or r.source_1 = r.source_2",
        "A with two pages, B with one",
        "name a second page, or set the grade to B",
    ),
    Rule(
        "an unknown state",
        "r.ccode is null or r.ccode not in (select ccode from states)",
        "a Correlates of War code",
        "mend the code",
    ),
    Rule(
        "an unknown kind of limit",
        f"r.limit_kind is null or r.limit_kind not in {KINDS}",
        ", ".join(KINDS),
        "choose one of them; leave out what is not known",
    ),
    Rule(
        "a limit without its numbers",
        "case when r.limit_kind = 'none' then r.max_terms is not null or r.counts_from is not null"
        " when r.limit_kind = 'no_rule_in_force' then coalesce(r.max_terms, r.term_years) is not null"
        " or r.counts_from is not null"
        " when r.limit_kind in ('no_immediate_reelection', 'single_term')"
        " then r.max_terms is distinct from 1 or (r.term_years is null and r.note is null)"
        " else coalesce(r.max_terms, 0) < 2 or r.term_years is null end",
        "no max_terms without a limit, 1 for a single term, 2 or more for several, and the length of a term"
        " (of a single term that is no whole number of years the note says so); no numbers where no rule was in force",
        "fill term_years and max_terms, or empty them",
    ),
    Rule(
        "days that are none",
        "r.valid_from is null or r.valid_to < r.valid_from or r.office is null or r.effective_office is null",
        "an office, whether the leader held it, and valid_from <= valid_to",
        "mend the row",
    ),
    Rule(
        "two rules for one day",
        "r.effective_office and exists (select 1 from coded.term_limits as o where o.rule_id <> r.rule_id"
        " and o.ccode = r.ccode and o.effective_office and o.valid_from <= coalesce(r.valid_to, date '9999-12-31')"
        " and r.valid_from <= coalesce(o.valid_to, date '9999-12-31'))",
        "at most one rule a day for the effective leader of a state",
        "end the earlier rule before the later begins",
    ),
)

TERM_RULES = (
    Rule(
        "an unknown leader",
        "r.leader_id not in (select leader_id from leaders)",
        "a spell of the leader files",
        "mend the id",
    ),
    Rule(
        "days that are none",
        "r.start_date is null or r.scheduled_end is null or r.scheduled_end <= r.start_date"
        " or r.known_from < r.start_date or r.known_from > r.scheduled_end or r.counts is null"
        " or r.stated_horizon < r.scheduled_end or r.date_precision not in ('day', 'month', 'year')"
        " or r.date_precision is null",
        "start_date <= known_from <= scheduled_end <= stated_horizon, counts, and a precision of day, month or year",
        "mend the days",
    ),
    Rule(
        "a term outside the spell in office",
        "exists (select 1 from leaders as l where l.leader_id = r.leader_id"
        " and (r.start_date > l.end_date or r.scheduled_end < l.start_date))",
        "a term that touches the leader's spell",
        "mend the days or the leader",
    ),
    Rule(
        "a term that is never known from its first day",
        "not exists (select 1 from coded.leader_terms as o where o.leader_id = r.leader_id and o.term = r.term"
        " and o.known_from = o.start_date)",
        "one row of each term with known_from = start_date: only that row is counted",
        "add the row of the first day; later rows only move the end due",
    ),
    Rule(
        "a first day without its basis",
        "case r.basis"
        " when 'spell' then not exists (select 1 from leaders as l"
        " where l.leader_id = r.leader_id and l.start_date = r.start_date and l.start_precision = 'day')"
        " and not exists (select 1 from coded.leader_terms as o"
        " where o.leader_id = r.leader_id and o.term = r.term and o.basis = 'page')"
        " when 'follows' then not exists (select 1 from coded.leader_terms as o where o.leader_id = r.leader_id"
        " and o.term = r.term - 1 and o.scheduled_end = r.start_date)"
        " when 'page' then r.source is null or r.says is null else true end",
        "spell: the first day in the leader files; follows: the end due of the term before; page: a page read",
        "name the page, or mend the day",
    ),
)


def check_terms(con: duckdb.DuckDBPyConnection) -> int:
    """The number of coded rows that keep every rule; raises `CodedError` with file, row and reason."""
    limits = hold(con, "term_limits", LIMIT_RULES, row="r.rule_id")
    return limits + hold(con, "leader_terms", TERM_RULES, row="r.leader_id || ', term ' || r.term")
