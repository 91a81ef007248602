"""The page on coverage says what the store holds, and its picture is the same each time."""

from __future__ import annotations

import pytest

from trustpanel.errors import ReportError
from trustpanel.report.coverage_drawing import CLASSES, share_class
from trustpanel.report.coverage_page import coverage_bytes, coverage_page
from trustpanel.report.pages import write_coverage
from trustpanel.store.coverage_frames import INDICATORS, coverage_frames


@pytest.fixture(scope="module")
def frames(store):
    return coverage_frames(store)


def test_every_variable_stands_in_the_page_with_its_sources(frames, tmp_path):
    write_coverage(frames, tmp_path)
    text = (tmp_path / "coverage.md").read_text(encoding="utf-8")
    for tables in INDICATORS.values():
        for columns in tables.values():
            for column in columns:
                assert column in text, column
    assert frames["variables"].sources.notna().all()
    assert (tmp_path / "coverage.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "coverage.html").read_text(encoding="utf-8")


def test_known_never_exceeds_the_dyads_of_the_year(frames):
    assert (frames["by_year"].known <= frames["by_year"].dyads).all()
    assert frames["by_year"].dyads.notna().all()


def test_windows_of_the_sources_are_what_the_frames_show(frames):
    years = frames["variables"].set_index("variable")[["first_year", "last_year"]].astype(int)
    assert tuple(years.loc["joint_exercises"]) == (1980, 2010)
    assert tuple(years.loc["delegated_authority"]) == (1950, 2014)
    assert tuple(years.loc["arms_race"]) == (1854, 1984)
    assert tuple(years.loc["settlement_procedural_share"])[1] == 2001


def test_dyad_years_add_up_by_year_and_mask(store, frames):
    totals = frames["by_year"].groupby("variable").known.sum()
    rows = frames["variables"].set_index("variable").dyad_years
    assert (totals.reindex(rows.index) == rows).all()
    counted = store.execute("select count(*) from trust_oversight where nuclear_leeway is not null").fetchall()[0][0]
    assert rows["nuclear_leeway"] == counted
    masks = frames["masks"]
    assert (masks[["one_known", "two_known", "three_known"]].sum(axis=1) == masks.dyad_years).all()


def test_the_picture_is_the_same_each_time(frames):
    assert coverage_bytes(frames, "svg") == coverage_bytes(frames, "svg")


def test_classes_of_the_heat_map():
    assert [share_class(x) for x in (0.0005, 0.001, 0.002, 0.4, 0.51, 1.0)] == [0, 0, 1, 3, 4, 4]
    assert [c[0] for c in CLASSES] == sorted(c[0] for c in CLASSES)


def test_a_frame_that_is_absent_is_named(frames):
    with pytest.raises(ReportError, match="masks"):
        coverage_page({name: frame for name, frame in frames.items() if name != "masks"})
