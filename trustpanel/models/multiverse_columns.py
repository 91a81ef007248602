"""The frame of a multiverse: outcomes in the grid's unit, and stocks summed anew from fewer or other meetings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from trustpanel.errors import AnalysisError
from trustpanel.models.frames import Frames, numbers
from trustpanel.models.multiverse_spec import HALF_LIVES, Grid
from trustpanel.models.permute import build_world
from trustpanel.models.stocks import plan_stocks, stocks

SIDELINE = ("sideline", "funeral_talk")
STEMS = ("contact", "state")


def stock_column(stem: str, half_life: str, weights: str = "declared", sources: str = "all") -> str:
    """The column of a stock; the panel's own where weights and sources are the declared ones."""
    own = f"{stem}_stock" if half_life == "36" else f"{stem}_stock_{half_life}"
    return own if (weights, sources) == ("declared", "all") else f"{own}_{weights}_{sources}"


def outcome_column(outcome: str) -> str:
    """The outcome in the unit of its grid."""
    return f"{outcome}_in_unit"


def grid_frame(frames: Frames, grid: Grid) -> pd.DataFrame:
    """The rows of a pair in office (with a day of joint office, by months), and every column that the grid needs."""
    held = frames.grain(grid.grain)
    kept = held["leader_dyad_id"].notna().to_numpy()
    if grid.grain == "monthly":
        kept = kept & (numbers(held, "exposure_days") > 0)
    data = held[kept].reset_index(drop=True)
    made = {outcome_column(o): numbers(data, o) * factor for o, factor in grid.outcomes}
    choices = dict(grid.choices)
    weights, sources = choices.get("meeting_weights", ("declared",)), choices.get("sources", ("all",))
    others = {(w, "all") for w in weights} | {("declared", s) for s in sources}
    for weight, source in sorted(others) if len(others) > 1 else ():
        made |= _stocks(data, frames, grid.grain, weight, source)
    return pd.concat([data, pd.DataFrame(made)], axis=1)


def reweigh(meetings: pd.DataFrame, weights: str, sources: str) -> pd.DataFrame:
    """The meetings that a list of sources tells of, with the weights of a rule; a weight of 0 leaves a meeting out."""
    if sources != "all":
        column = {"lists": "listed", "lists_without_china": "listed_without_china"}[sources]
        meetings = meetings[meetings[column].to_numpy(dtype=bool)]
    if weights == "declared":
        return meetings
    side = meetings["kind"].isin(SIDELINE)
    return meetings.assign(weight=1.0)[~side] if weights == "no_sideline" else meetings.assign(weight=1.0)


def _stocks(data: pd.DataFrame, frames: Frames, grain: str, weights: str, sources: str) -> dict[str, np.ndarray]:
    """Stocks at every half-life, missing where the panel's are; the declared ones only to hold them against it."""
    changed = replace(frames, dyad_meetings=reweigh(frames.dyad_meetings, weights, sources))
    world = build_world(data, changed, grain)
    layout = plan_stocks(world.rows)
    made = {}
    for half_life in HALF_LIVES:
        found = stocks(world.rows, world.meetings, None if half_life == "none" else float(half_life), layout)
        for stem, values in zip(STEMS, found, strict=True):
            own = numbers(data, stock_column(stem, half_life))
            if (weights, sources) == ("declared", "all"):
                _check(own, values, stock_column(stem, half_life))
            else:
                made[stock_column(stem, half_life, weights, sources)] = np.where(np.isnan(own), np.nan, values)
    return made


def _check(theirs: np.ndarray, mine: np.ndarray, column: str) -> None:
    off = ~np.isnan(theirs) & ~(np.abs(mine - theirs) <= 1e-6 * np.maximum(1.0, np.abs(theirs)))
    if off.any():
        raise AnalysisError(
            f"`{column}` summed anew from the meetings differs from the frame's",
            expected="equal within 1e-6",
            found=f"{int(off.sum())} of {len(off)} rows",
            next_step="hand over the meetings from which the panel was built",
        )
