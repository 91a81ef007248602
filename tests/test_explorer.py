"""The explorer's data: known meetings with their sources, unknown never 0, every file small, the bundle not stale."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from trustpanel import explore
from trustpanel.errors import ReportError
from trustpanel.paths import EXPLORER
from trustpanel.report.explorer.pieces import read_script, script, stock_series
from trustpanel.report.explorer.site import COLUMNS, write_explorer
from trustpanel.store.explorer_frames import explorer_frames

GENEVA = "m-1985-11-19-p-gorbachev-1931-p-reagan-1911"


@pytest.fixture(scope="module")
def frames(store):
    return explorer_frames(store)


@pytest.fixture(scope="module")
def piece(explorer_site):
    def read(name):
        told, value = read_script((explorer_site / "data" / f"{name}.js").read_text(encoding="utf-8"))
        assert told == name
        return value

    return read


@pytest.fixture(scope="module")
def explorer_frames_small(frames):
    """The frames of one dyad."""
    few = {
        "dyads",
        "leader_pairs",
        "meetings",
        "agreements",
        "disputes",
        "wars",
        "crises",
        "known",
        "indicators",
        "stocks",
    }
    return {n: f[(f["ccode_a"] == 750) & (f["ccode_b"] == 770)] if n in few else f for n, f in frames.items()}


def rows(columns, **wanted):
    found = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return [r for r in found if all(r[k] == v for k, v in wanted.items())]


def test_geneva_has_its_place_leaders_and_record(piece):
    held = piece("dyads-002")
    (geneva,) = rows(held["meetings"], meeting_id=GENEVA)
    assert (geneva["ccode_b"], geneva["start_date"], geneva["end_date"]) == (365, "1985-11-19", "1985-11-21")
    assert (geneva["place"], geneva["host_ccode"], geneva["kind"], geneva["documented"]) == (
        "Geneva",
        225,
        "summit",
        True,
    )
    assert (geneva["leader_a"], geneva["leader_b"]) == ("USA-1981", "RUS-1985")
    assert [(e["source"], e["record"]) for e in rows(held["evidence"], meeting_id=GENEVA)] == [
        ("state_dept_travels", "2942")
    ]
    lahore = rows(piece("dyads-750")["meetings"], start_date="1999-02-20", ccode_b=770)
    assert [(m["place"], m["capacity_a"]) for m in lahore] == [("Lahore (Wagah)", "effective_leader")]


def test_stocks_are_those_of_the_store(piece, store):
    (run,) = [s for s in piece("dyads-002")["stocks"] if (s["leader_a"], s["leader_b"]) == ("USA-1981", "RUS-1985")]
    asked = store.execute(
        "select round(contact_stock, 3), round(bond_stock, 3), round(state_stock, 3) from pair_stocks "
        "where leader_dyad_id = 'USA-1981|RUS-1985|2|365' order by month"
    ).fetchall()
    assert (run["month"], run["until"]) == ("1985-03", "1989-01-20")
    assert list(zip(run["contact_stock"], run["bond_stock"], run["state_stock"], strict=True)) == asked


def test_a_stock_breaks_where_a_month_is_missing_and_keeps_unknown_apart_from_none(frames):
    all_months = frames["stocks"].query("leader_dyad_id == 'USA-1981|RUS-1985|2|365'")
    few = all_months[all_months["as_of"] != "1985-05-31"].assign(state_stock=float("nan"))
    first, second = stock_series(few)
    assert (first["month"], first["until"][:7], second["month"]) == ("1985-03", "1985-05", "1985-07")
    assert first["state_stock"] is None
    assert first["contact_stock"] == [0, 0, 0]


def test_a_meeting_that_could_not_be_known_is_missing_not_none(frames):
    pairs = frames["dyads"].set_index(["ccode_a", "ccode_b"])
    assert pairs.loc[(41, 90)].covered_days == 0
    assert pairs.meetings.isna().loc[(41, 90)]
    assert pairs.meetings.isna().sum() > 10_000
    bare = pairs[(pairs.covered_days == 0) & pairs.meetings.notna()]
    assert len(bare)
    assert (bare.meetings > 0).all()
    covered = pairs[(pairs.covered_days > 0) & (pairs.meetings == 0)]
    assert len(covered)
    assert covered.meetings.notna().all()
    young = pairs[pairs.first_day > "2014-12-31"]
    assert young.disputes.isna().all()


def test_counts_are_those_of_the_store(frames, store):
    pairs = frames["dyads"].set_index(["ccode_a", "ccode_b"])
    one = store.execute(
        "select (select count(distinct meeting_id) from meeting_dyads where ccode_a = 2 and ccode_b = 365), "
        "(select count(*) from disputes where ccode_a = 2 and ccode_b = 365), (select count(*) from crises where ccode_a = 2 and ccode_b = 365)"
    ).fetchall()[0]
    assert tuple(pairs.loc[(2, 365), ["meetings", "disputes", "crises"]].astype(int)) == one
    leaders = frames["leader_pairs"]
    assert len(leaders) == store.execute("select count(*) from leader_dyads").fetchall()[0][0]
    reagan = leaders.query("leader_a == 'USA-1981' and leader_b == 'RUS-1985'").iloc[0]
    assert (reagan.meetings, reagan.covered_days, reagan.pair_days) == (5, 1412, 1412)
    # Kohl and Mitterrand: one pair through the change of Germany's code
    kohl = leaders.query("leader_a == 'FRN-1981' and leader_b == 'GFR-1982'").iloc[0]
    assert kohl.pair_end == "1995-05-17"
    assert kohl.political > 0


def test_indicators_are_unknown_where_no_agreement_is(piece):
    held = rows(piece("dyads-002")["indicators"], ccode_b=365)
    of = {year: r for r in held for year in range(r["start_year"], r["end_year"] + 1)}
    assert len([y for r in held for y in range(r["start_year"], r["end_year"] + 1)]) == len(of)
    assert (of[1950]["oversight_side"], of[1987]["oversight_side"], of[1987]["rules_side"]) == (None, False, False)
    assert (of[2018]["discretion_side"], of[2018]["oversight_side"]) == (True, None)


def test_the_first_view_is_small(explorer_site):
    first = ["index.html", "explorer.css", "explorer.js", "data/start.js", "data/dyads-002.js"]
    size = sum((explorer_site / name).stat().st_size for name in first)
    assert 200_000 < size < 5_000_000
    assert read_script(script("a", {"b": [1, None, "</script>"]})) == ("a", {"b": [1, None, "</script>"]})
    assert all("data:text" not in f.read_text("utf-8") for f in explorer_site.glob("*.js"))


def test_the_same_frames_give_the_same_files(explorer_frames_small, tmp_path):
    for name in ("one", "two"):
        write_explorer(explorer_frames_small, tmp_path / name)
    files = sorted(f.relative_to(tmp_path / "one") for f in (tmp_path / "one").rglob("*") if f.is_file())
    assert files == sorted(f.relative_to(tmp_path / "two") for f in (tmp_path / "two").rglob("*") if f.is_file())
    assert len(files) > 5
    assert [f for f in files if (tmp_path / "one" / f).read_bytes() != (tmp_path / "two" / f).read_bytes()] == []


def test_the_page_forbids_every_request_that_leaves_the_machine(explorer_site):
    page = (explorer_site / "index.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "connect-src 'none'" in page
    assert "form-action 'none'" in page
    assert "http" not in page.replace("http-equiv", "")
    assert (explorer_site / "licences.txt").read_text(encoding="utf-8").count("MIT License") >= 2


def test_what_a_part_of_the_page_shows_is_cited_with_every_source_behind_it(piece, store):
    start = piece("start")
    cited = start["sources_of"]
    assert cited["leaders"] == ["archigos41", "reign", "wikidata_leaders"]
    assert (cited["disputes"], cited["wars"], cited["crises"]) == (["cow_mid5"], ["cow_mid5"], ["icb15"])
    assert {"tfdd", "mia_igo", "world_treaty_index", "vaynman_aad", "troopdata"} <= set(cited["indicators"])
    assert {s for part in cited.values() for s in part} <= set(start["sources"])
    # the lists behind the meetings are those that the records of the store name; our own search is no published work
    (named,) = store.execute("select list(distinct source order by source) from meeting_evidence").fetchall()[0]
    assert [s for s in named if s != "rival_meetings"] == cited["meetings"]


def test_a_frame_that_lacks_a_column_is_refused_and_the_old_pages_stay(frames, tmp_path):
    folder = tmp_path / "explorer"
    folder.mkdir()
    (folder / "index.html").write_text("as it was")
    for wrong in (
        {n: f for n, f in frames.items() if n != "known"},
        frames | {"known": frames["known"].drop(columns="level")},
    ):
        with pytest.raises(ReportError, match="known"):
            write_explorer(wrong, folder)
    assert (folder / "index.html").read_text() == "as it was"
    assert set(COLUMNS) == set(frames)


def test_a_move_that_fails_leaves_the_old_pages(explorer_frames_small, tmp_path, monkeypatch):
    folder = tmp_path / "explorer"
    folder.mkdir()
    (folder / "index.html").write_text("as it was")
    moved = Path.replace

    def refuse(self, target):
        if self.name == ".explorer-new":
            raise PermissionError("held open")
        return moved(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ReportError, match="take its place"):
        write_explorer(explorer_frames_small, folder)
    assert (folder / "index.html").read_text() == "as it was"


@pytest.mark.parametrize("view", ["javascript:alert(1)", "view=pair&pair=2-365' --x", "pair=2-365"])
def test_a_view_that_is_none_is_refused(view, tmp_path):
    with pytest.raises(ReportError, match="names no view"):
        explore.open_page(tmp_path / "index.html", view=view)


def test_the_bundle_is_made_of_the_source_as_it_stands():
    held = (EXPLORER / "vendor" / "sources.sha256").read_text(encoding="utf-8").splitlines()
    files = sorted((EXPLORER / "src").iterdir())
    assert held == [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  src/{f.name}" for f in files], (
        "make explorer-bundle"
    )
    assert all(len(f.read_text(encoding="utf-8").splitlines()) < 300 for f in files)
    assert (EXPLORER / "vendor" / "explorer.js").stat().st_size < 600_000
    assert "resolved" not in (EXPLORER / "package-lock.json").read_text(encoding="utf-8")


def test_the_bundle_is_what_node_makes(tmp_path):
    if shutil.which("npm") is None:
        pytest.skip("no Node at hand: the digest of the source is what is compared")
    for name in ("package.json", "package-lock.json", "bundle.mjs"):
        shutil.copy(EXPLORER / name, tmp_path / name)
    shutil.copytree(EXPLORER / "src", tmp_path / "src")
    got = subprocess.run(["npm", "ci", "--silent"], cwd=tmp_path, capture_output=True, text=True, check=False)
    if got.returncode:
        pytest.skip(f"npm has no packages to give: {got.stderr[-200:]}")
    subprocess.run(["node", "bundle.mjs", "."], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "explorer.js").read_bytes() == (EXPLORER / "vendor" / "explorer.js").read_bytes()
