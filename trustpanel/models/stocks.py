"""Contact and state stocks of a pair at a date, from dated meetings.

The one definition that estimation and permutation share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class StockRows:
    """Rows at which stocks are read.

    Dyad and person-pair codes (0, 1, ...) and the day (days since 1970-01-01) up to which meetings count.
    """

    dyad: np.ndarray
    pair: np.ndarray
    day: np.ndarray


@dataclass(frozen=True)
class Meetings:
    """Meetings of two effective leaders: dyad and person-pair codes on the same lists as the rows, last day, weight."""

    dyad: np.ndarray
    pair: np.ndarray
    last_day: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Plan:
    """Rows laid out as groups x days, so that many sets of meetings can be summed quickly."""

    keys: np.ndarray
    order: np.ndarray
    cell: np.ndarray
    width: int
    group: np.ndarray
    day: np.ndarray
    groups: int
    origin: int
    span: int


def plan(group: np.ndarray, day: np.ndarray, groups: int) -> Plan:
    """The layout of rows by group and day."""
    order = np.lexsort((day, group))
    sorted_group, sorted_day = group[order], day[order]
    origin, span = int(day.min()), int(day.max() - day.min()) + 2
    first = np.searchsorted(sorted_group, np.arange(groups))
    place = np.arange(len(order)) - first[sorted_group]
    width = int(place.max()) + 1
    keys = sorted_group.astype(np.int64) * span + (sorted_day - origin)
    return Plan(keys, order, sorted_group * width + place, width, sorted_group, sorted_day, groups, origin, span)


def decayed_sums(
    layout: Plan, *, group: np.ndarray, day: np.ndarray, weight: np.ndarray, half_life: float | None
) -> np.ndarray:
    """For each row: weight x 0.5^(months / half-life), summed over its group's meetings up to the row's day.

    Months are days / 30.4375; half-life None is no decay. Row order is that given to `plan`.
    """
    rate = 0.0 if half_life is None else np.log(2) / (half_life * DAYS_PER_MONTH)
    middle = layout.origin + layout.span / 2
    early = np.maximum(day, layout.origin)
    inside = day < layout.origin + layout.span - 1
    key = group[inside].astype(np.int64) * layout.span + (early[inside] - layout.origin)
    row = np.searchsorted(layout.keys, key, side="left")
    value = weight[inside] * np.exp(rate * (day[inside] - middle))
    exists = row < len(layout.keys)
    exists[exists] = layout.group[row[exists]] == group[inside][exists]
    grid = np.bincount(layout.cell[row[exists]], weights=value[exists], minlength=layout.groups * layout.width)
    running = np.cumsum(grid.reshape(layout.groups, layout.width), axis=1).ravel()[layout.cell]
    result = np.empty(len(layout.keys))
    result[layout.order] = running * np.exp(-rate * (layout.day - middle))
    return result


@dataclass(frozen=True)
class StockPlan:
    """Layouts of one set of rows: by dyad, by person pair, and by pair within dyad."""

    by_dyad: Plan
    by_pair: Plan
    by_both: Plan
    pairs: int


def plan_stocks(rows: StockRows) -> StockPlan:
    """The layouts that `stocks` needs, made once for many sets of meetings.

    Codes absent from the rows are ignored later.
    """
    dyads, pairs = int(rows.dyad.max()) + 1, int(rows.pair.max()) + 1
    both = rows.dyad.astype(np.int64) * pairs + rows.pair
    codes = np.unique(both)
    return StockPlan(
        by_dyad=plan(rows.dyad, rows.day, dyads),
        by_pair=plan(rows.pair, rows.day, pairs),
        by_both=plan(np.searchsorted(codes, both), rows.day, len(codes)),
        pairs=pairs,
    )


def stocks(
    rows: StockRows, meetings: Meetings, half_life: float | None, layout: StockPlan | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(contact_stock, state_stock) of every row.

    contact: meetings of the row's two persons, whatever code their states then had; state: meetings of all other pairs
    of the row's dyad.
    """
    layout = layout or plan_stocks(rows)
    m = meetings
    known_dyad, known_pair = m.dyad < layout.by_dyad.groups, m.pair < layout.pairs
    total = decayed_sums(layout.by_dyad, half_life=half_life, **_of(m, known_dyad, m.dyad))
    contact = decayed_sums(layout.by_pair, half_life=half_life, **_of(m, known_pair, m.pair))
    codes = np.unique(rows.dyad.astype(np.int64) * layout.pairs + rows.pair)
    both = m.dyad.astype(np.int64) * layout.pairs + m.pair
    place = np.minimum(np.searchsorted(codes, both), len(codes) - 1)
    known = known_dyad & known_pair & (codes[place] == both)
    own = decayed_sums(layout.by_both, half_life=half_life, **_of(m, known, place))
    state = total - own
    return contact, np.where(np.abs(state) < 1e-12 * np.maximum(total, 1.0), 0.0, state)


def _of(meetings: Meetings, known: np.ndarray, group: np.ndarray) -> dict[str, np.ndarray]:
    return {"group": group[known], "day": meetings.last_day[known], "weight": meetings.weight[known]}
