"""Which dyads are covered, and the core model weighted to those that are not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.design import Design
from trustpanel.models.doubt_bounds import Bounds, bounds
from trustpanel.models.doubt_coding import on_coverage
from trustpanel.models.doubt_spec import TippingSpec, WeightSpec
from trustpanel.models.doubt_weights import (
    Modelled,
    Weighted,
    reweighted,
    shares_by_chance,
    unweighted,
)
from trustpanel.models.frames import Frames, numbers
from trustpanel.models.model import Model, main_model
from trustpanel.models.propensity import Chance, Columns, balance, columns_of_chance, fit_chance, outside
from trustpanel.models.rows import dyad_number
from trustpanel.models.spec_types import GRAINS, Core, NamedSet

CHANCE = "search_chance"


@dataclass(frozen=True)
class Missing:
    """Models of coverage, the core model by sample without and with weights, and bounds."""

    models: tuple[Modelled, ...]
    estimates: tuple[Weighted, ...]
    bounds: Bounds


def missing_doubt(
    core: Core,
    spec: WeightSpec,
    tipping: TippingSpec,
    frames: Frames,
    *,
    pair_years: pd.DataFrame,
    background: pd.DataFrame,
) -> Missing:
    """Coverage modelled for lists and for searches; the core model on every coverage and grain."""
    lists = _lists(spec, pair_years)
    searched, chances = _searches(spec, pair_years, frames, background)
    estimates: list[Weighted] = []
    for grain in GRAINS:
        model = main_model(core, grain)
        estimates.append(_on(frames.grain(grain), on_coverage(model, certain_of(spec)))[0])
        frame = frames.grain(grain).assign(**{CHANCE: np.nan if chances is None else chances[grain]})
        base, design = _on(frame, on_coverage(model, spec.coverage))
        again = replace(base, name="weighted", label=f"{base.label}, weighted to all at risk")
        if design is not None and chances is None:
            again = replace(again, status="not_estimable", reason=searched.reason)
        elif design is not None:
            again = reweighted(again, design, _inverse(design, spec), spec)
        estimates += [base, again]
    return Missing((lists, searched), tuple(estimates), bounds(core, tipping, frames, pair_years))


def certain_of(spec: WeightSpec) -> NamedSet:
    """The coverage that stands for itself."""
    assert spec.certain is not None
    return spec.certain


def _on(frame: pd.DataFrame, model: Model) -> tuple[Weighted, Design | None]:
    reference = model.sample.coverage.reference
    return unweighted(frame, model, name=reference, label=f"coverage {reference}")


def _lists(spec: WeightSpec, pair_years: pd.DataFrame) -> Modelled:
    """Coverage by official lists, of all at risk: as a rule it is certain or impossible."""
    rows = pair_years[_with_outcome(pair_years)].reset_index(drop=True)
    name, label = "lists", "official lists cover the dyad-year"
    event = numbers(rows, str(certain_of(spec).column))
    told = {"dyad_years": len(rows), "covered": int(event.sum())}
    try:
        columns, known = columns_of_chance(rows, spec.covariates, spec.masked, spec.spline_years)
        return _told(spec, (name, label), rows, columns, known=known, event=event, told=told)[0]
    except NotEstimableError as error:
        return Modelled(name, label, "not_estimable", error.reason, told)


def _searches(
    spec: WeightSpec, pair_years: pd.DataFrame, frames: Frames, background: pd.DataFrame
) -> tuple[Modelled, dict[str, np.ndarray] | None]:
    """Coverage by search where no list reaches, and the chance of every row of both grains in its order."""
    extra = background[["leader_a", "leader_b", "alliance_pre", "distance_log"]]
    names = [*spec.covariates, *spec.masked, "year"]
    grains = [
        frames.grain(g)
        .drop(columns=["alliance_pre", "distance_log"], errors="ignore")
        .merge(extra, on=["leader_a", "leader_b"], how="left", validate="many_to_one")[names]
        for g in GRAINS
    ]
    whole = pd.concat([pair_years[names], *grains], ignore_index=True)
    name, label = "searches", "a search covers the dyad-year, where no list does"
    rows = pair_years
    here = _with_outcome(rows) & (numbers(rows, str(certain_of(spec).column)) == 0)
    event = numbers(rows, str(spec.coverage.column))
    told = {"dyad_years": int(here.sum()), "covered": int(event[here].sum())}
    try:
        columns, known = columns_of_chance(whole, spec.covariates, spec.masked, spec.spline_years)
        first = np.arange(len(whole)) < len(rows)
        own = Columns(columns.names, columns.x[first][here])
        found, chance = _told(
            spec,
            (name, label),
            rows[here].reset_index(drop=True),
            own,
            known=known[first][here],
            event=event[here],
            told=told,
        )
    except NotEstimableError as error:
        return Modelled(name, label, "not_estimable", error.reason, told), None
    if chance is None:
        return found, None
    p = np.where(known, chance.of(columns.x), np.nan)
    cut = len(rows) + len(frames.panel)
    return found, {"annual": p[len(rows) : cut], "monthly": p[cut:]}


def _with_outcome(pair_years: pd.DataFrame) -> np.ndarray:
    return ~np.isnan(numbers(pair_years, "peace_3y"))


def _told(
    spec: WeightSpec,
    named: tuple[str, str],
    rows: pd.DataFrame,
    columns: Columns,
    *,
    known: np.ndarray,
    event: np.ndarray,
    told: dict[str, int],
) -> tuple[Modelled, Chance | None]:
    """The fitted chance of coverage with its overlap and balance; no chance where the two sides do not overlap."""
    columns, event = Columns(columns.names, columns.x[known]), event[known]
    told = {**told, "with_covariates": int(known.sum())}
    dyad = dyad_number(rows).to_numpy()[known]
    chance = fit_chance(event, columns, dyad, folds=spec.folds, seed=spec.seed)
    p = chance.of(columns.x)
    beyond = outside(p[event == 1], p[event == 0], spec.trim)
    w = np.where(event == 1, 1 / p, 1.0)
    found = Modelled(
        *named,
        "estimated",
        None,
        told,
        chance=chance.facts,
        with_event=shares_by_chance(p[event == 1]),
        without=shares_by_chance(p[event == 0]),
        outside=beyond,
        effective=float(w[event == 1].sum() ** 2 / (w[event == 1] ** 2).sum()),
        balance=_to_all(columns, event, w),
    )
    if beyond <= spec.outside_share_max:
        return found, chance
    reason = f"no overlap: {beyond:.0%} of the uncovered dyad-years lie outside the chances of the covered ones"
    return replace(found, status="not_estimable", reason=reason), None


def _to_all(columns: Columns, event: np.ndarray, w: np.ndarray) -> tuple:
    """Balance of the covered rows against all rows: the difference that is left after weighting them to all."""
    stacked = Columns(columns.names, np.vstack([columns.x[event == 1], columns.x]))
    side = np.r_[np.ones(int(event.sum())), np.zeros(len(event))]
    return balance(stacked, side, np.r_[w[event == 1], np.ones(len(event))])


def _inverse(design: Design, spec: WeightSpec) -> np.ndarray:
    """1 where a list covers the row, else one over its chance to have been searched."""
    rows = design.rows.frame
    return np.where(numbers(rows, str(certain_of(spec).column)) == 1, 1.0, 1 / numbers(rows, CHANCE))
