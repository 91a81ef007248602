"""The units of a panel by Gleditsch-Ward codes: rows of that list, each with its Correlates of War codes on the date.

A row's codes are those of the last day of its year, month or day on which both lists hold the state (of a pair: both
states); tables join by these codes, and are missing where there is none. Inside the query a pair stands in the order
of its Correlates of War codes, as the tables do; `turned` says that the smaller Gleditsch-Ward code is then the second.
"""

from __future__ import annotations

from trustpanel.store.panel_units import DAYS, MONTHS, SUMMITS, TURNOVERS, Unit

_SIDED = ("gwcode", "ccode", "leader")
_KNOWN = "{p}ccode_a is not null and {p}ccode_b is not null"
_FLIP = "case when ccode_a is not null and ccode_b is not null then ccode_a > ccode_b else gwcode_a > gwcode_b end"
_PAIR_ID = f"""case when {_KNOWN.format(p="")}
            then concat_ws('|', leader_a, leader_b, ccode_a, ccode_b) end as leader_dyad_id"""


def _in_cow_order(rows: str, others: tuple[str, ...], *, leaders: bool) -> str:
    """`rows` with the sides of each pair as the tables have them, and with `leader_dyad_id` if they are leaders."""
    sided = _SIDED if leaders else _SIDED[:2]
    columns = ", ".join(
        f"case when flip then {stem}_{other} else {stem}_{side} end as {stem}_{side}"
        for stem in sided
        for side, other in (("a", "b"), ("b", "a"))
    )
    ordered = f"""select
        {columns},
        {", ".join(others)}
    from (select *, {_FLIP} as flip from ({rows}) as listed) as facing"""
    identity = f"{_PAIR_ID}, " if leaders else ""
    return f"select *, {identity}gwcode_a > gwcode_b as turned\n    from ({ordered}) as pairs"


def _codes(alias: str) -> str:
    """The codes of a group of stretches: of the last day with both, else each side's own last one."""
    known = _KNOWN.format(p=alias)
    return ",\n".join(
        f"""            coalesce(
                max_by({alias}ccode_{s}, case when {known} then {alias}end_date end),
                max_by({alias}ccode_{s}, case when {alias}ccode_{s} is not null then {alias}end_date end)
            ) as ccode_{s}"""
        for s in "ab"
    )


def _by_year(table: str) -> str:
    """The stretches of a table, once for each year asked for that they touch: the calendar then joins by the year."""
    return f"""(
                select stretches.*, y.year
                from {table} as stretches
                inner join (select * from calendar_years where {{years}}) as y
                    on stretches.start_date <= y.last_day and stretches.end_date >= y.first_day
            ) as s"""


def _months(table: str, key: str, more: tuple[str, str]) -> str:
    """The months of a table of stretches; only where several touch one month must one be chosen."""
    months = f"""(
            select s.*, m.month
            from {_by_year(table)}
            inner join {MONTHS} as m
                on s.year = m.year and s.start_date <= m.month_end and s.end_date >= m.month
        ) as months"""
    plain, grouped = more
    return f"""
        select {key}, ccode_a, ccode_b, month, year{plain}
        from {months}
        where not shares_a_month
        union all
        select {key},
{_codes("")},
            month, year{grouped}
        from {months}
        where shares_a_month
        group by {key}, month, year
    """


_STATES, _LEADERS = "gwcode_a, gwcode_b", "leader_a, leader_b, gwcode_a, gwcode_b"
_MONTH_DAYS = (
    ", greatest(start_date, month) as month_start, least(end_date, last_day(month)) as month_end",
    ", min(greatest(start_date, month)) as month_start, max(least(end_date, last_day(month))) as month_end",
)
_PAIR_SIDES = ("leader_a", "leader_b", "gwcode_a", "gwcode_b", "ccode_a", "ccode_b")
_OVERLAP = ("overlap_days", "overlap_start", "overlap_end", "in_office_1jan")

_STATE_YEAR = Unit(
    name="state_year",
    label="state (Gleditsch-Ward) x year of membership",
    table="gw_state_years",
    key=("gwcode", "year"),
    columns=("gwcode", "ccode", "year"),
    select="select gwcode, ccode, year from gw_state_years where {years}",
)
_LEADER_YEAR = Unit(
    name="leader_year",
    label="leader's spell in office x state (Gleditsch-Ward) x year",
    table="gw_leader_years",
    key=("leader_id", "gwcode", "year"),
    columns=("leader_id", "gwcode", "ccode", "year", "office_days"),
    own=("office_start", "office_end"),
    select="""select leader_id, gwcode, ccode, year, office_days, office_start, office_end
    from gw_leader_years
    where {years}""",
)
_STATE_DYAD_YEAR = Unit(
    name="state_dyad_year",
    label="pair of states (Gleditsch-Ward) x year with a day on which both are members",
    table="gw_state_dyad_years",
    key=("gwcode_a", "gwcode_b", "year"),
    columns=("gwcode_a", "gwcode_b", "ccode_a", "ccode_b", "year"),
    select=_in_cow_order("select * from gw_state_dyad_years where {years}", ("year",), leaders=False),
)
_LEADER_DYAD_YEAR = Unit(
    name="leader_dyad_year",
    label="pair of leaders x states (Gleditsch-Ward) x year with a shared day in office",
    table="gw_leader_dyad_years",
    key=("leader_a", "leader_b", "gwcode_a", "gwcode_b", "year"),
    columns=(*_PAIR_SIDES, "year", "overlap_days", "leader_dyad_id"),
    own=_OVERLAP[1:],
    select=_in_cow_order("select * from gw_leader_dyad_years where {years}", ("year", *_OVERLAP), leaders=True),
)
_STATE_DYAD_MONTH = Unit(
    name="state_dyad_month",
    label="pair of states (Gleditsch-Ward) x month with a day on which both are members",
    table="gw_state_dyad_spells",
    key=("gwcode_a", "gwcode_b", "month"),
    columns=("gwcode_a", "gwcode_b", "ccode_a", "ccode_b", "month", "year"),
    select=_in_cow_order(_months("gw_state_dyad_spells", _STATES, ("", "")), ("month", "year"), leaders=False),
)
_LEADER_DYAD_MONTH = Unit(
    name="leader_dyad_month",
    label="pair of leaders x states (Gleditsch-Ward) x month with a shared day in office",
    table="gw_leader_dyad_spells",
    key=("leader_a", "leader_b", "gwcode_a", "gwcode_b", "month"),
    columns=(*_PAIR_SIDES, "month", "year", "leader_dyad_id"),
    own=("month_start", "month_end"),
    select=_in_cow_order(
        _months("gw_leader_dyad_spells", _LEADERS, _MONTH_DAYS),
        ("month", "year", "month_start", "month_end"),
        leaders=True,
    ),
)


def _days(table: str, columns: str) -> str:
    """The days of a table of stretches within the years asked for: each lies in one stretch."""
    return f"""select {columns}, d.day, date_trunc('month', d.day)::date as month, s.year
    from {_by_year(table)}
    inner join {DAYS} as d on s.year = d.year and s.start_date <= d.day and s.end_date >= d.day"""


_LEADER_DAY = Unit(
    name="leader_day",
    label="leader's spell in office x state (Gleditsch-Ward) x day",
    table="gw_leader_states",
    key=("leader_id", "gwcode", "day"),
    columns=("leader_id", "gwcode", "ccode", "day", "month", "year"),
    select=_days("gw_leader_states", "leader_id, gwcode, ccode"),
    window=True,
)
_LEADER_DYAD_DAY = Unit(
    name="leader_dyad_day",
    label="pair of leaders x states (Gleditsch-Ward) x shared day in office",
    table="gw_leader_dyad_spells",
    key=("leader_a", "leader_b", "gwcode_a", "gwcode_b", "day"),
    columns=(*_PAIR_SIDES, "day", "month", "year", "leader_dyad_id"),
    select=_in_cow_order(
        _days("gw_leader_dyad_spells", f"{_LEADERS}, ccode_a, ccode_b"), ("day", "month", "year"), leaders=True
    ),
    window=True,
)
_STATE_DYAD_DAY = Unit(
    name="state_dyad_day",
    label="pair of states (Gleditsch-Ward) x day on which both are members",
    table="gw_state_dyad_spells",
    key=("gwcode_a", "gwcode_b", "day"),
    columns=("gwcode_a", "gwcode_b", "ccode_a", "ccode_b", "day", "month", "year"),
    select=_in_cow_order(
        _days("gw_state_dyad_spells", f"{_STATES}, ccode_a, ccode_b"), ("day", "month", "year"), leaders=False
    ),
    window=True,
)
# an event stands in its own order of the two sides, that of the Correlates of War codes of its day, in all its months;
# it needs that day on both lists, and each month a day on which both states are on the Gleditsch-Ward list
_EVENT_MONTHS = f"""select *, {_PAIR_ID}, gwcode_a > gwcode_b as turned
    from (
        select
            {{own}}e.leader_a, e.leader_b, e.gwcode_a, e.gwcode_b,
{_codes("s.")},
            e.month, e.year, e.event_month
        from (
            select
                {{own_d}}d.leader_a, d.leader_b, a.gwcode as gwcode_a, b.gwcode as gwcode_b,
                m.month, m.month_end, m.year, d.k::smallint as event_month
            from (
                select dated.*, year(event_date) * 12 + month(event_date) + r.k as month_number, r.k
                from ({{events}}) as dated cross join range(-{{around}}, {{around}} + 1) as r (k)
                where {{years}}
            ) as d
            inner join {MONTHS} as m on d.month_number = m.month_number
            inner join gw_cow_codes as a
                on d.ccode_a = a.ccode and d.event_date >= a.start_date and d.event_date <= a.end_date
            inner join gw_cow_codes as b
                on d.ccode_b = b.ccode and d.event_date >= b.start_date and d.event_date <= b.end_date
        ) as e
        inner join (
            select gwcode_a, gwcode_b, ccode_a, ccode_b, start_date, end_date from gw_state_dyad_spells
            union all
            select gwcode_b, gwcode_a, ccode_b, ccode_a, start_date, end_date from gw_state_dyad_spells
        ) as s
            on e.gwcode_a = s.gwcode_a and e.gwcode_b = s.gwcode_b
            and s.start_date <= e.month_end and s.end_date >= e.month
        group by {{own}}e.leader_a, e.leader_b, e.gwcode_a, e.gwcode_b, e.month, e.year, e.event_month
    ) as months"""


def _event(name: str, label: str, table: str, key: tuple[str, ...], events: str) -> Unit:
    own = "".join(f"e.{k}, " for k in key if not k.startswith("leader"))
    columns = tuple(dict.fromkeys((*key, "event_month", "month", "year", *_PAIR_SIDES, "leader_dyad_id")))
    select = _EVENT_MONTHS.replace("{own}", own).replace("{own_d}", own.replace("e.", "d.")).replace("{events}", events)
    return Unit(name, label, table, (*key, "event_month"), columns, select)


_SUMMIT_MONTH = _event(
    "summit_event_month",
    "documented meeting of two leaders in office x month around it (Gleditsch-Ward)",
    "meeting_dyads",
    ("meeting_id", "person_a", "person_b"),
    SUMMITS,
)
_TURNOVER_MONTH = _event(
    "turnover_event_month",
    "end of a pair of leaders by turnover x month around it (Gleditsch-Ward)",
    "pair_breaks",
    ("leader_a", "leader_b"),
    TURNOVERS,
)

GW_UNITS = {
    u.name: u
    for u in (
        *(_STATE_YEAR, _LEADER_YEAR, _STATE_DYAD_YEAR, _LEADER_DYAD_YEAR, _STATE_DYAD_MONTH, _LEADER_DYAD_MONTH),
        *(_LEADER_DAY, _STATE_DYAD_DAY, _LEADER_DYAD_DAY, _SUMMIT_MONTH, _TURNOVER_MONTH),
    )
}
