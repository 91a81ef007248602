"""The agreement of the two coding passes equals a plain count, the draw can be drawn again, every disagreement is decided."""

from __future__ import annotations

import csv
import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest

from trustpanel import paths

CODED = paths.project().coded
DYAD = ["ccode_a", "ccode_b"]
LEVELS = {"none": 0, "partial": 1, "searched": 2}
VERSIONS = {"searched_or_partial": 1, "searched": 2}


def read(name: str) -> pd.DataFrame:
    frame = pd.read_csv(CODED / f"{name}.csv", keep_default_na=False)
    for column in {"start_date", "end_date", "from_date", "to_date"} & set(frame.columns):
        frame[column] = frame[column].map(dt.date.fromisoformat)
    return frame


def raw(name: str) -> list[dict[str, str]]:
    with (CODED / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


DRAW, FINAL = read("rival_draw"), read("rival_meetings")
FIRST, SECOND = read("rival_meetings_first"), read("rival_meetings_second")
DECIDED, AMENDED = read("rival_adjudication"), read("rival_amendments")


def covered(dyad: tuple[int, int], year: int) -> bool:
    south_american = all(100 <= code <= 165 for code in dyad)
    return dyad[0] == 2 or (south_american and year > 1997)


def weakest(coverage: pd.DataFrame, dyad: tuple[int, int], year: int) -> int:
    levels = [
        LEVELS[row.level]
        for row in coverage.itertuples()
        if (row.ccode_a, row.ccode_b) == dyad and row.from_date.year <= year <= row.to_date.year
    ]
    return min(levels, default=0)


def dyad_years() -> set[tuple[tuple[int, int], int]]:
    return {
        ((row.ccode_a, row.ccode_b), year)
        for row in DRAW.itertuples()
        for year in range(max(row.start_year, 1946), min(row.end_year, 2020) + 1)
        if not covered((row.ccode_a, row.ccode_b), year)
    }


def scope(version: str) -> list[tuple[tuple[int, int], int]]:
    passes = read("rival_coverage_first"), read("rival_coverage_second")
    least = VERSIONS[version]
    return [key for key in dyad_years() if all(weakest(c, *key) >= least for c in passes)]


def years_told(meetings: pd.DataFrame) -> set[tuple[tuple[int, int], int]]:
    return {((row.ccode_a, row.ccode_b), row.start_date.year) for row in meetings.itertuples()}


def is_same(one, other) -> bool:
    if (one.ccode_a, one.ccode_b, one.person_a, one.person_b) != (
        other.ccode_a,
        other.ccode_b,
        other.person_a,
        other.person_b,
    ):
        return False
    slack = dt.timedelta(days=3 if one.date_precision == other.date_precision == "day" else 0)
    return one.start_date <= other.end_date + slack and other.start_date <= one.end_date + slack


def matches() -> dict[str, str]:
    """Second by first id, nearest first days first."""
    close = [
        (abs((one.start_date - other.start_date).days), one.coding_id, other.coding_id)
        for one in FIRST.itertuples()
        for other in SECOND.itertuples()
        if is_same(one, other)
    ]
    found: dict[str, str] = {}
    for _, first, second in sorted(close):
        if first not in found and second not in found.values():
            found[first] = second
    return found


def told_by_store(store, unit: str) -> dict[str, tuple]:
    rows = store.execute(
        "select measure, agreement_count, agreement_total, agreement_value from coding_agreement where unit = ?", [unit]
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("version", VERSIONS)
def test_dyad_years_agree_with_a_plain_count(store, version):
    keys, told = scope(version), told_by_store(store, f"dyad_years_{version}")
    first, second = years_told(FIRST), years_told(SECOND)
    x = np.array([key in first for key in keys])
    y = np.array([key in second for key in keys])
    cells = {"both": x & y, "only_first": x & ~y, "only_second": ~x & y, "neither": ~x & ~y}
    assert {name: told[name][:2] for name in cells} == {name: (cell.sum(), len(keys)) for name, cell in cells.items()}
    by_chance = x.mean() * y.mean() + (1 - x.mean()) * (1 - y.mean())
    expected = {
        "raw_agreement": (x == y).mean(),
        "positive_agreement": 2 * (x & y).sum() / (x.sum() + y.sum()),
        "negative_agreement": 2 * (~x & ~y).sum() / ((~x).sum() + (~y).sum()),
        "prevalence": (x.mean() + y.mean()) / 2,
        "kappa": ((x == y).mean() - by_chance) / (1 - by_chance),
    }
    for name, value in expected.items():
        assert math.isclose(told[name][2], value, rel_tol=1e-12), name


@pytest.mark.parametrize("version", VERSIONS)
def test_meetings_agree_with_a_plain_count(store, version):
    keys, told = set(scope(version)), told_by_store(store, f"meetings_{version}")
    first, second = (frame.set_index("coding_id", drop=False) for frame in (FIRST, SECOND))
    inside = [
        len(f)
        for f in (
            [r for r in p.itertuples() if ((r.ccode_a, r.ccode_b), r.start_date.year) in keys] for p in (FIRST, SECOND)
        )
    ]
    pairs = [
        (first.loc[one], second.loc[other])
        for one, other in matches().items()
        if ((first.loc[one].ccode_a, first.loc[one].ccode_b), first.loc[one].start_date.year) in keys
    ]
    days = [abs((f.start_date - s.start_date).days) for f, s in pairs if f.date_precision == s.date_precision == "day"]
    total = sum(inside) - len(pairs)
    assert {name: row[:2] for name, row in told.items()} == {
        "both": (len(pairs), total),
        "only_first": (inside[0] - len(pairs), total),
        "only_second": (inside[1] - len(pairs), total),
        "same_day": (days.count(0), len(days)),
        "within_3_days": (sum(d <= 3 for d in days), len(days)),
        "same_kind": (sum(f.kind == s.kind for f, s in pairs), len(pairs)),
        "same_grade": (sum(f.grade == s.grade for f, s in pairs), len(pairs)),
    }


def test_the_draw_can_be_drawn_again(store):
    listed = store.execute(
        "select rivalry_id, ccode_a, ccode_b, start_year from rivalries where list = 'tss'"
        " and start_year <= 2020 and coalesce(end_year, 2020) >= 1946 order by rivalry_id"
    ).df()
    assert len(listed) == 185
    drawn = np.random.default_rng(19990220).choice(len(listed), math.ceil(0.3 * len(listed)), replace=False)
    again = listed.iloc[sorted(drawn)].reset_index(drop=True)
    columns = ["rivalry_id", "ccode_a", "ccode_b", "start_year"]
    assert again[columns].astype(int).equals(DRAW.sort_values("rivalry_id")[columns].reset_index(drop=True).astype(int))


def test_every_disagreement_inside_the_drawn_years_is_decided():
    pairs = matches()
    drawn = {
        ((row.ccode_a, row.ccode_b), year)
        for row in DRAW.itertuples()
        for year in range(max(row.start_year, 1946), min(row.end_year, 2020) + 1)
    }
    first, second = (frame.set_index("coding_id") for frame in (FIRST, SECOND))
    due = {(one, "", "only_first") for one in first.index if one not in pairs}
    due |= {("", other, "only_second") for other in second.index if other not in pairs.values()}
    for one, other in pairs.items():
        f, s = first.loc[one], second.loc[other]
        if f.kind != s.kind:
            due.add((one, other, "kind"))
        if (f.start_date, f.end_date, f.date_precision) != (s.start_date, s.end_date, s.date_precision):
            due.add((one, other, "date"))
    decided = {(row.first_id, row.second_id, row.disagreement) for row in DECIDED.itertuples()}
    outside = {
        (one, other, kind)
        for one, other, kind in due - decided
        if kind == "only_first"
        and ((first.loc[one].ccode_a, first.loc[one].ccode_b), first.loc[one].start_date.year) not in drawn
    }
    assert due - decided - outside == set()
    assert decided <= due
    assert (DECIDED["reason"] != "").all()


def test_the_final_list_follows_the_decisions():
    final = FINAL.set_index("coding_id")
    by_decision = {name: rows for name, rows in DECIDED.groupby("decision")}
    assert set(by_decision["add_second"].second_id) == {i for i in final.index if i.startswith("s")}
    assert not set(by_decision["drop"].second_id) & set(final.index)
    assert set(FIRST.coding_id) <= set(final.index)
    later = set(AMENDED.coding_id)
    for row in by_decision["change_first"].itertuples():
        if row.first_id in later:
            continue
        coded = final.loc[row.first_id]
        days = f"{coded.start_date}..{coded.end_date} {coded.date_precision}"
        assert row.value == (coded.kind if row.disagreement == "kind" else days)
        assert "changed after second pass" in coded.note


def test_rows_without_a_change_stand_as_the_first_pass_coded_them():
    changed = set(DECIDED.loc[DECIDED.decision == "change_first", "first_id"]) | set(AMENDED.coding_id)
    first = FIRST[~FIRST.coding_id.isin(changed)].set_index("coding_id").sort_index()
    final = FINAL.set_index("coding_id").loc[first.index]
    assert len(first) > 100
    pd.testing.assert_frame_equal(first, final)


def test_every_later_amendment_says_what_stood_before_and_stands_now():
    passes = {row["coding_id"]: row for name in ("rival_meetings_first", "rival_meetings_second") for row in raw(name)}
    final = {row["coding_id"]: row for row in raw("rival_meetings")}
    changed_before = set(DECIDED.loc[DECIDED.decision == "change_first", "first_id"])
    assert len(AMENDED) > 100
    for row in raw("rival_amendments"):
        assert final[row["coding_id"]][row["field"]] == row["after"] != row["before"]
        if row["coding_id"] in passes and row["coding_id"] not in changed_before:
            assert passes[row["coding_id"]][row["field"]] == row["before"], row
