"""Small worlds for the registry: real rows, pairs and dyads, outcomes drawn from the model that an estimator serves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal, special, stats

from trustpanel.models.estimators.sample import Sample
from trustpanel.models.frames import Frames, numbers
from trustpanel.models.rows import dyad_codes
from trustpanel.models.stocks import stocks
from trustpanel.models.worlds.skeleton import Skeleton

MEMORY = 0.5
RARE = 3.0
CUTS = (-1.0, 0.0, 1.2)


@dataclass(frozen=True)
class Web:
    """Covered leader-dyad-years without the state that is in nearly all of the main sample: no state in a quarter."""

    dyad: np.ndarray
    year: np.ndarray
    contact: np.ndarray
    other: np.ndarray
    states: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Ground:
    """What the small worlds stand on.

    The annual rows (dyad, year, contact and state stock in standard deviations) with each dyad's recorded level of
    disputes; each pair's spell (its dyad, its years, its contact); and the web of dyads that share states.
    """

    dyad: np.ndarray
    year: np.ndarray
    contact: np.ndarray
    state: np.ndarray
    level: np.ndarray
    spell_dyad: np.ndarray
    spell_years: np.ndarray
    spell_contact: np.ndarray
    web: Web

    @property
    def x(self) -> np.ndarray:
        return np.column_stack([self.contact, self.state])

    @property
    def dyads(self) -> int:
        return int(self.dyad.max()) + 1


def ground_of(skeleton: Skeleton, frames: Frames) -> Ground:
    """The ground of the real skeleton's annual grain, and the web of the other covered dyads."""
    grain, rows = skeleton.grains["annual"], skeleton.world.rows
    n = len(grain.place)
    contact, state = (v / v.std() for v in grain_stocks(skeleton))
    count, months = skeleton.recorded[:, rows.dyad[grain.first]]
    rate = np.log((count + 1) / (months + 60))
    pair = rows.dyad[:n].astype(np.int64) * (int(rows.pair.max()) + 1) + rows.pair[:n]
    _, first, code, years = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    highest = np.zeros(len(first))
    np.maximum.at(highest, code, contact)
    return Ground(
        dyad=grain.fit.dyad,
        year=np.unique(grain.year, return_inverse=True)[1],
        contact=contact,
        state=state,
        level=(rate - rate.mean()) / rate.std(),
        spell_dyad=np.unique(grain.fit.dyad[first], return_inverse=True)[1],
        spell_years=years.astype(float),
        spell_contact=highest / highest.std(),
        web=web_of(frames),
    )


def web_of(frames: Frames) -> Web:
    """The covered rows with known stocks in which the most frequent state has no part, sorted by dyad and year."""
    panel = frames.panel
    held = panel[panel["leader_dyad_id"].notna() & panel["contact_stock"].notna() & panel["state_stock"].notna()]
    star = held[["ccode_a", "ccode_b"]].stack().mode().iloc[0]
    held = held[(held["ccode_a"] != star) & (held["ccode_b"] != star)].sort_values(["ccode_a", "ccode_b", "year"])
    contact, other = numbers(held, "contact_stock"), numbers(held, "state_stock")
    both = np.unique(held[["ccode_a", "ccode_b"]].to_numpy(dtype=int), return_inverse=True)[1].reshape(-1, 2)
    year = np.unique(held["year"].astype(int), return_inverse=True)[1]
    sides = (both[:, 0], both[:, 1])
    return Web(dyad_codes(held), year, contact / contact.std(), other / other.std(), sides)


def grain_stocks(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Contact and state stock of the annual rows."""
    n = len(skeleton.grains["annual"].place)
    contact, state = stocks(skeleton.world.rows, skeleton.world.meetings, skeleton.core.half_life, skeleton.layout)
    return contact[:n], state[:n]


def fading(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Standard normal rows of which neighbours in a dyad share half (rows sorted by dyad)."""
    first = np.r_[True, codes[1:] != codes[:-1]]
    noise = rng.standard_normal(len(codes)) * np.where(first, 1.0, np.sqrt(1 - MEMORY**2))
    found = np.empty(len(codes))
    for part in np.split(np.arange(len(codes)), np.flatnonzero(first)[1:]):
        found[part] = signal.lfilter([1.0], [1.0, -MEMORY], noise[part])
    return found


def uniform(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Uniform rows correlated within dyads: every row's own law is exact."""
    return np.asarray(special.ndtr(fading(codes, rng)))


def _sample(ground: Ground, y: np.ndarray, *, effects: tuple[str, ...] = (), constant: bool = False) -> Sample:
    codes = {"dyad": ground.dyad, "year": ground.year}
    columns = [*([np.ones(len(y))] if constant else []), ground.x]
    return Sample(
        y=y,
        x=np.column_stack(columns),
        names=(*(["constant"] if constant else []), "contact", "state"),
        effects={e: codes[e] for e in effects},
        clusters=codes,
        time=ground.year.astype(float),
    )


def linear_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A score with dyad and year effects and errors that fade within the dyad."""
    shock = rng.standard_normal(int(ground.year.max()) + 1)[ground.year]
    y = ground.level[ground.dyad] + shock + effect * ground.contact + fading(ground.dyad, rng)
    return _sample(ground, y, effects=("dyad", "year"))


def plain_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A score with dyad effects, no shock of the year, and independent errors whose spread is the same in every row."""
    y = ground.level[ground.dyad] + effect * ground.contact + rng.standard_normal(len(ground.dyad))
    return _sample(ground, y, effects=("dyad", "year"))


def uneven_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A score with dyad effects, no shock of the year, and errors whose spread grows with the state stock."""
    noise = rng.standard_normal(len(ground.dyad)) * (0.5 + 0.5 * ground.state)
    return _sample(ground, ground.level[ground.dyad] + effect * ground.contact + noise, effects=("dyad", "year"))


def crossed_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A score with dyad effects, errors that fade within the dyad, and shocks of the year left in the error."""
    shock = 0.5 * rng.standard_normal(int(ground.year.max()) + 1)[ground.year]
    y = ground.level[ground.dyad] + effect * ground.contact + shock + fading(ground.dyad, rng)
    return _sample(ground, y, effects=("dyad",))


def probability_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes or no with a chance linear in the columns, never outside 0 to 1."""
    chance = 0.4 + 0.08 * np.clip(ground.level[ground.dyad], -2, 2) + effect * ground.contact
    return _sample(ground, (uniform(ground.dyad, rng) < chance).astype(float), effects=("dyad", "year"))


def logit_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes or no, log odds linear in the columns over all dyads, rows correlated within dyads."""
    chance = special.expit(-0.5 + effect * ground.contact)
    return _sample(ground, (uniform(ground.dyad, rng) < chance).astype(float), constant=True)


def rare_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes in one row of twenty, log odds linear in the columns, rows correlated within dyads."""
    chance = special.expit(-RARE + effect * ground.contact)
    return _sample(ground, (uniform(ground.dyad, rng) < chance).astype(float), constant=True)


def rare_alone_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes in one row of twenty, log odds linear in the columns, rows independent."""
    chance = special.expit(-RARE + effect * ground.contact)
    return _sample(ground, (rng.random(len(chance)) < chance).astype(float), constant=True)


def strata_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes or no with log odds of each dyad's own, rows independent given them; the dyads are effects."""
    chance = special.expit(-0.5 + ground.level[ground.dyad] + effect * ground.contact)
    return _sample(ground, (rng.random(len(chance)) < chance).astype(float), effects=("dyad",))


def groups_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes or no with log odds of each dyad's own, rows independent given them; the dyads are groups."""
    found = strata_world(ground, effect, rng)
    return Sample(y=found.y, x=found.x, names=found.names, clusters=found.clusters, groups=ground.dyad)


def average_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Yes or no, log odds linear in the columns over all dyads; the dyads are groups of correlated rows."""
    found = logit_world(ground, effect, rng)
    clusters = {"dyad": ground.dyad}
    order = np.arange(len(found.y), dtype=float)
    return Sample(y=found.y, x=found.x, names=found.names, clusters=clusters, groups=ground.dyad, time=order)


def count_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Counts with a log mean of each dyad's own, rows correlated within dyads."""
    mean = np.exp(0.3 + 0.5 * ground.level[ground.dyad] + effect * ground.contact)
    return _sample(ground, stats.poisson.ppf(uniform(ground.dyad, rng), mean), effects=("dyad",))


def ordered_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Four ordered levels, rows correlated within dyads."""
    latent = effect * ground.contact + special.logit(uniform(ground.dyad, rng))
    return _sample(ground, np.searchsorted(CUTS, latent).astype(float))
