"""The indicators held against each other: the declared file, the frame from the store, and an invented world."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from convergence_world import ITEMS, declared, frame_of, spec_of

from trustpanel.codebook.load import codebook
from trustpanel.errors import AnalysisError, NotEstimableError, UnknownNameError
from trustpanel.models.convergence import categories, run_convergence
from trustpanel.models.convergence_spec import Item, load_convergence_spec
from trustpanel.paths import project
from trustpanel.store.convergence_frames import convergence_frame


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    return spec_of(tmp_path_factory.mktemp("analyses"))


@pytest.fixture(scope="module")
def found(spec):
    return run_convergence(spec, frame_of())


def item(cuts: tuple[float, ...], reach: str) -> Item:
    return Item("x", "x", "t", "rules", ("s",), reach, cuts, "x")


def test_cuts_by_hand() -> None:
    values = pd.Series([0.0, 0.49, 0.5, 1.0, 7.0, np.nan])
    assert categories(values, item((0.5, 1.0), "at_least")).tolist()[:5] == [0, 0, 1, 2, 2]
    assert categories(values, item((0.5,), "above")).tolist()[:5] == [0, 0, 0, 1, 1]
    assert np.isnan(categories(values, item((0.5,), "above"))[5])


def test_a_world_with_one_trust_converges(found) -> None:
    main = found.result["models"][0]
    assert main["reading"]["verdict"] == "converge"
    assert main["reading"]["counted"] == main["reading"]["above"] == 12
    told = {x["item"]: x for x in main["factor"]["loadings"]}
    for name, (_, _, loading) in ITEMS.items():
        low, high = told[name]["ci95"]
        assert low < told[name]["loading"] < high, name
        assert told[name]["loading"] == pytest.approx(loading, abs=0.2)
    low, high = main["factor"]["omega"]["ci95"]
    assert low < main["factor"]["omega"]["estimate"] < high


def test_a_world_without_trust_does_not_converge(spec) -> None:
    reading = run_convergence(spec, frame_of(common=0.0)).result["models"][0]["reading"]
    assert reading["verdict"] == "fail"
    assert reading["above"] <= 2


def test_years_of_a_dyad_add_rows_and_no_certainty(spec) -> None:
    """A dyad-year written ten times over is the same evidence: only dyads count."""
    once, often = (run_convergence(spec, frame_of(years=n)).result["models"][1]["pairs"][1] for n in (1, 5))
    assert (often["rows"], often["dyads"]) == (5 * once["rows"], once["dyads"])
    assert often["polychoric_ci95"] == pytest.approx(once["polychoric_ci95"], abs=1e-9)


def test_rows_under_imposed_hierarchy_are_left_out_where_declared(found) -> None:
    assert found.result["rows"]["imposed"] == 100
    assert [m["dyad_years"] for m in found.result["models"]] == [3900, 4000, 3900]
    assert len(found.latent) == 3900


def test_unknown_hierarchy_is_left_out_and_counted(spec) -> None:
    frame = frame_of()
    frame.loc[:9, "imposed_hierarchy"] = np.nan
    result = run_convergence(spec, frame, draws=2).result
    assert result["rows"]["imposed_unknown"] == 10
    assert result["rows"]["kept"] == 3890


def test_a_pair_with_few_dyads_is_unknown_and_its_item_left_out(spec) -> None:
    """Troops in nine dyads: 90 rows are enough, nine dyads are not."""
    frame = frame_of()
    frame.loc[frame.ccode_b > 10, "troops"] = np.nan
    main = run_convergence(spec, frame, draws=5).result["models"][0]
    thin = [p for p in main["pairs"] if "troops" in (p["first"], p["second"])]
    assert {p["status"] for p in thin} == {"unknown"}
    assert all(p["polychoric"] is None and p["polychoric_ci95"] is None for p in thin)
    assert max(p["dyads"] for p in thin) == 9
    assert main["left_out"] == ["troops"]
    assert [x["item"] for x in main["factor"]["loadings"]] == [n for n in ITEMS if n != "troops"]


def test_items_never_seen_together_give_no_factor_and_no_score(spec) -> None:
    frame = frame_of()
    for n, name in enumerate(ITEMS):
        frame.loc[frame.ccode_b % len(ITEMS) != n, name] = np.nan
    found = run_convergence(spec, frame, draws=2)
    assert found.result["models"][0]["factor"]["status"] == "not_estimable"
    assert found.result["models"][0]["reading"]["verdict"] == "too_few"
    assert found.latent.latent_trust.isna().all()
    assert {o["outcome"] for o in found.result["orders"]} == {"unknown"}


def test_scores_of_a_known_dyad_lean_on_what_is_known(found) -> None:
    """All six items until 1994, the alliance alone from then on: less is known, the score nearer the mean."""
    friends = found.result["dyads"][0]
    early, late = friends["periods"]
    assert (early["first"], early["last"], early["years"], early["items_known"]) == (1990, 1994, 5, 6)
    assert (late["first"], late["last"], late["years"], late["items_known"]) == (1995, 1999, 5, 1)
    assert early["latent_trust"] > late["latent_trust"] > 0
    assert early["latent_trust_se"] < late["latent_trust_se"]
    assert early["place"] > 0.8
    assert found.result["dyads"][1]["years"] == []
    assert [o["outcome"] for o in found.result["orders"]] == ["blurred", "unknown"]


def test_the_same_inputs_give_the_same_bytes(spec, found) -> None:
    again = run_convergence(spec, frame_of().sample(frac=1, random_state=1).reset_index(drop=True))
    assert again.dumps() == found.dumps()
    assert found.result["bootstrap"] == {"unit": "dyad", "draws": 40, "seed": 7}


@pytest.mark.parametrize("wrong", ["column", "empty", "twice"])
def test_a_frame_that_is_not_one_is_refused(spec, wrong) -> None:
    frame = frame_of(dyads=20)
    frame = {"column": frame.drop(columns="arms"), "empty": frame.head(0), "twice": pd.concat([frame, frame])}[wrong]
    with pytest.raises(NotEstimableError, match="lacks columns, has no rows, or has a dyad-year twice"):
        run_convergence(spec, frame)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('indicator = "rules"', 'indicator = "norms"', "items.defence.indicator"),
        ('reach = "above"', 'reach = "over"', "items.alliance.reach"),
        ("cuts = [0]", "cuts = [1, 0]", "rising list"),
        ("cuts = [0]", "cuts = []", "rising list"),
        ('items = ["alliance"', 'items = ["alliances"', "models.main.items"),
        ('name = "troops"', 'name = "alliance"', "two entries have one name"),
        ('imposed_hierarchy = "kept"', 'imposed_hierarchy = "in"', "models.all.imposed_hierarchy"),
        ("codes = [[1, 2]]", "codes = [[2, 1]]", "codes out of order"),
        ('higher = ["Friends", 2]', 'higher = ["Friends", 3]', "a period that Friends does not have"),
        ("draws = 40", 'draws = "40"', "bootstrap.draws"),
        ("frozen = 2026-11-22", 'frozen = "today"', "`frozen` is not a date"),
        ("[reading]", "[reading]\nmood = 1", "unknown field `mood`"),
    ],
)
def test_a_file_with_a_mistake_is_refused(tmp_path, old, new, match) -> None:
    file = declared(tmp_path)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnalysisError, match=match):
        load_convergence_spec(tmp_path)


def test_declared_items_are_columns_of_their_tables_and_name_their_sources() -> None:
    spec, book = load_convergence_spec(project().analyses), codebook()
    for one in spec.items:
        assert one.column in book.tables[one.table].columns, one.name
        held = book.variables[one.column].sources or book.tables[one.table].sources
        assert set(one.sources) <= set(held), one.name
    assert spec.models[0].imposed_hierarchy == "left_out"
    assert {i.indicator for i in spec.models[0].items} == {"discretion", "oversight", "rules"}


def test_the_frame_by_hand() -> None:
    """West Germany is Germany for the draws, keeps its code for the key; no row in a table is missing, not 0."""
    con = duckdb.connect()
    con.execute(
        "create table year_end_dyads as select * from (values (220, 260, 1989), (220, 255, 1990), (220, 255, 2011)) as t(ccode_a, ccode_b, year)"
    )
    con.execute(
        "create table state_code_lines as select * from (values (220, 220), (255, 255), (260, 255)) as t(ccode, state_line)"
    )
    con.execute(
        "create table trust_discretion as select 220 as ccode_a, 255 as ccode_b, 1990 as year, false as imposed_hierarchy"
    )
    con.execute(
        "create table parts as select 220 as ccode_a, 260 as ccode_b, 1989 as year, 0.25 as share, true as side"
    )
    frame = convergence_frame(con, {"share": "parts", "side": "parts"}, first_year=1946, last_year=2010)
    assert frame[["ccode_a", "ccode_b", "year", "dyad"]].to_numpy().tolist() == [
        [220, 255, 1990, "220-255"],
        [220, 260, 1989, "220-255"],
    ]
    assert frame.loc[1, ["share", "side"]].tolist() == [0.25, 1.0]
    assert frame.loc[0, ["share", "side"]].isna().all()
    assert frame.loc[0, "imposed_hierarchy"] == 0
    assert np.isnan(frame.loc[1, "imposed_hierarchy"])
    with pytest.raises(UnknownNameError, match="`parts` has no column `shares`"):
        convergence_frame(con, {"shares": "parts"}, first_year=1946, last_year=2010)
