"""Names with quotes, formulas and markup, and folders with quotes, come through a build and every export as they are."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pytest
from world_build import World, lay_out, living_in, make_facts, make_store, pin

import trustpanel as tp
from trustpanel.archive import MANIFEST, TOP, _csv, unpack
from trustpanel.codebook.load import codebook, load_sources
from trustpanel.errors import ArchiveError, CodebookError, FactsError
from trustpanel.paths import project
from trustpanel.report.codebook_site import codebook_pages
from trustpanel.sources.facts import read_manifest
from trustpanel.store.connect import open_store

NAME = "Chairman \"O'Volkov\"; drop table meetings; -- <b onclick='x'>"
FORMULAS = ["=cmd|' /c calc'!A1", "+1", "-2+3", "@SUM(A1)", "\t=1"]
PLAIN = ["O'Brien", 'the "Old Man"', "<script>x</script>", "5-3"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A store in a folder with quotes, with a visitor whose name holds quotes, SQL and markup."""
    made = lay_out(tmp_path_factory.mktemp("hostile") / "O'Brien's \"store\"; --")
    for file in sorted((made.raw / "state_dept_visits").iterdir()):
        file.write_text(file.read_text(encoding="utf-8").replace("Chairman Volkov", escape(NAME)), encoding="utf-8")
    aliases = made.coded("aliases")
    rows = list(csv.reader(io.StringIO(aliases.read_text(encoding="utf-8"))))
    with aliases.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, lineterminator="\n").writerows(
            [NAME if cell == "Chairman Volkov" and row[0] == "state_dept_visits" else cell for cell in row]
            for row in rows
        )
    pin(made)
    make_facts(made)
    make_store(made)
    with living_in(made):
        yield made


def test_a_name_with_quotes_sql_and_markup_is_the_person_of_its_alias(world: World) -> None:
    with open_store(world.paths) as con:
        found = con.execute(
            "select record, person_id, resolution from record_persons where raw_name = ? order by all", [NAME]
        ).fetchall()
        meetings = con.execute("select count(*) from meetings").fetchall()[0]
    assert ("9001", "p-volkov-1906", "effective_leader") in found
    assert meetings == (17,)


def test_no_export_holds_a_formula_and_none_loses_a_sign(world: World, tmp_path: Path) -> None:
    made = tp.panel("state_year", ["state_abb"], (1980, 1988), where={"ccode": 2})
    texts = [*FORMULAS, *PLAIN]
    rows = ", ".join(f"({1980 + i}, '{text.replace(chr(39), chr(39) * 2)}')" for i, text in enumerate(texts))
    columns = ", ".join(
        {"year": "v.year", "state_abb": "v.state_abb"}.get(c.name, f"p.{c.name}") + f" as {c.name}"
        for c in made.columns
    )
    query = (
        f"select {columns} from ({made.query}) as p inner join (values {rows}) as v(year, state_abb) on p.year = v.year"
        " order by v.year"
    )
    hostile = replace(made, query=query)
    folder = tmp_path / 'it\'s "here"'
    folder.mkdir()
    with hostile.to_csv(folder / "a.csv").open(newline="", encoding="utf-8") as handle:
        cells = [row["state_abb"] for row in csv.DictReader(handle)]
    assert cells == [f"'{text}" for text in FORMULAS] + PLAIN
    assert pd.read_parquet(hostile.to_parquet(folder / "a.parquet"))["state_abb"].tolist() == texts
    assert pd.read_stata(hostile.to_stata(folder / "a.dta"))["state_abb"].tolist() == texts
    table = _csv([{"name": text, "rows": -1} for text in texts]).decode("utf-8")
    assert [row["name"] for row in csv.DictReader(io.StringIO(table))] == cells
    assert "-1" in table


def test_markup_in_a_label_is_text_on_the_pages_of_the_codebook() -> None:
    book = codebook()
    nasty = replace(book.variables["polyarchy"], label="<script>alert(1)</script> [a](javascript:x)")
    counts = {
        name: {"rows": 0, "columns": {c: {"known": 0, "bars": ()} for c in table.columns}}
        for name, table in book.tables.items()
    }
    pages = codebook_pages(replace(book, variables={**book.variables, "polyarchy": nasty}), counts)
    said = [text for text in pages.values() if "alert(1)" in str(text)]
    assert said
    assert not [text for text in said if "<script>" in str(text) or "[a](java" in str(text)]


def archive(file: Path, members: list[tuple[str, bytes]], *, link: str = "") -> Path:
    """A zip of these members, whose manifest lists them all with their right checksums."""
    held = {name.removeprefix(f"{TOP}/"): hashlib.sha256(data).hexdigest() for name, data in members}
    with zipfile.ZipFile(file, "w") as made:
        for name, data in members:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK if name == link else stat.S_IFREG | 0o644) << 16
            made.writestr(entry, data)
        made.writestr(f"{TOP}/{MANIFEST}", json.dumps({"files": held, "tables": {}}))
    return file


ASTRAY = {
    "up and out": "../../evil",
    "up from within": f"{TOP}/../../evil",
    "an absolute path": "/tmp/evil",
    "another folder": "elsewhere/evil",
    "a drive": f"{TOP}/C:/evil",
    "a backslash": f"{TOP}/..\\..\\evil",
    "a step that stays": f"{TOP}/./evil",
}


@pytest.mark.parametrize("case", ASTRAY)
def test_an_archive_whose_entry_climbs_out_is_refused(case: str, tmp_path: Path) -> None:
    file = archive(tmp_path / "a.zip", [(f"{TOP}/good", b"x"), (ASTRAY[case], b"evil")])
    with pytest.raises(ArchiveError, match=r"(?s)no file of its own folder.*evil.*do not unpack"):
        unpack(file, tmp_path / "in" / "here")
    assert [path.name for path in tmp_path.rglob("*")] == ["a.zip"]


def test_an_archive_with_a_link_an_entry_twice_or_no_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no file of its own folder"):
        unpack(archive(tmp_path / "a.zip", [(f"{TOP}/x", b"/etc/passwd")], link=f"{TOP}/x"), tmp_path / "in")
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = archive(tmp_path / "b.zip", [(f"{TOP}/x", b"one"), (f"{TOP}/x", b"two")])
    with pytest.raises(ArchiveError, match="no file of its own folder"):
        unpack(twice, tmp_path / "in")
    whole = archive(tmp_path / "c.zip", [(f"{TOP}/x", b"one")]).read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no archive", whole.replace(MANIFEST.encode(), b"MANIFOLD.json")):
        (tmp_path / "d.zip").write_bytes(content)
        with pytest.raises(ArchiveError, match=r"(?s)cannot be read.*d\.zip.*next: "):
            unpack(tmp_path / "d.zip", tmp_path / "in")
    assert not (tmp_path / "in").exists()
    unpack(tmp_path / "c.zip", tmp_path / "in")
    assert (tmp_path / "in" / TOP / "x").read_bytes() == b"one"


@pytest.mark.parametrize("name", ["../../x.csv", "/etc/x.csv", "a/b.csv", "..", "a\\b.csv", "C:x", "a\nb"])
def test_a_raw_file_whose_name_climbs_out_is_refused(name: str, tmp_path: Path) -> None:
    text = project().sources.read_text(encoding="utf-8")
    quoted = name.replace("\\", "\\\\").replace("\n", "\\n")
    file = tmp_path / "sources.toml"
    file.write_text(text.replace('name = "leaderlist_3_21.csv"', f'name = "{quoted}"'), encoding="utf-8")
    with pytest.raises(CodebookError, match=r"(?s)sources\.toml.*reign.*name.*without a folder"):
        load_sources(file)


def test_a_manifest_of_facts_whose_name_climbs_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"inputs": {}, "outputs": {"../x": {"source": "a", "sha256": "b"}}}')
    with pytest.raises(FactsError, match=r"(?s)manifest\.json.*no name of a fact"):
        read_manifest(tmp_path)
