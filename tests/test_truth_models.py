"""Logit models of the field, refitted from their own data frames, give the stored numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from at_hand import absent

from trustpanel.models.logit import LogitFit, fit_logit
from trustpanel.paths import truth_root

FIGURES = Path(__file__).parent / "truth"
NAMES = ("leader_year_initiation", "civil_conflict_onset", "alliance_performance")
SE_TOLERANCE = 3e-6


def figures(name: str) -> list[dict]:
    return tomllib.loads((FIGURES / f"{name}.toml").read_text(encoding="utf-8"))["model"]


def data_file(name: str) -> Path:
    root = truth_root()
    if root is None:
        absent("TRUSTPANEL_TRUTH is not set: the data frames of published models are not part of the repository")
    path = root / name
    if not path.is_file():
        absent(f"{path} is absent: get it as the citation in tests/truth says")
    return path


def design(data: pd.DataFrame, formula: str) -> tuple[np.ndarray, pd.DataFrame]:
    """Outcome and columns of `y ~ a + b^2` on complete rows; gender is 1 for M, `spell` stands for any spell column."""
    outcome, right = (part.strip() for part in formula.split("~"))
    names = [name.strip() for name in right.split("+")]
    plain = sorted({name.split("^")[0] for name in names} | {outcome})
    complete = data[plain].dropna()
    columns = {"intercept": np.ones(len(complete))}
    for name in names:
        base, _, power = name.partition("^")
        if base == "gender":
            columns["genderM"] = (complete["gender"] == "M").to_numpy(dtype=float)
            continue
        columns[name.replace("war_ucdpspell", "spell").replace("ucdpspell", "spell")] = complete[base].to_numpy(
            dtype=float
        ) ** int(power or 1)
    return complete[outcome].to_numpy(dtype=float), pd.DataFrame(columns)


def refit(model: dict) -> tuple[LogitFit, np.ndarray, pd.DataFrame]:
    path = data_file(model["data"])
    data = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_stata(path, convert_categoricals=False)
    y, columns = design(data, model["formula"])
    return fit_logit(y, columns), y, columns


def assert_same(found: LogitFit, model: dict, *, decimals: int) -> None:
    half = 0.51 * 10**-decimals
    coef, se = dict(zip(found.names, found.coef, strict=True)), dict(zip(found.names, found.se, strict=True))
    assert found.n == model["n"]
    assert {k: v for k, v in model["coef"].items() if abs(coef[k] - v) > half} == {}
    assert {k: v for k, v in model["se"].items() if abs(se[k] - v) > max(half, SE_TOLERANCE)} == {}


@pytest.mark.truth
def test_leader_year_initiation_to_six_decimals() -> None:
    (model,) = figures("leader_year_initiation")
    found, _, _ = refit(model)
    assert_same(found, model, decimals=6)
    assert found.loglik == pytest.approx(model["loglik"], abs=1e-6)
    assert -2 * found.loglik + 2 * len(found.coef) == pytest.approx(model["aic"], abs=1e-6)


@pytest.mark.truth
@pytest.mark.parametrize("model", figures("civil_conflict_onset"), ids=lambda m: m["name"])
def test_civil_conflict_onset_to_six_decimals(model: dict) -> None:
    found, _, _ = refit(model)
    assert_same(found, model, decimals=6)
    assert found.loglik == pytest.approx(model["loglik"], abs=1e-6)
    assert -2 * found.loglik + 2 * len(found.coef) == pytest.approx(model["aic"], abs=1e-4)


@pytest.mark.truth
def test_alliance_performance_as_recomputed_to_four_decimals() -> None:
    model = next(m for m in figures("alliance_performance") if m["name"].endswith("recomputed"))
    found, y, columns = refit(model)
    assert_same(found, model, decimals=4)
    assert found.loglik == pytest.approx(model["loglik"], abs=1e-6)
    assert 2 * (found.loglik - found.loglik_null) == pytest.approx(model["lr_chi2"], abs=1e-4)
    honoured = columns.to_numpy() @ found.coef > 0
    assert 100 * (honoured == (y == 1)).mean() == pytest.approx(model["percent_correct"], abs=0.005)


@pytest.mark.truth
def test_alliance_performance_as_printed() -> None:
    """Printed to three decimals; a few printed digits are cut, not rounded, so a unit in the last place is allowed."""
    model = next(m for m in figures("alliance_performance") if m["name"].endswith("published"))
    found, _, _ = refit(model)
    coef, se = dict(zip(found.names, found.coef, strict=True)), dict(zip(found.names, found.se, strict=True))
    assert {k for k, v in model["coef"].items() if abs(coef[k] - v) > 0.001} == set()
    assert {k for k, v in model["se"].items() if abs(se[k] - v) > 0.001} == set()
    assert 2 * (found.loglik - found.loglik_null) == pytest.approx(model["lr_chi2"], abs=0.005)


def test_every_figure_names_its_citation() -> None:
    for path in (FIGURES / f"{name}.toml" for name in NAMES):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        assert table["citation"].strip(), path.name
        assert table["model"], path.name
