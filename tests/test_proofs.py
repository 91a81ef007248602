"""The planted faults of tests/mutants fit the code as it is, and the tests that have to catch them exist."""

from __future__ import annotations

import subprocess

import pytest
from proofs.inputs import INPUTS, table
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
