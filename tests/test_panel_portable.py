"""Every query of `tp.panel` keeps to the words that DuckDB and Spark read alike: one definition, two engines."""

from __future__ import annotations

import re

import pytest
from test_panel_call import MIXED, fitting

import trustpanel as tp
from trustpanel.codebook.load import codebook
from trustpanel.errors import PanelError
from trustpanel.store.panel import SYSTEMS
from trustpanel.store.panel_conditions import SAMPLES
from trustpanel.store.panel_names import UNITS_OF_DYAD_YEARS
from trustpanel.store.panel_spark import _read_by
from trustpanel.store.panel_whittle import RULES

WORDS = {
    "and", "as", "between", "by", "case", "cross", "desc", "distinct", "else", "end", "exists", "from", "group", "having",
    "in", "is", "join", "left", "not", "null", "on", "or", "order", "over", "select", "then", "union", "values", "when", "where",
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
    ("system", "unit", "directed"),
    [(s, u.name, d) for s, units in SYSTEMS.items() for u in units.values() for d in (False, True)[: 1 + u.dyadic]],
)
def test_no_query_leaves_the_common_words(system, unit, directed):
    years, seen, entry = (1989, 1991), {"system": system, "directed": directed}, SYSTEMS[system][unit]
    assert not foreign(tp.panel(unit, [*fitting(unit), *entry.own], years, **seen).query)
    if entry.dyadic:
        pairs = [name for name in MIXED if name.partition(":")[0] in {*fitting(unit), "cinc", "polyarchy", "state_abb"}]
        for sample in SAMPLES:
            assert not foreign(tp.panel(unit, pairs, list(range(*years)), sample=sample, **seen).query)


SHAPED = ("peace_years:spline", "peace_years:lag:cubic", "cinc:cubic", "cinc:ratio:cubic", "polyarchy:difference:cubic")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("directed", [False, True])
def test_no_shape_and_no_whittling_leaves_the_common_words(built, system, directed):
    seen = {"system": system, "directed": directed}
    for unit in UNITS_OF_DYAD_YEARS:
        for rules in (*RULES, tuple(RULES)):
            made = tp.panel(unit, ["dispute_id", "hostility", "fatality_a", *SHAPED], 1990, whittle=rules, **seen)
            assert not foreign(made.query)
            assert "row_number() over (partition by y.ccode_a, y.ccode_b, y.year order by" in made.query
    assert not foreign(tp.panel("leader_dyad_month", ["horizon_years:spline", *SHAPED], 1990, **seen).query)
    assert not foreign(tp.panel("state_dyad_month", SHAPED, 1990, **seen).query)


def test_a_word_of_one_engine_is_found():
    for query, word in {
        "select arg_max_null(a, b) from t": "arg_max_null",
        "select unnest(generate_series(1, 2))": "generate_series",
        "select d + interval 1 month from t": "interval",
        "select max(a) filter (where b) from t": "filter",
        "select cast(a as int) from t": "cast",
        "select power(a, 3) from t": "power",
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
