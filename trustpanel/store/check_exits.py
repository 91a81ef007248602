"""Coded deaths in office and coded exits held against the leaders' spells and the rule of evidence."""

from __future__ import annotations

import duckdb

from trustpanel.store.check_rules import Rule, hold

# the mode that Archigos would give to each kind of exit
MODES = {
    "natural_death": "Natural Death",
    "accident": "Natural Death",
    "ill_health": "Retired Due to Ill Health",
    "suicide": "Suicide",
    "foreign": "Foreign",
    "assassination": "Irregular",
    "coup": "Irregular",
    "protest": "Irregular",
    "rebels": "Irregular",
    "term_limit": "Regular",
    "election": "Regular",
    "stood_down": "Regular",
    "removed": "Regular",
    "rotation": "Regular",
    "caretaker": "Regular",
    "other_office": "Regular",
    "office_ended": "Regular",
}
VERDICTS = ("confirmed", "wrong_date", "not_a_death", "other_cause", "unclear")
HEALTH_VERDICTS = ("confirmed", "contested", "not_ill_health", "died", "unclear")
REGULAR = tuple(kind for kind, mode in MODES.items() if mode == "Regular")
DAYS_APART = 3

NO_SOURCE = Rule(
    "no source that was read",
    "r.source is null or r.says is null or r.read_on is null",
    "the address of a page that was opened, what it says, and the day it was read",
    "name the page, or leave the row out: nobody's memory is a source",
)
NO_FIRST_SOURCE = Rule(
    NO_SOURCE.problem,
    "r.source_1 is null or r.says_1 is null or r.read_on is null",
    NO_SOURCE.expected,
    NO_SOURCE.next_step,
)
GRADE_WITHOUT_PAGES = Rule(
    "grade A without a second source",
    "r.grade is null or r.grade not in ('A', 'B')"
    " or (r.grade = 'A' and (r.source_2 is null or r.says_2 is null or r.source_2 = r.source_1))",
    "two pages for A, one for B",
    "name the second page, or set the grade to B",
)
ANOTHER_END = Rule(
    "another end than that of the spell",
    "r.end_date is distinct from l.end_date",
    "end_date equal to the end of the spell in leaders",
    "code the exit anew: the spell that was judged is not the one in the store",
)
UNKNOWN_LEADER = Rule(
    "no such leader",
    "l.leader_id is null or r.ccode is null or r.ccode <> l.ccode",
    "a spell of the table leaders, and its state",
    "mend leader_id or ccode",
)

DEATHS = (
    NO_SOURCE,
    UNKNOWN_LEADER,
    Rule(
        "unknown verdict",
        f"r.verdict is null or r.verdict not in {VERDICTS}",
        ", ".join(VERDICTS),
        "choose one of them",
    ),
    Rule(
        "verdict and kind of death contradict each other",
        "r.death_kind is distinct from case r.verdict when 'other_cause' then 'accident' when 'not_a_death' then null"
        " else 'natural' end",
        "accident with other_cause, nothing with not_a_death, natural with every other verdict",
        "mend death_kind or the verdict",
    ),
    Rule(
        "unknown answer",
        "r.anticipated is null or r.anticipated not in ('yes', 'no', 'unknown')",
        "yes, no or unknown: illness or treatment that the source tells of more than a week before the death",
        "mend anticipated",
    ),
    Rule(
        "a verdict that the leaders do not follow",
        "(r.verdict = 'not_a_death') = (l.exit is not distinct from 'Natural Death')",
        "exit Natural Death in leaders, except where the verdict is not_a_death",
        "mend the verdict, or correct the exit in data/corrections.toml",
    ),
    Rule(
        "a wrong date that was not corrected",
        "r.verdict = 'wrong_date' and (r.death_date is null or r.death_date <> l.end_date)",
        "a spell that ends on death_date",
        "correct the end of the spell in data/corrections.toml",
    ),
    Rule(
        "another date than that of the spell",
        "r.verdict not in ('wrong_date', 'not_a_death') and r.archigos_date is distinct from l.end_date",
        "archigos_date equal to the end of the spell in leaders",
        "mend archigos_date, or call the date wrong and correct it",
    ),
    Rule(
        "a date apart from the spell and no note",
        "r.verdict in ('confirmed', 'other_cause') and r.note is null"
        f" and (r.death_date is null or abs(r.death_date - l.end_date) > {DAYS_APART})",
        f"a death within {DAYS_APART} days of the end of the spell, or a note that says why not",
        "mend the date, or say in the note what the end of the spell is",
    ),
)

EXITS = (
    NO_FIRST_SOURCE,
    GRADE_WITHOUT_PAGES,
    UNKNOWN_LEADER,
    Rule(
        "unknown kind of exit",
        f"r.exit_kind is null or r.exit_kind not in {tuple(MODES)}",
        ", ".join(MODES),
        "choose one of them",
    ),
    Rule(
        "mode and kind contradict each other",
        f"r.exit_mode is null or (r.exit_kind, r.exit_mode) not in {tuple(MODES.items())}",
        "the mode of Archigos to which the kind belongs",
        "mend exit_mode or exit_kind",
    ),
    Rule(
        "a spell that has not ended, or that Archigos codes",
        "l.exit is not null or l.end_precision in ('open', 'censored') or l.end_date < date '2016-01-01'",
        "a spell of leaders that ended after 2015",
        "leave the row out",
    ),
    ANOTHER_END,
    Rule(
        "a date apart from the spell and no note",
        f"r.exit_date is null or (abs(r.exit_date - l.end_date) > {DAYS_APART} and r.note is null)",
        f"an exit within {DAYS_APART} days of the end of the spell, or a note that says why not",
        "mend the date, or say in the note what the end of the spell is",
    ),
    Rule(
        "a death without an answer, or an answer without a death",
        "(r.exit_mode = 'Natural Death') <> (r.anticipated is not null)"
        " or r.anticipated not in ('yes', 'no', 'unknown')",
        "yes, no or unknown for a death; nothing for any other exit",
        "mend anticipated",
    ),
)

ILL_HEALTH = (
    NO_SOURCE,
    UNKNOWN_LEADER,
    Rule(
        "unknown verdict",
        f"r.verdict is null or r.verdict not in {HEALTH_VERDICTS}",
        ", ".join(HEALTH_VERDICTS),
        "choose one of them",
    ),
    Rule(
        "a verdict that the leaders do not follow",
        "(r.verdict in ('not_ill_health', 'died')) = (l.exit is not distinct from 'Retired Due to Ill Health')",
        "exit Retired Due to Ill Health in leaders, except where the verdict is not_ill_health or died",
        "mend the verdict, or correct the exit in data/corrections.toml",
    ),
    ANOTHER_END,
)

REGULAR_EXITS = (
    NO_FIRST_SOURCE,
    GRADE_WITHOUT_PAGES,
    UNKNOWN_LEADER,
    Rule(
        "unknown kind of regular exit",
        f"r.exit_kind is null or r.exit_kind not in {REGULAR}",
        ", ".join(REGULAR),
        "choose one of them",
    ),
    Rule(
        "an exit that Archigos does not call regular",
        "l.exit is distinct from 'Regular' or l.end_date not between date '1946-01-01' and date '2015-12-31'",
        "a spell of leaders that Archigos ends by a regular exit in 1946-2015",
        "leave the row out, or correct the exit in data/corrections.toml",
    ),
    ANOTHER_END,
)

ELECTIONS = (
    Rule(
        "an unknown state",
        "r.ccode is null or r.ccode not in (select ccode from states)",
        "a Correlates of War code",
        "mend the code",
    ),
    Rule(
        "an unknown kind of election",
        "r.election_kind is null or r.election_kind not in ('executive', 'legislative')",
        "executive or legislative",
        "choose one of them",
    ),
    Rule(
        "an election outside the years of the list",
        "r.election_date is null or r.election_date not between date '1946-01-01' and date '2015-12-31'",
        "a day of 1946-2015",
        "mend the day, or leave the row out",
    ),
)

RULES = {
    "natural_deaths": DEATHS,
    "ill_health_exits": ILL_HEALTH,
    "exits_after_2015": EXITS,
    "regular_exits": REGULAR_EXITS,
}


def check_exits(con: duckdb.DuckDBPyConnection) -> int:
    """The number of coded deaths and exits, which keep every rule; raises `CodedError` with file, row and reason."""
    joined = "left join leaders as l on r.leader_id = l.leader_id"
    held = sum(hold(con, name, rules, row="r.leader_id", joined=joined) for name, rules in RULES.items())
    hold(con, "reign_lost_elections", ELECTIONS, row="r.ccode", folder="data/coded/derived")
    return held
