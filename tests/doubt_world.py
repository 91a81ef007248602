"""An invented world for the tests on doubt: meetings that a list tells of, sure checks, and the frames beside them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from models_world import make_world

from trustpanel.models.coding_rates import NEEDED, WORDS
from trustpanel.models.frames import Frames

MANY = 10**9
# every check was right every time: no draw can change what was coded
SURE = {key: (MANY, MANY) for key in NEEDED} | {
    ("valence_second", f"{a}_{b}"): (MANY if a == b else 0, MANY) for a in WORDS for b in WORDS
}


def table_of(counts: dict[tuple[str, str], tuple[int, int]]) -> pd.DataFrame:
    """The counts as the table `coding_checks` holds them."""
    names = ("check_name", "check_stratum", "check_cases", "check_total")
    return pd.DataFrame([(*key, *value) for key, value in counts.items()], columns=names)


def told_world(*, dyads: int = 16) -> tuple[Frames, pd.DataFrame]:
    """Frames whose meetings all stand on a list, and the level of search of each dyad."""
    frames = make_world(3, dyads=dyads, first=1985)
    meetings = frames.dyad_meetings.assign(
        kind="state_visit", listed=True, grade=None, date_precision="day", valence_ab=np.nan, valence_ba=np.nan
    )
    levels = frames.panel[["ccode_a", "ccode_b"]].drop_duplicates().assign(listed=True, searched=False)
    both = {g: getattr(frames, g).assign(bond_stock=np.nan) for g in ("panel", "panel_months")}
    return replace(frames, dyad_meetings=meetings, **both), levels


def background_of(frames: Frames) -> pd.DataFrame:
    """One row a pair: the year before it took office, an alliance and a distance that nothing hangs on."""
    pairs = frames.pair_spells.drop_duplicates(["leader_a", "leader_b"]).reset_index(drop=True)
    rng = np.random.default_rng(11)
    return pairs[["leader_a", "leader_b", "ccode_a", "ccode_b"]].assign(
        background_year=[day.year - 1 for day in pairs["pair_start"]],
        alliance_pre=rng.integers(0, 2, len(pairs)).astype(float),
        distance_log=rng.normal(size=len(pairs)),
    )


def latent_of(background: pd.DataFrame, *, error: float) -> pd.DataFrame:
    """A score of each dyad and background year, drawn from a standard normal, with the same error everywhere."""
    years = background[["ccode_a", "ccode_b", "background_year"]].drop_duplicates(ignore_index=True)
    rng = np.random.default_rng(12)
    return years.rename(columns={"background_year": "year"}).assign(
        latent_trust=rng.normal(size=len(years)), latent_trust_se=error, items_known=rng.integers(2, 7, len(years))
    )


def pair_years_of(frames: Frames, background: pd.DataFrame) -> pd.DataFrame:
    """The rows of the annual panel with the persons in office and the covariates of meeting and of coverage."""
    persons = frames.pair_spells.drop_duplicates("leader_dyad_id")[["leader_dyad_id", "person_a", "person_b"]]
    beside = background[["leader_a", "leader_b", "alliance_pre", "distance_log"]]
    rows = frames.panel.merge(persons, on="leader_dyad_id", validate="many_to_one")
    rows = rows.merge(beside, on=["leader_a", "leader_b"], validate="many_to_one")
    assert len(rows) == len(frames.panel)
    return rows.assign(
        joint_tenure_log=np.log1p(rows["joint_tenure_years"]), un_week_both_last=False, year_covered=True
    )
