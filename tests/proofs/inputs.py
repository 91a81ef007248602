"""What becomes of each kind of bad input, and the tests that hold it.

The tests of every run damage a part of the files, columns and fields; `make inputs` damages them all, and writes the
table between the markers of docs/reliability.md.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.proofs.page import write_section

ROOT = Path(__file__).parents[2]
ALL = "1000"


@dataclass(frozen=True)
class Input:
    """One kind of bad input: what happens, and the tests that show it."""

    item: str
    outcome: str
    tests: tuple[str, ...]


INPUTS = (
    Input(
        "a raw file that is not the published one",
        "refused by its sha256 before it is read, with both sums; the world-wide COLT file, which a user supplies, has "
        "no published sum and is judged by its reader alone",
        (
            "tests/test_inputs.py::test_a_raw_file_that_is_not_the_pinned_one_is_refused_before_it_is_read",
            "tests/test_inputs.py::test_only_what_a_user_supplies_has_no_published_checksum",
            "tests/test_bad_input.py::test_a_bad_raw_file_is_refused",
        ),
    ),
    Input(
        "truncated (its sum put right)",
        "refused: a row with fewer cells than the header, a last line without its end, a broken archive or XML; the "
        "three files that are published without an end of the last line are told by their sums alone",
        (
            "tests/test_inputs.py::test_a_cut_is_refused_wherever_it_falls",
            "tests/test_bad_input.py::test_no_damage_gets_past_a_reader_without_a_refusal_of_ours",
        ),
    ),
    Input(
        "another source's file under its name",
        "refused by the columns, elements or objects that it lacks",
        ("tests/test_inputs.py::test_another_file_under_its_name_is_refused",),
    ),
    Input(
        "another encoding",
        "refused, also UTF-8 where the published file is in an older encoding; REIGN's own remarks hold bytes of no "
        "encoding and are not read: there only a name is refused",
        ("tests/test_inputs.py::test_another_encoding_is_refused",),
    ),
    Input(
        "an added column, or another order",
        "read as before, by name; refused where the file has no header",
        ("tests/test_inputs.py::test_a_column_more_or_another_order_changes_nothing",),
    ),
    Input(
        "a renamed column, a name that stands twice",
        "refused with file and column, if the reader takes the column; else nothing changes",
        (
            "tests/test_inputs.py::test_a_renamed_column_is_refused_by_name",
            "tests/test_inputs.py::test_a_column_name_that_stands_twice_is_refused",
        ),
    ),
    Input(
        "dates out of range",
        "refused: a day that no calendar has; a day or year outside the window of the source; a month, day or state code "
        "that none can be",
        (
            "tests/test_inputs.py::test_a_year_that_cannot_be_is_refused",
            "tests/test_bad_input.py::test_a_bad_raw_file_is_refused",
        ),
    ),
    Input(
        "ten times the rows",
        "rows that repeat count once or are refused; more rows than the published file repeats are refused even where "
        "it repeats some",
        ("tests/test_inputs.py::test_rows_said_ten_times_count_once_or_are_refused",),
    ),
    Input(
        "an archive, a raw file or a manifest with a path that climbs out",
        "refused before anything is written: `..`, absolute paths, drives, backslashes, links, an entry twice",
        (
            "tests/test_hostile_text.py::test_an_archive_whose_entry_climbs_out_is_refused",
            "tests/test_hostile_text.py::test_an_archive_with_a_link_an_entry_twice_or_no_manifest_is_refused",
            "tests/test_hostile_text.py::test_a_raw_file_whose_name_climbs_out_is_refused",
            "tests/test_hostile_text.py::test_a_manifest_of_facts_whose_name_climbs_out_is_refused",
            "tests/test_raw_files.py::test_an_archive_without_the_member_is_refused",
        ),
    ),
    Input(
        "a cell that starts a formula",
        "in CSV files (panels, explorer, codebook) an apostrophe stands before it; Parquet and Stata files keep it as it "
        "is, since no program runs it there; the package writes no workbook",
        (
            "tests/test_hostile_text.py::test_no_export_holds_a_formula_and_none_loses_a_sign",
            "tests/test_explorer_page.py::test_text_of_the_data_is_never_markup_nor_formula",
        ),
    ),
    Input(
        "names with quotes, folders with quotes",
        "a name with quotes and SQL is the person of its alias; store and exports stand in a folder with quotes; a value "
        "of a condition is a value",
        (
            "tests/test_hostile_text.py::test_a_name_with_quotes_sql_and_markup_is_the_person_of_its_alias",
            "tests/test_hostile_text.py::test_no_export_holds_a_formula_and_none_loses_a_sign",
            "tests/test_panel_call.py::test_a_hostile_value_is_a_value",
            "tests/test_panel_call.py::test_a_hostile_name_is_no_name",
        ),
    ),
    Input(
        "HTML in free text",
        "shown as text: explorer, reports, case pages, paper, pages of the codebook",
        (
            "tests/test_explorer_page.py::test_text_of_the_data_is_never_markup_nor_formula",
            "tests/test_report.py::test_text_is_escaped_in_html_and_in_markdown",
            "tests/test_report.py::test_free_text_of_results_cannot_become_markup",
            "tests/test_case_report.py::test_pages_are_well_formed_and_escaped",
            "tests/test_paper.py::test_signs_of_markup_in_a_value_are_text",
            "tests/test_hostile_text.py::test_markup_in_a_label_is_text_on_the_pages_of_the_codebook",
        ),
    ),
    Input(
        "a hostile `.toml`",
        "refused with file and field: no TOML, a key twice, not UTF-8, 100,000 lists in each other, a number of 5,000 "
        "digits, larger than 8 MB, a field that is unknown or of another type, a name that would break out of SQL or of "
        "a folder",
        (
            "tests/test_fuzz.py::test_what_is_no_toml_is_refused_with_its_name",
            "tests/test_fuzz.py::test_a_hostile_value_in_a_declared_file_is_refused_with_file_and_next_step",
            "tests/test_fuzz.py::test_any_bytes_are_a_table_or_no_toml",
            "tests/test_bad_input.py::test_a_bad_entry_of_sources_is_refused",
            "tests/test_bad_input.py::test_a_bad_twin_is_refused",
        ),
    ),
    Input(
        "generated days, numbers and coded cells",
        "read as the one day or number that is written, or refused with the line",
        (
            "tests/test_fuzz.py::test_a_day_is_read_in_one_form_alone",
            "tests/test_fuzz.py::test_a_day_of_colt_is_the_day_that_is_written_in_each_of_its_forms",
            "tests/test_fuzz.py::test_a_day_of_a_treaty_is_in_the_calendar_or_none",
            "tests/test_fuzz.py::test_a_number_is_the_one_that_is_written_or_none",
            "tests/test_fuzz.py::test_a_coded_cell_is_what_is_written_or_refused_by_row",
        ),
    ),
    Input(
        "generated names",
        "a said name is the person of its alias on that day or unresolved, and no record is lost; a name that is asked "
        "for is one of the codebook or refused with the nearest",
        (
            "tests/test_fuzz.py::test_a_said_name_is_the_person_of_its_alias_on_that_day_and_no_record_is_lost",
            "tests/test_fuzz.py::test_a_name_is_one_of_the_codebook_or_refused",
        ),
    ),
)


def main() -> int:
    """Run every named test on all files, columns and fields; write the table if all pass."""
    named = sorted({test for given in INPUTS for test in given.tests})
    with tempfile.TemporaryDirectory() as aside:
        told = Path(aside) / "found.xml"
        run = [sys.executable, "-m", "pytest", "-q", "-n", str(os.cpu_count()), f"--junitxml={told}", *named]
        done = subprocess.run(run, cwd=ROOT, env=os.environ | {"TRUSTPANEL_INPUTS": ALL}, check=False)
        cases = ElementTree.parse(told).iter("testcase")
        passed = [re.sub(r"\[.*", "", str(c.get("name")), flags=re.DOTALL) for c in cases if not len(c)]
    if done.returncode:
        print("nothing is written: a test failed")
        return 1
    write_section("inputs", table(passed))
    return 0


def table(passed: list[str] | None) -> str:
    """The section: one row a kind of input with its tests, and how many cases of them passed; None before a run."""
    said = "No run on every file, column and field is written here yet: `make inputs` makes it and counts the cases."
    if passed is not None:
        said = (
            f"{len(INPUTS)} of {len(INPUTS)} kinds of bad input are refused or handled: {len(passed)} cases pass, on "
            "every reader, file, column and field (`make inputs`; the tests of every run take a part of them)."
        )
    lines = [said, "", "| input | what happens | shown by | cases |", "| --- | --- | --- | ---: |"]
    for given in INPUTS:
        count = "" if passed is None else sum(passed.count(test.split("::")[1]) for test in given.tests)
        lines.append(f"| {given.item} | {given.outcome} | {', '.join(f'`{t}`' for t in given.tests)} | {count} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
