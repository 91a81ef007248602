"""The long proofs measure what they say: planted faults fit the code, equal and unequal builds are told apart."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from proofs.inputs import INPUTS, table
from proofs.lines import ROOF, Lines, rooms
from proofs.matrix import Comparison, Interpreter, compare, environment, supported
from proofs.mutants import ROOT, Mutant, mutants
from proofs.page import PAGE, write_section


@pytest.mark.parametrize("mutant", mutants(), ids=lambda m: m.name)
def test_a_planted_fault_fits_the_code_and_names_a_test(mutant: Mutant) -> None:
    tried = ["git", "apply", "--check", str(mutant.patch)]
    fits = subprocess.run(tried, cwd=ROOT, capture_output=True, text=True, check=False)
    assert fits.returncode == 0, fits.stderr
    file, name = mutant.test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
    assert mutant.file.startswith("trustpanel/")


def test_there_are_thirty_planted_faults_in_sql_and_in_estimators() -> None:
    files = [m.file for m in mutants()]
    assert len(files) >= 30
    assert sum(f.endswith(".sql") for f in files) >= 10
    assert sum(f.startswith("trustpanel/models/") for f in files) >= 10


def test_a_section_is_written_between_its_markers_alone(tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a:begin -->\nold\n<!-- a:end -->\nafter\n")
    write_section("a", "new", page)
    assert page.read_text() == "before\n<!-- a:begin -->\nnew\n<!-- a:end -->\nafter\n"
    with pytest.raises(SystemExit, match="expected one pair of markers"):
        write_section("b", "new", page)


def test_each_kind_of_bad_input_names_tests_that_exist_and_stands_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for given in INPUTS:
        for test in given.tests:
            file, name = test.split("::")
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), test
        assert f"| {given.item} | {given.outcome} |" in page
    assert table([]).splitlines()[2:4] == ["| input | what happens | shown by | cases |", "| --- | --- | --- | ---: |"]


def home(folder: Path, *, value: float, text: str = "a", built_at: str = "now") -> Path:
    """A build folder of two tables and one result."""
    for name in ("tables", "results"):
        (folder / name).mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    pq.write_table(pa.table({"key": [1, 2], "x": [value, None], "y": [text, "b"]}), folder / "tables" / "t.parquet")
    pq.write_table(pa.table({"built_at": [built_at], "schema_version": [3]}), folder / "tables" / "meta.parquet")
    (folder / "results" / "h01.json").write_text(json.dumps({"estimate": [value, text]}))
    return folder


def test_builds_are_equal_to_the_byte_in_content_or_not_at_all(tmp_path: Path) -> None:
    one = home(tmp_path / "one", value=0.1)
    later = home(tmp_path / "later", value=0.1, built_at="later")
    near = home(tmp_path / "near", value=0.1 + 1e-14)
    far = home(tmp_path / "far", value=0.1 + 1e-9)
    other = home(tmp_path / "other", value=0.1, text="A")
    assert compare(one, later) == Comparison(4, 0, ())
    assert compare(one, near) == Comparison(2, 2, ())
    assert compare(one, far) == compare(one, other) == Comparison(2, 0, ("results/h01.json", "tables/t.parquet"))
    (later / "results" / "h02.json").write_text("{}")
    assert compare(one, later, within="results/") == Comparison(1, 0, ("results/h02.json",))
    assert str(compare(one, far)).startswith("**2 of 4 files differ**: results/h01.json")
    assert str(compare(one, near)) == "4 of 4 files equal in content, 2 of them to the byte"


def test_every_supported_interpreter_is_found_once_and_one_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    def named(name: str, told: str) -> Path:
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{told}\n")
        file.chmod(0o755)
        return file

    files = [
        named(str(number), f"printf '{told}\\n{tmp_path}\\n'")
        for number, told in enumerate(
            ("cpython 3 12 1", "cpython 3 10 9", "pypy 3 12 0", "cpython 3 11 2", "cpython 3 12 1")
        )
    ]
    found = supported([files[0], named("shim", "exit 127"), *files[1:]], (3, 11))
    assert [(i.name, i.executable) for i in found] == [("3.12.1", files[0]), ("3.11.2", files[3])]
    refusing = named("refusing", "echo 'no wheels here' >&2; exit 1")
    assert environment(Interpreter((3, 12, 1), refusing), tmp_path) == (None, "no wheels here")


def test_lines_are_added_up_by_room() -> None:
    modules = {
        "trustpanel/store/a.py": Lines(1, 10, 5),
        "trustpanel/store/b.py": Lines(1, 30, 25),
        "trustpanel/cli.py": Lines(1, 8, 8),
        "trustpanel/models/worlds/c.py": Lines(1, 4, 1),
    }
    found = rooms(modules)
    assert list(found) == ["trustpanel/models/worlds", "trustpanel/store", ROOF]
    assert found["trustpanel/store"] == Lines(2, 40, 30)
    assert found["trustpanel/store"].share == 75.0
