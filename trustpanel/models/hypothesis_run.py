"""One call: declared hypotheses and their frames in, results out, with one adjustment over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.decision import holm
from trustpanel.models.estimate import Estimate
from trustpanel.models.fitting import (
    ExtraErrors,
    Fitted,
    clustered_by,
    dyadic_errors,
    fit_model,
    not_estimable,
    to_estimate,
    wild_errors,
)
from trustpanel.models.frames import numbers, require
from trustpanel.models.hypothesis import FrameRequest, Hypothesis, HypothesisResult, Test
from trustpanel.models.hypothesis_events import event_test
from trustpanel.models.hypothesis_fit import LIKELIHOODS, likelihood_test
from trustpanel.models.hypothesis_instruments import fit_instrumental_test
from trustpanel.models.model import Model
from trustpanel.models.multiplicity import benjamini_hochberg
from trustpanel.models.roles import EVENTS, INSTRUMENTAL
from trustpanel.models.rows import PAIR
from trustpanel.models.spec_types import Core
from trustpanel.models.worlds.notes import warn_linear

WILD_CLUSTERS_MIN, WILD_CLUSTERS_MAX = 5, 500
Estimator = Callable[[pd.DataFrame, Model, Core], Estimate]


def prepare(frame: pd.DataFrame, request: FrameRequest) -> pd.DataFrame:
    """The frame with its products, and with a dyad where rows name no pair: what the models need of every frame.

    A product is missing where a part is. A row of a directed pair counts for its undirected dyad.
    """
    require(frame, ("ccode_a", "ccode_b", "year"), request.table or str(request.unit))
    out = frame.copy()
    for name, parts in request.products:
        require(frame, parts, name)
        out[name] = np.prod(np.column_stack([numbers(frame, part) for part in parts]), axis=1)
    low, high = np.minimum(out["ccode_a"], out["ccode_b"]), np.maximum(out["ccode_a"], out["ccode_b"])
    for side, code in (("a", low), ("b", high)):
        out[f"ccode_{side}"] = code
        if f"leader_{side}" not in out:
            out[f"leader_{side}"] = "state " + code.astype(str)
    if "leader_dyad_id" not in out:
        out["leader_dyad_id"] = out["leader_a"] + "|" + out["leader_b"]
    return out


def run_hypotheses(
    hypotheses: Mapping[str, Hypothesis], frames: Mapping[str, pd.DataFrame]
) -> dict[str, HypothesisResult]:
    """{id: result}. `frames` holds the prepared frame of every hypothesis that has tests, by id.

    The p-value of each hypothesis's own parameter is adjusted within its role: Holm over the secondary ones,
    Benjamini-Hochberg over the exploratory ones.
    """
    tests = {key: tuple(_estimate(t, h.core, frames[key]) for t in h.tests) for key, h in hypotheses.items()}
    adjusted: dict[str, float] = {}
    for role, adjust in (("secondary", holm), ("exploratory", benjamini_hochberg)):
        p = {key: _own_p(h, tests[key]) for key, h in hypotheses.items() if h.role == role}
        adjusted |= adjust({key: value for key, value in p.items() if value is not None})
    return {key: _result(h, tests[key], adjusted.get(key)) for key, h in hypotheses.items()}


def fit_linear_test(frame: pd.DataFrame, model: Model, core: Core) -> Estimate:
    """A linear model with the declared effects: dyadic-robust errors where the sample allows them, else the wild
    cluster bootstrap, else (many clusters) errors clustered by dyad. With a declared cluster the bootstrap and the
    errors are by that cluster, and dyadic-robust errors are left out.
    """
    own = replace(core, terms=model.terms, parameters=model.parameters)
    fitted = fit_model(frame, model)
    return warn_linear(to_estimate(fitted, own, _errors(fitted, own)))


def _errors(fitted: Fitted, core: Core) -> ExtraErrors:
    groups = fitted.design.n_clusters
    if groups < WILD_CLUSTERS_MIN:
        raise NotEstimableError(
            "too few clusters for any of the declared errors",
            expected=f"at least {WILD_CLUSTERS_MIN} for the wild bootstrap",
            found=groups,
        )
    notes, dyadic = {}, None
    if fitted.design.model.cluster is not None:
        notes["clusters"] = clustered_by(fitted.design.model)
    else:
        try:
            dyadic = dyadic_errors(fitted, core)
        except NotEstimableError as error:
            notes["dyadic"] = f"not estimable: {error.reason}"
    few = groups < WILD_CLUSTERS_MAX
    notes["wild"] = "estimated" if few else f"left out: {groups:,} clusters are many"
    return ExtraErrors(wild_errors(fitted, core) if few else {}, {}, dyadic, notes)


ESTIMATORS: dict[str, Estimator] = {
    "linear": fit_linear_test,
    **{name: likelihood_test(name) for name in LIKELIHOODS},
    INSTRUMENTAL: fit_instrumental_test,
    **{name: event_test(name) for name in EVENTS},
}


def _estimate(test: Test, core: Core, frame: pd.DataFrame) -> Estimate:
    try:
        return ESTIMATORS[test.estimator](*select_test_rows(test, frame), core)
    except NotEstimableError as error:
        return not_estimable(test.model, error)


def select_test_rows(test: Test, frame: pd.DataFrame) -> tuple[pd.DataFrame, Model]:
    """The rows that the test declares, and its model with the grain that the frame has."""
    require(frame, (*(column for column, _ in test.rows), *PAIR), test.model.name)
    kept = np.ones(len(frame), dtype=bool)
    for column, values in test.rows:
        kept &= frame[column].isin(values).to_numpy(dtype=bool, na_value=False)
    return frame.loc[kept], replace(test.model, grain="monthly" if "month" in frame.columns else "annual")


def _own_p(hypothesis: Hypothesis, tests: tuple[Estimate, ...]) -> float | None:
    if not tests or tests[0].status != "estimated":
        return None
    return tests[0].parameters[str(hypothesis.parameter)].main.p


def _finding(hypothesis: Hypothesis, tests: tuple[Estimate, ...], p_adjusted: float | None) -> str:
    if not tests:
        return "untestable"
    if tests[0].status != "estimated":
        return tests[0].status
    own = tests[0].parameters[str(hypothesis.parameter)]
    low, high = own.main.ci95
    if p_adjusted is not None and p_adjusted < hypothesis.core.decision.level:
        if low is not None and low > 0:
            return "positive"
        if high is not None and high < 0:
            return "negative"
    return "no_clear_sign"


def _result(h: Hypothesis, tests: tuple[Estimate, ...], p_adjusted: float | None) -> HypothesisResult:
    same = ("id", "title", "statement", "falsifier", "role", "expected", "frozen", "version", "seen_before_freeze")
    rule = {"secondary": "Holm over the secondary hypotheses", "exploratory": "Benjamini-Hochberg over the exploratory"}
    return HypothesisResult(
        **{name: getattr(h, name) for name in same},
        sign=dict(h.sign),
        parameter=h.parameter,
        untestable=h.untestable,
        needs=h.needs,
        spec_sha256=h.sha256,
        frame=None if h.frame is None else asdict(h.frame),
        estimators={t.model.name: t.estimator for t in h.tests},
        tests=tests,
        p_adjusted=p_adjusted,
        adjustment=rule[h.role] if p_adjusted is not None else None,
        finding=_finding(h, tests, p_adjusted),
    )
