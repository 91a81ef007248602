"""What people call: frames of three kinds, answers about names, citations, the command line."""

from __future__ import annotations

import pandas as pd
import pytest
from typer.testing import CliRunner

import trustpanel as tp
from trustpanel.cli import _cli
from trustpanel.codebook.load import codebook
from trustpanel.errors import UnknownNameError


def test_load_gives_the_same_rows_in_three_kinds(built):
    pandas, arrow, polars = (tp.load("pair_breaks", backend=b) for b in ("pandas", "pyarrow", "polars"))
    assert len(pandas) == arrow.num_rows == polars.height > 300_000
    assert list(pandas.columns) == arrow.column_names == polars.columns


def test_load_keeps_missing_apart_from_zero(built):
    frame = tp.load("panel", columns=["ccode_a", "ccode_b", "year", "contact_stock", "peace_3y"])
    assert str(frame.dtypes["contact_stock"]) == "Float64"
    unsearched = frame[(frame.ccode_a == 640) & (frame.ccode_b == 651)]
    assert len(unsearched) > 70
    assert unsearched.contact_stock.isna().all()
    assert frame.contact_stock.eq(0).sum() > 1000


def test_dates_are_dates(built):
    frame = tp.load("meetings", columns=["start_date", "meeting_id"])
    assert pd.api.types.is_datetime64_any_dtype(frame.start_date)
    assert list(frame.columns) == ["start_date", "meeting_id"]


def test_connect_is_read_only(built):
    with tp.connect() as con, pytest.raises(Exception, match="read-only"):
        con.execute("create table mine as select 1")


def test_describe_says_formula_unit_sources_and_when_missing():
    entry = tp.describe("contact_stock")
    assert entry["unit"] == "weighted meetings"
    assert "0.5^(months / half-life)" in entry["formula"]
    assert entry["concept"] == "bonding"
    assert "state_dept_visits" in entry["sources"]
    assert "panel" in entry["tables"]
    assert tp.describe("panel")["key"] == ["ccode_a", "ccode_b", "year"]


def test_a_wrong_name_answers_with_the_nearest():
    with pytest.raises(UnknownNameError, match="contact_stock"):
        tp.describe("contact_stok")
    with pytest.raises(UnknownNameError, match="meetings"):
        tp.load("meeting")


def test_cite_names_just_the_sources_used():
    text = tp.cite("peace_scale")
    assert "@misc{trustpanel" in text
    book = codebook()
    assert book.sources["peace_data_v30"].bibtex_key in text
    assert book.sources["herre_ideology"].bibtex_key not in text
    assert tp.cite("panel").count("@") > 8


def test_every_table_and_variable_answers():
    for name in tp.tables().name:
        assert tp.describe(name)["columns"]
        assert tp.cite(name).startswith("@misc{trustpanel")
    entries = tp.variables()
    assert entries.name.is_unique
    assert (entries.missing.str.len() > 0).all()
    assert tp.variables("meetings").name.iloc[0] == "meeting_id"


def test_the_command_line_answers(built):
    run = CliRunner().invoke
    assert "weighted meetings" in run(_cli, ["describe", "contact_stock"]).output
    assert "@misc{trustpanel" in run(_cli, ["cite", "panel"]).output
    checked = run(_cli, ["check"])
    assert checked.exit_code == 0
    assert "checks passed" in checked.output


def test_a_second_build_has_the_same_content(built, store, tmp_path):
    from dataclasses import replace

    from trustpanel.store.build import build

    again = replace(built, build=tmp_path)
    build(again)
    names = {file.name for file in built.tables.glob("*.parquet")}
    assert names == {file.name for file in again.tables.glob("*.parquet")}
    assert len(names) > 140
    for file in sorted(built.tables.glob("*.parquet")):
        if file.stem != "meta":
            assert file.read_bytes() == (again.tables / file.name).read_bytes(), file.stem
