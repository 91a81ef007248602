"""The report says what the numbers say: words, tables, figure, pages, README answer, comparison."""

from __future__ import annotations

import copy
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_world import CASES, STATES, frames, invented, not_estimated

from trustpanel.errors import ReportError
from trustpanel.report import formats as f
from trustpanel.report.answer import BEGIN, END, answer_markdown, replace_between
from trustpanel.report.cautions import order_sentence
from trustpanel.report.check_tables import dropped_table
from trustpanel.report.compare import Difference, differences
from trustpanel.report.figures import coefficient_rows, figure_bytes, figure_caption
from trustpanel.report.layout import chance_of, check, detectable, grains, is_small, plain_reason, primary
from trustpanel.report.matching_page import matching_page, rates_table
from trustpanel.report.pages import write_report
from trustpanel.report.result_tables import hypothesis_table, lag_table, main_table
from trustpanel.report.tables import Table, frame_table, html_text, markdown_text
from trustpanel.report.words import failing_conditions, star_sentences, verdict_paragraphs

VOID = {"meta", "br", "img", "link", "hr", "input"}
EVERY = (*CASES, "not_estimable")


class Reader(HTMLParser):
    """Collects the open tags, heading levels, tables and captions of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("href", "src", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("href", "src", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def text_of(results: dict) -> str:
    return "\n".join(verdict_paragraphs(results, STATES))


def test_the_invented_results_have_the_layout_of_the_report() -> None:
    for case in (*CASES, "not_estimable"):
        results = invented(case)
        check(results)
        assert list(grains(results)) == ["annual", "monthly"]
        assert results["H3"]["verdict"]["verdict"] == ("undecided" if case == "not_estimable" else case)


# numbers


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(0.1234, 3, "0.123"), (-0.0004, 3, "0.000"), (-1234.5, 1, "−1,234.5"), (None, 3, "–"), (float("nan"), 3, "–")],
)
def test_a_number_has_one_form(value: float | None, digits: int, said: str) -> None:
    assert f.number(value, digits) == said


def test_intervals_p_values_shares_and_counts_have_one_form() -> None:
    assert f.interval([-0.05, 0.1]) == "[−0.050, 0.100]"
    assert f.interval([None, 0.1]) == "[−∞, 0.100]"
    assert f.interval(None) == "–"
    assert (f.p_value(0.0004), f.p_value(0.0312), f.p_value(None)) == ("<0.001", "0.031", "–")
    assert (f.share(0.874), f.share(0.9999), f.share(1.0)) == ("87.4 %", "over 99.9 %", "100.0 %")
    assert [f.counted(n, "dyad") for n in (0, 1, 1234)] == ["no dyads", "1 dyad", "1,234 dyads"]
    assert (f.decimals(0.05), f.decimals(0.05 / 36)) == (3, 5)


def test_a_dyad_label_becomes_state_names() -> None:
    assert f.dyad_name([2, 365], STATES) == f.dyad_name("2|365", STATES) == "United States of America – Russia"
    assert f.dyad_name([2, 999], STATES) == "United States of America – state 999"


# words


def test_each_verdict_names_its_theory_and_no_other() -> None:
    for case, name in (("wheeler", "Wheeler"), ("carry_over", "Keating's carry-over"), ("kydd", "Kydd")):
        assert f"The data today favour {name}: " in text_of(invented(case))
    for case in ("undecided", "not_estimable"):
        assert "The verdict today is undecided" in text_of(invented(case))
        assert "today favour" not in text_of(invented(case))


def test_the_star_comes_first_and_bars_a_world_wide_claim() -> None:
    first = verdict_paragraphs(invented("undecided"), STATES)[0]
    assert first.startswith(
        "The United States is a side in 87.4 % of the 1,234 leader-dyad-years and 87.4 % of the 14,876"
    )
    assert "nearly a star on the United States, so no world-wide claim follows." in first


def test_a_sample_that_is_no_star_is_not_called_one() -> None:
    results = invented("undecided")
    for grain in results["H3"]["grains"].values():
        grain["main"]["star_share"] = 0.2
    said = star_sentences(results, STATES)
    assert "nearly a star" not in said
    assert "20.0 %" in said
    assert "no world-wide claim" in said


def test_two_grains_may_have_two_stars() -> None:
    results = invented("undecided")
    results["H3"]["grains"]["monthly"]["main"] |= {"star_state": 750, "star_share": 0.6}
    said = star_sentences(results, STATES)
    assert "The United States is a side in 87.4 %" in said
    assert "India is a side in 60.0 % of the 14,876 leader-dyad-months." in said
    assert "a star on the United States and India" in said


def test_undecided_says_which_condition_fails_with_interval_margin_and_detectable_effect() -> None:
    results = invented("undecided")
    delta = results["H3"]["grains"]["annual"]["main"]["parameters"]["delta"]
    wheeler = next(p for p in failing_conditions(results) if p.startswith("Wheeler"))
    assert wheeler.startswith("Wheeler lacks 4 of 4 conditions. For δ the rule asks: 95 % interval above 0")
    assert f"Year by year it is {f.interval(delta['main']['ci95'])}" in wheeler
    said = text_of(results)
    assert f"(δ): {f.number(delta['estimate'])}, 95 % interval {f.interval(delta['main']['ci95'])}, p = 0.412." in said
    assert (
        f"smallest effect of interest is 0.050; the minimum detectable effect of δ is {f.number(delta['mde'])}" in said
    )
    assert "a null is no refutation" in said
    assert "the smallest effect of interest is 0.00139" in said.lower()


def test_sizes_of_the_sample_are_in_the_words_in_singular_and_plural() -> None:
    results = invented("undecided")
    assert (
        "1,234 leader-dyad-years in 58 dyads, 1953 to 2012; exposure varies in 44 dyads; "
        "402 pairs of leaders, of which 131 switching pairs (own contact changes in office)."
    ) in text_of(results)
    results["H3"]["grains"]["annual"]["main"] |= {"n": 1, "dyads": 1, "clusters_varying": 1, "switching_pairs": 1}
    assert "1 leader-dyad-year in 1 dyad, 1953 to 2012; exposure varies in 1 dyad; " in text_of(results)
    assert "of which 1 switching pair (own contact changes in office)." in text_of(results)


def test_the_words_follow_the_numbers() -> None:
    results = invented("undecided")
    before = text_of(results)
    results["H3"]["grains"]["annual"]["main"]["parameters"]["delta"]["estimate"] = 0.7777
    assert "0.778" not in before
    assert "(δ): 0.778" in text_of(results)


def test_the_placebo_lead_decides_what_is_said_of_order() -> None:
    results = invented("undecided")
    assert "does not differ clearly from 0 (year by year 0.007, 95 % interval [−0.029, 0.042]" in order_sentence(
        results
    )
    results["H3"]["verdict"]["order_identified"] = False
    assert "matters" in order_sentence(results)
    assert "order is not identified" in order_sentence(results)
    results = invented("not_estimable")
    assert results["H3"]["verdict"]["order_identified"] is None
    assert "could not be judged on both grains" in order_sentence(results)


def test_the_verdict_speaks_of_contact_and_not_of_state_trust() -> None:
    for case in EVERY:
        assert "speaks of carry-over of contact, not of state trust" in verdict_paragraphs(invented(case), STATES)[-1]


def test_a_grain_without_estimate_says_why() -> None:
    said = text_of(invented("not_estimable"))
    assert "Month by month, the model could not be estimated: the stock does not vary within dyads." in said
    assert "month by month this cannot be judged" in said


def test_numbers_that_do_not_count_are_marked() -> None:
    results = invented("wheeler")
    weak = {"status": "not_testable_here", "reason": "too little variation within dyads: contact"}
    results["H3"]["grains"]["annual"]["main"] |= weak
    marked = "not testable here: too little variation within dyads: contact"
    assert f"These numbers do not count ({marked})" in text_of(results)
    assert marked in main_table(results).to_markdown()


def test_rival_readings_that_hold_too_are_named() -> None:
    assert "The conditions of Keating's carry-over hold as well." in text_of(invented("kydd"))
    results = invented("undecided")
    results["H3"]["verdict"] |= {"supported": ["wheeler", "carry_over"], "reason": "rival readings hold at once"}
    assert "The conditions of Wheeler and Keating's carry-over hold. Rival readings hold at once." in text_of(results)


def test_what_could_be_seen_is_told_by_the_errors_that_count() -> None:
    # clustered errors of 0.01, a main interval twice as wide: 2.8 x 0.02
    wide = {"ci95": [-0.0392, 0.0392], "ci90": [-0.0329, 0.0329]}
    p = {"mde": 2.8016 * 0.01, "ci95": [-0.0196, 0.0196], "main": wide}
    assert detectable(p) == pytest.approx(0.0560, abs=1e-4)
    assert chance_of(p, 0.0560) == pytest.approx(0.8, abs=1e-3)
    assert (is_small(p, 0.033), is_small(p, 0.032)) == (True, False)
    narrow = {**p, "main": {"ci95": [-0.01, 0.01]}}
    assert detectable(narrow) == p["mde"]
    open_end = {**p, "main": {"ci95": [None, 0.01]}}
    assert detectable(open_end) == float("inf")
    assert chance_of(open_end, 1.0) == pytest.approx(0.025)
    assert detectable({"mde": None}) is None


# tables


def test_the_main_table_has_coefficients_errors_p_and_sizes() -> None:
    table = main_table(invented("wheeler"))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["δ: this pair minus other pairs"] == ("0.100", "0.00278")
    assert rows["n"] == ("1,234", "14,876")
    assert (rows["dyads"], rows["clusters that vary"], rows["switching pairs"]) == (
        ("58",) * 2,
        ("44",) * 2,
        ("131",) * 2,
    )
    assert rows["smallest effect of interest"] == ("0.050", "0.00139")
    assert rows["mean of the outcome"] == ("0.8100", "0.0043")
    assert [row[1] for row in table.rows if row[0] == "p, main errors"] == ["0.412", "<0.001", "<0.001"]
    assert len([row for row in table.rows if row[0] == "minimum detectable effect"]) == 3


def test_stars_are_off_unless_asked_for() -> None:
    results = invented("wheeler")
    assert "*" not in main_table(results).to_html()
    starred = {row[0]: row[1] for row in main_table(results, with_stars=True).rows}
    assert starred["δ: this pair minus other pairs"] == "0.100***"
    assert starred["θ: other pairs"] == "0.010"


def test_a_hypothesis_table_has_every_declared_p() -> None:
    results = invented("wheeler")
    table = hypothesis_table(results["H1"], grains(results))
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["p, Holm"] == ("0.800", "0.800")
    assert rows["p, randomisation"] == ("<0.001", "<0.001")
    assert table.caption == "H1 (secondary), θ + δ. Title of H1"
    assert "Finding: no clear sign." in table.notes


def test_text_is_escaped_in_html_and_in_markdown() -> None:
    table = Table(
        "A <i>caption</i>", ("a|b", "c"), (("<script>alert('x')</script>", "x | y & z"),), ("a *note* [a](b)",)
    )
    page = table.to_html()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in page
    assert "<caption>A &lt;i&gt;caption&lt;/i&gt;</caption>" in page
    text = table.to_markdown()
    assert "<script>" not in text
    assert r"x \| y & z" in text
    assert r"a \*note\* [a\](b)" in text
    assert html_text('"&<>') == "&quot;&amp;&lt;&gt;"
    assert markdown_text("peace_3y, p < 0.001, &lt;") == "peace_3y, p < 0.001, &amp;lt;"


def test_free_text_of_results_cannot_become_markup(tmp_path: Path) -> None:
    results = invented("undecided")
    bad = "<img src=x onerror=alert(1)> | ends"
    for result in results.values():
        result["statement"] = result["title"] = bad
        result["notes"] = [bad]
    results["H3"]["grains"]["annual"]["main"]["dropped_rows"][0]["reason"] = bad
    results["H3"]["grains"]["annual"]["variants"][0]["label"] = bad
    write_report(results, frames(), tmp_path, STATES)
    for name in ("results.html", "results.md"):
        assert "<img" not in (tmp_path / name).read_text(encoding="utf-8")


# figure


def test_the_figure_has_every_row_of_its_grain() -> None:
    results = invented("undecided")
    annual = coefficient_rows(results["H3"]["grains"]["annual"])
    labels = [row.label for row in annual]
    assert labels[:5] == [
        "main model",
        "with placebo lead",
        "placebo lead itself",
        "half-life 12 months",
        "half-life 24 months",
    ]
    assert "+ leader effects" in labels
    assert next(row for row in annual if row.label == "+ leader effects").points == {}
    assert annual[2].points.keys() == {"theta_plus_delta"}
    apart = "both stocks in standard deviations"
    assert apart not in labels
    assert apart in figure_caption(results)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_figure_is_byte_identical_when_drawn_again(kind: str) -> None:
    first, again = (figure_bytes(invented("undecided"), kind) for _ in range(2))
    assert first == again
    assert len(first) > 10_000
    assert b"<dc:date>" not in first
    assert first != figure_bytes(invented("wheeler"), kind)


def test_the_figure_holds_with_unbounded_intervals_and_missing_models() -> None:
    results = invented("wheeler")
    grain = results["H3"]["grains"]["annual"]
    grain["main"]["parameters"]["theta"]["main"]["ci95"] = [None, None]
    grain["placebo_lead"] = not_estimated("placebo_lead", "+ placebo lead")
    grain["variants"] = [not_estimated(v["name"], v["label"]) for v in grain["variants"]]
    assert figure_bytes(results, "svg").startswith(b"<?xml")


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure_bytes(invented("undecided"), "svg")
    assert dict(mpl.rcParams) == before


# pages


def test_lag_bins_stand_by_age_with_the_mean_last_and_one_that_was_left_out_is_a_dash() -> None:
    grain = invented("undecided")["H3"]["grains"]["annual"]
    held = grain["lag_bins"]["parameters"]
    grain["lag_bins"]["parameters"] = {k: v for k, v in sorted(held.items()) if k != "delta_over_120"}
    grain["lag_bins"]["notes"] = ["one bin left out"]
    table = lag_table("annual", grain)
    assert [row[0] for row in table.rows[:5]] == [
        "0 to 12",
        "13 to 36",
        "37 to 120",
        "over 120",
        "mean, weighted by decay",
    ]
    assert [row[2] == "–" for row in table.rows[:5]] == [False, False, False, True, False]
    assert "One bin left out." in table.notes
    assert table.rows[5] == ("agrees in sign with the main model", "no", "yes", "yes")


def test_what_was_dropped_is_listed_and_equal_models_say_so() -> None:
    grain = invented("undecided")["H3"]["grains"]["annual"]
    grain["variants"][0]["dropped_rows"] = [{"reason": "outside the window", "rows": 1256}]
    grain["variants"][1] |= {"dropped_rows": [], "missing": {}, "dropped_columns": []}
    rows = dropped_table("annual", grain).rows
    assert ("main model", "missing values", "trade_log_pre", "12") in rows
    assert ("half-life 12 months", "rows", "outside the window", "1,256") in rows
    assert ("half-life 24 months", "nothing", "", "") in rows
    assert ("half-life 60 months", "as in the main model", "", "") in rows
    reason = "not estimable: fewer than 30 leaders a side face two partners"
    assert ("+ leader effects", "the whole model", reason, "–") in rows


def test_a_refusal_becomes_one_clause() -> None:
    said = plain_reason("`other_stock` does not vary expected: variation found: n = 640")
    assert said == "other_stock does not vary; expected: variation; found: n = 640"


@pytest.mark.parametrize("case", EVERY)
def test_the_pages_are_whole_and_accessible(case: str, tmp_path: Path) -> None:
    written = write_report(invented(case), frames(), tmp_path / "report", STATES)
    names = ["coefficients.svg", "coefficients.png", "results.md", "results.html", "matching.md", "matching.html"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == sorted(names)
    for name in ("results.html", "matching.html"):
        text = (tmp_path / "report" / name).read_text(encoding="utf-8")
        assert text.startswith('<!doctype html>\n<html lang="en">')
        reader = Reader()
        reader.feed(text)
        assert reader.open == []
        levels = [int(tag[1]) for tag in reader.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        assert reader.tags.count("table") == reader.tags.count("caption") > 3
        assert all(a.startswith("#") for a in reader.addresses)
        ids = re.findall(r'<h2 id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
    page = (tmp_path / "report" / "results.html").read_text(encoding="utf-8")
    assert '<svg role="img" aria-label="Coefficient figure. Year by year' in page
    assert "None" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    assert "nan" not in re.findall(r">([^<]*)<", page)


def test_the_pages_have_every_part(tmp_path: Path) -> None:
    write_report(invented("undecided"), frames(), tmp_path, STATES)
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## (.*)$", text, flags=re.MULTILINE)
    assert parts == [
        "Verdict", "Estimates at a glance", "Main model", "Hypotheses", "Placebo lead", "Lag bins",
        "Leave one dyad out", "Blocks", "Variants", "What was dropped and why", "Decision rule", "Notes",
    ]  # fmt: skip
    assert "| main model | rows | outside the risk set | 300 |" in text
    assert "fewer than 30 leaders a side face two partners" in text
    assert "](coefficients.png)" in text
    for pipes in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in pipes.splitlines()}) == 1


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_report(invented("undecided"), frames(), tmp_path / "a", STATES)
    again = write_report(invented("undecided"), frames(), tmp_path / "b", STATES)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


def test_a_results_file_read_back_from_json_gives_the_same_page(tmp_path: Path) -> None:
    results = invented("wheeler")
    first = write_report(results, frames(), tmp_path / "a", STATES)
    again = write_report(json.loads(json.dumps(results, sort_keys=True)), frames(), tmp_path / "b", STATES)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


def test_the_page_on_names_counts_lists_and_warns() -> None:
    text = matching_page(frames()).to_markdown()
    assert "2,000 records; 15 of those that document a talk are left without any counterpart." in text
    assert "2 records have no person." in text
    assert "More rows unmatched than allowed: meetings to leaders." in text
    assert r"King &lt;b&gt;Nobody&lt;/b&gt; \| & Co" in text
    assert "| 1950 | 12 | 0.500 |" in text
    assert rates_table(frames()["rates"]).rows[-1] == (
        "all sources", "all periods", "2,000", "1,600", "130", "70", "185", "15", "99.2 %",
    )  # fmt: skip


def test_empty_frames_are_said_to_be_empty() -> None:
    empty = {name: frame.iloc[:0] for name, frame in frames().items()}
    text = matching_page(empty).to_markdown()
    assert "No record was read." in text
    assert "No records have no person" not in text
    assert "Every record has its person" in text


def test_a_frame_cell_has_its_form() -> None:
    table = frame_table(frames()["unmatched"], caption="x")
    assert table.rows[0][2] == "1961-06-03"
    assert table.rows[1][2] == "–"


# refusals


def test_an_absent_frame_or_column_is_refused() -> None:
    held = frames()
    del held["rates"]
    with pytest.raises(ReportError, match="rates"):
        matching_page(held)
    held = frames()
    held["unmatched"] = held["unmatched"].drop(columns="reason")
    with pytest.raises(ReportError, match="reason"):
        matching_page(held)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (("H3", "verdict", "conditions"), "conditions"),
        (("H3", "grains", "annual", "main"), "main"),
        (("H3", "grains", "monthly", "main", "star_share"), "star_share"),
        (("H3", "grains", "annual", "main", "parameters", "delta", "mde"), "parameters.delta.mde"),
        (("H1", "finding"), "finding"),
    ],
)
def test_a_result_of_another_shape_is_refused_with_the_place(path: tuple[str, ...], named: str, tmp_path: Path) -> None:
    results = copy.deepcopy(invented("undecided"))
    place = results
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    with pytest.raises(ReportError, match=named):
        write_report(results, frames(), tmp_path / "report", STATES)
    assert not (tmp_path / "report").exists()


def test_another_layout_an_absent_primary_and_an_unknown_reading_are_refused() -> None:
    results = invented("undecided")
    results["H1"]["layout"] = 2
    with pytest.raises(ReportError, match="another layout"):
        check(results)
    with pytest.raises(ReportError, match="exactly one result"):
        primary({k: v for k, v in invented("undecided").items() if k != "H3"})
    results = invented("undecided")
    results["H3"]["verdict"]["verdict"] = "rathbun"
    with pytest.raises(ReportError, match="rathbun"):
        check(results)


# answer


def test_the_first_sentence_is_the_answer_and_the_star_is_in_the_first_paragraph() -> None:
    for case, start in (("undecided", "The verdict today is undecided"), ("wheeler", "The data today favour Wheeler")):
        answer = answer_markdown(invented(case), STATES)
        assert answer.startswith(start)
        assert "nearly a star on the United States" in answer.split("\n\n")[0]
        assert answer.endswith(".\n")


def test_the_answer_stands_between_the_markers_and_again() -> None:
    answer = answer_markdown(invented("undecided"), STATES)
    page = f"# Name\n\n{BEGIN}\nold\n{END}\n\nafter\n"
    once = replace_between(page, answer)
    assert once == f"# Name\n\n{BEGIN}\n{answer.strip()}\n{END}\n\nafter\n"
    assert replace_between(once, answer) == once


@pytest.mark.parametrize("page", ["", f"{BEGIN} only", f"only {END}", f"{END} {BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_markers_that_are_absent_or_astray_are_refused(page: str) -> None:
    with pytest.raises(ReportError, match="answer:begin"):
        replace_between(page, "x")


# comparison


def test_equal_results_have_no_differences() -> None:
    assert differences(invented("undecided"), json.loads(json.dumps(invented("undecided")))) == []


def test_differences_are_named_with_their_path() -> None:
    expected, found = invented("undecided"), invented("undecided")
    main = found["H3"]["grains"]["annual"]["main"]
    main["parameters"]["delta"]["estimate"] *= 1 + 1e-6
    main["parameters"]["theta"]["estimate"] *= 1 + 1e-10
    main["n"] += 1
    found["H1"]["finding"] = "positive"
    found["H2"]["notes"].append("more")
    del found["H2"]["title"]
    assert [d.path for d in differences(expected, found)] == [
        "$.H1.finding",
        "$.H2.title",
        "$.H2.notes.length",
        "$.H3.grains.annual.main.n",
        "$.H3.grains.annual.main.parameters.delta.estimate",
    ]


def test_kinds_are_kept_apart() -> None:
    assert differences(1.0, 1) == []
    assert differences(True, 1) == [Difference("$", True, 1)]
    assert differences(None, 0.0) == [Difference("$", None, 0.0)]
    assert differences(1_000_000_000, 1_000_000_001) == [Difference("$", 1_000_000_000, 1_000_000_001)]
    assert differences(0.0, 1e-15) == []
    assert str(differences({"a": 1}, {})[0]) == "$.a: expected 1, found '(absent)'"
