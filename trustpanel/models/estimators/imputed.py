"""Event studies with clean comparisons: two stages (Gardner 2022) and local projections (Dube et al. 2023)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.covariance import covariance
from trustpanel.models.estimators.events import Panel, event_panel, horizons, label
from trustpanel.models.estimators.fit import Errors, Options, Solved
from trustpanel.models.estimators.least_squares import linear
from trustpanel.models.estimators.sample import Sample, dense, keep_rows


def two_stage_effects(sample: Sample, options: Options) -> Solved:
    """Unit and time effects from untreated rows alone; what they leave, averaged by time since the event.

    Rows at the reference and of the never treated are the zero. The influence carries the first stage.
    """
    if sample.x.shape[1] or sample.effects or sample.weights is not None:
        raise AnalysisError(
            "`two_stage_effects` takes no columns, further effects or weights", next_step="use sun_abraham for controls"
        )
    wanted = horizons(options)
    panel = _imputable(event_panel(sample, last_is_control=False))
    first = _dummies(panel)
    clean = panel.since < 0
    untreated = sparse.csr_array(first * clean[:, None])
    solver = splu(sparse.csc_array(untreated.T @ untreated))
    effect = solver.solve(untreated.T @ panel.sample.y)
    left = panel.sample.y - first @ effect
    found = [(h, panel.since == h) for h in wanted if (panel.since == h).any()]
    outside = np.isfinite(panel.since) & (panel.since != options.reference) & ~np.any([m for _, m in found], axis=0)
    columns = [m.astype(float) for _, m in found]
    second = np.column_stack([*columns, *([outside.astype(float)] if outside.any() else [])])
    bread = np.linalg.inv(second.T @ second)
    coef = bread @ (second.T @ left)
    carried = untreated @ solver.solve(first.T @ second)
    influence = (second * (left - second @ coef)[:, None] - carried * (left * clean)[:, None]) @ bread
    shares = np.array([m.sum() if h >= 0 else 0.0 for h, m in found])
    matrix = np.vstack([np.eye(len(found)), shares / shares.sum()])
    return Solved(
        names=(*(label(h) for h, _ in found), "att"),
        coef=matrix @ coef[: len(found)],
        sample=panel.sample,
        influence=influence[:, : len(found)] @ matrix.T,
        classical=None,
        counted=0,
        rule="likelihood",
    )


def _imputable(panel: Panel) -> Panel:
    """The panel without times that no untreated row knows; one connected block of units and times is needed."""
    clean = panel.since < 0
    known = np.isin(panel.time, np.unique(panel.time[clean]))
    panel = event_panel(keep_rows(panel.sample, known, "no untreated row at the time"), last_is_control=False)
    clean = panel.since < 0
    unit, time = dense(panel.unit), dense(panel.time)
    a, b = int(unit.max()) + 1, int(time.max()) + 1
    graph = sparse.coo_array((np.ones(clean.sum()), (unit[clean], a + time[clean])), shape=(a + b, a + b))
    blocks = int(connected_components(graph, directed=False)[0])
    if blocks > 1:
        raise NotEstimableError(
            "the untreated rows fall into blocks that no unit joins", expected="one block", found=f"{blocks} blocks"
        )
    return panel


def _dummies(panel: Panel) -> sparse.csr_array:
    unit, time = dense(panel.unit), dense(panel.time)
    n, rows = len(unit), np.arange(len(unit))
    a = sparse.csr_array((np.ones(n), (rows, unit)), shape=(n, int(unit.max()) + 1))
    b = sparse.csr_array((np.ones(n), (rows, time)), shape=(n, int(time.max()) + 1))
    return sparse.csr_array(sparse.hstack([a, b[:, 1:]]))


def local_projections(sample: Sample, options: Options) -> Solved:
    """For each horizon h, y(t + h) - y(t - 1) on the start of treatment at t, with time effects, on clean rows.

    Clean controls at horizon h are not treated until t + h (at t, for h < 0). No columns; the reference is -1.
    """
    if sample.x.shape[1] or sample.effects or options.reference != -1:
        raise AnalysisError(
            "`local_projections` takes no columns or effects and the reference -1", next_step="use sun_abraham"
        )
    wanted = horizons(options)
    panel = event_panel(sample, last_is_control=False)
    fits: list[tuple[int, Solved, Errors]] = []
    for h in wanted:
        part = _projected(panel, h)
        if part is not None:
            solved = linear(part, options)
            fits.append((h, solved, covariance(solved, options)))
    if not any(h >= 0 for h, _, _ in fits):
        raise NotEstimableError(
            "no start of treatment has both a row before it and a clean control", found=panel.sample.n
        )
    influence = np.zeros((panel.sample.n, len(fits)))
    for j, (_, solved, _) in enumerate(fits):
        assert solved.influence is not None
        assert solved.sample.time is not None
        influence[solved.sample.time.astype(int), j] = solved.influence[:, 0]
    joint = Solved(
        names=tuple(label(h) for h, _, _ in fits),
        coef=np.array([s.coef[0] for _, s, _ in fits]),
        sample=panel.sample,
        influence=influence,
        classical=None,
        counted=1,
        rule="linear",
        kind="t",
    )
    raw = covariance(joint, replace(options, small_sample="none"))
    scale = np.sqrt([float(e.cov[0, 0]) / float(raw.cov[j, j]) for j, (_, _, e) in enumerate(fits)])
    df = min((e.df for _, _, e in fits if e.df is not None), default=None)
    rule = "each horizon on its own rows, by cluster: G/(G-1) x (n-1)/(n-K), K = 1 + its time effects"
    warnings = tuple(dict.fromkeys(w for _, _, e in fits for w in e.warnings))
    given = Errors(raw.cov * np.outer(scale, scale), df, raw.clusters, rule, warnings)
    return replace(joint, given={options.errors: given})


def _projected(panel: Panel, h: int) -> Sample | None:
    """The rows of one horizon: the long difference on the start; `time` carries the row's place in the panel."""
    place = {(u, t): i for i, (u, t) in enumerate(zip(panel.unit, panel.time, strict=True))}
    starts = panel.time == panel.start
    clean = starts | (panel.start > panel.time + max(h, 0))
    rows, change = [], []
    for i in np.flatnonzero(clean):
        before, after = place.get((panel.unit[i], panel.time[i] - 1)), place.get((panel.unit[i], panel.time[i] + h))
        if before is not None and after is not None:
            rows.append(i)
            change.append(panel.sample.y[after] - panel.sample.y[before])
    at = np.array(rows, dtype=int)
    if not len(at) or not starts[at].any() or starts[at].all():
        return None
    source = panel.sample
    return Sample(
        y=np.array(change),
        x=starts[at].astype(float)[:, None],
        names=(label(h),),
        effects={"time": dense(panel.time[at])},
        clusters={n: dense(c[at]) for n, c in source.clusters.items()},
        weights=None if source.weights is None else source.weights[at],
        time=at.astype(float),
    )
