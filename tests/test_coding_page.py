"""The page on coding says what the store holds."""

from __future__ import annotations

import pytest

from trustpanel.errors import ReportError
from trustpanel.report.coding_page import coding_page
from trustpanel.report.pages import write_coding
from trustpanel.store.coding_frames import coding_frames


def test_the_page_has_every_source_grade_and_measure(store, tmp_path):
    frames = coding_frames(store)
    write_coding(frames, tmp_path)
    text = (tmp_path / "coding.md").read_text(encoding="utf-8")
    for word in (
        "rival_meetings",
        "state_dept_visits",
        "china_vitae",
        "dyad-years: kappa",
        "meetings: same day",
        "1990s",
    ):
        assert word in text, word
    kappa = store.execute(
        "select agreement_value from coding_agreement where measure = 'kappa' and unit = 'dyad_years_searched'"
    ).fetchall()[0][0]
    assert f"{kappa:.3f}" in text


def test_coverage_adds_up_to_the_rival_dyad_years(store):
    frame = coding_frames(store)["rival_coverage"]
    parts = frame[["official_list", "searched", "partial", "none"]].sum(axis=1)
    assert (parts == frame.rival_dyad_years).all()
    assert frame.rival_dyad_years.sum() > 4000


def test_a_frame_that_is_absent_is_named(store):
    frames = coding_frames(store)
    frames.pop("agreement")
    with pytest.raises(ReportError, match="agreement"):
        coding_page(frames)
