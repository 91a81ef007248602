"""Outcome, terms and nuisance columns of one model on its rows, with every dropped column named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.frames import numbers
from trustpanel.models.model import Model
from trustpanel.models.rows import PAIR, Rows, cluster_codes, dyad_codes, select_rows
from trustpanel.models.splines import knots_at, natural_cubic
from trustpanel.models.within import demean, independent, orthonormal, residual

TINY = 1e-8
COLLINEAR = 1e-6


@dataclass(frozen=True)
class Design:
    """Rows sorted by dyad.

    `y` is oriented (plus = more de-escalation); `z` are the kept nuisance columns, year dummies among them.
    `basis` is an orthonormal basis of `z` within dyads; `spread` the standard deviation of each term in its own unit.
    """

    model: Model
    rows: Rows
    y: np.ndarray
    x: np.ndarray
    z: np.ndarray
    basis: np.ndarray
    names: tuple[str, ...]
    z_names: tuple[str, ...]
    dyad: np.ndarray
    cluster: np.ndarray
    scale: np.ndarray
    absorb: bool
    spread: tuple[float, ...]
    dropped_columns: tuple[tuple[str, str], ...]

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def n_dyads(self) -> int:
        return int(self.dyad[-1]) + 1

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1


def build_design(frame: pd.DataFrame, model: Model) -> Design:
    """The design of a model, or NotEstimableError if no row is left or a term has no variation of its own."""
    rows = select_rows(frame, model)
    data = rows.frame
    if data.empty or data.groupby(["ccode_a", "ccode_b"]).ngroups < 2:
        reasons = ", ".join(f"{reason}: {count}" for reason, count in rows.dropped)
        raise NotEstimableError(f"fewer than two dyads are left for `{model.name}` ({reasons})")
    if model.needs_leaders:
        _require_leaders(data, model)
    dyad, cluster = dyad_codes(data), cluster_codes(data, model)
    if cluster.max() < 1:
        raise NotEstimableError(f"fewer than two clusters of `{model.cluster}` are left for `{model.name}`")
    scale = np.sqrt(numbers(data, model.weights)) if model.weights else np.ones(len(data))
    absorb = "dyad" in model.effects
    x = np.column_stack([numbers(data, t.column) for t in model.terms])
    spread = tuple(float(s) for s in x.std(axis=0, ddof=1))
    if model.standardise:
        x = x / np.where(np.asarray(spread) > 0, spread, 1.0)
    names, z = _nuisance(data, model, absorb=absorb)
    kept, basis, dropped = _independent(demean(z, dyad, scale, absorb=absorb), z, names, absorb=absorb)
    z, names = z[:, kept], [names[j] for j in kept]
    _require_own_variation(demean(x, dyad, scale, absorb=absorb), x * scale[:, None], basis, model)
    if len(data) <= len(names) + x.shape[1] + (int(dyad[-1]) + 1 if absorb else 0):
        raise NotEstimableError(f"fewer rows than coefficients for `{model.name}`", found=f"{len(data)} rows")
    return Design(
        model=model,
        rows=rows,
        y=model.orientation * numbers(data, model.outcome),
        x=x,
        z=z,
        basis=basis,
        names=tuple(t.name for t in model.terms),
        z_names=tuple(names),
        dyad=dyad,
        cluster=cluster,
        scale=scale,
        absorb=absorb,
        spread=spread,
        dropped_columns=dropped,
    )


def _nuisance(data: pd.DataFrame, model: Model, *, absorb: bool) -> tuple[list[str], np.ndarray]:
    names: list[str] = []
    columns: list[np.ndarray] = []
    if not absorb:
        names.append("constant")
        columns.append(np.ones(len(data)))
    dummies = (["year"] if "year" in model.effects else []) + list(model.dummies)
    for source in dummies:
        text = data[source].astype(str) if source in PAIR else data[source]
        for level in np.sort(text.unique())[1:]:
            names.append(f"{source} {level}")
            columns.append((text == level).to_numpy(dtype=float))
    for control in (*model.controls, *model.flags):
        names.append(control)
        columns.append(numbers(data, control))
    for spline in model.splines:
        values = numbers(data, spline)
        basis = natural_cubic(values, knots_at(values, model.spline_knots))
        for j in range(basis.shape[1]):
            names.append(f"{spline} spline {j + 1}")
            columns.append(basis[:, j])
    return names, np.column_stack(columns) if columns else np.empty((len(data), 0))


def _independent(
    inside: np.ndarray, z: np.ndarray, names: list[str], *, absorb: bool
) -> tuple[list[int], np.ndarray, tuple[tuple[str, str], ...]]:
    """Columns that add something, left to right, an orthonormal basis of them, and the others with the reason."""
    size = np.linalg.norm(z, axis=0)
    norm = np.linalg.norm(inside, axis=0)
    alive = norm > TINY * np.maximum(size, 1e-300)
    dropped = [(names[j], "constant within dyads" if absorb else "all zero") for j in np.flatnonzero(~alive)]
    live = np.flatnonzero(alive)
    own, basis = independent(inside[:, live] / norm[live], COLLINEAR)
    dropped += [(names[live[j]], "collinear with earlier columns") for j in range(len(live)) if j not in own]
    return [int(live[j]) for j in own], basis, tuple(dropped)


def _require_own_variation(inside: np.ndarray, x: np.ndarray, basis: np.ndarray, model: Model) -> None:
    """Every term varies within dyads and is not a sum of the nuisance columns and the terms before it."""
    for j, term in enumerate(model.terms):
        size = float(np.linalg.norm(x[:, j]))
        if np.linalg.norm(inside[:, j]) <= TINY * max(size, 1e-300):
            raise NotEstimableError(
                f"`{term.column}` does not vary within dyads in this sample",
                expected="variation within dyads",
                found=f"n = {len(x)}",
            )
        others = orthonormal(residual(inside[:, :j], basis))
        left = residual(residual(inside[:, [j]], basis), others)
        if np.linalg.norm(left) <= TINY * float(np.linalg.norm(inside[:, j])):
            raise NotEstimableError(
                f"`{term.column}` is collinear with the controls or with an earlier term", found=f"n = {len(x)}"
            )


def _require_leaders(data: pd.DataFrame, model: Model) -> None:
    """Leader effects are tried only with enough leaders a side who face enough partners."""
    rule = model.testable
    for side, other in (("leader_a", "leader_b"), ("leader_b", "leader_a")):
        partners = data.groupby(side)[other].nunique()
        count = int((partners >= rule.partners_min).sum())
        if count < rule.leaders_a_side_min:
            raise NotEstimableError(
                f"too few leaders on side {side[-1]} face {rule.partners_min} or more partners",
                expected=f"at least {rule.leaders_a_side_min}",
                found=count,
            )
