"""Every fit that takes several sets of effects, with every kind of standard error, under one order of the effects.

Run as a script with the number of an order it prints the answer of every fit, to the last bit.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from estimator_cases import EVENTS, THREE, data, dyads
from models_world import make_world

from trustpanel.models.errors_dyadic import dyadic_covariance
from trustpanel.models.errors_wild import wild_cluster
from trustpanel.models.estimators.fit import Fit, Options
from trustpanel.models.estimators.registry import ESTIMATORS, estimate
from trustpanel.models.estimators.sample import Columns, sample_of
from trustpanel.models.fitting import fit_model
from trustpanel.models.frames import Frames
from trustpanel.models.linear import contrast_vector
from trustpanel.models.model import main_model
from trustpanel.models.multiverse import specification
from trustpanel.models.multiverse_choice import LinearChoice
from trustpanel.models.multiverse_linear import LinearMultiverse
from trustpanel.models.permute import build_world, permute
from trustpanel.models.spec import load_spec
from trustpanel.paths import project

TWO = ("dyad", "year")
SEVERAL: dict[str, Columns] = {
    "linear": THREE,
    "linear_probability": dyads("yb", constant=False, effects=TWO),
    "poisson": dyads("yc", constant=False, effects=TWO),
    "effects_logit": dyads("yb", constant=False, effects=TWO),
    "two_stage_least_squares": dyads(
        "y", constant=False, effects=TWO, endogenous=("d",), instruments=("z1",), weights="w"
    ),
    "sun_abraham": replace(EVENTS, effects=("region", "cohort")),
}


def options_of(kind: str) -> Options:
    """Few draws, and no fit refused for the shape of the invented sample."""
    shuffled = np.random.default_rng(11).normal(size=(7, 607))
    return Options(
        errors=kind,
        focus=("x1",) if kind == "randomisation" else (),
        wild_draws=99,
        draws=7,
        redraw=lambda rng: shuffled[rng.integers(7)],
        dyadic_star_share_max=1.0,
        dyadic_states_min=2,
    )


def answer(fit: Fit) -> str:
    """Everything that rests on the standard errors, to the last bit."""
    numbers = np.concatenate([fit.coef, fit.se, fit.p, fit.ci_low, fit.ci_high])
    return f"{fit.df} {fit.small_sample} {dict(fit.clusters)} {numbers.tobytes().hex()}"


def nth_order(effects: tuple[str, ...], number: int) -> tuple[str, ...]:
    """One of the orders of the effects, the first again after the last."""
    orders = list(itertools.permutations(effects))
    return orders[number % len(orders)]


def registry_fits(number: int) -> Iterator[tuple[str, str]]:
    """Estimator and errors with the answer under one order of the effects."""
    for name, columns in SEVERAL.items():
        frame = data("staggered" if name == "sun_abraham" else "dyad_years")
        if name == "sun_abraham":
            frame = frame.assign(cohort=frame["unit"] % 3 * 100 + frame["time"] // 5)
        ordered = replace(columns, effects=nth_order(columns.effects, number))
        for kind in ESTIMATORS[name].errors:
            if kind != "dyadic" or columns.states is not None:
                yield f"{name} {kind}", answer(estimate(name, sample_of(frame, ordered), options_of(kind)))


def core_fits(frames: Frames, number: int) -> Iterator[tuple[str, str]]:
    """The core model: clustered, dyadic and bootstrapped errors, redrawn meetings, and the path of the multiverse."""
    core = load_spec(project().analyses, "H3").core
    model = replace(main_model(core, "annual"), effects=nth_order(TWO, number))
    fitted = fit_model(frames.panel, model)
    fit, rows = fitted.fit, fitted.design.rows.frame
    contrast = contrast_vector(fit.names, core.parameters[1].weights)
    dyadic = dyadic_covariance(fit, rows["ccode_a"].to_numpy(int), rows["ccode_b"].to_numpy(int))
    wild = wild_cluster(fit, contrast, draws=99, seed=3, weights="webb")
    drawn = build_world(rows, frames, "annual")
    redrawn = permute(fit, drawn, (contrast,), half_life=core.half_life, draws=19, seed=4)
    bits = np.concatenate([fit.beta, fit.cov.ravel(), dyadic.ravel()]).tobytes().hex()
    yield "core", f"{bits} {fit.factor!r} {fit.df} {wild} {redrawn}"
    terms = tuple(t.column for t in model.terms)
    for errors in ("dyad", "robust", "dyadic"):
        choice = LinearChoice(
            model.outcome,
            terms,
            ((terms[0], 1.0),),
            effects=model.effects,
            errors=errors,
            star_share_max=1.0,
            states_min=2,
        )
        found = LinearMultiverse(frames.panel, lambda _, c=choice: c)(specification({"errors": errors}))
        yield f"multiverse {errors}", repr(found)


if __name__ == "__main__":
    asked = int(sys.argv[1])
    invented = make_world(seed=3, dyads=14, first=1980, last=1999)
    print(json.dumps(dict((*registry_fits(asked), *core_fits(invented, asked)))))
