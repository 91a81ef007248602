"""The model "dangerous dyads" from one call: the page's blocks, its numbers, and the printed table beside them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from trustpanel.paths import PACKAGE, Paths, project
from trustpanel.sources.facts import write_restricted
from trustpanel.store.build import build

PAGE = PACKAGE.parent / "docs" / "how-to" / "dangerous-dyads.md"
PRINTED = tomllib.loads((Path(__file__).parent / "truth" / "dangerous_dyads.toml").read_text(encoding="utf-8"))
TEXT = PAGE.read_text(encoding="utf-8")
# the page rounds to three decimals
ROUNDED = 0.00051


def run_page() -> dict:
    space: dict = {}
    for block in re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL):
        exec(compile(block, str(PAGE.name), "exec"), space)
    return space


def table_under(heading: str) -> dict[str, list[str]]:
    """The cells of the one table of a section, by the first of each row."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[2:]}


def number(cell: str) -> float:
    return float(cell.split(" ", maxsplit=1)[0].replace(",", ""))


@pytest.fixture(scope="module")
def page(built) -> dict:
    return run_page()


@pytest.fixture(scope="module")
def page_with_gml(tmp_path_factory: pytest.TempPathFactory, raw_root: Path) -> Iterator[dict]:
    """The page where the user has the files of Gibler, Miller and Little."""
    home = tmp_path_factory.mktemp("gml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUSTPANEL_RAW", str(raw_root))
        patch.setenv("TRUSTPANEL_HOME", str(home))
        paths: Paths = project()
        assert write_restricted(paths).written["gml_participants"] > 0
        build(paths)
        yield run_page()


def test_the_page_prints_the_published_table():
    assert PRINTED["n"] == 103919
    assert f"{PRINTED['n']:,} dyad-years" in TEXT
    shown = table_under("Term by term")
    assert list(shown) == list(PRINTED["coef"])
    for term, cells in shown.items():
        assert number(cells[0]) == PRINTED["coef"][term]
        if term in PRINTED["se"]:
            assert cells[0].endswith(f"({PRINTED['se'][term]:.3f})")


def test_every_term_has_the_printed_sign_and_the_number_on_the_page(page):
    found = page["beside_the_printed"](page["fit"])
    for term, cells in table_under("Term by term").items():
        row = found.loc[term]
        assert cells[3], f"{term} has no cause"
        assert row.ours == pytest.approx(number(cells[1]), abs=ROUNDED)
        assert row.error == pytest.approx(number(cells[1].split("(")[1].strip(")")), abs=ROUNDED)
        assert row.difference == pytest.approx(number(cells[2]), abs=ROUNDED)
        if abs(PRINTED["coef"][term]) >= 0.01:
            assert row.ours * PRINTED["coef"][term] > 0
    errors = (found.difference / found.printed_error).abs()
    assert errors.drop("gdp_per_head").max() < 1.5
    assert 2.5 < errors["gdp_per_head"] < 3.5


def test_every_row_is_accounted_for(page, store):
    shown = [number(line.split("|")[1].strip().replace("- ", "-")) for line in _account()]
    assert shown == [112282, -3626, -2010, -332, 106314]
    assert sum(shown[:4]) == shown[4] == page["fit"].nobs
    assert len(page["rows"]) == shown[0]
    first = page["first"].value_counts().to_dict()
    assert first == {"none": 106314, "militarisation": 3626, "democracy": 2010, "gdp_per_head": 332}
    assert shown[4] - PRINTED["n"] == 2395
    lacking = "select ccode, count(*) from state_years where year <= 2010 and {} is null group by all"
    scores = dict(store.execute(lacking.format("unified_democracy")).fetchall())
    assert scores == {300: 52, 260: 1, 329: 1, 678: 1}
    gdp = dict(store.execute(lacking.format("gdp_per_head")).fetchall())
    assert gdp == {651: 27, 600: 8, 670: 5, 345: 2, 812: 1}
    soldiers = dict(store.execute(lacking.format("militarisation")).fetchall())
    assert (soldiers[380], soldiers[245], soldiers[581], soldiers[95], soldiers[101]) == (41, 31, 20, 19, 16)
    assert sum(soldiers.values()) == 398


def _account() -> list[str]:
    section = TEXT.split("## How many rows\n")[1].split("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ") and not line.startswith(("| rows", "| ---"))]


def test_false_spells_of_no_contiguity_would_take_rows(page, store):
    spells = str(project().facts / "peacesciencer_contiguity.parquet")
    false = store.execute(
        f"select distinct ccode_a, ccode_b, y.year from '{spells}' as c inner join calendar_years as y"
        " on c.start_date <= y.last_day and c.end_date >= y.first_day where contiguity_type = 0"
    ).df()
    rows = page["rows"]
    lost = rows[~rows.major_power_either].merge(false, on=["ccode_a", "ccode_b", "year"])
    whole = lost[["capability_proportion", *page["inputs"].values()]].notna().all(axis=1)
    assert (len(lost), int(whole.sum())) == (308, 295)
    assert "308 dyad-years away from the neighbours, 295 of them complete" in TEXT


def test_what_dropping_gdp_does(page):
    shown = table_under("Without GDP per head")
    assert shown.pop("rows") == ["+332"]
    assert page["without"].nobs - page["fit"].nobs == 332
    assert {term: number(cells[0]) for term, cells in shown.items()} == pytest.approx(
        page["change"].to_dict(), abs=ROUNDED
    )
    assert page["change"].abs().idxmax() == "democracy"


def test_without_the_users_files_the_last_block_is_silent(page):
    assert "gml" not in page


@pytest.mark.raw
def test_the_difference_of_each_term_is_the_sum_of_its_causes(page_with_gml):
    causes: pd.DataFrame = page_with_gml["causes"]
    shown = table_under("With the disputes that the printed model uses")
    for term, cells in shown.items():
        row = causes.loc[term]
        assert row.inputs + row.peace_years + row.disputes == pytest.approx(row.difference, abs=0.0016)
        assert [number(cell) for cell in cells] == pytest.approx(
            row[["difference", "inputs", "peace_years", "disputes"]].tolist(), abs=ROUNDED
        )
    assert page_with_gml["fit_gml"].nobs == page_with_gml["fit_within"].nobs == 106314
    # with the printed disputes and peace-years what is left is owed to the inputs alone
    left = causes.inputs.div(pd.Series(PRINTED["se"]))
    assert left.drop(["gdp_per_head", "democracy"]).abs().max() < 1
    assert left[["gdp_per_head", "democracy"]].abs().max() < 2.2
