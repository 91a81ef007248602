"""The frozen results: one parameter, one fit, one grain, one hypothesis; and their plain JSON form."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from trustpanel.models.blocks import BlockFit, Encompassing
from trustpanel.models.decision import Bounds, Verdict
from trustpanel.models.errors_wild import Wild
from trustpanel.models.influence import LeaveOneOut
from trustpanel.models.linear import Equivalence
from trustpanel.models.logit import LogitCheck
from trustpanel.models.permute import Permutation
from trustpanel.models.toml_table import HEAD

LAYOUT = 1
DIGITS = 12
PAIRS = {"dropped_rows": ("reason", "rows"), "dropped_columns": ("name", "reason")}


@dataclass(frozen=True)
class MainErrors:
    """The errors that count for this parameter under the declared rule; None where they cannot be judged."""

    errors: str
    p: float | None
    ci90: Bounds
    ci95: Bounds
    above_zero: bool | None
    below_zero: bool | None


@dataclass(frozen=True)
class Dyadic:
    """Dyadic-robust error, p and intervals of one parameter."""

    se: float
    p: float
    ci90: Bounds
    ci95: Bounds


@dataclass(frozen=True)
class ParameterEstimate:
    """One parameter.

    Plus = more de-escalation. The first block is clustered by dyad; `main` is what tables and the verdict use.
    """

    name: str
    estimate: float
    se: float
    t: float
    df: int
    p: float
    ci90: Bounds
    ci95: Bounds
    mde: float
    powered: bool | None
    equivalence: Equivalence | None
    wild: Wild | None
    permutation: Permutation | None
    dyadic: Dyadic | None
    main: MainErrors


@dataclass(frozen=True)
class Testable:
    """Whether a term varies enough.

    Dyads in which it varies, its spread within dyads as a share of the pooled spread.
    """

    __test__ = False

    dyads_varying: int
    within_share: float
    testable: bool


@dataclass(frozen=True)
class Facts:
    """What a fit rests on."""

    outcome_mean: float
    n: int
    dyads: int
    clusters: int
    clusters_varying: int
    pairs: int
    switching_pairs: int
    states: int
    states_varying: int
    star_share: float
    star_state: int
    first_year: int
    last_year: int
    effective_dyads: float | None = None
    heaviest_dyads: tuple[tuple[int, int, float], ...] = ()


@dataclass(frozen=True)
class Estimate:
    """One fit of one model, or the reason why there is none."""

    name: str
    label: str
    status: str
    reason: str | None
    outcome: str
    orientation: int
    facts: Facts | None
    r2_within: float | None
    parameters: dict[str, ParameterEstimate]
    testable: dict[str, Testable]
    dropped_rows: tuple[tuple[str, int], ...]
    missing: dict[str, int]
    dropped_columns: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    errors: dict[str, str]
    same_rows: dict[str, dict[str, float]] | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class GrainResult:
    """Everything estimated on one grain."""

    grain: str
    outcome: str
    orientation: int
    smallest_effect: float
    sample: dict[str, str]
    main: Estimate
    placebo_lead: Estimate
    lag_bins: Estimate
    agrees_in_sign: dict[str, bool] | None
    leave_one_dyad_out: dict[str, LeaveOneOut] | None
    variants: tuple[Estimate, ...]
    blocks: tuple[BlockFit, ...]
    encompassing: tuple[Encompassing, ...]
    logit: LogitCheck | None


@dataclass(frozen=True)
class Result:
    """One hypothesis.

    Its frozen text, its own parameter, the verdict (primary only) and the core model (its owner only).
    """

    id: str
    title: str
    statement: str
    falsifier: str
    role: str
    sign: dict[str, str]
    frozen: str
    version: int
    seen_before_freeze: str
    parameter: str
    core: str
    spec_sha256: str
    core_sha256: str
    samples_sha256: str
    blocks_sha256: str
    own: dict[str, ParameterEstimate | None]
    holm: dict[str, Any]
    finding: str
    adequate_power: dict[str, bool | None]
    verdict: Verdict | None
    grains: dict[str, GrainResult] | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers (12 significant digits) and None."""
        return {"layout": LAYOUT, **plain(self)}

    def dumps(self) -> str:
        """The file's text: sorted keys, two spaces, one newline at the end; the same result gives the same bytes."""
        return to_text(self.to_json(), indent=2)


def to_text(body: Mapping[str, Any], *, indent: int = 1) -> str:
    """The text of a result file: sorted keys, one newline at the end; the same values give the same bytes."""
    return json.dumps(body, indent=indent, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def head_of(spec: Any) -> dict[str, Any]:
    """What the frozen file of a long run says of itself, as its result repeats it."""
    return {name: getattr(spec, name) for name in (*HEAD, "frozen")}


def plain(value: Any) -> Any:
    """Dataclasses and tuples as JSON values.

    Reals to 12 significant digits, not-a-number as None. `Facts` are spread into their owner.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return _scalar(value)


def _fields(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(value):
        part = getattr(value, field.name)
        if field.name == "facts":
            found |= plain(part) or {}
        elif field.name in PAIRS:
            found[field.name] = [dict(zip(PAIRS[field.name], pair, strict=True)) for pair in part]
        else:
            found[field.name] = plain(part)
    return found


def _scalar(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
