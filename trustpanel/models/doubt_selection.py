"""Who meets, when: a model of meetings by year, and the core model under weights that undo what it tells."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.doubt_spec import WeightSpec
from trustpanel.models.doubt_weights import Modelled, Weighted, reweighted, shares_by_chance, unweighted
from trustpanel.models.frames import Frames, numbers, require
from trustpanel.models.model import main_model
from trustpanel.models.propensity import (
    balance,
    columns_of_chance,
    fit_chance,
    outside,
    trimmed_weights,
)
from trustpanel.models.rows import dyad_number
from trustpanel.models.spec_types import GRAINS, Core

PEOPLE = ("person_a", "person_b")
EVENTS = {"any_meeting": "the pair meets in the year", "first_meeting": "a pair that has not met meets in the year"}


@dataclass(frozen=True)
class Selection:
    """The models of meeting, and the core model under the weights of the first."""

    models: tuple[Modelled, ...]
    estimates: tuple[Weighted, ...]


def selection_doubt(core: Core, spec: WeightSpec, frames: Frames, pair_years: pd.DataFrame) -> Selection:
    """Models of any and of a first meeting on the covered years of pairs at risk; the core model on both grains."""
    rows = years_of_pairs(spec, frames, pair_years)
    any_meeting, factors = _modelled(spec, rows, "any_meeting")
    unmet = rows[numbers(rows, "contact_stock_none") == 0]
    first, _ = _modelled(spec, unmet, "first_meeting")
    estimates = []
    for grain in GRAINS:
        base, design = unweighted(
            frames.grain(grain), main_model(core, grain), name="selection", label="weighted by meeting"
        )
        if design is None:
            estimates.append(base)
        elif factors is None:
            estimates.append(replace(base, status="not_estimable", reason=any_meeting.reason))
        else:
            estimates.append(reweighted(base, design, products_before(design.rows.frame, factors), spec))
    return Selection((any_meeting, first), tuple(estimates))


def years_of_pairs(spec: WeightSpec, frames: Frames, pair_years: pd.DataFrame) -> pd.DataFrame:
    """The pair-years at risk whose year is covered throughout, with `met`: the two met in the year."""
    needed = (
        spec.risk_set.column,
        spec.coverage.column,
        "year_covered",
        "contact_stock",
        "contact_stock_none",
        *PEOPLE,
    )
    require(pair_years, [n for n in needed if n], "pair_years")
    held = pair_years["year_covered"].to_numpy(dtype=bool)
    for named in (spec.risk_set, spec.coverage):
        if named.column:
            held = held & (numbers(pair_years, named.column) == 1)
    rows = pair_years[held].reset_index(drop=True)
    meetings = frames.dyad_meetings
    effective = meetings[meetings["leader_a"].notna() & meetings["leader_b"].notna()]
    year = pd.to_datetime(effective["start_date"]).dt.year
    seen = set(zip(_people(effective), year, strict=True))
    return rows.assign(met=[key in seen for key in zip(_people(rows), rows["year"], strict=True)])


def _people(frame: pd.DataFrame) -> list[str]:
    """One name a pair of persons, whichever side each stands on."""
    return ["|".join(sorted(pair)) for pair in zip(frame["person_a"], frame["person_b"], strict=True)]


def _modelled(spec: WeightSpec, rows: pd.DataFrame, name: str) -> tuple[Modelled, pd.DataFrame | None]:
    """The model of the event, and by pair and year the stabilised weight of what happened in that year."""
    told = {"pair_years": len(rows), "met": int(rows["met"].sum())}
    try:
        columns, known = columns_of_chance(rows, (*spec.past, *spec.covariates), spec.masked, spec.spline_years)
        past, _ = columns_of_chance(rows, spec.past, (), spec.spline_years)
        told["with_covariates"] = int(known.sum())
        event = rows["met"].to_numpy(dtype=float)[known]
        dyad = dyad_number(rows).to_numpy()[known]
        columns, past = replace(columns, x=columns.x[known]), replace(past, x=past.x[known])
        full = fit_chance(event, columns, dyad, folds=spec.folds, seed=spec.seed)
        plain = fit_chance(event, past, dyad, folds=spec.folds, seed=spec.seed)
        p, q = full.of(columns.x), plain.of(past.x)
        beyond = max(outside(p[event == 1], p[event == 0], spec.trim), outside(p[event == 0], p[event == 1], spec.trim))
        found = Modelled(
            name,
            EVENTS[name],
            "estimated",
            None,
            told,
            chance=full.facts,
            with_event=shares_by_chance(p[event == 1]),
            without=shares_by_chance(p[event == 0]),
            outside=beyond,
        )
        if beyond > spec.outside_share_max:
            raise NotEstimableError(
                "those that met and those that did not do not overlap",
                expected=f"at most {spec.outside_share_max:.0%} outside",
                found=f"{beyond:.0%}",
            )
        raw = np.where(event == 1, q / p, (1 - q) / (1 - p))
        weights = trimmed_weights(raw, trim=spec.trim, effective_min=spec.effective_share_min)
    except NotEstimableError as error:
        return Modelled(name, EVENTS[name], "not_estimable", error.reason, told), None
    factors = rows.loc[known, ["leader_dyad_id", "year"]].assign(log_factor=np.log(raw))
    return (
        replace(found, effective=weights.effective, balance=balance(columns, event, weights.w, given=past.x)),
        factors.reset_index(drop=True),
    )


def products_before(rows: pd.DataFrame, factors: pd.DataFrame) -> np.ndarray:
    """For each row the product of its pair's factors of earlier years; 1 where the pair has none."""
    by_pair = factors.sort_values(["leader_dyad_id", "year"])
    by_pair = by_pair.assign(log_product=by_pair.groupby("leader_dyad_id")["log_factor"].cumsum())
    left = pd.DataFrame(
        {
            "leader_dyad_id": rows["leader_dyad_id"].astype(str).to_numpy(),
            "year": rows["year"].to_numpy(dtype=np.int64),
            "place": np.arange(len(rows)),
        }
    )
    right = by_pair.assign(year=by_pair["year"].astype(np.int64), leader_dyad_id=by_pair["leader_dyad_id"].astype(str))
    joined = pd.merge_asof(
        left.sort_values("year", kind="stable"),
        right.sort_values("year", kind="stable")[["leader_dyad_id", "year", "log_product"]],
        on="year",
        by="leader_dyad_id",
        allow_exact_matches=False,
    )
    return np.exp(joined.sort_values("place")["log_product"].fillna(0.0).to_numpy())
