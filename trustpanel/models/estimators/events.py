"""Panels around an event: checked units, times and starts, with every dropped row counted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trustpanel.errors import AnalysisError, NotEstimableError
from trustpanel.models.estimators.columns import require_variation
from trustpanel.models.estimators.fit import Options
from trustpanel.models.estimators.sample import Sample, dense, keep_rows


@dataclass(frozen=True)
class Panel:
    """A checked panel: unit codes, whole times, start of treatment (inf: never), time since start (-inf: never)."""

    sample: Sample
    unit: np.ndarray
    time: np.ndarray
    start: np.ndarray
    since: np.ndarray


def event_panel(sample: Sample, *, last_is_control: bool) -> Panel:
    """The panel of an event study; treatment, once begun, is taken to last.

    Without clusters the units are the clusters. Dropped and counted: units treated from their first row on; without a
    never-treated unit and with `last_is_control`, rows from the start of the last cohort on.
    """
    _check(sample)
    require_variation(sample.y)
    assert sample.groups is not None
    panel = _panel(replace(sample, clusters=sample.clusters or {"unit": dense(sample.groups)}))
    sample = panel.sample
    first = np.full(int(panel.unit.max()) + 1, np.inf)
    np.minimum.at(first, panel.unit, panel.time)
    panel = _panel(keep_rows(sample, panel.start > first[panel.unit], "treated from the first row of the unit on"))
    if last_is_control and np.isfinite(panel.start).all():
        last = panel.start.max()
        kept = keep_rows(panel.sample, panel.time < last, "no unit is untreated any more")
        assert kept.start is not None
        panel = _panel(replace(kept, start=np.where(kept.start == last, np.nan, kept.start)))
    if not (panel.since >= 0).any() or not (panel.since < 0).any():
        raise NotEstimableError("no treated or no untreated row is left", found=f"n = {panel.sample.n}")
    return panel


def _check(sample: Sample) -> None:
    if sample.groups is None or sample.time is None or sample.start is None:
        raise AnalysisError(
            "an event study needs units, times and starts",
            expected="groups, time and start (NaN: never treated)",
            next_step="name them in `Columns`",
        )
    order = np.lexsort((sample.time, sample.groups))
    unit, time, start = sample.groups[order], sample.time[order], np.nan_to_num(sample.start[order], nan=np.inf)
    same = unit[1:] == unit[:-1]
    if (same & (time[1:] == time[:-1])).any():
        raise AnalysisError("a unit has two rows at one time", next_step="make the rows of a unit one a period")
    if (same & (start[1:] != start[:-1])).any():
        raise AnalysisError("a unit has two starts of treatment", next_step="give each unit its first start")
    if (time != np.round(time)).any() or (np.isfinite(start) & (start != np.round(start))).any():
        raise AnalysisError("times of an event study are not whole", next_step="number the periods")


def _panel(sample: Sample) -> Panel:
    assert sample.groups is not None
    assert sample.time is not None
    assert sample.start is not None
    start = np.nan_to_num(sample.start, nan=np.inf)
    since = np.where(np.isfinite(start), sample.time - np.where(np.isfinite(start), start, 0.0), -np.inf)
    return Panel(sample, dense(sample.groups), sample.time, start, since)


def horizons(options: Options) -> list[int]:
    """The times since the event that are reported, without the reference."""
    low, high = options.window
    if not low <= options.reference < 0 <= high:
        raise AnalysisError(
            "the window holds no reference before the event or no time after it",
            expected="low <= reference < 0 <= high",
            found=f"{options.window}, reference {options.reference}",
            next_step="declare `window` and `reference`",
        )
    return [h for h in range(low, high + 1) if h != options.reference]


def label(horizon: int) -> str:
    """The name of the coefficient of a time since the event."""
    return f"event {horizon:+d}"
