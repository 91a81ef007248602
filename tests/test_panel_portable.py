"""Every query of `tp.panel` keeps to the words that DuckDB and Spark read alike: one definition, two engines."""

from __future__ import annotations

import re

import pytest

import trustpanel as tp
from tests.test_panel_call import MIXED, fitting
from trustpanel.codebook.load import codebook
from trustpanel.errors import PanelError
from trustpanel.store.panel_conditions import SAMPLES
from trustpanel.store.panel_spark import _read_by
from trustpanel.store.panel_units import UNITS

WORDS = {
    "and", "as", "between", "by", "case", "cross", "desc", "distinct", "else", "end", "exists", "from", "group", "having",
    "in", "is", "join", "left", "not", "null", "on", "or", "order", "over", "select", "then", "values", "when", "where",
}  # fmt: skip
TYPES = {"bigint", "boolean", "date", "double", "float", "int", "integer", "smallint", "tinyint", "varchar"}
# each is called on both engines by tests/test_panel_spark.py
FUNCTIONS = {
    "abs", "coalesce", "concat_ws", "count", "date_trunc", "day", "dayofyear", "greatest", "lag", "last_day", "least", "make_date",
    "max", "max_by", "min", "month", "nullif", "pow", "range", "round", "row_number", "sum", "year",
}  # fmt: skip
NOT_CALLS = WORDS | {"r", "d", "k", "from_b"}
SIGNS = re.compile(r"[\w\s\"'$.,()=<>*+/|:-]*")


def foreign(query: str) -> set[str]:
    """Functions, signs and types of a query outside the words that both engines read alike."""
    # a text with a quotation mark or a backslash is bound, never written
    found = set(re.findall(r"'[^']*\\[^']*'|'[^']*''[^']*'", query))
    bare = re.sub(r"'(?:[^']|'')*'", "''", query)
    found |= {sign for sign in re.findall(r"//|->|\|\||\*\*", bare)} | set(SIGNS.sub("", bare))
    bare = re.sub(r'"[^"]*"', "", bare)
    found |= {word for word in re.findall(r"\b([a-z_]\w*)\s*\(", bare, re.I) if word not in FUNCTIONS | NOT_CALLS}
    found |= {word for word in re.findall(r"::\s*(\w+)", bare) if word not in TYPES}
    # words that stand in no call: syntax that only one of the two has
    only_one = {"asof", "columns", "exclude", "explode", "filter", "ilike", "interval", "lateral", "qualify", "replace"}
    return found | (set(re.findall(r"\w+", bare.lower())) & only_one)


@pytest.mark.parametrize(
    ("unit", "directed"), [(u.name, d) for u in UNITS.values() for d in (False, True)[: 1 + u.dyadic]]
)
def test_no_query_leaves_the_common_words(unit, directed):
    years = (1989, 1991)
    assert not foreign(tp.panel(unit, fitting(unit), years, directed=directed).query)
    if UNITS[unit].dyadic:
        pairs = [name for name in MIXED if name.partition(":")[0] in {*fitting(unit), "cinc", "polyarchy", "state_abb"}]
        for sample in SAMPLES:
            assert not foreign(tp.panel(unit, pairs, list(range(*years)), directed=directed, sample=sample).query)


def test_a_word_of_one_engine_is_found():
    for query, word in {
        "select arg_max_null(a, b) from t": "arg_max_null",
        "select unnest(generate_series(1, 2))": "generate_series",
        "select d + interval 1 month from t": "interval",
        "select a // 2 from t": "//",
        "select [1, 2] from t": "[",
        "select a::hugeint from t": "hugeint",
        "select * exclude (a) from t": "exclude",
        "select explode(sequence(1, 2))": "sequence",
        "select 'O''Neill', 2": "'O''Neill'",
        "select 'a\\b'": "'a\\b'",
    }.items():
        assert word in foreign(query), query
    assert not foreign("select max_by(a, b) as \"arg_max(\", 'unnest(x)' from t")


def test_no_table_is_called_like_what_a_query_names_itself():
    assert not {"s", "t", "u", "y", "m", "d", "e", "r", "panel_rows", "unit_rows", "dated", "months"} & set(
        codebook().tables
    )


def test_without_pyspark_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(PanelError, match=r"pip install trustpanel\[spark\]"):
        tp.panel("state_year").to_spark()


def test_what_a_query_reads_is_told_from_what_it_names_itself():
    made = tp.panel("state_dyad_year", ["cinc"], sample="rivals_tss")
    assert _read_by(made.query) == {"state_dyad_years", "state_years", "dyad_rivalry_years"}
    both = 'with panel as (\n    select 1 from u left join "panel" as "panel"\n)\n\nselect 1 from panel'
    assert _read_by(both) == {"u", "panel"}
    assert _read_by(both.replace('"panel"', "x")) == {"u", "x"}
