"""The units of a panel: what one row is, its key, and the select that yields its rows from the store's own tables.

Every unit rests on a table of the store (`state_years`, `leader_years`, `state_dyad_years`, `leader_dyad_years`,
`state_dyad_spells`, `leader_states`, `meeting_dyads`, `pair_breaks`); months, days and event time only lay the calendar
over its days. `{years}` stands for the condition on the year, `{around}` for the months on either side of an event.

Every select keeps to SQL that DuckDB and Spark both run (`tests/test_panel_portable.py`): the calendar is joined, since
the two make series of dates in different words.
"""

from __future__ import annotations

from dataclasses import dataclass

_A_TO_B = {"a": "b", "b": "a", "ab": "ba", "ba": "ab"}


@dataclass(frozen=True)
class Unit:
    """One unit: name, table behind it, key, the columns that stand in every result, and the select of its rows.

    `own` are further columns that the select yields and that a result carries when they are asked for. Days are so many
    that `window` asks for years; of an event the years are its own.
    """

    name: str
    label: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    select: str
    own: tuple[str, ...] = ()
    window: bool = False

    @property
    def slots(self) -> tuple[str, ...]:
        """The columns by which tables join."""
        return tuple(c for c in (*self.columns, *self.own) if c in _SLOTS)

    @property
    def dyadic(self) -> bool:
        return "ccode_a" in self.columns

    @property
    def system(self) -> str:
        """The list of states that makes the rows: `cow`, or `gw` with the Correlates of War codes beside its own."""
        return "gw" if {"gwcode", "gwcode_a"} & set(self.columns) else "cow"

    @property
    def monthly(self) -> bool:
        return "month" in self.columns

    @property
    def daily(self) -> bool:
        return "day" in self.columns

    @property
    def eventful(self) -> bool:
        return "event_month" in self.columns

    def order(self, directed: bool) -> tuple[str, ...]:
        """The key of the result: of a directed pair also the side that stands first."""
        first = "gwcode_a" if self.system == "gw" else "ccode_a"
        return (*self.key, first) if directed and first not in self.key else self.key


_SLOTS = (
    *("ccode", "ccode_a", "ccode_b", "gwcode", "gwcode_a", "gwcode_b"),
    *("leader_id", "leader_a", "leader_b", "leader_dyad_id"),
    *("meeting_id", "person_a", "person_b", "year", "month", "day"),
)

# month_number counts months since the year 0: months before and after an event are a difference of whole numbers
MONTHS = """(
        select year, month, last_day(month) as month_end, month_number
        from (
            select year, year * 12 + k::int as month_number, make_date(year, k::int, 1) as month, last_day as year_end
            from calendar_years cross join range(1, 13) as r (k)
        ) as c
        where month <= year_end
    )"""
DAYS = """(
        select year, day
        from (
            select year, first_day + k::int as day, last_day as year_end
            from calendar_years cross join range(0, 366) as r (k)
            where {years}
        ) as c
        where day <= year_end
    )"""

_STATE_YEAR = Unit(
    name="state_year",
    label="state x year of membership",
    table="state_years",
    key=("ccode", "year"),
    columns=("ccode", "year"),
    select="select ccode, year from state_years where {years}",
)
_LEADER_YEAR = Unit(
    name="leader_year",
    label="leader's spell in office x state code x year",
    table="leader_years",
    key=("leader_id", "ccode", "year"),
    columns=("leader_id", "ccode", "year", "office_days"),
    own=("office_start", "office_end"),
    select="select leader_id, ccode, year, office_days, office_start, office_end from leader_years where {years}",
)
_STATE_DYAD_YEAR = Unit(
    name="state_dyad_year",
    label="pair of states x year with a day on which both are members",
    table="state_dyad_years",
    key=("ccode_a", "ccode_b", "year"),
    columns=("ccode_a", "ccode_b", "year"),
    select="select ccode_a, ccode_b, year from state_dyad_years where {years}",
)
_LEADER_DYAD_YEAR = Unit(
    name="leader_dyad_year",
    label="pair of leaders x state codes x year with a shared day in office",
    table="leader_dyad_years",
    key=("leader_dyad_id", "year"),
    columns=("leader_dyad_id", "year", "leader_a", "leader_b", "ccode_a", "ccode_b", "overlap_days"),
    own=("overlap_start", "overlap_end", "in_office_1jan"),
    select="""select
        leader_dyad_id, year, leader_a, leader_b, ccode_a, ccode_b,
        overlap_days, overlap_start, overlap_end, in_office_1jan
    from leader_dyad_years
    where {years}""",
)
# the analyses' own unit: one pair at most speaks for the dyad in a year
_PAIR_YEAR = Unit(
    name="pair_year",
    label="pair of states x year with the pair of leaders in office on 1 January",
    table="panel",
    key=("ccode_a", "ccode_b", "year"),
    columns=("ccode_a", "ccode_b", "year", "leader_dyad_id", "leader_a", "leader_b"),
    select='select ccode_a, ccode_b, year, leader_dyad_id, leader_a, leader_b from "panel" where {years}',
)
# a dyad that leaves the system and comes back within a month has that month once
_STATE_DYAD_MONTH = Unit(
    name="state_dyad_month",
    label="pair of states x month with a day on which both are members",
    table="state_dyad_spells",
    key=("ccode_a", "ccode_b", "month"),
    columns=("ccode_a", "ccode_b", "month", "year"),
    select=f"""select s.ccode_a, s.ccode_b, m.month, m.year
    from (
        select
            ccode_a, ccode_b, start_date, end_date,
            lag(end_date) over (partition by ccode_a, ccode_b order by start_date) as left_before
        from state_dyad_spells
    ) as s
    inner join (select * from {MONTHS} as months where {{years}}) as m
        on s.start_date <= m.month_end and s.end_date >= m.month
    where s.left_before is null or s.left_before < m.month""",
)
_LEADER_DYAD_MONTH = Unit(
    name="leader_dyad_month",
    label="pair of leaders x state codes x month with a shared day in office",
    table="leader_dyad_years",
    key=("leader_dyad_id", "month"),
    columns=("leader_dyad_id", "month", "year", "leader_a", "leader_b", "ccode_a", "ccode_b"),
    own=("month_start", "month_end"),
    select=f"""select
        y.leader_dyad_id, m.month, y.year, y.leader_a, y.leader_b, y.ccode_a, y.ccode_b,
        greatest(y.overlap_start, m.month) as month_start,
        least(y.overlap_end, m.month_end) as month_end
    from (select * from leader_dyad_years where {{years}}) as y
    inner join {MONTHS} as m
        on y.year = m.year and y.overlap_start <= m.month_end and y.overlap_end >= m.month""",
)

_LEADER_DAY = Unit(
    name="leader_day",
    label="leader's spell in office x state code x day",
    table="leader_states",
    key=("leader_id", "ccode", "day"),
    columns=("leader_id", "ccode", "day", "month", "year"),
    select=f"""select s.leader_id, s.ccode, d.day, date_trunc('month', d.day)::date as month, d.year
    from leader_states as s
    inner join {DAYS} as d on s.start_date <= d.day and s.end_date >= d.day""",
    window=True,
)
_LEADER_DYAD_DAY = Unit(
    name="leader_dyad_day",
    label="pair of leaders x state codes x shared day in office",
    table="leader_dyad_years",
    key=("leader_dyad_id", "day"),
    columns=("leader_dyad_id", "day", "month", "year", "leader_a", "leader_b", "ccode_a", "ccode_b"),
    select=f"""select
        y.leader_dyad_id, d.day, date_trunc('month', d.day)::date as month, y.year,
        y.leader_a, y.leader_b, y.ccode_a, y.ccode_b
    from leader_dyad_years as y
    inner join {DAYS} as d on y.year = d.year and y.overlap_start <= d.day and y.overlap_end >= d.day""",
    window=True,
)
_STATE_DYAD_DAY = Unit(
    name="state_dyad_day",
    label="pair of states x day on which both are members",
    table="state_dyad_spells",
    key=("ccode_a", "ccode_b", "day"),
    columns=("ccode_a", "ccode_b", "day", "month", "year"),
    select=f"""select s.ccode_a, s.ccode_b, d.day, date_trunc('month', d.day)::date as month, d.year
    from state_dyad_spells as s
    inner join {DAYS} as d on s.start_date <= d.day and s.end_date >= d.day""",
    window=True,
)
# months in which both states are members; the pair that met, or that broke, stands in every row of its event
_EVENT_MONTHS = """select
        {own}e.leader_a, e.leader_b, e.ccode_a, e.ccode_b,
        concat_ws('|', e.leader_a, e.leader_b, e.ccode_a, e.ccode_b) as leader_dyad_id,
        m.month, m.year, e.k::smallint as event_month
    from (
        select dated.*, year(event_date) * 12 + month(event_date) + r.k as month_number, r.k
        from ({events}) as dated cross join range(-{around}, {around} + 1) as r (k)
        where {years}
    ) as e
    inner join {months} as m on e.month_number = m.month_number
    where exists (
        select 1 from state_dyad_spells as s
        where s.ccode_a = e.ccode_a and s.ccode_b = e.ccode_b and s.start_date <= m.month_end and s.end_date >= m.month
    )"""


SUMMITS = """
        select *, start_date as event_date, year(start_date) as year
        from meeting_dyads
        where documented and leader_a is not null and leader_b is not null
    """
TURNOVERS = """
        select b.leader_a, b.leader_b, p.ccode_a, p.ccode_b, b.pair_end as event_date, year(b.pair_end) as year
        from pair_breaks as b
        inner join (
            select
                leader_a,
                leader_b,
                max_by(ccode_a, overlap_end) as ccode_a,
                max_by(ccode_b, overlap_end) as ccode_b
            from leader_dyad_years
            group by leader_a, leader_b
        ) as p on b.leader_a = p.leader_a and b.leader_b = p.leader_b
        where b.left_office <> 'none'
    """


def _event(name: str, label: str, table: str, key: tuple[str, ...], events: str) -> Unit:
    select = _EVENT_MONTHS.replace("{own}", "".join(f"e.{k}, " for k in key if not k.startswith("leader")))
    select = select.replace("{events}", events).replace("{months}", MONTHS)
    sides = ("leader_dyad_id", "leader_a", "leader_b", "ccode_a", "ccode_b")
    columns = tuple(dict.fromkeys((*key, "event_month", "month", "year", *sides)))
    return Unit(name, label, table, (*key, "event_month"), columns, select)


_SUMMIT_MONTH = _event(
    "summit_event_month",
    "documented meeting of two leaders in office x month around it",
    "meeting_dyads",
    ("meeting_id", "person_a", "person_b"),
    SUMMITS,
)
_TURNOVER_MONTH = _event(
    "turnover_event_month",
    "end of a pair of leaders by turnover x month around it",
    "pair_breaks",
    ("leader_a", "leader_b"),
    TURNOVERS,
)

UNITS = {
    u.name: u
    for u in (
        *(_STATE_YEAR, _LEADER_YEAR, _STATE_DYAD_YEAR, _LEADER_DYAD_YEAR, _PAIR_YEAR),
        *(_STATE_DYAD_MONTH, _LEADER_DYAD_MONTH),
        *(_LEADER_DAY, _STATE_DYAD_DAY, _LEADER_DYAD_DAY, _SUMMIT_MONTH, _TURNOVER_MONTH),
    )
}


def other_side(name: str) -> str:
    """`name` with the sides of the pair exchanged: `_a` and `_b`, `_ab` and `_ba`; the same name if it has none."""
    return "_".join(_A_TO_B.get(token, token) for token in name.split("_"))
