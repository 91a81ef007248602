"""Small worlds of other units: spells that end, events that begin, an instrument, dyads that share states."""

from __future__ import annotations

import numpy as np
from scipy import special

from trustpanel.models.estimators.sample import Sample
from trustpanel.models.worlds.served import Ground, fading, uniform

YEARS = 16
STARTS = (5.0, 7.0, 9.0, 11.0, np.nan)
HAZARD = 0.12


def spell_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Each pair's peace ends at a constant hazard times exp(effect x contact), unless its real years end first.

    Pairs of one dyad are correlated; every pair's own law is exact.
    """
    order = np.argsort(ground.spell_dyad, kind="stable")
    x, years, dyad = ground.spell_contact[order], ground.spell_years[order], ground.spell_dyad[order]
    until = -np.log(uniform(dyad, rng)) / (HAZARD * np.exp(effect * x))
    return Sample(
        y=(until <= years).astype(float),
        x=x[:, None],
        names=("contact",),
        clusters={"dyad": dyad},
        exit=np.minimum(until, years),
    )


def period_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Each pair's peace in whole years: the log odds of its end are linear in contact and the same in every year."""
    order = np.argsort(ground.spell_dyad, kind="stable")
    x, years, dyad = ground.spell_contact[order], ground.spell_years[order], ground.spell_dyad[order]
    chance = special.expit(special.logit(HAZARD) + effect * x)
    until = np.ceil(np.log(uniform(dyad, rng)) / np.log1p(-chance))
    return Sample(
        y=(until <= years).astype(float),
        x=x[:, None],
        names=("contact",),
        clusters={"dyad": dyad},
        exit=np.minimum(np.maximum(until, 1.0), years),
    )


def event_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """Sixteen years of each dyad; an event begins in one of four years or never and adds the effect from then on."""
    unit = np.repeat(np.arange(ground.dyads), YEARS)
    time = np.tile(np.arange(YEARS, dtype=float), ground.dyads)
    start = np.array(STARTS)[np.arange(ground.dyads) % len(STARTS)][unit]
    shock = rng.standard_normal(YEARS)[time.astype(int)]
    y = ground.level[unit] + shock + effect * (time >= start) + fading(unit, rng)
    return Sample(
        y=y,
        x=np.empty((len(y), 0)),
        names=(),
        clusters={"dyad": unit},
        groups=unit,
        time=time,
        start=start,
    )


def instrument_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A meeting that what is left out brings on too, and an opportunity that moves the meeting alone."""
    return _instrumented(ground, effect, rng, strength=0.5)


def weak_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A meeting that what is left out brings on too, and an opportunity that hardly moves it."""
    return _instrumented(ground, effect, rng, strength=0.1)


def _instrumented(ground: Ground, effect: float, rng: np.random.Generator, *, strength: float) -> Sample:
    left_out = fading(ground.dyad, rng)
    opportunity = fading(ground.dyad, rng)
    met = strength * opportunity + 0.6 * left_out + 0.8 * rng.standard_normal(len(left_out))
    y = ground.level[ground.dyad] + effect * met + left_out
    return Sample(
        y=y,
        x=np.column_stack([met]),
        names=("met",),
        effects={"dyad": ground.dyad},
        clusters={"dyad": ground.dyad},
        endogenous=("met",),
        instruments=opportunity[:, None],
        instrument_names=("opportunity",),
    )


def web_world(ground: Ground, effect: float, rng: np.random.Generator) -> Sample:
    """A score with dyad and year effects; what moves a state in a year moves all its dyads, and fades."""
    web = ground.web
    a, b = web.states
    states, years = int(max(a.max(), b.max())) + 1, int(web.year.max()) + 1
    moved = fading(np.repeat(np.arange(states), years), rng).reshape(states, years)
    y = effect * web.contact + 0.7 * (moved[a, web.year] + moved[b, web.year]) + rng.standard_normal(len(a))
    return Sample(
        y=y,
        x=np.column_stack([web.contact, web.other]),
        names=("contact", "state"),
        effects={"dyad": web.dyad, "year": web.year},
        clusters={"dyad": web.dyad},
        states=web.states,
    )
