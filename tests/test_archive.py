"""The replication archive: complete, the same bytes again, and closed to what may not be passed on."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest

from trustpanel.archive import MANIFEST, NAME, TOP, refuse_restricted, unpack, write_archive
from trustpanel.errors import ArchiveError
from trustpanel.paths import Paths


@pytest.fixture(scope="module")
def made(built, tmp_path_factory):
    """A project whose paper is a stand-in and whose store is one table: what an archive is made from."""
    build = tmp_path_factory.mktemp("archive")
    paths = Paths(data=built.data, analyses=built.analyses, build=build)
    paths.tables.mkdir()
    shutil.copy(built.tables / "states.parquet", paths.tables / "states.parquet")
    paths.paper.mkdir()
    for name in ("trustpanel.pdf", "trustpanel.html", "numbers.json"):
        (paths.paper / name).write_text(name, encoding="utf-8")
    write_archive(paths, progress=lambda line: None)
    return paths


def names(paths: Paths) -> set[str]:
    with zipfile.ZipFile(paths.archive / NAME) as archive:
        return {name.removeprefix(f"{TOP}/") for name in archive.namelist()}


def test_it_holds_data_code_locks_codebook_results_and_paper(made):
    held = names(made)
    assert {"constraints.txt", "pyproject.toml", "Makefile", "data/LICENSE.md", "data/sources.toml"} <= held
    assert {"data/facts/manifest.json", "data/coded/cases.csv", "trustpanel/tables/panel.sql"} <= held
    assert {"analyses/h03.toml", "analyses/expected/h03.json", "analyses/paper/works.toml"} <= held
    assert {"codebook/tables.csv", "codebook/variables.csv", "paper/trustpanel.pdf", MANIFEST} <= held
    assert not [n for n in held if "raw/" in n or ("restricted" in n and n.startswith("data/")) or "__pycache__" in n]


def test_the_same_files_give_the_same_bytes_and_no_date_of_the_machine(made):
    before = (made.archive / NAME).read_bytes()
    write_archive(made, progress=lambda line: None)
    assert (made.archive / NAME).read_bytes() == before
    with zipfile.ZipFile(made.archive / NAME) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_file_is_verified_when_it_is_unpacked(made, tmp_path):
    manifest = unpack(made.archive / NAME, tmp_path / "good")
    assert (tmp_path / "good" / TOP / "analyses" / "h03.toml").is_file()
    assert set(manifest["tables"]) == {"states"}
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(made.archive / NAME) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"other" if name.endswith("/h03.toml") else old.read(name))
    with pytest.raises(ArchiveError, match=r"(?s)does not match its manifest.*analyses/h03.toml"):
        unpack(changed, tmp_path / "bad")
    assert not (tmp_path / "bad").exists()
    with pytest.raises(ArchiveError, match=r"(?s)no archive.*trustpanel archive"):
        unpack(tmp_path / "none.zip", tmp_path / "bad")


def test_what_may_not_be_passed_on_is_refused(made):
    with pytest.raises(
        ArchiveError, match=r"(?s)may not be passed on.*pax_agreements.*found: no source in the manifest"
    ):
        refuse_restricted(made, {"data/facts/pax_agreements.parquet": b""})
    with pytest.raises(ArchiveError, match="another file"):
        refuse_restricted(made, {"data/facts/archigos41_leaders.parquet": b"other bytes"})
    with pytest.raises(ArchiveError, match="facts_restricted"):
        refuse_restricted(made, {"data/build/facts_restricted/mie_events.parquet": b""})


def test_a_fact_of_a_source_that_is_not_shipped_is_refused(made, tmp_path):
    fact = made.facts / "archigos41_leaders.parquet"
    text = made.sources.read_text(encoding="utf-8").replace("ship = true", "ship = false", 1)
    data = tmp_path / "data"
    (data / "facts").mkdir(parents=True)
    (data / "sources.toml").write_text(text, encoding="utf-8")
    shutil.copy(made.facts / "manifest.json", data / "facts" / "manifest.json")
    with pytest.raises(ArchiveError, match=r"(?s)may not be passed on.*archigos41"):
        refuse_restricted(
            Paths(data=data, analyses=made.analyses, build=tmp_path),
            {"data/facts/archigos41_leaders.parquet": fact.read_bytes()},
        )


def test_an_installed_package_has_no_code_to_archive(made, tmp_path):
    (tmp_path / "data").mkdir()
    inside = Paths(data=tmp_path / "data", analyses=made.analyses, build=tmp_path)
    with pytest.raises(ArchiveError, match=r"(?s)made from a checkout.*clone the repository"):
        write_archive(inside, progress=lambda line: None)


def test_results_that_are_not_the_expected_ones_stop_it(made):
    made.results.mkdir()
    result = json.loads((made.expected / "h03.json").read_text(encoding="utf-8"))
    result["grains"]["annual"]["main"]["n"] += 1
    (made.results / "h03.json").write_text(json.dumps(result), encoding="utf-8")
    before = (made.archive / NAME).read_bytes()
    try:
        with pytest.raises(ArchiveError, match=r"(?s)not the expected one.*grains.annual.main.n"):
            write_archive(made, progress=lambda line: None)
    finally:
        shutil.rmtree(made.results)
    assert (made.archive / NAME).read_bytes() == before
