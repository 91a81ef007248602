"""The case report: every case its page and, for a dyad, its timeline; all frames here are invented."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from trustpanel.errors import ReportError
from trustpanel.report import case_tables, timeline
from trustpanel.report.case_pages import case_page, index_table, write_cases
from trustpanel.report.case_records import COLUMNS, case_records, coverage_stretches, unknown_stretches
from trustpanel.report.timeline_drawing import PLOT, Scale, pack, text_width

STATES = {10: "Aland", 20: "Bor <&> Land", 30: "Cet"}
NASTY = "<script>alert('x')</script> & \"A|B\""
PRESENT = "p-ada-1900"


def frame(name: str, rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def case_row(
    case_id: str, title: str, dyad: tuple, dates: tuple, *, persons: str = "", ids: str = "", held: bool = True
):
    spell = tuple(pd.NaT if d is None else day(d) for d in dates)
    return (case_id, title, *dyad, *spell, persons, "bond & leap", "Wheeler <reads>", None, "who", "trap", ids, held)


def meeting(ref: str, dyad: tuple, dates: tuple, *what: str | None, leaders: tuple):
    place, kind, grade = what
    names = ("Ada", "Bo") if leaders[0] else ("Eve", "Bo")
    persons = (PRESENT, "p-bo-1901") if leaders[0] else ("p-eve-1902", "p-bo-1901")
    return (ref, *dyad, *map(day, dates), "day", place, 30, kind, *persons, *names, *leaders, "source_one", grade)


def frames() -> dict[str, pd.DataFrame]:
    """A dyad 10-20 with two meetings in 1970, one of them of a person who does not lead; a dyad 10-30 with nothing."""
    judged = ("m-1", 10, 20, day("1970-03-01"), PRESENT, "p-bo-1901")
    known = ("https://a.example/1", "1970-03-02", NASTY, "high")
    return {
        "cases": frame("cases", [
            case_row("ada-bo", f"Ada and Bo {NASTY}", (10, 20), ("1970-03-01", "1971-02-01"),
                     persons=f"{PRESENT} p-absent-1880", ids="m-1 coding:r10-20-1970-06-03 m-9999-01-01"),
            case_row("empty", "Nobody met", (10, 30), ("1950-01-01", "1950-12-31"), held=False),
            case_row("league", "Not a dyad", (None, None), ("1919-01-01", None), ids="m-1", held=False),
            case_row("half", "Half a dyad", (20, None), ("1970-03-01", "1970-03-09"), persons=f"{PRESENT} p-bo-1901",
                     ids="m-1970-03-05-other"),
        ]),
        "meetings": frame("meetings", [
            meeting("m-1", (10, 20), ("1970-03-01", "1970-03-03"), "Vale <b>", "summit", "A", leaders=("A-1", "B-1")),
            meeting("m-2", (10, 20), ("1970-06-01", "1970-06-02"), None, "state_visit", None, leaders=(None, "B-1")),
            meeting("m-3", (10, 20), ("1990-06-01", "1990-06-02"), "Late", "state_visit", None, leaders=("A-1", "B-1")),
        ]),
        "terms": frame("terms", [
            (10, "A-1", "Ada", day("1960-01-01"), day("1975-01-01")), (10, "A-2", "Zed", day("1975-01-01"), pd.NaT),
            (20, "B-1", "Bo the Great", day("1969-12-01"), day("1970-12-01")),
        ]),
        "disputes": frame("disputes", [
            (7, 10, 20, day("1970-05-01"), day("1970-05-04"), 4), (8, 10, 20, day("1964-05-01"), day("1964-06-01"), 2),
        ]),
        "wars": frame("wars", [(1, "War of the Vale", 10, 20, day("1965-01-01"), day("1966-01-01"))]),
        "crises": frame("crises", [(3, "VALE II", 10, 20, day("1970-08-01"), day("1970-09-01"))]),
        "agreements": frame("agreements", [
            ("g-1", "alliance", 10, 20, day("1970-04-01"), pd.NaT, pd.NaT, "Pact <i>"),
            ("g-2", "defence_cooperation", 10, 20, pd.NaT, pd.NaT, pd.NaT, None),
        ]),
        "bonding": frame("bonding", [
            (*judged, "index", "a_b", "yes", *known, False, None), (*judged, "valence", "both", "flat", *known, True, "n"),
            (*judged, "decay", "b_a", "unknown", None, None, None, None, None, None),
        ]),
        "coverage": frame("coverage", [
            (10, 20, day("1965-01-01"), day("1970-12-31"), "official_list"),
            (10, 20, day("1970-01-01"), day("1972-12-31"), "partial"),
            (10, 20, day("1960-01-01"), day("1999-12-31"), "none"),
        ]),
        "windows": pd.DataFrame([("militarised disputes", day("1900-01-01"), day("1970-12-31"))],
                                columns=["what", "start_date", "end_date"]),
    }  # fmt: skip


class Reader(HTMLParser):
    """Open tags, all tags and link targets of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [v or "" for k, v in attrs if k == "href" and tag == "a"]
        if tag not in {"meta", "br", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cases")
    write_cases(frames(), place, STATES)
    return place


def records() -> dict:
    return {c.case_id: c for c in case_records(frames(), STATES)}


def test_dyads_have_a_timeline_and_the_others_a_page_of_text(folder: Path):
    names = {p.name for p in folder.iterdir()}
    both = {f"{stem}.{kind}" for stem in ("cases", "case-league", "case-half") for kind in ("html", "md")}
    drawn = {f"case-{c}.{kind}" for c in ("ada-bo", "empty") for kind in ("html", "md", "svg", "png")}
    assert names == both | drawn
    assert "<svg" not in (folder / "case-league.html").read_text("utf-8")
    assert (folder / "case-empty.html").read_text("utf-8").count("<svg") == 1


def test_two_runs_give_the_same_bytes(folder: Path, tmp_path: Path):
    again = write_cases(frames(), tmp_path, STATES)
    assert again
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_pages_are_well_formed_and_escaped(folder: Path):
    for path in sorted(folder.glob("*.html")):
        reader = Reader()
        reader.feed(path.read_text("utf-8"))
        assert reader.open == [], path.name
        assert not reader.tags & {"script", "b", "i", "reads"}, path.name
        assert all((folder / link).is_file() for link in reader.links if not link.startswith("#")), path.name
    page = (folder / "case-ada-bo.html").read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert "Pact &lt;i&gt;" in page
    assert "Bor &lt;&amp;&gt; Land" in page
    assert "<script" not in (folder / "case-ada-bo.md").read_text("utf-8")


def test_the_index_links_every_case_once_with_its_counts(folder: Path):
    reader = Reader()
    reader.feed((folder / "cases.html").read_text("utf-8"))
    assert reader.links == [f"case-{c}.html" for c in ("ada-bo", "empty", "league", "half")]
    rows = {r[0]: r for r in index_table(list(records().values())).rows}
    assert rows["Nobody met"][1:] == ("Aland – Cet", "1950-01-01 to 1950-12-31", "no", "0", "0", "unknown")
    assert rows["Not a dyad"][1:] == ("not a dyad", "from 1919-01-01", "no", "1", "–", "–")
    assert rows[f"Ada and Bo {NASTY}"][3:] == (
        "yes",
        "2",
        "2",
        "partly known and full list; weakest channel: partly known",
    )
    links = re.findall(r"\]\((case-[a-z-]+\.md)\)", (folder / "cases.md").read_text("utf-8"))
    assert links == [f"case-{c}.md" for c in ("ada-bo", "empty", "league", "half")]


def test_only_rows_of_dyad_and_window_are_shown():
    case = records()["ada-bo"]
    assert (case.first, case.last) == (day("1962-03-01"), day("1979-02-01"))
    assert list(case.rows["meetings"]["meeting_id"]) == ["m-1", "m-2"]
    assert list(case.rows["terms"]["leader_id"]) == ["A-1", "B-1", "A-2"]
    table = case_tables.meetings_table(case)
    assert [(r[0], r[4], r[8]) for r in table.rows] == [
        ("1970-03-01 to 1970-03-03", "both", "yes"), ("1970-06-01 to 1970-06-02", "not Eve", ""),
    ]  # fmt: skip
    assert [r[0] for r in case_tables.disputes_table(case).rows] == ["8", "7"]
    agreements = case_tables.agreements_table(case)
    assert [r[0] for r in agreements.rows] == ["alliance", "defence cooperation"]
    assert agreements.notes == ("1 agreement without any date, not in the timeline.",)


def test_an_old_agreement_without_an_end_stands_in_the_table_and_not_in_the_figure():
    held = frames()
    old = frame("agreements", [
        ("g-0", "alliance", 10, 20, day("1899-01-01"), pd.NaT, pd.NaT, "Treaty Between the Alands and the Belands on the Vale"),
        ("g-3", "alliance", 10, 20, day("1971-01-01"), pd.NaT, pd.NaT, "Treaty Between the Alands and the Belands on the Hill"),
    ])  # fmt: skip
    held["agreements"] = pd.concat([held["agreements"], old], ignore_index=True)
    case = next(c for c in case_records(held, STATES) if c.case_id == "ada-bo")
    assert [b.label for b in timeline._bars_of(case, "agreements")] == ["Pact <i>", "Hill"]
    assert {r[5] for r in case_tables.agreements_table(case).rows} == {"g-0", "g-1", "g-2", "g-3"}
    assert int(timeline.older(case).sum()) == 1


def test_facts_of_the_case_stand_beside_the_expected_coding():
    facts = dict(case_tables.facts_table(records()["ada-bo"]).rows)
    assert facts["Meetings that the case names"] == "1 of 3 found"
    assert facts["Meetings of the dyad"] == "2, 1 of them between effective leaders"
    assert facts["Bonding judgements, two sides"] == "yes 1, unknown 1"
    assert facts["Militarised disputes"] == "1; highest level: use of force; the data do not reach all days of the case"
    assert facts["Crises"] == "VALE II"
    assert facts["Agreements"] == "1 begin"


def test_bonding_names_direction_source_and_hindsight():
    case = records()["ada-bo"]
    rows = case_tables.bonding_table(case).rows
    assert [(r[1], r[2], r[3], r[4], r[7]) for r in rows] == [
        ("index", "Ada → Bo", "yes", "no", "[1]"), ("valence", "both", "flat", "yes", "[1]"),
    ]  # fmt: skip
    assert case_tables.bonding_counts_table(case).rows == (("1970-03-01, Vale <b>", "3", "2", "1", "1", "decay"),)
    assert case_tables.source_list(case) == {"https://a.example/1": 1}


def test_what_is_named_and_absent_is_said(folder: Path):
    page = (folder / "case-ada-bo.md").read_text("utf-8")
    assert "coding:r10-20-1970-06-03 (next to it: meeting of 1970-06-01 to 1970-06-02)" in page
    assert "m-9999-01-01 (no meeting within ten days of it)" in page
    assert "without a meeting in the table above: p-absent-1880." in page
    assert "The data on militarised disputes do not reach 1971-01-01 to 1979-02-01." in page
    assert "1 item of 3 bonding judgements: no source found, so unknown." in page
    half = (folder / "case-half.md").read_text("utf-8")
    assert "m-1970-03-05-other (next to it: meeting of 1970-03-01 to 1970-03-03)" in half
    assert "The coding says nothing." in half
    assert "Ada – Bo" in (folder / "case-league.md").read_text("utf-8")


def test_an_empty_dyad_is_unknown_and_not_none(folder: Path):
    case = records()["empty"]
    assert coverage_stretches(case) == [(day("1942-01-01"), day("1958-12-31"), "none", "none")]
    page = (folder / "case-empty.md").read_text("utf-8")
    assert "may have taken place all the same" in page
    assert "Bonding is unknown here, not absent." in page
    assert "an absent meeting counts as none" not in page
    labels = [h.get_label() for h in timeline.timeline_figure(case).legends[0].legend_handles]
    assert labels == ["unknown: nothing covers these days"]


def test_coverage_keeps_best_and_weakest_and_a_row_none_weakens_nothing():
    case = records()["ada-bo"]
    assert coverage_stretches(case) == [
        (day("1962-03-01"), day("1964-12-31"), "none", "none"),
        (day("1965-01-01"), day("1969-12-31"), "official_list", "official_list"),
        (day("1970-01-01"), day("1970-12-31"), "official_list", "partial"),
        (day("1971-01-01"), day("1972-12-31"), "partial", "partial"),
        (day("1973-01-01"), day("1979-02-01"), "none", "none"),
    ]
    assert unknown_stretches(case, "militarised disputes") == [(day("1971-01-01"), day("1979-02-01"))]
    assert unknown_stretches(case, "wars") == []


def marks(case_id: str) -> list:
    """The meeting marks of a timeline: (middle of its days in points, filled)."""
    axes = timeline.timeline_figure(records()[case_id]).axes[0]
    shapes = {*timeline.SHAPES.values()} - {"D"}
    drawn = [line for line in axes.lines if line.get_marker() in shapes]
    return [(float(m.get_xdata()[0]), m.get_markerfacecolor() != "white") for m in drawn]


def test_marks_stand_at_their_days_and_are_hollow_without_an_effective_leader():
    case = records()["ada-bo"]
    scale = Scale(case.first, case.last)
    found = marks("ada-bo")
    assert [filled for _, filled in found] == [True, False]
    assert [x for x, _ in found] == pytest.approx([scale.x(day("1970-03-02")), scale.x(day("1970-06-01 12:00"))])
    assert marks("empty") == []
    assert (scale.x(case.first), scale.x(case.last), scale.x(day("2050-01-01"))) == (0.0, PLOT, PLOT)


def test_no_label_leaves_the_figure_or_stands_on_another():
    figure = timeline.timeline_figure(records()["ada-bo"])
    figure.canvas.draw()
    axes = figure.axes[0]
    boxes = [(t.get_text(), t.get_window_extent()) for t in axes.texts]
    width, height = figure.bbox.width, figure.bbox.height
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= width and b.y1 <= height for _, b in boxes)
    met = [(a, b) for n, (a, p) in enumerate(boxes) for b, q in boxes[n + 1 :] if p.overlaps(q)]
    assert met == []
    shown = {text for text, _ in boxes}
    assert {"Ada", "Zed", "Vale <b>", "1970-06", "War of the Vale", "VALE II", "Pact <i>", "case"} <= shown


def test_a_leader_is_named_only_where_the_bar_has_room():
    long = frames()
    long["terms"].loc[2, "leader_name"] = "Bo the Unpronounceably Great"
    case = next(c for c in case_records(long, STATES) if c.case_id == "ada-bo")
    texts = [t.get_text() for t in timeline.timeline_figure(case).axes[0].texts]
    assert not any("Unpronounceably" in text for text in texts)
    assert text_width("Bo the Unpronounceably Great", 7.5) > text_width("Bo", 7.5) > 0
    assert any("Unpronounceably" in row[1] for row in case_tables.terms_table(case).rows)


def test_rows_are_packed_without_overlap():
    assert pack([(0, 10), (5, 15), (14, 20), (16, 30)], gap=1) == [0, 1, 0, 1]
    assert pack([]) == []


@pytest.mark.parametrize("name", COLUMNS)
def test_an_absent_frame_or_column_is_refused_and_nothing_is_written(name: str, tmp_path: Path):
    whole = frames()
    for wrong in (
        {k: v for k, v in whole.items() if k != name}, {**whole, name: whole[name].drop(columns=COLUMNS[name][-1])},
    ):  # fmt: skip
        with pytest.raises(ReportError):
            write_cases(wrong, tmp_path, STATES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("cases", "case_id", "../up"), ("cases", "case_id", "empty"), ("coverage", "level", "full"),
        ("disputes", "ccode_a", 99), ("meetings", "start_date", pd.NaT), ("bonding", "meeting_ref", None),
    ],
)  # fmt: skip
def test_a_row_that_would_go_astray_is_refused(name: str, column: str, value: object, tmp_path: Path):
    wrong = frames()
    wrong[name].loc[0, column] = value
    with pytest.raises(ReportError, match=name):
        write_cases(wrong, tmp_path, STATES)


def test_a_page_without_figure_has_all_its_sections():
    page = case_page(records()["ada-bo"], None).to_markdown()
    heads = re.findall(r"^## (.+)$", page, re.M)
    assert heads == [
        "Expected coding", "Readings", "Meetings", "Bonding judgements", "Leaders, disputes and agreements",
        "What is not in the store", "Trap for the coder",
    ]  # fmt: skip


def test_only_full_coverage_of_every_channel_makes_absence_a_finding():
    held = frames()
    for levels, expected in (
        (("official_list",), "an absent meeting counts as none"),
        (("official_list", "partial"), "a talk at the side of a multilateral event may be missing"),
        (("searched",), "may have taken place all the same"),
    ):
        rows = [(10, 30, day("1940-01-01"), day("2000-12-31"), level) for level in levels]
        case = next(
            c for c in case_records({**held, "coverage": frame("coverage", rows)}, STATES) if c.case_id == "empty"
        )
        page = case_page(case, None).to_markdown()
        assert expected in page
        assert ("counts as none" in page) == (levels == ("official_list",))
