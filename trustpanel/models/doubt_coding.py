"""The core model over worlds of meetings as they may have been, pooled by Rubin's rules and calibrated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.coding_rates import Counts, counts_of, draw_rates
from trustpanel.models.coding_worlds import Told, coded_world, draw_meetings, draw_valence
from trustpanel.models.design import Design
from trustpanel.models.doubt_spec import CodingSpec
from trustpanel.models.estimate import Facts
from trustpanel.models.fitting import Fitted, facts, fit_model
from trustpanel.models.frames import Frames, numbers
from trustpanel.models.linear import Fit, Interval, contrast_vector, fit_linear, interval, minimum_detectable
from trustpanel.models.model import Model, main_model
from trustpanel.models.permute import World, check_observed
from trustpanel.models.rubin import Pooled, pool
from trustpanel.models.spec_types import GRAINS, Contrast, Core, NamedSet, Term
from trustpanel.models.stocks import Meetings, plan_stocks, stocks
from trustpanel.models.variation import too_little, variation_of_terms

BOND = Contrast("bond", (("bond", 1.0),))


@dataclass(frozen=True)
class Drawn:
    """One parameter: as coded (None where it is not estimable), pooled over the worlds, and on the mean stocks over
    worlds (`calibrated`). `mde` is the smallest effect that the pooled estimate would show.
    """

    plain: Interval | None
    pooled: Pooled
    mde: float
    calibrated: Interval


@dataclass(frozen=True)
class CodingEntry:
    """One grain, coverage and kind of world.

    `reliability` by term: the share of its spread, after dyads, years and controls, that all worlds have in common.
    `told` and `drawn` count covered meetings of the sample's dyads as coded and as drawn in the mean.
    """

    world: str
    label: str
    grain: str
    coverage: str
    status: str
    reason: str | None
    facts: Facts | None
    parameters: dict[str, Drawn]
    reliability: dict[str, float]
    told: int | None
    drawn: float | None
    note: str | None = None


def coding_doubt(
    core: Core,
    spec: CodingSpec,
    frames: Frames,
    *,
    checks: pd.DataFrame,
    levels: pd.DataFrame,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[CodingEntry, ...]:
    """Every kind of world and the bond stock, on both grains and every coverage. The same inputs, the same numbers."""
    counts = counts_of(checks)
    jobs = [_Job(c, g, counts, levels) for c in spec.coverages for g in GRAINS]
    entries: list[CodingEntry] = []
    for done, job in enumerate(jobs):
        entries += _of_sample(core, spec, frames, job=job)
        if progress is not None:
            progress(done + 1, len(jobs))
    return tuple(entries)


@dataclass(frozen=True)
class _Job:
    """One coverage and grain, with the checks of coding and the levels of search."""

    coverage: NamedSet
    grain: str
    counts: Counts
    levels: pd.DataFrame


@dataclass(frozen=True)
class _Sample:
    """The core model on one sample with what is told of its meetings."""

    core: Core
    spec: CodingSpec
    counts: Counts
    coverage: NamedSet
    fitted: Fitted
    world: World
    told: Told


def _of_sample(core: Core, spec: CodingSpec, frames: Frames, *, job: _Job) -> list[CodingEntry]:
    coverage, grain = job.coverage, job.grain
    model = on_coverage(main_model(core, grain), coverage)
    labels = {w.name: w.label for w in spec.worlds} | {"bond": spec.bond_label}
    try:
        fitted = fit_model(frames.grain(grain), model)
        world, told = coded_world(fitted.design.rows.frame, frames, grain, job.levels)
        check_observed(world, fitted.design.x, core.half_life)
    except NotEstimableError as error:
        return [_absent(name, label, job, error) for name, label in labels.items()]
    sample = _Sample(core, spec, job.counts, coverage, fitted, world, told)
    found = [
        _pooled(fitted.design, fitted.fit, _stock_draws(sample, w.missed), name=w.name, label=w.label)
        for w in spec.worlds
    ]
    try:
        found.append(_bond(sample, frames))
    except NotEstimableError as error:
        found.append(_absent("bond", labels["bond"], job, error))
    covered = int(world.free.sum())
    return [replace(e, told=covered if e.status == "estimated" else None) for e in found]


def on_coverage(model: Model, coverage: NamedSet) -> Model:
    """The model on another declared coverage."""
    return replace(model, sample=replace(model.sample, coverage=coverage))


Draw = tuple[np.ndarray, float]


def _stock_draws(sample: _Sample, missed: str) -> Iterator[Draw]:
    """(contact and state stock of every row, covered meetings) of each drawn world."""
    spec, world = sample.spec, sample.world
    rng, layout = np.random.default_rng(spec.seed), plan_stocks(world.rows)
    others = len(world.meetings.dyad) - int(world.free.sum())
    for _ in range(spec.draws):
        rates = draw_rates(sample.counts, missed, rng)
        drawn = draw_meetings(
            world, sample.told, rates, rng, shift_days=spec.shift_days_max, prior=float(spec.prior_meetings)
        )
        both = stocks(world.rows, drawn, sample.core.half_life, layout)
        yield np.column_stack(both), len(drawn.dyad) - others


def _bond(sample: _Sample, frames: Frames) -> CodingEntry:
    """The bond stock in place of contact; meetings and days as coded, valence drawn."""
    design, spec = sample.fitted.design, sample.spec
    terms = (Term("bond", "bond_stock", "interpersonal"), *design.model.terms[1:])
    model = replace(design.model, terms=terms, parameters=(BOND,))
    plain, note = _as_coded(frames.grain(model.grain), model)
    everywhere = np.column_stack([numbers(frames.dyad_meetings, f"valence_{s}") for s in ("ab", "ba")])
    told_on_both = everywhere[~np.isnan(everywhere).any(axis=1)]
    if len(told_on_both) < 2:
        raise NotEstimableError("too few meetings are told on both sides to draw from", found=len(told_on_both))
    drawn = replace(design, model=model, names=tuple(t.name for t in terms))
    draws = _bond_draws(sample, told_on_both)
    return replace(_pooled(drawn, plain, draws, name="bond", label=spec.bond_label), note=note)


def _as_coded(frame: pd.DataFrame, model: Model) -> tuple[Fit | None, str | None]:
    """The fit on the rows whose bond stock is known as coded, or why it does not count."""
    try:
        fitted = fit_model(frame, model)
    except NotEstimableError as error:
        return None, error.reason
    weak = [name for name, t in variation_of_terms(fitted.design).items() if not t.testable]
    if weak:
        return None, f"as coded on {fitted.design.n:,} rows: {too_little(weak, fitted.design)}"
    return fitted.fit, f"as coded on {fitted.design.n:,} rows"


def _bond_draws(sample: _Sample, told_on_both: np.ndarray) -> Iterator[Draw]:
    spec, world, m = sample.spec, sample.world, sample.world.meetings
    rng, layout = np.random.default_rng(spec.seed), plan_stocks(world.rows)
    for _ in range(spec.draws):
        rates = draw_rates(sample.counts, "none", rng)
        valence = draw_valence(sample.told.valence, told_on_both, rates, rng)
        felt = Meetings(m.dyad, m.pair, m.last_day, m.weight * valence)
        bond = stocks(world.rows, felt, sample.core.half_life, layout)[0]
        yield np.column_stack([bond, sample.fitted.design.x[:, 1:]]), float(world.free.sum())


def _pooled(design: Design, plain: Fit | None, draws: Iterator[Draw], *, name: str, label: str) -> CodingEntry:
    """The design refitted to every drawn x, pooled; and fitted to the mean x."""
    contrasts = {p.name: contrast_vector(design.names, p.weights) for p in design.model.parameters}
    estimates: dict[str, list[float]] = {n: [] for n in contrasts}
    variances: dict[str, list[float]] = {n: [] for n in contrasts}
    total, spread, meetings = np.zeros_like(design.x), np.zeros(design.x.shape[1]), []
    for x, count in draws:
        fit = fit_linear(replace(design, x=x))
        total, spread = total + x, spread + (fit.x**2).sum(axis=0)
        meetings.append(count)
        for n, c in contrasts.items():
            estimates[n].append(float(c @ fit.beta))
            variances[n].append(float(c @ fit.cov @ c))
    size = len(meetings)
    mean = fit_linear(replace(design, x=total / size))
    found = {}
    for n, c in contrasts.items():
        pooled = pool(np.array(estimates[n]), np.array(variances[n]), df=mean.df)
        told = None if plain is None else interval(float(c @ plain.beta), float(c @ plain.cov @ c), plain.df)
        calibrated = interval(float(c @ mean.beta), float(c @ mean.cov @ c), mean.df)
        found[n] = Drawn(told, pooled, minimum_detectable(pooled.se), calibrated)
    return CodingEntry(
        world=name,
        label=label,
        grain=design.model.grain,
        coverage=design.model.sample.coverage.reference,
        status="estimated",
        reason=None,
        facts=facts(design),
        parameters=found,
        reliability={t: float(v) for t, v in zip(design.names, (mean.x**2).sum(axis=0) / (spread / size), strict=True)},
        told=None,
        drawn=float(np.mean(meetings)),
    )


def _absent(name: str, label: str, job: _Job, error: NotEstimableError) -> CodingEntry:
    why = error.reason
    return CodingEntry(name, label, job.grain, job.coverage.reference, "not_estimable", why, None, {}, {}, None, None)
