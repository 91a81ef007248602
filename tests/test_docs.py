"""The pages say what is so: their code runs, their lines and links hold, their guides work, and the site asks no one else."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from at_hand import absent

import trustpanel as tp
from trustpanel import paths as places
from trustpanel.codebook.load import codebook, load_sources, load_tables
from trustpanel.errors import AnalysisError, CheckError, ReportError
from trustpanel.hypotheses import estimate_own
from trustpanel.paths import Paths
from trustpanel.report.limits_numbers import MARK, _controls, _variants, fill
from trustpanel.site import SET_BY, make_site, renew
from trustpanel.sources import facts as reading
from trustpanel.store.build import make_table
from trustpanel.store.check import check_store

ROOT = places.PACKAGE.parent
DOCS = ROOT / "docs"


def fenced(page: str, language: str) -> list[str]:
    """The fenced blocks of one language on a page of the repository, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


PAGES = ["README.md", *sorted(str(f.relative_to(ROOT)) for f in DOCS.rglob("*.md"))]
RUN = [page for page in PAGES if fenced(page, "python")]


# ------------------------------------------------------------------------------------------------ code on the pages


def tutorial(space: dict, shown: str) -> None:
    assert len([line for line in fenced("docs/tutorial.md", "python")[0].splitlines() if line.strip()]) <= 15
    assert space["fit"].nobs > 40_000
    assert space["fit"].params["joint_democracy_lag"] < 0 < space["fit"].params["contiguous"]
    assert "one of the units" in shown
    assert "left join" in shown
    assert "Gorbachev" in shown


def own_data(space: dict, shown: str) -> None:
    rows = space["joined"].set_index(["ccode_a", "ccode_b", "year"]).hotline_calls.dropna()
    assert rows.to_dict() == {(2, 365, 1986): 4, (2, 710, 1986): 0}
    assert "German Federal Republic" in shown


def walk(space: dict, shown: str) -> None:
    ((record, start, end, *_, text),) = space["rows"]
    assert (record, str(start), str(end)) == ("2942", "1985-11-16", "1985-11-21")
    assert "Gorbachev" in text
    assert space["geneva"].weight.tolist() == [1.0]
    assert [2, 365] in [dyad[:2] for dyad in space["annual"]["main"]["heaviest_dyads"]]


def readme(space: dict, shown: str) -> None:
    assert len(space["panel"]) > 100_000
    assert "@" in shown


# pages whose code other modules run, with what they hold it to
ELSEWHERE = {
    "docs/how-to/disputes-and-peace-years.md": "test_whittling.py",
    "docs/how-to/dangerous-dyads.md": "test_dangerous_dyads.py",
    "docs/how-to/estimate.md": "test_estimators.py",
}
SAYS: dict[str, Callable[[dict, str], None]] = {
    "docs/tutorial.md": tutorial,
    "docs/how-to/own-data.md": own_data,
    "docs/walk.md": walk,
    "README.md": readme,
}


def test_every_page_with_code_is_run_by_somebody():
    assert set(SAYS) <= set(RUN)
    for page, module in ELSEWHERE.items():
        assert page in RUN
        assert Path(page).stem in (ROOT / "tests" / module).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [p for p in RUN if p not in ELSEWHERE])
def test_the_code_of_a_page_runs(page, built, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    space: dict = {"__name__": "page"}
    for block in fenced(page, "python"):
        exec(compile(block, page, "exec"), space)
    SAYS.get(page, lambda space, shown: None)(space, capsys.readouterr().out)


def test_the_r_lines_run_on_the_file_that_the_python_block_writes(built, tmp_path, monkeypatch):
    page = "docs/how-to/r-and-stata.md"
    asks = 'quit(status = !all(c("haven", "lmtest", "sandwich") %in% rownames(installed.packages())))'
    if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", asks], check=False).returncode:
        pytest.skip("R with haven, lmtest and sandwich is not at hand")
    monkeypatch.setattr("tempfile.mkdtemp", lambda: str(tmp_path))
    exec(compile(fenced(page, "python")[0], page, "exec"), {})
    (tmp_path / "lines.R").write_text(fenced(page, "r")[0], encoding="utf-8")
    done = subprocess.run(["Rscript", "lines.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (slope,) = re.findall(r"joint_democracy_lag +(-[\d.e+-]+)", done.stdout)
    assert -2.5 < float(slope) < -1


# ------------------------------------------------------------------------------------------------ the walk of one datum

STEP = re.compile(r"^\| `([^`]+):(\d+)` \| `([^`]+)` \|", re.MULTILINE)


def wrong_lines(root: Path, steps: list[tuple[str, str, str]]) -> list[str]:
    """What has to be changed on the page, one text a line that does not hold what it should."""
    wrong = []
    for file, number, words in steps:
        lines = (root / file).read_text(encoding="utf-8").splitlines()
        if words not in lines[int(number) - 1]:
            found = [i for i, line in enumerate(lines, start=1) if words in line]
            wrong.append(f"{file}:{number} should be {found or 'nowhere'}: {words}")
    return wrong


def test_every_line_of_the_walk_holds_what_the_page_says():
    steps = STEP.findall((DOCS / "walk.md").read_text(encoding="utf-8"))
    kept = [step for step in steps if not step[0].startswith("state_dept_travels/")]
    assert len(steps) >= 25
    assert len(kept) == len(steps) - 3
    assert wrong_lines(ROOT, kept) == []


@pytest.mark.raw
def test_the_raw_lines_of_the_walk_are_those_of_the_file(raw_root):
    steps = STEP.findall((DOCS / "walk.md").read_text(encoding="utf-8"))
    assert wrong_lines(raw_root, [s for s in steps if s[0].startswith("state_dept_travels/")]) == []


# ------------------------------------------------------------------------------------------------ the guides


def test_the_hypothesis_of_the_guide_is_estimated(built, tmp_path):
    file = tmp_path / "h101.toml"
    (text,) = fenced("docs/how-to/own-hypothesis.md", "toml")
    file.write_text(text, encoding="utf-8")
    page = estimate_own(built, file)
    assert "Trade and new disputes" in page
    result = json.loads((built.own / "h101.json").read_text(encoding="utf-8"))
    (test,) = result["tests"]
    assert test["status"] == "estimated"
    assert test["n"] > 5_000
    assert test["parameters"]["trade"]["mde"] > 0
    assert result["p_adjusted"] == pytest.approx(test["parameters"]["trade"]["main"]["p"])
    assert "<h1>" in (built.own / "h101.html").read_text(encoding="utf-8")
    file.write_text(text.replace('block = "structure"', 'block = "luck"'), encoding="utf-8")
    with pytest.raises(AnalysisError, match=r"h101\.toml"):
        estimate_own(built, file)


HOTLINE = "state1,state2,year,calls\n365,2,1986,4\n2,710,1986,0\n2,365,1990,7\n"


@pytest.fixture
def hotline(tmp_path, monkeypatch) -> Iterator[Paths]:
    """A project that has the source of the guide, its raw file at hand, and no other source."""
    project = Paths(data=tmp_path / "data", analyses=places.project().analyses, build=tmp_path / "build")
    raw = tmp_path / "data" / "raw" / "hotline" / "hotline.csv"
    raw.parent.mkdir(parents=True)
    raw.write_text(HOTLINE, encoding="utf-8")
    (declared,) = fenced("docs/how-to/own-data.md", "toml")
    pinned = declared.replace("bytes = 0", f"bytes = {raw.stat().st_size}")
    pinned = pinned.replace('sha256 = ""', f'sha256 = "{reading.digest(raw)}"')
    assert pinned.count("hotline.csv") == 3
    project.sources.write_text(pinned, encoding="utf-8")
    (reader,) = fenced("docs/how-to/own-data.md", "py")
    module = types.ModuleType("trustpanel.sources.hotline")
    exec(compile(reader, "docs/how-to/own-data.md", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "trustpanel.sources.hotline", module)
    monkeypatch.setattr(reading, "READERS", ("hotline",))
    monkeypatch.setattr(reading, "PLUGS", ())
    monkeypatch.delenv("TRUSTPANEL_RAW", raising=False)
    return project


def test_the_source_of_the_guide_becomes_a_fact(hotline):
    report = reading.write_facts(hotline, download=False)
    assert report.written == {"hotline_calls": 3}
    fact = duckdb.sql(f"from '{hotline.facts / 'hotline_calls.parquet'}'").fetchall()
    assert fact == [(2, 365, 1986, 4), (2, 365, 1990, 7), (2, 710, 1986, 0)]


def test_the_indicator_of_the_guide_becomes_a_checked_table(hotline, built, tmp_path):
    reading.write_facts(hotline, download=False)
    twins = tmp_path / "tables"
    shutil.copytree(places.TABLES, twins)
    for suffix, language in ((".sql", "sql"), (".toml", "toml")):
        (text,) = fenced("docs/how-to/own-indicator.md", language)
        (twins / "hotline_years").with_suffix(suffix).write_text(text, encoding="utf-8")
    tables, variables = load_tables(twins, places.CODEBOOK / "columns.toml")
    book = replace(codebook(), tables=tables, variables=variables)
    book = replace(book, sources=book.sources | load_sources(hotline.sources))
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as facts")
        con.execute(f"create view facts.hotline_calls as from '{hotline.facts / 'hotline_calls.parquet'}'")
        con.execute(f"create view state_dyad_years as from '{built.tables / 'state_dyad_years.parquet'}'")
        for other in ("states", "join_counts"):
            con.execute(f"create view {other} as from '{built.tables / f'{other}.parquet'}'")
        own = replace(book, tables={"hotline_years": tables["hotline_years"]})
        make_table(con, own, tables["hotline_years"])
        assert check_store(con, own) > 5
        found = con.execute("from hotline_years").fetchall()
        assert found == [(2, 365, 1986, 4, True), (2, 365, 1990, 7, True), (2, 710, 1986, 0, False)]
        con.execute("update hotline_years set hotline_calls = -1 where year = 1990")
        with pytest.raises(CheckError, match="hotline_calls"):
            check_store(con, own)


# ------------------------------------------------------------------------------------------------ what stands beside


def test_the_citation_file_has_what_the_form_asks_for():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for key in ("cff-version", "title", "message", "type", "authors", "version", "date-released", "license"):
        assert re.search(rf"^{key}:", text, re.MULTILINE), key
    (named,) = re.findall(r"^version: (\S+)$", text, re.MULTILINE)
    (declared,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert named == declared
    assert re.search(r"^date-released: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)


def test_every_source_stands_in_the_page_of_terms():
    terms = (ROOT / "data" / "LICENSE.md").read_text(encoding="utf-8")
    assert [s for s in codebook().sources if f"(`{s}`," not in terms] == []


def test_size_is_a_measured_page():
    def rows(page: Path) -> dict[str, str]:
        return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE))

    shown, measured = rows(DOCS / "size.md"), rows(ROOT / "benchmarks" / "results.md")
    timed = set(shown) & set(measured) - {"what", "---"}
    assert {"facts to verdict and report", "`import trustpanel`, above a bare interpreter"} <= timed
    assert {what: shown[what] for what in timed} == {what: measured[what] for what in timed}
    assert 2 < float(shown["wheel, facts and codings included"].removesuffix(" MB")) < 50


def test_a_mark_that_nothing_answers_is_refused():
    assert fill("a\n<!-- numbers: x -->\nb", {"x": "1 | 2\n"}, file="p.md") == "a\n1 | 2\nb"
    with pytest.raises(ReportError, match=r"p\.md"):
        fill("<!-- numbers: y -->", {"x": ""}, file="p.md")


def test_what_the_variants_do_to_the_verdict_is_counted_from_the_result():
    core = json.loads((places.project().expected / "h03.json").read_text(encoding="utf-8"))
    rows = {row[:2]: row[2:] for row in _variants(core).rows}
    for grain, words in (("annual", "year by year"), ("monthly", "month by month")):
        main = core["grains"][grain]["main"]["parameters"]
        for name, symbol in (("theta", "θ"), ("delta", "δ"), ("theta_plus_delta", "θ + δ")):
            held = [v for v in core["grains"][grain]["variants"] if v["status"] != "not_estimable"]
            # a variant in another unit or with another outcome has no smallest effect of interest
            held = [v for v in held if v["parameters"][name]["powered"] is not None]
            above = [v["label"] for v in held if v["parameters"][name]["ci95"][0] > 0]
            assert rows[words, symbol][:3] == (str(len(held)), str(len(above)), "0")
            assert all(label in rows[words, symbol][3] for label in above)
            assert main[name]["powered"] is not None
    assert len(rows) == 6
    assert sum(int(row[1]) for row in rows.values()) > 0


def test_nuclear_status_never_changes_within_a_dyad_as_the_page_says():
    core = json.loads((places.project().expected / "h03.json").read_text(encoding="utf-8"))
    told = {row[:2]: row for row in _controls(core).rows}
    for grain, words in (("annual", "year by year"), ("monthly", "month by month")):
        variants = core["grains"][grain]["variants"]
        (nuclear,) = [v for v in variants if v["name"] == "controls_nuclear"]
        assert {"name": "nuclear_pre", "reason": "constant within dyads"} in nuclear["dropped_columns"]
        assert "nuclear_pre" not in nuclear["columns"]
        row = told[words, nuclear["label"]]
        assert (row[2], "nuclear weapons" in row[-1]) == (f"{nuclear['n']:,}", True)
        # rows are lost because the source ends, and for no other reason
        main = core["grains"][grain]["main"]
        lost = {d["reason"]: d["rows"] for d in nuclear["dropped_rows"]}
        assert lost.pop("nuclear_pre missing") > 0
        assert nuclear["n"] < main["n"]
        assert not any("waiting" in note for note in core["notes"])


def test_every_secondary_hypothesis_with_a_p_stands_in_one_family_as_the_page_says():
    found = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in places.project().expected.glob("h??.json")}
    secondary = {result["id"]: result for result in found.values() if result["role"] == "secondary"}
    family = set(found["h01"]["holm"]["family"])
    told = {name for name, r in secondary.items() if name in family or r["tests"][0]["status"] != "not_testable_here"}
    assert family == {"H1", "H2"}
    assert told == family, "a hypothesis outside the family can now be tested: correct over all of them at once"
    assert set(secondary) - family == {"H4", "H5"}
    assert all(secondary[name]["p_adjusted"] is None for name in ("H4", "H5"))


def test_renewing_touches_only_what_changed(tmp_path):
    renew(tmp_path, {"a.md": "1", "b/c.md": "2"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    renew(tmp_path, {"a.md": "1"})
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
    assert not (tmp_path / "b" / "c.md").exists()


# ------------------------------------------------------------------------------------------------ the site


class Reader(HTMLParser):
    """What a page loads, where it leads, and the names that others may lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.names |= {v for k in ("id", "name") if (v := found.get(k))}
        leads = tag == "a" or (tag == "link" and found.get("rel") in ("index", "search", "next", "prev", "author"))
        for key in ("src", "href", "data", "poster", "srcset", "action"):
            if address := found.get(key):
                (self.leads if leads else self.loads).append(address)


@pytest.fixture(scope="module")
def site(built) -> dict[str, Reader]:
    """Every page of the site by its path, parsed."""
    if any(importlib.util.find_spec(name) is None for name in SET_BY):
        absent("Sphinx is not at hand: pip install '.[docs]' (`make test` does)")
    make_site(built)
    pages = {}
    for file in built.site.rglob("*.html"):
        reader = Reader()
        reader.feed(file.read_text(encoding="utf-8"))
        pages[file.relative_to(built.site).as_posix()] = reader
    return pages


def test_the_site_loads_nothing_from_elsewhere(site, built):
    away = {(page, a) for page, r in site.items() for a in r.loads if re.match(r"(https?:)?//", a)}
    assert away == set()
    for style in built.site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", text), style.name


def test_every_link_within_the_site_leads_somewhere(site, built):
    lost = []
    for page, reader in site.items():
        for address in reader.leads:
            if re.match(r"[a-z]+:", address):
                continue
            path, _, name = html.unescape(address).partition("#")
            target = ((built.site / page).parent / path).resolve() if path else (built.site / page).resolve()
            inside = target.relative_to(built.site.resolve()).as_posix()
            if not target.is_file() or (name and inside in site and name not in site[inside].names):
                lost.append((page, address))
    assert lost == []


def test_the_codebook_has_every_variable_with_its_counts(site, built):
    assert {f"codebook/{t}.html" for t in codebook().tables} <= set(site)
    text = (built.site / "codebook" / "pair_stocks.html").read_text(encoding="utf-8")
    known, rows = tp.connect().execute("select count(contact_stock), count(*) from pair_stocks").fetchall()[0]
    assert f"{known:,} of {rows:,} rows" in text
    drawn = re.findall(r'aria-label="Histogram of (\w+): ([\d,]+) known', text)
    assert (("contact_stock", f"{known:,}")) in drawn
    picture = text[text.index("Histogram of contact_stock:") :].split("</svg>")[0]
    bars = [int(n.replace(",", "")) for n in re.findall(r"<title>to [^:]+: ([\d,]+)</title>", picture)]
    assert len(bars) == 20
    assert sum(bars) == known
    names = set().union(*(reader.names for page, reader in site.items() if page.startswith("codebook/")))
    assert {f"v-{name}".replace("_", "-") for name in codebook().variables} <= names


def test_pages_are_filled_from_the_store(site, built):
    for file in built.site_source.rglob("*.md"):
        assert not MARK.search(file.read_text(encoding="utf-8")), file
    limits = (built.site / "limits.html").read_text(encoding="utf-8")
    rival = tp.connect().execute("select count(*) from meeting_evidence where source = 'rival_meetings'").fetchall()
    assert rival[0][0] > 1000
    assert "Dyad-years of strategic rivals" in limits
    for caption in ("What the main model could have seen", "Declared variants", "Counts behind the error rates"):
        assert caption in limits
    assert "trustpanel.panel" in (built.site / "api.html").read_text(encoding="utf-8")
