"""Units of days: stocks as of the end of the day before, conflicts of the day itself, known days by name."""

from __future__ import annotations

import datetime as dt

import duckdb
import pandas as pd
import pytest
from world_build import World, living_in

import trustpanel as tp
from trustpanel.codebook.load import _variable, codebook
from trustpanel.errors import CodebookError, PanelError
from trustpanel.paths import TABLES
from trustpanel.store.check import declared_checks
from trustpanel.store.panel_names import is_day_spell

REAGAN_GORBACHEV = {"leader_a": "USA-1981", "leader_b": "RUS-1985"}
STOCKS = {
    "contact_stock": 36,
    "state_stock": 36,
    "other_stock": 36,
    "bond_stock": 36,
    "bond_asymmetry": 36,
    **{f"{kind}_stock_{months}": months for kind in ("contact", "state") for months in (12, 24, 60)},
}
SAME_ALL_SPELL = (
    "contact_stock_none", "state_stock_none", "contact_meetings", "first_contact_date", "covered_searched",
    "contact_known", "state_known",
)  # fmt: skip
AGREES = "s.leader_dyad_id = m.leader_dyad_id and m.month between s.start_date and s.end_date"


def days(unit: str, names: list[str], first: str, last: str, **where: object) -> pd.DataFrame:
    """The rows of one dyad from `first` to `last`, by day."""
    between = {"day": ("between", [first, last])}
    years = (int(first[:4]), int(last[:4]))
    return tp.panel(unit, names, years, where={**where, **between}).to_pandas().set_index("day")


# ------------------------------------------------------------------------------------------------ stocks


@pytest.mark.parametrize("day", ["1987-12-01", "1987-12-10", "1987-12-11", "1988-02-29"])
def test_the_stock_of_a_day_is_the_sum_over_the_meetings_before_it(store, day):
    met = store.execute(
        """select person_a, person_b, end_date, weight, leader_a is not null and leader_b is not null
        from meeting_dyads where documented and ccode_a = 2 and ccode_b = 365"""
    ).fetchall()
    sums = {"contact_stock": 0.0, "state_stock": 0.0, "other_stock": 0.0}
    ages = []
    for a, b, end, weight, by_leaders in met:
        months = (dt.date.fromisoformat(day) - dt.timedelta(days=1) - end).days / 30.4375
        if months < 0:
            continue
        own = (a, b) == ("p-reagan-1911", "p-gorbachev-1931")
        kind = "other_stock" if not by_leaders else "contact_stock" if own else "state_stock"
        sums[kind] += weight * 0.5 ** (months / 36)
        ages += [months] if by_leaders and own else []
    found = days("leader_dyad_day", [*sums, "months_since_contact"], day, day, **REAGAN_GORBACHEV).iloc[0]
    assert len(ages) == (2 if day < "1987-12-11" else 3)
    assert sums["state_stock"] > 0.3
    for name, value in sums.items():
        assert found[name] == pytest.approx(value, abs=1e-9), name
    assert found.months_since_contact == pytest.approx(min(ages), abs=1e-9)


def test_a_summit_counts_from_the_day_after_it(built):
    rows = days(
        "leader_dyad_day", ["contact_stock", "contact_meetings"], "1987-12-08", "1987-12-12", **REAGAN_GORBACHEV
    )
    assert rows.contact_meetings.tolist() == [2, 2, 2, 3, 3]
    steps = rows.contact_stock.diff().round(3).tolist()[1:]
    assert steps == [-0.001, -0.001, 0.999, -0.002]


def test_on_the_first_of_every_month_days_agree_with_months_for_all_pairs(store):
    compared = "pair_stocks as m inner join pair_stock_spells as s on " + AGREES + " where m.month_start = m.month"
    months, known = store.execute(f"select count(*), count(m.contact_stock) from {compared}").fetchall()[0]
    assert months == store.execute("select count(*) from pair_stocks where month_start = month").fetchall()[0][0]
    assert known > 180_000
    for name, life in STOCKS.items():
        assert codebook().variables[name].half_life == (life if life != 36 else "choice:half_life_months")
        decayed = f"s.{name} * pow(0.5, (m.month - s.start_date) / 30.4375 / {life})"
        apart = f"(m.{name} is null) <> (s.{name} is null) or abs(m.{name} - {decayed}) > 1e-9"
        assert store.execute(f"select count(*) from {compared} and ({apart})").fetchall() == [(0,)], name
    passed = "abs(m.months_since_contact - s.months_since_contact - (m.month - s.start_date) / 30.4375) > 1e-9"
    unknown = "(m.months_since_contact is null) <> (s.months_since_contact is null)"
    assert store.execute(f"select count(*) from {compared} and ({passed} or {unknown})").fetchall() == [(0,)]
    for name in SAME_ALL_SPELL:
        apart = f"m.{name} is distinct from s.{name}"
        assert store.execute(f"select count(*) from {compared} and {apart}").fetchall() == [(0,)], name


def test_a_panel_of_days_agrees_with_the_panel_of_months(built):
    names = [*STOCKS, "months_since_contact", "contact_meetings"]
    firsts = [f"1987-{m:02}-01" for m in range(1, 13)]
    by_day = tp.panel("leader_dyad_day", names, 1987, where={"day": firsts}).to_pandas()
    by_month = tp.panel("leader_dyad_month", names, 1987, where={"month_start": firsts}).to_pandas()
    key = ["leader_dyad_id", "month"]
    assert len(by_day) == len(by_month) > 100_000
    assert by_day.contact_stock.notna().sum() > 1500
    merged = [f.set_index(key)[names].sort_index().astype("Float64") for f in (by_day, by_month)]
    pd.testing.assert_frame_equal(*merged, rtol=0, atol=1e-9)


def test_the_months_own_value_is_there_by_the_name_of_its_table(built):
    frame = tp.panel(
        "leader_dyad_day", ["pair_stocks.contact_stock"], 1987, where={**REAGAN_GORBACHEV, "month": "1987-12-01"}
    )
    assert frame.to_pandas().contact_stock.nunique() == 1
    assert "day's month" in frame.codebook().set_index("name").note["contact_stock"]
    with pytest.raises(PanelError, match="leader_dyad_day"):
        tp.panel("leader_dyad_month", ["disputes_running_day"])
    with pytest.raises(PanelError, match="year before"):
        tp.panel("leader_dyad_day", ["contact_stock:lag"], 1987)


def test_a_signed_stock_turns_with_the_pair_on_days_too(built):
    rows = tp.panel(
        "leader_dyad_day", ["bond_asymmetry"], 1987, directed=True, where={"leader_dyad_id": "USA-1981|RUS-1985|2|365"}
    ).to_pandas()
    seen = rows.pivot(index="day", columns="ccode_a", values="bond_asymmetry")
    assert len(seen) == 365
    assert seen[2].abs().min() > 0.2, "of Geneva and Reykjavik the two thought unlike"
    assert (seen[2] == -seen[365]).all()


def test_lahore_is_in_a_stretch_that_no_search_covers(store, built):
    rows = days(
        "leader_dyad_day", ["contact_stock", "covered_searched"], "1999-02-18", "1999-02-23", ccode_a=750, ccode_b=770
    )
    assert rows.contact_stock.isna().all()
    assert not rows.covered_searched.any()
    covered = """select count(*) from covered_dyads where ccode_a = 750 and ccode_b = 770
        and date '1999-02-21' between covered_start and covered_end"""
    assert store.execute(covered).fetchall() == [(0,)]
    met = """select count(*) from meeting_dyads where ccode_a = 750 and ccode_b = 770 and documented
        and (start_date, end_date) = (date '1999-02-20', date '1999-02-21')"""
    assert store.execute(met).fetchall() == [(1,)], "the meeting is known, and that no other is missing is not"


# ------------------------------------------------------------------------------------------------ conflicts


def test_kargil_by_day(built):
    names = [
        "incidents_begun_day",
        "incidents_running_day",
        "incident_level_day",
        "wars_running_day",
        "crises_running_day",
    ]
    rows = days("state_dyad_day", names, "1999-05-01", "1999-07-31", ccode_a=750, ccode_b=770)
    assert len(rows) == 92
    hot = rows[rows.incident_level_day == 5]
    assert (hot.index.min(), hot.index.max()) == (pd.Timestamp(1999, 5, 9), pd.Timestamp(1999, 7, 17))
    assert len(hot) == 70
    assert rows.index[rows.incidents_begun_day > 0].strftime("%m-%d").tolist() == ["05-09", "07-18"]
    war = rows.index[rows.wars_running_day == 1]
    assert (war.min(), war.max()) == (pd.Timestamp(1999, 5, 8), pd.Timestamp(1999, 7, 17))
    crisis = rows.index[rows.crises_running_day == 1]
    assert (crisis.min(), crisis.max()) == (pd.Timestamp(1999, 5, 9), pd.Timestamp(1999, 7, 4))


def test_cuba_1962_by_day(built):
    names = ["crises_begun_day", "crises_running_day", "disputes_running_day", "incident_level_day", "contact_stock"]
    rows = days("leader_dyad_day", names, "1962-10-14", "1962-11-22", ccode_a=2, ccode_b=365)
    crisis = rows.index[rows.crises_running_day == 1]
    assert (crisis.min(), crisis.max(), len(crisis)) == (pd.Timestamp(1962, 10, 16), pd.Timestamp(1962, 11, 20), 36)
    assert rows.index[rows.crises_begun_day == 1].tolist() == [pd.Timestamp(1962, 10, 16)]
    assert rows.disputes_running_day.eq(1).all()
    assert rows.incident_level_day.isna().all(), "incidents are known from 1992 on"
    assert rows.contact_stock.between(0.7, 0.74).all(), "Vienna 1961, decayed"


def test_able_archer_is_a_crisis_of_november_1983(built):
    months = tp.panel(
        "state_dyad_month", ["crises_begun", "crises_running"], 1983, where={"ccode_a": 2, "ccode_b": 365}
    ).to_pandas()
    assert months.crises_running.tolist() == [0] * 10 + [1, 0]
    rows = days("state_dyad_day", ["crises_running_day"], "1983-10-25", "1983-11-20", ccode_a=2, ccode_b=365)
    crisis = rows.index[rows.crises_running_day == 1]
    assert (crisis.min(), crisis.max()) == (pd.Timestamp(1983, 11, 2), pd.Timestamp(1983, 11, 11))


@pytest.mark.parametrize(("a", "b"), [(750, 770), (2, 645), (651, 666), (731, 732)])
def test_days_agree_with_a_plain_loop_over_incidents_and_disputes(store, a, b):
    def read(table: str, level: str) -> list[tuple]:
        return store.execute(
            f"select start_date, end_date, start_precision, end_precision, {level} from {table}"
            " where ccode_a = ? and ccode_b = ? and end_date >= date '1992-01-01'",
            [a, b],
        ).fetchall()

    def expected(spans: list[tuple], day: dt.date) -> tuple:
        begun, running, sure_level, perhaps_level = 0, 0, 0, 0
        begun_unknown = running_unknown = False
        for start, end, start_known_to, end_known_to, level in spans:
            if not start <= day <= end:
                continue
            same = {"month": (day.year, day.month), "year": (day.year,)}
            in_first = (
                start_known_to != "day"
                and (start.year, start.month)[: len(same[start_known_to])] == same[start_known_to]
            )
            in_last = end_known_to != "day" and (end.year, end.month)[: len(same[end_known_to])] == same[end_known_to]
            last_of_first = in_first and (day + dt.timedelta(days=1)).month != day.month
            first_of_last = in_last and day.day == 1
            unsure = (in_first and not last_of_first) or (in_last and not first_of_last)
            begun_unknown |= in_first
            begun += start == day and start_known_to == "day"
            running += not unsure
            running_unknown |= unsure
            sure_level, perhaps_level = (
                max(sure_level, 0 if unsure else level),
                max(perhaps_level, level if unsure else 0),
            )
        known_level = None if perhaps_level > sure_level else sure_level
        return None if begun_unknown else begun, None if running_unknown else running, known_level

    incidents = [s for s in read("dispute_incidents", "incident_hostility") if "year" not in s[2:4]]
    disputes = read("disputes", "0")
    told = {n for (n,) in store.execute("select distinct dispute_id from dispute_incidents").fetchall()}
    untold = [s for s in read("disputes", "dispute_id") if s[4] not in told]
    names = [
        "incidents_begun_day",
        "incidents_running_day",
        "incident_level_day",
        "disputes_begun_day",
        "disputes_running_day",
    ]
    frame = tp.panel("state_dyad_day", names, (1992, 2014), where={"ccode_a": a, "ccode_b": b}).to_pandas()
    # one incident of India and Pakistan is known to its year only
    frame = frame[frame.year != 2012] if a == 750 else frame
    assert len(frame) > 8000
    for row in frame.itertuples():
        day = row.day.date()
        found = tuple(None if pd.isna(v) else int(v) for v in (getattr(row, n) for n in names))
        # of a dispute without incidents in the list nothing is known but that it ran
        quiet = not any(start <= day <= end for start, end, *_ in untold)
        assert found == (*(expected(incidents, day) if quiet else 3 * (None,)), *expected(disputes, day)[:2]), day
    assert frame.incidents_running_day.gt(0).any()


def test_an_incident_known_to_its_year_leaves_the_days_of_the_year_unknown(built):
    names = ["incidents_begun_day", "disputes_running_day"]
    rows = days("state_dyad_day", names, "2012-01-01", "2012-12-31", ccode_a=750, ccode_b=770)
    assert rows.incidents_begun_day.isna().all()
    assert rows.disputes_running_day.notna().any()


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        ("disputes_running_day", None, "2014-12-31"),
        ("disputes_begun_day", None, "2014-12-31"),
        ("incident_level_day", "1992-01-01", "2014-12-31"),
        ("incidents_running_day", "1992-01-01", "2014-12-31"),
        ("wars_running_day", None, "2003-12-31"),
        ("wars_begun_day", None, "2003-12-31"),
        ("crises_running_day", "1919-01-01", "2020-12-31"),
        ("crises_begun_day", "1919-01-01", "2020-12-31"),
    ],
)
def test_a_quiet_day_is_0_within_the_window_and_unknown_outside(built, column, first, last):
    # Norway and Russia share a border and had no conflict on any of these days
    for edge, step in ((first, -1), (last, 1)):
        if edge is not None:
            outside = str((pd.Timestamp(edge) + pd.Timedelta(days=step)).date())
            rows = days("state_dyad_day", [column], min(edge, outside), max(edge, outside), ccode_a=365, ccode_b=385)
            assert rows.loc[edge, column] == 0
            assert pd.isna(rows.loc[outside, column])
    friends = days("state_dyad_day", [column], "1995-05-01", "1995-05-02", ccode_a=145, ccode_b=395)
    assert friends[column].isna().all(), "Bolivia and Iceland are no rivals and not politically relevant"


def test_every_conflict_of_a_known_day_begins_once(store):
    for table, column in (
        ("disputes", "disputes_begun_day"),
        ("crises", "crises_begun_day"),
        ("wars", "wars_begun_day"),
    ):
        dated = store.execute(
            f"""select count(*) from {table} as d inner join dyad_conflict_spells as s
            on d.ccode_a = s.ccode_a and d.ccode_b = s.ccode_b and d.start_date = s.start_date
            where d.start_precision = 'day' and s.{column} is not null"""
        ).fetchall()
        counted = store.execute(f"select sum({column})::bigint from dyad_conflict_spells").fetchall()
        assert counted == dated, table
        assert store.execute(
            f"select count(*) from dyad_conflict_spells where {column} > 0 and end_date > start_date"
        ).fetchall() == [(0,)]


# ------------------------------------------------------------------------------------------------ spells


def test_spells_join_to_a_day_by_the_day(built):
    rows = tp.panel(
        "state_dyad_day", ["effective_leaders.leader_id"], 1963,
        where={"ccode_a": 2, "ccode_b": 365, "day": ("between", ["1963-11-20", "1963-11-25"])},
    )  # fmt: skip
    assert "holds the day" in rows.codebook().set_index("name").note["leader_id_a"]
    assert set(rows.to_pandas().set_index("day").leader_id_a.loc["1963-11-24":]) == {"USA-1963"}
    assert rows.to_pandas().leader_id_a.iloc[0] == "USA-1961"


def test_overlapping_spells_are_refused():
    book = codebook()
    checks = {c.table: c for c in declared_checks(book) if "never overlap" in c.rule}
    assert {t.name for t in book.tables.values() if is_day_spell(t)} <= set(checks)
    assert {"states", "effective_leaders", "leader_states", "state_dyad_spells"} <= set(checks)
    con = duckdb.connect()
    con.execute("create table pair_stock_spells (leader_dyad_id varchar, start_date date, end_date date, year int)")

    def offenders(*spells: tuple) -> int:
        con.execute("delete from pair_stock_spells")
        con.executemany("insert into pair_stock_spells values (?, ?, ?, ?)", spells)
        return con.execute(f"select count(*) from ({checks['pair_stock_spells'].offenders})").fetchall()[0][0]

    january = ("p", "1990-01-01", "1990-01-31", 1990)
    assert offenders(january, ("p", "1990-02-01", "1990-02-01", 1990), ("q", "1990-01-05", "1990-03-01", 1990)) == 0
    assert offenders(january, ("p", "1990-01-31", "1990-02-03", 1990)) == 1
    assert offenders(january, ("p", "1990-12-31", "1991-01-01", 1990)) == 1
    assert offenders(("p", "1990-02-01", "1990-01-31", 1990)) == 1


def test_a_half_life_is_a_number_of_months_or_a_choice():
    entry = {"label": "x", "type": "float64", "concept": "bonding", "missing": "never"}
    file = TABLES / "pair_stocks.toml"
    assert _variable("x", {**entry, "half_life": 12}, (), "pair_stocks", file).half_life == 12
    for wrong in (0, -3, "half_life_months"):
        with pytest.raises(CodebookError, match="half_life"):
            _variable("x", {**entry, "half_life": wrong}, (), "pair_stocks", file)
    assert tp.describe("contact_stock_24")["half_life"] == 24
    assert tp.describe("months_since_contact")["passes"] is True
    assert codebook().variables["cinc"].half_life is None


# ------------------------------------------------------------------------------------------------ the invented world


def test_acts_and_disputes_of_the_plugs_by_day(invented_world: World):
    names = ["mie_level_ab_day", "mie_level_ba_day", "gml_disputes_running_day", "mie_acts_ab_day"]
    with living_in(invented_world):
        made = tp.panel("state_dyad_day", names, 1965, where={"ccode_a": 750, "ccode_b": 770})
        rows = made.to_pandas().set_index("day")
        quarrels = tp.load("gml_disputes").set_index("gml_dispute_id")
    assert len(rows) == 365
    # one act of war of the first toward the second, from 5 August to 23 September
    war = rows.index[rows.mie_level_ab_day == 5]
    assert (war.min(), war.max(), len(war)) == (pd.Timestamp(1965, 8, 5), pd.Timestamp(1965, 9, 23), 50)
    assert rows.mie_level_ab_day.drop(war).eq(0).all()
    assert rows.index[rows.mie_acts_ab_day == 1].tolist() == [pd.Timestamp(1965, 8, 5)]
    dispute = rows.index[rows.gml_disputes_running_day == 1]
    assert (dispute.min(), dispute.max()) == (quarrels.start_date[3001], quarrels.end_date[3001])
    with pytest.raises(PanelError, match="may not be passed on"):
        made.to_csv(invented_world.paths.build / "days.csv")
