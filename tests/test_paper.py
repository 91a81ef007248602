"""The paper: no number is typed, every slot has its value, words follow the numbers, both outputs hold together."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import shutil
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from trustpanel.errors import PaperError
from trustpanel.paths import project
from trustpanel.publish import findings
from trustpanel.report.paper import included
from trustpanel.report.paper.document import Cite, Placed, Ref, blocks_of, inline
from trustpanel.report.paper.html_text import html_source
from trustpanel.report.paper.model import runs_of
from trustpanel.report.paper.numbers import values_of
from trustpanel.report.paper.sheets import sheets_of
from trustpanel.report.paper.source import MARK, check_typed, declared, load_text
from trustpanel.report.paper.typst_text import quoted
from trustpanel.report.paper.values import Place, holds, shown, value_at
from trustpanel.report.paper.works import load_works
from trustpanel.report.paper.write import compose, pdf_bytes
from trustpanel.report.timeline_drawing import Scale

TEXT = project().analyses / "paper"
HERE = Place("test.md", 1)


@pytest.fixture(scope="module")
def found(built):
    """What the paper reads: the store of this session and the committed results."""
    return findings(built, results=built.expected)


@pytest.fixture(scope="module")
def values(found):
    return values_of(found)


@pytest.fixture(scope="module")
def short(found, tmp_path_factory):
    """The paper with one case and without the large figures and the long runs, so that it is made in seconds."""
    folder = shutil.copytree(TEXT, tmp_path_factory.mktemp("paper") / "text")
    for file in folder.glob("*.md"):
        lines = re.sub(r"!page \w+", "", file.read_text(encoding="utf-8")).splitlines()
        cut = re.compile(
            r"!case (?!obama)|!figure (coverage|multiverse-annual|contest|trust|coefficients|indicators)\b"
        )
        text = "\n".join(line for line in lines if not cut.match(line))
        file.write_text(re.sub(r"\[\[figure:[a-z-]+\]\]", "the figure", text), encoding="utf-8")
    return compose(found, folder)


def edited(tmp_path: Path, name: str, text: str) -> Path:
    folder = shutil.copytree(TEXT, tmp_path / "text")
    file = folder / name
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("typed", ["There are 17 dyads.", "A share of 4.2 %.", "There are seventeen dyads.", "p < .05"])
def test_a_number_typed_by_hand_stops_the_paper(tmp_path, values, typed):
    before = (TEXT / "02-question.md").read_text(encoding="utf-8")
    with pytest.raises(PaperError) as error:
        load_text(edited(tmp_path, "02-question.md", f"\n{typed}\n"), values)
    said = str(error.value)
    assert "02-question.md" in said
    assert f"line {before.count(chr(10)) + 2}" in said
    assert "put a slot in its place" in said


@pytest.mark.parametrize("said", ["It was 1985, on 19 November.", "H3 and D5 stand.", "{{store.cases|count}} cases"])
def test_years_names_and_slots_may_stand(said):
    check_typed("x.md", said, declared(TEXT)["allow"])


def test_the_committed_text_has_only_what_is_allowed_with_a_reason():
    allow = declared(TEXT)["allow"]
    assert all(len(entry["why"]) > 8 for entry in allow)
    for name in declared(TEXT)["parts"]:
        check_typed(name, (TEXT / name).read_text(encoding="utf-8"), allow)


def test_every_slot_resolves_in_every_branch(values):
    """Also in sentences that today's results do not choose."""
    checked = 0
    for name in declared(TEXT)["parts"]:
        for match in MARK.finditer((TEXT / name).read_text(encoding="utf-8")):
            said = " ".join(match.group(1).split())
            if said in ("else", "end"):
                continue
            if said.startswith("if "):
                holds(values, said.removeprefix("if "), HERE)
            else:
                assert shown(values, said, HERE).strip()
            checked += 1
    assert checked > 150


def test_a_slot_without_value_names_file_line_and_what_there_is(tmp_path, values):
    with pytest.raises(PaperError, match=r"(?s)03-theories.md.*line \d+.*one of .*parameters.*mend the path"):
        load_text(edited(tmp_path, "03-theories.md", "\nIt is {{annual.main.parametres|n3}}.\n"), values)
    with pytest.raises(PaperError, match="not closed"):
        load_text(edited(tmp_path / "b", "03-theories.md", "\n{{if annual.main.n above 0}}yes\n"), values)
    with pytest.raises(PaperError, match="format that does not exist"):
        shown(values, "annual.main.n|percent", HERE)
    with pytest.raises(PaperError, match="is missing"):
        shown({"a": None}, "a|n3", HERE)


def test_paths_conditions_and_formats():
    tree = {"a": [{"k": "x", "v": -0.00449}, {"k": "y", "v": 2}], "ci": [0.01, 0.2], "open": [None, 0.2], "n": 1}
    assert shown(tree, "a[k=x].v|n3", HERE) == "−0.004"
    assert shown(tree, "ci|ci2", HERE) == "[0.01, 0.20]"
    assert (shown(tree, "n|of war", HERE), shown({"n": 0}, "n|of war", HERE)) == ("1 war", "no wars")
    assert value_at(tree, "a[1].v", HERE) == 2
    assert holds(tree, "ci above 0 and not ci below 0", HERE)
    assert not holds(tree, "open above 0", HERE)
    assert holds(tree, "not exists b.c or n", HERE)
    with pytest.raises(PaperError, match="cannot be read"):
        holds(tree, "n equals 1", HERE)


def with_results(found, *, annual, monthly, verdict):
    """What the paper reads, with other intervals of δ and θ + δ and another verdict."""
    core = copy.deepcopy(dict(found.core))
    for grain, ends in (("annual", annual), ("monthly", monthly)):
        for name in ("delta", "theta_plus_delta"):
            p = core["H3"]["grains"][grain]["main"]["parameters"][name]
            p["estimate"], p["main"]["ci95"], p["ci95"] = sum(ends) / 2, ends, ends
    core["H3"]["adequate_power"] = {"annual": True, "monthly": False}
    supported = [verdict] if verdict != "undecided" else []
    core["H3"]["verdict"] |= {"verdict": verdict, "supported": supported, "reason": ""}
    return load_text(TEXT, values_of(dataclasses.replace(found, core=core)))


def test_the_words_follow_the_numbers(found):
    """Other results give other sentences: no claim of one result is left over in the paper of another."""
    null = with_results(found, annual=[-0.05, 0.03], monthly=[-0.004, 0.007], verdict="undecided")
    clear = with_results(found, annual=[0.06, 0.09], monthly=[0.002, 0.004], verdict="wheeler")
    said, other = (" ".join(" ".join(part for _, part in t.parts).split()) for t in (null, clear))
    for claim in (
        "nothing sets a meeting",
        "verdict is *undecided*",
        "a null is informative",
        "the sign is open as well",
    ):
        assert claim in said
        assert claim not in other
    for claim in ("goes with more de-escalation than an equally old meeting of its", "the sign is clear and positive"):
        assert claim in other
        assert claim not in said
    assert any("The data today favour Wheeler" in text for text in clear.filled)
    assert any("The verdict today is undecided" in text for text in null.filled)


def test_what_is_named_is_placed_and_what_is_declared_is_cited(found, values):
    blocks = blocks_of(load_text(TEXT, values))
    placed = {(("figure" if b.kind == "case" else b.kind), b.name) for b in blocks if isinstance(b, Placed)}
    named = {(r.kind, r.name) for b in blocks for r in runs_of(b) if isinstance(r, Ref)}
    assert named <= placed
    works = load_works(TEXT, found.sources)
    cited = {key for b in blocks for r in runs_of(b) if isinstance(r, Cite) for key in r.keys}
    assert cited <= set(works)
    assert {key for key, work in works.items() if not work.is_source} <= cited
    assert works["booth2008"].names == "Booth and Wheeler"
    assert works["goemans2009archigos"].names == "Goemans et al."
    wanted = {name for kind, name in placed if kind == "table"}
    assert wanted <= set(sheets_of(found))


def test_the_cases_of_the_theories_have_their_page(values):
    blocks = blocks_of(load_text(TEXT, values))
    cases = [b.name for b in blocks if isinstance(b, Placed) and b.kind == "case"]
    assert len(cases) == 10
    assert {"reagan-gorbachev-1985-1988", "vajpayee-sharif-lahore-1999", "obama-khamenei-2009-2010"} <= set(cases)
    assert values["cases"]["obama-khamenei-2009-2010"]["meetings"] == 0
    assert values["cases"]["kennedy-khrushchev-vienna-1961"]["meetings"] == 1
    assert values["cases"]["kennedy-khrushchev-vienna-1961"]["third_soil"] == 1
    assert values["cases"]["vajpayee-sharif-lahore-1999"]["wars"] == 1


def test_counts_of_the_paper_are_those_of_the_store_and_of_other_pages(found, values, store):
    assert values["store"]["meetings"] == store.sql("select count(*) from meetings").fetchall()[0][0]
    by_decade = found.coding["rival_coverage"]
    for level in ("official_list", "searched", "partial", "none"):
        assert values["strip"][level] == by_decade[level].sum()
    # some dyads were rivals twice
    assert (values["store"]["rivalries"], values["strip"]["dyads"]) == (185, 169)
    assert values["tests"]["hypotheses"] == 33


def test_the_pdf_has_pages_fonts_inside_and_the_same_bytes_again(short):
    pdf = pdf_bytes(short)
    assert pdf == pdf_bytes(short)
    assert pdf.startswith(b"%PDF-")
    inside = pdf + b"".join(map(_inflated, re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)))
    described = len(re.findall(rb"/Type\s*/FontDescriptor", inside))
    assert described >= 4
    assert len(re.findall(rb"/FontFile[23]?\s", inside)) == described
    assert len(re.findall(rb"/Type\s*/Page\b", inside)) > 12
    assert b"/ToUnicode" in inside
    assert short.text.title.encode() in inside


class _Figures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[dict[str, str | None]] = []
        self.headings, self.tables = 0, 0

    def handle_starttag(self, tag, attrs):
        self.images += [dict(attrs)] if tag == "img" else []
        self.headings += tag == "h2"
        self.tables += tag == "table"


def test_the_page_has_words_for_each_figure_and_asks_for_nothing(short):
    html = html_source(short)
    assert html == html_source(short)
    seen = _Figures()
    seen.feed(html)
    assert len(seen.images) == sum(kind == "figure" for kind, _ in short.numbers) == 2
    assert all(len(image["alt"] or "") > 40 and image["src"].startswith("data:image/svg+xml") for image in seen.images)
    assert (seen.headings, seen.tables) == (16, sum(kind == "table" for kind, _ in short.numbers))
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert "{{" not in html
    assert "\ue000" not in html


def test_stars_are_a_switch(found):
    plain, starred = sheets_of(found)["main"].table, sheets_of(found, with_stars=True)["main"].table
    assert not any("p < 0.1" in note for note in plain.notes)
    assert any("p < 0.1" in note for note in starred.notes)
    delta = json.loads((project().expected / "h03.json").read_text())["grains"]["annual"]["main"]["parameters"]["delta"]
    assert plain.rows[0][1].replace("−", "-") == f"{delta['estimate']:.3f}"
    assert plain.rows[1][1] == f"({delta['se']:.3f})"


def test_a_page_of_a_long_run_is_included_by_answer_figure_and_table(found, monkeypatch):
    monkeypatch.setattr(included, "INCLUDED", ("contest",))
    text, drawing, sheet = included.included_pages(found.long)["contest"]
    assert text.startswith("Of ")
    assert drawing.svg.startswith(b"<svg")
    assert b"xmlns=" in drawing.svg
    assert sheet.table.rows
    # the table of the contest is wider than a page of the paper
    assert sheet.table.columns[:3] == ("Outcome", "Rows of", "n")
    assert len(sheet.table.columns) == len(sheet.widths) == len(sheet.table.rows[0]) == 9
    assert sheet.table.notes[-1] == "Further columns stand on the page of the report."


def test_a_narrow_timeline_ends_at_its_own_edge():
    first, last = pd.Timestamp(1977, 1, 1), pd.Timestamp(1997, 1, 1)
    narrow, wide = Scale(first, last, 482.0), Scale(first, last)
    # 96 points to the left of the plot and 12 to the right
    assert (narrow.x(last), wide.x(last)) == (374.0, 612.0)
    assert narrow.x(pd.Timestamp(1987, 1, 1)) == pytest.approx(187, abs=0.1)


def test_signs_of_markup_in_a_value_are_text():
    run = inline("a \ue0000\ue001 *b*", ("x*y*[z]",))
    assert run[0].text == "a x*y*[z] "
    assert quoted('say "no" \\ #let') == '"say \\"no\\" \\\\ #let"'


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""
