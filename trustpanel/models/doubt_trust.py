"""Latent trust with its error carried into the hypotheses and contests that hold trust between the states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.blocks import compare_blocks
from trustpanel.models.contest_run import choose_columns, contest_model
from trustpanel.models.contest_spec import Candidate, ContestSpec, Form
from trustpanel.models.design import Design, build_design
from trustpanel.models.doubt_spec import TrustSpec
from trustpanel.models.estimate import Facts
from trustpanel.models.fitting import facts
from trustpanel.models.frames import Frames, numbers, require
from trustpanel.models.hypothesis import Hypothesis
from trustpanel.models.hypothesis_run import prepare, select_test_rows
from trustpanel.models.linear import Interval, contrast_vector, fit_linear, interval, minimum_detectable
from trustpanel.models.rows import dyad_number
from trustpanel.models.rubin import Pooled, PooledWald, pool, pool_wald
from trustpanel.models.spec_types import GRAINS
from trustpanel.models.variation import too_little, variation_of_terms

LATENT, SPREAD, KNOWN, YEAR = (f"latent_{name}_pre" for name in ("trust", "trust_se", "items_known", "year"))
FORM = Form(
    "latent",
    "contact of this pair, latent trust between the states, ideology of the leaders",
    (
        Candidate("contact_stock", "interpersonal"),
        Candidate("state_stock", "state"),
        Candidate(LATENT, "state", KNOWN),
        Candidate("right_either", "ideology"),
    ),
)


@dataclass(frozen=True)
class TrustParameter:
    """One parameter with the score as it is (`plain`) and pooled over plausible values, by correlation of the errors
    of pairs of one dyad.
    """

    plain: Interval
    pooled: dict[str, Pooled]
    mde: float


@dataclass(frozen=True)
class TrustEntry:
    """A hypothesis or a contest with latent trust, or why it is not testable here.

    `reliability`: the share of the score's spread, after dyads, years and controls, in that of a plausible value.
    `blocks`: {block: {"plain": p of the encompassing test, correlation: the pooled test}}, contests only.
    """

    name: str
    label: str
    outcome: str
    status: str
    reason: str | None
    facts: Facts | None
    parameters: dict[str, TrustParameter]
    blocks: dict[str, dict[str, float | PooledWald]]
    reliability: dict[str, float]


def with_latent(frame: pd.DataFrame, background: pd.DataFrame, latent: pd.DataFrame) -> pd.DataFrame:
    """The frame with latent trust on 31 December before each row's pair, its error and known items; missing where the
    score has no such dyad-year.
    """
    require(background, ("leader_a", "leader_b", "ccode_a", "ccode_b", "background_year"), "background")
    require(latent, ("ccode_a", "ccode_b", "year", "latent_trust", "latent_trust_se", "items_known"), "latent trust")
    told = background.merge(
        latent, left_on=["ccode_a", "ccode_b", "background_year"], right_on=["ccode_a", "ccode_b", "year"], how="inner"
    )
    named = {"latent_trust": LATENT, "latent_trust_se": SPREAD, "items_known": KNOWN, "background_year": YEAR}
    held = told.rename(columns=named)[["leader_a", "leader_b", *named.values()]]
    return frame.merge(held, on=["leader_a", "leader_b"], how="left", validate="many_to_one")


def trust_doubt(
    spec: TrustSpec,
    contests: ContestSpec,
    hypotheses: Mapping[str, tuple[Hypothesis, pd.DataFrame]],
    frames: Frames,
    *,
    background: pd.DataFrame,
    latent: pd.DataFrame,
) -> tuple[TrustEntry, ...]:
    """Every declared hypothesis (with its raw frame, by id) and contest."""
    entries = [
        _hypothesis(spec, *hypotheses[key], column=column, mask=mask, background=background, latent=latent)
        for key, column, mask in spec.hypotheses
    ]
    grains = {g: with_latent(frames.grain(g), background, latent) for g in GRAINS}
    return (*entries, *(_contest(spec, contests, grains, *names) for names in spec.contests))


def plausible(rows: pd.DataFrame, rng: np.random.Generator, *, correlation: float) -> np.ndarray:
    """One plausible value of latent trust for each row: score + error x a normal draw.

    Rows of a dyad that read the same year share the draw; draws of other years of the dyad correlate as told.
    """
    dyad = np.unique(dyad_number(rows).to_numpy(), return_inverse=True)[1]
    read = np.unique(dyad.astype(np.int64) * 10_000 + rows[YEAR].to_numpy(dtype=int), return_inverse=True)[1]
    common, own = rng.standard_normal(dyad.max() + 1), rng.standard_normal(read.max() + 1)
    error = np.sqrt(correlation) * common[dyad] + np.sqrt(1 - correlation) * own[read]
    return numbers(rows, LATENT) + numbers(rows, SPREAD) * error


def _hypothesis(
    spec: TrustSpec,
    hypothesis: Hypothesis,
    raw: pd.DataFrame,
    *,
    column: str,
    mask: str,
    background: pd.DataFrame,
    latent: pd.DataFrame,
) -> TrustEntry:
    test, request = hypothesis.tests[0], hypothesis.frame
    if request is None or column not in raw.columns or mask not in test.model.controls:
        raise AnalysisError(
            f"{hypothesis.id} holds no `{column}` with `{mask}` as a control",
            expected=", ".join(test.model.controls),
            found=column,
            next_step="name a column of the hypothesis in analyses/doubt.toml",
        )
    frame = with_latent(raw, background, latent)
    frame = prepare(frame.assign(**{column: frame[LATENT]}), request)
    products = dict(request.products)

    def columns(rows: pd.DataFrame, drawn: np.ndarray) -> dict[str, np.ndarray]:
        held = {column: drawn}
        for name, parts in products.items():
            if column in parts:
                held[name] = np.prod([drawn if p == column else numbers(rows, p) for p in parts], axis=0)
        return held

    name, label = hypothesis.id, f"{hypothesis.title}: latent trust in place of {column.replace('_', ' ')}"
    try:
        design = build_design(*select_test_rows(test, frame))
        return _drawn(spec, design, columns, name=name, label=label, outcome=test.model.outcome)
    except NotEstimableError as error:
        return _absent(name, label, test.model.outcome, "not_estimable", error.reason)


def _contest(
    spec: TrustSpec, contests: ContestSpec, frames: Mapping[str, pd.DataFrame], outcome_name: str, sample_name: str
) -> TrustEntry:
    outcome = next(o for o in contests.outcomes if o.name == outcome_name)
    sample = next(s for s in contests.samples if s.name == sample_name)
    name, label = f"contest/{outcome_name}/{sample_name}", f"{outcome.label}; {sample.label}"
    rule = replace(contests, known_share_min=spec.known_share_min)
    frame = frames[outcome.grain]
    try:
        chosen = choose_columns(frame, rule, outcome, sample, FORM)
        reasons = dict(chosen.left_out)
        if LATENT in reasons:
            return _absent(name, label, outcome.name, "not_testable_here", f"latent trust is {reasons[LATENT]}")
        design = build_design(frame, contest_model(contests.core, outcome, sample, chosen.columns))
        return _drawn(
            spec, design, lambda _, drawn: {LATENT: drawn}, name=name, label=label, outcome=outcome.name, blocks=True
        )
    except NotEstimableError as error:
        return _absent(name, label, outcome.name, "not_estimable", error.reason)


def _drawn(
    spec: TrustSpec,
    design: Design,
    columns: Callable[[pd.DataFrame, np.ndarray], dict[str, np.ndarray]],
    *,
    name: str,
    label: str,
    outcome: str,
    blocks: bool = False,
) -> TrustEntry:
    """The design refitted to plausible values in place of the score."""
    weak = [n for n, t in variation_of_terms(design).items() if not t.testable]
    if weak:
        return _absent(name, label, outcome, "not_testable_here", too_little(weak, design))
    model, rows = design.model, design.rows.frame
    contrasts = {p.name: contrast_vector(design.names, p.weights) for p in model.parameters}
    plain = fit_linear(design)
    tests: dict[str, dict[str, float | PooledWald]] = {
        t.block: {"plain": t.p} for t in (compare_blocks(design, plain)[1] if blocks else ())
    }
    pooled: dict[str, dict[str, Pooled]] = {n: {} for n in contrasts}
    reliability = {}
    for correlation in spec.correlations:
        rng, fits = np.random.default_rng(spec.seed), []
        for _ in range(spec.draws):
            told = columns(rows, plausible(rows, rng, correlation=correlation))
            x = np.column_stack([told.get(t.column, design.x[:, j]) for j, t in enumerate(model.terms)])
            fits.append(fit_linear(replace(design, x=x)))
        beta, cov = np.array([f.beta for f in fits]), np.array([f.cov for f in fits])
        key = f"{correlation:g}"
        for n, c in contrasts.items():
            pooled[n][key] = pool(beta @ c, np.einsum("i,dij,j->d", c, cov, c), df=plain.df)
        for block, found in tests.items():
            at = [j for j, t in enumerate(model.terms) if t.block == block]
            found[key] = pool_wald(beta[:, at], cov[np.ix_(range(len(fits)), at, at)], df=plain.df)
        spread = np.mean([(f.x**2).sum(axis=0) for f in fits], axis=0)
        moved = next(j for j, t in enumerate(model.terms) if t.column in columns(rows, numbers(rows, LATENT)))
        reliability[key] = float((plain.x[:, moved] ** 2).sum() / spread[moved])
    return TrustEntry(
        name=name,
        label=label,
        outcome=outcome,
        status="estimated",
        reason=None,
        facts=facts(design),
        parameters={
            n: TrustParameter(
                interval(float(c @ plain.beta), float(c @ plain.cov @ c), plain.df),
                pooled[n],
                minimum_detectable(max(p.se for p in pooled[n].values())),
            )
            for n, c in contrasts.items()
        },
        blocks=tests,
        reliability=reliability,
    )


def _absent(name: str, label: str, outcome: str, status: str, reason: str) -> TrustEntry:
    return TrustEntry(name, label, outcome, status, reason, None, {}, {}, {})
