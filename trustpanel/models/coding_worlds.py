"""Worlds of meetings as they may have been: some told ones taken out, days moved, missed ones put in, valence drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError
from trustpanel.models.coding_rates import Rates
from trustpanel.models.frames import Frames, days, numbers, require
from trustpanel.models.permute import World, build_world, redraw
from trustpanel.models.rows import dyad_number
from trustpanel.models.stocks import Meetings

KINDS = ("bilateral", "side_talk")
SIDE_TALKS = ("multilateral_bilateral", "sideline", "funeral_talk")
COVERS = ("listed_searched", "listed_partial", "searched")
TOLD_COLUMNS = ("kind", "listed", "grade", "date_precision", "valence_ab", "valence_ba")
LEVEL_COLUMNS = ("ccode_a", "ccode_b", "listed", "searched")


@dataclass(frozen=True)
class Told:
    """What is told of each meeting of a world, in its order; `cover` is the place in COVERS of each dyad of the world.

    `evidence`: listed, grade_a or grade_b; `kind`: place in KINDS; `loose`: the day is not known, only that it lies
    from `first_day` to the meeting's last day; `valence`: of the two sides, NaN where no source of the time tells it.
    """

    evidence: np.ndarray
    kind: np.ndarray
    first_day: np.ndarray
    loose: np.ndarray
    valence: np.ndarray
    cover: np.ndarray


def coded_world(data: pd.DataFrame, frames: Frames, grain: str, levels: pd.DataFrame) -> tuple[World, Told]:
    """The rows and meetings of the dyads in `data` on common codes, and what is told of each meeting.

    `levels`: one row a dyad with `listed` (official lists cover both sides) and `searched` (its meetings beside other
    meetings were searched). AnalysisError if meetings carry no evidence, or a dyad has no level.
    """
    require(frames.dyad_meetings, TOLD_COLUMNS, "dyad_meetings")
    require(levels, LEVEL_COLUMNS, "search_levels")
    all_meetings = frames.dyad_meetings
    effective = all_meetings["leader_a"].notna() & all_meetings["leader_b"].notna()
    here = effective & dyad_number(all_meetings).isin(dyad_number(data))
    meetings = all_meetings[here].reset_index(drop=True)
    world = build_world(data, replace(frames, dyad_meetings=meetings), grain)
    listed = numbers(meetings, "listed") == 1
    grade = meetings["grade"].astype("string").str.lower().fillna("")
    graded = grade.isin(["a", "b"]).to_numpy(dtype=bool)
    if not (listed | graded).all():
        raise AnalysisError(
            "a meeting has neither a list nor a grade behind it, so that its error rate is not known",
            expected="a list, or grade A or B",
            found=f"{int((~(listed | graded)).sum())} of {len(meetings)}",
            next_step="mend data/coded/rival_meetings.csv, then `trustpanel build`",
        )
    told = Told(
        evidence=np.where(listed, "listed", ("grade_" + grade).to_numpy(dtype=str)),
        kind=meetings["kind"].isin(SIDE_TALKS).to_numpy(dtype=int),
        first_day=days(meetings["start_date"], "dyad_meetings.start_date"),
        loose=meetings["date_precision"].isin(["month", "year"]).to_numpy(dtype=bool) & ~listed,
        valence=np.column_stack([numbers(meetings, "valence_ab"), numbers(meetings, "valence_ba")]),
        cover=_covers(data, levels),
    )
    return world, told


def _covers(data: pd.DataFrame, levels: pd.DataFrame) -> np.ndarray:
    """The cover of each dyad, in the order in which the world numbers dyads: that of their first row."""
    dyads = pd.Index(pd.unique(dyad_number(data)))
    known = levels.assign(dyad=dyad_number(levels)).drop_duplicates("dyad").set_index("dyad").reindex(dyads)
    if known["listed"].isna().any():
        raise AnalysisError(
            "a dyad of the sample has no level of search",
            expected="a row in `search_levels` for each covered dyad",
            found=f"{int(known['listed'].isna().sum())} dyads without one",
            next_step="rebuild the store",
        )
    listed, searched = known["listed"].to_numpy(dtype=bool), known["searched"].to_numpy(dtype=bool)
    return np.where(listed, np.where(searched, 0, 1), 2)


def draw_meetings(
    world: World, told: Told, rates: Rates, rng: np.random.Generator, *, shift_days: int, prior: float
) -> Meetings:
    """One world of meetings.

    A told meeting stays with the probability of its evidence; a coded one off its day moves by up to `shift_days`, one
    known to the month or year falls anywhere in it; what recall says was missed is put on covered days.
    """
    m = world.meetings
    kept = rng.random(len(m.dyad)) < np.array([rates.exists[e] for e in told.evidence])
    moved = (told.evidence != "listed") & ~told.loose & (rng.random(len(m.dyad)) > rates.same_day)
    step = rng.integers(1, shift_days + 1, len(m.dyad)) * rng.choice((-1, 1), len(m.dyad))
    somewhere = rng.integers(told.first_day, np.maximum(m.last_day, told.first_day) + 1)
    day = np.where(told.loose, somewhere, m.last_day + np.where(moved, step, 0))
    parts = [Meetings(m.dyad[kept], m.pair[kept], day[kept], m.weight[kept])]
    for kind, name in enumerate(KINDS):
        recall = np.array([rates.recall[name, COVERS[c]] for c in told.cover])
        mine = kept & world.free & (told.kind == kind)
        count = missed_counts(
            np.bincount(m.dyad[mine], minlength=len(recall)), world.support.total, recall, rng, prior=prior
        )
        if count.sum():
            parts.append(_placed(world, np.repeat(np.arange(len(count)), count), m.weight[mine], rng))
    return Meetings(*(np.concatenate([getattr(p, f) for p in parts]) for f in ("dyad", "pair", "last_day", "weight")))


def missed_counts(
    found: np.ndarray, covered_days: np.ndarray, recall: np.ndarray, rng: np.random.Generator, *, prior: float
) -> np.ndarray:
    """How many meetings of each dyad were missed, if each was found with the probability `recall`.

    The rate of found meetings by day is Gamma around that of all dyads, worth `prior` meetings; missed ones are
    Poisson.
    """
    if not found.sum():
        return np.zeros(len(found), dtype=int)
    mean = found.sum() / covered_days.sum()
    rate = rng.gamma(found + prior, 1 / (prior / mean + covered_days))
    return rng.poisson(rate * covered_days * (1 - recall) / recall)


def _placed(world: World, dyad: np.ndarray, weights: np.ndarray, rng: np.random.Generator) -> Meetings:
    """Meetings of these dyads on covered days drawn uniformly, with the weight of a meeting of the kind."""
    empty = np.zeros(len(dyad), dtype=np.int64)
    missed = Meetings(dyad, empty, empty, rng.choice(weights, len(dyad)))
    return redraw(replace(world, meetings=missed, free=np.ones(len(dyad), bool)), rng)


def draw_valence(told: np.ndarray, pool: np.ndarray, rates: Rates, rng: np.random.Generator) -> np.ndarray:
    """The valence of each meeting, mean of its two sides, drawn.

    `told` (meetings x 2) and `pool` (meetings told on both sides x 2) are in [-1, 1]. A told side is drawn as a second
    source would tell it, an untold one from the meetings of the pool that agree on the told side, if any.
    """
    known = ~np.isnan(told)
    word = np.sign(np.where(known, told, 0.0)).astype(int) + 1
    steps = np.cumsum(rates.seconded, axis=1)[word]
    again = (rng.random(told.shape)[..., None] > steps).sum(axis=2) - 1.0
    found = np.where(known, again, np.nan)
    signs = np.sign(pool)
    for side in (0, 1):
        other = 1 - side
        for sign in (-1.0, 0.0, 1.0):
            like = pool[signs[:, other] == sign]
            rows = np.flatnonzero(~known[:, side] & known[:, other] & (np.sign(told[:, other]) == sign))
            source = like if len(like) else pool
            found[rows, side] = source[rng.integers(0, len(source), len(rows)), side]
    both = np.flatnonzero(~known.any(axis=1))
    found[both] = pool[rng.integers(0, len(pool), len(both))]
    return found.mean(axis=1)
