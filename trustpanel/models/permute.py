"""Randomisation inference.

Meeting dates redrawn among covered days, each dyad's number and weights kept, statistics recomputed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trustpanel.errors import NotEstimableError
from trustpanel.models.frames import Frames, days, numbers, require
from trustpanel.models.linear import Fit
from trustpanel.models.rows import dyad_number
from trustpanel.models.stocks import Meetings, StockRows, plan_stocks, stocks
from trustpanel.models.within import starts, sums

MEETING_COLUMNS = (
    "ccode_a",
    "ccode_b",
    "person_a",
    "person_b",
    "leader_a",
    "leader_b",
    "end_date",
    "weight",
    "covered",
)
SPELL_COLUMNS = ("leader_dyad_id", "ccode_a", "ccode_b", "person_a", "person_b", "covered_start", "covered_end")
BATCH = 16


@dataclass(frozen=True)
class Support:
    """Covered pieces of joint office.

    Dyad and pair codes, first day, cumulated days; the days on which a dyad's meeting may fall.
    """

    pair: np.ndarray
    first_day: np.ndarray
    before: np.ndarray
    offset: np.ndarray
    total: np.ndarray


@dataclass(frozen=True)
class World:
    """Rows, meetings and support on common codes; `free` marks the covered meetings, whose dates are redrawn."""

    rows: StockRows
    meetings: Meetings
    free: np.ndarray
    support: Support


@dataclass(frozen=True)
class Permutation:
    """Two-sided p of one parameter.

    (1 + draws at least as extreme) / (draws + 1); the reference distribution's mean and spread.
    """

    p: float
    draws: int
    seed: int
    t_mean: float
    t_sd: float


def build_world(data: pd.DataFrame, frames: Frames, grain: str) -> World:
    """Common codes for the kept rows, the dyads' meetings and their covered pieces."""
    require(frames.dyad_meetings, MEETING_COLUMNS, "dyad_meetings")
    require(frames.pair_spells, SPELL_COLUMNS, "pair_spells")
    dyads = pd.Index(pd.unique(dyad_number(data)))
    meetings, spells = frames.dyad_meetings, frames.pair_spells
    effective = meetings["leader_a"].notna() & meetings["leader_b"].notna()
    meetings = meetings[effective & dyad_number(meetings).isin(dyads)].reset_index(drop=True)
    spells = spells[dyad_number(spells).isin(dyads)].reset_index(drop=True)
    known = spells.drop_duplicates("leader_dyad_id").set_index("leader_dyad_id")
    ids = data["leader_dyad_id"]
    if not ids.isin(known.index).all():
        raise NotEstimableError(
            "randomisation: pairs of the sample are absent from `pair_spells`",
            found=int((~ids.isin(known.index)).sum()),
        )
    row_pairs = _pair(known).reindex(ids).to_numpy()
    names = pd.Index(
        np.sort(pd.unique(np.concatenate([row_pairs, _pair(meetings).to_numpy(), _pair(spells).to_numpy()])))
    )
    rows = StockRows(
        dyad=dyads.get_indexer(dyad_number(data)), pair=names.get_indexer(row_pairs), day=row_days(data, grain)
    )
    coded = Meetings(
        dyad=dyads.get_indexer(dyad_number(meetings)),
        pair=names.get_indexer(_pair(meetings)),
        last_day=days(meetings["end_date"], "dyad_meetings.end_date"),
        weight=numbers(meetings, "weight"),
    )
    free = numbers(meetings, "covered") == 1
    return World(rows=rows, meetings=coded, free=free, support=_support(spells, dyads, names, coded.dyad[free]))


def row_days(data: pd.DataFrame, grain: str) -> np.ndarray:
    """The day up to which a row knows meetings: 31 December of t-1, or the last day before the month."""
    if grain == "annual":
        year = data["year"].astype(int).to_numpy()
        return (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) - 1
    return days(data["month"], "panel_months.month") - 1


def _support(spells: pd.DataFrame, dyads: pd.Index, names: pd.Index, needed: np.ndarray) -> Support:
    pieces = spells[spells["covered_start"].notna() & spells["covered_end"].notna()].reset_index(drop=True)
    code = dyads.get_indexer(dyad_number(pieces))
    first, last = days(pieces["covered_start"], "covered_start"), days(pieces["covered_end"], "covered_end")
    if (last < first).any():
        raise NotEstimableError(
            "randomisation: a covered piece of a pair ends before it starts", found=int((last < first).sum())
        )
    order = np.lexsort((first, code))
    length = (last - first + 1)[order]
    total = np.bincount(code, weights=last - first + 1, minlength=len(dyads)).astype(np.int64)
    if (total[np.unique(needed)] == 0).any():
        raise NotEstimableError(
            "randomisation: a dyad has covered meetings but no covered day on which both held office"
        )
    before = np.cumsum(length) - length
    return Support(
        pair=names.get_indexer(_pair(pieces))[order],
        first_day=first[order],
        before=before,
        offset=np.cumsum(total) - total,
        total=total,
    )


def redraw(world: World, rng: np.random.Generator) -> Meetings:
    """The meetings with every covered one on a covered day drawn uniformly within its dyad, of the pair that holds
    office that day.
    """
    m, support = world.meetings, world.support
    dyad = m.dyad[world.free]
    ticket = support.offset[dyad] + rng.integers(0, support.total[dyad]) if len(dyad) else np.empty(0, dtype=np.int64)
    piece = np.searchsorted(support.before, ticket, side="right") - 1
    pair, last_day = m.pair.copy(), m.last_day.copy()
    pair[world.free] = support.pair[piece]
    last_day[world.free] = support.first_day[piece] + (ticket - support.before[piece])
    return Meetings(dyad=m.dyad, pair=pair, last_day=last_day, weight=m.weight)


def check_observed(world: World, x: np.ndarray, half_life: float | None) -> None:
    """The stocks that this module computes are those of the frame, else the reference distribution would be of
    something else.
    """
    contact, state = stocks(world.rows, world.meetings, half_life)
    for name, mine, theirs in (("contact", contact, x[:, 0]), ("state", state, x[:, 1])):
        off = ~(np.abs(mine - theirs) <= 1e-6 * np.maximum(1.0, np.abs(theirs)))
        if off.any():
            raise NotEstimableError(
                f"randomisation: the {name} stock recomputed from `dyad_meetings` differs from the frame's",
                expected="equal within 1e-6",
                found=f"{int(off.sum())} of {len(off)} rows, first {mine[off][0]:.6g} for {theirs[off][0]:.6g}",
            )


def permute(
    fit: Fit, world: World, contrasts: tuple[np.ndarray, ...], *, half_life: float | None, draws: int, seed: int
) -> tuple[Permutation, ...]:
    """One Permutation a contrast; the statistic is t with errors clustered by dyad. A draw whose t is undefined counts
    as extreme.

    The terms of the fit are (contact, state), unweighted; nuisance columns stay as they are.
    """
    observed = np.array([abs(c @ fit.beta) / np.sqrt(c @ fit.cov @ c) for c in contrasts])
    drawn = np.concatenate(
        [_statistics(fit, c, s, contrasts) for c, s in _batches(world, half_life, draws, seed)], axis=1
    )
    found = []
    for t, reference in zip(observed, drawn, strict=True):
        extreme = int((~(np.abs(reference) < t * (1 - 1e-12))).sum())
        finite = reference[np.isfinite(reference)]
        found.append(
            Permutation(
                p=(1 + extreme) / (draws + 1),
                draws=draws,
                seed=seed,
                t_mean=float(finite.mean()) if len(finite) else 0.0,
                t_sd=float(finite.std()) if len(finite) else 0.0,
            )
        )
    return tuple(found)


def _batches(world: World, half_life: float | None, draws: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    layout = plan_stocks(world.rows)
    for start in range(0, draws, BATCH):
        drawn = [stocks(world.rows, redraw(world, rng), half_life, layout) for _ in range(min(BATCH, draws - start))]
        yield np.column_stack([c for c, _ in drawn]), np.column_stack([s for _, s in drawn])


def _statistics(fit: Fit, contact: np.ndarray, state: np.ndarray, contrasts: tuple[np.ndarray, ...]) -> np.ndarray:
    """t statistics, contrasts x draws, by two-variable least squares on what the nuisance columns leave."""
    size = np.bincount(fit.dyad)[:, None]

    def left(columns: np.ndarray) -> np.ndarray:
        inside = columns - (sums(columns, fit.dyad) / size)[fit.dyad]
        return inside - fit.basis @ (fit.basis.T @ inside)

    c, s = left(contact), left(state)
    cc, cs, ss = (c * c).sum(0), (c * s).sum(0), (s * s).sum(0)
    cy, sy = c.T @ fit.y, s.T @ fit.y
    det = cc * ss - cs**2
    singular = det <= 1e-12 * cc * ss
    det = np.where(singular, 1.0, det)
    b_c, b_s = (ss * cy - cs * sy) / det, (cc * sy - cs * cy) / det
    resid = fit.y[:, None] - c * b_c - s * b_s
    first = starts(fit.dyad)
    g_c, g_s = np.add.reduceat(c * resid, first, axis=0), np.add.reduceat(s * resid, first, axis=0)
    found = []
    for w in contrasts:
        a = (w[0] * ss - w[1] * cs) / det
        b = (w[1] * cc - w[0] * cs) / det
        variance = fit.factor * ((a * g_c + b * g_s) ** 2).sum(0)
        value = w[0] * b_c + w[1] * b_s
        found.append(
            np.where(singular | ~(variance > 0), np.nan, value / np.sqrt(np.where(variance > 0, variance, 1.0)))
        )
    return np.array(found)


def _pair(frame: pd.DataFrame) -> pd.Series:
    """One name a pair of persons, whichever side each stands on."""
    a, b = frame["person_a"].astype(str), frame["person_b"].astype(str)
    return a.where(a < b, b) + "|" + b.where(a < b, a)
