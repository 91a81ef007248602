"""What is real in a simulated world: rows, effects, covariates, terms, coverage and meetings, on common codes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy import sparse

from trustpanel.errors import NotEstimableError
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames, days
from trustpanel.models.linear import Fit, contrast_vector
from trustpanel.models.model import lead_model, main_model
from trustpanel.models.permute import World, build_world, check_observed
from trustpanel.models.rows import dyad_number
from trustpanel.models.spec_types import GRAINS, Core
from trustpanel.models.stocks import DAYS_PER_MONTH, StockPlan, StockRows, plan_stocks
from trustpanel.models.within import starts

WINDOW = 36


@dataclass(frozen=True)
class GrainFrame:
    """One grain of the core model without its outcome: the fit of the real data lends design and small-sample rule.

    `place` are the rows' places in the skeleton's stock rows; `lead` the placebo's column; `products` the basis's cross
    products by dyad (dyads x K x K).
    """

    grain: str
    fit: Fit
    names: tuple[str, ...]
    contrasts: tuple[np.ndarray, ...]
    orientation: int
    margin: float
    place: np.ndarray
    first: np.ndarray
    products: np.ndarray
    lead: np.ndarray
    year: np.ndarray


@dataclass(frozen=True)
class Segments:
    """Pieces of a month in which one pair rules, or nobody known: dyad, month, days, the share of the month, the pair.

    `covered` marks those in which a meeting may fall; `first_day` counts from 1970-01-01, months from January 1970.
    """

    dyad: np.ndarray
    month: np.ndarray
    pair: np.ndarray
    first_day: np.ndarray
    length: np.ndarray
    share: np.ndarray
    covered: np.ndarray


@dataclass(frozen=True)
class Skeleton:
    """The real part of every world.

    Stock rows of `world` are those of the annual grain, then those of the monthly grain. Disputes live in the cells
    dyad x months + month of the months `origin` ... `origin` + `months` - 1; `segments` are those in the cells,
    `pieces` the covered ones of all time. `contact` and `state` are what one unit of each meeting's weight adds to the
    stocks of each segment. `window` holds the first cell of each annual row's three years, `segment` each
    monthly row's segment.
    """

    core: Core
    grains: dict[str, GrainFrame]
    world: World
    layout: StockPlan
    segments: Segments
    pieces: Segments
    contact: sparse.csr_array
    state: sparse.csr_array
    cell: np.ndarray
    dyads: int
    origin: int
    months: int
    window: np.ndarray
    segment: np.ndarray
    recorded: np.ndarray


def build_skeleton(core: Core, frames: Frames) -> Skeleton:
    """The skeleton of a core model whose terms are (contact, state); NotEstimableError if stocks do not come out."""
    fitted = {g: fit_model(frames.grain(g), main_model(core, g)) for g in GRAINS}
    rows = {g: fitted[g].design.rows.frame for g in GRAINS}
    keyed = {
        "annual": rows["annual"].assign(month=pd.to_datetime(rows["annual"]["year"].astype(str) + "-01-01")),
        "monthly": rows["monthly"].assign(month=pd.to_datetime(rows["monthly"]["month"])),
    }
    keep = ["ccode_a", "ccode_b", "leader_dyad_id", "month"]
    data = pd.concat([keyed[g][keep] for g in GRAINS], ignore_index=True)
    world = build_world(data, frames, "monthly")
    n = len(rows["annual"])
    for g, part in (("annual", slice(0, n)), ("monthly", slice(n, None))):
        own = StockRows(*(getattr(world.rows, k)[part] for k in ("dyad", "pair", "day")))
        check_observed(World(own, world.meetings, world.free, world.support), fitted[g].design.x, core.half_life)
    month = _months(data["month"])
    dyads = int(world.rows.dyad.max()) + 1
    origin, last = int(month.min()), int(max(month[:n].max() + WINDOW, month[n:].max() + 1))
    every = _segments(data, frames, world, origin=origin, last=last)
    segments = _take(every, (every.month >= origin) & (every.month < last))
    contact, state = kernels(segments, world, core.half_life)
    return Skeleton(
        core=core,
        grains={
            g: _grain(core, frames, g, fitted[g].fit, place)
            for g, place in (("annual", np.arange(n)), ("monthly", np.arange(n, len(data))))
        },
        world=world,
        layout=plan_stocks(world.rows),
        segments=segments,
        pieces=_take(every, every.covered),
        contact=contact,
        state=state,
        cell=segments.dyad * (last - origin) + segments.month - origin,
        dyads=dyads,
        origin=origin,
        months=last - origin,
        window=world.rows.dyad[:n] * (last - origin) + month[:n] - origin,
        segment=_segment_of(world.rows.dyad[n:], world.rows.pair[n:], month[n:], segments),
        recorded=_recorded(fitted["monthly"].design.y, world.rows.dyad[n:], dyads),
    )


def kernels(segments: Segments, world: World, half_life: float | None) -> tuple[sparse.csr_array, sparse.csr_array]:
    """(contact, state): segments x meetings, what a weight of 1 adds to the stocks on the eve of the segment's month.

    As `stocks`: decayed by days, contact by the pair of persons, state by the dyad's other pairs.
    """
    eve, m = first_day(segments.month) - 1, world.meetings
    rate = 0.0 if half_life is None else np.log(2) / (half_life * DAYS_PER_MONTH)
    parts: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {"contact": [], "state": []}
    for dyad in np.unique(m.dyad):
        rows, meetings = np.flatnonzero(segments.dyad == dyad), np.flatnonzero(m.dyad == dyad)
        age = eve[rows][:, None] - m.last_day[meetings][None, :]
        own = segments.pair[rows][:, None] == m.pair[meetings][None, :]
        for name, held in (("contact", (age >= 0) & own), ("state", (age >= 0) & ~own)):
            i, j = np.nonzero(held)
            parts[name].append((rows[i], meetings[j], np.exp(-rate * age[i, j])))
    shape = (len(segments.dyad), len(m.dyad))
    found = []
    for name in ("contact", "state"):
        i, j, value = (np.concatenate(part) for part in zip(*parts[name], strict=True))
        found.append(sparse.csr_array((value, (i, j)), shape=shape))
    return found[0], found[1]


def _take(segments: Segments, kept: np.ndarray) -> Segments:
    return Segments(*(getattr(segments, f.name)[kept] for f in fields(segments)))


def _grain(core: Core, frames: Frames, grain: str, fit: Fit, place: np.ndarray) -> GrainFrame:
    model = main_model(core, grain)
    lead = fit_model(frames.grain(grain), lead_model(core, grain))
    if lead.design.n != len(place):
        raise NotEstimableError(
            "worlds: the placebo lead is not known in every row of the main sample",
            expected=len(place),
            found=lead.design.n,
        )
    first = starts(fit.dyad)
    products = np.stack([b.T @ b for b in np.split(fit.basis, first[1:])])
    return GrainFrame(
        grain=grain,
        fit=fit,
        names=tuple(p.name for p in core.parameters),
        contrasts=tuple(contrast_vector(fit.names, p.weights) for p in core.parameters),
        orientation=model.orientation,
        margin=float(model.smallest_effect or 0.0),
        place=place,
        first=first,
        products=products,
        lead=lead.design.x[:, -1],
        year=lead.design.rows.frame["year"].astype(int).to_numpy(),
    )


def _months(values: pd.Series) -> np.ndarray:
    stamps = pd.to_datetime(values)
    return (stamps.dt.year.to_numpy() - 1970) * 12 + stamps.dt.month.to_numpy() - 1


def first_day(month: np.ndarray) -> np.ndarray:
    """The first day of each month, counted from 1970-01-01."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _segments(data: pd.DataFrame, frames: Frames, world: World, *, origin: int, last: int) -> Segments:
    """Covered pieces of joint office cut at month ends, the monthly rows' own months, and the rest as nobody's."""
    dyads = pd.Index(pd.unique(dyad_number(data)))
    spells = frames.pair_spells[dyad_number(frames.pair_spells).isin(dyads)].reset_index(drop=True)
    spells = spells[spells["covered_start"].notna() & spells["covered_end"].notna()].reset_index(drop=True)
    start, end = days(spells["covered_start"], "covered_start"), days(spells["covered_end"], "covered_end")
    first = start.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    count = end.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - first + 1
    piece = np.repeat(np.arange(len(spells)), count)
    month = first[piece] + np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    from_day = np.maximum(start[piece], first_day(month))
    length = np.minimum(end[piece], first_day(month + 1) - 1) - from_day + 1
    code = dyads.get_indexer(dyad_number(spells))
    support = world.support
    pair = _pair_codes(support.pair, support.first_day, code, start, world)[piece]
    size = first_day(month + 1) - first_day(month)
    known = np.column_stack([code[piece], month, pair, from_day, length])
    held = np.bincount(
        (code[piece] * (last - origin) + month - origin)[(month >= origin) & (month < last)],
        weights=(length / size)[(month >= origin) & (month < last)],
        minlength=len(dyads) * (last - origin),
    )
    rest = np.flatnonzero(held < 1 - 1e-9)
    nobody = int(world.rows.pair.max()) + int(max(support.pair.max(), world.meetings.pair.max(initial=0))) + 1
    empty_month = rest % (last - origin) + origin
    empty = np.column_stack(
        [rest // (last - origin), empty_month, np.full(len(rest), nobody), first_day(empty_month), 0 * rest]
    )
    whole = np.vstack([known, empty]).astype(np.int64)
    return Segments(
        dyad=whole[:, 0],
        month=whole[:, 1],
        pair=whole[:, 2],
        first_day=whole[:, 3],
        length=whole[:, 4],
        share=np.r_[length / size, 1 - held[rest]],
        covered=np.r_[np.ones(len(known), dtype=bool), np.zeros(len(rest), dtype=bool)],
    )


def _pair_codes(
    pair: np.ndarray, first_day: np.ndarray, code: np.ndarray, start: np.ndarray, world: World
) -> np.ndarray:
    """The pair of each covered piece: the support holds the same pieces in the order (dyad, first day)."""
    order = np.lexsort((start, code))
    if len(order) != len(pair) or (start[order] != first_day).any():
        raise NotEstimableError("worlds: covered pieces differ from those of the randomisation", found=len(order))
    out = np.empty(len(pair), dtype=np.int64)
    out[order] = pair
    return out


def _segment_of(dyad: np.ndarray, pair: np.ndarray, month: np.ndarray, segments: Segments) -> np.ndarray:
    """The segment of each monthly row: its pair's longest covered piece of the month; every row has one."""
    order = np.lexsort((-segments.share, segments.pair, segments.month, segments.dyad))
    held = pd.MultiIndex.from_arrays([segments.dyad[order], segments.pair[order], segments.month[order]])
    first = ~held.duplicated()
    place = held[first].get_indexer(pd.MultiIndex.from_arrays([dyad, pair, month]))
    if (place < 0).any():
        raise NotEstimableError(
            "worlds: months of the sample lie outside every covered piece of their pair", found=int((place < 0).sum())
        )
    return order[first][place]


def _recorded(y: np.ndarray, dyad: np.ndarray, dyads: int) -> np.ndarray:
    """Recorded disputes (first row) and months (second row) of each dyad in the monthly sample."""
    return np.vstack(
        [np.bincount(dyad, weights=(y != 0).astype(float), minlength=dyads), np.bincount(dyad, minlength=dyads)]
    )
