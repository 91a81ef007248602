"""The registry's estimators in the small worlds that they serve: coverage, size and power, block by block."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trustpanel.errors import NotEstimableError
from trustpanel.models.estimate import plain
from trustpanel.models.estimators.registry import ESTIMATORS, estimate
from trustpanel.models.worlds.kept import keep, kept
from trustpanel.models.worlds.served import Ground
from trustpanel.models.worlds.served_cases import CASES, Case
from trustpanel.models.worlds.shares import share_of
from trustpanel.models.worlds.spec import WorldsSpec
from trustpanel.models.worlds.summary import estimator_entry

Tell = Callable[[int, int], None]


def run_served(
    spec: WorldsSpec,
    ground: Ground,
    *,
    worlds: int | None = None,
    cases: tuple[Case, ...] = CASES,
    folder: Path | None = None,
    progress: Tell | None = None,
) -> list[dict[str, Any]]:
    """An entry a case and effect (0, then that of the case), as JSON values; finished blocks are kept in `folder`."""
    total = worlds or spec.worlds
    sizes = [min(spec.block, total - start) for start in range(0, total, spec.block)]
    found, done = [], 0
    for case in cases:
        for effect in (0.0, case.effect):
            rows = []
            for block, size in enumerate(sizes):
                rows.append(_kept_block(spec, ground, case, effect, block=block, size=size, folder=folder))
                done += size
                if progress is not None:
                    progress(done, 2 * total * len(cases))
            found.append(plain({**_facts(case, ground, effect), **_entry(case, effect, np.concatenate(rows), spec)}))
    return found


def _kept_block(
    spec: WorldsSpec, ground: Ground, case: Case, effect: float, *, block: int, size: int, folder: Path | None
) -> np.ndarray:
    file = None if folder is None else folder / f"{case.name}-{effect:g}-{block}-{size}.npz"
    arrays = None if file is None else kept(file)
    if arrays is None:
        arrays = {"fits": draw_block(spec.seed, ground, case, effect, block=block, size=size)}
        if file is not None:
            keep(file, arrays)
    return arrays["fits"]


def draw_block(seed: int, ground: Ground, case: Case, effect: float, *, block: int, size: int) -> np.ndarray:
    """worlds x (estimate, error, low, high, p); a world that is not estimable is NaN throughout."""
    rng = np.random.default_rng([seed, zlib.crc32(f"{case.name} {effect:g}".encode()), block])
    found = np.full((size, 5), np.nan)
    for w in range(size):
        sample = case.draw(ground, effect, rng)
        try:
            fit = estimate(case.estimator, sample, case.options)
        except NotEstimableError:
            continue
        j = fit.position(case.focus)
        found[w] = fit.coef[j], fit.se[j], fit.ci_low[j], fit.ci_high[j], fit.p[j]
    return found


def _facts(case: Case, ground: Ground, effect: float) -> dict[str, Any]:
    """Rows and clusters of the first world that can be estimated."""
    rng = np.random.default_rng(0)
    while True:
        try:
            fit = estimate(case.estimator, case.draw(ground, effect, rng), case.options)
        except NotEstimableError:
            continue
        return {"n": fit.n, "clusters": dict(fit.clusters)}


def _entry(case: Case, effect: float, fits: np.ndarray, spec: WorldsSpec) -> dict[str, Any]:
    known = np.isfinite(fits[:, 0])
    held = fits[known]
    beta, se, low, high, p = held.T
    told = estimator_entry(p < spec.core.decision.level, (low, high), effect, spec.band)
    return {
        "estimator": case.estimator,
        "label": ESTIMATORS[case.estimator].label,
        "errors": case.errors,
        "remark": case.remark,
        "world": (case.draw.__doc__ or "").strip().splitlines()[0],
        "effect": effect,
        "worlds": len(fits),
        "estimated": share_of(known).to_json(),
        "mean": float(beta.mean()),
        "median": float(np.median(beta)),
        "bias_error": float(beta.std(ddof=1) / np.sqrt(len(beta))),
        "sd": float(beta.std(ddof=1)),
        "mean_error": float(se.mean()),
        **told,
    }
