"""Effects around an event that begins at different times: Sun and Abraham (2021), Callaway and Sant'Anna (2021)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.events import Panel, event_panel, horizons, label
from trustpanel.models.estimators.fit import Options, Solved
from trustpanel.models.estimators.least_squares import linear
from trustpanel.models.estimators.sample import Sample, keep_rows


def sun_abraham(sample: Sample, options: Options) -> Solved:
    """Cohort by time-since-event effects with unit and time effects, averaged over cohorts by their rows.

    Controls are the never treated, else the last cohort. One coefficient a horizon of the window that occurs, `att`
    the average over all rows at or after the event. Columns of `x` are controls.
    """
    wanted = horizons(options)
    panel = _with_reference(event_panel(sample, last_is_control=True), options.reference)
    treated = np.isfinite(panel.start)
    keys = np.column_stack([panel.start, panel.since])[treated & (panel.since != options.reference)]
    cells = np.unique(keys, axis=0)
    names = tuple(f"cohort {g:g} event {e:+g}" for g, e in cells)
    dummies = np.column_stack([(panel.start == g) & (panel.since == e) for g, e in cells]).astype(float)
    whole = replace(
        panel.sample,
        x=np.column_stack([dummies, panel.sample.x]),
        names=(*names, *panel.sample.names),
        effects={**panel.sample.effects, "unit": panel.unit, "time": np.unique(panel.time, return_inverse=True)[1]},
    )
    solved = linear(whole, replace(options, focus=names))
    kept = solved.sample.x[:, : len(cells)]
    weights = solved.sample.weights
    size = kept.sum(axis=0) if weights is None else (kept * weights[:, None]).sum(axis=0)
    rows = [(label(h), cells[:, 1] == h) for h in wanted] + [("att", cells[:, 1] >= 0)]
    found = [(name, np.where(mask, size, 0.0) / size[mask].sum()) for name, mask in rows if mask.any()]
    matrix = np.zeros((len(found), len(solved.coef)))
    matrix[:, : len(cells)] = [w for _, w in found]
    return _averaged(solved, tuple(name for name, _ in found), matrix, len(np.unique(cells[:, 0])))


def _with_reference(panel: Panel, reference: int) -> Panel:
    """The panel without cohorts that have no row at the reference: nothing to compare them with."""
    have = np.unique(panel.start[panel.since == reference])
    good = ~np.isfinite(panel.start) | np.isin(panel.start, have)
    return event_panel(keep_rows(panel.sample, good, "cohort without a row at the reference"), last_is_control=True)


def _averaged(solved: Solved, names: tuple[str, ...], matrix: np.ndarray, cohorts: int) -> Solved:
    """The solved estimator of linear combinations of its coefficients."""
    assert solved.influence is not None
    assert solved.classical is not None
    return replace(
        solved,
        names=names,
        coef=matrix @ solved.coef,
        influence=solved.influence @ matrix.T,
        classical=matrix @ solved.classical @ matrix.T,
        extra={"cohorts": float(cohorts)},
    )


@dataclass(frozen=True)
class _Cell:
    """ATT(g, t) with the influence of every unit, the horizon and the size of the cohort."""

    horizon: int
    cohort: float
    att: float
    influence: np.ndarray
    size: int


def callaway_santanna(sample: Sample, options: Options) -> Solved:
    """Differences in differences cohort by cohort against the never or the not yet treated, without covariates.

    Base period: `reference` before the start. Averages over cohorts by size; the estimated sizes are part of the
    influence. `att` is the average over all cells at or after the event, by size of cohort.
    """
    if sample.x.shape[1] or sample.weights is not None or sample.effects or options.control not in ("never", "not_yet"):
        raise AnalysisError(
            "`callaway_santanna` takes no columns, weights or effects; control is never or not_yet",
            found=f"{', '.join(sample.names)} control {options.control}",
            next_step="use sun_abraham for controls",
        )
    wanted = horizons(options)
    panel = event_panel(sample, last_is_control=False)
    cells = _cells(panel, options)
    if not any(c.horizon >= 0 for c in cells):
        raise NotEstimableError("no cohort has both a base period and a control after the event", found=panel.sample.n)
    groups = [(label(h), [c for c in cells if c.horizon == h]) for h in wanted]
    groups.append(("att", [c for c in cells if c.horizon >= 0]))
    found = [(name, *_average(part, panel)) for name, part in groups if part]
    first = np.unique(panel.unit, return_index=True)[1]
    influence = np.zeros((panel.sample.n, len(found)))
    influence[first] = np.column_stack([i for _, _, i in found])
    return Solved(
        names=tuple(name for name, _, _ in found),
        coef=np.array([a for _, a, _ in found]),
        sample=panel.sample,
        influence=influence,
        classical=None,
        counted=0,
        rule="likelihood",
        unit=panel.unit,
        extra={"cohorts": float(len({c.cohort for c in cells})), "units": float(len(first))},
    )


def _wide(panel: Panel) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(times, units x times outcomes with NaN for gaps, start by unit)."""
    times, column = np.unique(panel.time, return_inverse=True)
    units = int(panel.unit.max()) + 1
    table = np.full((units, len(times)), np.nan)
    table[panel.unit, column] = panel.sample.y
    start = np.empty(units)
    start[panel.unit] = panel.start
    return times, table, start


def _cells(panel: Panel, options: Options) -> list[_Cell]:
    times, table, start = _wide(panel)
    where = {float(t): j for j, t in enumerate(times)}
    found = []
    for g in np.unique(start[np.isfinite(start)]):
        base = where.get(float(g + options.reference))
        if base is None:
            continue
        for t, j in where.items():
            change = table[:, j] - table[:, base]
            known = np.isfinite(change)
            clean = ~np.isfinite(start) if options.control == "never" else start > max(t, g + options.reference)
            own, control = known & (start == g), known & clean & (start != g)
            if j == base or not own.any() or not control.any():
                continue
            att = change[own].mean() - change[control].mean()
            influence = np.zeros(len(start))
            influence[own] += (change[own] - change[own].mean()) / own.sum()
            influence[control] -= (change[control] - change[control].mean()) / control.sum()
            found.append(_Cell(int(t - g), float(g), float(att), influence, int((start == g).sum())))
    return found


def _average(cells: list[_Cell], panel: Panel) -> tuple[float, np.ndarray]:
    """The average by size of cohort, with the influence of every unit through effects and through sizes."""
    start = _wide(panel)[2]
    size = np.array([c.size for c in cells], dtype=float)
    att = np.array([c.att for c in cells])
    total = size.sum()
    mean = float(size @ att / total)
    influence = np.column_stack([c.influence for c in cells]) @ (size / total)
    of_size = sum(((start == c.cohort) * (c.att - mean) for c in cells), np.zeros(len(start))) / total
    return mean, influence + of_size
