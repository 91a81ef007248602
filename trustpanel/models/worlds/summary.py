"""What the worlds of a cell say: bias, coverage, size and power of each kind of errors, and the verdicts given."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from trustpanel.models.worlds.block import VERDICTS, Block
from trustpanel.models.worlds.shares import share_of
from trustpanel.models.worlds.skeleton import GrainFrame, Skeleton
from trustpanel.models.worlds.spec import Cell, WorldsSpec
from trustpanel.models.worlds.verdict import FIELDS

CLUSTERED = "clustered by dyad"
WILD = "wild cluster bootstrap alone"
RANDOMISED = "randomisation alone"
MAIN = "randomisation + wild cluster bootstrap"


def join_blocks(blocks: list[Block]) -> Block:
    """One block of all worlds."""
    first = blocks[0]
    return Block(
        found={g: np.concatenate([b.found[g] for b in blocks]) for g in first.found},
        truth={g: np.concatenate([b.truth[g] for b in blocks]) for g in first.truth},
        lead=np.concatenate([b.lead for b in blocks]),
        verdict=np.concatenate([b.verdict for b in blocks]),
        order=np.concatenate([b.order for b in blocks]),
    )


def summarise_cell(skeleton: Skeleton, spec: WorldsSpec, cell: Cell, worlds: Block) -> dict[str, Any]:
    """The cell's entry in the report; every share with its binomial interval."""
    level = spec.core.decision.level
    named = np.array(VERDICTS)[worlds.verdict]
    false = (named != "undecided") & ~np.isin(named, cell.right)
    flagged = worlds.order == 0
    return {
        "name": cell.name,
        "label": cell.label,
        "group": cell.group,
        "meetings": cell.meetings,
        "theta": cell.theta,
        "delta": cell.delta,
        "fake": cell.fake,
        "pull": cell.pull,
        "right": list(cell.right),
        "worlds": len(named),
        "verdicts": {v: _share(named == v) for v in VERDICTS},
        "named_right": _share(np.isin(named, cell.right)) if cell.right else None,
        "false_verdict": _share(false),
        "order_questioned": _share(flagged),
        "false_verdict_unquestioned": _share(false & ~flagged),
        "grains": {
            name: {
                "lead_rejected": _share(worlds.lead[:, j] < level),
                "parameters": _parameters(g, cell, worlds, spec),
            }
            for j, (name, g) in enumerate(skeleton.grains.items())
        },
    }


def _parameters(grain: GrainFrame, cell: Cell, worlds: Block, spec: WorldsSpec) -> dict[str, Any]:
    found, given = worlds.found[grain.grain], worlds.truth[grain.grain]
    entries = {}
    for j, name in enumerate(grain.names):
        values = dict(zip(FIELDS, found[:, j].T, strict=True))
        truth = 0.0 if cell.no_effect else float(given[:, j].mean())
        estimate = values["estimate"]
        bias = float(estimate.mean() - truth)
        entries[name] = {
            "truth": truth,
            "mean": float(estimate.mean()),
            "bias": bias,
            "bias_error": float(estimate.std(ddof=1) / np.sqrt(len(estimate))),
            "sd": float(estimate.std(ddof=1)),
            "mean_error": float(values["se"].mean()),
            "estimators": _estimators(values, truth, grain.fit.df, spec),
        }
    return entries


def _estimators(values: dict[str, np.ndarray], truth: float, df: int, spec: WorldsSpec) -> dict[str, Any]:
    level = spec.core.decision.level
    estimate, se = values["estimate"], values["se"]
    half = float(stats.t.ppf(1 - level / 2, df)) * se
    low, high = np.nan_to_num(values["low95"], nan=-np.inf), np.nan_to_num(values["high95"], nan=np.inf)
    plain, held = (estimate - half, estimate + half), (low, high)
    wild, permuted = values["wild_p"] < level, values["permutation_p"] < level
    sides = (low > 0) | (high < 0)
    rules: dict[str, tuple[np.ndarray, tuple[np.ndarray, np.ndarray] | None]] = {
        CLUSTERED: (np.abs(estimate) > half, plain),
        WILD: (wild, held),
        RANDOMISED: (permuted, None),
        MAIN: (wild & permuted & sides, held),
    }
    found = {name: estimator_entry(rejected, ends, truth, spec.band) for name, (rejected, ends) in rules.items()}
    found[MAIN]["rejected_above"] = _share(rules[MAIN][0] & (estimate > 0))
    return found


def estimator_entry(
    rejected: np.ndarray,
    ends: tuple[np.ndarray, np.ndarray] | None,
    truth: float,
    band: tuple[float, float],
) -> dict[str, Any]:
    """Coverage of the truth (None: there is no interval) and rejections of 0."""
    covered = None if ends is None else share_of((ends[0] <= truth) & (truth <= ends[1]))
    return {
        "coverage": None if covered is None else covered.to_json(),
        "meets_band": None if covered is None else covered.meets(band),
        "rejected": _share(rejected),
    }


def _share(hits: np.ndarray) -> list[float]:
    return share_of(hits).to_json()
