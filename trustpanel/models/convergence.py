"""Hoffman's indicators held against each other: every declared model estimated, with intervals over resampled dyads.

Rows of a dyad are alike from year to year, so dyads are drawn with all their rows, never rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.convergence_dyads import known_dyads, known_orders
from trustpanel.models.convergence_spec import ConvergenceSpec, Item, ItemModel, Reading
from trustpanel.models.estimate import LAYOUT, head_of, plain, to_text
from trustpanel.models.measurement import (
    LIMIT,
    Association,
    Factor,
    PairCounts,
    association,
    determined,
    factor_of,
    least_residuals,
    one_factor,
    pair_counts,
    scores,
)
from trustpanel.models.polychoric import polychorics, ranks

KEY = ("ccode_a", "ccode_b", "year")
ENOUGH_DRAWS = 0.9


@dataclass(frozen=True)
class Convergence:
    """`result` as JSON values; `latent`: ccode_a, ccode_b, year, latent_trust, latent_trust_se, items_known."""

    result: dict[str, Any]
    latent: pd.DataFrame

    def dumps(self) -> str:
        """The file's text; the same result gives the same bytes."""
        return to_text(self.result)


def run_convergence(spec: ConvergenceSpec, frame: pd.DataFrame, *, draws: int | None = None) -> Convergence:
    """Every model of the spec on `frame`: one row a dyad-year.

    Columns: ccode_a, ccode_b, year, dyad (the cluster), imposed_hierarchy and the columns of the items.
    """
    _check(spec, frame)
    held = frame[frame["year"].between(spec.first_year, spec.last_year)].reset_index(drop=True)
    cut = pd.DataFrame({item.name: categories(held[item.column], item) for item in spec.items})
    models, factors = [], []
    for model in spec.models:
        kept = _rows(held, model)
        told, factor = _estimate(spec, model, cut[kept], held.loc[kept, "dyad"], draws or spec.draws)
        models.append(told)
        factors.append(factor)
    main = _rows(held, spec.models[0])
    latent = _latent(held[main], cut[main], factors[0])
    dyads = known_dyads(spec, latent)
    result = {
        "layout": LAYOUT,
        "id": "convergence",
        **head_of(spec),
        "sha256": spec.sha256,
        "rows": {
            "first_year": spec.first_year,
            "last_year": spec.last_year,
            "dyad_years": len(held),
            "imposed": int((held["imposed_hierarchy"] == 1).sum()),
            "imposed_unknown": int(held["imposed_hierarchy"].isna().sum()),
            "kept": int(main.sum()),
        },
        "bootstrap": {"unit": "dyad", "draws": draws or spec.draws, "seed": spec.seed},
        "least": spec.least,
        "reading_rule": spec.reading,
        "items": [_margins(item, held[main], cut.loc[main, item.name]) for item in spec.items],
        "models": models,
        "dyads": dyads,
        "orders": known_orders(spec, dyads),
    }
    return Convergence(plain(result), latent)


def categories(values: pd.Series, item: Item) -> np.ndarray:
    """How many of the item's cuts each value reaches; NaN where it is missing."""
    found = values.to_numpy(float, na_value=np.nan)
    cuts = np.array(item.cuts, float)
    reached = np.searchsorted(cuts, found, side="right" if item.reach == "at_least" else "left")
    return np.where(np.isnan(found), np.nan, reached)


def _rows(frame: pd.DataFrame, model: ItemModel) -> pd.Series:
    """Rows under imposed hierarchy are left out, with those where it is unknown; or all are kept."""
    return pd.Series(True, frame.index) if model.imposed_hierarchy == "kept" else frame["imposed_hierarchy"] == 0


def _estimate(
    spec: ConvergenceSpec, model: ItemModel, cut: pd.DataFrame, dyads: pd.Series, draws: int
) -> tuple[dict[str, Any], Factor | None]:
    names = tuple(item.name for item in model.items)
    places, dyad_names = pd.factorize(dyads, sort=True)
    counts = pair_counts(cut, names, places)
    pairs = [association(pair, spec.least) for pair in counts]
    weights = np.random.default_rng(spec.seed).multinomial(
        len(dyad_names), np.full(len(dyad_names), 1 / len(dyad_names)), draws
    )
    drawn = [_redrawn(p, c, weights) for p, c in zip(pairs, counts, strict=True)]
    told = [_pair(p, *d, model) for p, d in zip(pairs, drawn, strict=True)]
    used, left_out = _usable(pairs, names)
    try:
        factor = _turned(one_factor(pairs, used), model)
        part = _factor(factor, pairs, np.array([poly for _, poly in drawn]))
    except NotEstimableError as error:
        factor, part = None, {"status": "not_estimable", "reason": error.reason}
    omega = part.get("omega")
    return {
        "name": model.name,
        "label": model.label,
        "imposed_hierarchy": model.imposed_hierarchy,
        "dyad_years": len(cut),
        "dyads": len(dyad_names),
        "pairs": told,
        "left_out": left_out,
        "factor": part,
        "reading": _reading(told, omega, spec.reading),
    }, factor


def _turned(factor: Factor, model: ItemModel) -> Factor:
    """The sign of a factor is free: items of discretion load positively together."""
    discretion = [item.name for item in model.items if item.indicator == "discretion"]
    mean = sum(x for name, x in zip(factor.indicators, factor.loadings, strict=True) if name in discretion)
    return replace(factor, loadings=-factor.loadings) if mean < 0 else factor


def _redrawn(pair: Association, counts: PairCounts, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank and polychoric correlation in each draw of dyads; NaN if the pair is unknown."""
    if np.isnan(pair.polychoric):
        return np.full(len(weights), np.nan), np.full(len(weights), np.nan)
    flat = counts.counts.reshape(len(counts.clusters), -1)
    tables = (weights[:, counts.clusters] @ flat).reshape(len(weights), *counts.counts.shape[1:])
    return ranks(tables), polychorics(tables)


def _pair(pair: Association, rank: np.ndarray, polychoric: np.ndarray, model: ItemModel) -> dict[str, Any]:
    first, second = (next(i for i in model.items if i.name == name) for name in (pair.first, pair.second))
    return {
        "first": pair.first,
        "second": pair.second,
        "indicators": [first.indicator, second.indicator],
        "shared_source": bool(set(first.sources) & set(second.sources)),
        "rows": pair.rows,
        "dyads": pair.clusters,
        "levels": pair.levels,
        "status": "known" if pair.known else "unknown" if np.isnan(pair.polychoric) else "edge",
        "rank": pair.rank,
        "rank_ci95": _interval(rank),
        "polychoric": pair.polychoric,
        "polychoric_ci95": _interval(polychoric),
    }


def _usable(pairs: Sequence[Association], names: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """The items in two or more known pairs, and those left out since they are not, one after the other."""
    used = list(names)
    while True:
        thin = [
            n
            for n in used
            if sum(p.known and n in (p.first, p.second) and p.first in used and p.second in used for p in pairs) < 2
        ]
        if not thin:
            return tuple(used), [n for n in names if n not in used]
        used = [n for n in used if n not in thin]


def _factor(factor: Factor, pairs: Sequence[Association], drawn: np.ndarray) -> dict[str, Any]:
    """The factor with percentile intervals; draws in which the known pairs do not determine it are counted."""
    names, kept = factor.indicators, []
    held = [(n, p) for n, p in enumerate(pairs) if p.known and p.first in names and p.second in names]
    places = [(names.index(p.first), names.index(p.second)) for _, p in held]
    for draw in drawn[[n for n, _ in held]].T:
        matrix = np.full((len(names), len(names)), np.nan)
        for (i, j), value in zip(places, draw, strict=True):
            matrix[i, j] = matrix[j, i] = value
        known = ~np.isnan(matrix)
        if known.sum(axis=1).min() >= 2 and determined(known):
            loadings = least_residuals(matrix, known, factor.loadings)
            turned = loadings * (np.sign(loadings @ factor.loadings) or 1.0)
            kept.append(factor_of(names, matrix, known, turned))
    enough = len(kept) >= ENOUGH_DRAWS * drawn.shape[1]
    measures = ("alpha", "omega", "residual", "residual_mean")
    ends = {m: _interval(np.array([getattr(f, m) for f in kept])) if enough else None for m in measures}
    loadings = np.array([f.loadings for f in kept])
    return {
        "status": "estimated",
        "pairs": len(held),
        "pairs_possible": len(names) * (len(names) - 1) // 2,
        "draws_used": len(kept),
        "loadings": [
            {
                "item": name,
                "loading": factor.loadings[n],
                "ci95": _interval(loadings[:, n]) if enough else None,
                "at_limit": bool(abs(factor.loadings[n]) > LIMIT - 1e-3),
            }
            for n, name in enumerate(names)
        ],
        **{m: {"estimate": getattr(factor, m), "ci95": ends[m]} for m in measures},
    }


def _reading(pairs: list[dict[str, Any]], omega: Mapping[str, Any] | None, rule: Reading) -> dict[str, Any]:
    """Signs of the known pairs of items of different indicators that share no source, and the declared verdict."""
    across = [p for p in pairs if p["indicators"][0] != p["indicators"][1]]
    counted = [p for p in across if p["status"] == "known" and not p["shared_source"]]
    ends = [p["polychoric_ci95"] or (-1.0, 1.0) for p in counted]
    above, below = sum(low > 0 for low, _ in ends), sum(high < 0 for _, high in ends)
    share = above / len(counted) if counted else 0.0
    verdict = "partly"
    if len(counted) < min(rule.pairs, len(across)):
        verdict = "too_few"
    elif share >= rule.share_converge and omega is not None and omega["estimate"] >= rule.omega:
        verdict = "converge"
    elif share <= rule.share_fail:
        verdict = "fail"
    return {
        "across": len(across),
        "counted": len(counted),
        "shared_source": sum(p["shared_source"] for p in across),
        "above": above,
        "below": below,
        "open": len(counted) - above - below,
        "positive": sum(p["polychoric"] > 0 for p in counted),
        "median": float(np.median([p["polychoric"] for p in counted])) if counted else None,
        "verdict": verdict,
    }


def _latent(frame: pd.DataFrame, cut: pd.DataFrame, factor: Factor | None) -> pd.DataFrame:
    """Scores of the rows of the main model; all missing if it has no factor."""
    keys = frame[list(KEY)].reset_index(drop=True)
    if factor is None:
        return keys.assign(latent_trust=np.nan, latent_trust_se=np.nan, items_known=0)
    told = scores(cut.reset_index(drop=True), factor)
    known = cut[list(factor.indicators)].notna().sum(axis=1).to_numpy()
    return pd.concat([keys, told], axis=1).assign(items_known=known.astype("int8"))


def _margins(item: Item, frame: pd.DataFrame, cut: pd.Series) -> dict[str, Any]:
    seen = cut.notna().to_numpy()
    return {
        "name": item.name,
        "column": item.column,
        "label": item.label,
        "indicator": item.indicator,
        "sources": list(item.sources),
        "reach": item.reach,
        "cuts": [float(c) for c in item.cuts],
        "dyad_years": int(seen.sum()),
        "dyads": int(frame.loc[seen, "dyad"].nunique()),
        "by_category": [int((cut == n).sum()) for n in range(len(item.cuts) + 1)],
    }


def _interval(draws: np.ndarray) -> tuple[float, float] | None:
    """Percentile interval of 95 %, unless a tenth of the draws or more have no value."""
    seen = draws[~np.isnan(draws)]
    if len(seen) < ENOUGH_DRAWS * len(draws) or not len(seen):
        return None
    low, high = np.quantile(seen, (0.025, 0.975))
    return float(low), float(high)


def _check(spec: ConvergenceSpec, frame: pd.DataFrame) -> None:
    needed = {*KEY, "dyad", "imposed_hierarchy", *spec.columns()}
    lacking = sorted(needed - set(frame.columns))
    if lacking or frame.empty or frame.duplicated(list(KEY)).any():
        raise NotEstimableError(
            "the frame on convergence lacks columns, has no rows, or has a dyad-year twice",
            expected=", ".join(sorted(needed)),
            found=", ".join(lacking) or f"{len(frame)} rows",
            next_step="build the store again",
        )
