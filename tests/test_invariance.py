"""The same answers whatever the hash seed and whatever the order of the effects; what cannot have both refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from estimator_cases import CASES, rows_of
from seeded_fits import SEVERAL

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.registry import ESTIMATORS, estimate
from trustpanel.models.estimators.sample import sample_of


def test_errors_are_equal_over_hash_seeds_and_orders_of_effects() -> None:
    """Every kind of error of every estimator that takes several effects, and of the core model, to the last bit.

    Six processes, each with a hash seed and an order of the effects of its own.
    """
    told = []
    for seed in range(6):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "OPENBLAS_NUM_THREADS": "1"}
        script = [sys.executable, str(Path(__file__).with_name("seeded_fits.py")), str(seed)]
        done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told.append(json.loads(done.stdout))
    assert {f"{name} {kind}" for name in SEVERAL for kind in ESTIMATORS[name].errors} - set(told[0]) == {
        "sun_abraham dyadic"
    }
    assert {"core", "multiverse dyad", "multiverse robust", "multiverse dyadic"} <= set(told[0])
    assert [name for name in told[0] if len({answers[name] for answers in told}) > 1] == []


@pytest.mark.parametrize("name", sorted(set(ESTIMATORS) - set(SEVERAL)))
def test_an_estimator_without_effects_of_its_own_refuses_them(name: str) -> None:
    """So that the list of those that take several is whole."""
    case = next(case for case in CASES.values() if case.estimator == name)
    columns = {"staggered": ("region", "time"), "spells": ("cluster", "stratum")}.get(case.data, ("dyad", "year"))
    with pytest.raises((AnalysisError, NotEstimableError), match="effects"):
        estimate(name, sample_of(rows_of(case), replace(case.columns, effects=columns)), case.options)
