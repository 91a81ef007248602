"""Frozen analysis files: what they say, and every way in which a changed one is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from trustpanel.errors import AnalysisError
from trustpanel.models.model import lag_model, main_model, variant_model
from trustpanel.models.spec import check_frozen, load_spec, load_specs
from trustpanel.models.spec_sets import SetLibrary
from trustpanel.paths import project

ANALYSES = project().analyses
CONCEPTS = {"contact_stock": "bonding", "state_stock": "carry_over", "other_stock": "bonding"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "analyses"
    target.mkdir()
    for path in (*ANALYSES.glob("*.toml"), ANALYSES / "CHANGES.md"):
        shutil.copy(path, target / path.name)
    return target


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_roles_and_signs_are_those_of_the_theory_table() -> None:
    specs = load_specs(ANALYSES, concepts=CONCEPTS)
    signs = {name: dict(spec.sign) for name, spec in specs.items()}
    assert signs["H1"] == {"W": "+", "K": "0", "Ky": "+", "R": "0"}
    assert signs["H2"] == {"W": "0", "K": "+", "Ky": "+", "R": "0"}
    assert signs["H3"] == {"W": ">0", "K": "<=0", "Ky": "~0", "R": "."}
    assert {n: s.role for n, s in specs.items()} == {"H1": "secondary", "H2": "secondary", "H3": "primary"}
    assert {n: s.parameter for n, s in specs.items()} == {"H1": "theta_plus_delta", "H2": "theta", "H3": "delta"}


def test_the_three_hypotheses_share_one_core_model() -> None:
    specs = load_specs(ANALYSES)
    assert specs["H1"].core is specs["H3"].core
    assert specs["H2"].core is specs["H3"].core


def test_outcomes_and_margins_of_both_grains() -> None:
    core = load_spec(ANALYSES, "H3").core
    annual, monthly = main_model(core, "annual"), main_model(core, "monthly")
    assert (annual.outcome, annual.orientation, annual.smallest_effect) == ("peace_3y", 1, 0.05)
    assert (monthly.outcome, monthly.orientation) == ("new_dispute", -1)
    assert monthly.smallest_effect == pytest.approx(0.05 / 36)


def test_frozen_files_are_as_declared() -> None:
    frozen = set(check_frozen(ANALYSES))
    assert frozen == {path.name for path in ANALYSES.glob("*.toml")} - {"frozen.toml"}
    assert {"h01.toml", "h02.toml", "h03.toml", "samples.toml", "blocks.toml", "convergence.toml"} <= frozen


def test_a_changed_frozen_file_is_refused(folder: Path) -> None:
    edit(folder / "h03.toml", "smallest_effect = 0.05", "smallest_effect = 0.04")
    with pytest.raises(AnalysisError, match=r"a frozen file was changed[\s\S]*h03\.toml"):
        check_frozen(folder)


def test_a_change_without_an_entry_is_refused(folder: Path) -> None:
    digest = check_frozen(folder)["h03.toml"]
    edit(folder / "CHANGES.md", digest[:12], "")
    with pytest.raises(AnalysisError, match="no entry for its present content"):
        check_frozen(folder)


def test_windows_line_ends_do_not_change_the_checksum(folder: Path) -> None:
    path = folder / "h01.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_frozen(folder)["h01.toml"] == check_frozen(ANALYSES)["h01.toml"]


def test_a_planned_column_is_planned_until_a_later_version_has_it(folder: Path) -> None:
    assert load_spec(folder, "H3").core.controls.planned == ()
    blocks = folder / "blocks.toml"
    told = blocks.read_text(encoding="utf-8")
    assert told.count('  "nuclear_pre",\n') == 1
    blocks.write_text(told.replace('  "nuclear_pre",\n', ""), encoding="utf-8")
    assert SetLibrary.read(folder).get("controls", "fixed_before_pair.v1", file=blocks).planned == ("nuclear_pre",)


def test_a_bonding_variable_in_the_state_block_is_refused(folder: Path) -> None:
    edit(folder / "h03.toml", 'column = "state_stock"', 'column = "contact_stock"')
    with pytest.raises(AnalysisError, match=r"`contact_stock` \(term state\) measures bonding[\s\S]*h03\.toml"):
        load_specs(folder, concepts=CONCEPTS)


def test_a_bonding_variable_in_the_named_state_set_is_refused(folder: Path) -> None:
    edit(folder / "blocks.toml", 'columns = ["state_stock"]', 'columns = ["state_stock", "other_stock"]')
    with pytest.raises(AnalysisError, match=r"`other_stock` \(set state\.v1\) measures bonding"):
        load_specs(folder, concepts=CONCEPTS)


BAD = [
    ("h03.toml", 'role = "primary"', 'role = "primary"\nrolle = "x"', "unknown field `rolle` in `analysis`"),
    ("h03.toml", "[errors]", "[errors]\nwild_drawz = 9", "unknown field `wild_drawz` in `errors`"),
    ("h03.toml", 'half_life = "12"', 'halflife = "12"', "unknown field `halflife` in `variants`"),
    ("h03.toml", 'column = "contact_stock"', 'col = "contact_stock"', "unknown field `col` in `model.terms`"),
    ("h03.toml", "wild_draws = 9999\n", "", "field `wild_draws` is absent from `errors`"),
    ("h03.toml", "wild_draws = 9999", 'wild_draws = "many"', "`errors.wild_draws` has the wrong type"),
    ("h03.toml", "version = 1", "version = true", "`analysis.version` has the wrong type"),
    ("h03.toml", 'role = "primary"', 'role = "main"', "`role` has an unknown value"),
    ("h03.toml", "orientation = -1", "orientation = 0", "orientation` is not a sign"),
    ("h03.toml", "smallest_effect = 0.05", "smallest_effect = 0.0", "smallest_effect` is not above 0"),
    ("h03.toml", "state = -1", "trust = -1", "unknown field `trust` in `model.parameters.delta`"),
    ("h03.toml", "claim_interval = 0.95", "claim_interval = 0.9", "intervals that are not computed"),
    ("h03.toml", 'risk_set = "tss_or_dispute_10y.v1"', 'risk_set = "tss.v9"', "no risk_set of that name and version"),
    ("h03.toml", 'name = "half_life_24"', 'name = "half_life_12"', "two variants have one name"),
    ("h03.toml", 'estimator = "linear_two_way"', 'estimator = "magic"', "`model.estimator` has an unknown value"),
    ("h03.toml", "frozen = 2026-11-22", 'frozen = "soon"', "`frozen` is not a date"),
    ("h01.toml", 'same_model_as = "H3"', 'same_model_as = "H9"', "the core model is declared by no file"),
    ("h02.toml", 'id = "H2"', 'id = "H1"', "two analysis files declare one id"),
    ("h02.toml", 'parameter = "theta"', 'parameter = "gamma"', "`parameter` has an unknown value"),
    ("h02.toml", 'W = "0"', 'W = "plus"', r"`sign\.W` has an unknown value"),
    ("samples.toml", "[risk_set.dispute_5y.v1]", "[risk_set.dispute_5y.first]", "is not a version"),
    ("blocks.toml", "columns = []", "colums = []", "unknown field `colums`"),
    ("h03.toml", "[sign]", "[sign", "is not valid TOML"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BAD, ids=[f"{b[0]}-{b[3][:30]}" for b in BAD])
def test_a_bad_field_is_refused_with_file_and_field(folder: Path, name: str, old: str, new: str, message: str) -> None:
    edit(folder / name, old, new)
    with pytest.raises(AnalysisError, match=message) as refusal:
        load_specs(folder)
    assert name in str(refusal.value)


def test_an_absent_file_is_refused(folder: Path) -> None:
    (folder / "samples.toml").unlink()
    with pytest.raises(AnalysisError, match="a declared file is absent"):
        load_specs(folder)


def test_an_unknown_hypothesis_is_refused() -> None:
    with pytest.raises(AnalysisError, match="no such hypothesis"):
        load_spec(ANALYSES, "H99")


def test_variants_change_what_they_name_and_nothing_else() -> None:
    core = load_spec(ANALYSES, "H3").core
    variants = {v.name: v for v in core.variants}
    main = main_model(core, "annual")
    short = variant_model(core, "annual", variants["half_life_12"])
    assert [t.column for t in short.terms] == ["contact_stock_12", "state_stock_12"]
    assert (short.controls, short.outcome, short.sample) == (main.controls, main.outcome, main.sample)
    second = variant_model(core, "annual", variants["discretion_dcad"])
    assert (second.sample.window.first_year, second.sample.window.last_year) == (1981, 2010)
    assert [p.name for p in second.parameters] == ["theta", "delta", "theta_plus_delta", "dca_general_pre"]
    standard = variant_model(core, "monthly", variants["standardised"])
    assert standard.smallest_effect is None, "a margin in weighted meetings says nothing in standard deviations"


def test_lag_means_are_weighted_by_the_decay_of_the_main_half_life() -> None:
    """Bins 0-12, 13-36, 37-120 months have middles 6, 24.5, 78.5; without the last bin their weights sum to 1."""
    model = lag_model(load_spec(ANALYSES, "H3").core, "annual", frozenset({"contact_over_120"}))
    decay = [0.5 ** (m / 36) for m in (6, 24.5, 78.5)]
    delta = dict(next(p for p in model.parameters if p.name == "delta_mean").weights)
    assert delta["contact_0_12"] == pytest.approx(decay[0] / sum(decay))
    assert delta["state_37_120"] == pytest.approx(-decay[2] / sum(decay))
    assert "delta_over_120" not in {p.name for p in model.parameters}
    assert "theta_over_120" in {p.name for p in model.parameters}
